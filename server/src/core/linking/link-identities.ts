import { ALWAYS } from '../policy/presence';
import { attachmentsOf } from './attachments';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { metadataInFolderOf, templateLink, LINK_REASONS_BY_TRUST } from './key-claims';
import { createAttachment, type Declarations } from './declarations';
import type { Attachment, IdentityDeclaration, IdentityDraft, LinkDraft, LinkPolicy, SourceAnchor } from './drafts';
import type { ResourceRegion } from './entities';
import { groupBy } from './group-by';
import type { LinkIndex, LinkInput } from './link-index';
import { parseIdentityArn, type ParsedIdentityArn } from './names';

/** An identity to which policies are still added. */
interface AttachedPolicies {
  attachment: Attachment;
  readonly policies: LinkPolicy[];
}

/** Attaches every identity policy, and adds the users and roles that are declared, or named by a key policy or grant. */
export function linkIdentities(input: LinkInput, index: LinkIndex): readonly IdentityDraft[] {
  const { policies, declarations, keyFacts, templateIdentities } = input;
  const identities = new Map<string, AttachedPolicies>();
  for (const policy of policies) {
    if (policy.facts.kind !== 'identity') continue;
    for (const attachment of attachmentsOf(policy, index)) addAttachment(identities, attachment, policy);
  }
  const addLinked = (name: ParsedIdentityArn | undefined, link: () => LinkDraft): void => {
    if (name && !identities.has(name.arn)) identities.set(name.arn, { attachment: createAttachment(name, link()), policies: [] });
  };
  // Nothing is guessed: the ARN is written there, and no policy is attached.
  const addNamed = (name: ParsedIdentityArn | undefined, description: string, reason: 'declared' | 'text', at: () => SourceAnchor): void =>
    addLinked(name, () => ({ reason, certain: true, description, at: at() }));
  for (const { name, arn, manifest } of declarations.identities) {
    if (arn) addNamed(name, 'declared in kms-handshake.json', 'declared',
        () => ({ of: 'text', location: { uri: manifest.uri, span: arn.span } }));
  }
  for (const { arn, logicalId, anchor, assumedEnvironment } of templateIdentities) {
    addLinked(parseIdentityArn(arn), () => (
      { ...templateLink(`${logicalId} in its template`, assumedEnvironment), at: anchor }));
  }
  for (const policy of policies) {
    policy.facts.principals.forEach((name, item) => {
      addNamed(name, 'named by a key policy', 'text', () => ({ of: 'principals', policy, item }));
    });
  }
  for (const { granteePrincipal, location } of keyFacts.flatMap(({ grants }) => grants))
    addNamed(parseIdentityArn(granteePrincipal), 'named by a grant', 'text', () => ({ of: 'text', location }));
  const resourceRegionsOf = createResourceRegionLookup(declarations);
  const accountsByPolicy = groupAccountsByPolicy(identities.values());
  const policiesWithoutDocument = groupBy([...input.policiesWithoutDocument, ...managedPoliciesWithoutDocument(policies, index)],
    ({ identityArn }) => [identityArn]);
  // Of resources of one ARN, under conditions that exclude each other perhaps, one is made.
  const resourcesByArn = new Map([...groupBy(templateIdentities, ({ arn }) => [arn])].flatMap(([arn, [resource, ...others]]) => (resource
    ? [[arn, { uri: resource.templateUri ?? resource.anchor.uri, logicalId: resource.logicalId, at: resource.anchor,
      presence: others.length > 0 ? ALWAYS : resource.presence ?? ALWAYS }] as const] : [])));
  return Array.from(identities.values(), (identity) => ({
    ...identity.attachment, policies: identity.policies, template: resourcesByArn.get(identity.attachment.arn ?? ''),
    resourceRegions: resourceRegionsOf(identity),
    otherAccountsByPolicy: otherAccountsByPolicy(identity, accountsByPolicy),
    policiesWithoutDocument: distinctPolicies(policiesWithoutDocument.get(identity.attachment.arn ?? '')),
  }));
}

function addAttachment(identities: Map<string, AttachedPolicies>, attachment: Attachment, policy: LinkPolicy): void {
  const identity = identities.get(attachment.id);
  if (!identity) {
    identities.set(attachment.id, { attachment, policies: [policy] });
    return;
  }
  identity.policies.push(policy);
  // A verdict on the identity rests on all its policies, so on the weakest of their links.
  if (LINK_REASONS_BY_TRUST.indexOf(attachment.link.reason) > LINK_REASONS_BY_TRUST.indexOf(identity.attachment.link.reason))
    identity.attachment = attachment;
}

/** The managed policies that an identity has by a `managed-policies.json` and that are in no folder of the collection. */
function managedPoliciesWithoutDocument(policies: readonly LinkPolicy[], index: LinkIndex): LinkInput['policiesWithoutDocument'] {
  if (index.identitiesByManagedPolicy.size === 0) return [];
  const policiesWithDocument = new Set(policies.flatMap((policy) => metadataInFolderOf(policy, index)?.arn ?? []));
  return [...index.identitiesByManagedPolicy].flatMap(([policy, holders]) =>
    policiesWithDocument.has(policy) ? [] : holders.map((identityArn) => ({ identityArn, policies: [policy] }))
  );
}

function distinctPolicies(entries: LinkInput['policiesWithoutDocument'] | undefined): readonly string[] | undefined {
  return entries && [...new Set(entries.flatMap(({ policies }) => policies))];
}

type AccountsByPolicy = ReadonlyMap<LinkPolicy, ReadonlySet<string | undefined>>;

function groupAccountsByPolicy(identities: Iterable<AttachedPolicies>): AccountsByPolicy {
  return new Map(Array.from(groupBy(identities, ({ policies }) => policies),
    ([policy, holders]) => [policy, new Set(holders.map(({ attachment }) => attachment.account))]));
}

function otherAccountsByPolicy({ attachment: { account }, policies }: AttachedPolicies,
  accountsByPolicy: AccountsByPolicy): IdentityDraft['otherAccountsByPolicy'] {
  if (policies.every((policy) => (accountsByPolicy.get(policy)?.size ?? 0) <= 1)) return undefined;
  return policies.map((policy) => {
    const accounts = new Set(accountsByPolicy.get(policy));
    accounts.delete(account);
    return [...accounts];
  });
}

/**
 * Tells where the resources of an identity lie: what is declared for it by its ARN, else what is declared for its account
 * together with its policies.
 */
function createResourceRegionLookup({ identities }: Declarations): (identity: AttachedPolicies) => IdentityDraft['resourceRegions'] {
  const declaring = identities.filter((identity) => identity.resourceRegions && identity.resourceRegions.length > 0);
  if (declaring.length === 0) return () => undefined;
  const byArn = groupBy(declaring, ({ name }) => (name ? [name.arn] : []));
  return ({ attachment: { arn, account }, policies }) => {
    const declarations = byArn.get(arn ?? '') ?? policies.flatMap((policy) => policy.policyTargets).flatMap(({ identity }) =>
      identity && compareIdentifiers(identity.account?.value, account) === 'same' ? identity : []
    );
    const regions = distinctRegions(declarations.flatMap(declaredRegions));
    return regions.length > 0 ? regions : undefined;
  };
}

function declaredRegions({ manifest, resourceRegions }: IdentityDeclaration): ResourceRegion[] {
  return (resourceRegions ?? []).map(({ value, span }) => ({ region: value, at: { uri: manifest.uri, span } }));
}

/** Each Region once, with its first place. */
function distinctRegions(regions: readonly ResourceRegion[]): readonly ResourceRegion[] {
  return Array.from(groupBy(regions, ({ region }) => [region]).values(), ([first]) => first).filter((region) => region !== undefined);
}
