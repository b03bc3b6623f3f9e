import { nodeToJson } from './canonical-value';
import { planEdits, type ContainerChange, type EditPlan } from './edit-plan';
import type { Member, Node } from './tree';
import type { JsonValue, TreeEdit } from './tree-edit';

/**
 * The value of a tree once edits of it are made, for a tree that has no text in which they could be rendered. Undefined where an edit is
 * one of the text itself.
 *
 * @param valueOf gives the value of a node where that is not the one that the tree has
 */
export function valueAfterEdits(root: Node, edits: readonly TreeEdit[],
  valueOf: (node: Node) => JsonValue | undefined = () => undefined): JsonValue | undefined {
  const plan = planEdits(edits);
  return plan.textEdits.length > 0 || plan.nodeWraps.length > 0 ? undefined : valueAfterPlan(root, plan, valueOf);
}

function valueAfterPlan(node: Node, plan: EditPlan, valueOf: (node: Node) => JsonValue | undefined): JsonValue {
  const replacement = plan.replacements.find((candidate) => candidate.node === node);
  if (replacement) return replacement.value;
  const value = valueOf(node);
  if (value !== undefined) return value;
  if (node.kind === 'scalar') return nodeToJson(node);
  const { removedParts, addedParts }: ContainerChange = plan.containerChanges.get(node) ?? { removedParts: new Set(), addedParts: [] };
  if (node.kind === 'list') {
    return [...node.items.filter((item) => !removedParts.has(item)).map((item) => valueAfterPlan(item, plan, valueOf)),
      ...addedParts.map((part) => part.value)];
  }
  const entries = node.members.filter((member) => !removedParts.has(member)).map((member): [string, JsonValue] =>
    [plan.renames.find(({ key }) => key === member.key)?.name ?? member.key.value, valueOfMember(member, plan, valueOf)]);
  for (const { name = '', value: added, after, first } of addedParts) {
    const before = entries.findIndex(([existing]) => existing === after);
    entries.splice(first === true ? 0 : before < 0 ? entries.length : before + 1, 0, [name, added]);
  }
  return Object.fromEntries(entries);
}

function valueOfMember(member: Member, plan: EditPlan, valueOf: (node: Node) => JsonValue | undefined): JsonValue {
  const newValues = plan.valuesForEmptyMembers.get(member);
  const [single, ...others] = newValues ?? [];
  if (newValues) return single === undefined || others.length > 0 ? newValues : single;
  const value = member.value ? valueAfterPlan(member.value, plan, valueOf) : null;
  const furtherValues = plan.valuesToWrap.get(member);
  return furtherValues ? [value, ...furtherValues] : value;
}
