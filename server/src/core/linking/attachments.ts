import { accountOfArn, isAccountId } from '../aws/arn';
import { metadataInFolderOf, metadataLink, containerLink } from './key-claims';
import { createAttachment } from './declarations';
import { policyId, type Attachment, type LinkDraft, type LinkPolicy } from './drafts';
import { valuesAt, type LinkIndex } from './link-index';
import { parseIdentityArn } from './names';
import { accountOfPath, type PathHints } from './path-hints';
import { parentFolder } from '../text/uri-path';

/**
 * Tries the ways of a link in their order. A managed policy can be attached to several identities; only one that an
 * output lists as attached to nobody has none.
 */
export function attachmentsOf(policy: LinkPolicy, known: LinkIndex): readonly Attachment[] {
  const declared = attachmentsByDeclaration(policy, known);
  if (declared.length > 0) return declared;
  const { attachments } = policy.facts.container;
  if (attachments) return attachments.flatMap((arn) => attachmentByArn(arn, containerLink(policy)) ?? []);
  const { identityArn } = policy.facts.container;
  const metadata = identityArn === undefined ? metadataInFolderOf(policy, known) : undefined;
  const holders = metadata && known.identitiesByManagedPolicy.get(metadata.arn);
  if (metadata && holders) return holders.flatMap((arn) => attachmentByArn(arn, metadataLink(metadata)) ?? []);
  return [
    (identityArn === undefined ? attachmentByMetadata(policy, known) : undefined) ?? attachmentByContainer(policy, known)
      ?? attachmentByPath(policy, known) ?? attachmentWithoutAccount(policy, known),
  ];
}

function attachmentsByDeclaration(policy: LinkPolicy, known: LinkIndex): Attachment[] {
  const found: Attachment[] = [];
  for (const { attachment } of policy.policyTargets)
    if (attachment && found.every((other) => other.id !== attachment.id)) found.push(attachment);
  for (const { identity, link } of policy.policyTargets) {
    const account = identity?.account?.value;
    // A named identity of the account says more than the account alone.
    if (account !== undefined && found.every((other) => other.account !== account))
      found.push(attachmentInAccount(account, policy, known, link));
  }
  return found;
}

function attachmentByContainer(policy: LinkPolicy, known: LinkIndex): Attachment | undefined {
  const { identityArn, identityName: name, account } = policy.facts.container;
  if (identityArn !== undefined) return attachmentByArn(identityArn, containerLink(policy));
  // The policies that AWS manages have "aws" in place of an account.
  if (account !== undefined && isAccountId(account)) return attachmentInAccount(account, policy, known, containerLink(policy));
  const byPathToo = name === undefined ? undefined : accountFromPath(policy, known);
  if (name === undefined || byPathToo === undefined) return undefined;
  const link = containerLink(policy);
  return attachmentByName(name, byPathToo, known, { ...link, description: `${link.description}, account ${byPathToo} by its path` });
}

/** By the `metadata.json` beside the policy; of a managed policy that nobody is known to have it tells the account alone. */
function attachmentByMetadata(policy: LinkPolicy, known: LinkIndex): Attachment | undefined {
  const metadata = metadataInFolderOf(policy, known);
  const account = metadata && accountOfArn(metadata.arn);
  if (!metadata || account === undefined || !isAccountId(account)) return undefined;
  return attachmentByArn(metadata.arn, metadataLink(metadata)) ?? attachmentInAccount(account, policy, known, metadataLink(metadata));
}

function attachmentByPath(policy: LinkPolicy, known: LinkIndex): Attachment | undefined {
  const account = accountFromPath(policy, known);
  if (account === undefined) return undefined;
  return attachmentInAccount(account, policy, known, { reason: 'path', certain: true,
    description: `account ${account} in the path of the policy`, at: undefined });
}

function accountFromPath({ pathHints: hints }: LinkPolicy, known: LinkIndex): string | undefined {
  return accountOfPath(hints, (id) => known.accounts.has(id));
}

/**
 * The identity of a known account: by its name where the output has one, or the path one that exists. Without a name each policy, or
 * the policies of each folder below `role`, `user` or `group`, stand for an identity of their own: nothing says that others meet in one.
 */
function attachmentInAccount(account: string, policy: LinkPolicy, known: LinkIndex, link: LinkDraft): Attachment {
  const { facts: { container: wrapper }, pathHints: hints } = policy;
  if (wrapper.identityName !== undefined)
    return attachmentByName(wrapper.identityName, account, known, { ...link,
      description: `${link.description}, ${wrapper.identityName} by its output` });
  const match = identityNamedByPath(hints, known, account);
  const attachment = match
    && attachmentByArn(match.arn, { ...link, certain: link.certain && match.isUnambiguous,
      description: `${link.description}, ${match.name} by its path` });
  return attachment ?? {
    ...identityHintsFromPath(hints), id: `account:${account}|${hints.identity?.identityFolder ?? policyId(policy)}`, arn: undefined,
    partition: known.accounts.get(account), account, link,
  };
}

/** No account is known. A name may be that of the one role or user that something else in the workspace names. */
function attachmentWithoutAccount(policy: LinkPolicy, known: LinkIndex): Attachment {
  const { facts: { container: wrapper }, pathHints: hints } = policy;
  const output = wrapper.identityName;
  const match = output === undefined ? identityNamedByPath(hints, known, undefined) : uniqueIdentityNamed(output, known);
  const link: LinkDraft = { reason: 'text', certain: false, description: `attached to ${match?.name ?? ''}, taken as the one that the `
    + `workspace names: ${match?.arn ?? ''}`, at: undefined };
  const attachment = match && attachmentByArn(match.arn, link);
  if (attachment) return attachment;
  if (output === undefined && !hints.identity)
    return { id: `policy:${policyId(policy)}`, ...UNKNOWN_IDENTITY, kind: 'unknown', link: UNKNOWN_ATTACHMENT_LINK };
  // Files of one folder that name the same role mean the same one; those of two folders may be of two accounts.
  const guess = (name: string): LinkDraft => ({ reason: 'guess', certain: false,
    description: `attached to ${name} of an account that is not known`, at: undefined });
  if (output !== undefined)
    return { id: `name:${parentFolder(policy.path)}|${output}`, ...UNKNOWN_IDENTITY, kind: identityKindOf(output), link: guess(output) };
  const someone = identityHintsFromPath(hints);
  return { ...someone, id: `name:${hints.identity?.identityFolder ?? ''}`, ...UNKNOWN_IDENTITY, link: guess(`a ${someone.kind}`) };
}

/** The one identity of that name in any account. */
function uniqueIdentityNamed(name: string, known: LinkIndex): Pick<PathIdentityMatch, 'arn' | 'name'> | undefined {
  const [arn, other] = valuesAt(known.identitiesByName(), nameWithoutIamPath(name).toLowerCase());
  return arn === undefined || other !== undefined ? undefined : { arn, name };
}

const UNKNOWN_IDENTITY = { arn: undefined, partition: undefined, account: undefined };
const UNKNOWN_ATTACHMENT_LINK: LinkDraft = { reason: 'guess', certain: false,
  description: 'it is not known to whom this policy is attached', at: undefined };

/** What the path says of an identity whose name nobody knows: that of a folder rather than that of the file in it. */
function identityHintsFromPath({ identity }: PathHints): Pick<Attachment, 'kind' | 'pathNames'> {
  const names = (identity?.names ?? []).filter(({ name }) => `/${identity?.identityFolder ?? ''}/`.includes(`/${name}/`));
  return { kind: identity?.names[0]?.kind ?? 'unknown',
    pathNames: names.length > 0 ? names.map(({ kind, name }) => `${kind}/${name}`) : undefined };
}

interface PathIdentityMatch {
  readonly arn: string;
  /** `role/App` */
  readonly name: string;
  /** No other part of the path is the name of somebody. */
  readonly isUnambiguous: boolean;
}

/**
 * The identity that the path names, of those that policies and declarations use: the innermost part that is the name of one, in any
 * capitals, before it the one whose IAM path is in the path of the file as well.
 *
 * @param account undefined: of any account, as long as the name is that of one identity
 */
function identityNamedByPath({ identity }: PathHints, known: LinkIndex, account: string | undefined): PathIdentityMatch | undefined {
  const matches = (identity?.names ?? []).flatMap(
    ({ kind, name, parentPath: above }): (PathIdentityMatch & { readonly iamPath: number })[] => {
      const arns = valuesAt(known.identitiesByName(), `${kind}/${name}`.toLowerCase()).filter((arn) =>
        account === undefined || accountOfArn(arn) === account
      );
      const fullMatches = arns.filter((arn) => iamPathOf(arn) !== '' && `/${above}`.toLowerCase().endsWith(`/${iamPathOf(arn)}`));
      const [arn, other] = fullMatches.length > 0 ? fullMatches : arns;
      // A name of two identities tells none of them.
      return arn === undefined || other !== undefined
        ? []
        : [{ arn, name: parseIdentityArn(arn)?.name ?? name, iamPath: fullMatches.length > 0 ? iamPathOf(arn).length : 0,
          isUnambiguous: true }];
    },
  );
  const longest = Math.max(...matches.map(({ iamPath }) => iamPath));
  const match = matches.find(({ iamPath }) => iamPath === longest);
  return match && { ...match, isUnambiguous: longest > 0 || matches.every(({ arn }) => arn === match.arn) };
}

/** `team/` of `arn:aws:iam::444455556666:role/team/App`, in small letters. */
function iamPathOf(arn: string): string {
  return /^[^/]*\/(.*\/)?[^/]*$/.exec(arn)?.[1]?.toLowerCase() ?? '';
}

/** The identity of that name, as an output gives it, which has the capitals of IAM. */
function attachmentByName(name: string, account: string, known: LinkIndex, link: LinkDraft): Attachment {
  const [named, other] = valuesAt(known.identitiesByName(), nameWithoutIamPath(name).toLowerCase()).filter((arn) =>
    accountOfArn(arn) === account
  );
  const partition = known.accounts.get(account) ?? 'aws';
  // An ARN that something names has the IAM path, which output leaves out.
  const arn = named !== undefined && other === undefined ? named : `arn:${partition}:iam::${account}:${name}`;
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
