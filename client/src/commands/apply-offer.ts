import * as vscode from 'vscode';
import type { EditOffer, Refused } from '../../../server/src/lsp/protocol/edits';
import { refuse } from '../refuse';
import { asWorkspaceEdit } from '../request';
import type { Server } from '../server';
import { save } from './save';

/** Makes the edit of `kms-handshake.json` that the server offers, and saves it; says why where the server refuses. Throws where it cannot be saved. */
export async function applyOffer(server: Server, offer: EditOffer | Refused): Promise<{ readonly uri: string } | undefined> {
  if ('refused' in offer) {
    refuse(offer);
    return undefined;
  }
  if (!(await vscode.workspace.applyEdit(await asWorkspaceEdit(server, offer.edit)))) {
    refuse({ refused: vscode.l10n.t('{0} was not changed: VS Code could not make the edit.', vscode.workspace.asRelativePath(vscode.Uri.parse(offer.uri))) });
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(offer.uri));
  await save(document);
  return { uri: offer.uri };
}
