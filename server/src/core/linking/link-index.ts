import { accountOfArn, isAccountId, parseArn } from '../aws/arn';
import type { KeyFact, PoliciesWithoutDocument } from '../discovery/discovery-result';
import type { Declarations } from './declarations';
import type { SourceAnchor, LinkPolicy } from './drafts';
import { parseIdentityArn, parseFullKeyArn, type ParsedIdentityArn, type ParsedKeyArn } from './names';
import type { PlainUri } from '../text/uri-path';
import type { Location } from '../text/span';

/** What linking starts from. */
export interface LinkInput {
  readonly policies: readonly LinkPolicy[];
  readonly keyFacts: readonly KeyFact[];
  readonly policiesWithoutDocument: readonly PoliciesWithoutDocument[];
  /** What `metadata.json` files say of the policies beside them. */
  readonly metadata: readonly FolderMetadata[];
  readonly managedPolicies: readonly FolderManagedPolicies[];
  readonly declarations: Declarations;
}

/** The ARN in a `metadata.json`: the policies in its folder belong to that key, user, role or group. */
export interface FolderMetadata {
  readonly folder: PlainUri;
  readonly arn: string;
  readonly at: Location;
}

/** The ARNs in a `managed-policies.json`: the user, role or group of its folder has these managed policies. */
export interface FolderManagedPolicies {
  readonly folder: PlainUri;
  readonly policies: readonly string[];
}

/** What the workspace knows of before anything is linked: the accounts, keys, users and roles that something names. */
export interface LinkIndex {
  /** Account ids with their partition, where an ARN says it. */
  readonly accounts: ReadonlyMap<string, string | undefined>;
  readonly keys: ReadonlyMap<string, ParsedKeyArn>;
  /** ARNs that something besides identity policies has: those may be wrong. */
  readonly authoritativeArns: ReadonlySet<string>;
  readonly keysById: MultiValueIndex<ParsedKeyArn>;
  /**
   * ARNs of users, roles and groups by `role/name` in small letters (IAM tells no two names apart by capitals); worked out when somebody
   * asks.
   */
  readonly identitiesByName: () => MultiValueIndex<string>;
  readonly metadataByFolder: ReadonlyMap<PlainUri, FolderMetadata>;
  /** By the ARN of a managed policy the ARNs of those that have it, as `managed-policies.json` files say. */
  readonly identitiesByManagedPolicy: ReadonlyMap<string, readonly string[]>;
}

/** Values by a key that nearly always has only one of them. */
export interface MultiValueIndex<V> {
  readonly firstValues: ReadonlyMap<string, V>;
  /** All values of the keys that have several. */
  readonly repeatedValues: ReadonlyMap<string, readonly V[]>;
}

export function createLinkIndex(input: LinkInput): LinkIndex {
  const { keys, vouched } = collectKeys(input);
  let identities: MultiValueIndex<string> | undefined;
  const metadata = new Map(input.metadata.map((item) => [item.folder, item]));
  return {
    keys, authoritativeArns: vouched,
    keysById: createMultiValueIndex(keys.values(), ({ keyId }) => keyId),
    accounts: collectAccounts(input, keys.values()),
    identitiesByName: () => identities ??= indexIdentitiesByName(input),
    metadataByFolder: metadata, identitiesByManagedPolicy: indexManagedPolicies(input, metadata),
  };
}

function indexManagedPolicies({ managedPolicies: managed }: LinkInput,
  metadata: LinkIndex['metadataByFolder']): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const { folder, policies } of managed) {
    const arn = parseIdentityArn(metadata.get(folder)?.arn)?.arn;
    if (arn !== undefined) for (const policy of policies) appendToList(holders, policy, arn);
  }
  return holders;
}

/** All values of a key. */
export function valuesAt<V>({ firstValues: first, repeatedValues: several }: MultiValueIndex<V>, key: string): readonly V[] {
  const all = several.get(key);
  if (all) return all;
  const only = first.get(key);
  return only === undefined ? [] : [only];
}

function createMultiValueIndex<V>(values: Iterable<V>, keyOf: (value: V) => string): MultiValueIndex<V> {
  const first = new Map<string, V>();
  const several = new Map<string, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const before = first.get(key);
    if (before === undefined) first.set(key, value);
    else appendToList(several, key, ...several.has(key) ? [value] : [before, value]);
  }
  return { firstValues: first, repeatedValues: several };
}

function collectKeys(
  { policies, keyFacts, metadata, declarations: declared }: LinkInput,
): { keys: Map<string, ParsedKeyArn>; vouched: Set<string> } {
  const keys = new Map<string, ParsedKeyArn>();
  const vouched = new Set<string>();
  const vouch = (name: ParsedKeyArn | undefined): void => {
    if (!name) return;
    vouched.add(name.arn);
    if (!keys.has(name.arn)) keys.set(name.arn, name);
  };
  for (const { name } of declared.keys) vouch(name);
  for (const { keyArn } of keyFacts) vouch(parseFullKeyArn(keyArn));
  for (const { arn } of metadata) vouch(parseFullKeyArn(arn));
  for (const { facts } of policies) {
    if (facts.kind === 'key') vouch(facts.containerKey);
    for (const name of facts.keys) if (!keys.has(name.arn)) keys.set(name.arn, name);
  }
  return { keys, vouched };
}

/** Every place that says a key ARN, declarations first. Looks through all policies: asked for few keys only. */
export function anchorsOfKeyArn(arn: string, { policies, keyFacts, metadata, declarations: declared }: LinkInput): SourceAnchor[] {
  const places: SourceAnchor[] = [];
  for (const key of declared.keys)
    if (key.arn.value === arn) places.push({ of: 'text', location: { uri: key.manifest.uri, span: key.arn.span } });
  for (const { keyArn, uri, span } of keyFacts) if (keyArn === arn) places.push({ of: 'text', location: { uri, span } });
  for (const item of metadata) if (item.arn === arn) places.push({ of: 'text', location: item.at });
  for (const policy of policies) {
    if (policy.facts.kind === 'key' && policy.facts.containerKey?.arn === arn) places.push({ of: 'document', policy });
    const item = policy.facts.keys.findIndex((name) => name.arn === arn);
    if (item >= 0) places.push({ of: 'keys', policy, item });
  }
  return places;
}

function collectAccounts({ policies, keyFacts, metadata, declarations: declared }: LinkInput,
  keys: Iterable<ParsedKeyArn>): Map<string, string | undefined> {
  const accounts = new Map<string, string | undefined>();
  const add = (account: string, partition: string | undefined): void => {
    if (accounts.get(account) === undefined && isAccountId(account)) accounts.set(account, partition);
  };
  for (const { account, partition } of declared.mentionedAccounts) add(account, partition);
  for (const { account, partition } of keys) add(account, partition);
  for (const { facts } of policies) for (const { account, partition } of facts.accounts) add(account, partition);
  for (const { arn } of metadata) {
    const parts = parseArn(arn);
    if (parts) add(parts.account, parts.partition);
  }
  for (const { grants } of keyFacts) {
    for (const { granteePrincipal } of grants) {
      const name = parseIdentityArn(granteePrincipal);
      if (name) add(name.account, name.partition);
    }
  }
  return accounts;
}

function indexIdentitiesByName(
  { policies, keyFacts, policiesWithoutDocument: unseen, metadata, declarations: declared }: LinkInput,
): MultiValueIndex<string> {
  const names = new Map<string, string>();
  const add = (name: ParsedIdentityArn | undefined): void => {
    if (name) names.set(name.arn, name.name.toLowerCase());
  };
  for (const { name } of declared.identities) add(name);
  for (const { facts } of policies) {
    add(facts.containerIdentity);
    for (const arn of facts.container.attachments ?? []) add(parseIdentityArn(arn));
    facts.principals.forEach(add);
    facts.otherIdentities.forEach(add);
  }
  for (const { grants } of keyFacts) for (const { granteePrincipal } of grants) add(parseIdentityArn(granteePrincipal));
  for (const { identityArn } of unseen) add(parseIdentityArn(identityArn));
  for (const { arn } of metadata) add(parseIdentityArn(arn));
  const plain = new Set(Array.from(names, ([arn, name]) => `${accountOfArn(arn)} ${name}`));
  for (const { facts } of policies)
    for (const role of facts.sessionRoles) if (!plain.has(`${role.account} ${role.name.toLowerCase()}`)) add(role);
  return createMultiValueIndex(names.keys(), (arn) => names.get(arn) ?? '');
}

/** Adds to the list under the key. */
export function appendToList<K, V>(map: Map<K, V[]>, key: K, ...values: readonly V[]): void {
  const list = map.get(key);
  if (list) list.push(...values);
  else map.set(key, [...values]);
}
