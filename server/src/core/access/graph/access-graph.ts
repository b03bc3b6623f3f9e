import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { columnOf, inOrder, missing, placesIn, replaced, sameOrder, swapsIn, type Column } from '../../workspace/column';
import { push } from '../../linking/link-index';
import { callerOf } from '../caller';
import { candidateKeysOf, indexKeys, granteesOf, mayBeRelevant, referencedKeysOf, type KeyGrantees, type ReferencedKeys } from './key-index';
import { identitiesByKeyOf } from './identities-by-key';
import { namedPrincipalsByKeyOf, principalsWithoutPolicies, type KnownPrincipals } from './principals-without-policies';
import { isRelevantPair } from './pair-relevance';

export { isRelevantPair as meets };

/** An identity and a key that meet in either half. */
export interface Pair {
  readonly identity: Identity;
  readonly key: Key;
}

/**
 * Who meets whom in a world. The next world's meetings are worked out from these: records do not change, another key is
 * another object, and so only what is new is looked at.
 */
export interface AccessGraph {
  /** The keys that each identity meets, in the order of the workspace; the same list while nothing changes in it. */
  readonly keysByIdentity: Column<Identity, readonly Key[]>;
  /** The same the other way round. */
  readonly identitiesByKey: Column<Key, readonly Identity[]>;
  /** Everyone whom the policy of each key lets in by name. */
  readonly namedPrincipalsByKey: Column<Key, readonly Identity[]>;
  /** Those of them that only the key policy tells: identities without policies. */
  readonly principalsWithoutPoliciesByKey: Column<Key, readonly Identity[]>;
  readonly knownPrincipals: KnownPrincipals;
  readonly relevanceFacts: RelevanceFacts;
}

/** What each key and each identity says of whom it may meet. */
interface RelevanceFacts {
  readonly keys: Column<Key, KeyGrantees>;
  readonly identities: Column<Identity, ReferencedKeys>;
}

/** So many new keys or identities are held against all there are; more are looked up by what the identities name. */
const MAX_PAIRWISE_CHANGES = 8;

/** All pairs of a workspace, in the order of its identities and keys, and at the end those that only a key policy tells. */
export function relevantPairsOf(world: Pick<World, 'keys' | 'identities'>): readonly Pair[] {
  const { keysByIdentity, principalsWithoutPoliciesByKey } = accessGraphOf(world);
  return [
    ...keysByIdentity.items.flatMap((identity, i) => (keysByIdentity.made[i] ?? []).map((key) => ({ identity, key }))),
    ...principalsWithoutPoliciesByKey.items.flatMap((key, i) => (principalsWithoutPoliciesByKey.made[i] ?? []).map((identity) => ({ identity, key }))),
  ];
}

export function accessGraphOf({ keys, identities }: Pick<World, 'keys' | 'identities'>, before?: AccessGraph): AccessGraph {
  const relevanceFacts: RelevanceFacts = {
    keys: columnOf(keys, before?.relevanceFacts.keys, (key, own) => own ?? granteesOf(key), []),
    identities: columnOf(identities, before?.relevanceFacts.identities, (identity, own) => own ?? referencedKeysOf(identity), []),
  };
  const met = (before && updatedKeysByIdentity(relevanceFacts, before)) ?? relevantKeysByIdentity(relevanceFacts);
  const identitiesByKey = identitiesByKeyOf(keys, met, before);
  const sameNames = before !== undefined && haveSameIdentityNames(identities, before.keysByIdentity.items);
  const knownPrincipals: KnownPrincipals = sameNames ? { ...before.knownPrincipals, identities } : { identities, arns: undefined, roleNames: undefined };
  const namedBy = namedPrincipalsByKeyOf(keys, before?.namedPrincipalsByKey);
  const named = columnOf(
    keys, before?.principalsWithoutPoliciesByKey, (_, __, i) => principalsWithoutPolicies(namedBy.made[i] ?? NO_RELEVANT_IDENTITIES, accountsOf(identitiesByKey.made[i] ?? NO_RELEVANT_IDENTITIES), knownPrincipals),
    sameNames ? swapsIn(identitiesByKey.made, before.identitiesByKey.made) : undefined,
  );
  return { keysByIdentity: met, identitiesByKey, namedPrincipalsByKey: namedBy, principalsWithoutPoliciesByKey: named, knownPrincipals, relevanceFacts };
}

const NO_RELEVANT_IDENTITIES: readonly Identity[] = [];
const NO_KEYS: readonly Key[] = [];

function relevantKeysByIdentity({ keys, identities }: RelevanceFacts): AccessGraph['keysByIdentity'] {
  const index = indexKeys(keys);
  return columnOf(identities.items, undefined, (identity, _, i) => {
    const names = identities.made[i];
    return names ? candidateKeysOf(names, index).filter((key) => isRelevantPair(identity, key)) : NO_KEYS;
  });
}

/** Undefined where so much changed that everything is looked up anew. */
function updatedKeysByIdentity(relevanceFacts: RelevanceFacts, { keysByIdentity, identitiesByKey }: AccessGraph): AccessGraph['keysByIdentity'] | undefined {
  const { items: keys } = relevanceFacts.keys;
  const { items: identities } = relevanceFacts.identities;
  const added = missing(keys, identitiesByKey.items);
  if (added.length > MAX_PAIRWISE_CHANGES || missing(identities, keysByIdentity.items).length > MAX_PAIRWISE_CHANGES) return undefined;
  if (!sameOrder(keys, identitiesByKey.items) || !sameOrder(identities, keysByIdentity.items)) return undefined;
  const gone = missing(identitiesByKey.items, keys);
  const left = new Set(placesIn(identitiesByKey.items, gone).flatMap((position) => identitiesByKey.made[position] ?? NO_RELEVANT_IDENTITIES));
  const successors = successorKeysOf(gone, identitiesByKey.items, keys);
  const more = addedKeysByPosition(added, relevanceFacts);
  return columnOf(identities, keysByIdentity, (identity, known, i) => {
    if (!known) return relevantKeysOf(identity, i, relevanceFacts);
    return updatedRelevantKeys(known, more.get(i) ?? NO_KEYS, { successors, keys });
  }, [...placesIn(identities, left), ...more.keys()]);
}

/** The key that stands now where each of these stood, mostly the same one with another policy; undefined where keys have moved. */
function successorKeysOf(gone: readonly Key[], before: readonly Key[], now: readonly Key[]): ReadonlyMap<Key, Key | undefined> {
  const inPlace = swapsIn(now, before)?.length === gone.length;
  return new Map(gone.map((key) => [key, inPlace ? now[before.indexOf(key)] : undefined]));
}

/** The keys that somebody met before, without those that are gone, and with new ones: an administrator meets hundreds. */
function updatedRelevantKeys(
  known: readonly Key[], more: readonly Key[], { successors, keys }: { readonly successors: ReadonlyMap<Key, Key | undefined>; readonly keys: readonly Key[] },
): readonly Key[] {
  const stayed = replaced(known, new Map(Array.from(successors, ([key, now]) => [key, now && more.includes(now) ? now : undefined])));
  const joined = more.filter((key) => !stayed.includes(key));
  return joined.length === 0 ? stayed : inOrder(keys, [...stayed, ...joined]);
}

/** The new keys by the position of the identity that meets them. */
function addedKeysByPosition(added: readonly Key[], { keys, identities }: RelevanceFacts): ReadonlyMap<number, readonly Key[]> {
  const met = new Map<number, Key[]>();
  for (const position of placesIn(keys.items, added)) {
    const [key, keyGrantees] = [keys.items[position], keys.made[position]];
    if (!key || !keyGrantees) continue;
    identities.items.forEach((identity, i) => {
      const names = identities.made[i];
      if (names && mayBeRelevant(names, key, keyGrantees) && isRelevantPair(identity, key)) push(met, i, key);
    });
  }
  return met;
}

function relevantKeysOf(identity: Identity, position: number, { keys, identities }: RelevanceFacts): readonly Key[] {
  const names = identities.made[position];
  return keys.items.filter((key, i) => {
    const keyGrantees = keys.made[i];
    return names && keyGrantees && mayBeRelevant(names, key, keyGrantees) && isRelevantPair(identity, key);
  });
}

function accountsOf(identities: readonly Identity[]): ReadonlySet<string> {
  return new Set(identities.flatMap((identity) => callerOf(identity).account ?? []));
}

function haveSameIdentityNames(identities: readonly Identity[], before: readonly Identity[]): boolean {
  return swapsIn(identities, before)?.every((i) => identities[i]?.arn === before[i]?.arn && identities[i]?.kind === before[i]?.kind) ?? false;
}
