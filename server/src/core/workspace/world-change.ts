import type { WorkspaceFile } from './file';
import type { Identity, Key, World } from './world';

/** What a change of the workspace changed in it. Records are compared as objects. */
export interface WorldChange {
  /** Files that were read anew, and those that are gone. */
  readonly files: readonly string[];
  /** New and changed records. */
  readonly keys: readonly Key[];
  readonly identities: readonly Identity[];
  /** Records that are gone, or that changed, as they were. */
  readonly formerKeys: readonly Key[];
  readonly formerIdentities: readonly Identity[];
}

export const EMPTY_WORLD: World = {
  keys: [], identities: [], keyOf: new Map(), identitiesOf: new Map(), keysByArn: new Map(), accounts: new Map(), organizations: new Map(),
  facts: [], folders: [], manifests: [], report: { ambiguous: [], conflicts: [], sharedKeyIds: [], manifest: [] },
};

interface Moment {
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  readonly world: World;
}

export function worldChange(before: Moment, now: Moment): WorldChange {
  return {
    files: [
      ...[...now.files].flatMap(([uri, { reading }]) => (before.files.get(uri)?.reading === reading ? [] : [uri])),
      ...[...before.files.keys()].filter((uri) => !now.files.has(uri)),
    ],
    keys: missing(now.world.keys, before.world.keys),
    identities: missing(now.world.identities, before.world.identities),
    formerKeys: missing(before.world.keys, now.world.keys),
    formerIdentities: missing(before.world.identities, now.world.identities),
  };
}

/** The items of the first list that the second has not. */
function missing<T>(items: readonly T[], others: readonly T[]): readonly T[] {
  if (items === others) return [];
  const known = new Set(others);
  return items.filter((item) => !known.has(item));
}
