import * as vscode from 'vscode';

/**
 * The document of a file where VS Code has it open. `openTextDocument` would keep a closed file open for minutes (VS Code API), as if
 * somebody looked at it.
 */
export function openDocumentOf(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}
