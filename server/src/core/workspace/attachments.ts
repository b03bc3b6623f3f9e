import { isAccountId } from '../aws/arn';
import { nameOfArn, type Known } from './known';
import { accountOfPath } from './path-hints';
import { policyId, type IdentityDraft, type LinkDraft, type LinkPolicy } from './drafts';

/** One identity that an identity policy is attached to; `id` is the same for all policies of the identity. */
export type Attachment = Omit<IdentityDraft, 'policies'>;

/**
 * Tries the ways of a link in their order. A managed policy can be attached to several identities; only one that an
 * output lists as attached to nobody has none.
 */
export function attachmentsOf(policy: LinkPolicy, known: Known): readonly Attachment[] {
  const declared = byDeclaration(policy, known);
  if (declared.length > 0) return declared;
  const { attachments } = policy.facts.wrapper;
  if (attachments) return attachments.map((arn) => ofArn(arn, saidByOutput(policy)));
  return [byWrapper(policy, known) ?? byPath(policy, known) ?? unattached(policy, known)];
}

function byDeclaration(policy: LinkPolicy, known: Known): Attachment[] {
  const found: Attachment[] = [];
  for (const { identity, at } of policy.targets) {
    const arn = identity?.arn?.value;
    const link: LinkDraft = { reason: 'declared', certain: true, says: 'declared in kms-handshake.json', at: { of: 'text', location: at } };
    if (arn !== undefined && found.every((other) => other.arn !== arn)) found.push(ofArn(arn, link));
  }
  const accounts = new Set<string>();
  for (const { identity, at } of policy.targets) {
    const account = identity?.account?.value;
    // A named identity of the account says more than the account alone.
    if (account === undefined || accounts.has(account) || found.some((named) => named.account === account)) continue;
    accounts.add(account);
    const link: LinkDraft = { reason: 'declared', certain: true, says: `account ${account} declared in kms-handshake.json`, at: { of: 'text', location: at } };
    found.push(someoneOf(account, policy, known, link));
  }
  return found;
}

function byWrapper(policy: LinkPolicy, known: Known): Attachment | undefined {
  const { identityArn, identityName, account } = policy.facts.wrapper;
  const link = saidByOutput(policy);
  if (identityArn !== undefined) return ofArn(identityArn, link);
  // The policies that AWS manages have "aws" in place of an account.
  if (account !== undefined && isAccountId(account)) return someoneOf(account, policy, known, link);
  if (identityName === undefined) return undefined;
  const byPathToo = accountOfPath(policy.hints, (id) => known.accounts.has(id));
  return byPathToo === undefined ? undefined : ofName(identityName, byPathToo, known, { ...link, says: `${link.says}, account ${byPathToo} by its path` });
}

function saidByOutput(policy: LinkPolicy): LinkDraft {
  return { reason: 'wrapper', certain: true, says: 'said by the AWS CLI output around the policy', at: { of: 'document', policy } };
}

function byPath(policy: LinkPolicy, known: Known): Attachment | undefined {
  const account = accountOfPath(policy.hints, (id) => known.accounts.has(id));
  if (account === undefined) return undefined;
  return someoneOf(account, policy, known, { reason: 'path', certain: true, says: `account ${account} in the path of the policy`, at: undefined });
}

/**
 * The identity of a known account: by its name where wrapper or path have one. Without a name each policy stands for an
 * identity of its own, since nothing says that two of them meet in one.
 */
function someoneOf(account: string, policy: LinkPolicy, known: Known, link: LinkDraft): Attachment {
  const name = nameOf(policy);
  if (name !== undefined) return ofName(name, account, known, { ...link, says: `${link.says}, ${name} by its ${policy.facts.wrapper.identityName === undefined ? 'path' : 'output'}` });
  return { id: `account:${account}|${policyId(policy)}`, arn: undefined, partition: known.accounts.get(account), account, kind: 'unknown', link };
}

/** No account is known. A name may be that of the one role or user that something else in the workspace names. */
function unattached(policy: LinkPolicy, known: Known): Attachment {
  const { hints } = policy;
  const name = nameOf(policy);
  const [named, other] = name === undefined ? [] : known.identitiesByName.get(plainName(name)) ?? [];
  if (named !== undefined && other === undefined) {
    return ofArn(named, { reason: 'text', certain: false, says: `attached to ${name ?? ''}, taken as the one that the workspace names: ${named}`, at: undefined });
  }
  const anyone = { arn: undefined, partition: undefined, account: undefined };
  if (name === undefined) {
    return { ...anyone, id: `policy:${policyId(policy)}`, kind: 'unknown', link: { reason: 'guess', certain: false, says: 'nothing tells who this policy is attached to', at: undefined } };
  }
  // Files of one folder that name the same role mean the same one; those of two folders may be of two accounts.
  const scope = policy.facts.wrapper.identityName === undefined ? hints.identity?.scope ?? '' : policy.path.slice(0, policy.path.lastIndexOf('/'));
  const link: LinkDraft = { reason: 'guess', certain: false, says: `attached to ${name} of an account that nothing tells`, at: undefined };
  return { ...anyone, id: `name:${scope}|${name}`, kind: kindOf(name), link };
}

/** `role/NAME` by wrapper or path. */
export function nameOf({ facts, hints }: LinkPolicy): string | undefined {
  return facts.wrapper.identityName ?? (hints.identity && `${hints.identity.kind}/${hints.identity.name}`);
}

function ofName(name: string, account: string, known: Known, link: LinkDraft): Attachment {
  const [named, other] = [...known.identitiesByName.get(plainName(name)) ?? []].filter((arn) => arn.split(':')[4] === account);
  // An ARN that something names has the IAM path, which output and folder leave out.
  return ofArn(named !== undefined && other === undefined ? named : `arn:${known.accounts.get(account) ?? 'aws'}:iam::${account}:${name}`, link);
}

function plainName(name: string): string {
  return name.replace(/\/.*\//, '/');
}

/** The attachment to an identity that has an ARN. */
export function ofArn(arn: string, link: LinkDraft): Attachment {
  const [, partition, , , account] = arn.split(':');
  return { id: arn, arn, partition, account, kind: kindOf(nameOfArn(arn) ?? ''), link };
}

function kindOf(name: string): Attachment['kind'] {
  const [kind] = name.split('/');
  return kind === 'role' || kind === 'user' || kind === 'group' ? kind : 'unknown';
}
