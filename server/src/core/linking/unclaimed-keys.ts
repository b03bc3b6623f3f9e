import { compareIdentifiers } from '../aws/identifier-comparison';
import { isMultiRegionId } from '../aws/key-arn';
import type { KeyClaim } from './key-claims';
import type { AmbiguousLinkDraft, LinkPolicy } from './drafts';
import { groupBy } from './group-by';
import type { LinkIndex } from './link-index';
import type { ParsedKeyArn } from './names';

/** Keys without policy and key policies without key, brought together by their account: the least trusted link. */
interface UnclaimedKeyLinks {
  readonly keyByPolicy: ReadonlyMap<LinkPolicy, ParsedKeyArn>;
  readonly ambiguousLinks: readonly AmbiguousLinkDraft[];
}

/**
 * A key belongs to the one key policy of its account that is tied to no other key, if the account has only one such key
 * and one such policy. The Region in a policy's path narrows the choice.
 *
 * @param claims of all key policies
 * @param hasNoUnknownPolicy for keys that have their policy, or can have none
 */
export function linkUnclaimedKeys(claims: readonly KeyClaim[], index: LinkIndex,
  hasNoUnknownPolicy: (key: ParsedKeyArn) => boolean): UnclaimedKeyLinks {
  const claimsByAccount = groupBy(claims, ({ keyParts: { arn, keyId, account } }) =>
    arn === undefined && keyId === undefined && account !== undefined ? [account] : []);
  const keysByAccount = claimsByAccount.size === 0
    ? undefined
    : groupBy(unclaimedKeys(claims, index, hasNoUnknownPolicy), ({ account }) => [account]);
  const keyByPolicy = new Map<LinkPolicy, ParsedKeyArn>();
  const ambiguousLinks: AmbiguousLinkDraft[] = [];
  for (const [account, claimsOfAccount] of claimsByAccount) {
    const choices = new Map<string | undefined, ReturnType<typeof choiceInRegion>>();
    for (const { policy, keyParts: { region }, link } of claimsOfAccount) {
      const choice = choices.get(region) ?? choiceInRegion(region, claimsOfAccount, keysByAccount?.get(account) ?? []);
      choices.set(region, choice);
      const [key] = choice.keys;
      if (!key) continue;
      if (choice.keys.length === 1 && choice.competingPolicies.length === 1) keyByPolicy.set(policy, key);
      else {
        const { candidates, competingPolicies } = choice;
        ambiguousLinks.push({ policy, account, at: link.at ?? { of: 'document', policy }, candidates, competingPolicies });
      }
    }
  }
  return { keyByPolicy, ambiguousLinks };
}

function unclaimedKeys(claims: readonly KeyClaim[], index: LinkIndex, hasNoUnknownPolicy: (key: ParsedKeyArn) => boolean): ParsedKeyArn[] {
  // An ARN with the id of a key that has its policy is that key with a wrong Region or account, not another key.
  const claimedIds = new Set(claims.flatMap(({ keyParts: { keyId } }) => (keyId === undefined || isMultiRegionId(keyId) ? [] : [keyId])));
  return [...index.keys.values()].filter((key) => !claimedIds.has(key.keyId) && !hasWrongArn(key, index) && !hasNoUnknownPolicy(key));
}

/**
 * What AWS CLI output or a declaration calls the key is right; another ARN of the same id, in an identity policy, is the same key misnamed.
 */
function hasWrongArn({ arn, keyId }: ParsedKeyArn, { authoritativeArns, keysById }: LinkIndex): boolean {
  return !authoritativeArns.has(arn) && !isMultiRegionId(keyId)
    && keysById.get(keyId)?.some((key) => authoritativeArns.has(key.arn)) === true;
}

/** The keys that a key policy of the Region can belong to, and the policies that they can belong to. */
function choiceInRegion(region: string | undefined, claims: readonly KeyClaim[], unclaimed: readonly ParsedKeyArn[]) {
  const keys = unclaimed.filter((key) => compareIdentifiers(key.region, region) !== 'different');
  const regions = [...new Set(keys.map((key) => key.region))];
  return {
    keys,
    candidates: keys.map(({ arn }) => arn),
    competingPolicies: claims.filter(({ keyParts }) =>
      regions.some((keyRegion) => compareIdentifiers(keyRegion, keyParts.region) !== 'different')
    )
      .map(({ policy }) => policy),
  };
}
