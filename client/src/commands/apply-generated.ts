import * as vscode from 'vscode';
import type { Generated } from '../../../server/src/lsp/protocol/generate';
import { toVscodeRange } from '../vscode-range';
import { asWorkspaceEdit, sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { showInformation } from '../window/messages';
import { withoutConfirmation, type EditPreview } from '../edits/preview-edit';
import { applyEditOffer } from './apply-edit-offer';
import { copyCliCommand } from './copy-cli-command';
import { saveDocument, saveFile } from './save-document';

/** What a command came to: the file that was written. */
export interface GenerateResult {
  readonly uri: string;
}

/**
 * Makes the edit, shows the file, and saves it unless something in it is still to be filled in.
 *
 * @param editPreview shows an edit of another account's file first; undefined where the person has agreed to it already
 */
export async function applyGenerated(languageServer: LanguageServer, result: Generated,
  editPreview: EditPreview | undefined): Promise<GenerateResult | undefined> {
  const showSummary = (uri: vscode.Uri | undefined): GenerateResult | undefined => {
    void showOutcome(languageServer, result);
    return uri && { uri: uri.toString() };
  };
  if (result.nothingToDo) return showSummary(undefined);
  if (result.untitled !== undefined) return showSummary(await showUntitled(result.untitled, result));
  const uri = vscode.Uri.parse(result.uri);
  if (editPreview !== undefined && !await editPreview.confirm(result.edit, result.summary.replace(/\.$/, ''))) return undefined;
  if (result.snippet !== undefined) return showSummary(await insertSnippet(uri, result.created, result.snippet));
  const converted = await asWorkspaceEdit(languageServer, withoutConfirmation(result.edit));
  if (!(await vscode.workspace.applyEdit(converted))) return undefined;
  // At once: VS Code opens a tab for a document that is not saved within the second.
  for (const [other] of converted.entries())
    if (other.toString() !== uri.toString()) await saveFile(other);
  const editor = await openInEditor(uri);
  if (result.placeholders.length > 0) selectFirstPlaceholder(editor, result.placeholders);
  else await saveDocument(editor.document);
  return showSummary(uri);
}

/** Says what is true now, and offers what is next: the links that are still open, the declaration, the command that applies the policy. */
async function showOutcome(languageServer: LanguageServer, { outcome, notes, links, ...result }: Generated): Promise<void> {
  const { declaredIn, uri, untitled, nothingToDo, placeholders } = result;
  const openDeclaration = vscode.l10n.t('Open kms-handshake.json');
  const copyCommand = vscode.l10n.t('Copy AWS CLI command');
  const isWritten = untitled === undefined && !nothingToDo && placeholders.length === 0;
  const answer = await showInformation([outcome, ...notes].join(' '), ...links.map(({ title }) => title),
    ...declaredIn === undefined ? [] : [openDeclaration], ...isWritten ? [copyCommand] : []);
  const chosen = links.find(({ title }) => title === answer);
  if (chosen !== undefined) {
    const { policy, link } = chosen;
    await applyEditOffer(languageServer, 'keyArn' in link
      ? await sendServerRequest(languageServer, 'kmsHandshake/linkKey', { policy, keyArn: link.keyArn })
      : await sendServerRequest(languageServer, 'kmsHandshake/attach', { policy, target: link.target }));
  } else if (answer === openDeclaration && declaredIn !== undefined) {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(declaredIn));
  } else if (answer === copyCommand) await copyCliCommand(languageServer, { uri });
}

async function showUntitled(content: string, { snippet }: Generated): Promise<vscode.Uri> {
  const document = await vscode.workspace.openTextDocument({ language: 'json', content: snippet === undefined ? content : '' });
  const editor = await vscode.window.showTextDocument(document);
  if (snippet !== undefined) await editor.insertSnippet(new vscode.SnippetString(snippet.text), new vscode.Position(0, 0));
  return document.uri;
}

/**
 * Opens a file as a click does. `showTextDocument` would keep the document open for minutes after its editor was closed, and so
 * its policy known after the file was deleted.
 */
async function openInEditor(uri: vscode.Uri): Promise<vscode.TextEditor> {
  await vscode.commands.executeCommand('vscode.open', uri);
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  return editor ?? await vscode.window.showTextDocument(uri);
}

/** What nobody knows yet becomes a row of tab stops; the file is saved by the person who fills them in. */
async function insertSnippet(uri: vscode.Uri, create: boolean,
  { range: at, text }: NonNullable<Generated['snippet']>): Promise<vscode.Uri> {
  if (create) {
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { overwrite: false });
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error(vscode.l10n.t('{0} could not be created.', uri.fsPath));
  }
  const editor = await openInEditor(uri);
  const range = toVscodeRange(at);
  await editor.insertSnippet(new vscode.SnippetString(withoutIndentOf(editor.document.lineAt(range.start), range.start, text)), range);
  return uri;
}

/** VS Code indents the lines of a snippet like the line that it is put into; the server has done that already. */
function withoutIndentOf(line: vscode.TextLine, at: vscode.Position, text: string): string {
  const indent = line.text.slice(0, Math.min(line.firstNonWhitespaceCharacterIndex, at.character));
  const [first = '', ...others] = text.split('\n');
  return [first, ...others.map((other) => (other.startsWith(indent) ? other.slice(indent.length) : other))].join('\n');
}

function selectFirstPlaceholder(editor: vscode.TextEditor, names: readonly string[]): void {
  const text = editor.document.getText();
  const [first] = names.map((name) => ({ name, at: text.indexOf(`<${name}>`) })).filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
  if (first === undefined) return;
  editor.selection = new vscode.Selection(editor.document.positionAt(first.at),
    editor.document.positionAt(first.at + first.name.length + 2));
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
