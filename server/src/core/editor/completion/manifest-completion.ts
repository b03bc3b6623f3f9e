import { partitionOfRegion, REGIONS } from '../../aws/regions';
import { placeholderMarker } from '../../generate/placeholder-marker';
import type { JsonValue } from '../../syntax/tree-edit';
import { DECLARED_KINDS, KEY_SPECS, KEY_USAGES, MANIFEST_MEMBERS, RULE_LEVELS } from '../../manifest/manifest-schema';
import type { Manifest } from '../../manifest/manifest';
import type { Workspace } from '../../workspace/workspace';
import { TYPED_STRING } from '../../syntax/syntax';
import { valueCandidate, type CompletionCandidate } from './candidate';
import { accountCandidates } from './workspace-candidates';
import {
  aliasesInWorld, identityArnCandidates, keyArnCandidates, organizationsInWorld, placeholderNamesInFiles, sidsInFile, pathCandidates,
  suppressionFileCandidates, unlinkedPolicies,
} from './manifest-candidates';
import {
  siblingTexts, listEntries, manifestCompletionTargetAt, stringValuesOf, type ManifestCompletionTarget,
} from './manifest-completion-target';
import { toCompletions, type Completions } from './completions';

interface ManifestCompletionContext {
  readonly workspace: Workspace;
  readonly manifest: Manifest;
  readonly target: ManifestCompletionTarget;
}

/**
 * What can be typed at an offset of a `kms-handshake.json`: what the workspace knows, and the names and values of its schema, unless the
 * editor itself completes by that.
 */
export function completeManifest(workspace: Workspace, manifest: Manifest, offset: number,
  { supportsSnippets, hasSchemaCompletion }: { readonly supportsSnippets: boolean; readonly hasSchemaCompletion: boolean },
): Completions | undefined {
  const target = manifestCompletionTargetAt(manifest, offset);
  if (target === undefined) return undefined;
  const context = { workspace, manifest, target };
  const present = siblingTexts(target);
  const candidates = target.isName
    ? [...namesFromWorkspace(context), ...hasSchemaCompletion ? [] : namesFromSchema(context)]
    : [...valuesFromWorkspace(context), ...hasSchemaCompletion ? [] : valuesFromSchema(context)];
  const added = candidates.filter(({ insertion: { name, value } }) => !present.has(name ?? (typeof value === 'string' ? value : '')));
  return toCompletions(added, target, supportsSnippets);
}

/** The names that lead to the place; those that people choose are `*`. */
function manifestPathPattern({ path }: ManifestCompletionTarget): string {
  const [first, ...innerNames] = path;
  const areChosenByPeople = first === 'accounts' || first === 'organizations' || first === 'rules';
  return [first, ...innerNames.map((name, i) => (areChosenByPeople || i > 0 ? '*' : name))].join('.');
}

function valuesFromWorkspace(context: ManifestCompletionContext): CompletionCandidate[] {
  const { workspace, manifest, target } = context;
  const { world } = workspace;
  const declared = (list: string, name: string): Set<string> =>
    new Set(listEntries(target.root, list).flatMap((entry) => stringValuesOf(entry, name)));
  switch (manifestPathPattern(target)) {
    case 'keys': return entryCandidates(context, 'key', keyEntryJson);
    case 'keys.arn': return keyArnCandidates(world, declared('keys', 'arn'));
    case 'keys.policy': return pathCandidates(workspace, manifest, 'key');
    case 'keys.aliases': return aliasesInWorld(world, stringValuesOf(target.entry, 'arn')[0]).map((alias) => valueCandidate(alias, 0));
    case 'identities': return entryCandidates(context, 'identity', identityEntryJson);
    case 'identities.arn': return identityArnCandidates(world, declared('identities', 'arn'));
    case 'identities.account': case 'organizations.*': return accountCandidates(world);
    case 'identities.policies': return pathCandidates(workspace, manifest, 'identity');
    case 'identities.resourceRegions': return regionCandidates(workspace, 0);
    case 'kinds.files': case 'placeholders.files': case 'exclude': return pathCandidates(workspace, manifest, undefined);
    case 'suppress.file': return suppressionFileCandidates(workspace, manifest);
    case 'suppress.sid': return sidsInFile(workspace, manifest, stringValuesOf(target.entry, 'file')).map((sid) => valueCandidate(sid, 0));
    case 'placeholders.values.*': return [
      ...accountCandidates(world), ...keyArnCandidates(world, new Set()).map((candidate) => ({ ...candidate, rank: 1 })),
      ...regionCandidates(workspace, 2),
    ];
    default: return [];
  }
}

function namesFromWorkspace({ workspace, manifest, target }: ManifestCompletionContext): CompletionCandidate[] {
  switch (manifestPathPattern(target)) {
    case 'accounts': return accountCandidates(workspace.world).map((candidate) => memberCandidate(target, candidate, TYPED_STRING));
    case 'organizations': return organizationsInWorld(workspace.world).map((id) => memberCandidate(target, valueCandidate(id, 0), []));
    case 'placeholders.values':
      return placeholderNamesInFiles(workspace, manifest, stringValuesOf(target.entry, 'files'))
        .map((name) => memberCandidate(target, valueCandidate(name, 0), TYPED_STRING));
    default: return [];
  }
}

/** The members of each kind of object, as the schema has them. */
const MEMBERS_BY_PATH: Readonly<Record<string, readonly string[]>> = {
  '': MANIFEST_MEMBERS.manifest, 'keys': MANIFEST_MEMBERS.key, 'identities': MANIFEST_MEMBERS.identity, 'kinds': MANIFEST_MEMBERS.kind,
  'placeholders': MANIFEST_MEMBERS.placeholder, 'suppress': MANIFEST_MEMBERS.suppression,
};
const LIST_MEMBERS: ReadonlySet<string> = new Set([
  'keys', 'identities', 'kinds', 'placeholders', 'suppress', 'exclude', 'aliases', 'policies', 'files', 'resourceRegions',
]);
const OBJECT_MEMBERS: ReadonlySet<string> = new Set(['accounts', 'organizations', 'rules', 'values']);

function namesFromSchema({ workspace, target }: ManifestCompletionContext): CompletionCandidate[] {
  const pathPattern = manifestPathPattern(target);
  if (pathPattern === 'rules')
    return uniqueRuleCodes(workspace).map((code) => memberCandidate(target, valueCandidate(code, 1), TYPED_STRING));
  return (MEMBERS_BY_PATH[pathPattern] ?? []).filter((name) => name !== '$schema').map((name) => {
    const value = LIST_MEMBERS.has(name) ? [] : OBJECT_MEMBERS.has(name) ? {} : TYPED_STRING;
    return memberCandidate(target, valueCandidate(name, 1, { kind: 'element' }), value);
  });
}

/** A code may stand for several rules. */
function uniqueRuleCodes({ ruleCodes }: Workspace): string[] {
  return [...new Set(ruleCodes)];
}

function valuesFromSchema({ workspace, target }: ManifestCompletionContext): CompletionCandidate[] {
  const toCandidates = (values: readonly string[]): CompletionCandidate[] => values.map((value) => valueCandidate(value, 1));
  switch (manifestPathPattern(target)) {
    case 'keys.keySpec': return toCandidates(KEY_SPECS);
    case 'keys.keyUsage': return toCandidates(KEY_USAGES);
    case 'kinds.kind': return toCandidates(DECLARED_KINDS);
    case 'rules.*': return toCandidates(RULE_LEVELS);
    case 'suppress.rule': return toCandidates(uniqueRuleCodes(workspace));
    default: return [];
  }
}

/** The name of a member, with the value that it begins with where it has none yet. */
function memberCandidate({ token }: ManifestCompletionTarget, candidate: CompletionCandidate, value: JsonValue): CompletionCandidate {
  const { label } = candidate;
  return { ...candidate, insertion: token.valueFollows ? { value: label } : { name: label, value },
    triggersSuggestions: !token.valueFollows && value === TYPED_STRING };
}

/** Entries for policies of which nothing is declared; what the link is taken from already is filled in. */
function entryCandidates({ workspace, manifest, target: { token } }: ManifestCompletionContext, kind: 'key' | 'identity',
  entry: (policy: string, name: string | undefined) => JsonValue): CompletionCandidate[] {
  if (token.opening !== '') return [];
  return unlinkedPolicies(workspace, manifest, kind).map(({ path, name }): CompletionCandidate => ({
    label: path, kind: 'statement', rank: 0,
    detail: name ?? (kind === 'key' ? 'which key has this policy' : 'to whom this policy is attached'),
    insertion: { value: entry(path, name) },
  }));
}

/** More entries than this are too many to write at once. */
const MAX_ENTRIES = 20;

/** For an empty file: an entry for each policy. */
export function manifestDocumentCandidates(workspace: Workspace, manifest: Manifest): CompletionCandidate[] {
  const entries = (kind: 'key' | 'identity', entry: typeof keyEntryJson): JsonValue =>
    unlinkedPolicies(workspace, manifest, kind).slice(0, MAX_ENTRIES).map(({ path, name }) => entry(path, name));
  return [{
    label: 'keys and identities', kind: 'statement', rank: 0, detail: 'which policy belongs to which',
    insertion: { value: { keys: entries('key', keyEntryJson), identities: entries('identity', identityEntryJson) } },
  }];
}

function keyEntryJson(policy: string, arn = placeholderMarker('KEY_ARN')): JsonValue {
  return { arn, policy };
}

function identityEntryJson(policy: string, arn = placeholderMarker('IDENTITY_ARN')): JsonValue {
  return { arn, policies: [policy] };
}

/** The Regions of keys first. */
function regionCandidates({ world }: Workspace, rank: number): CompletionCandidate[] {
  const ofKeys = new Set(world.keys.flatMap(({ region }) => region ?? []));
  const partitions = new Set([...ofKeys].map(partitionOfRegion));
  return REGIONS.filter(({ region, partition }) => ofKeys.has(region) || partitions.size === 0 || partitions.has(partition))
    .map(({ region, name }) => valueCandidate(region, rank + (ofKeys.has(region) ? 0 : 1), { detail: name }));
}
