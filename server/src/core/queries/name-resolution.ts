import { splitResourceAddress, splitResourceName } from '../discovery/resource-name';
import { serviceIdentity } from '../access/caller';
import { actionNamed, ACTIONS, actionsIn, expandAction, NO_ACTIONS, type ActionInfo } from '../aws/actions';
import { isAccountId, parseArn } from '../aws/arn';
import { isAliasName, keyIdForm } from '../aws/key-arn';
import { isServicePrincipal } from '../aws/services';
import { refusal, type Refusal } from '../generate/counterpart';
import { findKeyByArn, UNKNOWN_KEY } from '../generate/key-reference';
import type { Identity, Key, Link } from '../linking/entities';
import { parseIdentityArn, rolesWithName, type ParsedIdentityArn } from '../linking/names';
import { joinNames } from '../text/join-names';
import { nearestWord } from '../text/nearest-word';
import { baseName, plainUri } from '../text/uri-path';
import type { World } from '../workspace/world';

/** An identity or key that a person named, as far as the workspace knows it. */
export interface ResolvedName<T> {
  /** One; for an account as a whole one for each policy that an identity of it has. */
  readonly records: readonly [T, ...T[]];
  /** The ARN, or what stands for it where none is known. */
  readonly name: string;
  /** A file of the workspace names it. */
  readonly isKnown: boolean;
  /** How the name was taken, where that is not plain. */
  readonly note?: string | undefined;
  /** The users and roles of an account as a whole. */
  readonly members?: readonly T[];
}

const QUESTION_LINK: Link = { reason: 'declared', certain: true, description: 'asked for', at: undefined };

/**
 * A user, role or group by ARN, `role/App`, a session of a role, an account as a whole by id or root ARN, an AWS service by its
 * principal, or the id of a record of the workspace. Refuses any other text.
 */
export function resolveIdentity(world: World, text: string): ResolvedName<Identity> | Refusal {
  const input = text.trim();
  const byTemplate = resolveTemplateResource(world.identities, world, input);
  if (byTemplate) return byTemplate;
  const record = world.identities.find(({ id, arn }) => id === input || arn === input);
  if (record) return knownRecord(record, record.arn === undefined ? identityDisplayName(record) : input);
  if (isAccountId(input)) return resolveAccount(world, input, undefined);
  if (isServicePrincipal(input) || servicePrincipalsInKeyPolicies(world).includes(input)) return knownRecord(serviceIdentity(input), input);
  const arn = parseArn(input);
  if (!arn) return resolveShortIdentityName(world, input);
  if (arn.service === 'kms') return refusal(`"${input}" is the ARN of a key, not of an identity.`);
  if (!isAccountId(arn.account)) return refusal(`The account in "${input}" is not 12 digits.`);
  if (arn.service === 'iam' && arn.resource === 'root') return resolveAccount(world, arn.account, arn.partition);
  const [, role] = /^assumed-role\/([^/]+)\/[^/]+$/.exec(arn.resource) ?? [];
  if (arn.service === 'sts' && role !== undefined) return resolveRoleSession(world, input, role, arn.account);
  const identityArn = parseIdentityArn(input);
  const byPath = identityArn && identityByPath(world, identityArn);
  if (byPath) return byPath;
  const isFederated = arn.service === 'sts' && arn.resource.startsWith('federated-user/');
  if (!identityArn && !isFederated) return refusal(`"${input}" is neither a user, role or group, nor a session, an account or a service.`);
  return unknownRecord(identityWithoutPolicies(input, identityArn?.kind ?? 'unknown'), input);
}

/** The service principals that key policies name, sorted; what does not have the form of a service principal is left out. */
export function servicePrincipalsInKeyPolicies(world: World): string[] {
  const principals = world.keys.flatMap(({ policy }) => policy?.policy.statements ?? [])
    .flatMap(({ principal }) => principal?.principals ?? []);
  const names = principals.filter(({ form, text }) => form === 'service' && text.placeholders.length === 0).map(({ text }) => text.value);
  return [...new Set(names)].filter((name) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)).sort();
}

/** The identity of that account whose policies are in folders of that name, where nothing else in the workspace names it. */
function identityByPath({ identities }: World, { arn, account, kind, name }: ParsedIdentityArn): ResolvedName<Identity> | undefined {
  const matching = identities.filter((identity) => identity.account === account && hasPathName(identity, name));
  const [first] = matching;
  if (!first) return undefined;
  const policies = matching.flatMap((identity) => identity.policies);
  const files = [...new Set(policies.map(({ uri }) => baseName(uri)))];
  return knownRecord({ ...first, id: arn, arn, kind, policies }, arn,
    `Only the path says that the policies in ${joinNames(files)} are those of ${name}.`);
}

function hasPathName({ pathNames }: Identity, name: string): boolean {
  return pathNames?.some((text) => text.toLowerCase() === name.toLowerCase()) === true;
}

function resolveShortIdentityName(world: World, input: string): ResolvedName<Identity> | Refusal {
  const matching = world.identities.filter(({ arn }) => arn !== undefined && (arn.endsWith(`:${input}`) || arn.endsWith(`/${input}`)));
  const [identity, ...others] = matching;
  if (others.length > 0) return refusal(`"${input}" is ambiguous: ${matching.map(({ arn }) => arn).join(', ')}.`);
  if (identity?.arn !== undefined) return knownRecord(identity, identity.arn, `"${input}" is taken as ${identity.arn}.`);
  const accounts = world.identities.filter((candidate) => hasPathName(candidate, input)).map((candidate) => candidate.account);
  const [account, ...otherAccounts] = new Set(accounts);
  if (account !== undefined && otherAccounts.length === 0)
    return resolveIdentity(world, `arn:${partitionOfAccount(world, account) ?? 'aws'}:iam::${account}:${input}`);
  return refusal(`"${input}" is neither an ARN nor an account id nor a service principal, and nothing in the workspace has this name.`);
}

/** A session has the policies of its role, whose path its ARN leaves out; role names are unique in an account. */
function resolveRoleSession(world: World, arn: string, roleName: string, account: string): ResolvedName<Identity> {
  const roleArn = parseIdentityArn(`arn:aws:iam::${account}:role/${roleName}`);
  const role = rolesWithName(world.identities, account, roleName)[0] ?? (roleArn && identityByPath(world, roleArn)?.records[0]);
  return role
    ? knownRecord({ ...role, id: arn, arn, kind: 'unknown' }, arn, `The session has the policies of ${role.arn ?? roleName}.`)
    : unknownRecord(identityWithoutPolicies(arn, 'unknown'), arn);
}

/** Nothing shows that two policies of an account belong to one identity: each stands for an identity of its own. */
function resolveAccount(world: World, account: string, partition: string | undefined): ResolvedName<Identity> {
  const ofAccount = world.identities.filter((identity) => identity.account === account);
  const unnamed = ofAccount.filter(({ arn }) => arn === undefined);
  const [
    first = { ...identityWithoutPolicies(undefined, 'unknown'), id: account, account,
      partition: partition ?? partitionOfAccount(world, account) },
    ...others
  ] = unnamed;
  return {
    records: [first, ...others], name: `arn:${first.partition ?? 'aws'}:iam::${account}:root`,
    isKnown: unnamed.length > 0 || world.accounts.has(account),
    members: ofAccount.filter(({ arn, policies }) => arn !== undefined && policies.length > 0),
    note: 'The account as a whole is meant: its users and roles may be named besides and have policies of their own. '
      + 'Its root user needs no IAM policy where the key policy allows the account.',
  };
}

function partitionOfAccount(world: World, account: string): string | undefined {
  return world.identities.find((identity) => identity.account === account)?.partition
    ?? world.keys.find((key) => key.account === account)?.partition;
}

function knownRecord<T>(record: T, name: string, note?: string): ResolvedName<T> {
  return { records: [record], name, isKnown: true, note };
}

function unknownRecord<T>(record: T, name: string): ResolvedName<T> {
  return { records: [record], name, isKnown: false };
}

function identityDisplayName({ account, partition, policies: [policy] }: Identity): string {
  if (account !== undefined) return `arn:${partition ?? 'aws'}:iam::${account}:root`;
  return policy ? `whoever has ${baseName(policy.uri)}` : 'an unknown identity';
}

function identityWithoutPolicies(arn: string | undefined, kind: Identity['kind']): Identity {
  const parts = arn === undefined ? undefined : parseArn(arn);
  return { id: arn ?? '', arn, partition: parts?.partition, account: parts?.account, kind, policies: [], link: QUESTION_LINK };
}

/** A key by ARN, id, alias ARN, alias name, or the id of a record of the workspace. Refuses any other text. */
export function resolveKey(world: World, text: string): ResolvedName<Key> | Refusal {
  const input = text.trim();
  const byTemplate = resolveTemplateResource(world.keys, world, input);
  if (byTemplate) return byTemplate;
  const record = world.keys.find(({ id, arn }) => arn === undefined && id === input);
  if (record) return knownRecord(record, record.keyId ?? `the key of ${record.policy ? baseName(record.policy.uri) : input}`);
  const key = findKeyByArn(world, input);
  if (key) return world.keysByArn.has(input) ? knownRecord(key, input) : unknownRecord(key, input);
  const arn = parseArn(input);
  if (arn && arn.service !== 'kms') return refusal(`"${input}" is not the ARN of a KMS key or alias.`);
  const resource = arn?.resource ?? input;
  const keyId = resource.replace(/^key\//, '');
  if (arn === undefined && keyIdForm(keyId)) return resolveOnlyKey(world, input, (candidate) => candidate.keyId === keyId, { keyId });
  const alias = resource.startsWith('alias/') ? resource : `alias/${resource}`;
  if (!isAliasName(alias) || arn && !isAccountId(arn.account)) return refusal(`"${input}" is neither the ARN or id of a key nor an alias.`);
  return resolveOnlyKey(world, input,
    ({ aliases, account, region }) => aliases.includes(alias) && (!arn || account === arn.account && region === arn.region),
    arn ? { account: arn.account, partition: arn.partition, region: arn.region } : {});
}

/**
 * A resource of a template by its file and logical id, `stacks/template.yaml#DataKey`, or of Terraform by its directory and address,
 * `infra/prod#aws_kms_key.main`. The file is known by its URI, by its path in a workspace folder, or else by the end of its path. Undefined
 * for what is not such a name.
 */
function resolveTemplateResource<T extends Pick<Identity | Key, 'template'>>(records: readonly T[], { folders }: World,
  input: string): ResolvedName<T> | Refusal | undefined {
  const [resource, moduleResource] = [splitResourceName(input), splitResourceAddress(input)];
  const [file, logicalId] = [resource?.file ?? moduleResource?.directory, resource?.logicalId ?? moduleResource?.address];
  if (file === undefined || logicalId === undefined) return undefined;
  const path = file.replace(/^(?:\.\/)+/, '').replace(/^\.$|\/$/, '');
  const isNamed = ({ template }: T, test: (uri: string) => boolean): boolean =>
    // The role that SAM makes for a function is named by the function too.
    (template?.logicalId === logicalId || template?.logicalId === `${logicalId}Role`) && test(plainUri(template.uri));
  const exactMatches = records.filter((record) => isNamed(record, (uri) =>
    uri === plainUri(file) || folders.some((folder) => uri === plainUri(path === '' ? folder.uri : `${folder.uri}/${path}`))));
  const matching = exactMatches.length > 0 ? exactMatches : records.filter((record) => isNamed(record, (uri) => uri.endsWith(`/${path}`)));
  const [record, ...others] = matching;
  if (others.length > 0)
    return refusal(`"${input}" is ambiguous: ${joinNames(matching.flatMap(({ template }) => template?.uri ?? []))}.`);
  return record ? knownRecord(record, input)
    : refusal(`No template in the workspace makes "${input}": name it as FILE#LogicalId, or as DIRECTORY#ADDRESS.`);
}

function resolveOnlyKey(world: World, input: string, test: (key: Key) => boolean, facts: Partial<Key>): ResolvedName<Key> | Refusal {
  const candidates = world.keys.filter(test);
  // A key of which the workspace has the policy is meant rather than one that only some ARN, perhaps a wrong one, names.
  const withPolicy = candidates.filter(({ policy }) => policy);
  const matching = withPolicy.length > 0 ? withPolicy : candidates;
  const [key, ...others] = matching;
  if (others.length > 0)
    return refusal(`"${input}" may be any of ${matching.map(({ arn, id }) => arn ?? id).join(', ')}: name the key by its ARN.`);
  return key
    ? knownRecord(key, key.arn ?? input, `"${input}" is ${key.arn ?? 'the key of that policy'}.`)
    : unknownRecord({ ...UNKNOWN_KEY, id: input, awsManaged: input.includes('alias/aws/'), ...facts }, input);
}

/** The actions that can be asked about: those that take a key. */
export function actionNamesForQuestions(): string[] {
  return ACTIONS.filter(({ resourceTypes }) => resourceTypes.length > 0).map(({ name }) => name);
}

/** One KMS action, in any case, with or without `kms:`. Refuses any other text. */
export function resolveAction(text: string): ActionInfo | Refusal {
  const input = text.trim();
  const name = input.includes(':') || input === '*' ? input : `kms:${input}`;
  const action = actionNamed(name);
  if (action) return action;
  if (!/^kms:/i.test(name) && name !== '*') return refusal(`"${input}" is not an action of AWS KMS.`);
  if (/[*?]/.test(name)) return refusal(describeActionPattern(input, name));
  if (/^kms:reencrypt$/i.test(name)) return refusal('ReEncrypt needs two actions: '
    + 'kms:ReEncryptFrom on the key that encrypted before, kms:ReEncryptTo on the new one. Ask for one of them.');
  const nearest = nearestWord(name, ACTIONS.map((candidate) => candidate.name));
  return refusal(`There is no action "${input}".${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`);
}

function describeActionPattern(input: string, pattern: string): string {
  const set = expandAction(pattern);
  if (set === NO_ACTIONS) return `"${input}" covers no action of AWS KMS.`;
  const names = actionsIn(set).map(({ name }) => name);
  const nameList = names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  return `"${input}" stands for ${names.length} actions, which may have different answers: ask for one of ${nameList}. `
    + 'The matrix shows all.';
}
