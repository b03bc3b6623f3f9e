import { accountOfArn, isAccountId } from '../aws/arn';
import { saidByOutput } from './claims';
import { attachmentTo } from './declared';
import { policyId, type Attachment, type LinkDraft, type LinkPolicy } from './drafts';
import { allOf, type Known } from './known';
import { identityName } from './names';
import { accountOfPath } from './path-hints';

/**
 * Tries the ways of a link in their order. A managed policy can be attached to several identities; only one that an
 * output lists as attached to nobody has none.
 */
export function attachmentsOf(policy: LinkPolicy, known: Known): readonly Attachment[] {
  const declared = byDeclaration(policy, known);
  if (declared.length > 0) return declared;
  const { attachments } = policy.facts.wrapper;
  if (attachments) return attachments.flatMap((arn) => toArn(arn, saidByOutput(policy)) ?? []);
  return [byWrapper(policy, known) ?? byPath(policy, known) ?? unattached(policy, known)];
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

function byPath(policy: LinkPolicy, known: Known): Attachment | undefined {
  const account = pathAccount(policy, known);
  if (account === undefined) return undefined;
  return someoneOf(account, policy, known, { reason: 'path', certain: true, says: `account ${account} in the path of the policy`, at: undefined });
}

function pathAccount({ hints }: LinkPolicy, known: Known): string | undefined {
  return accountOfPath(hints, (id) => known.accounts.has(id));
}

/**
 * The identity of a known account: by its name where wrapper or path have one. Without a name each policy stands for an
 * identity of its own, since nothing says that two of them meet in one.
 */
function someoneOf(account: string, policy: LinkPolicy, known: Known, link: LinkDraft): Attachment {
  const name = nameOf(policy);
  if (name !== undefined) return toName(name, account, known, { ...link, says: `${link.says}, ${name} by its ${policy.facts.wrapper.identityName === undefined ? 'path' : 'output'}` });
  return { id: `account:${account}|${policyId(policy)}`, arn: undefined, partition: known.accounts.get(account), account, kind: 'unknown', link };
}

/** No account is known. A name may be that of the one role or user that something else in the workspace names. */
function unattached(policy: LinkPolicy, known: Known): Attachment {
  const name = nameOf(policy);
  if (name === undefined) return { id: `policy:${policyId(policy)}`, ...NOBODY, kind: 'unknown', link: NOTHING_TELLS };
  const [named, other] = allOf(known.identitiesByName(), plainName(name));
  const link: LinkDraft = { reason: 'text', certain: false, says: `attached to ${name}, taken as the one that the workspace names: ${named ?? ''}`, at: undefined };
  const only = named !== undefined && other === undefined ? toArn(named, link) : undefined;
  if (only) return only;
  // Files of one folder that name the same role mean the same one; those of two folders may be of two accounts.
  const scope = policy.facts.wrapper.identityName === undefined ? policy.hints.identity?.scope ?? '' : policy.path.slice(0, policy.path.lastIndexOf('/'));
  return {
    id: `name:${scope}|${name}`, ...NOBODY, kind: kindOf(name),
    link: { reason: 'guess', certain: false, says: `attached to ${name} of an account that nothing tells`, at: undefined },
  };
}

const NOBODY = { arn: undefined, partition: undefined, account: undefined };
const NOTHING_TELLS: LinkDraft = { reason: 'guess', certain: false, says: 'nothing tells who this policy is attached to', at: undefined };

/** `role/NAME` by wrapper or path. */
function nameOf({ facts, hints }: LinkPolicy): string | undefined {
  return facts.wrapper.identityName ?? (hints.identity && `${hints.identity.kind}/${hints.identity.name}`);
}

function toName(name: string, account: string, known: Known, link: LinkDraft): Attachment {
  const [named, other] = allOf(known.identitiesByName(), plainName(name)).filter((arn) => accountOfArn(arn) === account);
  const partition = known.accounts.get(account) ?? 'aws';
  // An ARN that something names has the IAM path, which output and folder leave out.
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
