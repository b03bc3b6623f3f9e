import * as vscode from 'vscode';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';

/** Menus need not follow every keystroke. Milliseconds. */
const UPDATE_DELAY = 1000;
/** The name that conditions of the manifest use: `resource in kmsHandshake.policyFiles`. */
const CONTEXT_KEY = 'kmsHandshake.policyFiles';

/** Keeps the list of files that contain policies, by which VS Code decides where it shows the menus of the extension. */
export function keepPolicyFileContext(context: vscode.ExtensionContext, languageServer: LanguageServer): void {
  let previousValue = '';
  let timer: NodeJS.Timeout | undefined;
  const update = async (): Promise<void> => {
    if (languageServer.client() === undefined) return;
    const policies = await sendServerRequest(languageServer, 'kmsHandshake/policies', {});
    // VS Code compares with the form that its own URIs have as text.
    const files = [...new Set(policies.map(({ uri }) => vscode.Uri.parse(uri).toString()))];
    const list = files.join('\n');
    if (list === previousValue) return;
    previousValue = list;
    await vscode.commands.executeCommand('setContext', CONTEXT_KEY, files);
  };
  context.subscriptions.push(
    languageServer.onDidChange(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void update().catch(() => undefined), UPDATE_DELAY); // a server that ended meanwhile is asked again
    }),
    { dispose: () => clearTimeout(timer) },
  );
}
