import { joinNames } from '../text/join-names';
import { claimKey, TRUST, type Claim } from './key-claims';
import { keyTargets, type Reached } from './declared-policies';
import { policyId, type AmbiguousDraft, type Anchor, type ConflictDraft, type KeyDraft, type LinkDraft, type LinkPolicy, type PolicyTarget } from './drafts';
import { linkFreeKeys } from './unclaimed-keys';
import { keyProperties, keySources, type KeySources } from './key-properties';
import { placesOf, push, type Known, type LinkInput } from './link-index';
import type { KeyName } from './names';

export interface KeyLinks {
  readonly keys: readonly KeyDraft[];
  readonly ambiguous: readonly AmbiguousDraft[];
  readonly conflicts: readonly ConflictDraft[];
}

/** Ties every key policy to its key, and lists the keys that have none. */
export function linkKeys(input: LinkInput, known: Known, reached: Reached): KeyLinks {
  const sources = keySources(known, input);
  const targets = keyTargets(reached);
  const claims = input.policies.filter(({ facts }) => facts.kind === 'key').map((policy) => claimKey(policy, targets.get(policy)?.[0], known));
  const owners = keyOwners(claims);
  const free = linkFreeKeys(claims, known, ({ arn, keyId }) => owners.first.has(arn) || keyProperties(arn, keyId, sources).awsManaged);
  const keys = claims.map((claim) => {
    const byText = free.keyOf.get(claim.policy);
    return byText ? keyByText(claim.policy, byText, input, sources) : keyOfClaim(claim, owners, sources);
  });
  const listed = new Set(keys.map(({ parts }) => parts.arn));
  for (const key of known.keys.values()) if (!listed.has(key.arn)) keys.push(bareKey(key, sources));
  const ids = sources.loose.length > 0 ? new Set(claims.map(({ parts }) => parts.keyId)) : undefined;
  for (const keyId of sources.loose) if (ids && !ids.has(keyId)) keys.push(looseKey(keyId, sources));
  return { keys, ambiguous: free.ambiguous, conflicts: [...twoKeys(targets), ...twoPolicies(owners)] };
}

/** The policies of each key by ARN. */
interface Owners {
  readonly first: ReadonlyMap<string, Claim>;
  /** For keys that several policies claim: those with the most trusted link. More than one contradict each other. */
  readonly rivals: ReadonlyMap<string, readonly Claim[]>;
}

function keyOwners(claims: readonly Claim[]): Owners {
  const first = new Map<string, Claim>();
  const all = new Map<string, Claim[]>();
  for (const claim of claims) {
    const { arn } = claim.parts;
    const before = arn === undefined ? undefined : first.get(arn);
    if (arn !== undefined && !before) first.set(arn, claim);
    else if (arn !== undefined && before) push(all, arn, ...all.has(arn) ? [claim] : [before, claim]);
  }
  const rivals = new Map(Array.from(all, ([arn, several]) => {
    const best = Math.min(...several.map(trust));
    return [arn, several.filter((claim) => trust(claim) === best)];
  }));
  return { first, rivals };
}

function trust(claim: Claim): number {
  return TRUST.indexOf(claim.link.reason);
}

function keyOfClaim(claim: Claim, owners: Owners, sources: KeySources): KeyDraft {
  const { policy, link, parts } = claim;
  const { arn, keyId } = parts;
  const properties = keyProperties(arn ?? keyId, keyId, sources);
  if (arn === undefined) return { id: `policy:${policyId(policy)}`, parts, policy, link, properties };
  const rank = owners.rivals.get(arn)?.indexOf(claim) ?? 0;
  if (rank === 0) return { id: arn, parts, policy, link, properties };
  if (rank > 0) return { id: `${arn}|${policyId(policy)}`, parts, policy, link, properties };
  // Another policy is better linked to the key: this one is not the key's policy.
  return { id: `policy:${policyId(policy)}`, parts: { ...parts, arn: undefined }, policy, link, properties };
}

function keyByText(policy: LinkPolicy, key: KeyName, input: LinkInput, sources: KeySources): KeyDraft {
  const link: LinkDraft = {
    reason: 'text', certain: false, at: placesOf(key.arn, input)[0],
    says: `the only key policy of account ${key.account} without a key, and the only key of that account without a key policy`,
  };
  return { ...bareKey(key, sources), policy, link };
}

function bareKey(key: KeyName, sources: KeySources): KeyDraft {
  return { id: key.arn, parts: key, policy: undefined, link: undefined, properties: keyProperties(key.arn, key.keyId, sources) };
}

function looseKey(keyId: string, sources: KeySources): KeyDraft {
  const parts = { arn: undefined, partition: undefined, region: undefined, account: undefined, keyId };
  return { id: `key:${keyId}`, parts, policy: undefined, link: undefined, properties: keyProperties(keyId, keyId, sources) };
}

function* twoKeys(byPolicy: ReadonlyMap<LinkPolicy, readonly PolicyTarget[]>): Iterable<ConflictDraft> {
  for (const targets of byPolicy.values()) {
    if (targets.length < 2) continue;
    const arns = new Set(targets.map(({ key }) => key?.arn.value));
    if (arns.size < 2) continue;
    yield {
      about: 'policy-of-two-keys',
      message: `The same key policy is declared for ${arns.size} keys: ${joinNames([...arns].flatMap((arn) => arn ?? []))}. A key policy belongs to one key; the first one counts.`,
      places: targets.map(({ at }): Anchor => ({ of: 'text', location: at })),
    };
  }
}

function* twoPolicies({ rivals }: Owners): Iterable<ConflictDraft> {
  for (const [arn, claims] of rivals) {
    if (claims.length < 2) continue;
    yield {
      about: 'key-with-two-policies',
      message: `${claims.length} key policies are tied to ${arn}, but a key has one. Each is checked as if it were the only one.`,
      places: claims.map(({ policy, link }) => (link.reason === 'declared' && link.at ? link.at : { of: 'document', policy })),
    };
  }
}
