import type { TextEdit } from '../../text/span';
import type { JsonValue, TreeEdit } from '../tree-edit';
import type { LayerEdit } from './fault-collector';
import { containerLayout, lineIndent, startsLine, textLayout, type TextLayout } from './layout';
import { quoteAfter, sequenceEdits, type Insertion, type ContainerPart } from './sequence-edits';
import { nodeToJson, equalJson } from '../canonical-value';
import type { SourceLayer } from '../syntax';
import { printJson } from './print-json';
import { memberOf, type ListNode, type Member, type Node, type ObjectNode } from '../tree';

/**
 * Writes edits of a tree as edits of the file that the layer stands in, in the text's own layout. They don't overlap, and
 * several edits of one list or object become one change. An edit inside of something that another one replaces is dropped.
 */
export function renderJsonEdits(sourceLayer: SourceLayer, edits: readonly TreeEdit[]): readonly TextEdit[] {
  const editPlan = planEdits(edits);
  const layout = textLayout(sourceLayer.text);
  const raw = [...editPlan.replacements.map(({ node, value }) => replacementEdit(sourceLayer.text, layout, node, value)),
    ...editPlan.textEdits];
  for (const [node, change] of editPlan.containerChanges) raw.push(...containerEdits(sourceLayer.text, layout, node, change));
  for (const [member, values] of editPlan.valuesToWrap) raw.push(...wrapEdits(sourceLayer.text, layout, member, values));
  for (const [member, values] of editPlan.valuesForEmptyMembers) raw.push(valueEdit(sourceLayer.text, layout, member, values));
  return combineEdits(raw).map(({ span, newText }) => ({ span: sourceLayer.toFileSpan(span), newText: sourceLayer.escape(newText) }));
}

interface ContainerChange {
  readonly removedParts: Set<ContainerPart>;
  /** `name` of new members. */
  readonly addedParts: { readonly name: string | undefined; readonly value: JsonValue; readonly after: string | undefined;
    readonly first?: boolean | undefined }[];
}

interface EditPlan {
  readonly replacements: { readonly node: Node; readonly value: JsonValue }[];
  readonly textEdits: LayerEdit[];
  readonly containerChanges: Map<ListNode | ObjectNode, ContainerChange>;
  /** Values added to a member that has a single one. */
  readonly valuesToWrap: Map<Member, JsonValue[]>;
  /** Values for members that have none yet. */
  readonly valuesForEmptyMembers: Map<Member, JsonValue[]>;
}

function planEdits(edits: readonly TreeEdit[]): EditPlan {
  const editPlan: EditPlan = { replacements: [], textEdits: [], containerChanges: new Map(), valuesToWrap: new Map(),
    valuesForEmptyMembers: new Map() };
  for (const edit of edits) {
    switch (edit.edit) {
      case 'text': editPlan.textEdits.push({ span: edit.span, newText: edit.newText }); break;
      case 'replace': planReplacement(editPlan, edit.node, edit.value); break;
      case 'rename-member': editPlan.textEdits.push({ span: edit.member.key.span, newText: JSON.stringify(edit.name) }); break;
      case 'append': planAppend(editPlan, edit.member, edit.value); break;
      case 'remove-item': planItemRemoval(editPlan, edit.member, edit.item); break;
      case 'remove-member': containerChangeOf(editPlan, edit.object).removedParts.add(edit.member); break;
      case 'set-member': planSetMember(editPlan, edit); break;
    }
  }
  return editPlan;
}

function containerChangeOf(editPlan: EditPlan, node: ListNode | ObjectNode): ContainerChange {
  const known = editPlan.containerChanges.get(node);
  if (known) return known;
  const change: ContainerChange = { removedParts: new Set(), addedParts: [] };
  editPlan.containerChanges.set(node, change);
  return change;
}

function planReplacement(editPlan: EditPlan, node: Node, value: JsonValue): void {
  const at = editPlan.replacements.findIndex((other) => other.node === node);
  if (at >= 0) editPlan.replacements.splice(at, 1);
  if (!equalJson(nodeToJson(node), value) || !isClosed(node)) editPlan.replacements.push({ node, value });
}

function isClosed(node: Node): boolean {
  return node.closed;
}

function planAppend(editPlan: EditPlan, member: Member, value: JsonValue): void {
  const current = member.value;
  if (!current) {
    pushDistinct(plannedValuesOf(editPlan.valuesForEmptyMembers, member), value);
  } else if (current.kind === 'list') {
    const change = containerChangeOf(editPlan, current);
    const there = current.items.some((item) => !change.removedParts.has(item) && equalJson(nodeToJson(item), value));
    if (!there && !change.addedParts.some((added) => equalJson(added.value, value)))
      change.addedParts.push({ name: undefined, value, after: undefined });
  } else if (!equalJson(nodeToJson(current), value)) {
    pushDistinct(plannedValuesOf(editPlan.valuesToWrap, member), value);
  }
}

function plannedValuesOf(map: Map<Member, JsonValue[]>, member: Member): JsonValue[] {
  const values = map.get(member) ?? [];
  map.set(member, values);
  return values;
}

function pushDistinct(values: JsonValue[], value: JsonValue): void {
  if (!values.some((other) => equalJson(other, value))) values.push(value);
}

function planItemRemoval(editPlan: EditPlan, member: Member, item: Node): void {
  if (member.value?.kind === 'list') {
    if (member.value.items.includes(item)) containerChangeOf(editPlan, member.value).removedParts.add(item);
  } else if (member.value === item) {
    planReplacement(editPlan, item, []);
  }
}

function planSetMember(editPlan: EditPlan, { object, name, value, after, first }: Extract<TreeEdit, { edit: 'set-member' }>): void {
  const known = memberOf(object, name);
  const change = editPlan.containerChanges.get(object);
  if (known && !change?.removedParts.has(known)) {
    if (known.value) planReplacement(editPlan, known.value, value);
    else editPlan.valuesForEmptyMembers.set(known, [value]);
    return;
  }
  const { addedParts } = containerChangeOf(editPlan, object);
  const at = addedParts.findIndex((other) => other.name === name);
  if (at >= 0) addedParts.splice(at, 1);
  addedParts.push({ name, value, after, first });
}

function containerEdits(text: string, layout: TextLayout, node: ListNode | ObjectNode, change: ContainerChange): LayerEdit[] {
  const inner = containerLayout(text, layout, node);
  const insertions = change.addedParts.map(({ name, value, after, first }): Insertion => ({
    first: first === true,
    after: node.kind === 'object' && after !== undefined ? memberOf(node, after) : undefined,
    text: name === undefined ? inner.print(value) : `${JSON.stringify(name)}${inner.colon}${inner.print(value)}`,
  }));
  return sequenceEdits(text, node, { removedParts: change.removedParts, insertions }, inner, layout.eol);
}

function replacementEdit(text: string, layout: TextLayout, node: Node, value: JsonValue): LayerEdit {
  return { span: node.span, newText: printInPlaceOf(text, layout, node, value) };
}

/** A value in place of a node: over several lines unless the node is a container on one line, or the text is. */
function printInPlaceOf(text: string, layout: TextLayout, node: Node, value: JsonValue): string {
  const old = text.slice(node.span.start, node.span.end);
  const oneLine = layout.eol === '' || node.kind !== 'scalar' && old.length > 2 && !old.includes('\n');
  return printAt(text, layout, node.span.start, value, oneLine);
}

function printAt(text: string, layout: TextLayout, offset: number, value: JsonValue, oneLine: boolean): string {
  const { colon, comma, indent, eol } = layout;
  return printJson(value, oneLine ? { indent: '', eol: '', colon, comma } : { indent, eol: eol + lineIndent(text, offset), colon });
}

/** `"kms:Decrypt"` becomes `["kms:Decrypt", …]`; the old value's text stays. */
function wrapEdits(text: string, layout: TextLayout, member: Member, values: readonly JsonValue[]): LayerEdit[] {
  const { value } = member;
  if (!value) return [];
  const { start, end } = value.span;
  const lines = layout.eol !== '' && value.kind === 'scalar' && startsLine(text, member.key.span.start);
  const base = lineIndent(text, member.key.span.start);
  const gap = lines ? layout.eol + base + layout.indent : '';
  const oneLine = layout.eol === '' || !lines && !text.slice(start, end).includes('\n');
  const texts = values.map((
    item,
  ) => (lines ? printJson(item, { indent: layout.indent, eol: gap, colon: layout.colon }) : printAt(text, layout, start, item, oneLine)));
  const rest = texts.map((item) => (lines ? `,${gap}${item}` : `${layout.comma}${item}`)).join('');
  return [
    { span: { start, end: start }, newText: `[${gap}` },
    { span: { start: end, end }, newText: `${quoteAfter(value)}${rest}${lines ? layout.eol + base : ''}]` },
  ];
}

/** Gives a value to a member that was left without, with the colon and comma that are missing around it. */
function valueEdit(text: string, layout: TextLayout, member: Member, values: readonly JsonValue[]): LayerEdit {
  const { end } = member.key.span;
  const colon = /^\s*:/.exec(text.slice(end, end + 400))?.[0];
  const at = end + (colon?.length ?? 0);
  const [only] = values;
  const value = values.length === 1 && only !== undefined ? only : values;
  const printed = printAt(text, layout, member.key.span.start, value, layout.eol === '' || !startsLine(text, member.key.span.start));
  const before = colon === undefined ? `${quoteAfter(member.key)}${layout.colon}` : layout.colon.endsWith(' ') ? ' ' : '';
  const comma = /^\s*["{[]/.test(text.slice(at, at + 400)) ? ',' : '';
  return { span: { start: at, end: at }, newText: `${before}${printed}${comma}` };
}

/** In the order of the text, without those inside of others, and with touching ones joined. */
function combineEdits(layerEdits: readonly LayerEdit[]): LayerEdit[] {
  const sorted = layerEdits.map((layerEdit, index) => ({ ...layerEdit, index }))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || a.index - b.index);
  const combined: LayerEdit[] = [];
  for (const { span, newText } of sorted) {
    const last = combined[combined.length - 1];
    if (!last || last.span.end < span.start) combined.push({ span, newText });
    else if (last.span.end === span.start)
      combined[combined.length - 1] = { span: { start: last.span.start, end: span.end }, newText: last.newText + newText };
    // Neighbours that are both deleted may share the blanks between them.
    else if (span.end > last.span.end && newText === '' && last.newText === '')
      combined[combined.length - 1] = { span: { start: last.span.start, end: span.end }, newText };
    else if (span.end > last.span.end && span.start === last.span.start) combined[combined.length - 1] = { span, newText };
  }
  return combined;
}
