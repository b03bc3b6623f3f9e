import type { Condition, Principal, Statement } from '../../model/policy';
import { isPositive } from './statements';

const OF_SOURCE = /^aws:(sourcearn|sourceaccount|sourceorgid|sourceorgpaths)$/;

/**
 * The users, roles and accounts of an Allow statement that a condition asks for `aws:SourceArn` or its kin, which are only in requests
 * that a service makes as itself.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
 */
export function askedForSource(condition: Condition, { effect, principal }: Statement): readonly Principal[] {
  if (!OF_SOURCE.test(condition.keyLower) || effect !== 'Allow' || !principal || principal.negated || !isPositive(condition)) return [];
  return principal.principals.filter(isIdentity);
}

export function isIdentity({ form }: Principal): boolean {
  return form === 'account' || form === 'user' || form === 'role' || form === 'session' || form === 'federated-user';
}
