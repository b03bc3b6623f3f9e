import { locationInFile, type DiscoveredPolicy, type KeyFact } from '../discovery/discovery-result';
import type { Location } from '../text/span';
import type { FactAnchor, IdentityDraft, KeyDraft, LinkDraft, LinkKeyFact, LinkPolicy, SourceAnchor, WorkspaceLinks } from './drafts';
import type { PolicyFactSpans } from './policy-facts';
import { haveSameItems, isDeepEqual } from './same-data';
import type { Identity, Key, Link, LinkReport, TemplateResourceRef } from './entities';

/** What drafts point to by file and position, as it is now. */
export interface SourceResolver {
  /** With the places of its facts. */
  readonly policy: (policy: LinkPolicy) => { readonly discoveredPolicy: DiscoveredPolicy; readonly spans: PolicyFactSpans };
  readonly location: (anchor: FactAnchor) => Location;
}

/** The record of a draft; the previous one where it says the same. Policies are compared as objects: their content is large. */
export function createKey(draft: KeyDraft, resolver: SourceResolver, previous: Key | undefined): Key {
  const policy = draft.policy && resolver.policy(draft.policy).discoveredPolicy;
  const key = { ...draft, policy, link: draft.link && resolveLink(draft.link, resolver), template: resolveTemplate(draft, resolver) };
  return previous && previous.policy === policy && isDeepEqual(previous, key) ? previous : key;
}

/** The record of a draft; the previous one where it says the same. */
export function createIdentity(draft: IdentityDraft, resolver: SourceResolver, previous: Identity | undefined): Identity {
  const policies = draft.policies.map((policy) => resolver.policy(policy).discoveredPolicy);
  const identity = { ...draft, policies, link: resolveLink(draft.link, resolver), template: resolveTemplate(draft, resolver) };
  return previous && haveSameItems(previous.policies, policies) && isDeepEqual({ ...previous, policies }, identity) ? previous : identity;
}

/** The key facts with their places. */
export function resolveKeyFacts(keyFacts: readonly LinkKeyFact[], resolver: SourceResolver): readonly KeyFact[] {
  return keyFacts.map(({ anchor, ...fact }) => ({ ...fact, span: resolver.location(anchor).span }));
}

function resolveTemplate({ template }: KeyDraft | IdentityDraft, resolver: SourceResolver): TemplateResourceRef | undefined {
  return template && { ...template, at: resolver.location(template.at) };
}

function resolveLink(link: LinkDraft, resolver: SourceResolver): Link {
  return { ...link, at: link.at && resolveAnchor(link.at, resolver) };
}

function resolveAnchor(anchor: SourceAnchor, resolver: SourceResolver): Location {
  if (anchor.of === 'text') return anchor.location;
  if ('uri' in anchor) return resolver.location(anchor);
  const { discoveredPolicy, spans } = resolver.policy(anchor.policy);
  const span = 'item' in anchor ? spans[anchor.of][anchor.item] : spans[anchor.of];
  return locationInFile(discoveredPolicy, span ?? spans.document);
}

export function createLinkReport(links: WorkspaceLinks, resolver: SourceResolver, keys: readonly Key[]): LinkReport {
  const keysById = links.ambiguousLinks.length > 0 ? new Map(keys.map((key) => [key.id, key])) : undefined;
  // Thousands of policies may share one list of candidates: each list is made once.
  const candidates = new Map<readonly string[], readonly Key[]>();
  const competingPolicies = new Map<readonly LinkPolicy[], readonly DiscoveredPolicy[]>();
  const policyOf = (policy: LinkPolicy): DiscoveredPolicy => resolver.policy(policy).discoveredPolicy;
  const locationOf = (anchor: SourceAnchor): Location => resolveAnchor(anchor, resolver);
  return {
    ambiguous: links.ambiguousLinks.map((draft) => ({
      policy: policyOf(draft.policy), at: locationOf(draft.at), account: draft.account,
      candidates: mapListOnce(candidates, draft.candidates, (id) => keysById?.get(id)),
      competingPolicies: mapListOnce(competingPolicies, draft.competingPolicies, policyOf),
    })),
    conflicts: links.conflicts.map((draft) => ({ ...draft, places: draft.places.map(locationOf) })),
    sharedKeyIds: links.sharedKeyIds.map((draft) => ({
      ...draft, arns: draft.arns.map(({ arn, places }) => ({ arn, places: places.map(locationOf) })),
    })),
    manifest: links.manifestProblems,
  };
}

function mapListOnce<A, B>(results: Map<readonly A[], readonly B[]>, list: readonly A[], map: (item: A) => B | undefined): readonly B[] {
  const result = results.get(list) ?? list.flatMap((item) => map(item) ?? []);
  results.set(list, result);
  return result;
}
