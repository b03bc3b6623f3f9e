import type { Identity, Key, World } from '../workspace/world';
import { columnOf, missing, sameOrder, type Column } from '../workspace/column';
import { callerOf } from './caller';
import { candidatesOf, indexKeys, mayMeet } from './key-index';
import { namedByKeys, namedOnly, type Known } from './named-only';
import { meets } from './reach';

export { meets };

/** An identity and a key that meet in either half. */
export interface Pair {
  readonly identity: Identity;
  readonly key: Key;
}

/**
 * Who meets whom in a world. The next world's meetings are worked out from these: records do not change, another key is
 * another object, and so only what is new is looked at.
 */
export interface Meetings {
  /** The keys that each identity meets, in the order of the workspace; the same list while nothing changes in it. */
  readonly met: Column<Identity, readonly Key[]>;
  /** The same the other way round. */
  readonly metBy: Column<Key, readonly Identity[]>;
  /** Everyone whom the policy of each key lets in by name. */
  readonly namedBy: Column<Key, readonly Identity[]>;
  /** Those of them that only the key policy tells: identities without policies. */
  readonly named: Column<Key, readonly Identity[]>;
}

/** So many new keys or identities are held against all there are; more are looked up by what the identities name. */
const FEW = 8;

/** All pairs of a workspace, in the order of its identities and keys, and at the end those that only a key policy tells. */
export function pairsOf(world: Pick<World, 'keys' | 'identities'>): readonly Pair[] {
  const { met, named } = meetingsOf(world);
  return [
    ...met.items.flatMap((identity, i) => (met.made[i] ?? []).map((key) => ({ identity, key }))),
    ...named.items.flatMap((key, i) => (named.made[i] ?? []).map((identity) => ({ identity, key }))),
  ];
}

export function meetingsOf({ keys, identities }: Pick<World, 'keys' | 'identities'>, before?: Meetings): Meetings {
  const met = (before && followedMet(keys, identities, before)) ?? allMet(keys, identities);
  const touched = touchedKeys(met, before?.met);
  const gathered = gatheredIdentities(met, touched);
  const metBy = columnOf(keys, before?.metBy, (key, known) => (touched.has(key) ? undefined : known) ?? gathered.get(key) ?? NOBODY);
  const known: Known = { identities, arns: undefined, roles: undefined };
  const sameNames = before !== undefined && sameArns(identities, before.met.items);
  const namedBy = namedByKeys(keys, before?.namedBy);
  const named = columnOf(keys, before?.named, (key, own, i) => (sameNames && !touched.has(key) ? own : undefined) ?? namedOnly(namedBy.made[i] ?? NOBODY, accountsOf(metBy.made[i] ?? NOBODY), known));
  return { met, metBy, namedBy, named };
}

const NOBODY: readonly Identity[] = [];

function allMet(keys: readonly Key[], identities: readonly Identity[]): Meetings['met'] {
  const index = indexKeys(keys);
  return columnOf(identities, undefined, (identity) => candidatesOf(identity, index).filter((key) => meets(identity, key)));
}

/** Undefined where so much changed that everything is looked up anew. */
function followedMet(keys: readonly Key[], identities: readonly Identity[], { met, metBy }: Meetings): Meetings['met'] | undefined {
  const added = missing(keys, metBy.items);
  if (added.length > FEW || missing(identities, met.items).length > FEW) return undefined;
  if (!sameOrder(keys, metBy.items) || !sameOrder(identities, met.items)) return undefined;
  const gone = new Set(missing(metBy.items, keys));
  return columnOf(identities, met, (identity, known) => {
    if (!known) return keys.filter((key) => mayMeet(identity, key) && meets(identity, key));
    const kept = gone.size > 0 && known.some((key) => gone.has(key)) ? known.filter((key) => !gone.has(key)) : known;
    const more = added.filter((key) => mayMeet(identity, key) && meets(identity, key));
    return more.length === 0 ? kept : inOrder(keys, [...kept, ...more]);
  });
}

function inOrder(keys: readonly Key[], some: readonly Key[]): readonly Key[] {
  const wanted = new Set(some);
  return keys.filter((key) => wanted.has(key));
}

/** The keys that somebody meets who did not before, or no longer does. */
function touchedKeys(now: Meetings['met'], before: Meetings['met'] | undefined): ReadonlySet<Key> {
  const touched = new Set<Key>();
  const touch = (keys: readonly Key[]): void => { for (const key of keys) touched.add(key); };
  const stayed = columnOf<Identity, readonly Key[] | undefined>(now.items, before, (_, known) => known);
  now.made.forEach((keys, i) => {
    const known = stayed.made[i] ?? [];
    touch(missing(keys, known));
    touch(missing(known, keys));
  });
  const gone = new Set(missing(before?.items ?? [], now.items));
  if (gone.size > 0) before?.items.forEach((identity, i) => { if (gone.has(identity)) touch(before.made[i] ?? []); });
  return touched;
}

function gatheredIdentities({ items, made }: Meetings['met'], keys: ReadonlySet<Key>): ReadonlyMap<Key, readonly Identity[]> {
  const gathered = new Map<Key, Identity[]>();
  if (keys.size === 0) return gathered;
  items.forEach((identity, i) => {
    for (const key of made[i] ?? []) {
      if (!keys.has(key)) continue;
      const known = gathered.get(key);
      if (known) known.push(identity);
      else gathered.set(key, [identity]);
    }
  });
  return gathered;
}

function accountsOf(identities: readonly Identity[]): ReadonlySet<string> {
  return new Set(identities.flatMap((identity) => callerOf(identity).account ?? []));
}

function sameArns(identities: readonly Identity[], before: readonly Identity[]): boolean {
  return identities.length === before.length && identities.every(({ arn }, i) => arn === before[i]?.arn);
}
