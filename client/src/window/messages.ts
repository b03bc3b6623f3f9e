import * as vscode from 'vscode';
import { escapeMessageText } from '../../../server/src/core/text/message-text';

/** VS Code makes links of `[text](command:id)` in all of these, so that no other file shows messages (eslint.config.mjs). */
export function showInformation(text: string, ...actions: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(escapeMessageText(text), ...actions);
}

export function showWarning(text: string, ...actions: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(escapeMessageText(text), ...actions);
}

export function showError(text: string): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(escapeMessageText(text));
}

/** Follows work in a notification that can be cancelled. */
export function withProgress<R>(title: string,
  work: (report: (message: string, increment: number) => void, token: vscode.CancellationToken) => Thenable<R>): Thenable<R> {
  const options = { location: vscode.ProgressLocation.Notification, title: escapeMessageText(title), cancellable: true };
  return vscode.window.withProgress(options,
    (progress, token) => work((message, increment) => progress.report({ message: escapeMessageText(message), increment }), token));
}
