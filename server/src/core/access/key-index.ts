import { isAccountId, parseArn } from '../aws/arn';
import type { Principal, ResourcePattern, Statement } from '../model/policy';
import type { Identity, Key } from '../workspace/world';
import type { Column } from '../workspace/column';
import { callerOf, type Caller } from './caller';

/**
 * Finds the keys that an identity may meet without holding every identity against every key. Each lookup may give too
 * many keys, never too few: `meets` decides.
 */
export interface KeyIndex {
  readonly order: ReadonlyMap<Key, number>;
  readonly byId: ReadonlyMap<string, readonly Key[]>;
  readonly byAccount: ReadonlyMap<string, readonly Key[]>;
  /** Keys of a known account whose id nobody tells: any ARN of that account may mean them. */
  readonly nameless: ReadonlyMap<string, readonly Key[]>;
  /** By the accounts that the key policy lets in, wholly or some identity of them. */
  readonly byLetIn: ReadonlyMap<string, readonly Key[]>;
  /** By the users, roles and grantees that are let in by name. */
  readonly byName: ReadonlyMap<string, readonly Key[]>;
  /** Keys that are open to everyone or to a placeholder. */
  readonly open: readonly Key[];
  /** Keys of an unknown account: anything may mean them. */
  readonly vague: readonly Key[];
}

/** Whom the policy and the grants of a key let in. */
export interface LetIn {
  readonly accounts: readonly string[];
  readonly names: readonly string[];
  readonly open: boolean;
}

/** What the policies of an identity name. */
export interface Named {
  readonly ids: readonly string[];
  /** Accounts of which more than one key may be meant. */
  readonly accounts: readonly string[];
  /** Accounts in ARNs of single keys. */
  readonly single: readonly string[];
  /** Some statement covers keys of any account. */
  readonly broad: boolean;
  /** How key policies name the identity itself; undefined while it is not known who it is. */
  readonly name: string | undefined;
  readonly account: string | undefined;
}

export function indexKeys({ items: keys, made }: Column<Key, LetIn>): KeyIndex {
  const index = {
    order: new Map(keys.map((key, position) => [key, position])), byId: new Map<string, Key[]>(), byAccount: new Map<string, Key[]>(),
    nameless: new Map<string, Key[]>(), byLetIn: new Map<string, Key[]>(), byName: new Map<string, Key[]>(), open: [] as Key[], vague: [] as Key[],
  };
  keys.forEach((key, position) => {
    if (key.keyId !== undefined) add(index.byId, key.keyId, key);
    if (key.account === undefined) index.vague.push(key);
    else {
      add(index.byAccount, key.account, key);
      if (key.keyId === undefined || key.arn === undefined) add(index.nameless, key.account, key);
    }
    const { accounts, names, open } = made[position] ?? letInBy(key);
    for (const account of accounts) add(index.byLetIn, account, key);
    for (const name of names) add(index.byName, name, key);
    if (open) index.open.push(key);
  });
  return index;
}

/** What `candidatesOf` would say of this one key. */
export function mayMeet(named: Named, { account, keyId, arn }: Key, { accounts, names, open }: LetIn): boolean {
  if (account === undefined) return true;
  if (keyId !== undefined && named.ids.includes(keyId) || named.accounts.includes(account)) return true;
  if ((keyId === undefined || arn === undefined) && named.single.includes(account)) return true;
  if (named.name !== undefined && names.includes(named.name)) return true;
  return named.broad && (named.account === undefined || named.account === account || open || accounts.includes(named.account));
}

/** The keys that an identity may meet that names these, in the order of the workspace. */
export function candidatesOf(named: Named, index: KeyIndex): readonly Key[] {
  if (named.broad && named.account === undefined) return [...index.order.keys()];
  const found = new Set<Key>(index.vague);
  const take = (keys: readonly Key[] | undefined): void => { for (const key of keys ?? []) found.add(key); };
  for (const id of named.ids) take(index.byId.get(id));
  for (const account of named.accounts) take(index.byAccount.get(account));
  for (const account of named.single) take(index.nameless.get(account));
  if (named.name !== undefined) take(index.byName.get(named.name));
  if (named.broad && named.account !== undefined) {
    take(index.byAccount.get(named.account));
    take(index.byLetIn.get(named.account));
    take(index.open);
  }
  return [...found].sort((a, b) => (index.order.get(a) ?? 0) - (index.order.get(b) ?? 0));
}

/** A principal with the statement that lets it in. */
export interface Admitted {
  readonly principal: Principal;
  readonly statement: Statement;
}

const admittedOf = new WeakMap<Key, readonly Admitted[]>();

/** The principals that the key policy's Allow statements name. */
export function principalsLetIn(key: Key): readonly Admitted[] {
  const known = admittedOf.get(key);
  if (known) return known;
  const principals = readPrincipals(key);
  admittedOf.set(key, principals);
  return principals;
}

function readPrincipals(key: Key): readonly Admitted[] {
  return (key.policy?.policy.statements ?? [])
    .filter((statement) => statement.effect === 'Allow' && statement.principal?.negated === false)
    .flatMap((statement) => (statement.principal?.principals ?? []).map((principal) => ({ principal, statement })))
    .filter(({ principal: { form } }) => form !== 'service' && form !== 'unique-id' && form !== 'invalid');
}

function add(map: Map<string, Key[]>, name: string, key: Key): void {
  const keys = map.get(name);
  if (!keys) map.set(name, [key]);
  else if (keys.at(-1) !== key) keys.push(key);
}

export function letInBy(key: Key): LetIn {
  const accounts = new Set<string>();
  const names = new Set<string>();
  let open = false;
  for (const { principal } of principalsLetIn(key)) {
    if (principal.account !== undefined) accounts.add(principal.account);
    if (principal.form === 'anyone' || principal.text.holes.length > 0) open = true;
    if (principal.account !== undefined && principal.name !== undefined) names.add(`${principal.account} ${baseName(principal.name)}`);
  }
  for (const principal of key.grants.flatMap(({ granteePrincipal, retiringPrincipal }) => [granteePrincipal ?? [], retiringPrincipal ?? []].flat())) {
    const name = nameOfArn(principal);
    if (name !== undefined) names.add(name);
  }
  return { accounts: [...accounts], names: [...names], open };
}

/** The same for a role with or without its path and for its sessions. */
function nameOf({ account, name }: Caller): string | undefined {
  return account === undefined || name === undefined ? undefined : `${account} ${baseName(name)}`;
}

/** `role/path/App`, `user/App` and `assumed-role/App/session` are all of that name. */
function nameOfArn(text: string): string | undefined {
  const arn = parseArn(text);
  if (!arn) return undefined;
  const [type, ...rest] = arn.resource.split('/');
  const name = type === 'assumed-role' ? rest[0] : rest.at(-1);
  return name === undefined ? undefined : `${arn.account} ${name}`;
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

export function namesOf(identity: Identity): Named {
  const ids = new Set<string>();
  const accounts = new Set<string>();
  const single = new Set<string>();
  let broad = false;
  for (const { policy } of identity.policies) {
    for (const { resource } of policy.statements) {
      if (resource?.negated) broad = true;
      for (const pattern of resource?.patterns ?? []) if (readPattern(pattern, { ids, accounts, single })) broad = true;
    }
  }
  const caller = callerOf(identity);
  return { ids: [...ids], accounts: [...accounts], single: [...single], broad, name: nameOf(caller), account: caller.account };
}

/** Notes what the pattern names; true when it may mean keys of any account. */
function readPattern({ form, arn, text, pattern }: ResourcePattern, named: { ids: Set<string>; accounts: Set<string>; single: Set<string> }): boolean {
  if (form === 'any' || form === 'unknown') return true;
  if (form !== 'key' && form !== 'kms') return false;
  if (!arn) return true;
  const open = pattern || text.holes.length > 0;
  named.ids.add(arn.resource.slice('key/'.length));
  if (isAccountId(arn.account)) (open ? named.accounts : named.single).add(arn.account);
  return open && !isAccountId(arn.account);
}

