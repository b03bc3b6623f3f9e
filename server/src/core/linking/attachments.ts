import { accountOfArn, isAccountId } from '../aws/arn';
import { metadataBeside, metadataLink, saidByOutput } from './key-claims';
import { attachmentTo } from './declarations';
import { policyId, type Attachment, type LinkDraft, type LinkPolicy } from './drafts';
import { allOf, type Known } from './link-index';
import { identityName } from './names';
import { accountOfPath, type PathHints } from './path-hints';
import { folderAround } from '../text/uri-path';

/**
 * Tries the ways of a link in their order. A managed policy can be attached to several identities; only one that an
 * output lists as attached to nobody has none.
 */
export function attachmentsOf(policy: LinkPolicy, known: Known): readonly Attachment[] {
  const declared = byDeclaration(policy, known);
  if (declared.length > 0) return declared;
  const { attachments } = policy.facts.wrapper;
  if (attachments) return attachments.flatMap((arn) => toArn(arn, saidByOutput(policy)) ?? []);
  const { identityArn } = policy.facts.wrapper;
  const metadata = identityArn === undefined ? metadataBeside(policy, known) : undefined;
  const holders = metadata && known.holders.get(metadata.arn);
  if (metadata && holders) return holders.flatMap((arn) => toArn(arn, metadataLink(metadata)) ?? []);
  return [(identityArn === undefined ? byMetadata(policy, known) : undefined) ?? byWrapper(policy, known) ?? byPath(policy, known) ?? unattached(policy, known)];
}

function byDeclaration(policy: LinkPolicy, known: Known): Attachment[] {
  const found: Attachment[] = [];
  for (const { attachment } of policy.targets) if (attachment && found.every((other) => other.id !== attachment.id)) found.push(attachment);
  for (const { identity, link } of policy.targets) {
    const account = identity?.account?.value;
    // A named identity of the account says more than the account alone.
    if (account !== undefined && found.every((other) => other.account !== account)) found.push(someoneOf(account, policy, known, link));
  }
  return found;
}

function byWrapper(policy: LinkPolicy, known: Known): Attachment | undefined {
  const { identityArn, identityName: name, account } = policy.facts.wrapper;
  if (identityArn !== undefined) return toArn(identityArn, saidByOutput(policy));
  // The policies that AWS manages have "aws" in place of an account.
  if (account !== undefined && isAccountId(account)) return someoneOf(account, policy, known, saidByOutput(policy));
  const byPathToo = name === undefined ? undefined : pathAccount(policy, known);
  if (name === undefined || byPathToo === undefined) return undefined;
  const link = saidByOutput(policy);
  return toName(name, byPathToo, known, { ...link, says: `${link.says}, account ${byPathToo} by its path` });
}

/** By the `metadata.json` beside the policy; of a managed policy that nobody is known to have it tells the account alone. */
function byMetadata(policy: LinkPolicy, known: Known): Attachment | undefined {
  const metadata = metadataBeside(policy, known);
  const account = metadata && accountOfArn(metadata.arn);
  if (!metadata || account === undefined || !isAccountId(account)) return undefined;
  return toArn(metadata.arn, metadataLink(metadata)) ?? someoneOf(account, policy, known, metadataLink(metadata));
}

function byPath(policy: LinkPolicy, known: Known): Attachment | undefined {
  const account = pathAccount(policy, known);
  if (account === undefined) return undefined;
  return someoneOf(account, policy, known, { reason: 'path', certain: true, says: `account ${account} in the path of the policy`, at: undefined });
}

function pathAccount({ hints }: LinkPolicy, known: Known): string | undefined {
  return accountOfPath(hints, (id) => known.accounts.has(id));
}

/**
 * The identity of a known account: by its name where the output has one, or the path one that exists. Without a name each policy, or
 * the policies of each folder below `role`, `user` or `group`, stand for an identity of their own: nothing says that others meet in one.
 */
function someoneOf(account: string, policy: LinkPolicy, known: Known, link: LinkDraft): Attachment {
  const { facts: { wrapper }, hints } = policy;
  if (wrapper.identityName !== undefined) return toName(wrapper.identityName, account, known, { ...link, says: `${link.says}, ${wrapper.identityName} by its output` });
  const match = identityInPath(hints, known, account);
  const attachment = match && toArn(match.arn, { ...link, certain: link.certain && match.only, says: `${link.says}, ${match.name} by its path` });
  return attachment ?? {
    ...unknownIdentity(hints), id: `account:${account}|${hints.identity?.scope ?? policyId(policy)}`, arn: undefined, partition: known.accounts.get(account), account, link,
  };
}

/** No account is known. A name may be that of the one role or user that something else in the workspace names. */
function unattached(policy: LinkPolicy, known: Known): Attachment {
  const { facts: { wrapper }, hints } = policy;
  const output = wrapper.identityName;
  const match = output === undefined ? identityInPath(hints, known, undefined) : onlyIdentity(output, known);
  const link: LinkDraft = { reason: 'text', certain: false, says: `attached to ${match?.name ?? ''}, taken as the one that the workspace names: ${match?.arn ?? ''}`, at: undefined };
  const attachment = match && toArn(match.arn, link);
  if (attachment) return attachment;
  if (output === undefined && !hints.identity) return { id: `policy:${policyId(policy)}`, ...NOBODY, kind: 'unknown', link: NOTHING_TELLS };
  // Files of one folder that name the same role mean the same one; those of two folders may be of two accounts.
  const guess = (name: string): LinkDraft => ({ reason: 'guess', certain: false, says: `attached to ${name} of an account that is not known`, at: undefined });
  if (output !== undefined) return { id: `name:${folderAround(policy.path)}|${output}`, ...NOBODY, kind: kindOf(output), link: guess(output) };
  const someone = unknownIdentity(hints);
  return { ...someone, id: `name:${hints.identity?.scope ?? ''}`, ...NOBODY, link: guess(`a ${someone.kind}`) };
}

/** The one identity of that name in any account. */
function onlyIdentity(name: string, known: Known): Pick<PathMatch, 'arn' | 'name'> | undefined {
  const [arn, other] = allOf(known.identitiesByName(), plainName(name).toLowerCase());
  return arn === undefined || other !== undefined ? undefined : { arn, name };
}

const NOBODY = { arn: undefined, partition: undefined, account: undefined };
const NOTHING_TELLS: LinkDraft = { reason: 'guess', certain: false, says: 'it is not known to whom this policy is attached', at: undefined };

/** What the path says of an identity whose name nobody knows: that of a folder rather than that of the file in it. */
function unknownIdentity({ identity }: PathHints): Pick<Attachment, 'kind' | 'pathNames'> {
  const names = (identity?.names ?? []).filter(({ name }) => `/${identity?.scope ?? ''}/`.includes(`/${name}/`));
  return { kind: identity?.names[0]?.kind ?? 'unknown', pathNames: names.length > 0 ? names.map(({ kind, name }) => `${kind}/${name}`) : undefined };
}

interface PathMatch {
  readonly arn: string;
  /** `role/App` */
  readonly name: string;
  /** No other part of the path is the name of somebody. */
  readonly only: boolean;
}

/**
 * The identity that the path names, of those that policies and declarations use: the innermost part that is the name of one, in any
 * capitals, before it the one whose IAM path is in the path of the file as well.
 *
 * @param account undefined: of any account, as long as the name is that of one identity
 */
function identityInPath({ identity }: PathHints, known: Known, account: string | undefined): PathMatch | undefined {
  const matches = (identity?.names ?? []).flatMap(({ kind, name, above }): (PathMatch & { readonly iamPath: number })[] => {
    const arns = allOf(known.identitiesByName(), `${kind}/${name}`.toLowerCase()).filter((arn) => account === undefined || accountOfArn(arn) === account);
    const fullMatches = arns.filter((arn) => iamPathOf(arn) !== '' && `/${above}`.toLowerCase().endsWith(`/${iamPathOf(arn)}`));
    const [arn, other] = fullMatches.length > 0 ? fullMatches : arns;
    // A name of two identities tells none of them.
    return arn === undefined || other !== undefined ? [] : [{ arn, name: identityName(arn)?.name ?? name, iamPath: fullMatches.length > 0 ? iamPathOf(arn).length : 0, only: true }];
  });
  const longest = Math.max(...matches.map(({ iamPath }) => iamPath));
  const match = matches.find(({ iamPath }) => iamPath === longest);
  return match && { ...match, only: longest > 0 || matches.every(({ arn }) => arn === match.arn) };
}

/** `team/` of `arn:aws:iam::444455556666:role/team/App`, in small letters. */
function iamPathOf(arn: string): string {
  return /^[^/]*\/(.*\/)?[^/]*$/.exec(arn)?.[1]?.toLowerCase() ?? '';
}

/** The identity of that name, as an output gives it, which has the capitals of IAM. */
function toName(name: string, account: string, known: Known, link: LinkDraft): Attachment {
  const [named, other] = allOf(known.identitiesByName(), plainName(name).toLowerCase()).filter((arn) => accountOfArn(arn) === account);
  const partition = known.accounts.get(account) ?? 'aws';
  // An ARN that something names has the IAM path, which output leaves out.
  const arn = named !== undefined && other === undefined ? named : `arn:${partition}:iam::${account}:${name}`;
  return toArn(arn, link) ?? { id: arn, arn, partition, account, kind: kindOf(name), link };
}

function plainName(name: string): string {
  return name.replace(/^([^/]*\/).*\//, '$1');
}

function toArn(arn: string, link: LinkDraft): Attachment | undefined {
  const name = identityName(arn);
  return name && attachmentTo(name, link);
}

function kindOf(name: string): Attachment['kind'] {
  const [kind] = name.split('/');
  return kind === 'role' || kind === 'user' || kind === 'group' ? kind : 'unknown';
}
