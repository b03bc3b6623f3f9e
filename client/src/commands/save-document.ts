import * as vscode from 'vscode';
import { openDocumentOf } from '../open-document';

/** Saves what a command changed. Throws when VS Code cannot, with a sentence for the person. */
export async function saveDocument(document: vscode.TextDocument): Promise<void> {
  if (!(await document.save()))
    throw new Error(vscode.l10n.t('{0} was changed, but could not be saved.', vscode.workspace.asRelativePath(document.uri)));
}

/** The same by URI, after an edit: a file whose document is not open has nothing that is not saved. */
export async function saveFile(uri: vscode.Uri): Promise<void> {
  const document = openDocumentOf(uri);
  if (document !== undefined) await saveDocument(document);
}
