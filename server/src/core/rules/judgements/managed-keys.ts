import { isAccountId } from '../../aws/arn';
import type { Condition, ResourcePattern } from '../../model/policy';
import type { Text } from '../../model/text';
import type { Identity, Key } from '../../workspace/world';
import { isForeign } from './key-halves';
import { accountsOf } from './known-keys';
import { isPositive } from './statements';

/** The alias of an AWS managed key, by name or ARN: its key policy admits one account and cannot be changed. */
export function isManagedAlias(value: string): boolean {
  return /(^|:)alias\/aws\//.test(value);
}

/** No key policy, and no grant, ever lets another account use an AWS managed key: `aws-managed-key-cross-account` says so. */
export function isForeignManaged({ identity, key }: { readonly identity: Identity; readonly key: Key }): boolean {
  return key.awsManaged && isForeign(identity, key);
}

/** An alias ARN of an AWS managed key in an account that none of these identities is in. */
export function isForeignManagedAlias(pattern: ResourcePattern, identities: readonly Identity[]): boolean {
  const { arn, text } = pattern;
  if (!arn || text.holes.length > 0 || !isManagedAlias(text.value) || !isAccountId(arn.account)) return false;
  const accounts = accountsOf(identities);
  return accounts.length > 0 && !accounts.includes(arn.account);
}

/** The values of `kms:RequestAlias` and `kms:ResourceAliases` that mean AWS managed keys. */
export function managedAliasValues(conditions: readonly Condition[]): readonly Text[] {
  return conditions
    .filter((condition) => ALIAS_KEYS.has(condition.keyLower) && isPositive(condition))
    .flatMap((condition) => condition.values)
    .filter((text) => text.holes.length === 0 && isManagedAlias(text.value));
}

/** The condition keys that hold names of aliases. */
export const ALIAS_KEYS: ReadonlySet<string> = new Set(['kms:requestalias', 'kms:resourcealiases']);
