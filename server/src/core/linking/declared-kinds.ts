import { isUnderPointer, pointerOfAddress, type PolicyAddress } from '../discovery/policy-address';
import { policyKindFromPath } from '../policy/policy-kind';
import type { PolicyKind } from '../policy/policy';
import type { PolicyKindHints } from '../policy/read-policy';
import type { DeclaredKindEntry, KindClaim, PolicyTarget } from './drafts';
import { folderNearness, relativePath, type PlainUri } from '../text/uri-path';

/** What `keys` and `identities` say about a file; an entry of `kinds` goes before those of its own folder and of outer ones. */
export function kindClaimsForFile(targets: readonly PolicyTarget[], file: PlainUri, entry: DeclaredKindEntry | undefined): KindClaim[] {
  const least = entry === undefined ? 0 : folderNearness(entry.folder, file) + 1;
  return targets.map(({ key, folder, pointer, basePath }): KindClaim => ({
    kind: key ? 'key' : 'identity', nearness: folderNearness(folder, file), pointer, isExact: basePath === file,
    pathKind: policyKindFromPath(relativePath(basePath, file) ?? ''),
  })).filter((claim) => claim.nearness >= least);
}

/**
 * Those of the declarations that decide about a policy: of the nearest `kms-handshake.json`, and among these the ones that name it most
 * closely, by its pointer before its file before a folder. More than one kind: they contradict each other.
 */
export function decisiveClaims(claims: readonly KindClaim[], address: PolicyAddress): readonly KindClaim[] {
  if (claims.length === 0) return claims;
  const claimsOfPolicy = claims.filter((claim) => isUnderPointer(address, claim.pointer));
  const nearest = itemsOfGreatestSize(claimsOfPolicy, ({ nearness }) => nearness);
  return itemsOfGreatestSize(itemsOfGreatestSize(nearest, ({ pointer }) => pointer?.length ?? 0), ({ isExact }) => Number(isExact));
}

function itemsOfGreatestSize<T>(items: readonly T[], sizeOf: (item: T) => number): readonly T[] {
  const size = Math.max(...items.map(sizeOf));
  return items.filter((item) => sizeOf(item) === size);
}

/** What declarations and the path of a file say about the kind of its policies. */
export interface KindEvidence {
  /** The entry of `kinds` that counts. */
  readonly kindEntry: DeclaredKindEntry | undefined;
  /** By `keys` and `identities`, for the policies that they name, where `kinds` does not go before them. */
  readonly kindClaims: readonly KindClaim[];
  /** What the path tells. */
  readonly pathKind: PolicyKind | undefined;
}

/** The kind that the declarations say, of a policy outside of AWS CLI output. */
export function declaredKindAt(declarations: KindEvidence, address: PolicyAddress): PolicyKind | undefined {
  const { declaredKind, expectedKind } = policyKindHints(declarations, address, undefined);
  return declaredKind ?? expectedKind;
}

/**
 * How a policy is read: a declaration goes before what its text and path tell. Output of AWS that itself tells the kind of its policies
 * goes before a declaration that does not name the policy by its pointer, since a dump holds policies of several kinds.
 */
export function policyKindHints({ kindEntry, kindClaims, pathKind }: KindEvidence, address: PolicyAddress,
  containerKind: PolicyKind | undefined): PolicyKindHints {
  const [claim, ...furtherClaims] = decisiveClaims(kindClaims, address);
  if (!claim) return { declaredKind: kindEntry?.kind ?? containerKind, pathKind };
  if (furtherClaims.some(({ kind }) => kind !== claim.kind)) return { declaredKind: containerKind, pathKind };
  if (claim.pointer === pointerOfAddress(address)) return { declaredKind: claim.kind };
  if (containerKind !== undefined) return { declaredKind: containerKind };
  // A folder or glob takes in what lies among the identity policies, too.
  return claim.kind === 'key' || claim.isExact ? { declaredKind: claim.kind } : { expectedKind: 'identity', pathKind: claim.pathKind };
}
