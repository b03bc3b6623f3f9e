import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State, TransportKind, type LanguageClientOptions,
  type ServerOptions } from 'vscode-languageclient/node';
import type { InitializationOptions } from '../../server/src/lsp/protocol/initialize';
import type { WorkspaceStatus } from '../../server/src/lsp/protocol/status';
import type { Notifications } from '../../server/src/lsp/protocol/requests';
import { documentSelector, globListOf } from './document-selector';
import { deletedFilesMiddleware } from './documents-of-deleted-files';
import { fixMiddleware } from './edits/fix-middleware';
import { codeLensMiddleware } from './window/code-lens';

/** The language server, whichever client speaks to it at the moment. */
export interface LanguageServer {
  /** the running client, if the server could be started */
  client(): LanguageClient | undefined;
  /** Ends the server if it runs and starts it; what goes wrong is said and stands in the output. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** The policies changed, or another server answers now: answers about the whole workspace may be others. */
  readonly onDidChange: vscode.Event<void>;
  /** How the server is, and what it found last. */
  readonly status: () => { readonly state: ServerState; readonly status: WorkspaceStatus | undefined };
  readonly onDidChangeStatus: vscode.Event<void>;
}

/** `stopped` where it could not be started or ended by itself. */
export type ServerState = 'starting' | 'stopped' | WorkspaceStatus['state'];

interface LanguageServerOptions {
  /** Absolute path of dist/server.js. */
  readonly module: string;
  /** The address of a rule's page, with `{code}` for the rule. */
  readonly ruleDocumentation: string;
  readonly output: vscode.LogOutputChannel;
}

export function createLanguageServer(serverOptions: LanguageServerOptions): LanguageServer {
  const { output } = serverOptions;
  let current: LanguageClient | undefined;
  const changed = new vscode.EventEmitter<void>();
  const statusChanged = new vscode.EventEmitter<void>();
  let state: ServerState = 'starting';
  let status: WorkspaceStatus | undefined;
  const setState = (next: ServerState, nextStatus?: WorkspaceStatus): void => {
    state = next;
    status = nextStatus;
    statusChanged.fire();
  };
  /** One start or stop at a time. */
  let work: Promise<void> = Promise.resolve();

  const stop = async (): Promise<void> => {
    const old = current;
    current = undefined;
    try {
      await old?.dispose();
    } catch (error) {
      output.warn(text(error)); // it had ended by itself
    }
  };
  const start = async (): Promise<void> => {
    await stop();
    setState('starting');
    try {
      // A client that failed to start cannot be started again, so each start has a new one.
      const client = createClient(serverOptions);
      client.onNotification('kmsHandshake/workspaceStatus' satisfies keyof Notifications,
        (status: WorkspaceStatus) => setState(status.state, status));
      client.onDidChangeState(({ newState }) => {
        // The client starts a server again that ends by itself, a few times.
        if (client === current) setState(newState === State.Stopped ? 'stopped' : 'starting');
      });
      await client.start();
      current = client;
      client.onNotification('kmsHandshake/changed' satisfies keyof Notifications, () => changed.fire());
      changed.fire();
    } catch (error) {
      setState('stopped');
      output.error(text(error)); // a client that could not start has shown a message by then
    }
  };
  const queue = (step: () => Promise<void>): Promise<void> => {
    work = work.then(step, step); // whatever became of the one before
    return work;
  };
  return { client: () => current, restart: () => queue(start), stop: () => queue(stop), onDidChange: changed.event,
    status: () => ({ state, status }), onDidChangeStatus: statusChanged.event };
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function createClient({ module, ruleDocumentation, output }: LanguageServerOptions): LanguageClient {
  const run = { module, transport: TransportKind.ipc };
  const server: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6019'] } } };
  const initializationOptions: InitializationOptions = {
    // Said here and not left to the server's guess: builds of VS Code under other names have the same JSON support.
    editorChecksSyntaxOf: vscode.workspace.getConfiguration('json').get<boolean>('validate.enable', true) ? ['json', 'jsonc'] : [],
    editorCompletesSchema: true,
    clientCommands: true,
    ruleDocumentation,
    tellChanges: true,
    tellStatus: true,
    settings: vscode.workspace.getConfiguration('kmsHandshake'),
  };
  const options: LanguageClientOptions = {
    initializationOptions,
    documentSelector: documentSelector(servedFileGlobs()),
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    diagnosticCollectionName: 'kms-handshake',
    middleware: { ...codeLensMiddleware, ...fixMiddleware, ...deletedFilesMiddleware(() => client) },
  };
  const client = new LanguageClient('kmsHandshake', 'KMS Handshake', server, options);
  return client;
}

/** As the server reads the setting: a value of another type counts as not said. */
export function servedFileGlobs(): readonly string[] {
  const settings = vscode.workspace.getConfiguration('kmsHandshake');
  return globListOf(settings.get('files')) ?? globListOf(settings.inspect('files')?.defaultValue) ?? [];
}
