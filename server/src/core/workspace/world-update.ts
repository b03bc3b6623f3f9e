import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Declarations } from '../linking/declarations';
import { fileOfAnchor, type WorkspaceLinks } from '../linking/drafts';
import type { Identity, Key } from '../linking/entities';
import { appendToList, groupBy } from '../linking/group-by';
import { createIdentity, createKey, createLinkReport, resolveKeyFacts, type SourceResolver } from '../linking/records';
import { isDeepEqual } from '../linking/same-data';
import type { Folder } from '../manifest/manifest-files';
import { NO_WORLD_DELTA, replacementsOnly, type RecordDelta, type WorldDelta } from './delta';
import { patchMap } from './patched-map';
import type { World } from './world';

export interface WorldUpdate {
  readonly world: World;
  readonly delta: WorldDelta;
}

/**
 * The world that new links describe. Records that say the same as before are kept: what was derived from a key, an identity or a pair of
 * them stays valid as long as the objects stay the same.
 */
export function relinkWorld(before: World, links: WorkspaceLinks, declarations: Declarations, folders: readonly Folder[],
  resolver: SourceResolver): WorldUpdate {
  const keys = updateRecords(before.keys, links.keys, (draft, previous) => createKey(draft, resolver, previous));
  const identities = updateRecords(before.identities, links.identities, (draft, previous) => createIdentity(draft, resolver, previous));
  const isOrganizationChange = !isDeepEqual([...before.organizations], [...declarations.organizations]);
  return {
    world: {
      keys: keys.records, identities: identities.records, folders,
      ...keys.records === before.keys ? { keyByPolicy: before.keyByPolicy, keysByArn: before.keysByArn } : indexKeys(keys.records),
      identitiesByPolicy: identities.records === before.identities
        ? before.identitiesByPolicy
        : groupBy(identities.records, ({ policies }) => policies),
      accounts: isDeepEqual([...before.accounts], [...links.accounts]) ? before.accounts : links.accounts,
      organizations: isOrganizationChange ? declarations.organizations : before.organizations,
      keyFacts: resolveKeyFacts(links.keyFacts, resolver),
      templates: before.templates,
      manifests: declarations.manifests,
      memoize: before.memoize,
      linkReport: createLinkReport(links, resolver, keys.records),
    },
    delta: {
      keys: keys.delta, identities: identities.delta, isReordered: keys.isReordered || identities.isReordered, isOrganizationChange,
    },
  };
}

interface RecordsUpdate<T> {
  readonly records: readonly T[];
  readonly delta: RecordDelta<T>;
  readonly isReordered: boolean;
}

/** @param recordOf gives the previous record where the draft says the same */
function updateRecords<Draft extends { readonly id: string }, T extends { readonly id: string }>(
  before: readonly T[], drafts: readonly Draft[], recordOf: (draft: Draft, previous: T | undefined) => T,
): RecordsUpdate<T> {
  const positions = new Map(before.map((record, position) => [record.id, position]));
  const [added, replaced, removed] = [[] as T[], new Map<T, T>(), new Set(before)];
  let lastPosition = -1;
  let isReordered = false;
  const records = drafts.map((draft) => {
    const position = positions.get(draft.id) ?? -1;
    const previous = before[position];
    const record = recordOf(draft, previous);
    if (previous === undefined) added.push(record);
    else {
      isReordered ||= position < lastPosition;
      lastPosition = position;
      removed.delete(previous);
      if (record !== previous) replaced.set(previous, record);
    }
    return record;
  });
  const isSame = added.length === 0 && replaced.size === 0 && removed.size === 0 && !isReordered;
  return { records: isSame ? before : records, delta: { added, replaced, removed: [...removed] }, isReordered };
}

function indexKeys(keys: readonly Key[]): Pick<World, 'keyByPolicy' | 'keysByArn'> {
  return {
    keyByPolicy: new Map(keys.flatMap((key) => (key.policy ? [[key.policy, key] as const] : []))),
    keysByArn: groupBy(keys, ({ arn }) => (arn === undefined ? [] : [arn])),
  };
}

/** The world after texts of files changed in nothing that links depend on: the same links, with the policies of those files exchanged. */
export function exchangePolicies(before: World, links: WorkspaceLinks, resolver: SourceResolver,
  changedFiles: readonly string[]): WorldUpdate {
  const dependents = before.memoize(dependentsByFile, links);
  const positionsIn = (positions: ReadonlyMap<string, readonly number[]>): ReadonlySet<number> => (
    new Set(changedFiles.flatMap((uri) => positions.get(uri) ?? [])));
  const keys = replaceRecords(before.keys, links.keys, positionsIn(dependents.keys), (draft, key) => createKey(draft, resolver, key));
  const identities = replaceRecords(before.identities, links.identities, positionsIn(dependents.identities),
    (draft, identity) => createIdentity(draft, resolver, identity));
  const isReportChanged = changedFiles.some((uri) => dependents.report.has(uri));
  const haveFactsMoved = changedFiles.some((uri) => dependents.keyFacts.has(uri));
  if (keys.replaced.size + identities.replaced.size === 0 && !isReportChanged && !haveFactsMoved)
    return { world: before, delta: NO_WORLD_DELTA };
  const world = {
    ...before, keys: keys.records, identities: identities.records, ...keyMapsAfter(before, keys.replaced),
    keyFacts: haveFactsMoved ? resolveKeyFacts(links.keyFacts, resolver) : before.keyFacts,
    linkReport: isReportChanged ? createLinkReport(links, resolver, keys.records) : before.linkReport,
    identitiesByPolicy: identitiesByPolicyAfter(before.identitiesByPolicy, identities.replaced),
  };
  return { world, delta: { ...NO_WORLD_DELTA, keys: replacementsOnly(keys.replaced), identities: replacementsOnly(identities.replaced) } };
}

/** What depends on the text of a file. */
interface DependentsByFile {
  /** Positions of drafts, at which their records stand too. */
  readonly keys: ReadonlyMap<string, readonly number[]>;
  readonly identities: ReadonlyMap<string, readonly number[]>;
  /** The files on which the link report depends. */
  readonly report: ReadonlySet<string | undefined>;
  /** The files with key facts. */
  readonly keyFacts: ReadonlySet<string>;
}

function dependentsByFile({ keys, identities, ambiguousLinks, conflicts, sharedKeyIds, keyFacts }: WorkspaceLinks): DependentsByFile {
  const reportAnchors = [...ambiguousLinks.map(({ at }) => at), ...conflicts.flatMap(({ places }) => places),
    ...sharedKeyIds.flatMap(({ arns }) => arns.flatMap(({ places }) => places))];
  return {
    keys: positionsByFile(keys, ({ policy, link, template }) => [policy?.uri, fileOfAnchor(link?.at), template?.at.uri]),
    identities: positionsByFile(identities, ({ policies, link, template }) => (
      [...policies.map(({ uri }) => uri), fileOfAnchor(link.at), template?.at.uri])),
    report: new Set([...ambiguousLinks.map(({ policy }) => policy.uri), ...reportAnchors.map(fileOfAnchor)]),
    keyFacts: new Set(keyFacts.map(({ uri }) => uri)),
  };
}

function positionsByFile<Draft>(drafts: readonly Draft[],
  filesOf: (draft: Draft) => readonly (string | undefined)[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  drafts.forEach((draft, position) => {
    for (const uri of new Set(filesOf(draft))) if (uri !== undefined) appendToList(positions, uri, position);
  });
  return positions;
}

function replaceRecords<Draft, T>(
  before: readonly T[], drafts: readonly Draft[], positions: Iterable<number>, recordOf: (draft: Draft, previous: T) => T,
): { readonly records: readonly T[]; readonly replaced: ReadonlyMap<T, T> } {
  const records = [...before];
  const replaced = new Map<T, T>();
  for (const position of positions) {
    const [previous, draft] = [before[position], drafts[position]];
    const record = previous && draft && recordOf(draft, previous);
    if (previous && record && record !== previous) replaced.set(previous, records[position] = record);
  }
  return { records: replaced.size === 0 ? before : records, replaced };
}

function keyMapsAfter(before: World, replaced: ReadonlyMap<Key, Key>): Pick<World, 'keyByPolicy' | 'keysByArn'> {
  const policies = new Map<DiscoveredPolicy, Key | undefined>();
  const arns = new Map<string, readonly Key[]>();
  for (const [previous, key] of replaced) {
    if (previous.policy) policies.set(previous.policy, undefined);
    if (key.policy) policies.set(key.policy, key);
    if (key.arn !== undefined) arns.set(key.arn, (before.keysByArn.get(key.arn) ?? []).map((sameArn) => replaced.get(sameArn) ?? sameArn));
  }
  return { keyByPolicy: patchMap(before.keyByPolicy, policies), keysByArn: patchMap(before.keysByArn, arns) };
}

/** The links are the same, so each policy has the identities of the policy that it replaces. */
function identitiesByPolicyAfter(before: World['identitiesByPolicy'],
  replaced: ReadonlyMap<Identity, Identity>): World['identitiesByPolicy'] {
  const patch = new Map<DiscoveredPolicy, readonly Identity[] | undefined>();
  for (const [previous, { policies }] of replaced) {
    for (const [position, policy] of policies.entries()) {
      const previousPolicy = previous.policies[position] ?? policy;
      if (previousPolicy !== policy) patch.set(previousPolicy, undefined);
      if (!patch.has(policy)) patch.set(policy, before.get(previousPolicy)?.map((identity) => replaced.get(identity) ?? identity));
    }
  }
  return patchMap(before, patch);
}
