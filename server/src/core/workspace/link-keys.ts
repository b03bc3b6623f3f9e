import type { KeyFact } from '../locate/located';
import { claimKey, TRUST, type Claim } from './claims';
import type { Declared, PolicyTarget } from './declared';
import { keyTargets, type Reached } from './declared-policies';
import { policyId, type AmbiguousDraft, type Anchor, type ConflictDraft, type KeyDraft, type LinkPolicy } from './drafts';
import { linkFreeKeys } from './free-keys';
import { keyProperties, keySources, type KeySources } from './key-properties';
import { push, type Known, type KnownKey } from './known';

export interface KeyLinks {
  readonly keys: readonly KeyDraft[];
  readonly ambiguous: readonly AmbiguousDraft[];
  readonly conflicts: readonly ConflictDraft[];
}

/** Ties every key policy to its key, and lists the keys that have none. */
export function linkKeys(policies: readonly LinkPolicy[], reached: Reached, known: Known, declared: Declared, keyFacts: readonly KeyFact[]): KeyLinks {
  const sources = keySources(known, declared, keyFacts);
  const targets = keyTargets(reached);
  const claims = policies.filter(({ facts }) => facts.kind === 'key').map((policy) => claimKey(policy, targets.get(policy)?.[0], known));
  const owners = keyOwners(claims);
  const free = linkFreeKeys(claims, new Set(owners.keys()), known, (key) => keyProperties(key.arn, key.keyId, sources).awsManaged);
  const keys: KeyDraft[] = [];
  const listed = new Set<string>();
  for (const claim of claims) {
    const key = keyOfClaim(claim, owners, free.keyOf.get(claim.policy), sources);
    if (key.arn !== undefined) listed.add(key.arn);
    keys.push(key);
  }
  for (const key of known.keys.values()) if (!listed.has(key.arn)) keys.push(bareKey(key, sources));
  const ids = new Set(claims.map(({ keyId }) => keyId));
  for (const keyId of sources.loose) if (!ids.has(keyId)) keys.push(looseKey(keyId, sources));
  return { keys, ambiguous: free.ambiguous, conflicts: [...twoKeys(targets), ...twoPolicies(owners)] };
}

/** The policies of each key: those with the most trusted link; several of them contradict each other. */
function keyOwners(claims: readonly Claim[]): Map<string, Claim[]> {
  const byArn = new Map<string, Claim[]>();
  for (const claim of claims) if (claim.arn !== undefined) push(byArn, claim.arn, claim);
  for (const [arn, rivals] of byArn) {
    if (rivals.length === 1) continue;
    const best = Math.min(...rivals.map(trust));
    byArn.set(arn, rivals.filter((claim) => trust(claim) === best));
  }
  return byArn;
}

function trust(claim: Claim): number {
  return TRUST.indexOf(claim.link.reason);
}

function keyOfClaim(claim: Claim, owners: ReadonlyMap<string, readonly Claim[]>, byText: KnownKey | undefined, sources: KeySources): KeyDraft {
  const { policy, keyId, region, account, partition, link } = claim;
  if (byText) return { ...partsOf(byText), id: byText.arn, policy, link: textLink(byText), ...keyProperties(byText.arn, byText.keyId, sources) };
  const rank = claim.arn === undefined ? -1 : owners.get(claim.arn)?.indexOf(claim) ?? -1;
  // Where another policy is better linked to the key, this one is not the key's policy.
  const arn = rank < 0 ? undefined : claim.arn;
  const id = arn === undefined ? `policy:${policyId(policy)}` : rank === 0 ? arn : `${arn}|${policyId(policy)}`;
  return { id, arn, partition, region, account, keyId, policy, link, ...keyProperties(claim.arn ?? keyId, keyId, sources) };
}

function textLink(key: KnownKey): KeyDraft['link'] {
  return {
    reason: 'text', certain: false, at: key.places[0],
    says: `the only key policy of account ${key.account} without a key, and the only key of that account without a key policy`,
  };
}

function partsOf({ arn, partition, region, account, keyId }: KnownKey) {
  return { arn, partition, region, account, keyId };
}

function bareKey(key: KnownKey, sources: KeySources): KeyDraft {
  return { ...partsOf(key), id: key.arn, policy: undefined, link: undefined, ...keyProperties(key.arn, key.keyId, sources) };
}

function looseKey(keyId: string, sources: KeySources): KeyDraft {
  return {
    id: `key:${keyId}`, arn: undefined, partition: undefined, region: undefined, account: undefined, keyId,
    policy: undefined, link: undefined, ...keyProperties(keyId, keyId, sources),
  };
}

function* twoKeys(byPolicy: ReadonlyMap<LinkPolicy, readonly PolicyTarget[]>): Iterable<ConflictDraft> {
  for (const targets of byPolicy.values()) {
    const arns = new Set(targets.map(({ key }) => key?.arn.value));
    if (arns.size < 2) continue;
    yield {
      about: 'policy-of-two-keys',
      message: `The same key policy is declared for ${arns.size} keys: ${[...arns].join(', ')}. A key policy belongs to one key; the first one counts.`,
      places: targets.map(({ at }): Anchor => ({ of: 'text', location: at })),
    };
  }
}

function* twoPolicies(owners: ReadonlyMap<string, readonly Claim[]>): Iterable<ConflictDraft> {
  for (const [arn, claims] of owners) {
    if (claims.length < 2) continue;
    yield {
      about: 'key-with-two-policies',
      message: `${claims.length} key policies are tied to ${arn}, but a key has one. Each is judged as if it were the only one.`,
      places: claims.map(({ policy, link }) => (link.reason === 'declared' && link.at ? link.at : { of: 'document', policy })),
    };
  }
}
