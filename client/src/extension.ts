import * as vscode from 'vscode';
import { registerCommands } from './commands/register-commands';
import { continueWalkthrough } from './commands/open-examples';
import { createAccessPanel } from './panel/access-panel';
import { createLanguageServer, type LanguageServer } from './language-server';
import { createAccessTree } from './tree/access-tree';
import { openRuleDocumentationLinks, ruleDocumentationAddress } from './commands/rule-documentation-links';
import { keepPolicyFileContext } from './commands/policy-file-context';
import { createServerStatus, type ServerStatus } from './status-bar/server-status';
import { createStatusBar, type StatusBar } from './status-bar/status-bar';
import type { TreeNode } from './tree/tree-nodes';

/** Kept only so that `deactivate` can end the server and wait for it. */
let runningServer: LanguageServer | undefined;

/** What others may ask of the extension; the tests do. */
export interface ExtensionApi {
  readonly accessTree: vscode.TreeDataProvider<TreeNode>;
  readonly statusBar: StatusBar;
  readonly serverStatus: ServerStatus;
}

export async function activate(context: vscode.ExtensionContext): Promise<ExtensionApi> {
  const output = vscode.window.createOutputChannel('KMS Handshake', { log: true });
  const languageServer = createLanguageServer({ module: context.asAbsolutePath('dist/server.js'), output,
    ruleDocumentation: ruleDocumentationAddress(context) });
  runningServer = languageServer;
  registerCommands(context, languageServer, createAccessPanel(context, languageServer), output);
  context.subscriptions.push(
    output,
    openRuleDocumentationLinks(context),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      // The client tells the server of the other settings; which documents it serves, and whose syntax VS Code checks, is fixed when it
      // starts.
      if (['kmsHandshake.files', 'json.validate'].some((section) => change.affectsConfiguration(section))) await languageServer.restart();
    }),
  );
  const extensionApi: ExtensionApi = { accessTree: createAccessTree(context, languageServer),
    statusBar: createStatusBar(context, languageServer), serverStatus: createServerStatus(context, languageServer) };
  keepPolicyFileContext(context, languageServer);
  void continueWalkthrough(context).then(undefined, (error: unknown) => output.warn(String(error)));
  await languageServer.restart();
  return extensionApi;
}

export async function deactivate(): Promise<void> {
  await runningServer?.stop();
  runningServer = undefined;
}
