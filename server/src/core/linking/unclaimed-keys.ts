import { isMultiRegionId } from '../aws/key-arn';
import type { Claim } from './key-claims';
import type { AmbiguousDraft, LinkPolicy } from './drafts';
import { allOf, push, type Known } from './link-index';
import type { KeyName } from './names';

/** Keys without policy and key policies without key, brought together by their account: the fourth way of links. */
export interface FreeLinks {
  readonly keyOf: ReadonlyMap<LinkPolicy, KeyName>;
  readonly ambiguous: readonly AmbiguousDraft[];
}

/**
 * A key belongs to the one key policy of its account that is tied to no other key, if the account has only one such key
 * and one such policy. The Region in a policy's path narrows the choice.
 *
 * @param claims of all key policies
 * @param isOutOfQuestion keys that have their policy, or can have none
 */
export function linkFreeKeys(claims: readonly Claim[], known: Known, isOutOfQuestion: (key: KeyName) => boolean): FreeLinks {
  const policies = new Map<string, Claim[]>();
  for (const claim of claims) {
    const { arn, keyId, account } = claim.parts;
    if (arn === undefined && keyId === undefined && account !== undefined) push(policies, account, claim);
  }
  const keyOf = new Map<LinkPolicy, KeyName>();
  const ambiguous: AmbiguousDraft[] = [];
  if (policies.size === 0) return { keyOf, ambiguous };
  const keys = freeKeys(claims, known, isOutOfQuestion);
  for (const [account, members] of policies) {
    const free = keys.get(account) ?? [];
    if (free.length > 0) matchAccount(account, members, free, keyOf, ambiguous);
  }
  return { keyOf, ambiguous };
}

function freeKeys(claims: readonly Claim[], known: Known, isOutOfQuestion: (key: KeyName) => boolean): Map<string, KeyName[]> {
  // An ARN with the id of a key that has its policy is that key with a wrong Region or account, not another key.
  const taken = new Set(claims.flatMap(({ parts: { keyId } }) => (keyId === undefined || isMultiRegionId(keyId) ? [] : [keyId])));
  const free = new Map<string, KeyName[]>();
  for (const key of known.keys.values()) if (!taken.has(key.keyId) && !isMisnamed(key, known) && !isOutOfQuestion(key)) push(free, key.account, key);
  return free;
}

/** What AWS CLI output or a declaration calls the key is right; another ARN of the same id, in an identity policy, is the same key misnamed. */
function isMisnamed({ arn, keyId }: KeyName, { vouched, keysById }: Known): boolean {
  return !vouched.has(arn) && !isMultiRegionId(keyId) && allOf(keysById, keyId).some((other) => vouched.has(other.arn));
}

function matchAccount(account: string, claims: readonly Claim[], free: readonly KeyName[], keyOf: Map<LinkPolicy, KeyName>, ambiguous: AmbiguousDraft[]): void {
  const byRegion = new Map<string | undefined, ReturnType<typeof choices>>();
  for (const { policy, parts: { region }, link } of claims) {
    let group = byRegion.get(region);
    if (!group) byRegion.set(region, group = choices(region, claims, free));
    const [only, other] = group.keys;
    if (!only) continue;
    if (!other && group.rivals.length === 1) keyOf.set(policy, only);
    else ambiguous.push({ policy, account, at: link.at ?? { of: 'document', policy }, candidates: group.candidates, rivals: group.rivals });
  }
}

function choices(region: string | undefined, claims: readonly Claim[], free: readonly KeyName[]) {
  const keys = region === undefined ? free : free.filter((key) => key.region === region);
  const regions = new Set(keys.map((key) => key.region));
  return {
    keys,
    candidates: keys.map(({ arn }) => arn),
    rivals: claims.filter(({ parts }) => parts.region === undefined || regions.has(parts.region)).map(({ policy }) => policy),
  };
}
