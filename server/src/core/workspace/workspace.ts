import { mayContainPolicies } from '../discovery/discoverers';
import type { FileDiscovery } from '../discovery/read-file';
import { mergeManifests, type Declarations } from '../linking/declarations';
import type { WorkspaceLinks, LinkPolicy } from '../linking/drafts';
import { isExcludedPath, createWorkspaceFile, type ReadingSettings, type SourceFile, type WorkspaceFile } from './workspace-file';
import { linkWorkspace } from '../linking/link-workspace';
import { MANIFEST_NAME, type Manifest } from '../manifest/manifest';
import { effectiveManifests, baseFoldersOfManifest, locateManifests, parseManifest, type Folder,
  type ManifestLocations } from '../manifest/manifest-files';
import { newRecords, type RecordDelta, type WorkspaceDelta } from './delta';
import { exchangePolicies, relinkWorld, type WorldUpdate } from './world-update';
import { patchMap } from './patched-map';
import { baseName, plainUri, type PlainUri } from '../text/uri-path';
import type { PolicyResolver } from '../linking/records';
import { createRuleSettings, type RuleLevels, type RuleSettings } from '../manifest/rule-settings';
import { emptyWorld, type World } from './world';

/** All files of the workspace with what was read from them and the world they make. A value: changes give a new one. */
export interface Workspace {
  readonly folders: readonly Folder[];
  /** The codes that manifests may name; empty: any. */
  readonly ruleCodes: readonly string[];
  /** Levels that the editor's settings give to rules; manifests go before. */
  readonly ruleLevels: RuleLevels;
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
}

/** Everything that can happen to a workspace. A manifest is put and removed like any other file. */
export type WorkspaceChange =
  | { readonly put: SourceFile; /** What `readAhead` made of it. */ readonly read?: WorkspaceFile | undefined }
  | { readonly remove: string }
  | { readonly folders: readonly Folder[] }
  | { readonly levels: RuleLevels };

export function emptyWorkspace(settings: { readonly folders?: readonly Folder[]; readonly ruleCodes?: readonly string[] } = {}): Workspace {
  const folders = settings.folders ?? [];
  const declared = mergeManifests([]);
  return {
    folders, ruleCodes: settings.ruleCodes ?? [], ruleLevels: NO_RULE_LEVELS, files: new Map(), readings: new Map(),
    ruleSettings: createRuleSettings([], NO_RULE_LEVELS),
    world: emptyWorld(folders),
    linkState: { readingSettings: createReadingSettings(folders, declared), links: linkWorkspace([], declared), linkedUris: [] },
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
  const folders = changes.reduce((last, change) => ('folders' in change ? change.folders : last), workspace.folders);
  const levels = changes.reduce((last, change) => ('levels' in change ? change.levels : last), workspace.ruleLevels);
  const sources = new Map<string, SourceFile | undefined>();
  const ahead = new Map<string, WorkspaceFile | undefined>();
  for (const change of changes) {
    if ('put' in change) {
      sources.set(change.put.uri, change.put);
      ahead.set(change.put.uri, change.read);
    } else if ('remove' in change) sources.set(change.remove, undefined);
  }
  const frame = readingSettingsAfter(workspace, folders, sources);
  const { files, changed } = filesAfter(workspace, frame, sources, ahead);
  const { world, links, order, delta } = worldAfter({ ...workspace, folders }, frame, files, changed);
  const isSameSettings = levels === workspace.ruleLevels && frame.declarations === workspace.linkState.readingSettings.declarations;
  const settings = isSameSettings ? workspace.ruleSettings : createRuleSettings(frame.declarations.manifests, levels);
  const readings = readingsDelta(files, changed);
  return {
    workspace: {
      folders, ruleCodes: workspace.ruleCodes, ruleLevels: levels, files, ruleSettings: settings, world,
      linkState: { readingSettings: frame, links, linkedUris: order },
      readings: readingsAfter(workspace.readings, readings),
    },
    delta: { ...delta, readings },
  };
}

type SourceFileChanges = ReadonlyMap<string, SourceFile | undefined>;
/** Files that changed in any way, as they were; undefined for new ones. */
type FilesBeforeChange = ReadonlyMap<string, WorkspaceFile | undefined>;

function createReadingSettings(folders: readonly Folder[], declared: Declarations): ReadingSettings {
  return { declarations: declared, manifestLocations: locateManifests(folders) };
}

/** What files are read under; the same object unless folders or manifests changed. */
function readingSettingsAfter(workspace: Workspace, folders: readonly Folder[], sources: SourceFileChanges): ReadingSettings {
  const { readingSettings: frame } = workspace.linkState;
  const otherFolders = folders !== workspace.folders;
  const places = otherFolders ? locateManifests(folders) : frame.manifestLocations;
  if (!otherFolders && ![...sources.keys()].some((uri) => baseFoldersOfManifest(plainUri(uri), places).length > 0)) return frame;
  const before = new Map(frame.declarations.manifests.map((manifest) => [`${manifest.folder} ${manifest.uri}`, manifest]));
  const candidates = manifestSources(workspace, places, sources).map(({ source, folder }): Manifest => {
    const known = before.get(`${folder} ${source.uri}`);
    return known?.layer.text === source.text ? known : parseManifest(source, folder, workspace.ruleCodes);
  });
  const manifests = effectiveManifests(candidates, places);
  const same = manifests.length === before.size && manifests.every((manifest, i) => manifest === frame.declarations.manifests[i]);
  if (same && !otherFolders) return frame;
  return { declarations: same ? frame.declarations : mergeManifests(manifests), manifestLocations: places };
}

/** The manifests among the files, each with the folder that its paths are seen from. */
function manifestSources(workspace: Workspace, places: ManifestLocations,
  sources: SourceFileChanges): { source: SourceFile; folder: PlainUri }[] {
  const manifests: { source: SourceFile; folder: PlainUri }[] = [];
  const add = (source: SourceFile, path: PlainUri): void => {
    for (const folder of baseFoldersOfManifest(path, places)) manifests.push({ source, folder });
  };
  for (const { source, path } of workspace.files.values()) if (!sources.has(source.uri)) add(source, path);
  for (const source of sources.values()) if (source) add(source, plainUri(source.uri));
  return manifests;
}

function filesAfter(
  workspace: Workspace, frame: ReadingSettings, sources: SourceFileChanges, ahead: ReadonlyMap<string, WorkspaceFile | undefined>,
): { files: ReadonlyMap<string, WorkspaceFile>; changed: FilesBeforeChange } {
  const changed = new Map<string, WorkspaceFile | undefined>();
  const patch = new Map<string, WorkspaceFile | undefined>();
  const put = (source: SourceFile): void => {
    const before = workspace.files.get(source.uri);
    const file = createWorkspaceFile(source, frame, ahead.get(source.uri) ?? before);
    if (file === before) return;
    changed.set(source.uri, before);
    patch.set(source.uri, file);
  };
  for (const [uri, source] of sources) {
    if (source) put(source);
    else if (workspace.files.has(uri)) {
      changed.set(uri, workspace.files.get(uri));
      patch.set(uri, undefined);
    }
  }
  if (frame !== workspace.linkState.readingSettings) for (const [uri, { source }] of workspace.files) if (!sources.has(uri)) put(source);
  return { files: patchMap(workspace.files, patch), changed };
}

function readingsDelta(files: ReadonlyMap<string, WorkspaceFile>, changed: FilesBeforeChange): RecordDelta<FileDiscovery> {
  const [added, removed, replaced] = [[] as FileDiscovery[], [] as FileDiscovery[], new Map<FileDiscovery, FileDiscovery>()];
  for (const [uri, before] of changed) {
    const [old, reading] = [before?.reading, files.get(uri)?.reading];
    if (old === reading) continue;
    if (old && reading) replaced.set(old, reading);
    else if (reading) added.push(reading);
    else if (old) removed.push(old);
  }
  return { added, removed, replaced };
}

function readingsAfter(readings: Workspace['readings'], delta: RecordDelta<FileDiscovery>): Workspace['readings'] {
  if (delta.added.length + delta.removed.length + delta.replaced.size === 0) return readings;
  return patchMap(readings, [...delta.removed.map(({ uri }) => [uri, undefined] as const),
    ...newRecords(delta).map((reading) => [reading.uri, reading] as const)]);
}

function worldAfter(
  workspace: Workspace, frame: ReadingSettings, files: ReadonlyMap<string, WorkspaceFile>, changed: FilesBeforeChange,
): WorldUpdate & { readonly links: WorkspaceLinks; readonly order: readonly string[] } {
  const { linkState: memory, world, folders } = workspace;
  const source = policyResolverFor(files);
  if (frame.declarations === memory.readingSettings.declarations
    && ![...changed].some(([uri, before]) => linksDiffer(before, files.get(uri)))) {
    const texts = new Set([...changed].flatMap(([uri, before]) => (before?.reading === files.get(uri)?.reading ? [] : uri)));
    const update = exchangePolicies(world, memory.links, source, texts);
    return {
      world: world.folders === folders ? update.world : { ...update.world, folders }, delta: update.delta,
      links: memory.links, order: memory.linkedUris,
    };
  }
  const order = linkedUrisAfter(memory.linkedUris, files, changed);
  const links = linkWorkspace(order.flatMap((uri) => files.get(uri)?.linkInput ?? []), frame.declarations);
  return { ...relinkWorld(world, links, { declared: frame.declarations, folders }, source), links, order };
}

/** Files without policies, outputs and declarations about them can come and go. */
function linksDiffer(before: WorkspaceFile | undefined, now: WorkspaceFile | undefined): boolean {
  return before?.linkInput !== now?.linkInput && (contributesToLinks(before) || contributesToLinks(now));
}

function contributesToLinks(file: WorkspaceFile | undefined): boolean {
  return file !== undefined
    && (file.linkInput.policies.length > 0 || file.linkInput.keyFacts.length > 0 || file.linkInput.policiesWithoutDocument.length > 0
      || file.linkInput.metadata !== undefined || file.linkInput.managedPolicies !== undefined || file.linkInput.policyTargets.length > 0);
}

function linkedUrisAfter(before: readonly string[], files: ReadonlyMap<string, WorkspaceFile>,
  changed: FilesBeforeChange): readonly string[] {
  const kept = before.filter((uri) => !changed.has(uri) || contributesToLinks(files.get(uri)));
  const known = new Set(before);
  const added = [...changed.keys()].filter((uri) => !known.has(uri) && contributesToLinks(files.get(uri)));
  return added.length === 0 ? kept : [...kept, ...added].sort();
}

function policyResolverFor(files: ReadonlyMap<string, WorkspaceFile>): PolicyResolver {
  return ({ uri, policyIndex: index }: LinkPolicy) => {
    const file = files.get(uri);
    const located = file?.reading.policies[index];
    const places = file?.policyFacts[index]?.spans;
    if (!located || !places) throw new Error(`no policy ${index} in ${uri}: links and files do not belong together`);
    return { discoveredPolicy: located, spans: places };
  };
}
