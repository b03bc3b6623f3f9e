import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Location } from '../text/span';
import type { Anchor, IdentityDraft, KeyDraft, LinkDraft, LinkPolicy, Links } from './drafts';
import type { PolicyPlaces } from './policy-facts';
import { sameData } from './same-data';
import type { Identity, Key, Link, LinkReport } from './entities';

/** The policies of the moment, by the file and position that drafts point to. */
export type PolicySource = (policy: LinkPolicy) => { readonly located: DiscoveredPolicy; readonly places: PolicyPlaces };

/** The record of a draft; the one of before where it says the same. */
export function keyOf(draft: KeyDraft, source: PolicySource, before: Key | undefined): Key {
  const { id, parts, policy, link, properties } = draft;
  const { arn, partition, region, account, keyId } = parts;
  const key: Key = { id, arn, partition, region, account, keyId, ...properties, policy: policy && source(policy).located, link: link && linkOf(link, source) };
  return before && sameKey(before, key) ? before : key;
}

/** The record of a draft; the one of before where it says the same. */
export function identityOf(draft: IdentityDraft, source: PolicySource, before: Identity | undefined): Identity {
  const { id, arn, partition, account, kind, pathNames, link } = draft.attachment;
  const policies = draft.policies.map((policy) => source(policy).located);
  const identity: Identity = {
    id, arn, partition, account, kind, pathNames, policies, link: linkOf(link, source), resourceRegions: draft.resourceRegions, otherAccounts: draft.otherAccounts,
    unseen: draft.unseen,
  };
  return before && sameIdentity(before, identity) ? before : identity;
}

function linkOf({ reason, certain, says, at }: LinkDraft, source: PolicySource): Link {
  return { reason, certain, says, at: at && locationOf(at, source) };
}

function locationOf(anchor: Anchor, source: PolicySource): Location {
  if (anchor.of === 'text') return anchor.location;
  const { located, places } = source(anchor.policy);
  const span = anchor.of === 'keys' || anchor.of === 'principals' ? places[anchor.of][anchor.item] : anchor.of === 'owner' ? places.owner : places.document;
  return locationInFile(located, span ?? places.document);
}

/** Policies are compared as objects: their content is as large as the file. */
function sameKey({ policy: a, ...before }: Key, { policy: b, ...now }: Key): boolean {
  return a === b && sameData(before, now);
}

function sameIdentity({ policies: a, ...before }: Identity, { policies: b, ...now }: Identity): boolean {
  return a.length === b.length && a.every((policy, i) => policy === b[i]) && sameData(before, now);
}

/** @param keys by id */
export function reportOf(links: Links, source: PolicySource, keys: ReadonlyMap<string, Key>): LinkReport {
  // Thousands of policies may share one list of candidates: each list is made once.
  const candidates = new Map<readonly string[], readonly Key[]>();
  const rivals = new Map<readonly LinkPolicy[], readonly DiscoveredPolicy[]>();
  return {
    ambiguous: links.ambiguous.map((draft) => ({
      policy: source(draft.policy).located, at: locationOf(draft.at, source), account: draft.account,
      candidates: once(candidates, draft.candidates, (ids) => ids.flatMap((id) => keys.get(id) ?? [])),
      rivals: once(rivals, draft.rivals, (policies) => policies.map((policy) => source(policy).located)),
    })),
    conflicts: links.conflicts.map((draft) => ({ ...draft, places: draft.places.map((place) => locationOf(place, source)) })),
    sharedKeyIds: links.sharedKeyIds.map((draft) => ({
      ...draft, arns: draft.arns.map(({ arn, places }) => ({ arn, places: places.map((place) => locationOf(place, source)) })),
    })),
    manifest: links.manifest,
  };
}

function once<A extends object, B>(made: Map<A, B>, list: A, make: (list: A) => B): B {
  const known = made.get(list) ?? make(list);
  made.set(list, known);
  return known;
}
