import * as vscode from 'vscode';
import type { ExplainAnswer } from '../../../server/src/lsp/protocol/explain';
import type { ExplanationButton, ExplanationMessage } from '../../webview/explanation/messages';
import { errorText } from '../window/commands';
import { showError } from '../window/messages';
import { createWebviewPanel, pageResources, restrictWebview } from '../window/webview-panel';
import { explanationHtml, type ExplanationHtmlOptions } from './explanation-html';

/** VS Code brings a panel of this type back when its window is opened again. */
const VIEW_TYPE = 'kmsHandshake.explanation';

/** The page that shows an answer, with links and buttons. There is at most one. */
export interface ExplanationPanel {
  /** Shows the answer to the question of a URI, and brings the page to the front unless it only follows the policies. */
  readonly show: (question: vscode.Uri, answer: ExplainAnswer, isUpdate: boolean) => void;
  /** The question of the page; undefined while there is none. */
  readonly question: () => vscode.Uri | undefined;
  /** The policies have changed: the answer is wanted anew, now or, of a page that is hidden, when it is seen again. */
  readonly refresh: () => void;
}

export interface ExplanationPanelEvents {
  readonly onOpenLink: (question: vscode.Uri, link: number) => Promise<unknown>;
  readonly onButton: (question: vscode.Uri, button: ExplanationButton) => Promise<unknown>;
  /** The page wants the answer of now. */
  readonly onRefresh: (question: vscode.Uri) => Promise<unknown>;
}

export function createExplanationPanel(context: vscode.ExtensionContext, events: ExplanationPanelEvents): ExplanationPanel {
  let current: ExplanationPage | undefined;

  const refresh = (page: ExplanationPage): void => {
    page.isOutdated = !page.panel.visible;
    if (!page.isOutdated) void events.onRefresh(page.question).catch(() => undefined); // the server ended: its successor is asked
  };
  const adopt = (panel: vscode.WebviewPanel, question: vscode.Uri): void => {
    restrictWebview(panel.webview, context.extensionUri);
    const page: ExplanationPage = { panel, question, isOutdated: false };
    current = page;
    panel.onDidChangeViewState(() => {
      if (page.isOutdated) refresh(page);
    });
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
      await events.onRefresh(question);
    },
  }));
  return {
    question: () => current?.question,
    refresh: () => {
      if (current !== undefined) refresh(current);
    },
    show: (question, answer, isUpdate) => {
      if (current === undefined) adopt(createWebviewPanel(VIEW_TYPE, answer.title), question);
      else if (!isUpdate) current.panel.reveal();
      if (current === undefined) return;
      current.question = question;
      current.panel.title = answer.title;
      current.panel.webview.html = explanationHtml(pageResources(current.panel.webview, context.extensionUri, 'explanation'), answer,
        { question: question.toString(), buttons: buttonsOf(answer) });
    },
  };
}

interface ExplanationPage {
  readonly panel: vscode.WebviewPanel;
  question: vscode.Uri;
  /** The policies have changed while it was hidden. */
  isOutdated: boolean;
}

function buttonsOf({ remedy }: ExplainAnswer): ExplanationHtmlOptions['buttons'] {
  return [
    ...remedy?.edit === undefined ? [] : [{ id: 'showEdit', label: vscode.l10n.t('Show this edit') } as const],
    ...remedy?.statement === undefined ? [] : [{ id: 'copyStatement', label: vscode.l10n.t('Copy the statement') } as const],
    { id: 'explainAnother', label: vscode.l10n.t('Explain another access…') },
    { id: 'copy', label: vscode.l10n.t('Copy as Markdown') },
    { id: 'openAsText', label: vscode.l10n.t('Open as text') },
  ];
}
