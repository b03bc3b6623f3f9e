import type { Connection } from 'vscode-languageserver';
import { canonicalUri, type Host } from '../host/host';
import type { ClientCapabilities } from './client-capabilities';
import type { ConversionContext } from './protocol-conversion';
import { logFailure } from './log-failure';
import { createDocumentSync, type DocumentSync } from './document-sync';
import { createAnalysisHost, type AnalysisHost } from './analysis-host';
import { memory } from './memory';
import { createDiagnosticPublisher } from './diagnostic-publisher';
import { createDebouncer, TYPING_TIMING } from './debouncer';
import { remembering, type Remembering } from './remembering';
import { DEFAULT_SETTINGS, showSameHints, haveSameRuleLevels, readSettings, selectsSameFiles, type Settings } from './settings';
import { createRefreshNotifier, type RefreshNotifier } from './refresh-notifier';

/** What one editor and this server have in common, from `initialize` to `shutdown`. */
export interface Session {
  readonly connection: Connection;
  readonly host: Host;
  readonly clientCapabilities: ClientCapabilities;
  readonly analysisHost: AnalysisHost;
  readonly documentSync: DocumentSync;
  readonly conversionContext: ConversionContext;
  readonly currentSettings: () => Settings;
  /** Folders of the workspace, in the editor's spelling. */
  readonly workspaceFolders: () => readonly string[];
  readonly setSettings: (settings: Settings) => void;
  /** Asks the editor for its settings, or takes those that it sent, and does what follows. */
  readonly refreshSettings: (sent?: unknown) => Promise<void>;
  /**
   * Reads all folders anew and publishes what is found, of closed files too whatever `scope` says, until that is set to something else.
   * `between` is told what is being done and how much of it is, from 0 to 1, and ends it early with `false`; then the result is `false`.
   */
  readonly checkAll: (between: (step: CheckStep, share: number) => boolean) => Promise<boolean>;
  readonly changeWorkspaceFolders: (added: readonly string[], removed: readonly string[]) => void;
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
interface SessionState {
  settings: Settings;
  folders: readonly string[];
  /** Before all folders are read half of what there is to say would be wrong. */
  stage: 'new' | 'reading' | 'running';
  /** Everything was checked on demand, with what it found in closed files. */
  publishesClosedFiles: boolean;
}

/** What a session works with. */
interface SessionParts {
  readonly state: SessionState;
  readonly connection: Connection;
  readonly host: Host;
  readonly clientCapabilities: ClientCapabilities;
  readonly analysisHost: AnalysisHost;
  readonly documentSync: DocumentSync;
  readonly refreshNotifier: RefreshNotifier;
  readonly remembering: Remembering | undefined;
  /** Publishes what is found; see `Publisher`. Never fails. */
  readonly publish: (all?: boolean) => void;
}

export function createSession(connection: Connection, host: Host, clientCapabilities: ClientCapabilities, options: SessionOptions): Session {
  const sessionState: SessionState = { settings: DEFAULT_SETTINGS, folders: options.folders, stage: 'new', publishesClosedFiles: false };
  const known = createAnalysisHost(host.log, host.clock);
  const context = createConversionContext(host, clientCapabilities, known);
  const seen = createRefreshNotifier(connection, clientCapabilities, host);
  const told = createDiagnosticPublisher({
    analysisHost: known, documents: host.documents, context, settings: () => ({ scope: sessionState.publishesClosedFiles ? 'workspace' : sessionState.settings.scope }),
    send: (params) => logFailure(host.log, 'sending findings', () => connection.sendDiagnostics(params)),
    onChange: seen.workspaceChanged,
  });
  const publish = (all = false): void => void logFailure(host.log, 'showing the findings', () => told.publish(all));
  const remembered = options.storage === undefined ? undefined : remembering({
    memory: memory(options.storage, { ...host, abilities: clientCapabilities, settings: () => sessionState.settings, folders: () => sessionState.folders }),
    ...host, knowledge: known, publisher: told, scope: () => sessionState.settings.scope, complete: () => sessionState.stage === 'running',
  });
  const typing = createDebouncer(host.clock, TYPING_TIMING, () => void logFailure(host.log, 'working the findings out', async () => {
    await known.finishAnalysis();
    publish();
    remembered?.keepSoon();
  }));
  const taken = createDocumentSync({
    host, analysisHost: known, settings: () => sessionState.settings,
    onChange: () => { if (sessionState.stage === 'running') typing.schedule(); },
    ahead: () => (sessionState.stage === 'running' ? undefined : remembered?.show),
  });
  const sessionParts: SessionParts = { state: sessionState, connection, host, clientCapabilities, analysisHost: known, documentSync: taken, refreshNotifier: seen, remembering: remembered, publish };
  return {
    connection, host, clientCapabilities, analysisHost: known, documentSync: taken, conversionContext: context,
    currentSettings: () => sessionState.settings,
    workspaceFolders: () => sessionState.folders,
    setSettings: (settings) => applyNewSettings(sessionParts, settings),
    refreshSettings: (sent) => refreshSettings(sessionParts, sent),
    checkAll: (between) => checkAllPolicies(sessionParts, between),
    changeWorkspaceFolders: (added, removed) => changeFolders(sessionParts, added, removed),
    start: () => startSession(sessionParts),
    stop: async () => {
      for (const { stop } of [typing, seen, taken]) stop();
      await remembered?.stop();
    },
  };
}

function createConversionContext({ documents }: Host, clientCapabilities: ClientCapabilities, { lineIndexOf }: AnalysisHost): ConversionContext {
  return { clientCapabilities, lineIndexOf, versionOf: (uri) => documents.get(uri)?.version, editorUri: (uri) => documents.get(uri)?.editorUri ?? uri };
}

async function startSession(sessionParts: SessionParts): Promise<void> {
  sessionParts.state.stage = 'reading';
  await rescanFolders(sessionParts);
  sessionParts.state.stage = 'running';
  await sessionParts.analysisHost.finishAnalysis();
  sessionParts.publish(true); // of files that were remembered, too
  sessionParts.remembering?.keepSoon();
}

async function rescanFolders({ state: sessionState, documentSync: taken }: SessionParts): Promise<void> {
  taken.setFolders(sessionState.folders);
  await taken.rescanFolders();
}

async function checkAllPolicies({ state: sessionState, documentSync: taken, analysisHost: known, publish }: SessionParts, between: (step: CheckStep, share: number) => boolean): Promise<boolean> {
  let wanted = between('reading', 0);
  await taken.rescanFolders(() => {
    wanted &&= between('reading', 0);
    return !wanted;
  });
  if (wanted) await known.finishAnalysis((share) => (wanted = between('judging', share)));
  if (!wanted) return false;
  sessionState.publishesClosedFiles = true;
  publish(true);
  return true;
}

function changeFolders(sessionParts: SessionParts, added: readonly string[], removed: readonly string[]): void {
  const { state: sessionState, host } = sessionParts;
  const left = new Set(removed.map(canonicalUri));
  sessionState.folders = [...sessionState.folders.filter((uri) => !left.has(canonicalUri(uri))), ...added];
  if (sessionState.stage !== 'new') void logFailure(host.log, 'reading other folders', () => rescanFolders(sessionParts));
}

function applyNewSettings({ state: sessionState, analysisHost: known, refreshNotifier: seen }: SessionParts, next: Settings): void {
  const before = sessionState.settings;
  if (!haveSameRuleLevels(before, next)) known.setRuleLevels(next.ruleLevels);
  if (sessionState.stage !== 'new' && !showSameHints(before, next)) seen.hintSettingsChanged();
  if (next.scope !== before.scope) sessionState.publishesClosedFiles = false;
  sessionState.settings = next;
}

async function refreshSettings(sessionParts: SessionParts, sent: unknown): Promise<void> {
  const { state: sessionState, connection, host, clientCapabilities, publish } = sessionParts;
  const section: unknown = clientCapabilities.configuration ? await connection.workspace.getConfiguration('kmsHandshake') : settingsSection(sent);
  if (section === undefined || section === null) return;
  const before = sessionState.settings;
  applyNewSettings(sessionParts, readSettings(section, host.log.warn));
  if (sessionState.stage !== 'new' && !selectsSameFiles(before, sessionState.settings)) await rescanFolders(sessionParts);
  if (sessionState.stage === 'running') publish(true);
}

/** `settings` of `workspace/didChangeConfiguration`: all of the editor's, or only ours. */
function settingsSection(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null) return undefined;
  return 'kmsHandshake' in sent ? sent.kmsHandshake : undefined;
}
