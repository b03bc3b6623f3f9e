import { operatorNamed } from '../../aws/operators';
import { pathlessRole } from '../../aws/reserved-roles';
import type { LocatedPolicy } from '../../locate/located';
import type { Fix } from '../finding';
import { fixCondition } from './condition-change';
import { knownValues, type Placed } from './conditions';

/** Gives the roles in a condition on `aws:PrincipalArn` their path, as patterns under an operator that takes patterns. */
export function fixPathlessRoles(located: LocatedPolicy, placed: Placed): Fix[] {
  const { condition } = placed;
  // What a declared placeholder says is not here to edit.
  if (knownValues(condition).length !== condition.values.length || condition.values.some(({ value, node }) => value !== node.value)) return [];
  const operator = operatorNamed(condition.base ?? '')?.wildcards === true ? condition.operator : condition.operator.replace(/Equals(IgnoreCase)?/, 'Like');
  const values = condition.values.map(({ value }) => pathlessRole(value)?.pattern ?? value);
  const [only] = values;
  const value = condition.keyMember.value?.kind === 'list' ? values : only ?? '';
  return fixCondition('Write the role with its path', located, placed, { ...(operator === condition.operator ? {} : { operator }), value });
}
