import { attachmentsOf } from './attachments';
import { metadataInFolderOf, LINK_REASONS_BY_TRUST } from './key-claims';
import { createAttachment } from './declarations';
import type { SourceAnchor, Attachment, IdentityDraft, LinkDraft, LinkPolicy } from './drafts';
import type { LinkIndex, LinkInput } from './link-index';
import { parseIdentityArn, type ParsedIdentityArn } from './names';
import { createResourceRegionLookup } from './resource-regions';

interface MutableIdentityDraft {
  attachment: Attachment;
  readonly policies: LinkPolicy[];
}

/** Attaches every identity policy, and adds the users and roles that are declared, or named by a key policy or grant. */
export function linkIdentities({ policies, declarations: declared, keyFacts, policiesWithoutDocument: unseen }: LinkInput,
  known: LinkIndex): readonly IdentityDraft[] {
  const identities = new Map<string, MutableIdentityDraft>();
  for (const policy of policies) {
    if (policy.facts.kind !== 'identity') continue;
    for (const attachment of attachmentsOf(policy, known)) addAttachment(identities, attachment, policy);
  }
  const addBare = (name: ParsedIdentityArn, link: LinkDraft, at: () => SourceAnchor): void => {
    if (!identities.has(name.arn)) identities.set(name.arn, { attachment: createAttachment(name, { ...link, at: at() }), policies: [] });
  };
  for (const { name, arn, manifest } of declared.identities) {
    if (name && arn) addBare(name, DECLARED_IDENTITY_LINK, () => ({ of: 'text', location: { uri: manifest.uri, span: arn.span } }));
  }
  for (const policy of policies) {
    policy.facts.principals.forEach((name, item) => {
      addBare(name, NAMED_BY_POLICY_LINK, () => ({ of: 'principals', policy, item }));
    });
  }
  for (const { grants } of keyFacts) {
    for (const { granteePrincipal, location: at } of grants) {
      const name = parseIdentityArn(granteePrincipal);
      if (name) addBare(name, NAMED_BY_GRANT_LINK, () => ({ of: 'text', location: at }));
    }
  }
  const regionsOf = createResourceRegionLookup(declared);
  const accountsOf = groupAccountsByPolicy([...identities.values()]);
  const unseenOf = groupPoliciesByIdentity([...unseen, ...managedPoliciesWithoutDocument(policies, known)]);
  return Array.from(identities.values(), (draft) => ({
    ...draft, resourceRegions: regionsOf(draft), otherAccounts: otherAccountsOf(draft, accountsOf),
    policiesWithoutDocument: unseenOf.get(draft.attachment.arn ?? ''),
  }));
}

/** The managed policies that somebody has by a `managed-policies.json` and that are in no folder of the collection. */
function managedPoliciesWithoutDocument(policies: readonly LinkPolicy[], known: LinkIndex): LinkInput['policiesWithoutDocument'] {
  if (known.identitiesByManagedPolicy.size === 0) return [];
  const shown = new Set(policies.flatMap((policy) => metadataInFolderOf(policy, known)?.arn ?? []));
  return [...known.identitiesByManagedPolicy].filter(([policy]) => !shown.has(policy)).flatMap(([policy, holders]) =>
    holders.map((identityArn) => ({ identityArn, policies: [policy] }))
  );
}

function groupPoliciesByIdentity(unseen: LinkInput['policiesWithoutDocument']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { identityArn, policies } of unseen) found.set(identityArn, [...new Set([...found.get(identityArn) ?? [], ...policies])]);
  return found;
}

type AccountsByPolicy = ReadonlyMap<LinkPolicy, ReadonlySet<string | undefined>>;

function groupAccountsByPolicy(drafts: readonly MutableIdentityDraft[]): AccountsByPolicy {
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

function otherAccountsOf({ attachment: { account }, policies }: MutableIdentityDraft,
  accountsOf: AccountsByPolicy): IdentityDraft['otherAccounts'] {
  if (policies.every((policy) => (accountsOf.get(policy)?.size ?? 0) <= 1)) return undefined;
  return policies.map((policy) => [...accountsOf.get(policy) ?? []].filter((other) => other !== account));
}

/** Nothing about these is guessed: the ARN stands there, and no policy is attached. */
const DECLARED_IDENTITY_LINK: LinkDraft = { reason: 'declared', certain: true, description: 'declared in kms-handshake.json',
  at: undefined };
const NAMED_BY_POLICY_LINK: LinkDraft = { reason: 'text', certain: true, description: 'named by a key policy', at: undefined };
const NAMED_BY_GRANT_LINK: LinkDraft = { reason: 'text', certain: true, description: 'named by a grant', at: undefined };

function addAttachment(identities: Map<string, MutableIdentityDraft>, attachment: Attachment, policy: LinkPolicy): void {
  const draft = identities.get(attachment.id);
  if (!draft) {
    identities.set(attachment.id, { attachment, policies: [policy] });
    return;
  }
  draft.policies.push(policy);
  // A verdict on the identity rests on all its policies, so on the weakest of their links.
  if (LINK_REASONS_BY_TRUST.indexOf(attachment.link.reason) > LINK_REASONS_BY_TRUST.indexOf(draft.attachment.link.reason))
    draft.attachment = attachment;
}
