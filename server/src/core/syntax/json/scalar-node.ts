import type { Span } from '../../text/span';
import { findPlaceholders } from '../placeholders';
import type { Placeholder, ScalarNode } from '../tree';

/** The words of the member's key whose value is prose: any word may stand there. */
const FREE_TEXT_ELEMENTS = new Set(['Sid', 'Id', 'Description']);
export const WITHOUT_PLACEHOLDERS: readonly Placeholder[] = [];

/** What a parser knows of a scalar; `under` is the key it stands behind, `holes` whether the text can have any. */
export interface ScalarToken {
  readonly type: ScalarNode['type'];
  readonly span: Span;
  readonly content: Span;
  readonly value: string;
  readonly offsets: readonly number[] | undefined;
  readonly closed: boolean;
}

export function scalarNode(parts: ScalarToken, under: string | undefined, mayHaveHoles: boolean): ScalarNode {
  const { type, span, content, value, offsets, closed } = parts;
  const placeholders = mayHaveHoles && type === 'string' ? findPlaceholders(value, under === undefined || !FREE_TEXT_ELEMENTS.has(under), content.start) : WITHOUT_PLACEHOLDERS;
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
