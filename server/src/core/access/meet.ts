import { isAccountId, parseArn } from '../aws/arn';
import type { Principal, Statement } from '../model/policy';
import type { Identity, Key, Link, World } from '../workspace/world';
import { callerOf } from './caller';
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
      if (!meets(identity, key)) continue;
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

/** Keys by what an identity can name of them, so that not every identity is held against every key. */
interface KeyIndex {
  readonly order: ReadonlyMap<Key, number>;
  readonly byAccount: ReadonlyMap<string, readonly Key[]>;
  readonly byId: ReadonlyMap<string, readonly Key[]>;
  /** By the accounts that the key policy lets in, wholly or some identity of them. */
  readonly byLetIn: ReadonlyMap<string, readonly Key[]>;
  /** Keys that meet by no such name: of an unknown account, or open to everyone or to a placeholder. */
  readonly loose: readonly Key[];
}

function indexKeys(keys: readonly Key[]): KeyIndex {
  const byAccount = new Map<string, Key[]>();
  const byId = new Map<string, Key[]>();
  const byLetIn = new Map<string, Key[]>();
  const loose: Key[] = [];
  for (const key of keys) {
    if (key.account !== undefined) add(byAccount, key.account, key);
    if (key.keyId !== undefined) add(byId, key.keyId, key);
    const { accounts, open } = letInBy(key);
    for (const account of [...accounts, ...granteeAccounts(key, accounts)]) add(byLetIn, account, key);
    if (open || key.account === undefined) loose.push(key);
  }
  return { order: new Map(keys.map((key, position) => [key, position])), byAccount, byId, byLetIn, loose };
}

function add(map: Map<string, Key[]>, name: string, key: Key): void {
  const keys = map.get(name);
  if (keys) keys.push(key);
  else map.set(name, [key]);
}

function letInBy(key: Key): { accounts: ReadonlySet<string>; open: boolean } {
  const accounts = new Set<string>();
  let open = false;
  for (const principal of principalsLetIn(key)) {
    if (principal.account !== undefined) accounts.add(principal.account);
    else if (principal.form === 'anyone' || principal.text.holes.length > 0) open = true;
  }
  return { accounts, open };
}

function granteeAccounts(key: Key, known: ReadonlySet<string>): readonly string[] {
  const accounts = key.grants.map((grant) => parseArn(grant.granteePrincipal ?? '')?.account ?? '');
  return [...new Set(accounts)].filter((account) => account !== '' && !known.has(account));
}

function principalsLetIn(key: Key): readonly Principal[] {
  return (key.policy?.policy.statements ?? [])
    .filter((statement) => statement.effect === 'Allow' && statement.principal?.negated === false)
    .flatMap((statement) => statement.principal?.principals ?? [])
    .filter(({ form }) => form !== 'service' && form !== 'unique-id' && form !== 'invalid');
}

/** The keys that the identity may meet, in the order of the workspace; all of them where it cannot be told. */
function candidatesOf(identity: Identity, index: KeyIndex): readonly Key[] {
  const { account } = callerOf(identity);
  if (account === undefined) return [...index.order.keys()];
  const found = new Set<Key>(index.loose);
  const take = (keys: readonly Key[] | undefined): void => { for (const key of keys ?? []) found.add(key); };
  take(index.byAccount.get(account));
  take(index.byLetIn.get(account));
  for (const { policy } of identity.policies) {
    for (const statement of policy.statements) takeNamed(statement, index, take);
  }
  return [...found].sort((a, b) => (index.order.get(a) ?? 0) - (index.order.get(b) ?? 0));
}

/** The keys whose account or id a statement names. */
function takeNamed(statement: Statement, index: KeyIndex, take: (keys: readonly Key[] | undefined) => void): void {
  for (const { arn, form, text } of statement.resource?.patterns ?? []) {
    if (form !== 'key' && form !== 'kms' || !arn) continue;
    if (isAccountId(arn.account)) take(index.byAccount.get(arn.account));
    if (text.holes.length === 0) take(index.byId.get(arn.resource.slice('key/'.length)));
  }
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
