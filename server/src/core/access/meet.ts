import type { Identity, Key, World } from '../workspace/world';
import { columnOf, inOrder, missing, placesIn, replaced, sameOrder, swapsIn, type Column } from '../workspace/column';
import { push } from '../workspace/known';
import { callerOf } from './caller';
import { candidatesOf, indexKeys, letInBy, mayMeet, namesOf, type LetIn, type Named } from './key-index';
import { metByKeys } from './met-by';
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
  readonly known: Known;
  readonly reach: Reach;
}

/** What each key and each identity says of whom it may meet. */
interface Reach {
  readonly keys: Column<Key, LetIn>;
  readonly identities: Column<Identity, Named>;
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
  const reach: Reach = {
    keys: columnOf(keys, before?.reach.keys, (key, own) => own ?? letInBy(key), []),
    identities: columnOf(identities, before?.reach.identities, (identity, own) => own ?? namesOf(identity), []),
  };
  const met = (before && followedMet(reach, before)) ?? allMet(reach);
  const metBy = metByKeys(keys, met, before);
  const sameNames = before !== undefined && sameNamesIn(identities, before.met.items);
  const known: Known = sameNames ? { ...before.known, identities } : { identities, arns: undefined, roles: undefined };
  const namedBy = namedByKeys(keys, before?.namedBy);
  const named = columnOf(
    keys, before?.named, (_, __, i) => namedOnly(namedBy.made[i] ?? NOBODY, accountsOf(metBy.made[i] ?? NOBODY), known),
    sameNames ? swapsIn(metBy.made, before.metBy.made) : undefined,
  );
  return { met, metBy, namedBy, named, known, reach };
}

const NOBODY: readonly Identity[] = [];
const NO_KEYS: readonly Key[] = [];

function allMet({ keys, identities }: Reach): Meetings['met'] {
  const index = indexKeys(keys);
  return columnOf(identities.items, undefined, (identity, _, i) => {
    const names = identities.made[i];
    return names ? candidatesOf(names, index).filter((key) => meets(identity, key)) : NO_KEYS;
  });
}

/** Undefined where so much changed that everything is looked up anew. */
function followedMet(reach: Reach, { met, metBy }: Meetings): Meetings['met'] | undefined {
  const { items: keys } = reach.keys;
  const { items: identities } = reach.identities;
  const added = missing(keys, metBy.items);
  if (added.length > FEW || missing(identities, met.items).length > FEW) return undefined;
  if (!sameOrder(keys, metBy.items) || !sameOrder(identities, met.items)) return undefined;
  const gone = missing(metBy.items, keys);
  const left = new Set(placesIn(metBy.items, gone).flatMap((position) => metBy.made[position] ?? NOBODY));
  const successors = successorsOf(gone, metBy.items, keys);
  const more = metAnew(added, reach);
  return columnOf(identities, met, (identity, known, i) => {
    if (!known) return keysMet(identity, i, reach);
    return followed(known, more.get(i) ?? NO_KEYS, { successors, keys });
  }, [...placesIn(identities, left), ...more.keys()]);
}

/** The key that stands now where each of these stood, mostly the same one with another policy; undefined where keys have moved. */
function successorsOf(gone: readonly Key[], before: readonly Key[], now: readonly Key[]): ReadonlyMap<Key, Key | undefined> {
  const inPlace = swapsIn(now, before)?.length === gone.length;
  return new Map(gone.map((key) => [key, inPlace ? now[before.indexOf(key)] : undefined]));
}

/** The keys that somebody met before, without those that are gone, and with new ones: an administrator meets hundreds. */
function followed(
  known: readonly Key[], more: readonly Key[], { successors, keys }: { readonly successors: ReadonlyMap<Key, Key | undefined>; readonly keys: readonly Key[] },
): readonly Key[] {
  const stayed = replaced(known, new Map(Array.from(successors, ([key, now]) => [key, now && more.includes(now) ? now : undefined])));
  const joined = more.filter((key) => !stayed.includes(key));
  return joined.length === 0 ? stayed : inOrder(keys, [...stayed, ...joined]);
}

/** The new keys by the position of the identity that meets them. */
function metAnew(added: readonly Key[], { keys, identities }: Reach): ReadonlyMap<number, readonly Key[]> {
  const met = new Map<number, Key[]>();
  for (const position of placesIn(keys.items, added)) {
    const [key, letIn] = [keys.items[position], keys.made[position]];
    if (!key || !letIn) continue;
    identities.items.forEach((identity, i) => {
      const names = identities.made[i];
      if (names && mayMeet(names, key, letIn) && meets(identity, key)) push(met, i, key);
    });
  }
  return met;
}

function keysMet(identity: Identity, position: number, { keys, identities }: Reach): readonly Key[] {
  const names = identities.made[position];
  return keys.items.filter((key, i) => {
    const letIn = keys.made[i];
    return names && letIn && mayMeet(names, key, letIn) && meets(identity, key);
  });
}

function accountsOf(identities: readonly Identity[]): ReadonlySet<string> {
  return new Set(identities.flatMap((identity) => callerOf(identity).account ?? []));
}

function sameNamesIn(identities: readonly Identity[], before: readonly Identity[]): boolean {
  return swapsIn(identities, before)?.every((i) => identities[i]?.arn === before[i]?.arn && identities[i]?.kind === before[i]?.kind) ?? false;
}
