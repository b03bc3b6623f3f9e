import * as vscode from 'vscode';

/** Saves what a command changed. Throws when VS Code cannot, with a sentence for the person. */
export async function saveDocument(document: vscode.TextDocument): Promise<void> {
  if (!(await document.save()))
    throw new Error(vscode.l10n.t('{0} was changed, but could not be saved.', vscode.workspace.asRelativePath(document.uri)));
}

/** The same by URI, right after an edit of the file: VS Code may not have said yet that its document is open. */
export async function saveFile(uri: vscode.Uri): Promise<void> {
  await saveDocument(await vscode.workspace.openTextDocument(uri));
}
