import type { CancellationToken, Connection } from 'vscode-languageserver';
import { checked, parametersOf } from '../parameters';
import type { Requests } from '../protocol/requests';
import type { Session } from '../session';
import { attach, attachChoices } from './attach';
import { cliCommand } from './cli-command';
import { codeActions, resolveCodeAction } from './code-actions';
import { executeCommand } from './commands';
import { completion } from './completion';
import { explain, explainChoices } from './explain';
import { generate, questions } from './generate';
import { onFreshGround, type EditingSession } from './ground';
import { handshake, handshakes, linkChoices } from './handshakes';
import { hover } from './hover';
import { hints } from './inlay-hints';
import { lenses, resolveLens } from './lenses';
import { withMessageTexts } from './messages';
import { matrix, matrixCell, matrixDocument } from './matrix';
import { registerNavigation } from './navigation';
import { newKeyPolicy, newKeyPolicyChoices } from './new-key-policy';
import { policies, policyOf } from './policies';
import { registerRename } from './rename';
import { answer } from './request';
import { keyLinkChoices, linkKey, status } from './status';
import { suppress } from './suppress';

export { SERVER_COMMANDS } from './commands';

/** Ties each feature to its request. */
export function registerFeatures(connection: Connection, current: () => Session): void {
  connection.onCodeAction(checked('textDocument/codeAction', current, (session, params, token) => (
    answer(session, 'finding quick fixes', params.textDocument.uri, token, () => onFreshGround(session, (own) => codeActions(own, params))))));
  connection.onCodeActionResolve(checked('codeAction/resolve', current, (session, action, token) => (
    answer(session, 'working out a quick fix', undefined, token, () => resolveCodeAction(session, action)))));
  connection.onCompletion(checked('textDocument/completion', current, (session, params, token) => (
    answer(session, 'finding completions', params.textDocument.uri, token, () => completion(session, params)))));
  connection.onExecuteCommand(checked('workspace/executeCommand', current, (session, params, token, progress) => (
    answer(session, `the command ${params.command}`, undefined, token, async () => (
      withMessageTexts(await executeCommand(session, params, { token, progress })))))));
  connection.onCodeLens(checked('textDocument/codeLens', current, (session, params, token) => (
    answer(session, 'finding lenses', params.textDocument.uri, token, () => lenses(session, params)))));
  connection.onCodeLensResolve(checked('codeLens/resolve', current, (session, lens, token) => (
    answer(session, 'reading a lens', undefined, token, () => resolveLens(session, lens)))));
  connection.onHover(checked('textDocument/hover', current, (session, params, token) => (
    answer(session, 'hovering', params.textDocument.uri, token, () => hover(session, params)))));
  connection.languages.inlayHint.on(checked('textDocument/inlayHint', current, (session, params, token) => (
    answer(session, 'finding hints', params.textDocument.uri, token, () => hints(session, params)))));
  registerNavigation(connection, current);
  registerRename(connection, current);
  const on = <M extends keyof Requests>(method: M, handle: (session: EditingSession, params: Requests[M]['params']) => Requests[M]['result'] | Promise<Requests[M]['result']>): void => {
    // Without parameters the token comes alone.
    connection.onRequest(method, (...given: unknown[]) => {
      const session = current();
      const params = parametersOf(method, given.length > 1 ? given[0] : undefined) as Requests[M]['params'];
      const token = given.at(-1) as CancellationToken;
      return answer(session, method, undefined, token, () => onFreshGround(session, async (own) => withMessageTexts(await handle(own, params))));
    });
  };
  on('kmsHandshake/policies', policies);
  on('kmsHandshake/status', status);
  on('kmsHandshake/keyLinkChoices', keyLinkChoices);
  on('kmsHandshake/linkKey', linkKey);
  on('kmsHandshake/matrix', matrix);
  on('kmsHandshake/matrixCell', matrixCell);
  on('kmsHandshake/matrixDocument', matrixDocument);
  on('kmsHandshake/questions', questions);
  on('kmsHandshake/generate', generate);
  on('kmsHandshake/newKeyPolicyChoices', newKeyPolicyChoices);
  on('kmsHandshake/newKeyPolicy', newKeyPolicy);
  on('kmsHandshake/cliCommand', (session, params) => cliCommand(session, policyOf(session, params), params.shell));
  on('kmsHandshake/attachChoices', attachChoices);
  on('kmsHandshake/attach', attach);
  on('kmsHandshake/suppress', suppress);
  on('kmsHandshake/handshakes', handshakes);
  on('kmsHandshake/handshake', handshake);
  on('kmsHandshake/linkChoices', linkChoices);
  on('kmsHandshake/explain', explain);
  on('kmsHandshake/explainChoices', explainChoices);
}
