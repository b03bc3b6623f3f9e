import * as vscode from 'vscode';
import type { Refused } from '../../server/src/lsp/protocol/edits';

/** Says why the server does not do what was asked for, without waiting for anybody to read it. */
export function refuse({ refused }: Refused): void {
  void vscode.window.showWarningMessage(`KMS Handshake: ${refused}`);
}
