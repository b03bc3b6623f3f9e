import { partitionOfRegion, REGIONS } from '../../aws/regions';
import { placeholder } from '../../generate/placeholder';
import type { JsonValue } from '../../parse/edit';
import { DECLARED_KINDS, KEY_SPECS, KEY_USAGES, MANIFEST_MEMBERS, RULE_LEVELS } from '../../workspace/manifest-shape';
import type { Manifest } from '../../workspace/manifest';
import type { Workspace } from '../../workspace/workspace';
import { HERE, plain, type Candidate } from './candidate';
import { accountCandidates } from './known';
import { aliasesNamed, identityArnCandidates, keyArnCandidates, organizationsNamed, placeholdersNamed, sidsIn } from './manifest-known';
import { pathCandidates, unlinkedPolicies } from './manifest-paths';
import { besides, entriesAt, manifestSlotAt, stringsAt, type ManifestSlot } from './manifest-slot';
import { offered, type Completions } from './offer';

export interface ManifestCompletionOptions {
  readonly snippets: boolean;
  /** The editor completes the file by its JSON schema: names and values that the schema lists are left to it. */
  readonly schema: boolean;
}

/** What is asked: by the workspace, at a place of one of its manifests. */
interface Asked {
  readonly workspace: Workspace;
  readonly manifest: Manifest;
  readonly slot: ManifestSlot;
}

/**
 * What can be typed at an offset of a `kms-handshake.json`: what the workspace knows, and, where no schema says it, the names and values that
 * the file can have.
 */
export function completeManifest(workspace: Workspace, manifest: Manifest, offset: number, { snippets, schema }: ManifestCompletionOptions): Completions | undefined {
  const slot = manifestSlotAt(manifest, offset);
  if (slot === undefined) return undefined;
  const asked = { workspace, manifest, slot };
  const present = besides(slot);
  const candidates = slot.isName ? [...knownNames(asked), ...schema ? [] : namesOfShape(asked)] : [...knownValues(asked), ...schema ? [] : valuesOfShape(asked)];
  return offered(candidates.filter((one) => !present.has(textOf(one) ?? '')), slot, snippets);
}

/** The text that would stand twice in a list or object. */
function textOf({ writes }: Candidate): string | undefined {
  if ('name' in writes) return writes.name;
  return 'value' in writes && typeof writes.value === 'string' ? writes.value : undefined;
}

/** The names that lead to the place; those that people choose are `*`. */
function placeOf({ path }: ManifestSlot): string {
  const [first, ...rest] = path;
  const chosen = first === 'accounts' || first === 'organizations' || first === 'rules';
  return [first, ...rest.map((name, i) => (chosen || i > 0 ? '*' : name))].join('.');
}

function knownValues(asked: Asked): Candidate[] {
  const { workspace, manifest, slot } = asked;
  const { world } = workspace;
  const declared = (list: string, name: string): Set<string> => new Set(entriesAt(slot.root, list).flatMap((entry) => stringsAt(entry, name)));
  switch (placeOf(slot)) {
    case 'keys': return entries(asked, 'key', keyEntry);
    case 'keys.arn': return keyArnCandidates(world, declared('keys', 'arn'));
    case 'keys.policy': return pathCandidates(workspace, manifest, 'key');
    case 'keys.aliases': return aliasesNamed(world, stringsAt(slot.entry, 'arn')[0]).map((alias) => plain(alias, 0));
    case 'identities': return entries(asked, 'identity', identityEntry);
    case 'identities.arn': return identityArnCandidates(world, declared('identities', 'arn'));
    case 'identities.account': case 'organizations.*': return accountCandidates(world);
    case 'identities.policies': return pathCandidates(workspace, manifest, 'identity');
    case 'identities.resourceRegions': return regionCandidates(workspace, 0);
    case 'kinds.files': case 'placeholders.files': case 'exclude': return pathCandidates(workspace, manifest, 'any');
    case 'suppress.file': return pathCandidates(workspace, manifest, 'any').filter(({ kind }) => kind !== 'wildcard');
    case 'suppress.sid': return sidsIn(workspace, manifest, stringsAt(slot.entry, 'file')).map((sid) => plain(sid, 0));
    case 'placeholders.values.*': return [
      ...accountCandidates(world), ...keyArnCandidates(world, new Set()).map((one) => ({ ...one, rank: 1 })), ...regionCandidates(workspace, 2),
    ];
    default: return [];
  }
}

function knownNames({ workspace, manifest, slot }: Asked): Candidate[] {
  switch (placeOf(slot)) {
    case 'accounts': return accountCandidates(workspace.world).map((one) => member(slot, one, HERE));
    case 'organizations': return organizationsNamed(workspace.world).map((id) => member(slot, plain(id, 0), []));
    case 'placeholders.values': return placeholdersNamed(workspace, manifest, stringsAt(slot.entry, 'files')).map((name) => member(slot, plain(name, 0), HERE));
    default: return [];
  }
}

/** The members of each kind of object, as the schema has them. */
const SHAPES: Readonly<Record<string, readonly string[]>> = {
  '': MANIFEST_MEMBERS.manifest, 'keys': MANIFEST_MEMBERS.key, 'identities': MANIFEST_MEMBERS.identity, 'kinds': MANIFEST_MEMBERS.kind,
  'placeholders': MANIFEST_MEMBERS.placeholder, 'suppress': MANIFEST_MEMBERS.suppression,
};
const LISTS: ReadonlySet<string> = new Set(['keys', 'identities', 'kinds', 'placeholders', 'suppress', 'exclude', 'aliases', 'policies', 'files', 'resourceRegions']);
const OBJECTS: ReadonlySet<string> = new Set(['accounts', 'organizations', 'rules', 'values']);

function namesOfShape({ workspace, slot }: Asked): Candidate[] {
  const place = placeOf(slot);
  if (place === 'rules') return codesOf(workspace).map((code) => member(slot, plain(code, 1), HERE));
  return (SHAPES[place] ?? []).filter((name) => name !== '$schema')
    .map((name) => member(slot, plain(name, 1, { kind: 'element' }), LISTS.has(name) ? [] : OBJECTS.has(name) ? {} : HERE));
}

/** A code may stand for several rules. */
function codesOf({ ruleCodes }: Workspace): string[] {
  return [...new Set(ruleCodes)];
}

function valuesOfShape({ workspace, slot }: Asked): Candidate[] {
  const all = (values: readonly string[]): Candidate[] => values.map((value) => plain(value, 1));
  switch (placeOf(slot)) {
    case 'keys.keySpec': return all(KEY_SPECS);
    case 'keys.keyUsage': return all(KEY_USAGES);
    case 'kinds.kind': return all(DECLARED_KINDS);
    case 'rules.*': return all(RULE_LEVELS);
    case 'suppress.rule': return all(codesOf(workspace));
    default: return [];
  }
}

/** The name of a member, with the value that it begins with where it has none yet. */
function member({ token }: ManifestSlot, candidate: Candidate, value: JsonValue): Candidate {
  const name = 'value' in candidate.writes && typeof candidate.writes.value === 'string' ? candidate.writes.value : candidate.label;
  return { ...candidate, writes: token.colonFollows ? { value: name } : { name, value }, goesOn: !token.colonFollows && value === HERE };
}

/** Entries for policies of which nothing is declared; what the link is taken from already is filled in. */
function entries({ workspace, manifest, slot: { token } }: Asked, kind: 'key' | 'identity', entry: (policy: string, name: string | undefined) => JsonValue): Candidate[] {
  if (token.quoted) return [];
  return unlinkedPolicies(workspace, manifest, kind).map(({ path, name }): Candidate => ({
    label: path, kind: 'statement', rank: 0, detail: name ?? (kind === 'key' ? 'which key has this policy' : 'to whom this policy is attached'),
    writes: { value: entry(path, name) },
  }));
}

/** More entries than this are too many to write at once. */
const MAX_ENTRIES = 20;

/** For an empty file: an entry for each policy. */
export function manifestDocuments(workspace: Workspace, manifest: Manifest): Candidate[] {
  const keys = unlinkedPolicies(workspace, manifest, 'key').slice(0, MAX_ENTRIES).map(({ path, name }) => keyEntry(path, name));
  const identities = unlinkedPolicies(workspace, manifest, 'identity').slice(0, MAX_ENTRIES).map(({ path, name }) => identityEntry(path, name));
  return [{ label: 'keys and identities', kind: 'statement', rank: 0, detail: 'which policy belongs to which', writes: { value: { keys, identities } } }];
}

function keyEntry(policy: string, arn = placeholder('KEY_ARN')): JsonValue {
  return { arn, policy };
}

function identityEntry(policy: string, arn = placeholder('IDENTITY_ARN')): JsonValue {
  return { arn, policies: [policy] };
}

/** The Regions of keys first. */
function regionCandidates({ world }: Workspace, rank: number): Candidate[] {
  const ofKeys = new Set(world.keys.flatMap(({ region }) => region ?? []));
  const partitions = new Set([...ofKeys].map(partitionOfRegion));
  return REGIONS.filter(({ region, partition }) => ofKeys.has(region) || partitions.size === 0 || partitions.has(partition))
    .map(({ region, name }) => plain(region, rank + (ofKeys.has(region) ? 0 : 1), { detail: name }));
}
