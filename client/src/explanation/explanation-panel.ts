import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ExplainAnswer } from '../../../server/src/lsp/protocol/explain';
import type { ExplanationButton, ExplanationMessage } from '../../webview/explanation/messages';
import { errorText } from '../window/commands';
import { showError } from '../window/messages';
import { createWebviewPanel } from '../window/webview-panel';
import { explanationHtml } from './explanation-html';

/** VS Code brings a panel of this type back when its window is opened again. */
const VIEW_TYPE = 'kmsHandshake.explanation';

/** The page that shows an answer, with links and buttons. There is at most one. */
export interface ExplanationPanel {
  /** Shows the answer to the question of a URI, and brings the page to the front unless it only follows the policies. */
  readonly show: (question: vscode.Uri, answer: ExplainAnswer, isUpdate: boolean) => void;
  /** The question of the page; undefined while there is none. */
  readonly question: () => vscode.Uri | undefined;
}

export interface ExplanationPanelEvents {
  readonly onOpenLink: (question: vscode.Uri, link: number) => Promise<unknown>;
  readonly onButton: (question: vscode.Uri, button: ExplanationButton) => Promise<unknown>;
  /** A page is there again and wants its answer. */
  readonly onRestore: (question: vscode.Uri) => Promise<unknown>;
}

export function createExplanationPanel(context: vscode.ExtensionContext, events: ExplanationPanelEvents): ExplanationPanel {
  let current: { readonly panel: vscode.WebviewPanel; question: vscode.Uri } | undefined;
  const files = vscode.Uri.joinPath(context.extensionUri, 'dist');

  const adopt = (panel: vscode.WebviewPanel, question: vscode.Uri): void => {
    panel.webview.options = { enableScripts: true, localResourceRoots: [files] };
    const page = { panel, question };
    current = page;
    panel.onDidDispose(() => {
      if (current === page) current = undefined;
    });
    panel.webview.onDidReceiveMessage((message: ExplanationMessage) => {
      const work = message.type === 'open'
        ? events.onOpenLink(page.question, message.link)
        : events.onButton(page.question, message.button);
      work.catch((error: unknown) => void showError(`KMS Handshake: ${errorText(error)}`));
    });
  };
  context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: async (panel, state) => {
      if (typeof state !== 'string') {
        panel.dispose(); // the window was closed before the page was there
        return;
      }
      const question = vscode.Uri.parse(state);
      adopt(panel, question);
      await events.onRestore(question);
    },
  }));
  return {
    question: () => current?.question,
    show: (question, answer, isUpdate) => {
      if (current === undefined) adopt(createWebviewPanel(VIEW_TYPE, answer.title), question);
      else if (!isUpdate) current.panel.reveal();
      if (current === undefined) return;
      current.question = question;
      current.panel.title = answer.title;
      current.panel.webview.html = htmlFor(current.panel.webview, files, question, answer);
    },
  };
}

function htmlFor(webview: vscode.Webview, files: vscode.Uri, question: vscode.Uri, answer: ExplainAnswer): string {
  const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
  return explanationHtml(answer, {
    nonce: randomBytes(16).toString('hex'), script: address('explanation.js'), style: address('explanation.css'),
    cspSource: webview.cspSource,
    language: vscode.env.language, question: question.toString(),
    buttons: [
      ...answer.remedy?.edit === undefined ? [] : [{ id: 'showEdit', label: vscode.l10n.t('Show this edit') } as const],
      { id: 'explainAnother', label: vscode.l10n.t('Explain another access…') },
      { id: 'copy', label: vscode.l10n.t('Copy as Markdown') },
      { id: 'openAsText', label: vscode.l10n.t('Open as text') },
    ],
  });
}
