import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, TransportKind, type DocumentFilter, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';

/**
 * The client side of the language server, not yet started.
 * @param module absolute path of dist/server.js
 */
export function createClient(module: string, output: vscode.LogOutputChannel): LanguageClient {
  const run = { module, transport: TransportKind.stdio };
  const server: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6019'] } } };
  const options: LanguageClientOptions = {
    documentSelector: documentSelector(),
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    diagnosticCollectionName: 'kms-handshake',
  };
  return new LanguageClient('kmsHandshake', 'KMS Handshake', server, options);
}

/**
 * Files by pattern, not by language: `*.json.tpl` and `*.json.tftpl` belong to whatever language another extension gives them.
 * What has no file name yet can only be told by its language.
 */
function documentSelector(): DocumentFilter[] {
  const patterns = vscode.workspace.getConfiguration('kmsHandshake').get<string[]>('files', []);
  return [
    ...patterns.map((pattern) => ({ scheme: 'file', pattern })),
    { scheme: 'untitled', language: 'json' },
    { scheme: 'untitled', language: 'jsonc' },
  ];
}
