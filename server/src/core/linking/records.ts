import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Location } from '../text/span';
import type { SourceAnchor, IdentityDraft, KeyDraft, LinkDraft, LinkPolicy, WorkspaceLinks } from './drafts';
import type { PolicyFactSpans } from './policy-facts';
import { isDeepEqual } from './same-data';
import type { Identity, Key, Link, LinkReport } from './entities';

/** The policies of the moment, by the file and position that drafts point to. */
export type PolicyResolver = (policy: LinkPolicy) => { readonly discoveredPolicy: DiscoveredPolicy; readonly spans: PolicyFactSpans };

/** The record of a draft; the one of before where it says the same. */
export function createKey(draft: KeyDraft, source: PolicyResolver, before: Key | undefined): Key {
  const { id, parts, policy, link, properties } = draft;
  const { arn, partition, region, account, keyId } = parts;
  const key: Key = { id, arn, partition, region, account, keyId, ...properties, policy: policy && source(policy).discoveredPolicy,
    link: link && resolveLink(link, source) };
  return before && sameKey(before, key) ? before : key;
}

/** The record of a draft; the one of before where it says the same. */
export function createIdentity(draft: IdentityDraft, source: PolicyResolver, before: Identity | undefined): Identity {
  const { id, arn, partition, account, kind, pathNames, link } = draft.attachment;
  const policies = draft.policies.map((policy) => source(policy).discoveredPolicy);
  const identity: Identity = {
    id, arn, partition, account, kind, pathNames, policies, link: resolveLink(link, source), resourceRegions: draft.resourceRegions,
    otherAccountsByPolicy: draft.otherAccounts,
    policiesWithoutDocument: draft.policiesWithoutDocument,
  };
  return before && sameIdentity(before, identity) ? before : identity;
}

function resolveLink({ reason, certain, description: says, at }: LinkDraft, source: PolicyResolver): Link {
  return { reason, certain, description: says, at: at && resolveAnchor(at, source) };
}

function resolveAnchor(anchor: SourceAnchor, source: PolicyResolver): Location {
  if (anchor.of === 'text') return anchor.location;
  const { discoveredPolicy: located, spans: places } = source(anchor.policy);
  const span = anchor.of === 'keys' || anchor.of === 'principals'
    ? places[anchor.of][anchor.item]
    : anchor.of === 'owner'
    ? places.owner
    : places.document;
  return locationInFile(located, span ?? places.document);
}

/** Policies are compared as objects: their content is as large as the file. */
function sameKey({ policy: a, ...before }: Key, { policy: b, ...now }: Key): boolean {
  return a === b && isDeepEqual(before, now);
}

function sameIdentity({ policies: a, ...before }: Identity, { policies: b, ...now }: Identity): boolean {
  return a.length === b.length && a.every((policy, i) => policy === b[i]) && isDeepEqual(before, now);
}

/** @param keys by id */
export function createLinkReport(links: WorkspaceLinks, source: PolicyResolver, keys: ReadonlyMap<string, Key>): LinkReport {
  // Thousands of policies may share one list of candidates: each list is made once.
  const candidates = new Map<readonly string[], readonly Key[]>();
  const rivals = new Map<readonly LinkPolicy[], readonly DiscoveredPolicy[]>();
  return {
    ambiguous: links.ambiguousLinks.map((draft) => ({
      policy: source(draft.policy).discoveredPolicy, at: resolveAnchor(draft.at, source), account: draft.account,
      candidates: mapListOnce(candidates, draft.candidates, (ids) => ids.flatMap((id) => keys.get(id) ?? [])),
      competingPolicies: mapListOnce(rivals, draft.competingPolicies,
        (policies) => policies.map((policy) => source(policy).discoveredPolicy)),
    })),
    conflicts: links.conflicts.map((draft) => ({ ...draft, places: draft.places.map((place) => resolveAnchor(place, source)) })),
    sharedKeyIds: links.sharedKeyIds.map((draft) => ({
      ...draft, arns: draft.arns.map(({ arn, places }) => ({ arn, places: places.map((place) => resolveAnchor(place, source)) })),
    })),
    manifest: links.manifestProblems,
  };
}

function mapListOnce<A extends object, B>(made: Map<A, B>, list: A, make: (list: A) => B): B {
  const known = made.get(list) ?? make(list);
  made.set(list, known);
  return known;
}
