import { isAccountId } from '../../aws/arn';
import type { Condition, ResourcePattern } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Identity, Key } from '../../linking/entities';
import { isCrossAccount } from './external-grantees';
import { accountsOf } from './workspace-keys';
import { requiresConditionValue } from './kms-conditions';

/** Whether this is the alias of an AWS managed key, by name or ARN. The policy of such a key allows one account and cannot be changed. */
function namesAwsManagedAlias(value: string): boolean {
  return /(^|:)alias\/aws\//.test(value);
}

/** Whether the key is an AWS managed key of another account, which can never be used (`aws-managed-key-cross-account`). */
export function isCrossAccountAwsManagedKey({ identity, key }: { readonly identity: Identity; readonly key: Key }): boolean {
  return key.awsManaged && isCrossAccount(identity, key);
}

/** Whether this is the alias ARN of an AWS managed key in an account that none of the identities belongs to. */
export function isCrossAccountAwsManagedAlias(pattern: ResourcePattern, identities: readonly Identity[]): boolean {
  const { arn, text } = pattern;
  if (!arn || text.placeholders.length > 0 || !namesAwsManagedAlias(text.value) || !isAccountId(arn.account)) return false;
  const accounts = accountsOf(identities);
  return accounts.length > 0 && !accounts.includes(arn.account);
}

/** The values of `kms:RequestAlias` and `kms:ResourceAliases` that name AWS managed keys. */
export function awsManagedAliasValues(conditions: readonly Condition[]): readonly PolicyString[] {
  return conditions
    .filter((condition) => ALIAS_CONDITION_KEYS.has(condition.keyLower) && requiresConditionValue(condition))
    .flatMap((condition) => condition.values)
    .filter(({ value, placeholders }) => placeholders.length === 0 && namesAwsManagedAlias(value));
}

export const ALIAS_CONDITION_KEYS: ReadonlySet<string> = new Set(['kms:requestalias', 'kms:resourcealiases']);
