import type { Connection } from 'vscode-languageserver';
import { canonicalUri, type Host } from '../host/contract';
import type { Abilities } from './abilities';
import type { ConvertContext } from './convert';
import { guarded } from './guarded';
import { intake, type Intake } from './intake';
import { knowledge, type Knowledge } from './knowledge';
import { memory } from './memory';
import { publisher } from './publisher';
import { pulse, TYPING } from './pulse';
import { remembering, type Remembering } from './remembering';
import { DEFAULT_SETTINGS, hintsTheSame, levelsTheSame, readSettings, readsTheSame, type Settings } from './settings';
import { views, type Views } from './views';

/** What one editor and this server have in common, from `initialize` to `shutdown`. */
export interface Session {
  readonly connection: Connection;
  readonly host: Host;
  readonly abilities: Abilities;
  readonly knowledge: Knowledge;
  readonly intake: Intake;
  readonly context: ConvertContext;
  readonly settings: () => Settings;
  /** Folders of the workspace, in the editor's spelling. */
  readonly folders: () => readonly string[];
  readonly setSettings: (settings: Settings) => void;
  /** Asks the editor for its settings, or takes those that it sent, and does what follows. */
  readonly refreshSettings: (sent?: unknown) => Promise<void>;
  /**
   * Reads all folders anew and publishes what is found, of closed files too whatever `scope` says, until that is set to something else.
   * `between` is told what is being done and how much of it is, from 0 to 1, and ends it early with `false`; then the result is `false`.
   */
  readonly checkAll: (between: (step: CheckStep, share: number) => boolean) => Promise<boolean>;
  readonly changeFolders: (added: readonly string[], removed: readonly string[]) => void;
  /** Reads all folders and publishes what is found. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface SessionOptions {
  /** In the editor's spelling. */
  readonly folders: readonly string[];
  /** URI of the folder for what is kept from one start to the next; undefined where nothing is to be kept. */
  readonly storage: string | undefined;
}

/** What a check of everything is at. */
export type CheckStep = 'reading' | 'judging';

/** What becomes another while the session goes on. */
interface State {
  settings: Settings;
  folders: readonly string[];
  /** Before all folders are read half of what there is to say would be wrong. */
  stage: 'new' | 'reading' | 'running';
  /** Everything was checked on demand, with what it found in closed files. */
  showsClosed: boolean;
}

/** What a session works with. */
interface Work {
  readonly state: State;
  readonly connection: Connection;
  readonly host: Host;
  readonly abilities: Abilities;
  readonly knowledge: Knowledge;
  readonly intake: Intake;
  readonly views: Views;
  readonly remembering: Remembering | undefined;
  /** Publishes what is found; see `Publisher`. Never fails. */
  readonly publish: (all?: boolean) => void;
}

export function session(connection: Connection, host: Host, abilities: Abilities, options: SessionOptions): Session {
  const state: State = { settings: DEFAULT_SETTINGS, folders: options.folders, stage: 'new', showsClosed: false };
  const known = knowledge(host.log, host.clock);
  const context = contextOf(host, abilities, known);
  const seen = views(connection, abilities, host);
  const told = publisher({
    knowledge: known, documents: host.documents, context, settings: () => ({ scope: state.showsClosed ? 'workspace' : state.settings.scope }),
    send: (params) => guarded(host.log, 'sending findings', () => connection.sendDiagnostics(params)),
    changed: seen.changed,
  });
  const publish = (all = false): void => void guarded(host.log, 'showing the findings', () => told.publish(all));
  const remembered = options.storage === undefined ? undefined : remembering({
    memory: memory(options.storage, { ...host, abilities, settings: () => state.settings, folders: () => state.folders }),
    ...host, knowledge: known, publisher: told, scope: () => state.settings.scope, complete: () => state.stage === 'running',
  });
  const typing = pulse(host.clock, TYPING, () => void guarded(host.log, 'working the findings out', async () => {
    await known.settle();
    publish();
    remembered?.keepSoon();
  }));
  const taken = intake({
    host, knowledge: known, settings: () => state.settings,
    onChange: () => { if (state.stage === 'running') typing.poke(); },
    ahead: () => (state.stage === 'running' ? undefined : remembered?.show),
  });
  const work: Work = { state, connection, host, abilities, knowledge: known, intake: taken, views: seen, remembering: remembered, publish };
  return {
    connection, host, abilities, knowledge: known, intake: taken, context,
    settings: () => state.settings,
    folders: () => state.folders,
    setSettings: (settings) => useSettings(work, settings),
    refreshSettings: (sent) => refreshSettings(work, sent),
    checkAll: (between) => checkAll(work, between),
    changeFolders: (added, removed) => changeFolders(work, added, removed),
    start: () => start(work),
    stop: async () => {
      for (const { stop } of [typing, seen, taken]) stop();
      await remembered?.stop();
    },
  };
}

function contextOf({ documents }: Host, abilities: Abilities, { linesOf }: Knowledge): ConvertContext {
  return { abilities, linesOf, versionOf: (uri) => documents.get(uri)?.version, editorUri: (uri) => documents.get(uri)?.editorUri ?? uri };
}

async function start(work: Work): Promise<void> {
  work.state.stage = 'reading';
  await readAll(work);
  work.state.stage = 'running';
  await work.knowledge.settle();
  work.publish(true); // of files that were remembered, too
  work.remembering?.keepSoon();
}

async function readAll({ state, intake: taken }: Work): Promise<void> {
  taken.setFolders(state.folders);
  await taken.readAll();
}

async function checkAll({ state, intake: taken, knowledge: known, publish }: Work, between: (step: CheckStep, share: number) => boolean): Promise<boolean> {
  let wanted = between('reading', 0);
  await taken.readAll(() => {
    wanted &&= between('reading', 0);
    return !wanted;
  });
  if (wanted) await known.settle((share) => (wanted = between('judging', share)));
  if (!wanted) return false;
  state.showsClosed = true;
  publish(true);
  return true;
}

function changeFolders(work: Work, added: readonly string[], removed: readonly string[]): void {
  const { state, host } = work;
  const left = new Set(removed.map(canonicalUri));
  state.folders = [...state.folders.filter((uri) => !left.has(canonicalUri(uri))), ...added];
  if (state.stage !== 'new') void guarded(host.log, 'reading other folders', () => readAll(work));
}

function useSettings({ state, knowledge: known, views: seen }: Work, next: Settings): void {
  const before = state.settings;
  if (!levelsTheSame(before, next)) known.setLevels(next.rules);
  if (state.stage !== 'new' && !hintsTheSame(before, next)) seen.hintsChanged();
  if (next.scope !== before.scope) state.showsClosed = false;
  state.settings = next;
}

async function refreshSettings(work: Work, sent: unknown): Promise<void> {
  const { state, connection, host, abilities, publish } = work;
  const section: unknown = abilities.configuration ? await connection.workspace.getConfiguration('kmsHandshake') : sectionOf(sent);
  if (section === undefined || section === null) return;
  const before = state.settings;
  useSettings(work, readSettings(section, host.log.warn));
  if (state.stage !== 'new' && !readsTheSame(before, state.settings)) await readAll(work);
  if (state.stage === 'running') publish(true);
}

/** `settings` of `workspace/didChangeConfiguration`: all of the editor's, or only ours. */
function sectionOf(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null) return undefined;
  return 'kmsHandshake' in sent ? sent.kmsHandshake : undefined;
}
