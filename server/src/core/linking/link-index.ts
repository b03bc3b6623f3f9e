import { accountOfArn, isAccountId, parseArn } from '../aws/arn';
import type { PoliciesWithoutDocument } from '../discovery/discovery-result';
import type { Declarations } from './declarations';
import { appendToList, groupBy } from './group-by';
import type { LinkKeyFact, LinkPolicy, LinkTemplateIdentity, PolicyTarget, SourceAnchor } from './drafts';
import { parseIdentityArn, parseFullKeyArn, type ParsedIdentityArn, type ParsedKeyArn } from './names';
import type { AccountMention } from './policy-facts';
import type { PlainUri } from '../text/uri-path';
import type { Location } from '../text/span';

/** What one file, or all of them together, says about links. */
export interface LinkFacts {
  readonly policies: readonly LinkPolicy[];
  readonly keyFacts: readonly LinkKeyFact[];
  readonly policiesWithoutDocument: readonly PoliciesWithoutDocument[];
  readonly templateIdentities: readonly LinkTemplateIdentity[];
  /** What `metadata.json` files say of the policies beside them. */
  readonly metadata: readonly FolderMetadata[];
  readonly managedPolicies: readonly FolderManagedPolicies[];
  /** Places of manifests that mean the files, whatever these contain. */
  readonly policyTargets: readonly PolicyTarget[];
}

/** What linking starts from. */
export interface LinkInput extends LinkFacts {
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

/** What is named in the workspace before anything is linked: accounts, keys, users and roles. */
export interface LinkIndex {
  /** Account ids with their partition, where an ARN says it. */
  readonly accounts: ReadonlyMap<string, string | undefined>;
  readonly keys: ReadonlyMap<string, ParsedKeyArn>;
  /** ARNs that something besides identity policies has: those may be wrong. */
  readonly authoritativeArns: ReadonlySet<string>;
  readonly keysById: ReadonlyMap<string, readonly ParsedKeyArn[]>;
  /**
   * ARNs of users, roles and groups by `role/name` in small letters, since IAM does not distinguish names by their capitals; made when
   * they are first needed.
   */
  readonly identitiesByName: () => ReadonlyMap<string, readonly string[]>;
  readonly metadataByFolder: ReadonlyMap<PlainUri, FolderMetadata>;
  /** By the ARN of a managed policy the ARNs of those that have it, as `managed-policies.json` files say. */
  readonly identitiesByManagedPolicy: ReadonlyMap<string, readonly string[]>;
}

export function createLinkIndex(input: LinkInput): LinkIndex {
  const { keys, authoritativeArns } = collectKeys(input);
  let identities: ReadonlyMap<string, readonly string[]> | undefined;
  const metadataByFolder = new Map(input.metadata.map((metadata) => [metadata.folder, metadata]));
  return {
    keys, authoritativeArns,
    keysById: groupBy(keys.values(), ({ keyId }) => [keyId]),
    accounts: collectAccounts(input, keys.values()),
    identitiesByName: () => identities ??= indexIdentitiesByName(input),
    metadataByFolder, identitiesByManagedPolicy: indexManagedPolicies(input, metadataByFolder),
  };
}

function indexManagedPolicies({ managedPolicies }: LinkInput,
  metadata: LinkIndex['metadataByFolder']): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const { folder, policies } of managedPolicies) {
    const arn = parseIdentityArn(metadata.get(folder)?.arn)?.arn;
    if (arn !== undefined) for (const policy of policies) appendToList(holders, policy, arn);
  }
  return holders;
}

function collectKeys(
  { policies, keyFacts, metadata, declarations }: LinkInput,
): { readonly keys: Map<string, ParsedKeyArn>; readonly authoritativeArns: Set<string> } {
  const keys = new Map<string, ParsedKeyArn>();
  const authoritativeArns = new Set<string>();
  const add = (key: ParsedKeyArn | undefined, isAuthoritative: boolean): void => {
    if (key && !keys.has(key.arn)) keys.set(key.arn, key);
    if (key && isAuthoritative) authoritativeArns.add(key.arn);
  };
  for (const { name } of declarations.keys) add(name, true);
  for (const { keyArn } of keyFacts) add(parseFullKeyArn(keyArn), true);
  for (const { arn } of metadata) add(parseFullKeyArn(arn), true);
  for (const { facts } of policies) {
    if (facts.kind === 'key') add(facts.containerKey, true);
    for (const key of facts.keys) add(key, false);
  }
  return { keys, authoritativeArns };
}

/** Every place that contains one of the key ARNs, by ARN; declarations first. Looks through all policies, for all the ARNs at once. */
export function anchorsOfKeyArns(arns: ReadonlySet<string>,
  { policies, keyFacts, metadata, declarations }: LinkInput): ReadonlyMap<string, readonly SourceAnchor[]> {
  const anchors = new Map<string, SourceAnchor[]>();
  if (arns.size === 0) return anchors;
  const add = (arn: string | undefined, anchor: SourceAnchor): void => {
    if (arn !== undefined && arns.has(arn)) appendToList(anchors, arn, anchor);
  };
  for (const { arn, manifest } of declarations.keys) add(arn.value, { of: 'text', location: { uri: manifest.uri, span: arn.span } });
  for (const { keyArn, anchor } of keyFacts) add(keyArn, anchor);
  for (const { arn, at } of metadata) add(arn, { of: 'text', location: at });
  for (const policy of policies) {
    if (policy.facts.kind === 'key') add(policy.facts.containerKey?.arn, { of: 'document', policy });
    policy.facts.keys.forEach(({ arn }, item) => { add(arn, { of: 'keys', policy, item }); });
  }
  return anchors;
}

function collectAccounts({ policies, keyFacts, metadata, declarations }: LinkInput,
  keys: Iterable<ParsedKeyArn>): Map<string, string | undefined> {
  const accounts = new Map<string, string | undefined>();
  const add = (mention: AccountMention | undefined): void => {
    if (mention && accounts.get(mention.account) === undefined && isAccountId(mention.account))
      accounts.set(mention.account, mention.partition);
  };
  declarations.mentionedAccounts.forEach(add);
  for (const key of keys) add(key);
  for (const { facts } of policies) facts.accounts.forEach(add);
  for (const { arn } of metadata) add(parseArn(arn));
  for (const { grants } of keyFacts) for (const { granteePrincipal } of grants) add(parseIdentityArn(granteePrincipal));
  return accounts;
}

function indexIdentitiesByName({ policies, keyFacts, policiesWithoutDocument, templateIdentities, metadata,
  declarations }: LinkInput): Map<string, string[]> {
  const names = new Map<string, string>();
  const add = (identity: ParsedIdentityArn | undefined): void => {
    if (identity) names.set(identity.arn, identity.name.toLowerCase());
  };
  for (const { name } of declarations.identities) add(name);
  for (const { facts } of policies) {
    add(facts.containerIdentity);
    for (const arn of facts.container.attachments ?? []) add(parseIdentityArn(arn));
    facts.principals.forEach(add);
    facts.otherIdentities.forEach(add);
  }
  for (const { grants } of keyFacts) for (const { granteePrincipal } of grants) add(parseIdentityArn(granteePrincipal));
  for (const { identityArn } of policiesWithoutDocument) add(parseIdentityArn(identityArn));
  for (const { arn } of metadata) add(parseIdentityArn(arn));
  for (const { arn } of templateIdentities) add(parseIdentityArn(arn));
  // The ARN of a session does not have the IAM path of its role: it counts only where nothing names the role itself.
  const namesInAccounts = new Set(Array.from(names, ([arn, name]) => `${accountOfArn(arn)} ${name}`));
  for (const { facts } of policies)
    for (const role of facts.sessionRoles) if (!namesInAccounts.has(`${role.account} ${role.name.toLowerCase()}`)) add(role);
  return groupBy(names.keys(), (arn) => [names.get(arn) ?? '']);
}
