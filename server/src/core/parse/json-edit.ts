import type { TextEdit } from '../text/span';
import type { JsonValue, TreeEdit } from './edit';
import type { Edit } from './fault-book';
import { containerLayout, lineIndent, startsLine, textLayout, type TextLayout } from './json-layout';
import { quoteAfter, sequenceEdits, type Insertion, type Part } from './json-sequence';
import { jsonOf, sameJson } from './json-value';
import type { Layer } from './layer';
import { printJson } from './print';
import { memberOf, type ListNode, type Member, type Node, type ObjectNode } from './tree';

/**
 * Writes edits of a tree as edits of the file that the layer stands in, in the text's own layout. They don't overlap, and
 * several edits of one list or object become one change. An edit inside of something that another one replaces is dropped.
 */
export function renderEdits(layer: Layer, edits: readonly TreeEdit[]): readonly TextEdit[] {
  const plan = planOf(edits);
  const layout = textLayout(layer.text);
  const raw = [...plan.raw.map(({ node, value }) => replacement(layer.text, layout, node, value)), ...plan.texts];
  for (const [node, change] of plan.containers) raw.push(...containerEdits(layer.text, layout, node, change));
  for (const [member, values] of plan.wrapped) raw.push(...wrapEdits(layer.text, layout, member, values));
  for (const [member, values] of plan.valued) raw.push(valueEdit(layer.text, layout, member, values));
  return combine(raw).map(({ span, newText }) => ({ span: layer.toFile(span), newText: layer.escape(newText) }));
}

interface ContainerChange {
  readonly removed: Set<Part>;
  /** `name` of new members. */
  readonly added: { readonly name: string | undefined; readonly value: JsonValue; readonly after: string | undefined; readonly first?: boolean | undefined }[];
}

interface Plan {
  readonly raw: { readonly node: Node; readonly value: JsonValue }[];
  readonly texts: Edit[];
  readonly containers: Map<ListNode | ObjectNode, ContainerChange>;
  /** Values added to a member that has a single one. */
  readonly wrapped: Map<Member, JsonValue[]>;
  /** Values for members that have none yet. */
  readonly valued: Map<Member, JsonValue[]>;
}

function planOf(edits: readonly TreeEdit[]): Plan {
  const plan: Plan = { raw: [], texts: [], containers: new Map(), wrapped: new Map(), valued: new Map() };
  for (const edit of edits) {
    switch (edit.edit) {
      case 'text': plan.texts.push({ span: edit.span, newText: edit.newText }); break;
      case 'replace': replace(plan, edit.node, edit.value); break;
      case 'rename-member': plan.texts.push({ span: edit.member.key.span, newText: JSON.stringify(edit.name) }); break;
      case 'append': append(plan, edit.member, edit.value); break;
      case 'remove-item': removeItem(plan, edit.member, edit.item); break;
      case 'remove-member': changeOf(plan, edit.object).removed.add(edit.member); break;
      case 'set-member': setMember(plan, edit); break;
    }
  }
  return plan;
}

function changeOf(plan: Plan, node: ListNode | ObjectNode): ContainerChange {
  const known = plan.containers.get(node);
  if (known) return known;
  const change: ContainerChange = { removed: new Set(), added: [] };
  plan.containers.set(node, change);
  return change;
}

function replace(plan: Plan, node: Node, value: JsonValue): void {
  const at = plan.raw.findIndex((other) => other.node === node);
  if (at >= 0) plan.raw.splice(at, 1);
  if (!sameJson(jsonOf(node), value) || !isClosed(node)) plan.raw.push({ node, value });
}

function isClosed(node: Node): boolean {
  return node.closed;
}

function append(plan: Plan, member: Member, value: JsonValue): void {
  const current = member.value;
  if (!current) {
    pushNew(valuesOf(plan.valued, member), value);
  } else if (current.kind === 'list') {
    const change = changeOf(plan, current);
    const there = current.items.some((item) => !change.removed.has(item) && sameJson(jsonOf(item), value));
    if (!there && !change.added.some((added) => sameJson(added.value, value))) change.added.push({ name: undefined, value, after: undefined });
  } else if (!sameJson(jsonOf(current), value)) {
    pushNew(valuesOf(plan.wrapped, member), value);
  }
}

function valuesOf(map: Map<Member, JsonValue[]>, member: Member): JsonValue[] {
  const values = map.get(member) ?? [];
  map.set(member, values);
  return values;
}

function pushNew(values: JsonValue[], value: JsonValue): void {
  if (!values.some((other) => sameJson(other, value))) values.push(value);
}

function removeItem(plan: Plan, member: Member, item: Node): void {
  if (member.value?.kind === 'list') {
    if (member.value.items.includes(item)) changeOf(plan, member.value).removed.add(item);
  } else if (member.value === item) {
    replace(plan, item, []);
  }
}

function setMember(plan: Plan, { object, name, value, after, first }: Extract<TreeEdit, { edit: 'set-member' }>): void {
  const known = memberOf(object, name);
  const change = plan.containers.get(object);
  if (known && !change?.removed.has(known)) {
    if (known.value) replace(plan, known.value, value);
    else plan.valued.set(known, [value]);
    return;
  }
  const { added } = changeOf(plan, object);
  const at = added.findIndex((other) => other.name === name);
  if (at >= 0) added.splice(at, 1);
  added.push({ name, value, after, first });
}

function containerEdits(text: string, layout: TextLayout, node: ListNode | ObjectNode, change: ContainerChange): Edit[] {
  const inner = containerLayout(text, layout, node);
  const insertions = change.added.map(({ name, value, after, first }): Insertion => ({
    first: first === true,
    after: node.kind === 'object' && after !== undefined ? memberOf(node, after) : undefined,
    text: name === undefined ? inner.print(value) : `${JSON.stringify(name)}${inner.colon}${inner.print(value)}`,
  }));
  return sequenceEdits(text, node, { removed: change.removed, insertions }, inner, layout.eol);
}

function replacement(text: string, layout: TextLayout, node: Node, value: JsonValue): Edit {
  return { span: node.span, newText: print(text, layout, node, value) };
}

/** A value in place of a node: over several lines unless the node is a container on one line, or the text is. */
function print(text: string, layout: TextLayout, node: Node, value: JsonValue): string {
  const old = text.slice(node.span.start, node.span.end);
  const oneLine = layout.eol === '' || node.kind !== 'scalar' && old.length > 2 && !old.includes('\n');
  return printAt(text, layout, node.span.start, value, oneLine);
}

function printAt(text: string, layout: TextLayout, offset: number, value: JsonValue, oneLine: boolean): string {
  const { colon, comma, indent, eol } = layout;
  return printJson(value, oneLine ? { indent: '', eol: '', colon, comma } : { indent, eol: eol + lineIndent(text, offset), colon });
}

/** `"kms:Decrypt"` becomes `["kms:Decrypt", …]`; the old value's text stays. */
function wrapEdits(text: string, layout: TextLayout, member: Member, values: readonly JsonValue[]): Edit[] {
  const { value } = member;
  if (!value) return [];
  const { start, end } = value.span;
  const lines = layout.eol !== '' && value.kind === 'scalar' && startsLine(text, member.key.span.start);
  const base = lineIndent(text, member.key.span.start);
  const gap = lines ? layout.eol + base + layout.indent : '';
  const oneLine = layout.eol === '' || !lines && !text.slice(start, end).includes('\n');
  const texts = values.map((item) => (lines ? printJson(item, { indent: layout.indent, eol: gap, colon: layout.colon }) : printAt(text, layout, start, item, oneLine)));
  const rest = texts.map((item) => (lines ? `,${gap}${item}` : `${layout.comma}${item}`)).join('');
  return [
    { span: { start, end: start }, newText: `[${gap}` },
    { span: { start: end, end }, newText: `${quoteAfter(value)}${rest}${lines ? layout.eol + base : ''}]` },
  ];
}

/** Gives a value to a member that was left without, with the colon and comma that are missing around it. */
function valueEdit(text: string, layout: TextLayout, member: Member, values: readonly JsonValue[]): Edit {
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
function combine(edits: readonly Edit[]): Edit[] {
  const sorted = edits.map((edit, index) => ({ ...edit, index }))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || a.index - b.index);
  const combined: Edit[] = [];
  for (const { span, newText } of sorted) {
    const last = combined[combined.length - 1];
    if (!last || last.span.end < span.start) combined.push({ span, newText });
    else if (last.span.end === span.start) combined[combined.length - 1] = { span: { start: last.span.start, end: span.end }, newText: last.newText + newText };
    // Neighbours that are both deleted may share the blanks between them.
    else if (span.end > last.span.end && newText === '' && last.newText === '') combined[combined.length - 1] = { span: { start: last.span.start, end: span.end }, newText };
    else if (span.end > last.span.end && span.start === last.span.start) combined[combined.length - 1] = { span, newText };
  }
  return combined;
}
