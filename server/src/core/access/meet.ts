import type { Principal } from '../model/policy';
import type { Identity, Key, Link, World } from '../workspace/world';
import { callerOf } from './caller';
import { candidatesOf, indexKeys, mayMeet, principalsLetIn, type KeyIndex } from './key-index';
import { meets } from './reach';

export { meets };

/** An identity and a key that meet in either half. */
export interface Pair {
  readonly identity: Identity;
  readonly key: Key;
}

/** Who met whom in the last world, so that only what changed is looked at again. Records do not change: another key is another object. */
export interface MeetingMemory {
  keys: readonly Key[];
  met: ReadonlyMap<Identity, readonly Key[]>;
}

export function meetingMemory(): MeetingMemory {
  return { keys: [], met: new Map() };
}

/** So many new keys are held against every identity; more are looked up by what the identities name. */
const FEW_KEYS = 8;

/**
 * All pairs of a workspace, in the order of its identities and keys, and at the end those that only a key policy tells: users, roles and
 * accounts that it lets in and that have no policy in the workspace, as identities without policies.
 */
export function pairsOf(world: Pick<World, 'keys' | 'identities'>, memory = meetingMemory()): readonly Pair[] {
  const pairs: Pair[] = [];
  const metAccounts = new Map<Key, Set<string>>();
  for (const [identity, keys] of meetings(world, memory)) {
    const { account } = callerOf(identity);
    for (const key of keys) {
      pairs.push({ identity, key });
      if (account !== undefined) accountsMet(metAccounts, key).add(account);
    }
  }
  return [...pairs, ...namedOnly(world, metAccounts)];
}

function accountsMet(met: Map<Key, Set<string>>, key: Key): Set<string> {
  const accounts = met.get(key) ?? new Set<string>();
  met.set(key, accounts);
  return accounts;
}

/** The keys that each identity meets. */
function meetings({ keys, identities }: Pick<World, 'keys' | 'identities'>, memory: MeetingMemory): ReadonlyMap<Identity, readonly Key[]> {
  const change = changeOf(memory.keys, keys);
  let index: KeyIndex | undefined;
  const met = new Map<Identity, readonly Key[]>();
  for (const identity of identities) {
    const known = change ? memory.met.get(identity) : undefined;
    if (known && change) met.set(identity, followed(identity, known, change));
    else met.set(identity, candidatesOf(identity, index ??= indexKeys(keys)).filter((key) => meets(identity, key)));
  }
  memory.keys = keys;
  memory.met = met;
  return met;
}

interface KeyChange {
  readonly gone: ReadonlySet<Key>;
  readonly added: readonly Key[];
  readonly order: ReadonlyMap<Key, number>;
}

/** Undefined where so much changed that everything is looked up anew. */
function changeOf(before: readonly Key[], now: readonly Key[]): KeyChange | undefined {
  if (before === now) return { gone: new Set(), added: [], order: new Map() };
  const order = new Map(now.map((key, position) => [key, position]));
  const known = new Set(before);
  const added = now.filter((key) => !known.has(key));
  return added.length > FEW_KEYS ? undefined : { gone: new Set(before.filter((key) => !order.has(key))), added, order };
}

function followed(identity: Identity, known: readonly Key[], { gone, added, order }: KeyChange): readonly Key[] {
  const kept = known.some((key) => gone.has(key)) ? known.filter((key) => !gone.has(key)) : known;
  const more = added.filter((key) => mayMeet(identity, key) && meets(identity, key));
  return more.length === 0 ? kept : [...kept, ...more].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

const NAMED_BY_KEY_POLICY: Link = { reason: 'text', certain: true, says: 'named by the key policy', at: undefined };

/** Users, roles and accounts that key policies let in and that no identity of the workspace stands for. */
function namedOnly(world: Pick<World, 'keys' | 'identities'>, metAccounts: ReadonlyMap<Key, ReadonlySet<string>>): Pair[] {
  const known = new Set(world.identities.map((identity) => identity.arn ?? ''));
  const pairs: Pair[] = [];
  for (const key of world.keys) {
    for (const identity of namedBy(key)) {
      const { arn, account } = identity;
      if (arn === undefined ? metAccounts.get(key)?.has(account ?? '') : known.has(arn)) continue;
      pairs.push({ identity, key });
    }
  }
  return pairs;
}

const namedByKey = new WeakMap<Key, readonly Identity[]>();

/** Everyone whom the key policy lets in by name, each once; not the owner's own account, which delegates to itself. */
function namedBy(key: Key): readonly Identity[] {
  const known = namedByKey.get(key);
  if (known) return known;
  const named = new Map<string, Identity>();
  for (const principal of principalsLetIn(key)) {
    const { account, form } = principal;
    if (account === undefined || form === 'account' && account === key.account || principal.text.holes.length > 0) continue;
    const id = form === 'account' ? account : principal.text.value;
    if (!named.has(id)) named.set(id, namedIdentity(id, principal, account));
  }
  const identities = [...named.values()];
  namedByKey.set(key, identities);
  return identities;
}

/** One record for each, whichever key policy names it, so that what is known about its pairs can be kept. */
const namedIdentities = new Map<string, Identity>();
const MAX_NAMED = 4096;

function namedIdentity(id: string, principal: Principal, account: string): Identity {
  const { form, partition } = principal;
  const name = `${partition ?? ''} ${id}`;
  const known = namedIdentities.get(name);
  if (known) return known;
  if (namedIdentities.size >= MAX_NAMED) namedIdentities.clear();
  const identity: Identity = {
    id,
    arn: form === 'account' ? undefined : id,
    partition,
    account,
    kind: form === 'user' || form === 'role' ? form : 'unknown',
    policies: [],
    link: NAMED_BY_KEY_POLICY,
  };
  namedIdentities.set(name, identity);
  return identity;
}
