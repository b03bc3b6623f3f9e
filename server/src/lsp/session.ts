import type { Connection } from 'vscode-languageserver';
import { canonicalUri, type Host } from '../host/host';
import type { ClientCapabilities } from './client-capabilities';
import type { ConversionContext } from './protocol-conversion';
import { logFailure } from './log-failure';
import { createDocumentSync, type DocumentSync } from './document-sync';
import { createAnalysisHost, type AnalysisHost } from './analysis-host';
import { createDiagnosticPublisher } from './diagnostic-publisher';
import { createDebouncer, TYPING_TIMING } from './debouncer';
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
   * `between` is called with what is being done and how much of it is done, from 0 to 1, and ends it early with `false`; then the result is
   * `false`.
   */
  readonly checkAll: (between: (step: CheckStep, share: number) => boolean) => Promise<boolean>;
  readonly changeWorkspaceFolders: (added: readonly string[], removed: readonly string[]) => void;
  /** Reads all folders and publishes what is found. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

export interface SessionOptions {
  /** In the editor's spelling. */
  readonly folders: readonly string[];
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
  /** Publishes what is found; see `Publisher`. Never fails. */
  readonly publish: (all?: boolean) => void;
}

export function createSession(connection: Connection, host: Host, clientCapabilities: ClientCapabilities,
  options: SessionOptions): Session {
  const state: SessionState = { settings: DEFAULT_SETTINGS, folders: options.folders, stage: 'new', publishesClosedFiles: false };
  const analysisHost = createAnalysisHost(host.log, host.clock);
  const context = createConversionContext(host, clientCapabilities, analysisHost);
  const refreshNotifier = createRefreshNotifier(connection, clientCapabilities, host);
  const publisher = createDiagnosticPublisher({
    analysisHost, documents: host.documents, context,
    settings: () => ({ scope: state.publishesClosedFiles ? 'workspace' : state.settings.scope }),
    send: (params) => logFailure(host.log, 'sending findings', () => connection.sendDiagnostics(params)),
    onChange: refreshNotifier.workspaceChanged,
  });
  const publish = (all = false): void => void logFailure(host.log, 'showing the findings', () => publisher.publish(all));
  const typing = createDebouncer(host.clock, TYPING_TIMING, () => void logFailure(host.log, 'working the findings out', async () => {
    await analysisHost.finishAnalysis();
    publish();
  }));
  const documentSync = createDocumentSync({
    host, analysisHost, settings: () => state.settings,
    onChange: () => { if (state.stage === 'running') typing.schedule(); },
  });
  const parts: SessionParts = { state, connection, host, clientCapabilities, analysisHost, documentSync, refreshNotifier, publish };
  return {
    connection, host, clientCapabilities, analysisHost, documentSync, conversionContext: context,
    currentSettings: () => state.settings,
    workspaceFolders: () => state.folders,
    setSettings: (settings) => applyNewSettings(parts, settings),
    refreshSettings: (sent) => refreshSettings(parts, sent),
    checkAll: (between) => checkAllPolicies(parts, between),
    changeWorkspaceFolders: (added, removed) => changeFolders(parts, added, removed),
    start: () => startSession(parts),
    stop: () => {
      for (const { stop } of [typing, refreshNotifier, documentSync]) stop();
    },
  };
}

function createConversionContext({ documents }: Host, clientCapabilities: ClientCapabilities,
  { lineIndexOf }: AnalysisHost): ConversionContext {
  return { clientCapabilities, lineIndexOf, versionOf: (uri) => documents.get(uri)?.version,
    editorUri: (uri) => documents.get(uri)?.editorUri ?? uri };
}

async function startSession(parts: SessionParts): Promise<void> {
  parts.state.stage = 'reading';
  await rescanFolders(parts);
  parts.state.stage = 'running';
  await parts.analysisHost.finishAnalysis();
  parts.publish();
}

async function rescanFolders({ state, documentSync }: SessionParts): Promise<void> {
  documentSync.setFolders(state.folders);
  await documentSync.rescanFolders();
}

async function checkAllPolicies({ state, documentSync, analysisHost, publish }: SessionParts,
  between: (step: CheckStep, share: number) => boolean): Promise<boolean> {
  let wanted = between('reading', 0);
  await documentSync.rescanFolders(() => {
    wanted &&= between('reading', 0);
    return !wanted;
  });
  if (wanted) await analysisHost.finishAnalysis((share) => (wanted = between('judging', share)));
  if (!wanted) return false;
  state.publishesClosedFiles = true;
  publish(true);
  return true;
}

function changeFolders(parts: SessionParts, added: readonly string[], removed: readonly string[]): void {
  const { state, host } = parts;
  const left = new Set(removed.map(canonicalUri));
  state.folders = [...state.folders.filter((uri) => !left.has(canonicalUri(uri))), ...added];
  if (state.stage !== 'new') void logFailure(host.log, 'reading other folders', () => rescanFolders(parts));
}

function applyNewSettings({ state, analysisHost, refreshNotifier }: SessionParts, next: Settings): void {
  const before = state.settings;
  if (!haveSameRuleLevels(before, next)) analysisHost.setRuleLevels(next.ruleLevels);
  if (state.stage !== 'new' && !showSameHints(before, next)) refreshNotifier.hintSettingsChanged();
  if (next.scope !== before.scope) state.publishesClosedFiles = false;
  state.settings = next;
}

async function refreshSettings(parts: SessionParts, sent: unknown): Promise<void> {
  const { state, connection, host, clientCapabilities, publish } = parts;
  const section: unknown = clientCapabilities.configuration
    ? await connection.workspace.getConfiguration('kmsHandshake')
    : settingsSection(sent);
  if (section === undefined || section === null) return;
  const before = state.settings;
  applyNewSettings(parts, readSettings(section, host.log.warn));
  if (state.stage !== 'new' && !selectsSameFiles(before, state.settings)) await rescanFolders(parts);
  if (state.stage === 'running') publish(true);
}

/** `settings` of `workspace/didChangeConfiguration`: all of the editor's, or only ours. */
function settingsSection(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null) return undefined;
  return 'kmsHandshake' in sent ? sent.kmsHandshake : undefined;
}
