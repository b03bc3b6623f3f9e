import * as vscode from 'vscode';
import type { SourcePlace } from '../webview/messages';

/** The editor's own form of a range from the server or the panel. */
export function asRange({ start, end }: SourcePlace['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
