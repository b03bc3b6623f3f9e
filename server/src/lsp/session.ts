import type { Connection } from 'vscode-languageserver';
import { canonicalUri, type Host } from '../host/host';
import type { ClientCapabilities } from './client-capabilities';
import type { ConversionContext } from './protocol-conversion';
import { logFailure } from './log-failure';
import { createDocumentSync, type DocumentSync } from './document-sync';
import { createAnalysisHost, type AnalysisHost } from './analysis-host';
import { createDiagnosticPublisher } from './diagnostic-publisher';
import { createDebouncer, TYPING_TIMING } from './debouncer';
import { DEFAULT_SETTINGS, haveSameRuleLevels, readSettings, selectsSameFiles, type Settings } from './settings';
import { createWorkspaceStatusNotifier } from './workspace-status';
import { createRefreshNotifier } from './refresh-notifier';

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

/** What a check of everything is at. */
export type CheckStep = 'reading' | 'judging';

/** @param options `folders`: those of the workspace, in the editor's spelling */
export function createSession(connection: Connection, host: Host, clientCapabilities: ClientCapabilities,
  options: { readonly folders: readonly string[] }): Session {
  const { documents, log } = host;
  let { folders } = options;
  let settings = DEFAULT_SETTINGS;
  /** Nothing is published before all folders are read: half of it would be wrong. */
  let stage: 'new' | 'reading' | 'running' = 'new';
  /** Everything was checked on demand, closed files included. */
  let publishesClosedFiles = false;
  const analysisHost = createAnalysisHost(log, host.clock);
  const conversionContext: ConversionContext = {
    clientCapabilities, lineIndexOf: analysisHost.lineIndexOf,
    versionOf: (uri) => documents.get(uri)?.version,
    editorUri: (uri) => documents.get(uri)?.editorUri ?? uri,
  };
  const statusNotifier = createWorkspaceStatusNotifier(connection, clientCapabilities, analysisHost, log);
  const refreshNotifier = createRefreshNotifier(connection, clientCapabilities, host);
  const publisher = createDiagnosticPublisher({
    analysisHost, documents, context: conversionContext,
    settings: () => ({ scope: publishesClosedFiles ? 'workspace' : settings.scope }),
    send: (params) => logFailure(log, 'sending findings', () => connection.sendDiagnostics(params)),
    onChange: refreshNotifier.workspaceChanged,
  });
  const publish = (all = false): void => void logFailure(log, 'showing the findings', () => {
    publisher.publish(all);
    statusNotifier.ready();
  });
  const typing = createDebouncer(host.clock, TYPING_TIMING, () => void logFailure(log, 'working the findings out', async () => {
    await analysisHost.finishAnalysis();
    publish();
  }));
  const documentSync = createDocumentSync({
    host, analysisHost, settings: () => settings,
    onChange: () => { if (stage === 'running') typing.schedule(); },
  });

  const rescanFolders = async (): Promise<void> => {
    statusNotifier.checking();
    documentSync.setFolders(folders);
    await documentSync.rescanFolders();
  };

  const setSettings = (next: Settings): void => {
    const before = settings;
    settings = next;
    if (!haveSameRuleLevels(before, next)) analysisHost.setRuleLevels(next.ruleLevels);
    const showsSameHints = before.codeLens === next.codeLens && before.inlayHints === next.inlayHints;
    if (stage !== 'new' && !showsSameHints) refreshNotifier.hintSettingsChanged();
    if (next.scope !== before.scope) publishesClosedFiles = false;
  };

  return {
    connection, host, clientCapabilities, analysisHost, documentSync, conversionContext, setSettings,
    currentSettings: () => settings,
    workspaceFolders: () => folders,
    refreshSettings: async (sent) => {
      const section: unknown = clientCapabilities.configuration
        ? await connection.workspace.getConfiguration('kmsHandshake')
        : settingsSection(sent);
      if (section === undefined || section === null) return;
      const before = settings;
      setSettings(readSettings(section, log.warn));
      if (stage !== 'new' && !selectsSameFiles(before, settings)) await rescanFolders();
      if (stage === 'running') publish(true);
    },
    checkAll: async (between) => {
      statusNotifier.checking();
      let isWanted = between('reading', 0);
      await documentSync.rescanFolders(() => {
        isWanted &&= between('reading', 0);
        return !isWanted;
      });
      if (isWanted) await analysisHost.finishAnalysis((share) => (isWanted = between('judging', share)));
      if (!isWanted) {
        statusNotifier.ready();
        return false;
      }
      publishesClosedFiles = true;
      publish(true);
      return true;
    },
    changeWorkspaceFolders: (added, removed) => {
      const removedUris = new Set(removed.map(canonicalUri));
      folders = [...folders.filter((uri) => !removedUris.has(canonicalUri(uri))), ...added];
      if (stage !== 'new') void logFailure(log, 'reading other folders', rescanFolders);
    },
    start: async () => {
      stage = 'reading';
      await rescanFolders();
      stage = 'running';
      await analysisHost.finishAnalysis();
      publish();
    },
    stop: () => {
      for (const { stop } of [typing, refreshNotifier, documentSync]) stop();
    },
  };
}

/** `settings` of `workspace/didChangeConfiguration`: all of the editor's, or only ours. */
function settingsSection(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null) return undefined;
  return 'kmsHandshake' in sent ? sent.kmsHandshake : undefined;
}
