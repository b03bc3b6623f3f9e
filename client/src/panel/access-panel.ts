import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { SourcePlace, ToExtension, ToPanel, ViewName } from '../../webview/messages';
import type { Server } from '../server';
import { pageHtml } from './html';

/** VS Code brings a panel of this type back when its window is opened again. */
const VIEW_TYPE = 'kmsHandshake.access';

/** The panel "KMS access": the matrix and the map of the whole workspace, in an editor tab. There is at most one. */
export interface AccessPanel {
  /** Brings it to the front, made anew if there is none. */
  show(view: ViewName): Promise<void>;
}

/** Gets what a view shows from the server. */
type Contents = (server: Server) => Promise<ToPanel>;

const CONTENTS: Readonly<Record<ViewName, Contents>> = {
  matrix: () => Promise.resolve({ type: 'trouble', message: '' }),
  map: () => Promise.resolve({ type: 'trouble', message: '' }),
};

export function accessPanel(context: vscode.ExtensionContext, server: Server): AccessPanel {
  let open: vscode.WebviewPanel | undefined;
  const files = vscode.Uri.joinPath(context.extensionUri, 'dist');

  /** Kept until the page is there to take it. */
  const post = async (message: ToPanel): Promise<void> => {
    await open?.webview.postMessage(message);
  };
  const settle = (panel: vscode.WebviewPanel): void => {
    open = panel;
    panel.webview.options = { enableScripts: true, localResourceRoots: [files] };
    const stop = serve(panel, server);
    panel.onDidDispose(() => {
      stop.dispose();
      open = undefined;
    });
    panel.webview.html = pageOf(panel.webview, files);
  };

  context.subscriptions.push(vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: (panel) => {
      settle(panel);
      return Promise.resolve();
    },
  }));
  return {
    show: async (view) => {
      if (open === undefined) settle(vscode.window.createWebviewPanel(VIEW_TYPE, 'KMS access', vscode.ViewColumn.Active));
      else open.reveal();
      await post({ type: 'view', view });
    },
  };
}

function pageOf(webview: vscode.Webview, files: vscode.Uri): string {
  const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
  return pageHtml({ nonce: randomBytes(16).toString('hex'), script: address('webview.js'), style: address('webview.css'), source: webview.cspSource });
}

/** Answers the page of the panel, and sends it the view in front anew whenever the policies change. */
function serve(panel: vscode.WebviewPanel, server: Server): vscode.Disposable {
  let inFront: ViewName | undefined;
  const refresh = oneAtATime(async () => {
    if (inFront !== undefined && panel.visible) await panel.webview.postMessage(await contentsOf(inFront, server));
  });
  const received = panel.webview.onDidReceiveMessage((message: ToExtension) => {
    switch (message.type) {
      case 'show':
        inFront = message.view;
        refresh();
        return;
      case 'open': void openPlace(message.place);
    }
  });
  // A panel that comes back from behind another tab asks for its contents itself.
  return vscode.Disposable.from(received, server.onDidChange(refresh));
}

async function contentsOf(view: ViewName, server: Server): Promise<ToPanel> {
  try {
    return await CONTENTS[view](server);
  } catch (error) {
    return { type: 'trouble', message: error instanceof Error ? error.message : String(error) };
  }
}

/** What is asked for while the work is under way is done once more after it. */
function oneAtATime(work: () => Promise<void>): () => void {
  let asked = 0;
  const run = async (): Promise<void> => {
    const seen = asked;
    await work();
    if (asked === seen) asked = 0;
    else void run();
  };
  return () => {
    asked++;
    if (asked === 1) void run();
  };
}

/** Beside the panel where there is another column, so that both stay in sight. */
async function openPlace({ uri, range: { start, end } }: SourcePlace): Promise<void> {
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri), { selection });
}
