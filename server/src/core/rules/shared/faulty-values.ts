import type { Arn } from '../../aws/arn';
import type { ActionPattern, Condition, Policy, Principal, ResourcePattern, Statement } from '../../policy/policy';
import { arnOfPolicyString } from '../../policy/read-policy-string';
import type { PolicyString } from '../../policy/policy-string';
import { actionFault, type ActionFault } from './action-faults';
import { isKmsPolicy, kmsResources } from './kms-statements';
import { conditionValueFault, principalFault, resourceFault, type ValueFault } from './value-faults';

/** A value of a policy that is wrong in itself. `arn`: as it is written, where it is one. */
export type FaultyValue = { readonly text: PolicyString; readonly arn: Arn | undefined } & (
  | { readonly element: 'resource'; readonly fault: ValueFault; readonly pattern: ResourcePattern }
  | { readonly element: 'principal'; readonly fault: ValueFault; readonly principal: Principal }
  | { readonly element: 'action'; readonly fault: ActionFault; readonly pattern: ActionPattern }
  | { readonly element: 'condition'; readonly fault: ValueFault; readonly condition: Condition; readonly statement: Statement });

const faultyValuesByPolicy = new WeakMap<Policy, readonly FaultyValue[]>();

/**
 * All of them, looked for once for every rule that speaks of one: in actions and conditions, in the resources of identity policies and
 * the principals of key policies. Nearly every policy has none.
 */
export function faultyValues(policy: Policy): readonly FaultyValue[] {
  let found = faultyValuesByPolicy.get(policy);
  if (!found) faultyValuesByPolicy.set(policy, found = isKmsPolicy(policy) ? readFaultyValues(policy) : NO_FAULTY_VALUES);
  return found;
}

const NO_FAULTY_VALUES: readonly FaultyValue[] = [];

function readFaultyValues(policy: Policy): readonly FaultyValue[] {
  const found: FaultyValue[] = [];
  if (policy.kind === 'identity') addResources(policy, found);
  for (const statement of policy.statements) {
    if (policy.kind === 'key') addPrincipals(statement, found);
    addActions(statement, found);
    addConditionValues(statement, found);
  }
  return found;
}

function addResources(policy: Policy, found: FaultyValue[]): void {
  for (const { statement, pattern } of kmsResources(policy)) {
    const fault = resourceFault(pattern, statement);
    if (fault) found.push({ element: 'resource', fault, text: pattern.text, arn: pattern.arn, pattern });
  }
}

function addPrincipals({ principal: element }: Statement, found: FaultyValue[]): void {
  if (!element) return;
  for (const principal of element.principals) {
    const fault = principalFault(principal);
    if (fault) found.push({ element: 'principal', fault, text: principal.text, arn: principal.arn, principal });
  }
}

function addActions({ action }: Statement, found: FaultyValue[]): void {
  if (!action) return;
  for (const pattern of action.patterns) {
    const fault = actionFault(pattern);
    if (fault) found.push({ element: 'action', fault, text: pattern.text, arn: undefined, pattern });
  }
}

function addConditionValues(statement: Statement, found: FaultyValue[]): void {
  for (const condition of statement.conditions) {
    for (const policyString of condition.values) {
      const fault = conditionValueFault(policyString, condition);
      if (fault) found.push({ element: 'condition', fault, text: policyString, arn: arnOfPolicyString(policyString), condition, statement });
    }
  }
}
