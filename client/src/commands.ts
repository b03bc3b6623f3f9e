import * as vscode from 'vscode';
import type { Server } from './server';

/** Registers the commands of the manifest that the client itself carries out. */
export function registerCommands(context: vscode.ExtensionContext, server: Server): void {
  const register = (id: string, run: () => Promise<void>): void => {
    context.subscriptions.push(vscode.commands.registerCommand(id, run));
  };
  register('kmsHandshake.restartServer', () => server.restart());
  for (const id of ['generateConsumerPolicy', 'generateKeyPolicyStatement', 'copyCliCommand', 'showRuleDocumentation'])
    register(`kmsHandshake.${id}`, async () => {
      await vscode.window.showInformationMessage('KMS Handshake: this command is not ready yet.');
    });
}
