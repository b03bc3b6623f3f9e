import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { nodeToJson } from '../../syntax/canonical-value';
import { memberOf, type Member, type Node } from '../../syntax/tree';
import type { Fix } from './finding';
import { fixPolicy, type FixOptions } from './fix';
import type { ConditionInStatement } from './kms-conditions';

/** What of a condition is to be another; the rest stays as it is written. */
export interface ConditionChange {
  readonly operator?: string;
  readonly key?: string;
  readonly value?: JsonValue;
}

/** A fix that writes the condition anew; none where the statement has a condition of that operator and key already. */
export function fixCondition(title: string, located: DiscoveredPolicy, conditionInStatement: ConditionInStatement, change: ConditionChange, options: FixOptions = {}): Fix[] {
  const edits = conditionChangeEdits(conditionInStatement, change);
  return edits ? [fixPolicy(title, located, edits, options)] : [];
}

/** Only this key moves to another operator: its neighbours under the old one stay. */
function conditionChangeEdits({ statement, condition }: ConditionInStatement, { operator = condition.operator, key = condition.key, value }: ConditionChange): TreeEdit[] | undefined {
  const all = statement.conditionMember?.value;
  if (all?.kind !== 'object') return undefined;
  const member = all.members.find((one) => one.key === condition.operatorNode);
  const block = member?.value;
  const { keyMember } = condition;
  if (!member || block?.kind !== 'object' || !keyMember.value) return undefined;
  const target = operator === condition.operator ? member : memberOf(all, operator);
  if (target && hasConditionKey(target.value, key, keyMember)) return undefined;
  if (target === member || !target && block.members.length === 1) {
    return [
      ...(operator === condition.operator ? [] : [{ edit: 'rename-member' as const, member, name: operator }]),
      ...(key === condition.key ? [] : [{ edit: 'rename-member' as const, member: keyMember, name: key }]),
      ...(value === undefined ? [] : [{ edit: 'replace' as const, node: keyMember.value, value }]),
    ];
  }
  const written = value ?? nodeToJson(keyMember.value);
  const gone: TreeEdit = block.members.length === 1
    ? { edit: 'remove-member', object: all, member }
    : { edit: 'remove-member', object: block, member: keyMember };
  if (!target) return [gone, { edit: 'set-member', object: all, name: operator, value: { [key]: written }, after: condition.operator }];
  return target.value?.kind === 'object' ? [gone, { edit: 'set-member', object: target.value, name: key, value: written }] : undefined;
}

/** Whether the block has the key already, in any case, besides the member that is about to change. */
function hasConditionKey(block: Node | undefined, key: string, self: Member): boolean {
  return block?.kind === 'object' && block.members.some((member) => member !== self && member.key.value.toLowerCase() === key.toLowerCase());
}
