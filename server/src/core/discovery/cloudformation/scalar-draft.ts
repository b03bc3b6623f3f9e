import { valueSpan, type Node, type Placeholder, type ScalarNode } from '../../syntax/tree';

/** A text that is put together of parts of other scalars, each character with its place in the file. */
export interface ScalarDraft {
  value: string;
  readonly offsets: number[];
  readonly placeholders: Placeholder[];
}

export function emptyScalarDraft(): ScalarDraft {
  return { value: '', offsets: [], placeholders: [] };
}

/** Adds characters of a scalar's value, with their own places. */
export function appendCharacters(draft: ScalarDraft, node: ScalarNode, start: number, end: number): void {
  draft.value += node.value.slice(start, end);
  for (let at = start; at < end; at++) draft.offsets.push(valueSpan(node, at, at).start);
}

/** Adds a text all of whose characters stand for one place. */
export function appendText(draft: ScalarDraft, text: string, offset: number): void {
  draft.value += text;
  draft.offsets.push(...new Array<number>(text.length).fill(offset));
}

/** Adds `${name}`, a part that is filled in later. */
export function appendPlaceholder(draft: ScalarDraft, name: string, offset: number): void {
  const start = draft.value.length;
  appendText(draft, `\${${name}}`, offset);
  draft.placeholders.push({ form: 'template', name, start, end: draft.value.length });
}

/** The scalar in place of the node that it was made of. @param content what is between the quotes, where all of it is one text */
export function scalarOfDraft(draft: ScalarDraft, node: Node, content = node.span): ScalarNode {
  return { kind: 'scalar', type: 'string', span: node.span, content, value: draft.value,
    offsets: [...draft.offsets, content.end], placeholders: draft.placeholders, closed: node.closed };
}
