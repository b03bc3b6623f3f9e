import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';
import type { PageResources } from './page-html';

export function createWebviewPanel(viewType: string, title: string): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(viewType, plainLine(title), vscode.ViewColumn.Active);
}

/** Lets the webview run scripts and load the extension's own files, and nothing else. */
export function restrictWebview(webview: vscode.Webview, extensionUri: vscode.Uri): void {
  webview.options = { enableScripts: true, localResourceRoots: [builtFilesUri(extensionUri)] };
}

/** What the page of the webview loads: `name.js` and `name.css` of the built files. */
export function pageResources(webview: vscode.Webview, extensionUri: vscode.Uri, name: string): PageResources {
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(builtFilesUri(extensionUri), file)).toString();
  return {
    nonce: randomBytes(16).toString('hex'), script: address(`${name}.js`), style: address(`${name}.css`), cspSource: webview.cspSource,
    language: vscode.env.language,
  };
}

function builtFilesUri(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}
