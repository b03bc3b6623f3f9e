import * as vscode from 'vscode';
import type { CodeAction, CodeActionMiddleware } from 'vscode-languageclient';

/** The command by which a quick fix is made that changes other files than the one in the editor. */
export const APPLY_FIX_COMMAND = 'kmsHandshake.applyFix';

/** What the server needs to work out the edit of a fix. */
export type DeferredFix = Pick<CodeAction, 'title' | 'data'>;

/**
 * Quick fixes whose edit the server works out later change other files. VS Code would show those of another account in its preview of
 * refactorings, where they are not ticked and end without a word; as commands they are shown by the extension.
 */
export const fixMiddleware: CodeActionMiddleware = {
  provideCodeActions: async (document, range, context, token, next) => {
    const actions = await next(document, range, context, token);
    for (const action of actions ?? []) if (action instanceof vscode.CodeAction) makeCommandOf(action);
    return actions;
  },
};

function makeCommandOf(action: vscode.CodeAction & { data?: unknown }): void {
  const { title, data } = action;
  if (data === undefined || action.command !== undefined || action.disabled !== undefined) return;
  const fix: DeferredFix = { title, data };
  action.command = { title, command: APPLY_FIX_COMMAND, arguments: [fix] };
  delete action.data;
}
