import { isAccountId, parseArn } from '../aws/arn';
import { parseKeyArn, type KeyArn } from '../aws/key-arn';
import type { KeyFact } from '../locate/located';
import type { Declared } from './declared';
import type { Anchor, LinkPolicy } from './drafts';

/** What the workspace knows of before anything is linked: the accounts, keys, users and roles that something names. */
export interface Known {
  /** Account ids with their partition, where an ARN says it. */
  readonly accounts: ReadonlyMap<string, string | undefined>;
  readonly keys: ReadonlyMap<string, KnownKey>;
  readonly keysById: ReadonlyMap<string, readonly KnownKey[]>;
  /** ARNs of users, roles and groups by `role/NAME`, without their IAM path. */
  readonly identitiesByName: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface KnownKey extends KeyArn {
  readonly arn: string;
  /** Every place that says the ARN; declarations first. */
  readonly places: readonly Anchor[];
  /** Whether something besides identity policies knows of the key: they may have a wrong ARN. */
  readonly vouched: boolean;
}

type KeyEntry = KeyArn & { readonly arn: string; readonly places: Anchor[]; vouched: boolean };

export function gather(policies: readonly LinkPolicy[], keyFacts: readonly KeyFact[], declared: Declared): Known {
  const keys = keysOf(policies, keyFacts, declared);
  const keysById = new Map<string, KnownKey[]>();
  for (const key of keys.values()) push(keysById, key.keyId, key);
  return { accounts: accountsOf(policies, keys.values(), declared), keys, keysById, identitiesByName: identitiesOf(policies, keyFacts, declared) };
}

function keysOf(policies: readonly LinkPolicy[], keyFacts: readonly KeyFact[], declared: Declared): Map<string, KeyEntry> {
  const keys = new Map<string, KeyEntry>();
  const add = (arn: string, place: Anchor, vouched: boolean): void => {
    const key = keys.get(arn);
    if (key) {
      key.places.push(place);
      key.vouched ||= vouched;
      return;
    }
    const parts = parseKeyArn(arn);
    if (parts) keys.set(arn, { ...parts, arn, places: [place], vouched });
  };
  for (const { arn, manifest } of declared.keys) add(arn.value, { of: 'text', location: { uri: manifest.uri, span: arn.span } }, true);
  for (const { keyArn, uri, span } of keyFacts) if (keyArn !== undefined) add(keyArn, { of: 'text', location: { uri, span } }, true);
  for (const policy of policies) {
    const { wrapper, kind, keyArns } = policy.facts;
    if (kind === 'key' && wrapper.keyArn !== undefined) add(wrapper.keyArn, { of: 'document', policy }, true);
    keyArns.forEach((arn, item) => add(arn, { of: 'keyArns', policy, item }, false));
  }
  return keys;
}

function accountsOf(policies: readonly LinkPolicy[], keys: Iterable<KnownKey>, declared: Declared): Map<string, string | undefined> {
  const accounts = new Map<string, string | undefined>();
  const add = (account: string | undefined, partition: string | undefined): void => {
    if (account !== undefined && isAccountId(account) && accounts.get(account) === undefined) accounts.set(account, partition);
  };
  for (const account of declared.accounts.keys()) add(account, undefined);
  for (const members of declared.organizations.values()) for (const account of members) add(account, undefined);
  for (const { arn, account } of declared.identities) {
    add(account?.value, undefined);
    addArn(arn?.value, add);
  }
  for (const { account, partition } of keys) add(account, partition);
  for (const { facts } of policies) {
    for (const { account, partition } of facts.accounts) add(account, partition);
    add(facts.wrapper.account, undefined);
    addArn(facts.wrapper.identityArn, add);
    for (const arn of facts.wrapper.attachments ?? []) addArn(arn, add);
  }
  return accounts;
}

function addArn(arn: string | undefined, add: (account: string, partition: string) => void): void {
  const parts = arn === undefined ? undefined : parseArn(arn);
  if (parts) add(parts.account, parts.partition);
}

function identitiesOf(policies: readonly LinkPolicy[], keyFacts: readonly KeyFact[], declared: Declared): Map<string, Set<string>> {
  const identities = new Map<string, Set<string>>();
  const add = (arn: string | undefined): void => {
    const name = arn === undefined ? undefined : nameOfArn(arn);
    if (arn === undefined || name === undefined) return;
    const arns = identities.get(name);
    if (arns) arns.add(arn);
    else identities.set(name, new Set([arn]));
  };
  for (const { arn } of declared.identities) add(arn?.value);
  for (const { facts } of policies) {
    add(facts.wrapper.identityArn);
    facts.wrapper.attachments?.forEach(add);
    facts.principals.forEach(add);
  }
  for (const { grants } of keyFacts) for (const { granteePrincipal } of grants) add(granteePrincipal);
  return identities;
}

/** `role/Name` of an ARN of IAM, its path left out; undefined for other ARNs. */
export function nameOfArn(arn: string): string | undefined {
  const match = /^arn:[^:]+:iam::\d{12}:(role|user|group)\/(?:.*\/)?([^/]+)$/.exec(arn);
  return match ? `${match[1] ?? ''}/${match[2] ?? ''}` : undefined;
}

/** Adds to the list under the key. */
export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
