import { accountsOfPrincipal } from '../../access/account-limit';
import { parseArn } from '../../aws/arn';
import type { Policy, ResourcePattern } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';

/** A key that can be written into a policy. */
export type KeyWithArn = Key & { readonly arn: string };

/** More keys than this are no choice but a list; the rest is left to completion. */
export const MAX_CHOICES = 5;

/** Keys of the workspace with an ARN, each ARN once; AWS managed keys cannot be shared and are left out. */
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

/**
 * The keys that an identity policy can be meant for: those whose key policy names one of its accounts, or, while nobody
 * knows to whom it is attached, those whose key policy names any other account.
 */
export function keysGrantedTo(world: World, identities: readonly Identity[]): KeyWithArn[] {
  const accounts = accountsOf(identities);
  return keysWithArn(world).filter((key) => {
    const named = key.policy ? accountsGrantedBy(key.policy.policy) : [];
    return named.some((account) => account !== key.account && (accounts.length === 0 || accounts.includes(account)));
  });
}

export function accountsOf(identities: readonly Identity[]): string[] {
  return [...new Set(identities.flatMap((identity) => identity.account ?? []))];
}

/** The accounts that a key policy lets in, by themselves or by one of their identities; everyone (`*`) is nobody but whom a condition names. */
export function accountsGrantedBy(policy: Policy): string[] {
  const accounts = policy.statements
    .filter((statement) => statement.effect === 'Allow' && !statement.principal?.negated)
    .flatMap((statement) => (statement.principal?.principals ?? []).flatMap((principal) => accountsOfPrincipal(principal, statement)));
  return [...new Set(accounts.map(({ account }) => account))];
}

/** The accounts other than the key's whose identity policies write out this key's id. */
export function accountsUsingKeyId(world: World, key: Key | undefined): string[] {
  const { keyId } = key ?? {};
  if (keyId === undefined) return [];
  const accounts = world.identities
    .filter((identity) => identity.account !== undefined && identity.account !== key?.account)
    .filter((identity) => identity.policies.some(({ policy }) => resourcePatternsOf(policy).some((pattern) => pattern.text.value.includes(keyId))))
    .map((identity) => identity.account ?? '');
  return [...new Set(accounts)];
}

function resourcePatternsOf(policy: Policy): readonly ResourcePattern[] {
  return policy.statements.flatMap((statement) => statement.resource?.patterns ?? []);
}

/** The keys that a value without a proper ARN means: by key id, by alias, or by the fields of the ARN that are right. */
export function keysMatchingValue(world: World, value: string): KeyWithArn[] {
  const id = /(?:^|[/:])((?:mrk-)?[0-9a-f-]{32,36})$/i.exec(value)?.[1]?.toLowerCase();
  const alias = /(?:^|:)(alias\/[^:]+)$/.exec(value)?.[1];
  const arn = parseArn(value);
  return keysWithArn(world).filter((key) => {
    if (id !== undefined ? key.keyId !== id : alias === undefined || !key.aliases.includes(alias)) return false;
    return (!arn?.region || arn.region === key.region) && (!arn?.account || arn.account === key.account);
  });
}
