import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';

export function createWebviewPanel(viewType: string, title: string): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(viewType, plainLine(title), vscode.ViewColumn.Active);
}
