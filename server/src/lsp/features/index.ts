import type { Connection } from 'vscode-languageserver';
import type { Session } from '../session';
import { codeActions } from './code-actions';
import { answer } from './request';

export const SERVER_COMMANDS: readonly string[] = [];

/** Ties each feature to its request. */
export function registerFeatures(connection: Connection, current: () => Session): void {
  connection.onCodeAction((params, token) => {
    const session = current();
    return answer(session, 'finding quick fixes', params.textDocument.uri, token, () => codeActions(session, params));
  });
}
