import type { Span } from '../text/span';
import { holesIn } from './holes';
import type { Hole, ScalarNode } from './tree';

/** The words of the member's key whose value is prose: any word may stand there. */
const FREE_TEXT = new Set(['Sid', 'Id', 'Description']);
export const NO_HOLES: readonly Hole[] = [];

/** What a parser knows of a scalar; `under` is the key it stands behind, `holes` whether the text can have any. */
export interface ScalarParts {
  readonly type: ScalarNode['type'];
  readonly span: Span;
  readonly content: Span;
  readonly value: string;
  readonly offsets: readonly number[] | undefined;
  readonly closed: boolean;
}

export function scalar(parts: ScalarParts, under: string | undefined, mayHaveHoles: boolean): ScalarNode {
  const { type, span, content, value, offsets, closed } = parts;
  const holes = mayHaveHoles && type === 'string' ? holesIn(value, under === undefined || !FREE_TEXT.has(under), content.start) : NO_HOLES;
  return { kind: 'scalar', type, span, content, value, offsets, holes, closed };
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
