import { joinNames } from '../text/join-names';
import { createKeyClaim, LINK_REASONS_BY_TRUST, type KeyClaim } from './key-claims';
import { keyTargetsByPolicy, type PoliciesByTarget } from './declared-policies';
import { policyId, type AmbiguousLinkDraft, type SourceAnchor, type LinkConflictDraft, type KeyDraft, type LinkDraft, type LinkPolicy,
  type PolicyTarget } from './drafts';
import { linkUnclaimedKeys } from './unclaimed-keys';
import { keyProperties, collectKeyPropertySources, type KeyPropertySources } from './key-properties';
import { anchorsOfKeyArn, appendToList, type LinkIndex, type LinkInput } from './link-index';
import type { ParsedKeyArn } from './names';

export interface KeyLinks {
  readonly keys: readonly KeyDraft[];
  readonly ambiguousLinks: readonly AmbiguousLinkDraft[];
  readonly conflicts: readonly LinkConflictDraft[];
}

/** Ties every key policy to its key, and lists the keys that have none. */
export function linkKeys(input: LinkInput, known: LinkIndex, reached: PoliciesByTarget): KeyLinks {
  const sources = collectKeyPropertySources(known, input);
  const targets = keyTargetsByPolicy(reached);
  const claims = input.policies.filter(({ facts }) => facts.kind === 'key').map((policy) =>
    createKeyClaim(policy, targets.get(policy)?.[0], known)
  );
  const owners = groupClaimsByArn(claims);
  const free = linkUnclaimedKeys(claims, known,
    ({ arn, keyId }) => owners.firstClaims.has(arn) || keyProperties(arn, keyId, sources).awsManaged);
  const keys = claims.map((claim) => {
    const byText = free.keyByPolicy.get(claim.policy);
    return byText ? keyDraftByAccount(claim.policy, byText, input, sources) : keyDraftOfClaim(claim, owners, sources);
  });
  const listed = new Set(keys.map(({ parts }) => parts.arn));
  for (const key of known.keys.values()) if (!listed.has(key.arn)) keys.push(keyDraftWithoutPolicy(key, sources));
  const ids = sources.keyIdsWithoutArn.length > 0 ? new Set(claims.map(({ keyParts: parts }) => parts.keyId)) : undefined;
  for (const keyId of sources.keyIdsWithoutArn) if (ids && !ids.has(keyId)) keys.push(keyDraftWithoutArn(keyId, sources));
  return { keys, ambiguousLinks: free.ambiguousLinks, conflicts: [...policiesOfSeveralKeys(targets), ...keysWithSeveralPolicies(owners)] };
}

/** The policies of each key by ARN. */
interface ClaimsByArn {
  readonly firstClaims: ReadonlyMap<string, KeyClaim>;
  /** For keys that several policies claim: those with the most trusted link. More than one contradict each other. */
  readonly competingClaims: ReadonlyMap<string, readonly KeyClaim[]>;
}

function groupClaimsByArn(claims: readonly KeyClaim[]): ClaimsByArn {
  const first = new Map<string, KeyClaim>();
  const all = new Map<string, KeyClaim[]>();
  for (const claim of claims) {
    const { arn } = claim.keyParts;
    const before = arn === undefined ? undefined : first.get(arn);
    if (arn !== undefined && !before) first.set(arn, claim);
    else if (arn !== undefined && before) appendToList(all, arn, ...all.has(arn) ? [claim] : [before, claim]);
  }
  const rivals = new Map(Array.from(all, ([arn, several]) => {
    const best = Math.min(...several.map(trustRank));
    return [arn, several.filter((claim) => trustRank(claim) === best)];
  }));
  return { firstClaims: first, competingClaims: rivals };
}

function trustRank(claim: KeyClaim): number {
  return LINK_REASONS_BY_TRUST.indexOf(claim.link.reason);
}

function keyDraftOfClaim(claim: KeyClaim, owners: ClaimsByArn, sources: KeyPropertySources): KeyDraft {
  const { policy, link, keyParts: parts } = claim;
  const { arn, keyId } = parts;
  const properties = keyProperties(arn ?? keyId, keyId, sources);
  if (arn === undefined) return { id: `policy:${policyId(policy)}`, parts, policy, link, properties };
  const rank = owners.competingClaims.get(arn)?.indexOf(claim) ?? 0;
  if (rank === 0) return { id: arn, parts, policy, link, properties };
  if (rank > 0) return { id: `${arn}|${policyId(policy)}`, parts, policy, link, properties };
  // Another policy is better linked to the key: this one is not the key's policy.
  return { id: `policy:${policyId(policy)}`, parts: { ...parts, arn: undefined }, policy, link, properties };
}

function keyDraftByAccount(policy: LinkPolicy, key: ParsedKeyArn, input: LinkInput, sources: KeyPropertySources): KeyDraft {
  const link: LinkDraft = {
    reason: 'text', certain: false, at: anchorsOfKeyArn(key.arn, input)[0],
    description: `the only key policy of account ${key.account} without a key, and the only key of that account without a key policy`,
  };
  return { ...keyDraftWithoutPolicy(key, sources), policy, link };
}

function keyDraftWithoutPolicy(key: ParsedKeyArn, sources: KeyPropertySources): KeyDraft {
  return { id: key.arn, parts: key, policy: undefined, link: undefined, properties: keyProperties(key.arn, key.keyId, sources) };
}

function keyDraftWithoutArn(keyId: string, sources: KeyPropertySources): KeyDraft {
  const parts = { arn: undefined, partition: undefined, region: undefined, account: undefined, keyId };
  return { id: `key:${keyId}`, parts, policy: undefined, link: undefined, properties: keyProperties(keyId, keyId, sources) };
}

function* policiesOfSeveralKeys(byPolicy: ReadonlyMap<LinkPolicy, readonly PolicyTarget[]>): Iterable<LinkConflictDraft> {
  for (const targets of byPolicy.values()) {
    if (targets.length < 2) continue;
    const arns = new Set(targets.map(({ key }) => key?.arn.value));
    if (arns.size < 2) continue;
    yield {
      about: 'policy-of-two-keys',
      message: `The same key policy is declared for ${arns.size} keys: ${joinNames([...arns].flatMap((arn) => arn ?? []))}. `
        + 'A key policy belongs to one key; the first one counts.',
      places: targets.map(({ at }): SourceAnchor => ({ of: 'text', location: at })),
    };
  }
}

function* keysWithSeveralPolicies({ competingClaims: rivals }: ClaimsByArn): Iterable<LinkConflictDraft> {
  for (const [arn, claims] of rivals) {
    if (claims.length < 2) continue;
    yield {
      about: 'key-with-two-policies',
      message: `${claims.length} key policies are tied to ${arn}, but a key has one. Each is checked as if it were the only one.`,
      places: claims.map(({ policy, link }) => (link.reason === 'declared' && link.at ? link.at : { of: 'document', policy })),
    };
  }
}
