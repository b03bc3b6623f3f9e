import * as vscode from 'vscode';
import type { FileStatus } from '../../../server/src/lsp/protocol/status';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { registerCommand } from '../window/commands';
import { createStatusItem } from '../window/status-item';
import { showPolicyMenu } from './policy-menu';
import { statusContent } from './status-content';

const SHOW_MENU_COMMAND = 'kmsHandshake.showPolicyMenu';
/** The cursor runs through a file faster than anybody reads the status bar. Milliseconds. */
const UPDATE_DELAY = 120;

/** What the tests look at: VS Code has no way to ask what the status bar shows. */
export interface StatusBar {
  /** What the item says; undefined while it is hidden. */
  readonly text: () => string | undefined;
  readonly tooltip: () => string;
}

/** Says what policy the active editor shows, at the cursor if there are several; a click opens what can be done about it. */
export function createStatusBar(context: vscode.ExtensionContext, languageServer: LanguageServer): StatusBar {
  const item = createStatusItem('kmsHandshake.policy', vscode.l10n.t('KMS policy'), SHOW_MENU_COMMAND);
  let currentStatus: FileStatus | undefined;
  let requestCount = 0;
  let timer: NodeJS.Timeout | undefined;

  const show = (status: FileStatus | undefined): void => {
    currentStatus = status;
    item.show(status && statusContent(status));
  };
  const update = async (): Promise<void> => {
    const asking = ++requestCount;
    // The server may be on its way out: the next one is asked again.
    const status = await requestActiveEditorStatus(languageServer).catch(() => undefined);
    if (asking === requestCount) show(status);
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), UPDATE_DELAY);
  };
  context.subscriptions.push(
    item,
    vscode.window.onDidChangeActiveTextEditor(() => void update()),
    // In a file of one policy the cursor changes nothing.
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor && (currentStatus?.policies ?? 0) > 1) soon();
    }),
    registerCommand(SHOW_MENU_COMMAND, () => showPolicyMenu(languageServer, currentStatus)),
    languageServer.onDidChange(() => void update()),
    { dispose: () => clearTimeout(timer) },
  );
  return { text: () => (currentStatus === undefined ? undefined : item.text()), tooltip: item.tooltip };
}

async function requestActiveEditorStatus(languageServer: LanguageServer): Promise<FileStatus | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || languageServer.client() === undefined) return undefined;
  const { line, character } = editor.selection.active;
  return await sendServerRequest(languageServer, 'kmsHandshake/status', { textDocument: { uri: editor.document.uri.toString() },
    position: { line, character } }) ?? undefined;
}
