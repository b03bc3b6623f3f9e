import * as vscode from 'vscode';
import type { TextToReplace } from '../../../server/src/lsp/protocol/findings';
import { openDocumentOf } from '../open-document';
import { toVscodeRange } from '../vscode-range';
import { askText } from '../window/input-box';
import { showInformation } from '../window/messages';

/** Asks what is to stand in place of a placeholder and writes it. Only quick fixes name the command. */
export async function replaceText(answers?: Partial<TextToReplace & { readonly value: string }>): Promise<boolean> {
  if (answers?.uri === undefined || answers.range === undefined || answers.text === undefined) return false;
  const uri = vscode.Uri.parse(answers.uri);
  const range = toVscodeRange(answers.range);
  const value = answers.value ?? await askText({
    title: vscode.l10n.t('Replace placeholder'), prompt: vscode.l10n.t('Value in place of {0}', answers.text), placeholderText: answers.text,
    // Inside a string of any syntax these would end it, or begin an escape.
    validate: (text) => (text === '' || /["'\\\r\n\t]/.test(text) ? vscode.l10n.t('Type a value without quotes and backslashes.') : undefined),
  });
  if (value === undefined) return false;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, range, value);
  const isChanged = openDocumentOf(uri)?.getText(range) === answers.text && await vscode.workspace.applyEdit(edit);
  if (!isChanged) void showInformation(vscode.l10n.t('The policies have changed meanwhile.'));
  return isChanged;
}
