import { missing } from './column';
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

export function worldChange(before: World, now: World, files: readonly string[]): WorldChange {
  return {
    files,
    keys: missing(now.keys, before.keys),
    identities: missing(now.identities, before.identities),
    formerKeys: missing(before.keys, now.keys),
    formerIdentities: missing(before.identities, now.identities),
  };
}
