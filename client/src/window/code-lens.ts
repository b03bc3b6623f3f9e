import * as vscode from 'vscode';
import type { CodeLensMiddleware } from 'vscode-languageclient';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { labelText } from './label-text';

/** A lens above a line, with a title in plain text. */
export function createCodeLens(line: number,
  { title, tooltip, ...command }: vscode.Command & { readonly tooltip: string }): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { ...command, title: labelText(title), tooltip: plainLine(tooltip) });
}

/** The server's lenses have titles in plain text, of which VS Code would take parts for icons. */
export const codeLensMiddleware: CodeLensMiddleware = {
  provideCodeLenses: async (document, token, next) => (await next(document, token))?.map(withLabelTitle),
  resolveCodeLens: async (lens, token, next) => {
    const codeLens = await next(lens, token);
    return codeLens && withLabelTitle(codeLens);
  },
};

function withLabelTitle(lens: vscode.CodeLens): vscode.CodeLens {
  if (lens.command !== undefined) lens.command = { ...lens.command, title: labelText(lens.command.title) };
  return lens;
}
