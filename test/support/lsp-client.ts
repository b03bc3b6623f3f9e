import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { URI } from 'vscode-uri';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  createProtocolConnection, DiagnosticSeverity, FileChangeType, StreamMessageReader, StreamMessageWriter, type ApplyWorkspaceEditParams,
  type ClientCapabilities,
  type CodeAction, type ConfigurationParams, type Diagnostic, type InitializeResult, type LogMessageParams, type ProtocolConnection,
  type PublishDiagnosticsParams, type Range, type RegistrationParams, type TextDocumentContentChangeEvent, type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { InitializationOptions } from '../../server/src/lsp/protocol/initialize';
import { buildServerModule } from './server-module';

/** An editor for tests: the real server as a child process, over its standard input and output. */
export interface LspClient {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcessWithoutNullStreams;
  readonly initialized: InitializeResult;
  /** Everything that was published, in order. */
  readonly published: PublishDiagnosticsParams[];
  readonly logs: string[];
  readonly registrations: RegistrationParams['registrations'];
  /** Edits that the server asked for; they are applied at once. */
  readonly appliedEdits: WorkspaceEdit[];
  readonly diagnostics: (uri: string) => readonly Diagnostic[];
  /** Codes of what is published, sorted; hints aside, which most good files have too. */
  readonly codes: (uri: string) => string[];
  readonly open: (uri: string, text?: string, languageId?: string) => void;
  readonly replaceText: (uri: string, text: string) => void;
  readonly replaceRange: (uri: string, range: Range, newText: string) => void;
  readonly close: (uri: string) => void;
  /** The text that the editor shows, or the disk has. */
  readonly textOf: (uri: string) => string;
  readonly changeOnDisk: (...changes: readonly (readonly ['created' | 'changed' | 'deleted', string])[]) => void;
  /** With their edits, also those that are sent only when the action is chosen. */
  readonly codeActions: (uri: string, where: Diagnostic | Range, diagnostics?: readonly Diagnostic[]) => Promise<CodeAction[]>;
  readonly applyEdit: (edit: WorkspaceEdit | undefined) => void;
  /** Answers `workspace/configuration` from now on, and tells the server. */
  readonly configure: (settings: object) => void;
  readonly waitUntil: <T>(what: string, look: () => T | undefined | false) => Promise<T>;
  /** Waits until the codes in the file are exactly these, in any order and hints aside. */
  readonly waitForCodes: (uri: string, ...codes: readonly string[]) => Promise<readonly Diagnostic[]>;
  /** Ends when the server has handled everything that was sent to it until now. */
  readonly roundTrip: () => Promise<void>;
  /** Waits until the server has nothing left to do, so that nothing more is to be published. */
  readonly waitUntilIdle: () => Promise<void>;
  /** Says goodbye as the protocol wants it; gives the exit code. */
  readonly stop: () => Promise<number | null>;
}

export interface LspClientOptions {
  /** Called before the server is initialized, to listen to what it tells from the start on. */
  readonly onConnection?: (connection: ProtocolConnection) => void;
  readonly folders?: readonly string[] | undefined;
  readonly rootUri?: string;
  readonly capabilities?: ClientCapabilities;
  readonly options?: InitializationOptions;
  /** A function is called for each answer; what it throws is the answer. */
  readonly settings?: object;
  readonly clientInfo?: { readonly name: string };
  readonly nodeOptions?: readonly string[];
  /** Does not wait for the first reading of the folders. */
  readonly skipWaitForFindings?: boolean;
}

/** All that the server makes use of. */
export const FULL_CAPABILITIES: ClientCapabilities = {
  workspace: {
    applyEdit: true, configuration: true, workspaceFolders: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'], changeAnnotationSupport: {} },
    didChangeConfiguration: { dynamicRegistration: true }, didChangeWatchedFiles: { dynamicRegistration: true },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, versionSupport: true, tagSupport: { valueSet: [1, 2] },
      dataSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } }, isPreferredSupport: true, honorsChangeAnnotations: true,
      dataSupport: true, resolveSupport: { properties: ['edit'] },
    },
  },
};

const runningServers = new Set<ChildProcessWithoutNullStreams>();

/** For `afterEach`: no server outlives its test. */
export function killServers(): void {
  for (const child of runningServers) child.kill('SIGKILL');
  runningServers.clear();
}

/** @param nodeOptions for Node, before the module */
export async function spawnServer(nodeOptions: readonly string[] = []): Promise<ChildProcessWithoutNullStreams> {
  const server = [...nodeOptions, '--require', path.join(__dirname, 'answer-when-idle.cjs'), await buildServerModule(), '--stdio'];
  const child = spawn(process.execPath, server, { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] }) as ChildProcessWithoutNullStreams;
  runningServers.add(child);
  child.once('exit', () => runningServers.delete(child));
  return child;
}

export async function startClient(options: LspClientOptions = {}): Promise<LspClient> {
  const child = await spawnServer(options.nodeOptions);
  const reader = new StreamMessageReader(child.stdout);
  // A server that is killed in the middle of a message would leave a timer behind that starts itself again, and the tests would never end.
  reader.partialMessageTimeout = 0;
  const connection = createProtocolConnection(reader, new StreamMessageWriter(child.stdin));
  options.onConnection?.(connection);
  const documents = new Map<string, TextDocument>();
  const published: PublishDiagnosticsParams[] = [];
  const latest = new Map<string, readonly Diagnostic[]>();
  const logs: string[] = [];
  const registrations: RegistrationParams['registrations'] = [];
  const appliedEdits: WorkspaceEdit[] = [];
  const watchers = new Set<() => void>();
  let settings = options.settings ?? {};
  let stderr = '';
  /** How often the server said or asked something. */
  let received = 0;

  const noticed = (): void => {
    received += 1;
    for (const look of watchers) look();
  };
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.push(params);
    latest.set(params.uri, params.diagnostics);
    noticed();
  });
  connection.onNotification('window/logMessage', ({ message }: LogMessageParams) => {
    logs.push(message);
    noticed();
  });
  connection.onRequest('client/registerCapability', ({ registrations: added }: RegistrationParams) => {
    registrations.push(...added);
    noticed();
  });
  connection.onRequest('workspace/configuration', ({ items }: ConfigurationParams) => {
    noticed();
    return items.map(() => (typeof settings === 'function' ? (settings as () => object)() : settings));
  });
  connection.onRequest('workspace/applyEdit', ({ edit }: ApplyWorkspaceEditParams) => {
    appliedEdits.push(edit);
    noticed();
    apply(edit);
    return { applied: true };
  });
  connection.listen();

  const until = <T>(what: string, look: () => T | undefined | false): Promise<T> => new Promise((resolve, reject) => {
    const done = (end: () => void): void => {
      clearTimeout(timer);
      watchers.delete(check);
      end();
    };
    const check = (): void => {
      const found = look();
      if (found !== undefined && found !== false) done(() => resolve(found));
    };
    const timer = setTimeout(() => done(() => reject(new Error(`waited in vain for ${what}\n${report()}`))), 8000);
    watchers.add(check);
    check();
  });
  const report = (): string => [
    ...[...latest].map(([uri, diagnostics]) => `${uri}: ${diagnostics.map(({ code }) => code).join(', ')}`), ...logs, stderr,
  ].join('\n');

  const textOf = (uri: string): string => documents.get(uri)?.getText() ?? readFileSync(URI.parse(uri).fsPath, 'utf8');
  const send = (uri: string, version: number, contentChanges: TextDocumentContentChangeEvent[]): void =>
    void connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  const change = (uri: string, changes: TextDocumentContentChangeEvent[]): void => {
    const document = documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    const next = TextDocument.update(document, changes, document.version + 1);
    documents.set(uri, next);
    send(uri, next.version, changes);
  };
  const onDisk: LspClient['changeOnDisk'] = (...changes) =>
    void connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: changes.map(([type, uri]) => ({ uri,
        type: { created: FileChangeType.Created, changed: FileChangeType.Changed, deleted: FileChangeType.Deleted }[type] })
      ),
    });

  const applyTo = (uri: string, edits: readonly { range: Range; newText: string }[]): void => {
    const open = documents.get(uri);
    if (open !== undefined) {
      // from the end, so that no edit moves the place of another
      const backwards = [...edits].sort((a, b) => open.offsetAt(b.range.start) - open.offsetAt(a.range.start));
      change(uri, backwards.map(({ range, newText }) => ({ range, text: newText })));
      return;
    }
    const file = URI.parse(uri).fsPath;
    writeFileSync(file, TextDocument.applyEdits(TextDocument.create(uri, '', 0, readFileSync(file, 'utf8')), [...edits]));
    onDisk(['changed', uri]);
  };
  const create = (uri: string): void => {
    const file = URI.parse(uri).fsPath;
    if (existsSync(file)) throw new Error(`${uri} is there already`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '');
    onDisk(['created', uri]);
  };
  const apply: LspClient['applyEdit'] = (edit) => {
    if (edit === undefined) throw new Error('there is nothing to apply');
    for (const [uri, edits] of Object.entries(edit.changes ?? {})) applyTo(uri, edits);
    for (const part of edit.documentChanges ?? []) {
      if (!('kind' in part)) {
        const version = documents.get(part.textDocument.uri)?.version ?? null;
        if (part.textDocument.version !== version) throw new Error(`${part.textDocument.uri} is at version ${version}, the edit for `
          + `${part.textDocument.version}`);
        applyTo(part.textDocument.uri, part.edits as { range: Range; newText: string }[]);
      } else if (part.kind === 'create') create(part.uri);
      else throw new Error(`cannot ${part.kind}`);
    }
  };

  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: options.rootUri ?? null,
    capabilities: options.capabilities ?? FULL_CAPABILITIES,
    initializationOptions: options.options,
    clientInfo: options.clientInfo,
    workspaceFolders: options.folders?.map((uri) => ({ uri, name: path.basename(uri) })) ?? null,
  });
  await connection.sendNotification('initialized', {});

  const client: LspClient = {
    connection, process: child, initialized, published, logs, registrations, appliedEdits, textOf, changeOnDisk: onDisk, applyEdit: apply,
    waitUntil: until,
    diagnostics: (uri) => latest.get(uri) ?? [],
    codes: (uri) =>
      (latest.get(uri) ?? []).filter(({ severity }) => severity !== DiagnosticSeverity.Hint).map(({ code }) => String(code)).sort(),
    open: (uri, text = textOf(uri), languageId = 'json') => {
      documents.set(uri, TextDocument.create(uri, languageId, 1, text));
      void connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
    },
    replaceText: (uri, text) => change(uri, [{ text }]),
    replaceRange: (uri, range, newText) => change(uri, [{ range, text: newText }]),
    close: (uri) => {
      documents.delete(uri);
      void connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    },
    codeActions: async (uri, where, diagnostics = 'range' in where ? [where] : []) => {
      const range = 'range' in where ? where.range : where;
      const actions = await connection.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range,
        context: { diagnostics } });
      return Promise.all(
        actions.map(async (
          action,
        ) => (action.data === undefined ? action : await connection.sendRequest<CodeAction>('codeAction/resolve', action))),
      );
    },
    configure: (next) => {
      settings = next;
      void connection.sendNotification('workspace/didChangeConfiguration', { settings: { kmsHandshake: next } });
    },
    roundTrip: () => connection.sendRequest('$/unknownToTheServer').then(() => undefined, () => undefined),
    waitForCodes: async (uri, ...codes) => {
      const wanted = [...codes].sort().join(', ');
      return until(`[${wanted}] in ${uri}`, () => (client.codes(uri).join(', ') === wanted ? client.diagnostics(uri) : undefined));
    },
    waitUntilIdle: async () => {
      // A question of the server is answered by the editor, and then goes on.
      for (let before = -1; before !== received; ) {
        before = received;
        await client.roundTrip();
        await new Promise((resolve, reject) => {
          child.once('message', resolve);
          child.send('idle?', (error) => { if (error) reject(error); });
        });
        await client.roundTrip();
      }
    },
    stop: async () => {
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      return ended;
    },
  };
  if (options.skipWaitForFindings !== true) await until('the folders to be read', () => logs.some((line) => /files? in \d/.test(line)));
  return client;
}
