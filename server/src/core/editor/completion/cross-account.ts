import { isAccountId } from '../../aws/arn';
import type { PolicyCompletionContext } from './completion-context';

/**
 * Whether the statement is certainly about another account than the key's: a key policy statement all of whose principals are elsewhere,
 * or one of an IAM policy all of whose keys are.
 */
export function isCrossAccountStatement({ kind, statement, key, identities }: PolicyCompletionContext): boolean {
  if (kind === 'key') {
    const accounts = (statement?.principal?.principals ?? []).map(({ form, account }) => (form === 'service' ? undefined : account));
    return key?.account !== undefined && areAllOtherAccounts(accounts, [key.account]);
  }
  const identityAccounts = identities.flatMap(({ account }) => account ?? []);
  const accounts = (statement?.resource?.patterns ?? []).filter(({ form }) => form === 'key').map(({ arn }) => arn?.account);
  return identityAccounts.length > 0 && areAllOtherAccounts(accounts, identityAccounts);
}

function areAllOtherAccounts(accounts: readonly (string | undefined)[], ownAccounts: readonly string[]): boolean {
  return accounts.length > 0 && accounts.every((account) => account !== undefined && isAccountId(account) && !ownAccounts.includes(account));
}
