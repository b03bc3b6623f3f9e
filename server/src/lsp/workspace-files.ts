import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import { describeCount, MANIFEST_NAME } from '../core/index';
import { canonicalUri, type FileContent, type Host, type FileSelection } from '../host/host';
import { type AnalysisHost } from './analysis-host';
import { createDebouncer, type DebounceTiming } from './debouncer';
import { createReadingOrder, type Reading, type ReadingOrder } from './reading-order';
import type { Settings } from './settings';

/** The files of the folders on the disk, as far as they may hold policies, kept in step with it. */
export interface WorkspaceFiles {
  readonly setFolders: (uris: readonly string[]) => void;
  /** Which files count now. */
  readonly selection: () => FileSelection;
  /** Reads all folders again. */
  readonly readFolders: (stop: () => boolean) => Promise<void>;
  readonly handleFileEvents: (events: readonly FileEvent[]) => Promise<void>;
  /** Reads those of the files that count and are closed; true when one differs from before. */
  readonly rereadFiles: (uris: readonly string[]) => Promise<boolean>;
  /** Takes the text of the disk for a document that was closed, or forgets it where the disk has none that counts. */
  readonly restoreFromDisk: (uri: string) => Promise<void>;
  /** Reads the folders again soon if the file is a `kms-handshake.json` that excludes other files than before. */
  readonly rescanIfExclusionsChanged: (uri: string) => void;
  readonly stop: () => void;
}

export interface WorkspaceFilesOptions {
  readonly host: Host;
  readonly analysisHost: AnalysisHost;
  readonly settings: () => Settings;
  /** Its text is the editor's, not the disk's. */
  readonly isOpen: (uri: string) => boolean;
  /** Has all folders read again. */
  readonly rescan: () => void;
}

/** Many files come and go at once when a branch is checked out or packages are installed: then one look at everything is less work. */
const MAX_SINGLE_FILE_EVENTS = 500;
const RESCAN_TIMING: DebounceTiming = { burstWindow: 1000, quietPeriod: 100, maximumDelay: 1000 };

/** What is kept between two readings. */
interface WorkspaceFilesState extends WorkspaceFilesOptions {
  folders: readonly string[];
  listed: ReadonlySet<string>;
  /** What `kms-handshake.json` excluded when the folders were last read. */
  exclusions: string;
  /** What the log says about files that are left out. */
  readonly loggedReasons: Map<string, string>;
  readonly order: ReadingOrder;
}

export function createWorkspaceFiles(options: WorkspaceFilesOptions): WorkspaceFiles {
  const state: WorkspaceFilesState = { ...options, folders: [], listed: new Set(), exclusions: '', loggedReasons: new Map(),
    order: createReadingOrder() };
  const rescan = createDebouncer(options.host.clock, RESCAN_TIMING, options.rescan);
  const rescanIfExclusionsChanged = (uri: string): void => {
    if (uri.endsWith(`/${MANIFEST_NAME}`) && options.analysisHost.exclusionsKey() !== state.exclusions) rescan.schedule();
  };
  return {
    setFolders: (uris) => {
      state.folders = uris.map(canonicalUri);
    },
    selection: () => fileSelection(state),
    readFolders: (stop) => scanFolders(state, stop),
    handleFileEvents: async (events) => {
      if (events.length > MAX_SINGLE_FILE_EVENTS || await applyFileEvents(state, events) === 'incomplete') rescan.schedule();
      for (const { uri } of events) rescanIfExclusionsChanged(uri);
    },
    rereadFiles: (uris) => rereadFiles(state, uris),
    restoreFromDisk: async (uri) => {
      const uris = await selectedFiles(state, [uri]);
      if (uris.length > 0) await readFromDisk(state, uris);
      else removeFile(state, uri);
    },
    rescanIfExclusionsChanged,
    stop: rescan.stop,
  };
}

function fileSelection({ settings, folders, analysisHost }: WorkspaceFilesState): FileSelection {
  const { files, exclude, followLinks, readCdkOutput } = settings();
  return { files, folders: folders.map((uri) => ({ uri, exclude })), isExcluded: analysisHost.isExcluded, followLinks, readCdkOutput };
}

async function scanFolders(state: WorkspaceFilesState, stop: () => boolean): Promise<void> {
  const { host, analysisHost } = state;
  const startTime = host.clock.now();
  analysisHost.setFolders(state.folders);
  const files = await listFiles(state, stop);
  if (stop()) return;
  const before = state.listed;
  state.listed = new Set(files);
  for (const uri of before) if (!state.listed.has(uri)) removeFile(state, uri);
  await readFromDisk(state, files, stop);
  const duration = Math.round(host.clock.now() - startTime);
  if (stop()) return;
  host.log.info(`${describeCount(files.length, 'file')} in ${describeCount(state.folders.length, 'folder')} read in ${duration} ms`);
}

async function readManifests(state: WorkspaceFilesState): Promise<void> {
  for (const folder of state.folders) {
    const uri = `${folder.replace(/\/$/, '')}/${MANIFEST_NAME}`;
    if (await state.host.files.isSelected(fileSelection(state), uri)) await readFromDisk(state, [uri]);
    else removeFile(state, uri);
  }
}

/** The `kms-handshake.json` files are read first, since they exclude other files: those of the folders, then those below. */
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

async function readFromDisk(state: WorkspaceFilesState, uris: readonly string[], stop?: () => boolean): Promise<void> {
  const closed = uris.filter((uri) => !state.isOpen(uri));
  const reading = state.order.begin();
  try {
    await state.host.files.readMany(closed, state.settings().maxBytes, (uri, content) => applyFileContent(state, { uri, content, reading }),
      stop);
  } finally {
    reading.end();
  }
}

async function rereadFiles(state: WorkspaceFilesState, uris: readonly string[]): Promise<boolean> {
  const selectedUris = await selectedFiles(state, uris);
  const sources = (): unknown[] => selectedUris.map((uri) => state.analysisHost.workspace().files.get(uri)?.source);
  const before = sources();
  await readFromDisk(state, selectedUris);
  return sources().some((source, index) => source !== before[index]);
}

/**
 * Those of the files that count. Not every editor reports files that it creates itself: they are listed from now on. Without a folder a
 * file counts only while it is open.
 */
async function selectedFiles(state: WorkspaceFilesState, uris: readonly string[]): Promise<readonly string[]> {
  if (state.folders.length === 0) return [];
  const selectedUris: string[] = [];
  for (const uri of uris)
    if (state.listed.has(uri) || await state.host.files.isSelected(fileSelection(state), uri)) selectedUris.push(uri);
  if (selectedUris.some((uri) => !state.listed.has(uri))) state.listed = new Set([...state.listed, ...selectedUris]);
  return selectedUris;
}

function applyFileContent(state: WorkspaceFilesState,
  { uri, content, reading }: { readonly uri: string; readonly content: FileContent; readonly reading: Reading }): void {
  if (state.isOpen(uri) || reading.isOutdated(uri)) return; // opened, removed or read again meanwhile
  reading.noteRead(uri);
  if (content.kind === 'text') state.analysisHost.loadText(uri, content.text);
  else state.analysisHost.removeFile(uri);
  if (content.kind !== 'left-out') state.loggedReasons.delete(uri);
  else if (state.loggedReasons.get(uri) !== content.why) {
    state.loggedReasons.set(uri, content.why);
    state.host.log.warn(`${uri} is left out: ${content.why}`);
  }
}

function removeFile(state: WorkspaceFilesState, uri: string): void {
  state.order.noteRemoved(uri);
  state.loggedReasons.delete(uri);
  if (!state.isOpen(uri)) state.analysisHost.removeFile(uri);
}

/** `incomplete` if the events do not name every file that changed. */
async function applyFileEvents(state: WorkspaceFilesState, events: readonly FileEvent[]): Promise<'complete' | 'incomplete'> {
  const { files: hostFiles } = state.host;
  const changed = new Set<string>();
  let completeness: 'complete' | 'incomplete' = 'complete';
  for (const { uri: editorUri, type } of events) {
    const uri = canonicalUri(editorUri);
    if (uri.endsWith('/.gitignore')) completeness = 'incomplete';
    else if (type === FileChangeType.Deleted) {
      changed.delete(uri);
      // Of a folder that is deleted and made again at once, as by a change of branch, VS Code may miss the files that are put into it.
      if (removeFileOrFolder(state, uri)) completeness = 'incomplete';
    } else if (await hostFiles.isSelected(fileSelection(state), uri)) changed.add(uri);
    // Editors do not report each file of a folder that was moved here.
    else if (type === FileChangeType.Created && await hostFiles.kindOf(uri) === 'folder') completeness = 'incomplete';
  }
  state.listed = new Set([...state.listed, ...changed]);
  await readFromDisk(state, [...changed]);
  return completeness;
}

/** Some editors report a deleted folder only once, not each of its files. True if one of the files was listed. */
function removeFileOrFolder(state: WorkspaceFilesState, uri: string): boolean {
  const isRemoved = (file: string): boolean => file === uri || file.startsWith(`${uri}/`);
  const before = state.listed;
  for (const file of new Set([uri, ...before])) if (isRemoved(file)) removeFile(state, file);
  state.listed = new Set([...before].filter((file) => !isRemoved(file)));
  return state.listed.size < before.size;
}
