import { isAccountId } from '../../aws/arn';
import type { Condition, ResourcePattern } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Identity, Key } from '../../linking/entities';
import { isCrossAccount } from './external-grantees';
import { accountsOf } from './workspace-keys';
import { requiresConditionValue } from './kms-conditions';

/** The alias of an AWS managed key, by name or ARN: its key policy admits one account and cannot be changed. */
export function namesAwsManagedAlias(value: string): boolean {
  return /(^|:)alias\/aws\//.test(value);
}

/** No key policy, and no grant, ever lets another account use an AWS managed key: `aws-managed-key-cross-account` says so. */
export function isCrossAccountAwsManagedKey({ identity, key }: { readonly identity: Identity; readonly key: Key }): boolean {
  return key.awsManaged && isCrossAccount(identity, key);
}

/** An alias ARN of an AWS managed key in an account that none of these identities is in. */
export function isCrossAccountAwsManagedAlias(pattern: ResourcePattern, identities: readonly Identity[]): boolean {
  const { arn, text: policyString } = pattern;
  if (!arn || policyString.placeholders.length > 0 || !namesAwsManagedAlias(policyString.value) || !isAccountId(arn.account)) return false;
  const accounts = accountsOf(identities);
  return accounts.length > 0 && !accounts.includes(arn.account);
}

/** The values of `kms:RequestAlias` and `kms:ResourceAliases` that mean AWS managed keys. */
export function awsManagedAliasValues(conditions: readonly Condition[]): readonly PolicyString[] {
  return conditions
    .filter((condition) => ALIAS_CONDITION_KEYS.has(condition.keyLower) && requiresConditionValue(condition))
    .flatMap((condition) => condition.values)
    .filter((policyString) => policyString.placeholders.length === 0 && namesAwsManagedAlias(policyString.value));
}

/** The condition keys that hold names of aliases. */
export const ALIAS_CONDITION_KEYS: ReadonlySet<string> = new Set(['kms:requestalias', 'kms:resourcealiases']);
