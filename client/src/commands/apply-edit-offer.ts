import * as vscode from 'vscode';
import type { EditOffer, Refused } from '../../../server/src/lsp/protocol/edits';
import { showRefusal } from '../show-refusal';
import { asWorkspaceEdit } from '../server-request';
import type { LanguageServer } from '../language-server';
import { showInformation } from '../window/messages';
import { saveFile } from './save-document';

/**
 * Makes the edit of `kms-handshake.json` that the server offers, and saves it; says why where the server refuses. Throws where it cannot be
 * saved.
 */
export async function applyEditOffer(languageServer: LanguageServer,
  offer: EditOffer | Refused): Promise<{ readonly uri: string } | undefined> {
  const edited = await applyEditOfOpenFile(languageServer, offer);
  if (!edited || 'refused' in offer) return undefined;
  await saveFile(vscode.Uri.parse(offer.uri));
  void showDeclaration(offer);
  return edited;
}

/** The same of a file that somebody looks at: it is not saved, as after any quick fix. */
export async function applyEditOfOpenFile(languageServer: LanguageServer,
  offer: EditOffer | Refused): Promise<{ readonly uri: string } | undefined> {
  if ('refused' in offer) {
    showRefusal(offer);
    return undefined;
  }
  if (!(await vscode.workspace.applyEdit(await asWorkspaceEdit(languageServer, offer.edit)))) {
    showRefusal({
      refused: vscode.l10n.t('{0} was not changed: VS Code could not make the edit.',
        vscode.workspace.asRelativePath(vscode.Uri.parse(offer.uri))),
    });
    return undefined;
  }
  return { uri: offer.uri };
}

/** Nothing is written without a word: says what was, and leads to the file. */
async function showDeclaration({ outcome, uri }: EditOffer): Promise<void> {
  const open = vscode.l10n.t('Open {0}', vscode.workspace.asRelativePath(vscode.Uri.parse(uri)));
  if (await showInformation(outcome, open) === open) await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri));
}
