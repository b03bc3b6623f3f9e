import type { Arn } from '../../aws/arn';
import type { ActionPattern, Condition, Policy, Principal, ResourcePattern, Statement } from '../../model/policy';
import { arnOf } from '../../model/read-text';
import type { Text } from '../../model/text';
import { actionFault, type ActionFault } from './action-values';
import { isJudged, kmsResources } from './statements';
import { conditionValueFault, principalFault, resourceFault, type ValueFault } from './values';

/** A value of a policy that is wrong in itself. `arn`: as it is written, where it is one. */
export type FaultyValue = { readonly text: Text; readonly arn: Arn | undefined } & (
  | { readonly in: 'resource'; readonly fault: ValueFault; readonly pattern: ResourcePattern }
  | { readonly in: 'principal'; readonly fault: ValueFault; readonly principal: Principal }
  | { readonly in: 'action'; readonly fault: ActionFault; readonly pattern: ActionPattern }
  | { readonly in: 'condition'; readonly fault: ValueFault; readonly condition: Condition });

const known = new WeakMap<Policy, readonly FaultyValue[]>();

/**
 * All of them, looked for once for every rule that speaks of one: in actions and conditions, in the resources of identity policies and
 * the principals of key policies. Nearly every policy has none.
 */
export function faultyValues(policy: Policy): readonly FaultyValue[] {
  const found = known.get(policy) ?? (isJudged(policy) ? [...resources(policy), ...policy.statements.flatMap((statement) => [...inStatement(policy, statement)])] : NONE);
  known.set(policy, found);
  return found;
}

const NONE: readonly FaultyValue[] = [];

function* resources(policy: Policy): Iterable<FaultyValue> {
  if (policy.kind !== 'identity') return;
  for (const { statement, pattern } of kmsResources(policy)) {
    const fault = resourceFault(pattern, statement);
    if (fault) yield { in: 'resource', fault, text: pattern.text, arn: pattern.arn, pattern };
  }
}

function* inStatement(policy: Policy, { principal, action, conditions }: Statement): Iterable<FaultyValue> {
  for (const one of policy.kind === 'key' ? principal?.principals ?? [] : []) {
    const fault = principalFault(one);
    if (fault) yield { in: 'principal', fault, text: one.text, arn: one.arn, principal: one };
  }
  for (const pattern of action?.patterns ?? []) {
    const fault = actionFault(pattern);
    if (fault) yield { in: 'action', fault, text: pattern.text, arn: undefined, pattern };
  }
  for (const condition of conditions) {
    for (const text of condition.values) {
      const fault = conditionValueFault(text, condition);
      if (fault) yield { in: 'condition', fault, text, arn: arnOf(text), condition };
    }
  }
}
