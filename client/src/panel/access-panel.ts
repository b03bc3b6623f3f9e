import * as vscode from 'vscode';
import type { HandshakeRef } from '../../../server/src/lsp/protocol/handshakes';
import type { DrawnMatrix, SourceRange, MessageToExtension, MessageToPanel, ViewName } from '../../webview/messages';
import { toVscodeRange } from '../vscode-range';
import { exportMatrix } from '../commands/export-matrix';
import { sourceRangeOfTarget } from '../commands/map-source-location';
import { saveAs } from '../commands/save-as';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { errorText } from '../window/commands';
import { showError } from '../window/messages';
import { createWebviewPanel, pageResources, restrictWebview } from '../window/webview-panel';
import { panelHtml } from './panel-html';

/** VS Code brings a panel of this type back when its window is opened again. */
const VIEW_TYPE = 'kmsHandshake.access';

/** The panel "KMS access": the matrix and the map of the whole workspace, in an editor tab. There is at most one. */
export interface AccessPanel {
  /**
   * Brings it to the front, made anew if there is none, with that cell selected or narrowed to what has these words in its names. For the
   * matrix it ends when this is drawn, or when the server cannot tell what there is to draw: then it gives undefined.
   */
  show(view: ViewName, focus?: PanelFocus): Promise<DrawnMatrix | undefined>;
}

/** What the matrix is to draw attention to: a cell, or what a filter leaves. */
export type PanelFocus = HandshakeRef | { readonly filter: string };

export function createAccessPanel(context: vscode.ExtensionContext, languageServer: LanguageServer): AccessPanel {
  let open: AccessPage | undefined;

  const settle = (panel: vscode.WebviewPanel): AccessPage => {
    restrictWebview(panel.webview, context.extensionUri);
    const accessPage = createAccessPage(panel, languageServer);
    open = accessPage;
    panel.onDidDispose(() => {
      if (open === accessPage) open = undefined;
      accessPage.dispose();
    });
    panel.webview.html = panelHtml(pageResources(panel.webview, context.extensionUri, 'webview'), vscode.l10n.bundle);
    return accessPage;
  };

  context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: (panel) => {
      settle(panel);
      return Promise.resolve();
    },
  }));
  return {
    show: (view, focus) => {
      open?.panel.reveal();
      const page = open ?? settle(createWebviewPanel(VIEW_TYPE, vscode.l10n.t('KMS access')));
      return page.show(view, focus);
    },
  };
}

interface AccessPage {
  readonly panel: vscode.WebviewPanel;
  show(view: ViewName, focus: PanelFocus | undefined): Promise<DrawnMatrix | undefined>;
  dispose(): void;
}

/** The page of one panel: gets its contents from the server, anew whenever the policies change, and does what it asks for. */
function createAccessPage(panel: vscode.WebviewPanel, languageServer: LanguageServer): AccessPage {
  let inFront: ViewName | undefined;
  let gone = false;
  let waiting: ((drawn: DrawnMatrix | undefined) => void)[] = [];
  /** What it is to show once it is there: nothing is kept for a page that is still loading. */
  let later: readonly MessageToPanel[] = [];

  const post = async (message: MessageToPanel): Promise<void> => {
    if (!gone) await panel.webview.postMessage(message);
  };
  const answers = (drawn: DrawnMatrix | undefined): void => {
    for (const resolve of waiting) resolve(drawn);
    waiting = [];
  };
  const refresh = coalesceCalls(async () => {
    if (gone || inFront === undefined || !panel.visible) return;
    const contents = await requestViewContents(inFront, languageServer);
    await post(contents);
    if (contents.type === 'trouble') {
      answers(undefined); // nothing will be drawn
      return;
    }
    for (const message of later) await post(message);
    later = [];
  });
  const take = async (message: MessageToExtension): Promise<unknown> => {
    switch (message.type) {
      case 'show':
        inFront = message.view;
        return refresh();
      case 'cell': return post(await requestCell(message.cell, languageServer));
      case 'drawn':
        if (later.length === 0) answers(message.drawn);
        return undefined;
      case 'open': return openPlace(panel, message.place);
      case 'explain': return vscode.commands.executeCommand('kmsHandshake.explainAccess', message.question);
      case 'fix': return vscode.commands.executeCommand('kmsHandshake.tree.fix', { ...message.handshake, action: message.action });
      case 'export': return exportMatrix(languageServer, { document: message.document });
      case 'openInMap': {
        const place = await sourceRangeOfTarget(languageServer, message.target);
        return place && openPlace(panel, place);
      }
      case 'saveMap': return saveAs(message.svg, { title: vscode.l10n.t('Save the map'), label: 'SVG', extension: 'svg', name: 'kms-map' });
    }
  };
  const listeners = [
    panel.webview.onDidReceiveMessage((message: MessageToExtension) => void take(message).catch((error: unknown) => {
      answers(undefined); // of what it asked for nothing comes
      showPanelError(error);
    })),
    languageServer.onDidChange(() => void refresh()),
    // A page that is hidden is not there any more; when it comes back it asks for its contents itself.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) inFront = undefined;
    }),
  ];
  return {
    panel,
    show: (view, focus) => new Promise((resolve) => {
      if (view === 'matrix') waiting.push(resolve);
      else resolve(undefined);
      const messages = focusMessages(focus);
      if (inFront === view) {
        later = messages;
        void refresh();
      } else if (inFront === undefined) later = [{ type: 'view', view }, ...messages];
      else {
        later = messages;
        void post({ type: 'view', view });
      }
    }),
    dispose: () => {
      gone = true;
      for (const listener of listeners) listener.dispose();
      answers(undefined);
    },
  };
}

function focusMessages(focus: PanelFocus | undefined): readonly MessageToPanel[] {
  if (focus === undefined) return [];
  return ['filter' in focus ? { type: 'filter', text: focus.filter } : { type: 'select', cell: focus }];
}

function showPanelError(error: unknown): void {
  void showError(`KMS Handshake: ${errorText(error)}`);
}

async function requestViewContents(view: ViewName, languageServer: LanguageServer): Promise<MessageToPanel> {
  try {
    if (view === 'map') return { type: 'map', map: await sendServerRequest(languageServer, 'kmsHandshake/handshakes', {}) };
    return { type: 'matrix', matrix: await sendServerRequest(languageServer, 'kmsHandshake/matrix', {}) };
  } catch (error) {
    return { type: 'trouble', message: errorText(error) };
  }
}

async function requestCell(of: HandshakeRef, languageServer: LanguageServer): Promise<MessageToPanel> {
  const cell = await sendServerRequest(languageServer, 'kmsHandshake/matrixCell', of);
  return { type: 'cell', of, cell: 'refused' in cell ? undefined : cell };
}

/** What is asked for while the work is under way is done once more after it. */
function coalesceCalls(work: () => Promise<void>): () => Promise<void> {
  let requestCount = 0;
  const run = async (): Promise<void> => {
    const countAtStart = requestCount;
    try {
      await work();
    } finally {
      const again = requestCount !== countAtStart;
      requestCount = 0;
      if (again) await ask();
    }
  };
  const ask = async (): Promise<void> => {
    requestCount++;
    if (requestCount === 1) await run();
  };
  return ask;
}

/** Beside the panel where there is another column, so that both stay in sight. */
async function openPlace(panel: vscode.WebviewPanel, { uri, range }: SourceRange): Promise<void> {
  const selection = toVscodeRange(range);
  const other = vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn !== panel.viewColumn)?.viewColumn;
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri), { selection,
    ...(other === undefined ? {} : { viewColumn: other }) });
}
