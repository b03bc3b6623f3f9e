import type { Arn } from '../../aws/arn';
import type { ActionPattern, Condition, PolicyKind, Principal, ResourcePattern, Statement } from '../../policy/policy';
import { arnOfPolicyString } from '../../policy/read-policy-string';
import type { PolicyString } from '../../policy/policy-string';
import { actionFault, type ActionFault } from './action-faults';
import { kmsResourcesOfStatement } from './kms-statements';
import { conditionValueFault, placeholderFault, principalFault, resourceFault, type ValueFault } from './value-faults';

/** A value of a policy that is wrong in itself. `arn`: the ARN as it is written, if the value is one. */
export type FaultyValue = { readonly text: PolicyString; readonly arn: Arn | undefined } & (
  | { readonly element: 'resource'; readonly fault: ValueFault; readonly pattern: ResourcePattern }
  | { readonly element: 'principal'; readonly fault: ValueFault; readonly principal: Principal }
  | { readonly element: 'action'; readonly fault: ActionFault; readonly pattern: ActionPattern; readonly statement: Statement }
  | { readonly element: 'condition'; readonly fault: ValueFault; readonly condition: Condition; readonly statement: Statement });

/**
 * The faulty values of a statement: of its actions and conditions, of the resources of identity policies and of the principals of key
 * policies. The resources of key policies are not looked at but for words to replace.
 */
export function faultyValues(statement: Statement, policyKind: PolicyKind): readonly FaultyValue[] {
  const values: FaultyValue[] = [];
  for (const pattern of policyKind === 'identity' ? kmsResourcesOfStatement(statement) : statement.resource?.patterns ?? []) {
    const fault = policyKind === 'identity' ? resourceFault(pattern, statement) : placeholderFault(pattern.text);
    if (fault) values.push({ element: 'resource', fault, text: pattern.text, arn: pattern.arn, pattern });
  }
  for (const principal of policyKind === 'key' ? statement.principal?.principals ?? [] : []) {
    const fault = principalFault(principal);
    if (fault) values.push({ element: 'principal', fault, text: principal.text, arn: principal.arn, principal });
  }
  for (const pattern of statement.action?.patterns ?? []) {
    const fault = actionFault(pattern);
    if (fault) values.push({ element: 'action', fault, text: pattern.text, arn: undefined, pattern, statement });
  }
  for (const condition of statement.conditions) {
    for (const text of condition.values) {
      const fault = conditionValueFault(text, condition);
      if (fault) values.push({ element: 'condition', fault, text, arn: arnOfPolicyString(text), condition, statement });
    }
  }
  return values;
}
