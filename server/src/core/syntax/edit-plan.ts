import type { TextEdit } from '../text/span';
import { equalJson, nodeToJson } from './canonical-value';
import { memberOf, type ListNode, type Member, type Node, type ObjectNode, type ScalarNode } from './tree';
import type { RenderedEdits, SourceLayer } from './syntax';
import type { JsonValue, TreeEdit } from './tree-edit';

/** What is to change in a list or an object. */
export interface ContainerChange {
  readonly removedParts: Set<Node | Member>;
  /** `name` of new members. */
  readonly addedParts: { readonly name: string | undefined; readonly value: JsonValue; readonly after: string | undefined;
    readonly first?: boolean | undefined }[];
}

/** Edits sorted by what they change: several of one list or object are one change. */
export interface EditPlan {
  readonly replacements: { readonly node: Node; readonly value: JsonValue }[];
  readonly textEdits: TextEdit[];
  readonly nodeWraps: Extract<TreeEdit, { edit: 'wrap' }>[];
  readonly renames: { readonly key: ScalarNode; readonly name: string }[];
  readonly containerChanges: Map<ListNode | ObjectNode, ContainerChange>;
  /** Values added to a member that has a single one. */
  readonly valuesToWrap: Map<Member, JsonValue[]>;
  /** Values for members that have none yet. */
  readonly valuesForEmptyMembers: Map<Member, JsonValue[]>;
}

export function planEdits(edits: readonly TreeEdit[]): EditPlan {
  const plan: EditPlan = { replacements: [], textEdits: [], nodeWraps: [], renames: [], containerChanges: new Map(),
    valuesToWrap: new Map(), valuesForEmptyMembers: new Map() };
  for (const edit of edits) {
    switch (edit.edit) {
      case 'text': plan.textEdits.push({ span: edit.span, newText: edit.newText }); break;
      case 'replace': planReplacement(plan, edit.node, edit.value); break;
      case 'wrap': plan.nodeWraps.push(edit); break;
      case 'rename-member': plan.renames.push({ key: edit.member.key, name: edit.name }); break;
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
  if (!equalJson(nodeToJson(node), value) || !node.closed || needsQuotes(node, value)) replacements.push({ node, value });
}

/** Digits without quotes, which some readers of YAML take for a number: what is written is the same, but not what they read. */
function needsQuotes(node: Node, value: JsonValue): boolean {
  return typeof value === 'string' && node.kind === 'scalar' && node.style === 'plain' && /^\d+$/.test(node.value);
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

/** In the order of the text, without those inside of others, and with touching ones joined. */
export function combineEdits(edits: readonly TextEdit[]): TextEdit[] {
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

/** Edits of a layer's text as edits of the file, or the reason why the place cannot take one of them. */
export function editsOfFile(layer: SourceLayer, edits: readonly TextEdit[]): RenderedEdits {
  for (const { newText } of edits) {
    const refusal = layer.refusalOf(newText);
    if (refusal !== undefined) return { refusal };
  }
  return { edits: edits.map(({ span, newText }) => ({ span: layer.toFileSpan(span), newText: layer.escape(newText) })) };
}
