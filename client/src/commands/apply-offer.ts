import * as vscode from 'vscode';
import type { EditOffer, Refused } from '../../../server/src/lsp/protocol/edits';
import { asWorkspaceEdit } from '../request';
import type { Server } from '../server';

/** Makes the edit of `kms-handshake.json` that the server offers, and saves it; says why where the server refuses. */
export async function applyOffer(server: Server, offer: EditOffer | Refused): Promise<{ readonly uri: string } | undefined> {
  if ('refused' in offer) {
    void vscode.window.showWarningMessage(`KMS Handshake: ${offer.refused}`);
    return undefined;
  }
  if (!(await vscode.workspace.applyEdit(await asWorkspaceEdit(server, offer.edit)))) return undefined;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(offer.uri));
  await document.save();
  return { uri: offer.uri };
}
