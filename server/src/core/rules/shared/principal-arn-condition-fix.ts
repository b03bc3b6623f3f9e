import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import { nodeToJson } from '../../syntax/canonical-value';
import { itemsOf, type Member } from '../../syntax/tree';
import { uniqueSid } from '../../generate/sid';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { requiresConditionValue } from './kms-conditions';
import { conditionEdits, conditionsWith, hasConditionOnKey, type ConditionTest } from './condition-edits';

/** A wider principal with conditions that narrow it to those who are meant. */
export interface NarrowedPrincipal {
  readonly principal: JsonValue;
  readonly conditionTests: readonly ConditionTest[];
}

/**
 * Names principals by a condition on `aws:PrincipalArn` in place of the Principal element. A condition holds for the whole
 * statement, so that principals beside those that others share the statement with get a statement of their own.
 */
export function fixByPrincipalArn(title: string, policy: DiscoveredPolicy, statement: Statement, moved: readonly Principal[], narrowedPrincipal: NarrowedPrincipal): readonly Fix[] {
  const element = statement.principal;
  // What a declared placeholder says is not here to edit.
  if (!element?.member.value || element.negated || hasConditionOnKey(statement, 'aws:principalarn') || hasSourceCondition(statement) || moved.some(({ text: policyString }) => policyString.node.value !== policyString.value)) return [];
  const conditionTests = narrowedPrincipal.conditionTests.filter(({ key }) => !hasConditionOnKey(statement, key.toLowerCase()));
  if (moved.length === element.principals.length) {
    return [fixPolicy(title, policy, [{ edit: 'replace', node: element.member.value, value: narrowedPrincipal.principal }, ...conditionEdits(statement, conditionTests)])];
  }
  const { statementMember, statements } = policy.policy;
  if (!statementMember || !statement.node.closed) return [];
  const taken = new Set(statements.map(({ sid }) => sid?.value ?? ''));
  const copy: Record<string, JsonValue> = {};
  for (const { key, value } of statement.node.members) if (value) copy[key.value] = nodeToJson(value);
  if (statement.sid) copy.Sid = uniqueSid(statement.sid.node.value, taken);
  copy.Principal = narrowedPrincipal.principal;
  copy.Condition = conditionsWith(statement, conditionTests);
  return [fixPolicy(title, policy, [...removePrincipalEdits(element.member, moved), { edit: 'append', member: statementMember, value: copy }])];
}

/** Whether a condition asks for what only services send when they call as themselves. */
function hasSourceCondition({ conditions }: Statement): boolean {
  return conditions.some((condition) => /^aws:source(arn|account|orgid|orgpaths)$/.test(condition.keyLower) && requiresConditionValue(condition));
}

/** Takes principals out of their element; a key that has no other goes with them. */
export function removePrincipalEdits(element: Member, principals: readonly Principal[]): TreeEdit[] {
  const nodes = new Set(principals.map(({ text: policyString }) => policyString.node));
  if (element.value?.kind !== 'object') return [];
  const object = element.value;
  return object.members.flatMap((member): TreeEdit[] => {
    const gone = itemsOf(member.value).filter((item) => item.kind === 'scalar' && nodes.has(item));
    if (gone.length === 0) return [];
    if (gone.length === itemsOf(member.value).length) return [{ edit: 'remove-member', object, member }];
    return gone.map((item) => ({ edit: 'remove-item', member, item }));
  });
}
