import type { Identity, Key } from '../../linking/entities';
import { appendToList } from '../../linking/group-by';
import { haveSameItems } from '../../linking/same-data';
import { newRecords, oldRecords, type WorldDelta } from '../../workspace/delta';
import { patchMap } from '../../workspace/patched-map';
import type { World } from '../../workspace/world';
import { callerOf } from '../caller';
import { candidateKeysOf, granteesOf, indexKeys, referencedKeysOf, type KeyIndex } from './key-index';
import { isRelevantPair } from './pair-relevance';
import { identityRecordKey, identityRegister, principalsNamedByKeyPolicy, principalsWithoutPolicies,
  type IdentityRegister } from './principals-without-policies';

/** An identity and a key that can matter to each other. */
export interface Pair {
  readonly identity: Identity;
  readonly key: Key;
}

/** Who can matter to which key. Lists are in the order of the world, and the same objects while nothing in them changes. */
export interface AccessGraph {
  readonly keysByIdentity: ReadonlyMap<Identity, readonly Key[]>;
  readonly identitiesByKey: ReadonlyMap<Key, readonly Identity[]>;
  /** Everyone whom the policy of each key names. */
  readonly namedPrincipalsByKey: ReadonlyMap<Key, readonly Identity[]>;
  /** Those of them that no identity policy of the workspace is attached to. */
  readonly principalsWithoutPoliciesByKey: ReadonlyMap<Key, readonly Identity[]>;
  /** A principal is one record, whichever key policies name it. */
  readonly principalRecords: ReadonlyMap<string, Identity>;
  readonly register: IdentityRegister;
  /** Made when an identity first needs it; the same function while no key changes. */
  readonly keyIndex: () => KeyIndex;
}

/** The pairs that are not in the graph any more, and those that are new. A pair of the same two records may be in both. */
export interface AccessGraphDelta {
  readonly removed: readonly Pair[];
  readonly added: readonly Pair[];
}

type GraphWorld = Pick<World, 'keys' | 'identities' | 'memoize'>;

/** A larger share of the keys and identities of a world is not put into the graph before: it is made anew. */
const MAX_UPDATED_SHARE = 1 / 8;
const NO_KEYS: readonly Key[] = [];
const NO_IDENTITIES: readonly Identity[] = [];

/** All pairs of a world, in the order of its identities and keys, and last those that only a key policy names. */
export function relevantPairsOf(world: GraphWorld): readonly Pair[] {
  return pairsOfGraph(accessGraphOf(world));
}

/** Those of principals without policies come last. */
export function pairsOfGraph({ keysByIdentity, principalsWithoutPoliciesByKey }: AccessGraph): readonly Pair[] {
  const pairs: Pair[] = [];
  keysByIdentity.forEach((keys, identity) => { for (const key of keys) pairs.push({ identity, key }); });
  principalsWithoutPoliciesByKey.forEach((identities, key) => { for (const identity of identities) pairs.push({ identity, key }); });
  return pairs;
}

/** @param principalRecords of a graph before, so that what is known about principals without policies stays valid */
export function accessGraphOf({ keys, identities, memoize }: GraphWorld,
  principalRecords: AccessGraph['principalRecords'] = new Map()): AccessGraph {
  const keyIndex = lazyKeyIndex(keys, memoize);
  const keysByIdentity = new Map(identities.map((identity) => [identity, relevantKeysOf(identity, keyIndex(), memoize)] as const));
  const identitiesByKey = new Map<Key, Identity[]>(keys.map((key) => [key, []]));
  for (const [identity, relevantKeys] of keysByIdentity) for (const key of relevantKeys) appendToList(identitiesByKey, key, identity);
  const records = new Map(principalRecords);
  const namedPrincipalsByKey = new Map(
    keys.map((key) => [key, principalsNamedByKeyPolicy(key, (identity) => sharedRecord(identity, records))] as const),
  );
  const register = identityRegister(identities);
  const principalsWithoutPoliciesByKey = new Map(Array.from(namedPrincipalsByKey, ([key, named]) => (
    [key, principalsWithoutPolicies(named, accountsOf(identitiesByKey.get(key) ?? [], memoize), register)] as const)));
  return { keysByIdentity, identitiesByKey, namedPrincipalsByKey, principalsWithoutPoliciesByKey, principalRecords: records, register,
    keyIndex };
}

function lazyKeyIndex(keys: readonly Key[], memoize: World['memoize']): () => KeyIndex {
  let index: KeyIndex | undefined;
  return () => index ??= indexKeys(keys, (key) => memoize(granteesOf, key));
}

/** The graph of a world that a change made. */
export function updateAccessGraph(
  before: AccessGraph, world: GraphWorld, delta: WorldDelta,
): { readonly graph: AccessGraph; readonly delta: AccessGraphDelta } {
  const newKeys = newRecords(delta.keys);
  const newIdentities = newRecords(delta.identities);
  const newShare = (newKeys.length + newIdentities.length) / (world.keys.length + world.identities.length);
  if (delta.isReordered || newShare > MAX_UPDATED_SHARE) {
    const graph = accessGraphOf(world, before.principalRecords);
    return { graph, delta: { removed: pairsOfGraph(before), added: pairsOfGraph(graph) } };
  }
  const keyIndex = newKeys.length + oldRecords(delta.keys).length === 0 ? before.keyIndex : lazyKeyIndex(world.keys, world.memoize);
  const changes = keyListChanges(before, world, delta, keyIndex);
  const keysByIdentity = patchMap(before.keysByIdentity, changes.flatMap(({ old, identity, keys }) => [
    ...old && old !== identity ? [[old, undefined] as const] : [], ...identity ? [[identity, keys] as const] : [],
  ]));
  const identityLists = identityListPatch(before, world, delta, changes);
  const identitiesByKey = patchMap(before.identitiesByKey, identityLists);
  const principals = updatePrincipals({ ...before, identitiesByKey }, world, delta, new Set([...identityLists.keys()]));
  return {
    graph: { ...principals.graph, keysByIdentity, identitiesByKey, keyIndex },
    delta: {
      removed: [...changes.flatMap(removedPairs), ...principals.removed],
      added: [...changes.flatMap(addedPairs), ...principals.added],
    },
  };
}

/** What became of an identity: its record before and now, each with its keys. */
interface KeyListChange {
  readonly old: Identity | undefined;
  readonly oldKeys: readonly Key[];
  readonly identity: Identity | undefined;
  readonly keys: readonly Key[];
}

function removedPairs({ old, oldKeys, identity, keys }: KeyListChange): Pair[] {
  const remainingKeys = old === identity ? new Set(keys) : undefined;
  return old ? oldKeys.filter((key) => !remainingKeys?.has(key)).map((key) => ({ identity: old, key })) : [];
}

function addedPairs({ old, oldKeys, identity, keys }: KeyListChange): Pair[] {
  const previousKeys = old === identity ? new Set(oldKeys) : undefined;
  return identity ? keys.filter((key) => !previousKeys?.has(key)).map((key) => ({ identity, key })) : [];
}

function keyListChanges({ keysByIdentity, identitiesByKey }: AccessGraph, world: GraphWorld,
  { keys, identities }: WorldDelta, keyIndex: () => KeyIndex): readonly KeyListChange[] {
  const { memoize } = world;
  const oldKeysOf = (identity: Identity | undefined): readonly Key[] => (identity && keysByIdentity.get(identity)) ?? NO_KEYS;
  const changes: KeyListChange[] = [
    ...identities.removed.map((old) => ({ old, oldKeys: oldKeysOf(old), identity: undefined, keys: NO_KEYS })),
    ...Array.from(identities.replaced,
      ([old, identity]) => ({ old, oldKeys: oldKeysOf(old), identity, keys: relevantKeysOf(identity, keyIndex(), memoize) })),
    ...identities.added.map((identity) => (
      { old: undefined, oldKeys: NO_KEYS, identity, keys: relevantKeysOf(identity, keyIndex(), memoize) })),
  ];
  const otherIdentities = new Set(newRecords(identities));
  const hits = new Map<Identity, readonly Key[]>();
  const newKeys = newRecords(keys);
  if (newKeys.length > 0) {
    const newKeyIndex = lazyKeyIndex(newKeys, memoize)();
    for (const identity of world.identities) {
      const relevantKeys = otherIdentities.has(identity) ? NO_KEYS : relevantKeysOf(identity, newKeyIndex, memoize);
      if (relevantKeys.length > 0) hits.set(identity, relevantKeys);
    }
  }
  const gone = new Set(oldRecords(keys));
  const goneIdentities = new Set(oldRecords(identities));
  const affected = new Set([...hits.keys(), ...Array.from(gone, (key) => identitiesByKey.get(key) ?? []).flat()]);
  for (const identity of affected) {
    if (otherIdentities.has(identity) || goneIdentities.has(identity)) continue;
    const oldKeys = oldKeysOf(identity);
    changes.push({ old: identity, oldKeys, identity,
      keys: keyListAfter(oldKeys, hits.get(identity) ?? [], keys.replaced, gone, world.keys) });
  }
  return changes;
}

/** Most often one key takes the place of another; a list is sorted only where a key is new in it. */
function keyListAfter(
  keys: readonly Key[], hits: readonly Key[], replaced: ReadonlyMap<Key, Key>, gone: ReadonlySet<Key>, order: readonly Key[],
): readonly Key[] {
  const left = new Set(hits);
  const kept = keys.flatMap((key) => {
    if (!gone.has(key)) return [key];
    const next = replaced.get(key);
    return next && left.delete(next) ? [next] : [];
  });
  return left.size === 0 ? kept : inOrderOf(order, [...kept, ...left]);
}

function inOrderOf<T>(order: readonly T[], items: readonly T[]): readonly T[] {
  const members = new Set(items);
  return order.filter((item) => members.has(item));
}

function relevantKeysOf(identity: Identity, keyIndex: KeyIndex, memoize: World['memoize']): readonly Key[] {
  return candidateKeysOf(memoize(referencedKeysOf, identity), keyIndex).filter((key) => isRelevantPair(identity, key, memoize));
}

/** The lists of identities that change, by key; undefined for keys that are gone. */
function identityListPatch(
  { identitiesByKey }: AccessGraph, world: GraphWorld, { keys, identities }: WorldDelta, changes: readonly KeyListChange[],
): ReadonlyMap<Key, readonly Identity[] | undefined> {
  const leaving = new Map<Key, Set<Identity>>();
  const joining = new Map<Key, Set<Identity>>();
  const collect = (sets: Map<Key, Set<Identity>>, { identity, key }: Pair): void => {
    const set = sets.get(key) ?? new Set<Identity>();
    sets.set(key, set.add(identity));
  };
  for (const change of changes) {
    for (const pair of removedPairs(change)) collect(leaving, pair);
    for (const pair of addedPairs(change)) collect(joining, pair);
  }
  const patch = new Map<Key, readonly Identity[] | undefined>(oldRecords(keys).map((key) => [key, undefined]));
  const newKeys = newRecords(keys);
  for (const key of new Set([...newKeys, ...leaving.keys(), ...joining.keys()])) {
    if (patch.has(key)) continue;
    const left = joining.get(key) ?? new Set<Identity>();
    const kept = (identitiesByKey.get(key) ?? NO_IDENTITIES).flatMap((identity) => {
      if (leaving.get(key)?.has(identity) !== true) return [identity];
      const next = identities.replaced.get(identity);
      return next && left.delete(next) ? [next] : [];
    });
    patch.set(key, left.size === 0 ? kept : inOrderOf(world.identities, [...kept, ...left]));
  }
  return patch;
}

interface PrincipalsUpdate extends AccessGraphDelta {
  readonly graph: Omit<AccessGraph, 'keysByIdentity' | 'identitiesByKey' | 'keyIndex'>;
}

/** @param changedKeys the keys with other identities than before */
function updatePrincipals(graph: AccessGraph, world: GraphWorld, { keys, identities }: WorldDelta,
  changedKeys: ReadonlySet<Key>): PrincipalsUpdate {
  const gone = oldRecords(keys);
  const records = new Map<string, Identity>();
  const namedPrincipals = new Map<Key, readonly Identity[] | undefined>(gone.map((key) => [key, undefined]));
  const record = (identity: Identity): Identity => {
    const record = graph.principalRecords.get(identityRecordKey(identity));
    return record ?? sharedRecord(identity, records);
  };
  for (const key of newRecords(keys)) namedPrincipals.set(key, principalsNamedByKeyPolicy(key, record));
  const namedPrincipalsByKey = patchMap(graph.namedPrincipalsByKey, namedPrincipals);
  const isSameRegister = identities.added.length === 0 && identities.removed.length === 0
    // Whether the register is made of the same texts, not whether they mean the same identity.
    // eslint-disable-next-line no-restricted-syntax
    && [...identities.replaced].every(([old, identity]) => old.arn === identity.arn && old.kind === identity.kind);
  const register = isSameRegister ? graph.register : identityRegister(world.identities);
  const [patch, removed, added] = [new Map<Key, readonly Identity[] | undefined>(), [] as Pair[], [] as Pair[]];
  const isGone = new Set(gone);
  for (const key of isSameRegister ? new Set([...gone, ...changedKeys]) : new Set([...gone, ...world.keys])) {
    const before = graph.principalsWithoutPoliciesByKey.get(key) ?? NO_IDENTITIES;
    const accounts = accountsOf(graph.identitiesByKey.get(key) ?? [], world.memoize);
    const now = isGone.has(key) ? undefined : principalsWithoutPolicies(namedPrincipalsByKey.get(key) ?? [], accounts, register);
    if (now && haveSameItems(before, now) && graph.principalsWithoutPoliciesByKey.has(key)) continue;
    patch.set(key, now);
    removed.push(...before.filter((identity) => now?.includes(identity) !== true).map((identity) => ({ identity, key })));
    added.push(...(now ?? []).filter((identity) => !before.includes(identity)).map((identity) => ({ identity, key })));
  }
  return {
    graph: {
      namedPrincipalsByKey, principalsWithoutPoliciesByKey: patchMap(graph.principalsWithoutPoliciesByKey, patch),
      principalRecords: patchMap(graph.principalRecords, records), register,
    },
    removed, added,
  };
}

function sharedRecord(identity: Identity, records: Map<string, Identity>): Identity {
  const name = identityRecordKey(identity);
  const existingRecord = records.get(name);
  if (!existingRecord) records.set(name, identity);
  return existingRecord ?? identity;
}

function accountsOf(identities: readonly Identity[], memoize: World['memoize']): ReadonlySet<string> {
  return new Set(identities.flatMap((identity) => memoize(callerOf, identity).account ?? []));
}
