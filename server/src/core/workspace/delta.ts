import type { FileDiscovery } from '../discovery/read-file';
import type { Identity, Key } from '../linking/entities';

/** How a set of immutable records became another one. A record that is in none of the three lists is in both sets. */
export interface RecordDelta<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  /** By the old record the new one of the same key, identity or file. */
  readonly replaced: ReadonlyMap<T, T>;
}

/** What a change did to the world. */
export interface WorldDelta {
  readonly keys: RecordDelta<Key>;
  readonly identities: RecordDelta<Identity>;
  /** Records that are in both worlds stand in another order. */
  readonly isReordered: boolean;
  /** The declared organizations differ, on which every verdict may depend. */
  readonly isOrganizationChange: boolean;
}

/** What a change did to a workspace: all that has to be looked at again follows from it. */
export interface WorkspaceDelta extends WorldDelta {
  readonly readings: RecordDelta<FileDiscovery>;
}

export const NO_WORLD_DELTA: WorldDelta = {
  keys: replacementsOnly(new Map<Key, Key>()), identities: replacementsOnly(new Map<Identity, Identity>()), isReordered: false,
  isOrganizationChange: false,
};

export const NO_WORKSPACE_DELTA: WorkspaceDelta = { ...NO_WORLD_DELTA,
  readings: replacementsOnly(new Map<FileDiscovery, FileDiscovery>()) };

export function replacementsOnly<T>(replaced: ReadonlyMap<T, T>): RecordDelta<T> {
  return { added: [], removed: [], replaced };
}

export function newRecords<T>({ added, replaced }: RecordDelta<T>): readonly T[] {
  return [...replaced.values(), ...added];
}

export function oldRecords<T>({ removed, replaced }: RecordDelta<T>): readonly T[] {
  return [...replaced.keys(), ...removed];
}

/** One change in place of two that follow each other. */
export function composeDeltas(first: WorkspaceDelta, second: WorkspaceDelta): WorkspaceDelta {
  return {
    readings: composeRecordDeltas(first.readings, second.readings),
    keys: composeRecordDeltas(first.keys, second.keys),
    identities: composeRecordDeltas(first.identities, second.identities),
    isReordered: first.isReordered || second.isReordered,
    isOrganizationChange: first.isOrganizationChange || second.isOrganizationChange,
  };
}

function composeRecordDeltas<T>(first: RecordDelta<T>, second: RecordDelta<T>): RecordDelta<T> {
  if (newRecords(first).length + first.removed.length === 0) return second;
  const added = new Set(first.added);
  const removed = new Set(first.removed);
  const replaced = new Map(first.replaced);
  const originals = new Map(Array.from(first.replaced, ([old, record]) => [record, old]));
  for (const record of second.removed) {
    const original = originals.get(record);
    if (original !== undefined) replaced.delete(original);
    if (!added.delete(record)) removed.add(original ?? record);
  }
  for (const [old, record] of second.replaced) {
    if (added.delete(old)) added.add(record);
    else replaced.set(originals.get(old) ?? old, record);
  }
  for (const record of second.added) added.add(record);
  return { added: [...added], removed: [...removed], replaced };
}
