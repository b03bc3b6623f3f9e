import type { Principal } from '../model/policy';
import type { Identity, Key, Link, World } from '../workspace/world';
import { accountsOfPrincipal } from './account-limit';
import { callerOf } from './caller';
import { candidatesOf, indexKeys, mayMeet, principalsLetIn } from './key-index';
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
  readonly identities: readonly Identity[];
  /** The keys that each identity meets, in the order of the workspace; the same list while nothing changes in it. */
  readonly met: ReadonlyMap<Identity, readonly Key[]>;
  /** Users, roles and accounts that only a key policy tells: identities without policies. */
  readonly named: ReadonlyMap<Key, readonly Identity[]>;
}

/** So many new keys or identities are held against all there are; more are looked up by what the identities name. */
const FEW = 8;

/** All pairs of a workspace, in the order of its identities and keys, and at the end those that only a key policy tells. */
export function pairsOf(world: Pick<World, 'keys' | 'identities'>): readonly Pair[] {
  const { met, named } = meetingsOf(world);
  return [
    ...Array.from(met, ([identity, keys]) => keys.map((key) => ({ identity, key }))).flat(),
    ...Array.from(named, ([key, identities]) => identities.map((identity) => ({ identity, key }))).flat(),
  ];
}

export function meetingsOf({ keys, identities }: Pick<World, 'keys' | 'identities'>, before?: Meetings): Meetings {
  const change = before && changeOf(before, keys, identities);
  return change ? followedMeetings(keys, identities, before, change) : allMeetings(keys, identities);
}

function allMeetings(keys: readonly Key[], identities: readonly Identity[]): Meetings {
  const index = indexKeys(keys);
  const met = new Map(identities.map((identity) => [identity, candidatesOf(identity, index).filter((key) => meets(identity, key))]));
  return { keys, identities, met, named: namedOnly(keys, identities, accountsMet(met)) };
}

/** The accounts of the identities that meet each key; of those keys only, where some are given. */
function accountsMet(met: Meetings['met'], only?: ReadonlySet<Key>): ReadonlyMap<Key, ReadonlySet<string>> {
  const accounts = new Map<Key, Set<string>>();
  for (const [identity, keys] of met) {
    const { account } = callerOf(identity);
    if (account === undefined) continue;
    for (const key of keys) {
      if (only?.has(key) === false) continue;
      const known = accounts.get(key);
      if (known) known.add(account);
      else accounts.set(key, new Set([account]));
    }
  }
  return accounts;
}

function followedMeetings(keys: readonly Key[], identities: readonly Identity[], before: Meetings, change: Change): Meetings {
  const met = new Map<Identity, readonly Key[]>();
  const touched = new Set(change.added);
  for (const identity of identities) {
    const known = before.met.get(identity);
    const own = known ? followed(identity, known, change) : keys.filter((key) => mayMeet(identity, key) && meets(identity, key));
    met.set(identity, own);
    if (!known) for (const key of own) touched.add(key);
  }
  for (const identity of change.goneIdentities) for (const key of before.met.get(identity) ?? []) touched.add(key);
  if (!change.sameNames) return { keys, identities, met, named: namedOnly(keys, identities, accountsMet(met)) };
  const named = new Map<Key, readonly Identity[]>();
  const again = namedOnly([...touched], identities, accountsMet(met, touched));
  for (const key of keys) {
    const only = touched.has(key) ? again.get(key) : before.named.get(key);
    if (only) named.set(key, only);
  }
  return { keys, identities, met, named };
}

/** What is new since the meetings before, when that is little. */
interface Change {
  readonly gone: ReadonlySet<Key>;
  readonly added: readonly Key[];
  readonly goneIdentities: readonly Identity[];
  readonly order: ReadonlyMap<Key, number>;
  /** The identities have the same ARNs as before, in the same order. */
  readonly sameNames: boolean;
}

/** Undefined where so much changed that everything is looked up anew. */
function changeOf(before: Meetings, keys: readonly Key[], identities: readonly Identity[]): Change | undefined {
  const newIdentities = identities === before.identities ? 0 : identities.filter((identity) => !before.met.has(identity)).length;
  if (newIdentities > FEW) return undefined;
  const present = new Set(identities);
  const goneIdentities = identities === before.identities ? [] : before.identities.filter((identity) => !present.has(identity));
  const sameNames = identities.length === before.identities.length && identities.every(({ arn }, i) => arn === before.identities[i]?.arn);
  const rest = { goneIdentities, sameNames };
  if (before.keys === keys) return { gone: new Set(), added: [], order: new Map(), ...rest };
  const order = new Map(keys.map((key, position) => [key, position]));
  const known = new Set(before.keys);
  const added = keys.filter((key) => !known.has(key));
  return added.length > FEW ? undefined : { gone: new Set(before.keys.filter((key) => !order.has(key))), added, order, ...rest };
}

function followed(identity: Identity, known: readonly Key[], { gone, added, order }: Change): readonly Key[] {
  if (gone.size === 0 && added.length === 0) return known;
  const kept = known.some((key) => gone.has(key)) ? known.filter((key) => !gone.has(key)) : known;
  const more = added.filter((key) => mayMeet(identity, key) && meets(identity, key));
  return more.length === 0 ? kept : [...kept, ...more].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

const NAMED_BY_KEY_POLICY: Link = { reason: 'text', certain: true, says: 'named by the key policy', at: undefined };

/** Whom each key policy lets in by name and no identity of the workspace stands for. */
function namedOnly(keys: readonly Key[], identities: readonly Identity[], metAccounts: ReadonlyMap<Key, ReadonlySet<string>>): ReadonlyMap<Key, readonly Identity[]> {
  const known = new Set(identities.map(({ arn }) => arn));
  let roles: ReadonlySet<string> | undefined;
  const isSession = (arn: string): boolean => arn.includes(':assumed-role/') && (roles ??= rolesOf(identities)).has(roleOfArn(arn));
  const named = new Map<Key, readonly Identity[]>();
  for (const key of keys) {
    const only = namedBy(key).filter(({ arn, account }) => !(arn === undefined ? metAccounts.get(key)?.has(account ?? '') : known.has(arn) || isSession(arn)));
    if (only.length > 0) named.set(key, only);
  }
  return named;
}

/** A session has the policies of its role: the row of the role says what the session may do. */
function rolesOf(identities: readonly Identity[]): ReadonlySet<string> {
  return new Set(identities.flatMap(({ kind, arn }) => (kind === 'role' && arn !== undefined ? [roleOfArn(arn)] : [])));
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
  for (const { principal, statement } of principalsLetIn(key)) {
    const whole = principal.form === 'account' || principal.form === 'anyone';
    for (const { account, text } of accountsOfPrincipal(principal, statement)) {
      if (whole && account === key.account || text.holes.length > 0) continue;
      const id = whole ? account : text.value;
      if (!named.has(id)) named.set(id, namedIdentity(id, principal, account));
    }
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
    arn: id === account ? undefined : id,
    partition,
    account,
    kind: form === 'user' || form === 'role' ? form : 'unknown',
    policies: [],
    link: NAMED_BY_KEY_POLICY,
  };
  namedIdentities.set(name, identity);
  return identity;
}
