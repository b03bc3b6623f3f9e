import { isMultiRegionId } from '../aws/key-arn';
import type { Claim } from './claims';
import type { AmbiguousDraft, LinkPolicy } from './drafts';
import { push, type Known, type KnownKey } from './known';

/** Keys without policy and key policies without key, brought together by their account: the fourth way of links. */
export interface FreeLinks {
  readonly keyOf: ReadonlyMap<LinkPolicy, KnownKey>;
  readonly ambiguous: readonly AmbiguousDraft[];
}

/**
 * A key belongs to the one key policy of its account that is tied to no other key, if the account has only one such key
 * and one such policy. The Region in a policy's path narrows the choice.
 *
 * @param claims of all key policies
 * @param tied ARNs that have their key policy
 */
export function linkFreeKeys(claims: readonly Claim[], tied: ReadonlySet<string>, known: Known, isOutOfQuestion: (key: KnownKey) => boolean): FreeLinks {
  const policies = new Map<string, Claim[]>();
  for (const claim of claims) {
    if (claim.arn === undefined && claim.keyId === undefined && claim.account !== undefined) push(policies, claim.account, claim);
  }
  const keyOf = new Map<LinkPolicy, KnownKey>();
  const ambiguous: AmbiguousDraft[] = [];
  if (policies.size === 0) return { keyOf, ambiguous };
  const keys = freeKeys(claims, tied, known, isOutOfQuestion);
  for (const [account, members] of policies) {
    const free = keys.get(account) ?? [];
    if (free.length > 0) matchAccount(account, members, free, keyOf, ambiguous);
  }
  return { keyOf, ambiguous };
}

function freeKeys(claims: readonly Claim[], tied: ReadonlySet<string>, known: Known, isOutOfQuestion: (key: KnownKey) => boolean): Map<string, KnownKey[]> {
  // An ARN with the id of a key that has its policy is that key with a wrong Region or account, not another key.
  const taken = new Set(claims.flatMap(({ keyId }) => (keyId === undefined || isMultiRegionId(keyId) ? [] : [keyId])));
  const free = new Map<string, KnownKey[]>();
  for (const key of known.keys.values()) {
    if (!tied.has(key.arn) && !taken.has(key.keyId) && !isOutOfQuestion(key)) push(free, key.account, key);
  }
  return free;
}

function matchAccount(account: string, claims: readonly Claim[], free: readonly KnownKey[], keyOf: Map<LinkPolicy, KnownKey>, ambiguous: AmbiguousDraft[]): void {
  const byRegion = new Map<string | undefined, { keys: readonly KnownKey[]; candidates: string[]; rivals: LinkPolicy[] }>();
  for (const { policy, region, link } of claims) {
    let group = byRegion.get(region);
    if (!group) byRegion.set(region, group = choices(region, claims, free));
    const [only, other] = group.keys;
    if (!only) continue;
    if (!other && group.rivals.length === 1) keyOf.set(policy, only);
    else ambiguous.push({ policy, account, at: link.at ?? { of: 'document', policy }, candidates: group.candidates, rivals: group.rivals });
  }
}

function choices(region: string | undefined, claims: readonly Claim[], free: readonly KnownKey[]) {
  const keys = region === undefined ? free : free.filter((key) => key.region === region);
  const regions = new Set(keys.map((key) => key.region));
  return {
    keys,
    candidates: keys.map(({ arn }) => arn),
    rivals: claims.filter((claim) => claim.region === undefined || regions.has(claim.region)).map(({ policy }) => policy),
  };
}
