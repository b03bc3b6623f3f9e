import * as vscode from 'vscode';
import type { SourceRange } from '../webview/messages';

/** The editor's own form of a range from the server or the panel. */
export function toVscodeRange({ start, end }: SourceRange['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
