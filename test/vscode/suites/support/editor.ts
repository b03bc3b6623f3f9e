import * as vscode from 'vscode';
import { until } from './poll';

const SOURCE = 'kms-handshake';

/** The first folder of the workspace, a throw-away copy of test/vscode/workspace. */
export function folder(): vscode.Uri {
  const first = vscode.workspace.workspaceFolders?.[0];
  if (first === undefined) throw new Error('no folder is open');
  return first.uri;
}

export const at = (relative: string): vscode.Uri => vscode.Uri.joinPath(folder(), relative);

/**
 * Opens a file as a click does. `openTextDocument` would keep the document open for three minutes whatever becomes of its editor
 * and of the file, and so leave text of one test for the next.
 */
export async function open(relative: string): Promise<vscode.TextEditor> {
  const uri = at(relative);
  await vscode.commands.executeCommand('vscode.open', uri);
  return until(`an editor of ${relative}`, () => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.path === uri.path ? editor : undefined;
  });
}

/** Writes a file on disk, as another program would. */
export async function write(relative: string, text: string): Promise<vscode.Uri> {
  await vscode.workspace.fs.writeFile(at(relative), new TextEncoder().encode(text));
  return at(relative);
}

/** Replaces the whole text of an editor, unsaved. */
export async function type(editor: vscode.TextEditor, text: string): Promise<void> {
  const all = new vscode.Range(editor.document.positionAt(0), editor.document.positionAt(editor.document.getText().length));
  if (!(await editor.edit((edit) => { edit.replace(all, text); }))) throw new Error('the edit was refused');
}

/** Ours only: VS Code's own JSON findings stand beside them. */
export const diagnostics = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === SOURCE);

export const codeOf = ({ code }: vscode.Diagnostic): string => String(typeof code === 'object' ? code.value : code);

/** Waits for our findings in a file to have exactly these codes, in any order; none given: to be gone. */
export async function waitForCodes(uri: vscode.Uri, ...codes: string[]): Promise<vscode.Diagnostic[]> {
  const wanted = [...codes].sort().join(', ');
  let seen = '';
  return until(`[${wanted}] in ${uri.path}`, () => {
    const found = diagnostics(uri);
    seen = found.map(codeOf).sort().join(', ');
    if (seen !== wanted) throw new Error(`found [${seen}]`);
    return found;
  });
}

/** Waits for a finding with this code, whatever else there is. */
export async function waitForCode(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return until(`${code} in ${uri.path}`, () => {
    const found = diagnostics(uri);
    const diagnostic = found.find((each) => codeOf(each) === code);
    if (diagnostic === undefined) throw new Error(`found [${found.map(codeOf).join(', ')}]`);
    return diagnostic;
  });
}

/** Waits for a quick fix whose title has `title`. */
export async function waitForFix(uri: vscode.Uri, range: vscode.Range, title: string | RegExp): Promise<vscode.CodeAction> {
  return until(`the quick fix ${String(title)}`, async () => {
    const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range,
      vscode.CodeActionKind.QuickFix.value, 50);
    const fits = (
      codeAction: vscode.CodeAction,
    ): boolean => (typeof title === 'string' ? codeAction.title.includes(title) : title.test(codeAction.title));
    const fix = offered.find(fits);
    if (fix === undefined) throw new Error(`offered: ${offered.map((item) => item.title).join(' | ') || 'nothing'}`);
    return fix;
  });
}

/** Does what the editor does when a quick fix is chosen: the edit, then the command. */
export async function apply(action: vscode.CodeAction): Promise<void> {
  if (action.edit !== undefined && !(await vscode.workspace.applyEdit(action.edit))) throw new Error(`"${action.title}" was not applied`);
  const { command } = action;
  if (command !== undefined) await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
}

/**
 * The same for an edit in a file of another account, which is shown first: as if it had been accepted. There is no way to click a
 * notification from here (the suite of a person does it with the mouse), so the edit goes without its question.
 */
export async function applyConfirmed(action: vscode.CodeAction): Promise<void> {
  const { command, edit } = action;
  const plain = new vscode.WorkspaceEdit();
  for (const [uri, edits] of edit?.entries() ?? []) plain.set(uri, edits);
  const isApplied = command === undefined
    ? await vscode.workspace.applyEdit(plain)
    : await vscode.commands.executeCommand<boolean>(command.command, ...((command.arguments ?? []) as unknown[]), true);
  if (command === undefined && plain.size === 0) throw new Error(`"${action.title}" changes no text`);
  if (!isApplied) throw new Error(`"${action.title}" was not applied`);
}

/** Closes every editor and drops what is unsaved, so that no test sees what another typed. */
export async function closeAll(): Promise<void> {
  // What a fix changed has no editor yet, and would stay.
  for (const { uri } of vscode.workspace.textDocuments.filter(({ isDirty, isClosed }) => isDirty && !isClosed))
    await vscode.commands.executeCommand('vscode.open', uri);
  for (let open = vscode.window.activeTextEditor; open !== undefined; open = vscode.window.activeTextEditor)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
