import { isAccountId, parseArn } from '../../aws/arn';
import { containsSymbol, isDeploymentSymbol } from '../../aws/identifier-comparison';
import type { Principal, ResourcePattern, Statement } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import { callerOf, type Caller } from '../caller';

/**
 * Finds the keys that an identity may meet without holding every identity against every key. Each lookup may give too
 * many keys, never too few: `meets` decides.
 */
export interface KeyIndex {
  readonly positions: ReadonlyMap<Key, number>;
  readonly byId: ReadonlyMap<string, readonly Key[]>;
  readonly byAccount: ReadonlyMap<string, readonly Key[]>;
  /** Keys of a known account whose id nobody tells: any ARN of that account may mean them. */
  readonly keysWithoutId: ReadonlyMap<string, readonly Key[]>;
  /** By the accounts that the key policy lets in, wholly or some identity of them. */
  readonly byGranteeAccount: ReadonlyMap<string, readonly Key[]>;
  /** By the users, roles and grantees that are let in by name. */
  readonly byGranteeName: ReadonlyMap<string, readonly Key[]>;
  /** Keys that are open to everyone or to a placeholder. */
  readonly openToAnyone: readonly Key[];
  /** Keys whose account, or id, nobody tells: anything may mean them. */
  readonly keysOfUnknownAccount: readonly Key[];
  /** Keys of accounts that only a deployment tells: every pattern may cover them. */
  readonly deployedKeys: readonly Key[];
  /** Of these, by the accounts that own them or that the key policy lets in. */
  readonly deployedKeysByAccount: ReadonlyMap<string, readonly Key[]>;
  /** Of these, those open to everyone or to a placeholder. */
  readonly deployedKeysOpenToAnyone: readonly Key[];
}

/** Whom the policy and the grants of a key let in. */
export interface KeyGrantees {
  readonly accounts: readonly string[];
  readonly names: readonly string[];
  readonly includesAnyone: boolean;
}

/** What the policies of an identity name. */
export interface ReferencedKeys {
  readonly keyIds: readonly string[];
  /** Accounts of which more than one key may be meant. */
  readonly accountsOfPatterns: readonly string[];
  /** Accounts in ARNs of single keys. */
  readonly accountsOfSingleKeys: readonly string[];
  /** Some statement covers keys of any account. */
  readonly coversAnyAccount: boolean;
  /** Some ARN of a single key has an id that is written out, which a deployment may give to any key. */
  readonly hasLiteralKeyId: boolean;
  /** How key policies name the identity itself; undefined while it is not known who it is. */
  readonly identityNameKey: string | undefined;
  /** A symbol too. */
  readonly identityAccount: string | undefined;
}

export function indexKeys(keys: readonly Key[], granteesOfKey: (key: Key) => KeyGrantees): KeyIndex {
  const index = {
    positions: new Map(keys.map((key, position) => [key, position])), byId: new Map<string, Key[]>(), byAccount: new Map<string, Key[]>(),
    keysWithoutId: new Map<string, Key[]>(), byGranteeAccount: new Map<string, Key[]>(), byGranteeName: new Map<string, Key[]>(),
    openToAnyone: [] as Key[], keysOfUnknownAccount: [] as Key[], deployedKeys: [] as Key[],
    deployedKeysByAccount: new Map<string, Key[]>(), deployedKeysOpenToAnyone: [] as Key[],
  };
  for (const key of keys) {
    if (key.keyId !== undefined) addKeyUnderName(index.byId, key.keyId, key);
    if (isOfUnknownAccount(key)) index.keysOfUnknownAccount.push(key);
    else if (key.account !== undefined) {
      addKeyUnderName(index.byAccount, key.account, key);
      if (key.keyId === undefined || key.arn === undefined) addKeyUnderName(index.keysWithoutId, key.account, key);
    }
    const { accounts, names, includesAnyone } = granteesOfKey(key);
    for (const account of accounts) addKeyUnderName(index.byGranteeAccount, account, key);
    for (const name of names) addKeyUnderName(index.byGranteeName, name, key);
    if (includesAnyone) index.openToAnyone.push(key);
    if (key.account === undefined || !containsSymbol(key.account)) continue;
    index.deployedKeys.push(key);
    for (const account of [key.account, ...accounts]) addKeyUnderName(index.deployedKeysByAccount, account, key);
    if (includesAnyone) index.deployedKeysOpenToAnyone.push(key);
  }
  return index;
}

function isOfUnknownAccount({ account, keyId }: Key): boolean {
  return account === undefined || keyId === undefined && containsSymbol(account);
}

function coversManyKeys({ coversAnyAccount, accountsOfPatterns }: ReferencedKeys): boolean {
  return coversAnyAccount || accountsOfPatterns.length > 0;
}

/** The keys that an identity may meet that names these, in the order of the workspace. */
export function candidateKeysOf(referencedKeys: ReferencedKeys, index: KeyIndex): readonly Key[] {
  const { identityAccount, identityNameKey, coversAnyAccount, hasLiteralKeyId } = referencedKeys;
  const isOfUnknownAccount = identityAccount === undefined || containsSymbol(identityAccount);
  if (coversAnyAccount && isOfUnknownAccount) return [...index.positions.keys()];
  const candidateKeys = new Set<Key>(index.keysOfUnknownAccount);
  const addAll = (keys: readonly Key[] | undefined): void => { for (const key of keys ?? []) candidateKeys.add(key); };
  for (const id of referencedKeys.keyIds) addAll(index.byId.get(id));
  for (const account of referencedKeys.accountsOfPatterns) addAll(index.byAccount.get(account));
  for (const account of referencedKeys.accountsOfSingleKeys) addAll(index.keysWithoutId.get(account));
  if (identityNameKey !== undefined) addAll(index.byGranteeName.get(identityNameKey));
  if (coversManyKeys(referencedKeys) || hasLiteralKeyId && identityAccount === undefined) addAll(index.deployedKeys);
  else if (hasLiteralKeyId && identityAccount !== undefined) {
    addAll(index.deployedKeysByAccount.get(identityAccount));
    addAll(index.deployedKeysOpenToAnyone);
  }
  if (coversAnyAccount && identityAccount !== undefined) {
    addAll(index.byAccount.get(identityAccount));
    addAll(index.byGranteeAccount.get(identityAccount));
    addAll(index.openToAnyone);
  }
  return candidateKeys.size < 2 ? [...candidateKeys]
    : [...candidateKeys].sort((a, b) => (index.positions.get(a) ?? 0) - (index.positions.get(b) ?? 0));
}

/** A principal with the statement that lets it in. */
export interface AllowedPrincipal {
  readonly principal: Principal;
  readonly statement: Statement;
}

/** The principals that the key policy's Allow statements name. */
export function allowedPrincipalsOf(key: Key): readonly AllowedPrincipal[] {
  return (key.policy?.policy.statements ?? [])
    .filter((statement) => statement.effect === 'Allow' && statement.principal?.negated === false)
    .flatMap((statement) => (statement.principal?.principals ?? []).map((principal) => ({ principal, statement })))
    .filter(({ principal: { form } }) => form !== 'service' && form !== 'unique-id' && form !== 'invalid');
}

function addKeyUnderName(map: Map<string, Key[]>, name: string, key: Key): void {
  const keys = map.get(name);
  if (!keys) map.set(name, [key]);
  else if (keys.at(-1) !== key) keys.push(key);
}

export function granteesOf(key: Key): KeyGrantees {
  const accounts = new Set<string>();
  const names = new Set<string>();
  let open = false;
  for (const { principal } of allowedPrincipalsOf(key)) {
    if (principal.account !== undefined) accounts.add(principal.account);
    if (principal.form === 'anyone' || principal.text.placeholders.length > 0) open = true;
    if (principal.account !== undefined && principal.name !== undefined)
      names.add(`${principal.account} ${identityNameWithoutPath(principal.name)}`);
  }
  for (const principal of key.grants.flatMap(({ granteePrincipal, retiringPrincipal }) =>
    [granteePrincipal ?? [], retiringPrincipal ?? []].flat()
  )) {
    const name = granteeNameOfArn(principal);
    if (name !== undefined) names.add(name);
  }
  return { accounts: [...accounts], names: [...names], includesAnyone: open };
}

/** The same for a role with or without its path and for its sessions. */
function granteeNameOf({ account, name }: Caller): string | undefined {
  return account === undefined || name === undefined ? undefined : `${account} ${identityNameWithoutPath(name)}`;
}

/** `role/path/App`, `user/App` and `assumed-role/App/session` are all of that name. */
function granteeNameOfArn(text: string): string | undefined {
  const arn = parseArn(text);
  if (!arn) return undefined;
  const [type, ...rest] = arn.resource.split('/');
  const name = type === 'assumed-role' ? rest[0] : rest.at(-1);
  return name === undefined ? undefined : `${arn.account} ${name}`;
}

function identityNameWithoutPath(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

export function referencedKeysOf(identity: Identity): ReferencedKeys {
  const ids = new Set<string>();
  const accounts = new Set<string>();
  const single = new Set<string>();
  let broad = false;
  let hasLiteralKeyId = false;
  for (const { policy } of identity.policies) {
    for (const { resource } of policy.statements) {
      if (resource?.negated) broad = true;
      for (const pattern of resource?.patterns ?? []) {
        if (addReferencedKey(pattern, { ids, accounts, single })) broad = true;
        const keyId = singleKeyIdOf(pattern);
        if (keyId !== undefined && !isDeploymentSymbol(keyId, 'resource')) hasLiteralKeyId = true;
      }
    }
  }
  const caller = callerOf(identity);
  return { keyIds: [...ids], accountsOfPatterns: [...accounts], accountsOfSingleKeys: [...single], coversAnyAccount: broad,
    hasLiteralKeyId, identityNameKey: granteeNameOf(caller), identityAccount: caller.account };
}

/** Notes what the pattern names; true when it may mean keys of any account. */
function addReferencedKey({ form, arn, text: policyString, isPattern }: ResourcePattern,
  named: { ids: Set<string>; accounts: Set<string>; single: Set<string> }): boolean {
  if (form === 'any' || form === 'unknown') return true;
  if (form !== 'key' && form !== 'kms') return false;
  if (!arn) return true;
  const open = isPattern || policyString.placeholders.length > 0;
  named.ids.add(arn.resource.slice('key/'.length));
  if (isAccountId(arn.account)) (open ? named.accounts : named.single).add(arn.account);
  return open && !isAccountId(arn.account);
}

/** The id in the ARN of a single key; undefined for all other patterns. */
export function singleKeyIdOf({ form, arn, text: policyString, isPattern }: ResourcePattern): string | undefined {
  return form === 'key' && arn && !isPattern && policyString.placeholders.length === 0 ? arn.resource.slice('key/'.length) : undefined;
}
