import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Declarations } from '../linking/declarations';
import { fileOfAnchor, type SourceAnchor, type WorkspaceLinks } from '../linking/drafts';
import type { Identity, Key } from '../linking/entities';
import { appendToList } from '../linking/link-index';
import { createIdentity, createKey, createLinkReport, type PolicyResolver } from '../linking/records';
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
export function relinkWorld(
  before: World, links: WorkspaceLinks, { declared, folders }: { readonly declared: Declarations; readonly folders: readonly Folder[] },
  source: PolicyResolver,
): WorldUpdate {
  const keys = updateRecords(before.keys, links.keys, (draft) => draft.id, (draft, known) => createKey(draft, source, known));
  const identities = updateRecords(
    before.identities, links.identities, ({ attachment }) => attachment.id, (draft, known) => createIdentity(draft, source, known),
  );
  const isOrganizationChange = !isDeepEqual([...before.organizations], [...declared.organizations]);
  const recordsById = links.ambiguousLinks.length > 0 ? new Map(keys.records.map((key) => [key.id, key])) : NO_KEYS;
  return {
    world: {
      keys: keys.records, identities: identities.records, folders,
      keyByPolicy: keys.records === before.keys ? before.keyByPolicy : indexKeysByPolicy(keys.records),
      identitiesByPolicy: identities.records === before.identities
        ? before.identitiesByPolicy
        : groupIdentitiesByPolicy(identities.records),
      keysByArn: keys.records === before.keys ? before.keysByArn : groupKeysByArn(keys.records),
      accounts: isDeepEqual([...before.accounts], [...links.accounts]) ? before.accounts : links.accounts,
      organizations: isOrganizationChange ? declared.organizations : before.organizations,
      keyFacts: links.keyFacts,
      manifests: declared.manifests,
      memoize: before.memoize,
      linkReport: createLinkReport(links, source, recordsById),
    },
    delta: {
      keys: keys.delta, identities: identities.delta, isReordered: keys.isReordered || identities.isReordered, isOrganizationChange,
    },
  };
}

const NO_KEYS: ReadonlyMap<string, Key> = new Map();

interface RecordsUpdate<T> {
  readonly records: readonly T[];
  readonly delta: RecordDelta<T>;
  readonly isReordered: boolean;
}

/** @param recordOf gives the record of before where the draft says the same */
function updateRecords<Draft, T extends { readonly id: string }>(
  before: readonly T[], drafts: readonly Draft[], idOf: (draft: Draft) => string, recordOf: (draft: Draft, known: T | undefined) => T,
): RecordsUpdate<T> {
  const positions = new Map(before.map((record, position) => [record.id, position]));
  const [added, replaced, left] = [[] as T[], new Map<T, T>(), new Set(before)];
  let lastPosition = -1;
  let isReordered = false;
  const records = drafts.map((draft) => {
    const position = positions.get(idOf(draft));
    const known = position === undefined ? undefined : before[position];
    const record = recordOf(draft, known);
    if (position === undefined || known === undefined) added.push(record);
    else {
      isReordered ||= position < lastPosition;
      lastPosition = position;
      left.delete(known);
      if (record !== known) replaced.set(known, record);
    }
    return record;
  });
  const isSame = added.length === 0 && replaced.size === 0 && left.size === 0 && !isReordered;
  return { records: isSame ? before : records, delta: { added, replaced, removed: [...left] }, isReordered };
}

/** The world after texts of files changed in nothing that links depend on: the same links, with the policies of those files exchanged. */
export function exchangePolicies(before: World, links: WorkspaceLinks, source: PolicyResolver,
  changedFiles: ReadonlySet<string>): WorldUpdate {
  const positions = before.memoize(positionsByFile, links);
  const inChangedFiles = (byFile: ReadonlyMap<string, readonly number[]>): ReadonlySet<number> => (
    new Set(Array.from(changedFiles, (uri) => byFile.get(uri) ?? []).flat()));
  const keys = replaceRecords(before.keys, links.keys, inChangedFiles(positions.keys), (draft, known) => createKey(draft, source, known));
  const identities = replaceRecords(
    before.identities, links.identities, inChangedFiles(positions.identities), (draft, known) => createIdentity(draft, source, known),
  );
  const report = isReportAffected(links, (uri) => changedFiles.has(uri))
    ? createLinkReport(links, source, new Map(keys.records.map((key) => [key.id, key]))) : before.linkReport;
  if (keys.records === before.keys && identities.records === before.identities && report === before.linkReport) {
    return { world: before, delta: NO_WORLD_DELTA };
  }
  const world = {
    ...before, keys: keys.records, identities: identities.records, linkReport: report, ...keyMapsAfterReplacement(before, keys.replaced),
    identitiesByPolicy: identitiesByPolicyAfter(before.identitiesByPolicy, identities.replaced),
  };
  return { world, delta: { ...NO_WORLD_DELTA, keys: replacementsOnly(keys.replaced), identities: replacementsOnly(identities.replaced) } };
}

/** By file the positions of the drafts that depend on its text; the record of a draft stands at the same position. */
interface PositionsByFile {
  readonly keys: ReadonlyMap<string, readonly number[]>;
  readonly identities: ReadonlyMap<string, readonly number[]>;
}

function positionsByFile(links: WorkspaceLinks): PositionsByFile {
  return {
    keys: groupByFile(links.keys, ({ policy, link }) => [policy?.uri, fileOfAnchor(link?.at)]),
    identities: groupByFile(links.identities,
      ({ policies, attachment }) => [...policies.map(({ uri }) => uri), fileOfAnchor(attachment.link.at)]),
  };
}

function groupByFile<Draft>(drafts: readonly Draft[],
  filesOf: (draft: Draft) => readonly (string | undefined)[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  drafts.forEach((draft, position) => {
    for (const uri of new Set(filesOf(draft))) if (uri !== undefined) appendToList(positions, uri, position);
  });
  return positions;
}

function replaceRecords<Draft, T>(
  before: readonly T[], drafts: readonly Draft[], positions: Iterable<number>, recordOf: (draft: Draft, known: T) => T,
): { readonly records: readonly T[]; readonly replaced: ReadonlyMap<T, T> } {
  const records = [...before];
  const replaced = new Map<T, T>();
  for (const position of positions) {
    const [known, draft] = [before[position], drafts[position]];
    const record = known && draft && recordOf(draft, known);
    if (known && record && record !== known) replaced.set(known, records[position] = record);
  }
  return replaced.size === 0 ? { records: before, replaced } : { records, replaced };
}

function keyMapsAfterReplacement(before: World, replaced: ReadonlyMap<Key, Key>): Pick<World, 'keyByPolicy' | 'keysByArn'> {
  const policies = new Map<DiscoveredPolicy, Key | undefined>();
  const arns = new Map<string, readonly Key[]>();
  for (const [old, key] of replaced) {
    if (old.policy) policies.set(old.policy, undefined);
    if (key.policy) policies.set(key.policy, key);
    if (key.arn === undefined) continue;
    const keys = arns.get(key.arn) ?? before.keysByArn.get(key.arn) ?? [];
    arns.set(key.arn, keys.map((sameArn) => (sameArn === old ? key : sameArn)));
  }
  return { keyByPolicy: patchMap(before.keyByPolicy, policies), keysByArn: patchMap(before.keysByArn, arns) };
}

/** A policy and the one that takes its place stand at the same position of their identities. */
function identitiesByPolicyAfter(before: World['identitiesByPolicy'],
  replaced: ReadonlyMap<Identity, Identity>): World['identitiesByPolicy'] {
  const lists = new Map<DiscoveredPolicy, readonly Identity[] | undefined>();
  for (const [old, identity] of replaced) {
    old.policies.forEach((policy, position) => {
      const next = identity.policies[position];
      const holders = before.get(policy);
      if (next !== policy) lists.set(policy, undefined);
      if (next && holders && !lists.get(next)) lists.set(next, holders.map((holder) => replaced.get(holder) ?? holder));
    });
  }
  return patchMap(before, lists);
}

function isReportAffected({ ambiguousLinks: ambiguous, conflicts, sharedKeyIds }: WorkspaceLinks,
  isChanged: (uri: string) => boolean): boolean {
  const isAffected = (anchor: SourceAnchor): boolean => {
    const uri = fileOfAnchor(anchor);
    return uri !== undefined && isChanged(uri);
  };
  return ambiguous.some(({ policy, at }) => isChanged(policy.uri) || isAffected(at))
    || conflicts.some(({ places }) => places.some(isAffected))
    || sharedKeyIds.some(({ arns }) => arns.some(({ places }) => places.some(isAffected)));
}

function indexKeysByPolicy(keys: readonly Key[]): World['keyByPolicy'] {
  return new Map(keys.flatMap((key) => (key.policy ? [[key.policy, key] as const] : [])));
}

function groupIdentitiesByPolicy(identities: readonly Identity[]): World['identitiesByPolicy'] {
  const holders = new Map<DiscoveredPolicy, Identity[]>();
  for (const identity of identities) for (const policy of identity.policies) appendToList(holders, policy, identity);
  return holders;
}

function groupKeysByArn(keys: readonly Key[]): World['keysByArn'] {
  const byArn = new Map<string, Key[]>();
  for (const key of keys) if (key.arn !== undefined) appendToList(byArn, key.arn, key);
  return byArn;
}
