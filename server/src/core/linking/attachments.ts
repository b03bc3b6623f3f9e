import { accountOfArn } from '../aws/arn';
import { compareIdentifiers, isAccountIdentifier } from '../aws/identifier-comparison';
import { metadataInFolderOf, metadataLink, containerLink } from './key-claims';
import { createAttachment } from './declarations';
import { extendLink, policyId, type Attachment, type LinkDraft, type LinkPolicy } from './drafts';
import type { LinkIndex } from './link-index';
import { parseIdentityArn } from './names';
import { accountOfPath, type PathAccount, type PathHints } from './path-hints';
import { parentFolder } from '../text/uri-path';

/**
 * Tries the reasons of a link in their order. A managed policy can be attached to several identities; only one that an
 * output lists as attached to nobody has none.
 */
export function attachmentsOf(policy: LinkPolicy, index: LinkIndex): readonly Attachment[] {
  const declared = attachmentsByDeclaration(policy, index);
  if (declared.length > 0) return declared;
  const { attachments, identityArn } = policy.facts.container;
  if (attachments) return attachmentsByArn(attachments, containerLink(policy));
  const metadata = identityArn === undefined ? metadataInFolderOf(policy, index) : undefined;
  const holders = metadata && index.identitiesByManagedPolicy.get(metadata.arn);
  if (metadata && holders) return attachmentsByArn(holders, metadataLink(metadata));
  const attachment = metadata && attachmentByMetadata(metadata.arn, metadataLink(metadata), policy, index);
  return [
    attachment ?? attachmentByContainer(policy, index) ?? attachmentByPath(policy, index) ?? attachmentWithoutAccount(policy, index),
  ];
}

function attachmentsByDeclaration(policy: LinkPolicy, index: LinkIndex): Attachment[] {
  const declared: Attachment[] = [];
  for (const { attachment } of policy.policyTargets)
    if (attachment && declared.every(({ id }) => id !== attachment.id)) declared.push(attachment);
  for (const { identity, link } of policy.policyTargets) {
    const account = identity?.account?.value;
    // A named identity of the account says more than the account alone.
    if (account !== undefined && declared.every((attachment) => compareIdentifiers(attachment.account, account) !== 'same'))
      declared.push(attachmentInAccount(account, policy, index, link));
  }
  return declared;
}

function attachmentsByArn(arns: readonly string[], link: LinkDraft): Attachment[] {
  return arns.flatMap((arn) => attachmentByArn(arn, link) ?? []);
}

function attachmentByContainer(policy: LinkPolicy, index: LinkIndex): Attachment | undefined {
  const { identityArn, identityName, account } = policy.facts.container;
  const link = containerLink(policy);
  if (identityArn !== undefined) return attachmentByArn(identityArn, link);
  // The policies that AWS manages have "aws" in place of an account.
  if (account !== undefined && isAccountIdentifier(account)) return attachmentInAccount(account, policy, index, link);
  const pathAccount = accountFromPath(policy, index);
  return identityName === undefined || pathAccount === undefined
    ? undefined
    : attachmentByName(identityName, pathAccount.account, index,
      extendLink(link, `account ${pathAccount.account} by its path`, pathAccount.isConfirmed));
}

/** By the `metadata.json` beside the policy, which tells only the account of a managed policy that nobody is known to have. */
function attachmentByMetadata(arn: string, link: LinkDraft, policy: LinkPolicy, index: LinkIndex): Attachment | undefined {
  const account = accountOfArn(arn);
  if (!isAccountIdentifier(account)) return undefined;
  return attachmentByArn(arn, link) ?? attachmentInAccount(account, policy, index, link);
}

function attachmentByPath(policy: LinkPolicy, index: LinkIndex): Attachment | undefined {
  const pathAccount = accountFromPath(policy, index);
  return pathAccount && attachmentInAccount(pathAccount.account, policy, index, { reason: 'path', certain: pathAccount.isConfirmed,
    description: `account ${pathAccount.account} in the path of the policy` });
}

function accountFromPath({ pathHints }: LinkPolicy, { accounts }: LinkIndex): PathAccount | undefined {
  return accountOfPath(pathHints, (id) => accounts.has(id));
}

/**
 * The identity of a known account: by its name where the output has one, or the path one that exists. Without a name each policy, or the
 * policies of each folder below `role`, `user` or `group`, belong to a separate identity: nothing says that two of them share one.
 */
function attachmentInAccount(account: string, policy: LinkPolicy, index: LinkIndex, link: LinkDraft): Attachment {
  const { facts: { container: { identityName } }, pathHints } = policy;
  if (identityName !== undefined)
    return attachmentByName(identityName, account, index, extendLink(link, `${identityName} by its output`));
  const match = identityNamedByPath(pathHints, index, account);
  return (match && attachmentByArn(match.arn, extendLink(link, `${match.name} by its path`, link.certain && match.isUnambiguous))) ?? {
    ...identityHintsFromPath(pathHints), id: `account:${account}|${pathHints.identity?.identityFolder ?? policyId(policy)}`,
    arn: undefined, partition: index.accounts.get(account), account, link,
  };
}

/** No account is known. A name may be that of the one role or user that something else in the workspace names. */
function attachmentWithoutAccount(policy: LinkPolicy, index: LinkIndex): Attachment {
  const { facts: { container: { identityName } }, pathHints } = policy;
  const match = identityName === undefined ? identityNamedByPath(pathHints, index, undefined) : uniqueIdentityNamed(identityName, index);
  const attachment = match && attachmentByArn(match.arn, { reason: 'text', certain: false,
    description: `attached to ${match.name}, taken as the one that the workspace names: ${match.arn}` });
  if (attachment) return attachment;
  // Files of one folder that name the same role mean the same one; those of two folders may be of two accounts.
  if (identityName !== undefined)
    return { id: `name:${parentFolder(policy.path)}|${identityName}`, ...UNKNOWN_IDENTITY, kind: identityKindOf(identityName),
      link: linkToUnknownAccount(identityName) };
  if (!pathHints.identity) return { id: `policy:${policyId(policy)}`, ...UNKNOWN_IDENTITY, kind: 'unknown', link: UNKNOWN_ATTACHMENT_LINK };
  const hints = identityHintsFromPath(pathHints);
  return { ...hints, id: `name:${pathHints.identity.identityFolder}`, ...UNKNOWN_IDENTITY, link: linkToUnknownAccount(`a ${hints.kind}`) };
}

const UNKNOWN_IDENTITY = { arn: undefined, partition: undefined, account: undefined };
const UNKNOWN_ATTACHMENT_LINK: LinkDraft = { reason: 'guess', certain: false,
  description: 'it is not known to whom this policy is attached' };

function linkToUnknownAccount(name: string): LinkDraft {
  return { reason: 'guess', certain: false, description: `attached to ${name} of an account that is not known` };
}

interface PathIdentityMatch {
  readonly arn: string;
  /** `role/App` */
  readonly name: string;
  /** No other part of the path is the name of another identity. */
  readonly isUnambiguous: boolean;
}

/** The identity of that name, if there is only one in all accounts. */
function uniqueIdentityNamed(name: string, index: LinkIndex): PathIdentityMatch | undefined {
  const [arn, ...furtherArns] = identitiesNamed(name, undefined, index);
  return arn === undefined || furtherArns.length > 0 ? undefined : { arn, name, isUnambiguous: true };
}

/** What the path says about an identity whose name nothing else has: that of a folder rather than that of the file in it. */
function identityHintsFromPath({ identity }: PathHints): Pick<Attachment, 'kind' | 'pathNames'> {
  const names = (identity?.names ?? []).filter(({ name }) => `/${identity?.identityFolder ?? ''}/`.includes(`/${name}/`));
  return { kind: identity?.names[0]?.kind ?? 'unknown',
    pathNames: names.length > 0 ? names.map(({ kind, name }) => `${kind}/${name}`) : undefined };
}

/**
 * The identity that the path names, of those that policies and declarations use: the innermost part that is the name of one, in any
 * capitals, before it the one whose IAM path is in the path of the file as well.
 *
 * @param account undefined: of any account, as long as the name is that of one identity
 */
function identityNamedByPath({ identity }: PathHints, index: LinkIndex, account: string | undefined): PathIdentityMatch | undefined {
  const matches = (identity?.names ?? []).flatMap(({ kind, name, parentPath }) => {
    const arns = identitiesNamed(`${kind}/${name}`, account, index);
    const fullMatches = arns.filter((arn) => iamPathOf(arn) !== '' && `/${parentPath}`.toLowerCase().endsWith(`/${iamPathOf(arn)}`));
    const [arn, ...furtherArns] = fullMatches.length > 0 ? fullMatches : arns;
    // A name of two identities tells none of them.
    if (arn === undefined || furtherArns.length > 0) return [];
    return [{ arn, name: parseIdentityArn(arn)?.name ?? name, iamPathLength: fullMatches.length > 0 ? iamPathOf(arn).length : 0 }];
  });
  const longest = Math.max(...matches.map(({ iamPathLength }) => iamPathLength));
  const match = matches.find(({ iamPathLength }) => iamPathLength === longest);
  return match && { ...match,
    isUnambiguous: longest > 0 || matches.every(({ arn }) => compareIdentifiers(arn, match.arn) === 'same') };
}

/** ARNs of the identities of that name, in any capitals; undefined for the account: of any. */
function identitiesNamed(name: string, account: string | undefined, index: LinkIndex): readonly string[] {
  const arns = index.identitiesByName().get(nameWithoutIamPath(name).toLowerCase()) ?? [];
  return account === undefined ? arns : arns.filter((arn) => compareIdentifiers(accountOfArn(arn), account) === 'same');
}

/** `team/` of `arn:aws:iam::444455556666:role/team/App`, in small letters. */
function iamPathOf(arn: string): string {
  return /^[^/]*\/(.*\/)?[^/]*$/.exec(arn)?.[1]?.toLowerCase() ?? '';
}

/** The identity of that name, as an output gives it, which has the capitals of IAM. */
function attachmentByName(name: string, account: string, index: LinkIndex, link: LinkDraft): Attachment {
  const arns = identitiesNamed(name, account, index);
  const partition = index.accounts.get(account) ?? 'aws';
  // An ARN that something names has the IAM path, which output leaves out.
  const arn = (arns.length === 1 ? arns[0] : undefined) ?? `arn:${partition}:iam::${account}:${name}`;
  return attachmentByArn(arn, link) ?? { id: arn, arn, partition, account, kind: identityKindOf(name), link };
}

function nameWithoutIamPath(name: string): string {
  return name.replace(/^([^/]*\/).*\//, '$1');
}

function attachmentByArn(arn: string, link: LinkDraft): Attachment | undefined {
  const name = parseIdentityArn(arn);
  return name && createAttachment(name, link);
}

function identityKindOf(name: string): Attachment['kind'] {
  const [kind] = name.split('/');
  return kind === 'role' || kind === 'user' || kind === 'group' ? kind : 'unknown';
}
