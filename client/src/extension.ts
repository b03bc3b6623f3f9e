import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { createClient } from './server';

/** Kept only so that `deactivate` can end the server and wait for it. */
let running: { stop(): Promise<void> } | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('KMS Handshake', { log: true });
  context.subscriptions.push(output);
  const client = createClient(context.asAbsolutePath('dist/server.js'), output);
  running = { stop: () => client.dispose() };
  registerCommands(context, client);
  try {
    await client.start();
  } catch (error) {
    // The extension stays active: "Restart language server" must be there when it is needed.
    output.error(error instanceof Error ? error : String(error));
  }
}

export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}
