import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import { MANIFEST_NAME } from '../core/index';
import { canonicalUri, type FileContent, type Host, type Selection } from '../host/contract';
import { countedText, type Knowledge } from './knowledge';
import { inPieces } from './pieces';
import { pulse, type Rhythm } from './pulse';
import type { Settings } from './settings';

/** The files of the folders on the disk, as far as they may hold policies, kept in step with it. */
export interface Disk {
  readonly setFolders: (uris: readonly string[]) => void;
  /** Which files count at the moment. */
  readonly selection: () => Selection;
  /** Looks through all folders anew. `ahead` is given what was read before any of it is taken in. */
  readonly readFolders: (stop: () => boolean, ahead?: Ahead) => Promise<void>;
  readonly onEvents: (events: readonly FileEvent[]) => Promise<void>;
  /** Reads those of the files that count and are closed; true when one is another than before. */
  readonly readAgain: (uris: readonly string[]) => Promise<boolean>;
  /** Takes the text of the disk for a document that was closed, or forgets it where the disk has none that counts. */
  readonly takeBack: (uri: string) => Promise<void>;
  /** Looks through the folders anew, soon, when the file is a `kms-handshake.json` that now leaves out others than before. */
  readonly afterManifest: (uri: string) => void;
  readonly stop: () => void;
}

/** Told of the texts on the disk, as far as they count, by URI, while taking them in is still to come: that takes most of the time. */
export type Ahead = (texts: ReadonlyMap<string, string>) => Promise<void>;

export interface DiskParts {
  readonly host: Host;
  readonly knowledge: Knowledge;
  readonly settings: () => Settings;
  /** Its text is the editor's, not the disk's. */
  readonly isOpen: (uri: string) => boolean;
  /** Has all folders looked through anew. */
  readonly readAll: () => void;
}

/** Many files come and go at once when a branch is checked out or packages are installed: then one look at everything is less work. */
const MANY = 500;
const BURSTS: Rhythm = { burst: 1000, pause: 100, longest: 1000 };

/** What it keeps in mind between two looks at the disk. */
interface DiskState extends DiskParts {
  folders: readonly string[];
  listed: ReadonlySet<string>;
  /** What `kms-handshake.json` leaves out, when the folders were last looked through. */
  excluded: string;
  /** What the log says about files that are left out. */
  readonly noted: Map<string, string>;
}

export function disk(parts: DiskParts): Disk {
  const state: DiskState = { ...parts, folders: [], listed: new Set(), excluded: '', noted: new Map() };
  const readAllSoon = pulse(parts.host.clock, BURSTS, parts.readAll);
  const afterManifest = (uri: string): void => {
    if (uri.endsWith(`/${MANIFEST_NAME}`) && parts.knowledge.exclusions() !== state.excluded) readAllSoon.poke();
  };
  return {
    setFolders: (uris) => {
      state.folders = uris.map(canonicalUri);
    },
    selection: () => selectionOf(state),
    readFolders: (stop, ahead) => readFolders(state, stop, ahead),
    onEvents: async (events) => {
      if (events.length > MANY || await takeEvents(state, events) === 'look again') readAllSoon.poke();
      for (const { uri } of events) afterManifest(uri);
    },
    readAgain: (uris) => readAgain(state, uris),
    takeBack: async (uri) => {
      const counts = await counted(state, [uri]);
      if (counts.length > 0) await reread(state, counts);
      else forget(state, uri);
    },
    afterManifest,
    stop: readAllSoon.stop,
  };
}

function selectionOf({ settings, folders, knowledge }: DiskState): Selection {
  const { files, exclude, followLinks } = settings();
  return { files, folders: folders.map((uri) => ({ uri, exclude })), leavesOut: knowledge.excludes, followLinks };
}

async function readFolders(state: DiskState, stop: () => boolean, ahead: Ahead | undefined): Promise<void> {
  const { host, knowledge } = state;
  const from = host.clock.now();
  knowledge.setFolders(state.folders);
  const files = await listFiles(state, stop);
  if (stop()) return;
  const before = state.listed;
  state.listed = new Set(files);
  for (const uri of before) if (!state.listed.has(uri)) forget(state, uri);
  if (ahead) await rereadAhead(state, files, stop, ahead);
  else await reread(state, files, stop);
  if (!stop()) host.log.info(`${files.length} files in ${state.folders.length} folders read in ${Math.round(host.clock.now() - from)} ms`);
}

async function rereadManifests(state: DiskState): Promise<void> {
  for (const uri of state.folders.map((folder) => `${folder.replace(/\/$/, '')}/${MANIFEST_NAME}`)) {
    if (await state.host.files.selects(selectionOf(state), uri)) await reread(state, [uri]);
    else forget(state, uri);
  }
}

/** The `kms-handshake.json` files are read first, since they say what is left out: those of the folders, then those that are found below. */
async function listFiles(state: DiskState, stop: () => boolean): Promise<readonly string[]> {
  const { host, knowledge } = state;
  await rereadManifests(state);
  for (;;) {
    state.excluded = knowledge.exclusions();
    const files = await host.files.list(selectionOf(state), stop);
    if (stop()) return files;
    await reread(state, files.filter((uri) => uri.endsWith(`/${MANIFEST_NAME}`)), stop);
    if (knowledge.exclusions() === state.excluded || stop()) return files;
  }
}

function reread(state: DiskState, uris: readonly string[], stop?: () => boolean): Promise<void> {
  const closed = uris.filter((uri) => !state.isOpen(uri));
  return state.host.files.readMany(closed, state.settings().maxBytes, (uri, content) => takeContent(state, uri, content), stop);
}

async function readAgain(state: DiskState, uris: readonly string[]): Promise<boolean> {
  const found = await counted(state, uris);
  const sources = (): unknown[] => found.map((uri) => state.knowledge.workspace().files.get(uri)?.source);
  const before = sources();
  await reread(state, found);
  return sources().some((source, index) => source !== before[index]);
}

/**
 * Those of the files that count. Not every editor tells of files that it made itself: they are listed from now on. Without a folder
 * none does, however it is named: then a file counts only while it is open.
 */
async function counted(state: DiskState, uris: readonly string[]): Promise<readonly string[]> {
  if (state.folders.length === 0) return [];
  const known = uris.filter((uri) => state.listed.has(uri));
  const added: string[] = [];
  for (const uri of uris) if (!state.listed.has(uri) && await state.host.files.selects(selectionOf(state), uri)) added.push(uri);
  if (added.length > 0) state.listed = new Set([...state.listed, ...added]);
  return [...known, ...added];
}

/** In two passes: reads everything, then takes it in. */
async function rereadAhead(state: DiskState, uris: readonly string[], stop: () => boolean, ahead: Ahead): Promise<void> {
  const contents: (readonly [string, FileContent])[] = [];
  const texts = new Map<string, string>();
  await state.host.files.readMany(uris.filter((uri) => !state.isOpen(uri)), state.settings().maxBytes, (uri, content) => {
    // Of most files nothing is kept in mind meanwhile.
    const counted = content.kind === 'text' ? { ...content, text: countedText(uri, content.text) } : content;
    contents.push([uri, counted]);
    if (counted.kind === 'text') texts.set(uri, counted.text);
  }, stop);
  if (!stop()) await ahead(texts);
  await inPieces(state.host.clock, contents, ([uri, content]) => takeContent(state, uri, content), stop);
}

function takeContent(state: DiskState, uri: string, content: FileContent): void {
  if (state.isOpen(uri)) return; // opened meanwhile
  if (content.kind === 'text') state.knowledge.load(uri, content.text);
  else state.knowledge.remove(uri);
  if (content.kind !== 'left-out') state.noted.delete(uri);
  else if (state.noted.get(uri) !== content.why) {
    state.noted.set(uri, content.why);
    state.host.log.warn(`${uri} is left out: ${content.why}`);
  }
}

function forget(state: DiskState, uri: string): void {
  state.noted.delete(uri);
  if (!state.isOpen(uri)) state.knowledge.remove(uri);
}

/** `look anew` where the events do not tell all that has changed. */
async function takeEvents(state: DiskState, events: readonly FileEvent[]): Promise<'done' | 'look again'> {
  const { files } = state.host;
  const found = new Set<string>();
  let anew = false;
  for (const { uri: given, type } of events) {
    const uri = canonicalUri(given);
    if (uri.endsWith('/.gitignore')) anew = true;
    else if (type === FileChangeType.Deleted) {
      found.delete(uri);
      forgetBelow(state, uri);
    } else if (await files.selects(selectionOf(state), uri)) found.add(uri);
    // The files of a folder that was moved here are not all told of one by one.
    else if (type === FileChangeType.Created && await files.kindOf(uri) === 'folder') anew = true;
  }
  state.listed = new Set([...state.listed, ...found]);
  await reread(state, [...found]);
  return anew ? 'look again' : 'done';
}

/** Of a folder that is deleted some editors tell only once. */
function forgetBelow(state: DiskState, uri: string): void {
  const below = `${uri}/`;
  const left = new Set<string>();
  for (const file of state.listed) {
    if (file === uri || file.startsWith(below)) forget(state, file);
    else left.add(file);
  }
  state.listed = left;
}
