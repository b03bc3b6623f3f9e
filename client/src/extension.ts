import * as vscode from 'vscode';
import { registerCommands } from './commands/index';
import { continueWalkthrough } from './commands/open-examples';
import { accessPanel } from './panel/access-panel';
import { languageServer, type Server } from './server';
import { accessTree } from './tree/access-tree';
import { statusBar, type StatusBar } from './status-bar/status-bar';
import type { TreeNode } from './tree/nodes';

/** Kept only so that `deactivate` can end the server and wait for it. */
let running: Server | undefined;

/** What others may ask of the extension; the tests do. */
export interface Api {
  readonly accessTree: vscode.TreeDataProvider<TreeNode>;
  readonly statusBar: StatusBar;
}

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const output = vscode.window.createOutputChannel('KMS Handshake', { log: true });
  const server = languageServer(context.asAbsolutePath('dist/server.js'), context.storageUri, output);
  running = server;
  registerCommands(context, server, accessPanel(context, server));
  context.subscriptions.push(
    output,
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      // The client tells the server of the other settings; which documents it serves, and whose syntax VS Code checks, is fixed when it starts.
      if (['kmsHandshake.files', 'json.validate'].some((section) => change.affectsConfiguration(section))) await server.restart();
    }),
  );
  const api: Api = { accessTree: accessTree(context, server), statusBar: statusBar(context, server) };
  void continueWalkthrough(context).then(undefined, (error: unknown) => output.warn(String(error)));
  await server.restart();
  return api;
}

export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}
