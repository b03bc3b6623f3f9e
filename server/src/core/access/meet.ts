import type { Principal } from '../model/policy';
import type { Identity, Key, Link, World } from '../workspace/world';
import { callerOf } from './caller';
import { candidatesOf, indexKeys, principalsLetIn } from './key-index';
import { meets } from './reach';
export { meets };

/** An identity and a key that meet in either half. */
export interface Pair {
  readonly identity: Identity;
  readonly key: Key;
}

/**
 * All pairs of a workspace, in the order of its identities and keys, and at the end those that only a key policy tells: users, roles and
 * accounts that it lets in and that have no policy in the workspace, as identities without policies.
 */
export function pairsOf(world: Pick<World, 'keys' | 'identities'>): readonly Pair[] {
  const index = indexKeys(world.keys);
  const pairs: Pair[] = [];
  const metAccounts = new Map<Key, Set<string>>();
  for (const identity of world.identities) {
    for (const key of candidatesOf(identity, index)) {
      if (!meet(identity, key)) continue;
      pairs.push({ identity, key });
      const account = callerOf(identity).account;
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

/** Kept for the life of both records: neither changes. */
const met = new WeakMap<Key, WeakMap<Identity, boolean>>();

function meet(identity: Identity, key: Key): boolean {
  let ofKey = met.get(key);
  if (!ofKey) met.set(key, ofKey = new WeakMap());
  const known = ofKey.get(identity);
  if (known !== undefined) return known;
  const result = meets(identity, key);
  ofKey.set(identity, result);
  return result;
}

const NAMED_BY_KEY_POLICY: Link = { reason: 'text', certain: true, says: 'named by the key policy', at: undefined };

/** Users, roles and accounts that key policies let in and that no identity of the workspace stands for. */
function namedOnly(world: Pick<World, 'keys' | 'identities'>, metAccounts: ReadonlyMap<Key, ReadonlySet<string>>): Pair[] {
  const known = new Set(world.identities.map((identity) => identity.arn ?? ''));
  const pairs: Pair[] = [];
  for (const key of world.keys) {
    const seen = new Set<string>();
    for (const principal of principalsLetIn(key)) {
      const { account, form } = principal;
      // The owner's own account delegates to itself: that is no identity that anyone waits for.
      if (account === undefined || form === 'account' && (account === key.account || metAccounts.get(key)?.has(account))) continue;
      const id = form === 'account' ? account : principal.text.value;
      if (seen.has(id) || known.has(id) || principal.text.holes.length > 0) continue;
      seen.add(id);
      pairs.push({ identity: namedIdentity(id, principal, account), key });
    }
  }
  return pairs;
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
