import * as vscode from 'vscode';
import { showWarning } from '../window/messages';
import { pickItem } from '../window/quick-pick';

const DIAGNOSTIC_SOURCE_NAME = 'kms-handshake';

/**
 * Opens the page of a rule, rendered. The rule is the one that is named, as `{ code }` or by its code alone, else that of the
 * only finding at the cursor, else one to choose, those of the file first.
 */
export async function showRuleDocumentation(extension: vscode.Uri, argument: unknown): Promise<string | undefined> {
  const pages = vscode.Uri.joinPath(extension, 'docs/rules');
  const code = ruleCodeArgument(argument) ?? await chooseRuleCode(pages);
  if (code === undefined) return undefined;
  const page = vscode.Uri.joinPath(pages, `${code}.md`);
  if (!/^[a-z0-9-]+$/.test(code) || !(await fileExists(page))) {
    void showWarning(vscode.l10n.t('KMS Handshake: there is no rule {0}.', code));
    return undefined;
  }
  await vscode.commands.executeCommand('markdown.showPreview', page);
  return code;
}

function ruleCodeArgument(argument: unknown): string | undefined {
  const code = typeof argument === 'object' && argument !== null && 'code' in argument ? argument.code : argument;
  return typeof code === 'string' ? code : undefined;
}

async function chooseRuleCode(pages: vscode.Uri): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const findings = editor === undefined
    ? []
    : vscode.languages.getDiagnostics(editor.document.uri).filter(({ source }) => source === DIAGNOSTIC_SOURCE_NAME);
  const here = diagnosticCodes(
    findings.filter(({ range }) => editor?.selection.active !== undefined && range.contains(editor.selection.active)),
  );
  if (here.length === 1) return here[0];
  const first = here.length > 0 ? here : diagnosticCodes(findings);
  const files = await vscode.workspace.fs.readDirectory(pages);
  const all = files.map(([name]) => name.replace(/\.md$/, '')).filter((name) => name !== 'index').sort();
  const items = [...first.map((label) => ({ label, description: vscode.l10n.t('found in this file') })),
    ...all.filter((code) => !first.includes(code)).map((label) => ({ label, description: '' }))];
  return (await pickItem(items, { placeholder: vscode.l10n.t('Which rule?') }))?.label;
}

function diagnosticCodes(findings: readonly vscode.Diagnostic[]): string[] {
  return [...new Set(findings.map(({ code }) => String(typeof code === 'object' ? code.value : code)))];
}

async function fileExists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}
