import * as vscode from 'vscode';

/** Where the walkthrough is to go on once that folder is open: a URI. */
const WALKTHROUGH_FOLDER_STATE = 'walkthroughContinuesIn';
const WALKTHROUGH = 'kms-handshake.kms-handshake#start';

/**
 * Copies the examples that ship with the extension into its own storage, each time anew, and opens the copy as a folder: in this
 * window where nothing else is open in it. Gives the URI of the copy.
 *
 * @param stay only copies
 */
export async function openExamples({ extensionUri, globalStorageUri, globalState }: vscode.ExtensionContext,
  stay: boolean): Promise<string> {
  const copy = await unusedFolder(globalStorageUri);
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(extensionUri, 'examples'), copy, { overwrite: false });
  if (stay) return copy.toString();
  await globalState.update(WALKTHROUGH_FOLDER_STATE, copy.toString());
  const hasFolders = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: hasFolders, forceReuseWindow: !hasFolders });
  return copy.toString();
}

/** Shows one file of the examples, where they are the folder of the window; else it opens them. */
export async function openExampleFile(context: vscode.ExtensionContext, file: string): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const uri = folder && vscode.Uri.joinPath(folder.uri, file);
  const isThere = uri !== undefined && await vscode.workspace.fs.stat(uri).then(() => true, () => false);
  if (isThere) await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
  else await openExamples(context, false);
}

/** In the window that was opened for the examples the walkthrough stands beside them. */
export async function continueWalkthrough({ globalState }: vscode.ExtensionContext): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined || globalState.get(WALKTHROUGH_FOLDER_STATE) !== folder.uri.toString()) return;
  await globalState.update(WALKTHROUGH_FOLDER_STATE, undefined);
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', { category: WALKTHROUGH, step: 'finding' });
  // Ends the step that this was, of which a new window knows nothing; only a change that the walkthrough sees does.
  await vscode.commands.executeCommand('setContext', 'kmsHandshake.examplesAreOpen', true);
}

/** A copy that somebody worked in stays as it is. */
async function unusedFolder(storage: vscode.Uri): Promise<vscode.Uri> {
  await vscode.workspace.fs.createDirectory(storage);
  const existingNames = new Set((await vscode.workspace.fs.readDirectory(storage)).map(([name]) => name));
  let name = 'kms-examples';
  for (let number = 2; existingNames.has(name); number++) name = `kms-examples-${number}`;
  return vscode.Uri.joinPath(storage, name);
}
