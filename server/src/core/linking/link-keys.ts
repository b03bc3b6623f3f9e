import { compareIdentifiers } from '../aws/identifier-comparison';
import { isMultiRegionId } from '../aws/key-arn';
import { joinNames } from '../text/join-names';
import { createKeyClaim, LINK_REASONS_BY_TRUST, type KeyClaim } from './key-claims';
import { keyTargetsByPolicy, type PoliciesByTarget } from './declared-policies';
import { policyId, type LinkConflictDraft, type KeyDraft, type KeyParts, type LinkDraft, type LinkPolicy, type PolicyTarget,
  type SharedKeyIdDraft, type SourceAnchor, type WorkspaceLinks } from './drafts';
import { linkUnclaimedKeys } from './unclaimed-keys';
import { keyProperties, collectKeyPropertySources, type KeyPropertySources } from './key-properties';
import { groupBy } from './group-by';
import { anchorsOfKeyArns, type LinkIndex, type LinkInput } from './link-index';
import type { ParsedKeyArn } from './names';

/** Ties every key policy to its key, and lists the keys that have none. */
export function linkKeys(input: LinkInput, index: LinkIndex,
  policiesByTarget: PoliciesByTarget): Pick<WorkspaceLinks, 'keys' | 'ambiguousLinks' | 'conflicts'> {
  const sources = collectKeyPropertySources(index, input);
  const targets = keyTargetsByPolicy(policiesByTarget);
  const claims = input.policies.filter(({ facts }) => facts.kind === 'key').map((policy) =>
    createKeyClaim(policy, targets.get(policy)?.[0], index)
  );
  const claimsByArn = new Map(Array.from(groupBy(claims, ({ keyParts: { arn } }) => (arn === undefined ? [] : [arn])),
    ([arn, claimsOfKey]) => [arn, mostTrustedClaims(claimsOfKey)]));
  const unclaimed = linkUnclaimedKeys(claims, index,
    ({ arn, keyId }) => claimsByArn.has(arn) || keyProperties(arn, keyId, sources).awsManaged);
  const anchors = anchorsOfKeyArns(new Set(Array.from(unclaimed.keyByPolicy.values(), ({ arn }) => arn)), input);
  const keys = claims.map((claim): KeyDraft => {
    const key = unclaimed.keyByPolicy.get(claim.policy);
    return key
      ? { ...createKeyDraft(key.arn, key, sources), policy: claim.policy, link: linkByAccount(key, anchors.get(key.arn)?.[0]) }
      : keyDraftOfClaim(claim, claimsByArn.get(claim.keyParts.arn ?? '') ?? [], sources);
  });
  const listedArns = new Set(keys.map(({ arn }) => arn));
  for (const key of index.keys.values()) if (!listedArns.has(key.arn)) keys.push(createKeyDraft(key.arn, key, sources));
  const claimedIds = sources.keyIdsWithoutArn.length > 0 ? new Set(claims.map(({ keyParts }) => keyParts.keyId)) : undefined;
  for (const keyId of sources.keyIdsWithoutArn) {
    if (claimedIds?.has(keyId) === false)
      keys.push(
        createKeyDraft(`key:${keyId}`, { arn: undefined, partition: undefined, region: undefined, account: undefined, keyId }, sources),
      );
  }
  return { keys, ambiguousLinks: unclaimed.ambiguousLinks,
    conflicts: [...policiesOfSeveralKeys(targets), ...keysWithSeveralPolicies(claimsByArn)] };
}

/** Those with the most trusted link to a key: more than one contradict each other. */
function mostTrustedClaims(claims: readonly KeyClaim[]): readonly KeyClaim[] {
  if (claims.length < 2) return claims;
  const rank = Math.min(...claims.map(trustRank));
  return claims.filter((claim) => trustRank(claim) === rank);
}

function trustRank(claim: KeyClaim): number {
  return LINK_REASONS_BY_TRUST.indexOf(claim.link.reason);
}

function createKeyDraft(id: string, parts: KeyParts, sources: KeyPropertySources): KeyDraft {
  return { id, ...parts, ...keyProperties(parts.arn ?? parts.keyId, parts.keyId, sources) };
}

/** @param competingClaims the most trusted claims to the same ARN */
function keyDraftOfClaim(claim: KeyClaim, competingClaims: readonly KeyClaim[], sources: KeyPropertySources): KeyDraft {
  const { policy, link, keyParts } = claim;
  const rank = competingClaims.indexOf(claim);
  const draft = { ...createKeyDraft(`policy:${policyId(policy)}`, keyParts, sources), policy, link };
  // Where another policy is better linked to the key, this one is not the key's policy.
  if (keyParts.arn === undefined || rank < 0) return { ...draft, arn: undefined };
  return { ...draft, id: rank === 0 ? keyParts.arn : `${keyParts.arn}|${policyId(policy)}` };
}

function linkByAccount(key: ParsedKeyArn, at: SourceAnchor | undefined): LinkDraft {
  return {
    reason: 'text', certain: false, at,
    description: `the only key policy of account ${key.account} without a key, and the only key of that account without a key policy`,
  };
}

function policiesOfSeveralKeys(targetsByPolicy: ReadonlyMap<LinkPolicy, readonly PolicyTarget[]>): LinkConflictDraft[] {
  return [...targetsByPolicy.values()].flatMap((targets): LinkConflictDraft[] => {
    const arns = [...new Set(targets.flatMap(({ key }) => key?.arn.value ?? []))];
    if (arns.length < 2) return [];
    return [{
      about: 'policy-of-two-keys',
      message: `The same key policy is declared for ${arns.length} keys: ${joinNames(arns)}. `
        + 'A key policy belongs to one key; the first one counts.',
      places: targets.map(({ at }) => ({ of: 'text', location: at })),
    }];
  });
}

function keysWithSeveralPolicies(claimsByArn: ReadonlyMap<string, readonly KeyClaim[]>): LinkConflictDraft[] {
  return [...claimsByArn].flatMap(([arn, claims]): LinkConflictDraft[] => {
    if (claims.length < 2) return [];
    return [{
      about: 'key-with-two-policies',
      message: `Only one of these ${claims.length} key policies can be that of ${arn}: all are tied to it. `
        + 'Each is checked as if it were the only one.',
      places: claims.map(({ policy, link }) => (link.reason === 'declared' && link.at ? link.at : { of: 'document', policy })),
    }];
  });
}

const COMPARED_ARN_FIELDS = ['partition', 'region', 'account'] as const;

/** UUID key ids that stand in more than one ARN. The replicas of a multi-Region key share their id, other keys never do. */
export function findSharedKeyIds({ keysById }: LinkIndex, input: LinkInput): SharedKeyIdDraft[] {
  const shared = [...keysById].flatMap(([keyId, keys]) => {
    if (keys.length < 2) return [];
    const differingFields = COMPARED_ARN_FIELDS.filter((field) =>
      keys.some((key) => compareIdentifiers(key[field], keys[0]?.[field]) === 'different')
    );
    // Replicas stay in the account and partition of their primary (docs/aws-rules.md 6.2).
    const areReplicas = isMultiRegionId(keyId) && differingFields.every((field) => field === 'region');
    return differingFields.length === 0 || areReplicas ? [] : [{ keyId, differingFields, keys }];
  });
  const anchors = anchorsOfKeyArns(new Set(shared.flatMap(({ keys }) => keys.map(({ arn }) => arn))), input);
  return shared.map(({ keyId, differingFields, keys }) => (
    { keyId, differingFields, arns: keys.map(({ arn }) => ({ arn, places: anchors.get(arn) ?? [] })) }));
}
