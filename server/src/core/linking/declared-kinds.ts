import { isUnderPointer, pointerOfAddress, type PolicyAddress } from '../discovery/policy-address';
import { policyKindFromPath } from '../policy/policy-kind';
import type { PolicyKind } from '../policy/policy';
import type { PolicyKindHints } from '../policy/read-policy';
import type { DeclaredKindEntry, PolicyTarget } from './drafts';
import type { DeclaredKind } from '../manifest/manifest-schema';
import { folderNearness, relativePath, type PlainUri } from '../text/uri-path';

/** What `keys` or `identities` say of the kind of some policies of a file. */
export interface KindClaim {
  readonly kind: 'key' | 'identity';
  readonly nearness: number;
  readonly pointer: string | undefined;
  /** The declaration names the file, not a folder around it or a glob. */
  readonly isExact: boolean;
  /** The kind that the rest of the path tells, behind what the declaration names. */
  readonly pathKind: PolicyKind | undefined;
}

/** What `keys` and `identities` say of a file; an entry of `kinds` goes before those of its own folder and of outer ones. */
export function kindClaimsForFile(targets: readonly PolicyTarget[], file: PlainUri, entry: DeclaredKindEntry | undefined): KindClaim[] {
  const least = entry === undefined ? 0 : folderNearness(entry.folder, file) + 1;
  return targets.map((target) => createKindClaim(target, file)).filter((claim) => claim.nearness >= least);
}

function createKindClaim({ key, folder, pointer, basePath: base }: PolicyTarget, file: PlainUri): KindClaim {
  return { kind: key ? 'key' : 'identity', nearness: folderNearness(folder, file), pointer, isExact: base === file,
    pathKind: policyKindFromPath(relativePath(base, file) ?? '') };
}

/**
 * Those of the declarations that decide about a policy: of the nearest `kms-handshake.json`, and among these the ones that name it most
 * closely, by its pointer before its file before a folder. More than one kind: they contradict each other.
 */
export function decisiveClaims(claims: readonly KindClaim[], address: PolicyAddress): readonly KindClaim[] {
  const about = claims.filter((claim) => isUnderPointer(address, claim.pointer));
  const nearest = itemsOfGreatestSize(about, (claim) => claim.nearness);
  return itemsOfGreatestSize(itemsOfGreatestSize(nearest, (claim) => claim.pointer?.length ?? 0), ({ isExact: exact }) => Number(exact));
}

function itemsOfGreatestSize<T>(items: readonly T[], sizeOf: (item: T) => number): readonly T[] {
  const size = Math.max(...items.map(sizeOf));
  return items.filter((item) => sizeOf(item) === size);
}

/** What `readingKind` takes of a file. */
export interface KindEvidence {
  /** By `kinds`. */
  readonly kind: DeclaredKind | undefined;
  /** By `keys` and `identities`. */
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
export function policyKindHints({ kind, kindClaims: claims, pathKind }: KindEvidence, address: PolicyAddress,
  containerKind: PolicyKind | undefined): PolicyKindHints {
  const [claim, ...others] = decisiveClaims(claims, address);
  if (!claim) return { declaredKind: kind ?? containerKind, pathKind };
  if (others.some((other) => other.kind !== claim.kind)) return { declaredKind: containerKind, pathKind };
  if (claim.pointer === pointerOfAddress(address)) return { declaredKind: claim.kind };
  if (containerKind !== undefined) return { declaredKind: containerKind };
  // A folder or glob takes in what lies among the identity policies, too.
  return claim.kind === 'key' || claim.isExact ? { declaredKind: claim.kind } : { expectedKind: 'identity', pathKind: claim.pathKind };
}
