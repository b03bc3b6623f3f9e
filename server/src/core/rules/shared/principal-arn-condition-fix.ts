import { copyOfStatement } from './action-fixes';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import { hasSubstitutedPlaceholder } from '../../policy/policy-string';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { itemsOf, type Member } from '../../syntax/tree';
import { sidsOf, uniqueSid } from '../../generate/statement-additions';
import { fixPolicy, type Fix } from './fix';
import { requiresSourceKey } from './caller-conditions';
import { conditionEdits, conditionsWith, hasConditionOnKey, type ConditionTest } from './condition-edits';

/** A wider principal, with conditions that limit it to the principals that are replaced. */
interface NarrowedPrincipal {
  readonly principal: JsonValue;
  readonly conditionTests: readonly ConditionTest[];
}

/**
 * Replaces principals by a condition on `aws:PrincipalArn`. A condition applies to the whole statement, so where the statement has other
 * principals too, the replaced ones get a statement of their own.
 */
export function fixByPrincipalArn(
  title: string, policy: DiscoveredPolicy, statement: Statement, moved: readonly Principal[], narrowedPrincipal: NarrowedPrincipal,
): readonly Fix[] {
  const element = statement.principal;
  if (!element?.member.value || element.negated || moved.some(({ text }) => hasSubstitutedPlaceholder(text))) return [];
  if (hasConditionOnKey(statement, 'aws:principalarn') || statement.conditions.some(requiresSourceKey)) return [];
  const conditionTests = narrowedPrincipal.conditionTests.filter(({ key }) => !hasConditionOnKey(statement, key.toLowerCase()));
  if (moved.length === element.principals.length) {
    const replacement: TreeEdit = { edit: 'replace', node: element.member.value, value: narrowedPrincipal.principal };
    return [fixPolicy(title, policy, [replacement, ...conditionEdits(statement, conditionTests)])];
  }
  const { statementMember } = policy.policy;
  if (!statementMember || !statement.node.closed) return [];
  const value = copyOfStatement(statement, {
    ...statement.sid ? { Sid: uniqueSid(statement.sid.node.value, sidsOf(policy)) } : {},
    Principal: narrowedPrincipal.principal, Condition: conditionsWith(statement, conditionTests),
  });
  return [fixPolicy(title, policy, [...removePrincipalEdits(element.member, moved), { edit: 'append', member: statementMember, value }])];
}

/** Removes principals from their element, and a key of the element that has no others. */
export function removePrincipalEdits(element: Member, principals: readonly Principal[]): TreeEdit[] {
  const nodes = new Set(principals.map(({ text }) => text.node));
  if (element.value?.kind !== 'object') return [];
  const object = element.value;
  return object.members.flatMap((member): TreeEdit[] => {
    const items = itemsOf(member.value);
    const removed = items.filter((item) => item.kind === 'scalar' && nodes.has(item));
    if (removed.length > 0 && removed.length === items.length) return [{ edit: 'remove-member', object, member }];
    return removed.map((item) => ({ edit: 'remove-item', member, item }));
  });
}
