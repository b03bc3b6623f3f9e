import type { TextEdit } from '../../text/span';
import { combineEdits, editsOfFile, planEdits, type ContainerChange } from '../edit-plan';
import type { RenderedEdits, SourceLayer } from '../syntax';
import { memberOf, type ListNode, type Member, type Node, type ObjectNode } from '../tree';
import type { JsonValue, TreeEdit } from '../tree-edit';
import { insertAt } from '../text-edits';
import { wrapNodesEdit } from './wrap-nodes';
import { containerLayout, textLayout, type TextLayout } from './layout';
import { printJson, printMember } from './print-json';
import { quoteAfter, sequenceEdits, type Insertion } from './sequence-edits';
import { lineIndent, startsLine } from './trivia';

/**
 * Writes edits of a tree as edits of the file that the layer stands in, in the text's layout. They don't overlap, and
 * several edits of one list or object become one change. An edit inside of something that another one replaces is dropped.
 */
export function renderJsonEdits(layer: SourceLayer, edits: readonly TreeEdit[]): RenderedEdits {
  const { text } = layer;
  const layout = textLayout(text);
  const plan = planEdits(edits);
  const textEdits = [
    ...plan.replacements.map(({ node, value }) => replacementEdit(text, layout, node, value)),
    ...plan.textEdits,
    ...plan.nodeWraps.map((wrap) => wrapNodesEdit(text, layout, wrap)),
    ...plan.renames.map(({ key, name }) => ({ span: key.span, newText: JSON.stringify(name) })),
    ...Array.from(plan.containerChanges, ([node, change]) => containerEdits(text, layout, node, change)).flat(),
    ...Array.from(plan.valuesToWrap, ([node, values]) => wrapEdits(text, layout, node, values)).flat(),
    ...Array.from(plan.valuesForEmptyMembers, ([member, values]) => valueEdit(text, layout, member, values)),
  ];
  return editsOfFile(layer, combineEdits(textEdits));
}

function containerEdits(text: string, layout: TextLayout, node: ListNode | ObjectNode, change: ContainerChange): TextEdit[] {
  const inner = containerLayout(text, layout, node);
  const insertions = change.addedParts.map(({ name, value, after, first }): Insertion => ({
    first: first === true,
    after: node.kind === 'object' && after !== undefined ? memberOf(node, after) : undefined,
    text: name === undefined ? printJson(value, inner.style) : printMember(name, value, inner.style),
  }));
  return sequenceEdits(text, node, change.removedParts, insertions, inner);
}

/** A value in place of a node: over several lines unless the node is a container on one line, or the text is. */
function replacementEdit(text: string, layout: TextLayout, node: Node, value: JsonValue): TextEdit {
  const { span } = node;
  const replaced = text.slice(span.start, span.end);
  const isOneLine = node.kind !== 'scalar' && replaced.length > 2 && !replaced.includes('\n');
  return { span, newText: printAt(text, layout, span.start, value, isOneLine) };
}

function printAt(text: string, layout: TextLayout, offset: number, value: JsonValue, isOneLine: boolean): string {
  const eol = isOneLine || layout.eol === '' ? '' : layout.eol + lineIndent(text, offset);
  return printJson(value, { ...layout, eol });
}

/** `"kms:Decrypt"` becomes `["kms:Decrypt", …]`; the old value's text stays. */
function wrapEdits(text: string, layout: TextLayout, { key, value }: Member, values: readonly JsonValue[]): TextEdit[] {
  if (!value) return [];
  const { start, end } = value.span;
  if (layout.eol !== '' && value.kind === 'scalar' && startsLine(text, key.span.start)) {
    const base = layout.eol + lineIndent(text, key.span.start);
    const line = base + layout.indent;
    const items = values.map((item) => `,${line}${printJson(item, { ...layout, eol: line })}`).join('');
    return [insertAt(start, `[${line}`), insertAt(end, `${quoteAfter(value)}${items}${base}]`)];
  }
  const isOneLine = !text.slice(start, end).includes('\n');
  const items = values.map((item) => layout.comma + printAt(text, layout, start, item, isOneLine)).join('');
  return [insertAt(start, '['), insertAt(end, `${quoteAfter(value)}${items}]`)];
}

/** Gives a value to a member that was left without, with the colon and comma that are missing around it. */
function valueEdit(text: string, layout: TextLayout, { key }: Member, values: readonly JsonValue[]): TextEdit {
  const { start, end } = key.span;
  const colon = /^\s*:/.exec(text.slice(end, end + 400))?.[0];
  const at = end + (colon?.length ?? 0);
  const [firstValue, ...furtherValues] = values;
  const value = firstValue === undefined || furtherValues.length > 0 ? values : firstValue;
  const printed = printAt(text, layout, start, value, !startsLine(text, start));
  const before = colon === undefined ? `${quoteAfter(key)}${layout.colon}` : layout.colon.endsWith(' ') ? ' ' : '';
  return insertAt(at, `${before}${printed}${/^\s*["{[]/.test(text.slice(at, at + 400)) ? ',' : ''}`);
}
