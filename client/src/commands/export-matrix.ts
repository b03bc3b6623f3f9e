import * as vscode from 'vscode';
import type { MatrixDocumentParams } from '../../../server/src/lsp/protocol/matrix';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { pickItem } from '../window/quick-pick';
import { saveAs } from './save-as';

export interface ExportAnswers {
  /** What to write; the whole matrix when only its format is given. */
  readonly document?: MatrixDocumentParams;
  /** The file to write, in a folder of the workspace, in place of a dialogue; one that is there is replaced. */
  readonly to?: string;
}

const FORMATS: readonly { readonly label: string; readonly description: string; readonly format: MatrixDocumentParams['format'];
  readonly extension: string }[] = [
    { label: 'CSV', description: vscode.l10n.t('a line for each outcome, for spreadsheets'), format: 'csv', extension: 'csv' },
    { label: 'Markdown', description: vscode.l10n.t('a table, for documents'), format: 'markdown', extension: 'md' },
    { label: 'SVG', description: vscode.l10n.t('a picture of the matrix'), format: 'svg', extension: 'svg' },
  ];

/** Saves the access matrix as a file. Undefined when a question was dismissed. */
export async function exportMatrix(languageServer: LanguageServer,
  { document, to }: ExportAnswers = {}): Promise<{ readonly uri: string } | undefined> {
  const chosen = FORMATS.find(({ format }) => format === document?.format)
    ?? await pickItem(FORMATS, { placeholder: vscode.l10n.t('Save the access matrix as…') });
  if (chosen === undefined) return undefined;
  const { text } = await sendServerRequest(languageServer, 'kmsHandshake/matrixDocument', { ...document, format: chosen.format });
  return saveAs(text, { title: vscode.l10n.t('Save the access matrix'), label: chosen.label, extension: chosen.extension,
    name: 'kms-access' }, to);
}
