import { isMultiRegionId } from '../aws/key-arn';
import type { KeyClaim } from './key-claims';
import type { AmbiguousLinkDraft, LinkPolicy } from './drafts';
import { valuesAt, appendToList, type LinkIndex } from './link-index';
import type { ParsedKeyArn } from './names';

/** Keys without policy and key policies without key, brought together by their account: the fourth way of links. */
export interface UnclaimedKeyLinks {
  readonly keyByPolicy: ReadonlyMap<LinkPolicy, ParsedKeyArn>;
  readonly ambiguousLinks: readonly AmbiguousLinkDraft[];
}

/**
 * A key belongs to the one key policy of its account that is tied to no other key, if the account has only one such key
 * and one such policy. The Region in a policy's path narrows the choice.
 *
 * @param claims of all key policies
 * @param isOutOfQuestion keys that have their policy, or can have none
 */
export function linkUnclaimedKeys(claims: readonly KeyClaim[], known: LinkIndex,
  isOutOfQuestion: (key: ParsedKeyArn) => boolean): UnclaimedKeyLinks {
  const policies = new Map<string, KeyClaim[]>();
  for (const claim of claims) {
    const { arn, keyId, account } = claim.keyParts;
    if (arn === undefined && keyId === undefined && account !== undefined) appendToList(policies, account, claim);
  }
  const keyOf = new Map<LinkPolicy, ParsedKeyArn>();
  const ambiguous: AmbiguousLinkDraft[] = [];
  if (policies.size === 0) return { keyByPolicy: keyOf, ambiguousLinks: ambiguous };
  const keys = unclaimedKeys(claims, known, isOutOfQuestion);
  for (const [account, members] of policies) {
    const free = keys.get(account) ?? [];
    if (free.length > 0) linkKeysOfAccount(account, members, free, keyOf, ambiguous);
  }
  return { keyByPolicy: keyOf, ambiguousLinks: ambiguous };
}

function unclaimedKeys(claims: readonly KeyClaim[], known: LinkIndex,
  isOutOfQuestion: (key: ParsedKeyArn) => boolean): Map<string, ParsedKeyArn[]> {
  // An ARN with the id of a key that has its policy is that key with a wrong Region or account, not another key.
  const taken = new Set(claims.flatMap(({ keyParts: { keyId } }) => (keyId === undefined || isMultiRegionId(keyId) ? [] : [keyId])));
  const free = new Map<string, ParsedKeyArn[]>();
  for (const key of known.keys.values())
    if (!taken.has(key.keyId) && !hasWrongArn(key, known) && !isOutOfQuestion(key)) appendToList(free, key.account, key);
  return free;
}

/**
 * What AWS CLI output or a declaration calls the key is right; another ARN of the same id, in an identity policy, is the same key misnamed.
 */
function hasWrongArn({ arn, keyId }: ParsedKeyArn, { authoritativeArns: vouched, keysById }: LinkIndex): boolean {
  return !vouched.has(arn) && !isMultiRegionId(keyId) && valuesAt(keysById, keyId).some((other) => vouched.has(other.arn));
}

function linkKeysOfAccount(account: string, claims: readonly KeyClaim[], free: readonly ParsedKeyArn[],
  keyOf: Map<LinkPolicy, ParsedKeyArn>, ambiguous: AmbiguousLinkDraft[]): void {
  const byRegion = new Map<string | undefined, ReturnType<typeof candidatesInRegion>>();
  for (const { policy, keyParts: { region }, link } of claims) {
    let group = byRegion.get(region);
    if (!group) byRegion.set(region, group = candidatesInRegion(region, claims, free));
    const [only, other] = group.keys;
    if (!only) continue;
    if (!other && group.rivals.length === 1) keyOf.set(policy, only);
    else ambiguous.push({ policy, account, at: link.at ?? { of: 'document', policy }, candidates: group.candidates,
        competingPolicies: group.rivals });
  }
}

function candidatesInRegion(region: string | undefined, claims: readonly KeyClaim[], free: readonly ParsedKeyArn[]) {
  const keys = region === undefined ? free : free.filter((key) => key.region === region);
  const regions = new Set(keys.map((key) => key.region));
  return {
    keys,
    candidates: keys.map(({ arn }) => arn),
    rivals: claims.filter(({ keyParts: parts }) => parts.region === undefined || regions.has(parts.region)).map(({ policy }) => policy),
  };
}
