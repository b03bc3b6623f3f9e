import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import { MANIFEST_NAME } from '../core/index';
import { canonicalUri, type FileContent, type Host, type FileSelection } from '../host/host';
import { type AnalysisHost } from './analysis-host';
import { createDebouncer, type DebounceTiming } from './debouncer';
import type { Settings } from './settings';

/** The files of the folders on the disk, as far as they may hold policies, kept in step with it. */
export interface WorkspaceFiles {
  readonly setFolders: (uris: readonly string[]) => void;
  /** Which files count at the moment. */
  readonly selection: () => FileSelection;
  /** Looks through all folders anew. */
  readonly readFolders: (stop: () => boolean) => Promise<void>;
  readonly handleFileEvents: (events: readonly FileEvent[]) => Promise<void>;
  /** Reads those of the files that count and are closed; true when one is another than before. */
  readonly rereadFiles: (uris: readonly string[]) => Promise<boolean>;
  /** Takes the text of the disk for a document that was closed, or forgets it where the disk has none that counts. */
  readonly restoreFromDisk: (uri: string) => Promise<void>;
  /** Looks through the folders anew, soon, when the file is a `kms-handshake.json` that now leaves out others than before. */
  readonly rescanIfExclusionsChanged: (uri: string) => void;
  readonly stop: () => void;
}


export interface WorkspaceFilesOptions {
  readonly host: Host;
  readonly analysisHost: AnalysisHost;
  readonly settings: () => Settings;
  /** Its text is the editor's, not the disk's. */
  readonly isOpen: (uri: string) => boolean;
  /** Has all folders looked through anew. */
  readonly rescan: () => void;
}

/** Many files come and go at once when a branch is checked out or packages are installed: then one look at everything is less work. */
const MAX_SINGLE_FILE_EVENTS = 500;
const RESCAN_TIMING: DebounceTiming = { burstWindow: 1000, quietPeriod: 100, maximumDelay: 1000 };

/** What it keeps in mind between two looks at the disk. */
interface WorkspaceFilesState extends WorkspaceFilesOptions {
  folders: readonly string[];
  listed: ReadonlySet<string>;
  /** What `kms-handshake.json` leaves out, when the folders were last looked through. */
  exclusions: string;
  /** What the log says about files that are left out. */
  readonly loggedReasons: Map<string, string>;
}

export function createWorkspaceFiles(parts: WorkspaceFilesOptions): WorkspaceFiles {
  const state: WorkspaceFilesState = { ...parts, folders: [], listed: new Set(), exclusions: '', loggedReasons: new Map() };
  const readAllSoon = createDebouncer(parts.host.clock, RESCAN_TIMING, parts.rescan);
  const afterManifest = (uri: string): void => {
    if (uri.endsWith(`/${MANIFEST_NAME}`) && parts.analysisHost.exclusionsKey() !== state.exclusions) readAllSoon.schedule();
  };
  return {
    setFolders: (uris) => {
      state.folders = uris.map(canonicalUri);
    },
    selection: () => fileSelection(state),
    readFolders: (stop) => scanFolders(state, stop),
    handleFileEvents: async (events) => {
      if (events.length > MAX_SINGLE_FILE_EVENTS || await applyFileEvents(state, events) === 'look again') readAllSoon.schedule();
      for (const { uri } of events) afterManifest(uri);
    },
    rereadFiles: (uris) => rereadFiles(state, uris),
    restoreFromDisk: async (uri) => {
      const counts = await selectedFiles(state, [uri]);
      if (counts.length > 0) await readFromDisk(state, counts);
      else removeFile(state, uri);
    },
    rescanIfExclusionsChanged: afterManifest,
    stop: readAllSoon.stop,
  };
}

function fileSelection({ settings, folders, analysisHost }: WorkspaceFilesState): FileSelection {
  const { files, exclude, followLinks } = settings();
  return { files, folders: folders.map((uri) => ({ uri, exclude })), isExcluded: analysisHost.isExcluded, followLinks };
}

async function scanFolders(state: WorkspaceFilesState, stop: () => boolean): Promise<void> {
  const { host, analysisHost } = state;
  const from = host.clock.now();
  analysisHost.setFolders(state.folders);
  const files = await listFiles(state, stop);
  if (stop()) return;
  const before = state.listed;
  state.listed = new Set(files);
  for (const uri of before) if (!state.listed.has(uri)) removeFile(state, uri);
  await readFromDisk(state, files, stop);
  if (!stop()) host.log.info(`${files.length} files in ${state.folders.length} folders read in ${Math.round(host.clock.now() - from)} ms`);
}

async function readManifests(state: WorkspaceFilesState): Promise<void> {
  for (const uri of state.folders.map((folder) => `${folder.replace(/\/$/, '')}/${MANIFEST_NAME}`)) {
    if (await state.host.files.isSelected(fileSelection(state), uri)) await readFromDisk(state, [uri]);
    else removeFile(state, uri);
  }
}

/**
 * The `kms-handshake.json` files are read first, since they say what is left out: those of the folders, then those that are found below.
 */
async function listFiles(state: WorkspaceFilesState, stop: () => boolean): Promise<readonly string[]> {
  const { host, analysisHost } = state;
  await readManifests(state);
  for (;;) {
    state.exclusions = analysisHost.exclusionsKey();
    const files = await host.files.list(fileSelection(state), stop);
    if (stop()) return files;
    await readFromDisk(state, files.filter((uri) => uri.endsWith(`/${MANIFEST_NAME}`)), stop);
    if (analysisHost.exclusionsKey() === state.exclusions || stop()) return files;
  }
}

function readFromDisk(state: WorkspaceFilesState, uris: readonly string[], stop?: () => boolean): Promise<void> {
  const closed = uris.filter((uri) => !state.isOpen(uri));
  return state.host.files.readMany(closed, state.settings().maxBytes, (uri, content) => applyFileContent(state, uri, content), stop);
}

async function rereadFiles(state: WorkspaceFilesState, uris: readonly string[]): Promise<boolean> {
  const found = await selectedFiles(state, uris);
  const sources = (): unknown[] => found.map((uri) => state.analysisHost.workspace().files.get(uri)?.source);
  const before = sources();
  await readFromDisk(state, found);
  return sources().some((source, index) => source !== before[index]);
}

/**
 * Those of the files that count. Not every editor tells of files that it made itself: they are listed from now on. Without a folder
 * none does, however it is named: then a file counts only while it is open.
 */
async function selectedFiles(state: WorkspaceFilesState, uris: readonly string[]): Promise<readonly string[]> {
  if (state.folders.length === 0) return [];
  const known = uris.filter((uri) => state.listed.has(uri));
  const added: string[] = [];
  for (const uri of uris) if (!state.listed.has(uri) && await state.host.files.isSelected(fileSelection(state), uri)) added.push(uri);
  if (added.length > 0) state.listed = new Set([...state.listed, ...added]);
  return [...known, ...added];
}

function applyFileContent(state: WorkspaceFilesState, uri: string, content: FileContent): void {
  if (state.isOpen(uri)) return; // opened meanwhile
  if (content.kind === 'text') state.analysisHost.loadText(uri, content.text);
  else state.analysisHost.removeFile(uri);
  if (content.kind !== 'left-out') state.loggedReasons.delete(uri);
  else if (state.loggedReasons.get(uri) !== content.why) {
    state.loggedReasons.set(uri, content.why);
    state.host.log.warn(`${uri} is left out: ${content.why}`);
  }
}

function removeFile(state: WorkspaceFilesState, uri: string): void {
  state.loggedReasons.delete(uri);
  if (!state.isOpen(uri)) state.analysisHost.removeFile(uri);
}

/** `look anew` where the events do not tell all that has changed. */
async function applyFileEvents(state: WorkspaceFilesState, events: readonly FileEvent[]): Promise<'done' | 'look again'> {
  const { files: hostFiles } = state.host;
  const found = new Set<string>();
  let anew = false;
  for (const { uri: given, type } of events) {
    const uri = canonicalUri(given);
    if (uri.endsWith('/.gitignore')) anew = true;
    else if (type === FileChangeType.Deleted) {
      found.delete(uri);
      removeFileOrFolder(state, uri);
    } else if (await hostFiles.isSelected(fileSelection(state), uri)) found.add(uri);
    // The files of a folder that was moved here are not all told of one by one.
    else if (type === FileChangeType.Created && await hostFiles.kindOf(uri) === 'folder') anew = true;
  }
  state.listed = new Set([...state.listed, ...found]);
  await readFromDisk(state, [...found]);
  return anew ? 'look again' : 'done';
}

/** Of a folder that is deleted some editors tell only once. */
function removeFileOrFolder(state: WorkspaceFilesState, uri: string): void {
  const below = `${uri}/`;
  const left = new Set<string>();
  for (const file of state.listed) {
    if (file === uri || file.startsWith(below)) removeFile(state, file);
    else left.add(file);
  }
  state.listed = left;
}
