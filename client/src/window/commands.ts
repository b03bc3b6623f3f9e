import * as vscode from 'vscode';
import { escapeMessageText } from '../../../server/src/core/text/message-text';

/** Registers a command. What it throws VS Code shows in a message. */
export function registerCommand(id: string, run: (...args: readonly never[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: readonly never[]) => {
    try {
      return await run(...args);
    } catch (error) {
      throw new Error(escapeMessageText(errorText(error)), { cause: error });
    }
  });
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
