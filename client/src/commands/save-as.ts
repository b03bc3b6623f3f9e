import * as vscode from 'vscode';
import { showInformation } from '../window/messages';
import { isInsideFolder } from '../real-path-containment';

/** What a document is called in the dialogue, and the name that it offers, without its extension. */
interface SaveDialogOptions {
  readonly title: string;
  readonly label: string;
  readonly extension: string;
  readonly name: string;
}

/**
 * Saves a text as a file and offers to open it. Undefined when the dialogue was dismissed.
 *
 * @param to the URI of the file in a folder of the workspace, in place of a dialogue; one that is there is replaced
 */
export async function saveAs(text: string, kind: SaveDialogOptions, to?: string): Promise<{ readonly uri: string } | undefined> {
  const uri = to === undefined ? await askFile(kind) : vscode.Uri.parse(to, true);
  if (uri === undefined) return undefined;
  // In the dialogue a person chooses where; the argument of a command may come from anywhere.
  if (to !== undefined && !await isInWorkspace(uri))
    throw new Error(vscode.l10n.t('{0} is not written: it is outside of the workspace folders, or a link leads there.', uri.fsPath));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  void offerToOpen(uri);
  return { uri: uri.toString() };
}

async function isInWorkspace(uri: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder?.uri.scheme === 'file' && await isInsideFolder(folder.uri.fsPath, uri.fsPath);
}

function askFile({ title, label, extension, name }: SaveDialogOptions): Thenable<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return vscode.window.showSaveDialog({
    title, filters: { [label]: [extension] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder.uri, `${name}.${extension}`) }),
  });
}

async function offerToOpen(uri: vscode.Uri): Promise<void> {
  const open = await showInformation(vscode.l10n.t('Saved as {0}.', vscode.workspace.asRelativePath(uri)), vscode.l10n.t('Open'));
  if (open !== undefined) await vscode.commands.executeCommand('vscode.open', uri);
}
