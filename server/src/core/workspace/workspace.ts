import { mayContainPolicies } from '../discovery/discoverers';
import type { FileDiscovery } from '../discovery/read-file';
import type { UnitPart } from '../discovery/unit-part';
import { mergeManifests } from '../linking/declarations';
import type { WorkspaceLinks } from '../linking/drafts';
import { isExcludedPath, createWorkspaceFile, unitFileOf, type ReadingSettings, type SourceFile,
  type WorkspaceFile } from './workspace-file';
import { linkWorkspace } from '../linking/link-workspace';
import { MANIFEST_NAME, type Manifest } from '../manifest/manifest';
import { effectiveManifests, baseFoldersOfManifest, locateManifests, type Folder,
  type ManifestLocations } from '../manifest/manifest-files';
import { readManifest } from '../manifest/read-manifest';
import { haveSameItems, isDeepEqual } from '../linking/same-data';
import type { RecordDelta, WorkspaceDelta } from './delta';
import { NO_UNITS, updateUnits, type Units } from '../units/update-units';
import type { UnitFile } from '../units/unit-file';
import { exchangePolicies, relinkWorld, type WorldUpdate } from './world-update';
import { patchMap } from './patched-map';
import { baseName, plainUri, type PlainUri } from '../text/uri-path';
import type { SourceResolver } from '../linking/records';
import { createRuleSettings, type RuleLevels, type RuleSettings } from '../manifest/rule-settings';
import { emptyWorld, type World } from './world';

/** All files of the workspace with what was read from them and the world they make. A value: changes give a new one. */
export interface Workspace {
  readonly folders: readonly Folder[];
  /** The codes that manifests may name; empty: any. */
  readonly ruleCodes: readonly string[];
  /** Levels that the editor's settings give to rules; manifests go before. */
  readonly ruleLevels: RuleLevels;
  /** Levels that somebody asks for in this run; these go before manifests. */
  readonly ruleOverrides: RuleLevels;
  /** By URI, as the host spells it. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  readonly readings: ReadonlyMap<string, FileDiscovery>;
  readonly world: World;
  /** The same object until a manifest or the levels change. */
  readonly ruleSettings: RuleSettings;
  /** What the next change builds on. */
  readonly linkState: WorkspaceLinkState;
}

interface WorkspaceLinkState {
  readonly readingSettings: ReadingSettings;
  readonly links: WorkspaceLinks;
  /** URIs of the files that links rest on, sorted: the order in which files arrive must not matter. */
  readonly linkedUris: readonly string[];
  readonly units: Units;
}

/** Everything that can happen to a workspace. A manifest is put and removed like any other file. */
export type WorkspaceChange =
  | FilePut
  | { readonly remove: string }
  | { readonly folders: readonly Folder[] }
  | { readonly levels: RuleLevels };

interface FilePut {
  readonly put: SourceFile;
  /** What `readAhead` made of it. */
  readonly read?: WorkspaceFile | undefined;
}

interface WorkspaceSettings {
  readonly folders?: readonly Folder[];
  readonly ruleCodes?: readonly string[];
  readonly ruleOverrides?: RuleLevels;
}

export function emptyWorkspace(settings: WorkspaceSettings = {}): Workspace {
  const { folders = [], ruleOverrides = NO_RULE_LEVELS } = settings;
  const declarations = mergeManifests([]);
  return {
    folders, ruleCodes: settings.ruleCodes ?? [], ruleLevels: NO_RULE_LEVELS, ruleOverrides,
    files: new Map(), readings: new Map(), ruleSettings: createRuleSettings([], NO_RULE_LEVELS, ruleOverrides),
    world: emptyWorld(folders),
    linkState: { readingSettings: { declarations, manifestLocations: locateManifests(folders) }, links: linkWorkspace([], declarations),
      linkedUris: [], units: NO_UNITS },
  };
}

const NO_RULE_LEVELS: RuleLevels = new Map();

/** Whether a manifest leaves the file, or the whole folder of that URI, out. The host asks before it reads. */
export function isExcluded(workspace: Workspace, uri: string): boolean {
  return isExcludedPath(plainUri(uri), workspace.linkState.readingSettings);
}

/** Whether the file would be read as a manifest: by its name and place, and no manifest leaves it out. */
export function isEffectiveManifest(workspace: Workspace, uri: string): boolean {
  const path = plainUri(uri);
  return baseFoldersOfManifest(path, workspace.linkState.readingSettings.manifestLocations).length > 0
    && !isExcludedPath(path, workspace.linkState.readingSettings);
}

/** Whether a file can matter: of all others it is enough to know that they are there. */
export function mayBeRelevantFile(uri: string, text: string): boolean {
  return baseName(uri) === MANIFEST_NAME || mayContainPolicies({ uri, text });
}

/**
 * Reads a file before it is put, which is most of the work of putting it. Many files can be read so one by one, with others having
 * their turn in between. Nothing is wrong when the workspace is another by the time the file is put: what that changes is read again.
 */
export function readAhead(workspace: Workspace, source: SourceFile): WorkspaceFile {
  return createWorkspaceFile(source, workspace.linkState.readingSettings, workspace.files.get(source.uri));
}

/** A workspace after a change, and all that the change did to it. */
export interface WorkspaceUpdate {
  readonly workspace: Workspace;
  readonly delta: WorkspaceDelta;
}

/** Applies changes in their order and makes the world once, at the end: put many files with one call. */
export function updateWorkspace(workspace: Workspace, changes: readonly WorkspaceChange[]): WorkspaceUpdate {
  let { folders, ruleLevels } = workspace;
  const { ruleOverrides } = workspace;
  const puts = new Map<string, FilePut | undefined>();
  for (const change of changes) {
    if ('put' in change) puts.set(change.put.uri, change);
    else if ('remove' in change) puts.set(change.remove, undefined);
    else if ('folders' in change) ({ folders } = change);
    else ruleLevels = change.levels;
  }
  const readingSettings = readingSettingsAfter(workspace, folders, puts);
  const { files, changed, units } = filesAfter(workspace, readingSettings, puts);
  const { world, links, linkedUris, delta } = worldAfter({ ...workspace, folders }, readingSettings, files, changed);
  const reread = rereadUris(files, changed);
  const { declarations } = readingSettings;
  const isSameSettings = ruleLevels === workspace.ruleLevels && declarations === workspace.linkState.readingSettings.declarations;
  return {
    workspace: {
      folders, ruleCodes: workspace.ruleCodes, ruleLevels, ruleOverrides, files, world: withTemplates(world, files, reread),
      ruleSettings: isSameSettings ? workspace.ruleSettings : createRuleSettings(declarations.manifests, ruleLevels, ruleOverrides),
      linkState: { readingSettings, links, linkedUris, units },
      readings: patchMap(workspace.readings, reread.map((uri) => [uri, files.get(uri)?.reading])),
    },
    delta: { ...delta, readings: readingsDelta(files, changed) },
  };
}

/** The text of each file that is put; undefined for one that is removed. */
type FilePuts = ReadonlyMap<string, FilePut | undefined>;
/** Files that changed in any way, as they were; undefined for new ones. */
type FilesBeforeChange = ReadonlyMap<string, WorkspaceFile | undefined>;

/** What files are read under; the same object unless folders or manifests changed. */
function readingSettingsAfter(workspace: Workspace, folders: readonly Folder[], puts: FilePuts): ReadingSettings {
  const { readingSettings } = workspace.linkState;
  const hasNewFolders = folders !== workspace.folders;
  const manifestLocations = hasNewFolders ? locateManifests(folders) : readingSettings.manifestLocations;
  if (!hasNewFolders && ![...puts.keys()].some((uri) => baseFoldersOfManifest(plainUri(uri), manifestLocations).length > 0))
    return readingSettings;
  const { declarations } = readingSettings;
  const previousManifests = new Map(declarations.manifests.map((manifest) => [`${manifest.folder} ${manifest.uri}`, manifest]));
  const candidates = manifestSources(workspace, manifestLocations, puts).map(({ source, folder }): Manifest => {
    const manifest = previousManifests.get(`${folder} ${source.uri}`);
    return manifest?.layer.text === source.text ? manifest : readManifest(source, folder, workspace.ruleCodes);
  });
  const manifests = effectiveManifests(candidates, manifestLocations);
  const isSame = haveSameItems(declarations.manifests, manifests);
  if (isSame && !hasNewFolders) return readingSettings;
  return { declarations: isSame ? declarations : mergeManifests(manifests), manifestLocations };
}

/** The manifests among the files, each with the folder that its paths are seen from. */
function manifestSources({ files }: Workspace, manifestLocations: ManifestLocations,
  puts: FilePuts): { readonly source: SourceFile; readonly folder: PlainUri }[] {
  const unchanged = [...files.values()].filter(({ source }) => !puts.has(source.uri));
  const changed = [...puts.values()].flatMap((change) => (change ? { source: change.put, path: plainUri(change.put.uri) } : []));
  return [...unchanged, ...changed].flatMap(({ source, path }) =>
    baseFoldersOfManifest(path, manifestLocations).map((folder) => ({ source, folder }))
  );
}

function filesAfter(workspace: Workspace, readingSettings: ReadingSettings,
  puts: FilePuts): { readonly files: Workspace['files']; readonly changed: FilesBeforeChange; readonly units: Units } {
  const changed = new Map<string, WorkspaceFile | undefined>();
  const patch = new Map<string, WorkspaceFile | undefined>();
  const setFile = (uri: string, file: WorkspaceFile | undefined): void => {
    const previous = workspace.files.get(uri);
    if (file === previous) return;
    changed.set(uri, previous);
    patch.set(uri, file);
  };
  for (const [uri, change] of puts)
    setFile(uri, change && createWorkspaceFile(change.put, readingSettings, change.read ?? workspace.files.get(uri)));
  if (readingSettings !== workspace.linkState.readingSettings) {
    for (const [uri, file] of workspace.files)
      if (!puts.has(uri)) setFile(uri, createWorkspaceFile(file.source, readingSettings, file));
  }
  const { units, values } = updateUnits(workspace.linkState.units, changedUnitFiles(patch, changed));
  for (const [uri, unitValues] of values) {
    const file = patch.has(uri) ? patch.get(uri) : workspace.files.get(uri);
    if (file && !isDeepEqual(file.unitValues, unitValues)) setFile(uri, createWorkspaceFile(file.source, readingSettings, file,
      unitValues));
  }
  return { files: patchMap(workspace.files, patch), changed, units };
}

/**
 * The files that changed in what units depend on; undefined for those that are gone or contribute nothing. Of a template that changed in
 * its policies alone the units keep the tree that they have, which says the same.
 */
function changedUnitFiles(files: ReadonlyMap<string, WorkspaceFile | undefined>,
  before: FilesBeforeChange): ReadonlyMap<string, UnitFile | undefined> {
  return new Map([...files].flatMap(([uri, file]) => {
    const previous = before.get(uri);
    const [partsBefore, parts] = [previous?.reading.unitParts ?? [], file?.reading.unitParts ?? []];
    const isUnchanged = previous?.readingSettings === file?.readingSettings && haveEqualParts(partsBefore, parts);
    return isUnchanged || partsBefore.length + parts.length === 0 ? [] : [[uri, file && unitFileOf(file)] as const];
  }));
}

function haveEqualParts(before: readonly UnitPart[], parts: readonly UnitPart[]): boolean {
  return before === parts || before.length === parts.length && before.every((part, index) => {
    const otherPart = parts[index];
    const hasFingerprints = (part.kind === 'template' || part.kind === 'terraform') && part.kind === otherPart?.kind;
    return hasFingerprints ? part.fingerprint === otherPart.fingerprint : isDeepEqual(part, otherPart);
  });
}

function rereadUris(files: Workspace['files'], changed: FilesBeforeChange): string[] {
  return [...changed].flatMap(([uri, previous]) => (previous?.reading === files.get(uri)?.reading ? [] : uri));
}

/** The same world where no file that changed is a template, or was one. */
function withTemplates(world: World, files: Workspace['files'], reread: readonly string[]): World {
  const templates = reread.map((uri) => [uri, files.get(uri)?.reading.template] as const)
    .filter(([uri, template]) => template !== undefined || world.templates.has(uri));
  return templates.length === 0 ? world : { ...world, templates: patchMap(world.templates, templates) };
}

function readingsDelta(files: Workspace['files'], changed: FilesBeforeChange): RecordDelta<FileDiscovery> {
  const [added, removed, replaced] = [[] as FileDiscovery[], [] as FileDiscovery[], new Map<FileDiscovery, FileDiscovery>()];
  for (const uri of rereadUris(files, changed)) {
    const [previous, reading] = [changed.get(uri)?.reading, files.get(uri)?.reading];
    if (previous && reading) replaced.set(previous, reading);
    else if (reading) added.push(reading);
    else if (previous) removed.push(previous);
  }
  return { added, removed, replaced };
}

function worldAfter(
  workspace: Workspace, readingSettings: ReadingSettings, files: Workspace['files'], changed: FilesBeforeChange,
): WorldUpdate & Pick<WorkspaceLinkState, 'links' | 'linkedUris'> {
  const { linkState, world, folders } = workspace;
  const { declarations } = readingSettings;
  const resolver = sourceResolverFor(files);
  if (declarations === linkState.readingSettings.declarations
    && ![...changed].some(([uri, previous]) => haveDifferentLinks(previous, files.get(uri)))) {
    const update = exchangePolicies(world, linkState.links, resolver, rereadUris(files, changed));
    return { ...linkState, delta: update.delta, world: world.folders === folders ? update.world : { ...update.world, folders } };
  }
  const linkedUris = linkedUrisAfter(linkState.linkedUris, files, changed);
  const links = linkWorkspace(linkedUris.flatMap((uri) => files.get(uri)?.linkFacts ?? []), declarations);
  return { ...relinkWorld(world, links, declarations, folders, resolver), links, linkedUris };
}

/** Files without policies, outputs and declarations about them can come and go. */
function haveDifferentLinks(previous: WorkspaceFile | undefined, file: WorkspaceFile | undefined): boolean {
  return previous?.linkFacts !== file?.linkFacts && (contributesToLinks(previous) || contributesToLinks(file));
}

function contributesToLinks(file: WorkspaceFile | undefined): boolean {
  return file !== undefined && Object.values(file.linkFacts).some((list: readonly unknown[]) => list.length > 0);
}

function linkedUrisAfter(before: readonly string[], files: Workspace['files'], changed: FilesBeforeChange): readonly string[] {
  const remainingUris = before.filter((uri) => !changed.has(uri) || contributesToLinks(files.get(uri)));
  const linked = new Set(before);
  const added = [...changed.keys()].filter((uri) => !linked.has(uri) && contributesToLinks(files.get(uri)));
  return added.length === 0 ? remainingUris : [...remainingUris, ...added].sort();
}

function sourceResolverFor(files: Workspace['files']): SourceResolver {
  const doNotMatch = (what: string): Error => new Error(`no ${what}: links and files do not belong together`);
  return {
    policy: ({ uri, policyIndex }) => {
      const file = files.get(uri);
      const discoveredPolicy = file?.reading.policies[policyIndex];
      const spans = file?.policyFacts[policyIndex]?.spans;
      if (!discoveredPolicy || !spans) throw doNotMatch(`policy ${policyIndex} in ${uri}`);
      return { discoveredPolicy, spans };
    },
    location: ({ of, uri, item }) => {
      const reading = files.get(uri)?.reading;
      const fact = reading?.keyFacts[item];
      const location = of === 'template-identity' ? reading?.identities[item]?.location : fact && { uri, span: fact.span };
      if (!location) throw doNotMatch(`${of} ${item} in ${uri}`);
      return location;
    },
  };
}
