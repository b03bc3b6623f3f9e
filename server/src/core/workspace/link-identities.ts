import type { KeyFact } from '../locate/located';
import { attachmentsOf, ofArn, type Attachment } from './attachments';
import { TRUST } from './claims';
import type { Declared } from './declared';
import type { IdentityDraft, LinkDraft, LinkPolicy } from './drafts';
import { nameOfArn, type Known } from './known';

type OpenDraft = Attachment & { readonly policies: LinkPolicy[] };

/** Attaches every identity policy, and adds the users and roles that are declared, or named by a key policy or grant. */
export function linkIdentities(policies: readonly LinkPolicy[], known: Known, declared: Declared, keyFacts: readonly KeyFact[]): readonly IdentityDraft[] {
  const identities = new Map<string, OpenDraft>();
  for (const policy of policies) {
    if (policy.facts.kind !== 'identity') continue;
    for (const attachment of attachmentsOf(policy, known)) attach(identities, attachment, policy);
  }
  for (const { arn, manifest } of declared.identities) {
    if (arn) addBare(identities, arn.value, { ...NAMED, reason: 'declared', says: 'declared in kms-handshake.json', at: { of: 'text', location: { uri: manifest.uri, span: arn.span } } });
  }
  for (const policy of policies) {
    policy.facts.principals.forEach((arn, item) => {
      addBare(identities, arn, { ...NAMED, says: 'named by a key policy', at: { of: 'principals', policy, item } });
    });
  }
  for (const { grants, uri } of keyFacts) {
    for (const { granteePrincipal: arn, span } of grants) {
      if (arn !== undefined && nameOfArn(arn) !== undefined) addBare(identities, arn, { ...NAMED, says: 'named by a grant', at: { of: 'text', location: { uri, span } } });
    }
  }
  return [...identities.values()];
}

/** Nothing about it is guessed: the ARN stands there, and no policy is attached. */
const NAMED: LinkDraft = { reason: 'text', certain: true, says: '', at: undefined };

function attach(identities: Map<string, OpenDraft>, attachment: Attachment, policy: LinkPolicy): void {
  const known = identities.get(attachment.id);
  if (!known) identities.set(attachment.id, { ...attachment, policies: [policy] });
  else {
    known.policies.push(policy);
    // A verdict on the identity rests on all its policies, so on the weakest of their links.
    if (TRUST.indexOf(attachment.link.reason) > TRUST.indexOf(known.link.reason)) identities.set(known.id, { ...known, link: attachment.link });
  }
}

function addBare(identities: Map<string, OpenDraft>, arn: string, link: LinkDraft): void {
  if (!identities.has(arn)) identities.set(arn, { ...ofArn(arn, link), policies: [] });
}
