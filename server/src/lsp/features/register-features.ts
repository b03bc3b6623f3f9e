import type { CancellationToken, Connection } from 'vscode-languageserver';
import { withValidatedParameters, validatedParameters } from '../parameter-validation';
import type { Requests } from '../protocol/requests';
import type { Session } from '../session';
import { attach, attachChoices } from './attach-policy';
import { cliCommand } from './cli-command';
import { codeActions, resolveCodeAction } from './code-actions';
import { executeCommand } from './commands';
import { completionList } from './completion';
import { explain, explainChoices } from './explain';
import { generate, questions } from './generate';
import { withUpToDateTexts, type EditingSession } from './up-to-date-texts';
import { handshake, handshakes, linkChoices } from './handshakes';
import { hover } from './hover';
import { inlayHintsIn } from './inlay-hints';
import { codeLenses, resolveCodeLens } from './code-lenses';
import { withEscapedMessages } from './messages';
import { matrix, matrixCell, matrixDocument } from './matrix';
import { registerNavigation } from './navigation';
import { newKeyPolicy, newKeyPolicyChoices } from './new-key-policy';
import { policyItems, requirePolicy } from './policy-lookup';
import { registerRename } from './rename';
import { handleRequest } from './request-handling';
import { keyLinkChoices, linkKey, policyStatus } from './status';
import { suppress } from './suppress-finding';

export { SERVER_COMMANDS } from './commands';

/** Ties each feature to its request. */
export function registerFeatures(connection: Connection, current: () => Session): void {
  connection.onCodeAction(withValidatedParameters('textDocument/codeAction', current, (session, params, token) => (
    handleRequest(session, 'finding quick fixes', params.textDocument.uri, token,
      () => withUpToDateTexts(session, (own) => codeActions(own, params)))
  )));
  connection.onCodeActionResolve(withValidatedParameters('codeAction/resolve', current, (session, action, token) => (
    handleRequest(session, 'working out a quick fix', undefined, token, () => resolveCodeAction(session, action)))));
  connection.onCompletion(withValidatedParameters('textDocument/completion', current, (session, params, token) => (
    handleRequest(session, 'finding completions', params.textDocument.uri, token, () => completionList(session, params)))));
  connection.onExecuteCommand(withValidatedParameters('workspace/executeCommand', current, (session, params, token, progress) => (
    handleRequest(session, `the command ${params.command}`, undefined, token, async () => (
      withEscapedMessages(await executeCommand(session, params, { cancellationToken: token, progress })))))));
  connection.onCodeLens(withValidatedParameters('textDocument/codeLens', current, (session, params, token) => (
    handleRequest(session, 'finding lenses', params.textDocument.uri, token, () => codeLenses(session, params)))));
  connection.onCodeLensResolve(withValidatedParameters('codeLens/resolve', current, (session, lens, token) => (
    handleRequest(session, 'reading a lens', undefined, token, () => resolveCodeLens(session, lens)))));
  connection.onHover(withValidatedParameters('textDocument/hover', current, (session, params, token) => (
    handleRequest(session, 'hovering', params.textDocument.uri, token, () => hover(session, params)))));
  connection.languages.inlayHint.on(withValidatedParameters('textDocument/inlayHint', current, (session, params, token) => (
    handleRequest(session, 'finding hints', params.textDocument.uri, token, () => inlayHintsIn(session, params)))));
  registerNavigation(connection, current);
  registerRename(connection, current);
  const on = <M extends keyof Requests>(method: M,
    handle: (session: EditingSession, params: Requests[M]['params']) => Requests[M]['result'] | Promise<Requests[M]['result']>): void => {
    // Without parameters the token comes alone.
    connection.onRequest(method, (...given: unknown[]) => {
      const session = current();
      const params = validatedParameters(method, given.length > 1 ? given[0] : undefined) as Requests[M]['params'];
      const token = given.at(-1) as CancellationToken;
      return handleRequest(session, method, undefined, token,
        () => withUpToDateTexts(session, async (own) => withEscapedMessages(await handle(own, params))));
    });
  };
  on('kmsHandshake/policies', policyItems);
  on('kmsHandshake/status', policyStatus);
  on('kmsHandshake/keyLinkChoices', keyLinkChoices);
  on('kmsHandshake/linkKey', linkKey);
  on('kmsHandshake/matrix', matrix);
  on('kmsHandshake/matrixCell', matrixCell);
  on('kmsHandshake/matrixDocument', matrixDocument);
  on('kmsHandshake/questions', questions);
  on('kmsHandshake/generate', generate);
  on('kmsHandshake/newKeyPolicyChoices', newKeyPolicyChoices);
  on('kmsHandshake/newKeyPolicy', newKeyPolicy);
  on('kmsHandshake/cliCommand', (session, params) => cliCommand(session, requirePolicy(session, params), params.shell));
  on('kmsHandshake/attachChoices', attachChoices);
  on('kmsHandshake/attach', attach);
  on('kmsHandshake/suppress', suppress);
  on('kmsHandshake/handshakes', handshakes);
  on('kmsHandshake/handshake', handshake);
  on('kmsHandshake/linkChoices', linkChoices);
  on('kmsHandshake/explain', explain);
  on('kmsHandshake/explainChoices', explainChoices);
}
