import * as vscode from 'vscode';
import type { DisplayedHandshakeStatus } from '../../../server/src/lsp/protocol/handshakes';

/** VS Code asks for the decorations of lines by URI; these carry all that there is to say. */
const SCHEME = 'kms-access-state';

/** What of a line is broken: the colour of its label, and the number beside it. */
export interface NodeDecoration {
  readonly state: DisplayedHandshakeStatus;
  readonly count: number;
}

/** The URI of a line that is decorated so. */
export function decorationUri(nodeId: string, { state, count }: NodeDecoration): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${nodeId}`, query: JSON.stringify({ state, count }) });
}

/** @param colors the colours of the states that are broken */
export function registerNodeDecorations(colors: Readonly<Partial<Record<DisplayedHandshakeStatus, vscode.ThemeColor>>>): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme, query }) => {
      if (scheme !== SCHEME) return undefined;
      const { state, count } = JSON.parse(query) as NodeDecoration;
      // Two characters are shown at most.
      return new vscode.FileDecoration(count > 99 ? '∞' : String(count), undefined, colors[state]);
    },
  });
}
