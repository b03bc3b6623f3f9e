import { accountsOfPrincipal } from '../../access/account-limit';
import { parseArn } from '../../aws/arn';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Policy } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { fixValue, type Fix } from './fix';

/** A key that can be written into a policy. */
export type KeyWithArn = Key & { readonly arn: string };

/** The most keys or accounts that the fixes of a finding offer; completion has all. */
export const MAX_CHOICES = 5;

/** Fixes that write the ARN of one of the keys in place of a value. */
export function fixesUsingKey(policy: DiscoveredPolicy, policyString: PolicyString, keys: readonly Pick<KeyWithArn, 'arn'>[]): Fix[] {
  return keys.slice(0, MAX_CHOICES).flatMap(({ arn }) =>
    fixValue(`Use ${arn}`, policy, policyString, arn, { preferred: keys.length === 1 }));
}

/** The keys of the workspace with an ARN, each ARN once, without AWS managed keys, which cannot be shared. */
export function keysWithArn(world: World): KeyWithArn[] {
  const byArn = new Map<string, KeyWithArn>();
  for (const key of world.keys) {
    if (hasArn(key) && !key.awsManaged && !byArn.has(key.arn)) byArn.set(key.arn, key);
  }
  return [...byArn.values()];
}

function hasArn(key: Key): key is KeyWithArn {
  return key.arn !== undefined;
}

/** The keys whose key policy allows an account of these identities, or any other account where the identities are not known. */
export function keysGrantedTo(world: World, identities: readonly Identity[]): KeyWithArn[] {
  const accounts = accountsOf(identities);
  return keysWithArn(world).filter((key) => {
    const granted = key.policy ? accountsGrantedBy(key.policy.policy) : [];
    return granted.some((account) =>
      compareIdentifiers(account, key.account) === 'different' && (accounts.length === 0 || accounts.includes(account)));
  });
}

export function accountsOf(identities: readonly Identity[]): string[] {
  return [...new Set(identities.flatMap((identity) => identity.account ?? []))];
}

/**
 * The accounts that a key policy allows something, as a whole or by an identity. Everyone (`*`) counts as the accounts that a condition
 * names.
 */
export function accountsGrantedBy(policy: Policy): string[] {
  const accounts = policy.statements
    .filter((statement) => statement.effect === 'Allow' && !statement.principal?.negated)
    .flatMap((statement) => (statement.principal?.principals ?? []).flatMap((principal) => accountsOfPrincipal(principal, statement)));
  return [...new Set(accounts.map(({ account }) => account))];
}

/** The accounts other than the key's whose identity policies contain the key's id. */
export function accountsUsingKeyId(world: World, key: Key | undefined): string[] {
  const { keyId } = key ?? {};
  if (keyId === undefined) return [];
  const hasKeyId = ({ policy }: DiscoveredPolicy): boolean =>
    policy.statements.some(({ resource }) => resource?.patterns.some(({ text }) => text.value.includes(keyId)));
  return accountsOf(world.identities.filter(({ account, policies }) =>
    compareIdentifiers(account, key?.account) !== 'same' && policies.some(hasKeyId)));
}

/** The keys that a value that is not a well-formed ARN may mean: by key id or alias, and by the account and Region of an ARN. */
export function keysMatchingValue(world: World, value: string): KeyWithArn[] {
  const id = /(?:^|[/:])((?:mrk-)?[0-9a-f-]{32,36})$/i.exec(value)?.[1]?.toLowerCase();
  const alias = /(?:^|:)(alias\/[^:]+)$/.exec(value)?.[1];
  const arn = parseArn(value);
  return keysWithArn(world).filter((key) => {
    if (id !== undefined ? compareIdentifiers(key.keyId, id) !== 'same' : alias === undefined || !key.aliases.includes(alias)) return false;
    return (!arn?.region || compareIdentifiers(arn.region, key.region) === 'same')
      && (!arn?.account || compareIdentifiers(arn.account, key.account) === 'same');
  });
}
