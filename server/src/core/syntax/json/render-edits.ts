import type { TextEdit } from '../../text/span';
import { nodeToJson, equalJson } from '../canonical-value';
import type { SourceLayer } from '../syntax';
import { memberOf, type ListNode, type Member, type Node, type ObjectNode } from '../tree';
import type { JsonValue, TreeEdit } from '../tree-edit';
import { insertAt } from '../text-edits';
import { wrapNodesEdit } from './wrap-nodes';
import { containerLayout, textLayout, type TextLayout } from './layout';
import { printJson, printMember } from './print-json';
import { quoteAfter, sequenceEdits, type ContainerPart, type Insertion } from './sequence-edits';
import { lineIndent, startsLine } from './trivia';

/**
 * Writes edits of a tree as edits of the file that the layer stands in, in the text's layout. They don't overlap, and
 * several edits of one list or object become one change. An edit inside of something that another one replaces is dropped.
 */
export function renderJsonEdits(layer: SourceLayer, edits: readonly TreeEdit[]): readonly TextEdit[] {
  const { text } = layer;
  const layout = textLayout(text);
  const plan = planEdits(edits);
  const textEdits = [
    ...plan.replacements.map(({ node, value }) => replacementEdit(text, layout, node, value)),
    ...plan.textEdits,
    ...plan.nodeWraps.map((wrap) => wrapNodesEdit(text, layout, wrap)),
    ...Array.from(plan.containerChanges, ([node, change]) => containerEdits(text, layout, node, change)).flat(),
    ...Array.from(plan.valuesToWrap, ([node, values]) => wrapEdits(text, layout, node, values)).flat(),
    ...Array.from(plan.valuesForEmptyMembers, ([member, values]) => valueEdit(text, layout, member, values)),
  ];
  return combineEdits(textEdits).map(({ span, newText }) => ({ span: layer.toFileSpan(span), newText: layer.escape(newText) }));
}

interface ContainerChange {
  readonly removedParts: Set<ContainerPart>;
  /** `name` of new members. */
  readonly addedParts: { readonly name: string | undefined; readonly value: JsonValue; readonly after: string | undefined;
    readonly first?: boolean | undefined }[];
}

interface EditPlan {
  readonly replacements: { readonly node: Node; readonly value: JsonValue }[];
  readonly textEdits: TextEdit[];
  readonly nodeWraps: Extract<TreeEdit, { edit: 'wrap' }>[];
  readonly containerChanges: Map<ListNode | ObjectNode, ContainerChange>;
  /** Values added to a member that has a single one. */
  readonly valuesToWrap: Map<Member, JsonValue[]>;
  /** Values for members that have none yet. */
  readonly valuesForEmptyMembers: Map<Member, JsonValue[]>;
}

function planEdits(edits: readonly TreeEdit[]): EditPlan {
  const plan: EditPlan =
    { replacements: [], textEdits: [], nodeWraps: [], containerChanges: new Map(), valuesToWrap: new Map(),
      valuesForEmptyMembers: new Map() };
  for (const edit of edits) {
    switch (edit.edit) {
      case 'text': plan.textEdits.push({ span: edit.span, newText: edit.newText }); break;
      case 'replace': planReplacement(plan, edit.node, edit.value); break;
      case 'wrap': plan.nodeWraps.push(edit); break;
      case 'rename-member': plan.textEdits.push({ span: edit.member.key.span, newText: JSON.stringify(edit.name) }); break;
      case 'append': planAppend(plan, edit.member, edit.value); break;
      case 'remove-item': planItemRemoval(plan, edit.member, edit.item); break;
      case 'remove-member': containerChangeOf(plan, edit.object).removedParts.add(edit.member); break;
      case 'set-member': planSetMember(plan, edit); break;
    }
  }
  return plan;
}

function containerChangeOf({ containerChanges }: EditPlan, node: ListNode | ObjectNode): ContainerChange {
  const change = containerChanges.get(node) ?? { removedParts: new Set(), addedParts: [] };
  containerChanges.set(node, change);
  return change;
}

function planReplacement({ replacements }: EditPlan, node: Node, value: JsonValue): void {
  const index = replacements.findIndex((replacement) => replacement.node === node);
  if (index >= 0) replacements.splice(index, 1);
  if (!equalJson(nodeToJson(node), value) || !node.closed) replacements.push({ node, value });
}

function planAppend(plan: EditPlan, member: Member, value: JsonValue): void {
  const current = member.value;
  const isValue = (node: Node): boolean => equalJson(nodeToJson(node), value);
  if (!current) {
    planValue(plan.valuesForEmptyMembers, member, value);
  } else if (current.kind === 'list') {
    const { removedParts, addedParts } = containerChangeOf(plan, current);
    if (!current.items.some((item) => !removedParts.has(item) && isValue(item)) && !addedParts.some((part) => equalJson(part.value, value)))
      addedParts.push({ name: undefined, value, after: undefined });
  } else if (!isValue(current)) {
    planValue(plan.valuesToWrap, member, value);
  }
}

function planValue(valuesByMember: Map<Member, JsonValue[]>, member: Member, value: JsonValue): void {
  const values = valuesByMember.get(member) ?? [];
  if (!values.some((planned) => equalJson(planned, value))) values.push(value);
  valuesByMember.set(member, values);
}

function planItemRemoval(plan: EditPlan, { value }: Member, item: Node): void {
  if (value === item && value.kind !== 'list') planReplacement(plan, item, []);
  else if (value?.kind === 'list' && value.items.includes(item)) containerChangeOf(plan, value).removedParts.add(item);
}

function planSetMember(plan: EditPlan, { object, name, value, after, first }: Extract<TreeEdit, { edit: 'set-member' }>): void {
  const member = memberOf(object, name);
  if (member && !plan.containerChanges.get(object)?.removedParts.has(member)) {
    if (member.value) planReplacement(plan, member.value, value);
    else plan.valuesForEmptyMembers.set(member, [value]);
    return;
  }
  const { addedParts } = containerChangeOf(plan, object);
  const index = addedParts.findIndex((part) => part.name === name);
  if (index >= 0) addedParts.splice(index, 1);
  addedParts.push({ name, value, after, first });
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

/** In the order of the text, without those inside of others, and with touching ones joined. */
function combineEdits(edits: readonly TextEdit[]): TextEdit[] {
  const combined: TextEdit[] = [];
  for (const { span, newText } of [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    const last = combined.at(-1);
    const joined = { start: last?.span.start ?? 0, end: span.end };
    if (!last || last.span.end < span.start) combined.push({ span, newText });
    else if (last.span.end === span.start) combined.splice(-1, 1, { span: joined, newText: last.newText + newText });
    // Neighbours that are both deleted may share the blanks between them; what begins at the same place is part of the longer one.
    else if (span.end > last.span.end && (newText === '' && last.newText === '' || span.start === last.span.start))
      combined.splice(-1, 1, { span: joined, newText });
  }
  return combined;
}
