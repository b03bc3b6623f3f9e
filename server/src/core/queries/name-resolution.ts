import { serviceIdentity } from '../access/caller';
import { joinNames } from '../access/text/describe-access';
import { actionsIn, actionNamed, ACTIONS, expandAction, NO_ACTIONS, type ActionInfo } from '../aws/actions';
import { isAccountId, parseArn } from '../aws/arn';
import { isAliasName, keyIdForm } from '../aws/key-arn';
import { isServicePrincipal } from '../aws/services';
import { refusal, type Refusal } from '../generate/counterpart';
import { findKeyByArn } from '../generate/key-reference';
import { nearestWord } from '../text/nearest-word';
import { parseIdentityArn, rolesWithName, type ParsedIdentityArn } from '../linking/names';
import type { Identity, Key, Link } from '../linking/entities';
import type { World } from '../workspace/world';

/** Somebody or something that a person named, as far as the workspace knows it. */
export interface ResolvedName<T> {
  /** One; for an account as a whole one for each policy that somebody of it has. */
  readonly records: readonly [T, ...T[]];
  /** The ARN, or what stands for it where none is known. */
  readonly name: string;
  /** A file of the workspace names it. */
  readonly isKnown: boolean;
  /** How the name was taken, where that is not plain. */
  readonly note: string | undefined;
  /** The users and roles of an account as a whole. */
  readonly members?: readonly T[];
}

const QUESTION_LINK: Link = { reason: 'declared', certain: true, description: 'asked for', at: undefined };

/**
 * A user, role or group by ARN, `role/App`, a session of a role, an account as a whole by id or root ARN, an AWS service by its
 * principal, or the id of a record of the workspace. Says in words why a text is none of these.
 */
export function resolveIdentity(world: World, text: string): ResolvedName<Identity> | Refusal {
  const wanted = text.trim();
  const record = world.identities.find(({ id, arn }) => id === wanted || arn === wanted);
  if (record && record.arn === undefined) return resolvedIdentity(record, identityDisplayName(record));
  if (record) return resolvedIdentity(record, wanted);
  if (isAccountId(wanted)) return resolveAccount(world, wanted, undefined);
  if (isServicePrincipal(wanted) || servicePrincipalsInKeyPolicies(world).includes(wanted))
    return resolvedIdentity(serviceIdentity(wanted), wanted);
  const arn = parseArn(wanted);
  if (!arn) return resolveShortIdentityName(world, wanted);
  if (arn.service === 'kms') return refusal(`"${wanted}" is the ARN of a key, not of an identity.`);
  if (!isAccountId(arn.account)) return refusal(`The account in "${wanted}" is not 12 digits.`);
  if (arn.service === 'iam' && arn.resource === 'root') return resolveAccount(world, arn.account, arn.partition);
  const [, role] = /^assumed-role\/([^/]+)\/[^/]+$/.exec(arn.resource) ?? [];
  if (arn.service === 'sts' && role !== undefined) return resolveRoleSession(world, wanted, role, arn.account);
  const name = parseIdentityArn(wanted);
  const byPath = name && identityByPath(world, name);
  if (byPath) return byPath;
  const federated = arn.service === 'sts' && arn.resource.startsWith('federated-user/');
  if (!name && !federated) return refusal(`"${wanted}" is neither a user, role or group, nor a session, an account or a service.`);
  return { records: [identityWithoutPolicies(wanted, name?.kind ?? 'unknown')], name: wanted, isKnown: false, note: undefined };
}

/** The service principals that key policies name, in their order; what has not the form of one is left out. */
export function servicePrincipalsInKeyPolicies(world: World): string[] {
  const named = world.keys.flatMap(({ policy }) => policy?.policy.statements ?? []).flatMap(({ principal }) => principal?.principals ?? []);
  return [
    ...new Set(named.filter(({ form, text: policyString }) =>
      form === 'service' && policyString.placeholders.length === 0
    ).map(({ text }) => text.value)),
  ]
    .filter((name) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)).sort();
}

/** The identity of that account whose policies lie in folders of that name, where nothing else in the workspace names it. */
function identityByPath({ identities }: World, { arn, account, kind, name }: ParsedIdentityArn): ResolvedName<Identity> | undefined {
  const matching = identities.filter((identity) => identity.account === account && hasPathName(identity, name));
  const [first] = matching;
  if (!first) return undefined;
  const policies = matching.flatMap((identity) => identity.policies);
  const files = [...new Set(policies.map(({ uri }) => uri.slice(uri.lastIndexOf('/') + 1)))];
  return { records: [{ ...first, id: arn, arn, kind, policies }], name: arn, isKnown: true,
    note: `Only the path says that the policies in ${joinNames(files)} are those of ${name}.` };
}

function hasPathName({ pathNames }: Identity, name: string): boolean {
  return pathNames?.some((text) => text.toLowerCase() === name.toLowerCase()) === true;
}

function resolveShortIdentityName(world: World, wanted: string): ResolvedName<Identity> | Refusal {
  const matching = world.identities.filter(({ arn }) => arn !== undefined && (arn.endsWith(`:${wanted}`) || arn.endsWith(`/${wanted}`)));
  const [only, other] = matching;
  if (only?.arn !== undefined && !other) return { ...resolvedIdentity(only, only.arn), note: `"${wanted}" is taken as ${only.arn}.` };
  if (other) return refusal(`"${wanted}" is ambiguous: ${matching.map(({ arn }) => arn).join(', ')}.`);
  const [account, otherAccount] = new Set(
    world.identities.filter((identity) => hasPathName(identity, wanted)).map((identity) => identity.account),
  );
  if (account !== undefined && otherAccount === undefined)
    return resolveIdentity(world, `arn:${partitionOfAccount(world, account) ?? 'aws'}:iam::${account}:${wanted}`);
  return refusal(`"${wanted}" is neither an ARN nor an account id nor a service principal, and nothing in the workspace has this name.`);
}

/** A session has the policies of its role, whose path its ARN leaves out; role names are unique in an account. */
function resolveRoleSession(world: World, arn: string, role: string, account: string): ResolvedName<Identity> {
  const name = parseIdentityArn(`arn:aws:iam::${account}:role/${role}`);
  const own = rolesWithName(world.identities, account, role)[0] ?? (name && identityByPath(world, name)?.records[0]);
  if (!own) return { records: [identityWithoutPolicies(arn, 'unknown')], name: arn, isKnown: false, note: undefined };
  return { records: [{ ...own, id: arn, arn, kind: 'unknown' }], name: arn, isKnown: true,
    note: `The session has the policies of ${own.arn ?? role}.` };
}

/** Nothing says that two policies of an account meet in one identity: each stands for somebody of its own. */
function resolveAccount(world: World, account: string, partition: string | undefined): ResolvedName<Identity> {
  const someone = world.identities.filter((identity) => identity.arn === undefined && identity.account === account);
  const members = world.identities.filter(({ arn, account: own, policies }) => arn !== undefined && own === account && policies.length > 0);
  const [
    first = { ...identityWithoutPolicies(undefined, 'unknown'), id: account, account,
      partition: partition ?? partitionOfAccount(world, account) },
    ...others
  ] = someone;
  return {
    records: [first, ...others], name: `arn:${first.partition ?? 'aws'}:iam::${account}:root`,
    isKnown: someone.length > 0 || world.accounts.has(account),
    members,
    note: 'The account as a whole is meant: its users and roles may be named besides and have policies of their own. '
      + 'Its root user needs no IAM policy where the key policy allows the account.',
  };
}

function partitionOfAccount(world: World, account: string): string | undefined {
  return world.identities.find((identity) => identity.account === account)?.partition
    ?? world.keys.find((key) => key.account === account)?.partition;
}

function resolvedIdentity(identity: Identity, name: string): ResolvedName<Identity> {
  return { records: [identity], name, isKnown: true, note: undefined };
}

function identityDisplayName({ account, partition, policies: [policy] }: Identity): string {
  if (account !== undefined) return `arn:${partition ?? 'aws'}:iam::${account}:root`;
  return policy ? `whoever has ${policy.uri.slice(policy.uri.lastIndexOf('/') + 1)}` : 'an unknown identity';
}

function identityWithoutPolicies(arn: string | undefined, kind: Identity['kind']): Identity {
  const parts = arn === undefined ? undefined : parseArn(arn);
  return { id: arn ?? '', arn, partition: parts?.partition, account: parts?.account, kind, policies: [], link: QUESTION_LINK };
}

/** A key by ARN, id, alias ARN, alias name, or the id of a record of the workspace. Says in words why a text is none of these. */
export function resolveKey(world: World, text: string): ResolvedName<Key> | Refusal {
  const wanted = text.trim();
  const record = world.keys.find(({ id, arn }) => arn === undefined && id === wanted);
  if (record)
    return { records: [record], name: record.keyId ?? `the key of ${record.policy?.uri.split('/').at(-1) ?? wanted}`, isKnown: true,
      note: undefined };
  const known = world.keysByArn.has(wanted);
  const named = findKeyByArn(world, wanted);
  if (named) return { records: [named], name: wanted, isKnown: known, note: undefined };
  const arn = parseArn(wanted);
  if (arn && arn.service !== 'kms') return refusal(`"${wanted}" is not the ARN of a KMS key or alias.`);
  const resource = arn?.resource ?? wanted;
  const keyId = resource.replace(/^key\//, '');
  if (arn === undefined && keyIdForm(keyId)) return resolveOnlyKey(world, wanted, (key) => key.keyId === keyId, { keyId });
  const alias = resource.startsWith('alias/') ? resource : `alias/${resource}`;
  if (!isAliasName(alias) || arn && !isAccountId(arn.account))
    return refusal(`"${wanted}" is neither the ARN or id of a key nor an alias.`);
  return resolveOnlyKey(world, wanted,
    (key) => key.aliases.includes(alias) && (!arn || key.account === arn.account && key.region === arn.region),
    arn ? { account: arn.account, partition: arn.partition, region: arn.region } : {});
}

function resolveOnlyKey(world: World, wanted: string, test: (key: Key) => boolean, parts: Partial<Key>): ResolvedName<Key> | Refusal {
  const all = world.keys.filter(test);
  // One of which the workspace has the policy is meant rather than one that only some ARN, perhaps a wrong one, names.
  const matching = all.some((key) => key.policy) ? all.filter((key) => key.policy) : all;
  const [only, other] = matching;
  if (other) return refusal(`"${wanted}" may be any of ${matching.map(({ arn, id }) => arn ?? id).join(', ')}: name the key by its ARN.`);
  if (only)
    return { records: [only], name: only.arn ?? wanted, isKnown: true, note: `"${wanted}" is ${only.arn ?? 'the key of that policy'}.` };
  const unknown: Key = {
    id: wanted, arn: undefined, partition: undefined, region: undefined, account: undefined, keyId: undefined, policy: undefined,
    link: undefined, aliases: [],
    aliasesComplete: false, keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [],
    awsManaged: wanted.includes('alias/aws/'), ...parts,
  };
  return { records: [unknown], name: wanted, isKnown: false, note: undefined };
}

/** The actions that can be asked about: those that take a key. */
export function actionNamesForQuestions(): string[] {
  return ACTIONS.filter(({ resourceTypes }) => resourceTypes.length > 0).map(({ name }) => name);
}

/** One KMS action, in any case, with or without `kms:`. Says in words what is wrong with anything else. */
export function resolveAction(text: string): ActionInfo | Refusal {
  const wanted = text.trim();
  const full = wanted.includes(':') || wanted === '*' ? wanted : `kms:${wanted}`;
  const action = actionNamed(full);
  if (action) return action;
  if (!/^kms:/i.test(full) && full !== '*') return refusal(`"${wanted}" is not an action of AWS KMS.`);
  if (/[*?]/.test(full)) return refusal(describeActionPattern(wanted, full));
  if (/^kms:reencrypt$/i.test(full)) return refusal('ReEncrypt needs two actions: '
    + 'kms:ReEncryptFrom on the key that encrypted before, kms:ReEncryptTo on the new one. Ask for one of them.');
  const near = nearestWord(full, ACTIONS.map(({ name }) => name));
  return refusal(`There is no action "${wanted}".${near === undefined ? '' : ` Did you mean ${near}?`}`);
}

function describeActionPattern(wanted: string, full: string): string {
  const set = expandAction(full);
  if (set === NO_ACTIONS) return `"${wanted}" covers no action of AWS KMS.`;
  const names = actionsIn(set).map(({ name }) => name);
  const some = names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  return `"${wanted}" stands for ${names.length} actions, which may have different answers: ask for one of ${some}. The matrix shows all.`;
}
