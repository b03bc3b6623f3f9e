import { operatorNamed } from '../../aws/operators';
import { reservedRoleWithoutPath } from '../../aws/reserved-roles';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Fix } from './finding';
import { fixCondition } from './condition-fix';
import { literalValues, type ConditionInStatement } from './kms-conditions';

/** Gives the roles in a condition on `aws:PrincipalArn` their path, as patterns under an operator that takes patterns. */
export function fixPathlessRoles(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement): Fix[] {
  const { condition } = conditionInStatement;
  // What a declared placeholder says is not here to edit.
  if (literalValues(condition).length !== condition.values.length || condition.values.some(({ value, node }) => value !== node.value)) return [];
  const operator = operatorNamed(condition.operatorName ?? '')?.wildcards === true ? condition.operator : condition.operator.replace(/Equals(IgnoreCase)?/, 'Like');
  const values = condition.values.map(({ value }) => reservedRoleWithoutPath(value)?.pattern ?? value);
  const [only] = values;
  const value = condition.keyMember.value?.kind === 'list' ? values : only ?? '';
  return fixCondition('Write the role with its path', located, conditionInStatement, { ...(operator === condition.operator ? {} : { operator }), value });
}
