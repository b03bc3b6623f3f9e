import { kindOfPath } from '../model/classify';
import type { PolicyKind } from '../model/policy';
import type { ReadingKind } from '../model/read-policy';
import type { KindEntry, PolicyTarget } from './drafts';
import { isUnderPointer } from './manifest';
import type { DeclaredKind } from './manifest-shape';
import { nearness, relativePath, type PlainUri } from './paths';

/** What `keys` or `identities` say of the kind of some policies of a file. */
export interface NamedKind {
  readonly kind: 'key' | 'identity';
  readonly nearness: number;
  readonly pointer: string | undefined;
  /** The declaration names the file, not a folder around it or a glob. */
  readonly exact: boolean;
  /** The kind that the rest of the path tells, behind what the declaration names. */
  readonly pathKind: PolicyKind | undefined;
}

/** What `keys` and `identities` say of a file; an entry of `kinds` goes before those of its own folder and of outer ones. */
export function namedKinds(targets: readonly PolicyTarget[], file: PlainUri, entry: KindEntry | undefined): NamedKind[] {
  const least = entry === undefined ? 0 : nearness(entry.folder, file) + 1;
  return targets.map((target) => namedKind(target, file)).filter((named) => named.nearness >= least);
}

function namedKind({ key, folder, pointer, base }: PolicyTarget, file: PlainUri): NamedKind {
  return { kind: key ? 'key' : 'identity', nearness: nearness(folder, file), pointer, exact: base === file, pathKind: kindOfPath(relativePath(base, file) ?? '') };
}

/**
 * Those of the declarations that decide about a policy: of the nearest `kms-handshake.json`, and among these the ones that name it most
 * closely, by its pointer before its file before a folder. More than one kind: they contradict each other.
 */
export function decisive(named: readonly NamedKind[], pointer: string): readonly NamedKind[] {
  const about = named.filter((declaration) => isUnderPointer(pointer, declaration.pointer));
  const nearest = greatest(about, (declaration) => declaration.nearness);
  return greatest(greatest(nearest, (declaration) => declaration.pointer?.length ?? 0), ({ exact }) => Number(exact));
}

function greatest<T>(items: readonly T[], sizeOf: (item: T) => number): readonly T[] {
  const size = Math.max(...items.map(sizeOf));
  return items.filter((item) => sizeOf(item) === size);
}

/** What `readingKind` takes of a file. */
export interface KindDeclarations {
  /** By `kinds`. */
  readonly kind: DeclaredKind | undefined;
  /** By `keys` and `identities`. */
  readonly named: readonly NamedKind[];
  /** What the path tells. */
  readonly pathKind: PolicyKind | undefined;
}

/** The kind that the declarations say, of a policy outside of AWS CLI output. */
export function declaredKindAt(declarations: KindDeclarations, pointer: string): PolicyKind | undefined {
  const { kind, expected } = readingKind(declarations, pointer, undefined);
  return kind ?? expected;
}

/**
 * How a policy is read: a declaration goes before what its text and path tell. Output of AWS that itself tells the kind of its policies
 * goes before a declaration that does not name the policy by its pointer, since a dump holds policies of several kinds.
 */
export function readingKind({ kind, named, pathKind }: KindDeclarations, pointer: string, containerKind: PolicyKind | undefined): ReadingKind {
  const [declaration, ...others] = decisive(named, pointer);
  if (!declaration) return { kind: kind ?? containerKind, pathKind };
  if (others.some((other) => other.kind !== declaration.kind)) return { kind: containerKind, pathKind };
  if (declaration.pointer === pointer) return { kind: declaration.kind };
  if (containerKind !== undefined) return { kind: containerKind };
  // A folder or glob takes in what lies among the identity policies, too.
  return declaration.kind === 'key' || declaration.exact ? { kind: declaration.kind } : { expected: 'identity', pathKind: declaration.pathKind };
}
