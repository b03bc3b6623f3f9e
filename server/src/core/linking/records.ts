import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Location } from '../text/span';
import type { SourceAnchor, IdentityDraft, KeyDraft, LinkDraft, LinkPolicy, WorkspaceLinks } from './drafts';
import type { PolicyFactSpans } from './policy-facts';
import { haveSameItems, isDeepEqual } from './same-data';
import type { Identity, Key, Link, LinkReport } from './entities';

/** The current policy that a draft points to by file and position, with the places of its facts. */
export type PolicyResolver = (policy: LinkPolicy) => { readonly discoveredPolicy: DiscoveredPolicy; readonly spans: PolicyFactSpans };

/** The record of a draft; the previous one where it says the same. Policies are compared as objects: their content is large. */
export function createKey(draft: KeyDraft, resolve: PolicyResolver, previous: Key | undefined): Key {
  const policy = draft.policy && resolve(draft.policy).discoveredPolicy;
  const key = { ...draft, policy, link: draft.link && resolveLink(draft.link, resolve) };
  return previous && previous.policy === policy && isDeepEqual(previous, key) ? previous : key;
}

/** The record of a draft; the previous one where it says the same. */
export function createIdentity(draft: IdentityDraft, resolve: PolicyResolver, previous: Identity | undefined): Identity {
  const policies = draft.policies.map((policy) => resolve(policy).discoveredPolicy);
  const identity = { ...draft, policies, link: resolveLink(draft.link, resolve) };
  return previous && haveSameItems(previous.policies, policies) && isDeepEqual({ ...previous, policies }, identity) ? previous : identity;
}

function resolveLink(link: LinkDraft, resolve: PolicyResolver): Link {
  return { ...link, at: link.at && resolveAnchor(link.at, resolve) };
}

function resolveAnchor(anchor: SourceAnchor, resolve: PolicyResolver): Location {
  if (anchor.of === 'text') return anchor.location;
  const { discoveredPolicy, spans } = resolve(anchor.policy);
  const span = 'item' in anchor ? spans[anchor.of][anchor.item] : spans[anchor.of];
  return locationInFile(discoveredPolicy, span ?? spans.document);
}

export function createLinkReport(links: WorkspaceLinks, resolve: PolicyResolver, keys: readonly Key[]): LinkReport {
  const keysById = links.ambiguousLinks.length > 0 ? new Map(keys.map((key) => [key.id, key])) : undefined;
  // Thousands of policies may share one list of candidates: each list is made once.
  const candidates = new Map<readonly string[], readonly Key[]>();
  const competingPolicies = new Map<readonly LinkPolicy[], readonly DiscoveredPolicy[]>();
  const policyOf = (policy: LinkPolicy): DiscoveredPolicy => resolve(policy).discoveredPolicy;
  const locationOf = (anchor: SourceAnchor): Location => resolveAnchor(anchor, resolve);
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
