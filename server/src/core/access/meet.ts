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

/**
 * Who meets whom in a world. The next world's meetings are worked out from these: records do not change, another key is
 * another object, and so only what is new is looked at.
 */
export interface Meetings {
  readonly keys: readonly Key[];
  /** The keys that each identity meets, in the order of the workspace; the same list while nothing changes in it. */
  readonly met: ReadonlyMap<Identity, readonly Key[]>;
  /** Users, roles and accounts that only a key policy tells: identities without policies. */
  readonly named: ReadonlyMap<Key, readonly Identity[]>;
}

/** So many new keys are held against every identity; more are looked up by what the identities name. */
const FEW_KEYS = 8;

/** All pairs of a workspace, in the order of its identities and keys, and at the end those that only a key policy tells. */
export function pairsOf(world: Pick<World, 'keys' | 'identities'>): readonly Pair[] {
  const { met, named } = meetingsOf(world);
  return [
    ...Array.from(met, ([identity, keys]) => keys.map((key) => ({ identity, key }))).flat(),
    ...Array.from(named, ([key, identities]) => identities.map((identity) => ({ identity, key }))).flat(),
  ];
}

export function meetingsOf({ keys, identities }: Pick<World, 'keys' | 'identities'>, before?: Meetings): Meetings {
  const change = before && changeOf(before.keys, keys);
  let index: KeyIndex | undefined;
  const met = new Map<Identity, readonly Key[]>();
  const metAccounts = new Map<Key, Set<string>>();
  for (const identity of identities) {
    const known = change && before.met.get(identity);
    const own = known ? followed(identity, known, change) : candidatesOf(identity, index ??= indexKeys(keys)).filter((key) => meets(identity, key));
    met.set(identity, own);
    const { account } = callerOf(identity);
    if (account !== undefined) for (const key of own) accountsMet(metAccounts, key).add(account);
  }
  return { keys, met, named: namedOnly(keys, identities, metAccounts) };
}

function accountsMet(met: Map<Key, Set<string>>, key: Key): Set<string> {
  let accounts = met.get(key);
  if (!accounts) met.set(key, accounts = new Set());
  return accounts;
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

/** Whom each key policy lets in by name and no identity of the workspace stands for. */
function namedOnly(keys: readonly Key[], identities: readonly Identity[], metAccounts: ReadonlyMap<Key, ReadonlySet<string>>): ReadonlyMap<Key, readonly Identity[]> {
  const known = new Set(identities.map(({ arn }) => arn));
  const roles = new Set(identities.flatMap(({ kind, arn }) => (kind === 'role' && arn !== undefined ? [roleOfArn(arn)] : [])));
  const named = new Map<Key, readonly Identity[]>();
  for (const key of keys) {
    const only = namedBy(key).filter(({ arn, account }) => !(arn === undefined ? metAccounts.get(key)?.has(account ?? '') : known.has(arn) || isSessionOf(roles, arn)));
    if (only.length > 0) named.set(key, only);
  }
  return named;
}

/** A session has the policies of its role: the row of the role says what the session may do. */
function isSessionOf(roles: ReadonlySet<string>, arn: string): boolean {
  return arn.includes(':assumed-role/') && roles.has(roleOfArn(arn));
}

/** Account and name of a role, or of the role of a session: the ARN of a session leaves out the IAM path. */
function roleOfArn(arn: string): string {
  const fields = arn.split(':');
  const parts = fields.at(-1)?.split('/') ?? [];
  return `${fields[4] ?? ''}/${(parts[0] === 'role' ? parts.at(-1) : parts[1]) ?? ''}`;
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
