import { accountLimitOf } from '../../access/account-limit';
import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import type { KeyAccessRequest } from './key-access-requests';

/** Whether the statement is about the one key and nothing else: what it asks in vain there it asks in vain. */
export function isForKeyOnly({ statement, resources, specificity, appliesForCertain }: KeyAccessRequest): boolean {
  return specificity === 'key' && appliesForCertain && resources.length === statement.resource?.patterns.length && resources.every(({ isPattern }) => !isPattern);
}

/**
 * The accounts of all to whom the policy is attached, this identity's first: what does nothing in one may be of use in another. Undefined
 * among them for one that nobody knows.
 */
export function accountsAttachingPolicy(policy: DiscoveredPolicy, { account, policies, otherAccounts }: Identity): readonly (string | undefined)[] {
  return [account, ...otherAccounts?.[policies.indexOf(policy)] ?? []];
}

/**
 * Whether the key policy gives any of the actions to anybody of the account, or may. An IAM policy can be attached to others than the
 * workspace knows of, so that an action has no effect in it only where nobody of the account has it. True for accounts that nobody knows.
 */
export function mayGrantToAccount({ policy, account: owner }: Key, account: string | undefined, actions: ActionSet): boolean {
  if (!policy || account === undefined || owner === undefined) return true;
  return policy.policy.statements.some((statement) => {
    const { effect, action, principal } = statement;
    if (effect !== 'Allow' || !action || !principal || (action.actionSet & actions) === NO_ACTIONS && !action.hasPlaceholder) return false;
    return principal.negated || principal.principals.some((one) => mayMeanAccount(one, statement, account));
  });
}

function mayMeanAccount(principal: Principal, statement: Statement, account: string): boolean {
  if (principal.form === 'anyone') {
    const limit = accountLimitOf(statement);
    return limit?.isExhaustive !== true || limit.accounts.some((named) => named.account === account);
  }
  return principal.form === 'unknown' || principal.account === account;
}
