import type { Condition, Principal, Statement } from '../../policy/policy';
import { requiresConditionValue } from './kms-statements';

const SOURCE_CONDITION_KEY = /^aws:(sourcearn|sourceaccount|sourceorgid|sourceorgpaths)$/;

/**
 * The users, roles and accounts of an Allow statement that a condition asks for `aws:SourceArn` or its kin, which are only in requests
 * that a service makes as itself.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
 */
export function principalsRequiringSourceKey(condition: Condition, { effect, principal }: Statement): readonly Principal[] {
  if (!SOURCE_CONDITION_KEY.test(condition.keyLower) || effect !== 'Allow' || !principal || principal.negated || !requiresConditionValue(condition)) return [];
  return principal.principals.filter(isIamPrincipal);
}

export function isIamPrincipal({ form }: Principal): boolean {
  return form === 'account' || form === 'user' || form === 'role' || form === 'session' || form === 'federated-user';
}
