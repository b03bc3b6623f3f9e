import {
  CodeActionKind, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, ErrorCodes, ResponseError, TextDocumentSyncKind, type Connection, type Disposable,
  type InitializeParams, type InitializeResult,
} from 'vscode-languageserver';
import type { Host } from '../host/contract';
import { abilitiesOf, type Abilities } from './abilities';
import { COMPLETION_TRIGGERS } from './features/completion';
import { FIX_ALL } from './features/fix-all';
import { registerFeatures, SERVER_COMMANDS } from './features/index';
import { guarded } from './guarded';
import { readInitializationOptions } from './options';
import { checked } from './parameters';
import { session, type Session } from './session';
import { readSettings } from './settings';
import { watchersFor } from './watchers';

/**
 * Serves one editor over the connection until it says goodbye; `host` is all it sees of the world. What goes wrong is logged
 * through the host and never ends the server.
 */
export function createServer(connection: Connection, host: Host): void {
  let running: Session | undefined;
  let ended = false;
  const watch = watching(connection);
  const current = (): Session => {
    // The protocol has a word for each, by which an editor tells a race of its own from a fault of the server.
    if (ended) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server is shut down');
    if (running === undefined) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'the server is not initialized');
    return running;
  };

  const isNew = (): void => {
    if (running !== undefined) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server is initialized already');
  };

  connection.onInitialize(checked('initialize', isNew, (_, params) => {
    const options = readInitializationOptions(params.initializationOptions);
    running = session(connection, host, abilitiesOf(params, options), { folders: foldersOf(params), storage: options.storage });
    if (options.settings !== undefined) running.setSettings(readSettings(options.settings, host.log.warn));
    return capabilities(running.abilities);
  }));
  connection.onInitialized(async () => {
    const own = current();
    // Each by itself: an editor that fails in one may do the others.
    await guarded(host.log, 'the registration with the editor', () => registerWithEditor(connection, own));
    await guarded(host.log, 'reading the settings', () => own.refreshSettings());
    await guarded(host.log, 'having files watched', () => watch(own));
    await guarded(host.log, 'the start', own.start);
  });
  connection.onShutdown(() => {
    ended = true;
    return running?.stop();
  });

  connection.onDidOpenTextDocument(checked('textDocument/didOpen', current, ({ intake }, { textDocument }) => {
    intake.opened(host.documents.open(textDocument));
  }));
  connection.onDidChangeTextDocument(checked('textDocument/didChange', current, ({ intake }, { textDocument, contentChanges }) =>
    intake.changed(host.documents.change(textDocument.uri, textDocument.version, contentChanges))));
  connection.onDidCloseTextDocument(checked('textDocument/didClose', current, ({ intake }, { textDocument }) => {
    const document = host.documents.close(textDocument.uri);
    if (document !== undefined) intake.closed(document);
  }));
  connection.onDidChangeWatchedFiles(checked('workspace/didChangeWatchedFiles', current, ({ intake }, { changes }) => {
    intake.onDisk(changes);
  }));
  connection.onDidChangeConfiguration(async (given: { settings: unknown } | null | undefined) => {
    const settings = given?.settings;
    const own = current();
    await guarded(host.log, 'reading the settings', async () => {
      await own.refreshSettings(settings);
      await watch(own);
    });
  });
  registerFeatures(connection, current);
}

function foldersOf(params: InitializeParams): string[] {
  // An empty list beside a `rootUri` is what editors send that know the newer word and not what it is for.
  if (params.workspaceFolders && params.workspaceFolders.length > 0) return params.workspaceFolders.map((folder) => folder.uri);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- editors without workspace folders have nothing else to say it with
  const { rootUri } = params;
  return typeof rootUri === 'string' ? [rootUri] : [];
}

function capabilities({ preparesRename, resolvesEdits }: Abilities): InitializeResult {
  return {
    serverInfo: { name: 'kms-handshake' },
    capabilities: {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      completionProvider: { triggerCharacters: [...COMPLETION_TRIGGERS] },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL], resolveProvider: resolvesEdits },
      codeLensProvider: { resolveProvider: true },
      hoverProvider: true,
      inlayHintProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      documentLinkProvider: {},
      renameProvider: preparesRename ? { prepareProvider: true } : true,
      executeCommandProvider: { commands: [...SERVER_COMMANDS], workDoneProgress: true },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

/** What the editor does only when asked after the start. */
async function registerWithEditor(connection: Connection, { abilities, changeFolders }: Session): Promise<void> {
  if (abilities.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => changeFolders(added.map(({ uri }) => uri), removed.map(({ uri }) => uri)));
  }
  if (abilities.tellsOfSettings) await connection.client.register(DidChangeConfigurationNotification.type, { section: 'kmsHandshake' });
}

/** Has the editor watch the files of the settings; asked again, only when other files are meant than before. One registration at a time. */
function watching(connection: Connection): (session: Session) => Promise<void> {
  let watched: { readonly files: string; readonly registration: Disposable } | undefined;
  let last: Promise<void> = Promise.resolve();
  const watch = async ({ abilities, settings }: Session): Promise<void> => {
    const files = settings().files.join('\n');
    if (!abilities.watches || watched?.files === files) return;
    const registration = await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: watchersFor(settings().files) });
    watched?.registration.dispose();
    watched = { files, registration };
  };
  return (session) => {
    const next = (): Promise<void> => watch(session);
    last = last.then(next, next); // whatever became of the one before
    return last;
  };
}
