import {
  CodeActionKind, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, ErrorCodes, ResponseError, TextDocumentSyncKind,
  type Connection, type Disposable, type InitializeParams, type InitializeResult,
} from 'vscode-languageserver';
import type { Host } from '../host/host';
import { readClientCapabilities, type ClientCapabilities } from './client-capabilities';
import { COMPLETION_TRIGGERS } from './features/completion';
import { FIX_ALL_KIND } from './features/fix-all';
import { registerFeatures, SERVER_COMMANDS } from './features/register-features';
import { logFailure } from './log-failure';
import { readInitializationOptions } from './initialization-options';
import { withValidatedParameters } from './parameter-validation';
import { createSession, type Session } from './session';
import { readSettings } from './settings';
import { fileSystemWatchers } from './file-watchers';

/** Serves one editor over the connection until `shutdown`. Failures are logged through the host and never end the server. */
export function createServer(connection: Connection, host: Host): void {
  let running: Session | undefined;
  let ended = false;
  const watch = createWatcherRegistration(connection);
  const current = (): Session => {
    // The protocol has a code for each, by which an editor tells its own mistake from a fault of the server.
    if (ended) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server is shut down');
    if (running === undefined) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'the server is not initialized');
    return running;
  };

  const isNew = (): void => {
    if (running !== undefined) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server is initialized already');
  };

  connection.onInitialize(withValidatedParameters('initialize', isNew, (_, params) => {
    const options = readInitializationOptions(params.initializationOptions);
    running = createSession(connection, host, readClientCapabilities(params, options), { folders: workspaceFolderUris(params) });
    if (options.settings !== undefined) running.setSettings(readSettings(options.settings, host.log.warn));
    return initializeResult(running.clientCapabilities);
  }));
  connection.onInitialized(async () => {
    const session = current();
    // Each by itself: an editor that fails in one may do the others.
    await logFailure(host.log, 'the registration with the editor', () => registerWithEditor(connection, session));
    await logFailure(host.log, 'reading the settings', () => session.refreshSettings());
    await logFailure(host.log, 'having files watched', () => watch(session));
    await logFailure(host.log, 'the start', session.start);
  });
  connection.onShutdown(() => {
    ended = true;
    return running?.stop();
  });

  connection.onDidOpenTextDocument(withValidatedParameters('textDocument/didOpen', current, ({ documentSync }, { textDocument }) => {
    documentSync.didOpen(host.documents.open(textDocument));
  }));
  connection.onDidChangeTextDocument(withValidatedParameters('textDocument/didChange', current, ({ documentSync }, params) => {
    documentSync.didChange(host.documents.change(params.textDocument.uri, params.textDocument.version, params.contentChanges));
  }));
  connection.onDidSaveTextDocument(withValidatedParameters('textDocument/didSave', current, ({ documentSync }, { textDocument }) => {
    const document = host.documents.get(textDocument.uri);
    if (document !== undefined) documentSync.didSave(document);
  }));
  connection.onDidCloseTextDocument(withValidatedParameters('textDocument/didClose', current, ({ documentSync }, { textDocument }) => {
    const document = host.documents.close(textDocument.uri);
    if (document !== undefined) documentSync.didClose(document);
  }));
  connection.onDidChangeWatchedFiles(withValidatedParameters('workspace/didChangeWatchedFiles', current, ({ documentSync }, params) => {
    documentSync.didChangeWatchedFiles(params.changes);
  }));
  connection.onDidChangeConfiguration(async (params: { settings: unknown } | null | undefined) => {
    const session = current();
    await logFailure(host.log, 'reading the settings', async () => {
      await session.refreshSettings(params?.settings);
      await watch(session);
    });
  });
  registerFeatures(connection, current);
}

function workspaceFolderUris(params: InitializeParams): string[] {
  // An empty list beside a `rootUri` is what editors send that know the newer word and not what it is for.
  if (params.workspaceFolders && params.workspaceFolders.length > 0) return params.workspaceFolders.map((folder) => folder.uri);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- editors without workspace folders have nothing else to say it with
  const { rootUri } = params;
  return typeof rootUri === 'string' ? [rootUri] : [];
}

function initializeResult({ prepareRename, resolveCodeActionEdits }: ClientCapabilities): InitializeResult {
  return {
    serverInfo: { name: 'kms-handshake' },
    capabilities: {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      completionProvider: { triggerCharacters: [...COMPLETION_TRIGGERS] },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorExtract, FIX_ALL_KIND],
        resolveProvider: resolveCodeActionEdits },
      codeLensProvider: { resolveProvider: true },
      hoverProvider: true,
      inlayHintProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      documentLinkProvider: {},
      renameProvider: prepareRename ? { prepareProvider: true } : true,
      executeCommandProvider: { commands: [...SERVER_COMMANDS], workDoneProgress: true },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

/** What the editor does only when requested after the start. */
async function registerWithEditor(connection: Connection, { clientCapabilities, changeWorkspaceFolders }: Session): Promise<void> {
  if (clientCapabilities.workspaceFolders) connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
    changeWorkspaceFolders(added.map(({ uri }) => uri), removed.map(({ uri }) => uri));
  });
  if (clientCapabilities.settingsNotifications)
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'kmsHandshake' });
}

/** Has the editor watch the files of the settings, one registration at a time; it is replaced only when the files are other ones. */
function createWatcherRegistration(connection: Connection): (session: Session) => Promise<void> {
  let watched: { readonly files: string; readonly registration: Disposable } | undefined;
  let last: Promise<void> = Promise.resolve();
  const watch = async ({ clientCapabilities, currentSettings }: Session): Promise<void> => {
    const files = currentSettings().files.join('\n');
    if (!clientCapabilities.fileWatching || watched?.files === files) return;
    const watchers = fileSystemWatchers(currentSettings().files);
    const registration = await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    watched?.registration.dispose();
    watched = { files, registration };
  };
  return (session) => {
    const next = (): Promise<void> => watch(session);
    last = last.then(next, next); // whatever became of the one before
    return last;
  };
}
