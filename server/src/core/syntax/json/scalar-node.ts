import type { Span } from '../../text/span';
import { findPlaceholders } from '../placeholders';
import type { DocumentHints } from '../syntax';
import type { Placeholder, ScalarNode } from '../tree';

export const WITHOUT_PLACEHOLDERS: readonly Placeholder[] = [];

/** A scalar as a parser reads it. */
export interface ScalarToken {
  readonly type: ScalarNode['type'];
  readonly span: Span;
  readonly content: Span;
  readonly value: string;
  readonly offsets: readonly number[] | undefined;
  readonly closed: boolean;
}

/** @param under the key that it stands behind */
export function scalarNode(parts: ScalarToken, under: string | undefined, mayHavePlaceholders: boolean,
  hints: DocumentHints | undefined): ScalarNode {
  const { type, span, content, value, offsets, closed } = parts;
  const isProse = under !== undefined && hints?.proseMembers.includes(under) === true;
  const placeholders = mayHavePlaceholders && type === 'string' ? findPlaceholders(value, !isProse, content.start) : WITHOUT_PLACEHOLDERS;
  return { kind: 'scalar', type, span, content, value, offsets, placeholders, closed };
}

/** Where each character of a valid JSON string's value starts, one more entry for the end. */
export function escapeOffsets(text: string, start: number, end: number): number[] {
  const offsets: number[] = [];
  for (let i = start; i < end;) {
    offsets.push(i);
    if (text.charCodeAt(i) !== 92) i++;
    else i += text.charCodeAt(i + 1) === 117 ? 6 : 2;
  }
  offsets.push(end);
  return offsets;
}
