import type { FileReading } from '../locate/read-file';
import { buildWorld } from './build-world';
import { unite, type Declared } from './declared';
import type { Links, LinkPolicy } from './drafts';
import { workspaceFile, type ReadingFrame, type SourceFile, type WorkspaceFile } from './file';
import { linkWorkspace } from './link';
import type { Manifest } from './manifest';
import { manifestPaths, parseManifest, type Folder } from './manifests';
import { lookUp } from './path-index';
import { patchWorld, touchedByFile, type Touched } from './patch-world';
import { plainUri } from './paths';
import type { PolicySource } from './records';
import { ruleSettings, type RuleSettings } from './rule-settings';
import { EMPTY_WORLD, worldChange, type WorldChange } from './world-change';
import type { World } from './world';

/** All files of the workspace with what was read from them and the world they make. A value: changes give a new one. */
export interface Workspace {
  readonly folders: readonly Folder[];
  /** The codes that manifests may name; empty: any. */
  readonly ruleCodes: readonly string[];
  /** By URI, as the host spells it. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  readonly readings: ReadonlyMap<string, FileReading>;
  readonly world: World;
  /** The same object until a manifest changes. */
  readonly rules: RuleSettings;
  /** What the next change builds on. */
  readonly memory: { readonly declared: Declared; readonly links: Links; readonly touched: ReadonlyMap<string, Touched> };
}

/** Everything that can happen to a workspace. A manifest is put and removed like any other file. */
export type WorkspaceChange =
  | { readonly put: SourceFile }
  | { readonly remove: string }
  | { readonly folders: readonly Folder[] };

export interface WorkspaceUpdate {
  readonly workspace: Workspace;
  readonly changed: WorldChange;
}

export function emptyWorkspace(settings: { readonly folders?: readonly Folder[]; readonly ruleCodes?: readonly string[] } = {}): Workspace {
  const declared = unite([]);
  return {
    folders: settings.folders ?? [], ruleCodes: settings.ruleCodes ?? [], files: new Map(), readings: new Map(),
    world: { ...EMPTY_WORLD, folders: settings.folders ?? [] }, rules: ruleSettings([]), memory: { declared, links: linkWorkspace([], declared), touched: new Map() },
  };
}

export function putFile(workspace: Workspace, file: SourceFile): WorkspaceUpdate {
  return updateWorkspace(workspace, [{ put: file }]);
}

export function removeFile(workspace: Workspace, uri: string): WorkspaceUpdate {
  return updateWorkspace(workspace, [{ remove: uri }]);
}

export function setFolders(workspace: Workspace, folders: readonly Folder[]): WorkspaceUpdate {
  return updateWorkspace(workspace, [{ folders }]);
}

/** Whether a manifest leaves the file, or the whole folder of that URI, out. The host asks before it reads. */
export function isExcluded(workspace: Workspace, uri: string): boolean {
  return lookUp(workspace.memory.declared.excluded, plainUri(uri)).length > 0;
}

/** Applies changes in their order and makes the world once, at the end: put many files with one call. */
export function updateWorkspace(workspace: Workspace, changes: readonly WorkspaceChange[]): WorkspaceUpdate {
  const folders = changes.reduce((last, change) => ('folders' in change ? change.folders : last), workspace.folders);
  const sources = new Map<string, SourceFile | undefined>();
  for (const change of changes) {
    if ('put' in change) sources.set(change.put.uri, change.put);
    else if ('remove' in change) sources.set(change.remove, undefined);
  }
  const declared = declaredAfter(workspace, folders, sources);
  const files = filesAfter(workspace, { folders: folders.map(({ uri }) => plainUri(uri)), declared }, sources, folders);
  const next = worldAfter(workspace, files, declared);
  const world = next.world.folders === folders ? next.world : { ...next.world, folders };
  const rules = declared === workspace.memory.declared ? workspace.rules : ruleSettings(declared.manifests);
  const readings = readingsAfter(workspace, files);
  return {
    workspace: { folders, ruleCodes: workspace.ruleCodes, files, readings, rules, world, memory: { ...next.memory, declared } },
    changed: worldChange(workspace, { files, world }),
  };
}

type Sources = ReadonlyMap<string, SourceFile | undefined>;

/** What is declared; the same object unless a manifest changed. */
function declaredAfter(workspace: Workspace, folders: readonly Folder[], sources: Sources): Declared {
  const { declared } = workspace.memory;
  const paths = manifestPaths(folders);
  const touched = folders !== workspace.folders || [...sources.keys()].some((uri) => paths.has(plainUri(uri)));
  if (!touched) return declared;
  const before = new Map(declared.manifests.map((manifest) => [`${manifest.folder} ${manifest.uri}`, manifest]));
  const manifests = manifestSources(workspace, paths, sources).map(({ source, folder }): Manifest => {
    const known = before.get(`${folder} ${source.uri}`);
    return known?.layer.text === source.text ? known : parseManifest(source, folder, workspace.ruleCodes);
  });
  const same = manifests.length === declared.manifests.length && manifests.every((manifest, i) => manifest === declared.manifests[i]);
  return same ? declared : unite(manifests);
}

/** The manifests among the files, in the order of their folders. */
function manifestSources(workspace: Workspace, paths: ReadonlyMap<string, string>, sources: Sources): { source: SourceFile; folder: string }[] {
  const found = new Map<string, SourceFile>();
  for (const { source, path } of workspace.files.values()) if (paths.has(path) && !sources.has(source.uri)) found.set(path, source);
  for (const source of sources.values()) if (source && paths.has(plainUri(source.uri))) found.set(plainUri(source.uri), source);
  return [...paths].flatMap(([path, folder]) => {
    const source = found.get(path);
    return source ? [{ source, folder }] : [];
  });
}

function filesAfter(workspace: Workspace, frame: ReadingFrame, sources: Sources, folders: readonly Folder[]): Map<string, WorkspaceFile> {
  const files = new Map(workspace.files);
  const isManifest = manifestPaths(folders);
  const put = (source: SourceFile): void => {
    const before = files.get(source.uri);
    const file = workspaceFile(source, frame, before, isManifest.has(before?.path ?? plainUri(source.uri)));
    if (file !== before) files.set(source.uri, file);
  };
  for (const [uri, source] of sources) {
    if (source) put(source);
    else files.delete(uri);
  }
  const frameChanged = frame.declared !== workspace.memory.declared || folders !== workspace.folders;
  if (frameChanged) for (const [uri, { source }] of workspace.files) if (!sources.has(uri)) put(source);
  return files;
}

function readingsAfter(workspace: Workspace, files: ReadonlyMap<string, WorkspaceFile>): ReadonlyMap<string, FileReading> {
  const { readings } = workspace;
  const same = files.size === readings.size && [...files].every(([uri, { reading }]) => readings.get(uri) === reading);
  return same ? readings : new Map(Array.from(files, ([uri, { reading }]) => [uri, reading]));
}

function worldAfter(workspace: Workspace, files: ReadonlyMap<string, WorkspaceFile>, declared: Declared): Pick<Workspace, 'world'> & { memory: Omit<Workspace['memory'], 'declared'> } {
  const { memory, world } = workspace;
  const source = sourceIn(files);
  if (declared !== memory.declared || linksDiffer(workspace.files, files)) {
    const links = linkWorkspace(inOrder(files).map(({ link }) => link), declared);
    return { world: buildWorld(links, declared, source, world), memory: { links, touched: touchedByFile(links) } };
  }
  const changed = [...files].filter(([uri, file]) => workspace.files.get(uri)?.reading !== file.reading);
  const touched = changed.flatMap(([uri]) => memory.touched.get(uri) ?? []);
  return { memory, world: touched.length === 0 ? world : patchWorld(world, memory.links, source, merge(touched)) };
}

/** Files without policies, outputs and declarations about them can come and go. */
function linksDiffer(before: ReadonlyMap<string, WorkspaceFile>, now: ReadonlyMap<string, WorkspaceFile>): boolean {
  for (const [uri, file] of now) if (before.get(uri)?.link !== file.link && (before.has(uri) || !isUnlinked(file))) return true;
  for (const [uri, file] of before) if (!now.has(uri) && !isUnlinked(file)) return true;
  return false;
}

function isUnlinked({ link }: WorkspaceFile): boolean {
  return link.policies.length === 0 && link.keyFacts.length === 0 && link.targets.length === 0;
}

function sourceIn(files: ReadonlyMap<string, WorkspaceFile>): PolicySource {
  return ({ uri, index }: LinkPolicy) => {
    const file = files.get(uri);
    const located = file?.reading.policies[index];
    const places = file?.found[index]?.places;
    if (!located || !places) throw new Error(`no policy ${index} in ${uri}: links and files do not belong together`);
    return { located, places };
  };
}

/** By URI: the order in which files arrive must not matter. */
function inOrder(files: ReadonlyMap<string, WorkspaceFile>): WorkspaceFile[] {
  return [...files.values()].filter((file) => !isUnlinked(file)).sort((a, b) => (a.source.uri < b.source.uri ? -1 : 1));
}

function merge(all: readonly Touched[]): Touched {
  const [only] = all;
  if (only && all.length === 1) return only;
  return {
    keys: [...new Set(all.flatMap(({ keys }) => keys))],
    identities: [...new Set(all.flatMap(({ identities }) => identities))],
    report: all.some(({ report }) => report),
  };
}
