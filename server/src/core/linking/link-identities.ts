import { attachmentsOf } from './attachments';
import { metadataBeside, TRUST } from './key-claims';
import { attachmentTo } from './declarations';
import type { Anchor, Attachment, IdentityDraft, LinkDraft, LinkPolicy } from './drafts';
import type { Known, LinkInput } from './link-index';
import { identityName, type IdentityName } from './names';
import { resourceRegions } from './resource-regions';

interface OpenDraft {
  attachment: Attachment;
  readonly policies: LinkPolicy[];
}

/** Attaches every identity policy, and adds the users and roles that are declared, or named by a key policy or grant. */
export function linkIdentities({ policies, declared, keyFacts, unseen }: LinkInput, known: Known): readonly IdentityDraft[] {
  const identities = new Map<string, OpenDraft>();
  for (const policy of policies) {
    if (policy.facts.kind !== 'identity') continue;
    for (const attachment of attachmentsOf(policy, known)) attach(identities, attachment, policy);
  }
  const addBare = (name: IdentityName, link: LinkDraft, at: () => Anchor): void => {
    if (!identities.has(name.arn)) identities.set(name.arn, { attachment: attachmentTo(name, { ...link, at: at() }), policies: [] });
  };
  for (const { name, arn, manifest } of declared.identities) {
    if (name && arn) addBare(name, DECLARED, () => ({ of: 'text', location: { uri: manifest.uri, span: arn.span } }));
  }
  for (const policy of policies) {
    policy.facts.principals.forEach((name, item) => {
      addBare(name, NAMED_BY_POLICY, () => ({ of: 'principals', policy, item }));
    });
  }
  for (const { grants } of keyFacts) {
    for (const { granteePrincipal, location: at } of grants) {
      const name = identityName(granteePrincipal);
      if (name) addBare(name, NAMED_BY_GRANT, () => ({ of: 'text', location: at }));
    }
  }
  const regionsOf = resourceRegions(declared);
  const accountsOf = accountsByPolicy([...identities.values()]);
  const unseenOf = unseenByIdentity([...unseen, ...unseenManaged(policies, known)]);
  return Array.from(identities.values(), (draft) => ({
    ...draft, resourceRegions: regionsOf(draft), otherAccounts: otherAccounts(draft, accountsOf), unseen: unseenOf.get(draft.attachment.arn ?? ''),
  }));
}

/** The managed policies that somebody has by a `managed-policies.json` and that are in no folder of the collection. */
function unseenManaged(policies: readonly LinkPolicy[], known: Known): LinkInput['unseen'] {
  if (known.holders.size === 0) return [];
  const shown = new Set(policies.flatMap((policy) => metadataBeside(policy, known)?.arn ?? []));
  return [...known.holders].filter(([policy]) => !shown.has(policy)).flatMap(([policy, holders]) => holders.map((identityArn) => ({ identityArn, policies: [policy] })));
}

function unseenByIdentity(unseen: LinkInput['unseen']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { identityArn, policies } of unseen) found.set(identityArn, [...new Set([...found.get(identityArn) ?? [], ...policies])]);
  return found;
}

type AccountsByPolicy = ReadonlyMap<LinkPolicy, ReadonlySet<string | undefined>>;

function accountsByPolicy(drafts: readonly OpenDraft[]): AccountsByPolicy {
  const accounts = new Map<LinkPolicy, Set<string | undefined>>();
  for (const { attachment: { account }, policies } of drafts) {
    for (const policy of policies) {
      const known = accounts.get(policy);
      if (known) known.add(account);
      else accounts.set(policy, new Set([account]));
    }
  }
  return accounts;
}

function otherAccounts({ attachment: { account }, policies }: OpenDraft, accountsOf: AccountsByPolicy): IdentityDraft['otherAccounts'] {
  if (policies.every((policy) => (accountsOf.get(policy)?.size ?? 0) <= 1)) return undefined;
  return policies.map((policy) => [...accountsOf.get(policy) ?? []].filter((other) => other !== account));
}

/** Nothing about these is guessed: the ARN stands there, and no policy is attached. */
const DECLARED: LinkDraft = { reason: 'declared', certain: true, says: 'declared in kms-handshake.json', at: undefined };
const NAMED_BY_POLICY: LinkDraft = { reason: 'text', certain: true, says: 'named by a key policy', at: undefined };
const NAMED_BY_GRANT: LinkDraft = { reason: 'text', certain: true, says: 'named by a grant', at: undefined };

function attach(identities: Map<string, OpenDraft>, attachment: Attachment, policy: LinkPolicy): void {
  const draft = identities.get(attachment.id);
  if (!draft) {
    identities.set(attachment.id, { attachment, policies: [policy] });
    return;
  }
  draft.policies.push(policy);
  // A verdict on the identity rests on all its policies, so on the weakest of their links.
  if (TRUST.indexOf(attachment.link.reason) > TRUST.indexOf(draft.attachment.link.reason)) draft.attachment = attachment;
}
