import type { CancellationToken, CodeActionParams, Connection, TextDocumentPositionParams } from 'vscode-languageserver';
import { withValidatedParameters, validatedParameters, type ProtocolMethod } from '../parameter-validation';
import type { Requests } from '../protocol/requests';
import type { Session } from '../session';
import { attach, attachChoices } from './attach-policy';
import { codeActions, resolveCodeAction } from './code-actions';
import { cliCommand, executeCommand } from './commands';
import { completionList } from './completion';
import { explain, explainChoices } from './explain';
import { generate, questions } from './generate';
import { withUpToDateTexts, type EditingSession } from './up-to-date-texts';
import { handshake, handshakeCounts, handshakes, linkChoices } from './handshakes';
import { hover } from './hover';
import { inlayHintsIn } from './inlay-hints';
import { codeLenses, resolveCodeLens } from './code-lenses';
import { withEscapedMessages } from './messages';
import { matrix, matrixCell, matrixDocument } from './matrix';
import { definition, documentLinks, documentSymbols, references, workspaceSymbols } from './navigation';
import { newKeyPolicy, newKeyPolicyChoices } from './new-key-policy';
import { policyFile } from './policy-file';
import { policyItems, requirePolicy } from './policy-lookup';
import { prepareRename, renameAndReport } from './rename';
import { handleRequest } from './request-handling';
import { keyLinkChoices, linkKey, policyStatus } from './status';
import { suppress } from './suppress-finding';

export { SERVER_COMMANDS } from './commands';

/** Ties each feature to its request. */
export function registerFeatures(connection: Connection, current: () => Session): void {
  const answer = <P, R>(method: ProtocolMethod, what: string, handle: (session: Session, params: P) => R | Promise<R>) => (
    withValidatedParameters(method, current, (session, params: P, token: CancellationToken) => {
      const uri = (params as Partial<TextDocumentPositionParams>).textDocument?.uri;
      return handleRequest(session, what, uri, token, () => handle(session, params));
    }));
  connection.onCodeAction(answer('textDocument/codeAction', 'finding quick fixes',
    (session, params: CodeActionParams) => withUpToDateTexts(session, (editingSession) => codeActions(editingSession, params))));
  connection.onCodeActionResolve(answer('codeAction/resolve', 'working out a quick fix', resolveCodeAction));
  connection.onCompletion(answer('textDocument/completion', 'finding completions', completionList));
  connection.onCodeLens(answer('textDocument/codeLens', 'finding lenses', codeLenses));
  connection.onCodeLensResolve(answer('codeLens/resolve', 'reading a lens', resolveCodeLens));
  connection.onHover(answer('textDocument/hover', 'hovering', hover));
  connection.languages.inlayHint.on(answer('textDocument/inlayHint', 'finding hints', inlayHintsIn));
  connection.onDefinition(answer('textDocument/definition', 'finding the definition', definition));
  connection.onReferences(answer('textDocument/references', 'finding references', references));
  connection.onDocumentSymbol(answer('textDocument/documentSymbol', 'reading the outline', documentSymbols));
  connection.onWorkspaceSymbol(answer('workspace/symbol', 'finding symbols', workspaceSymbols));
  connection.onDocumentLinks(answer('textDocument/documentLink', 'finding links', documentLinks));
  connection.onPrepareRename(answer('textDocument/prepareRename', 'preparing a rename', prepareRename));
  connection.onRenameRequest(answer('textDocument/rename', 'renaming', renameAndReport));
  connection.onExecuteCommand(withValidatedParameters('workspace/executeCommand', current, (session, params, token, progress) => (
    handleRequest(session, `the command ${params.command}`, undefined, token, async () => (
      withEscapedMessages(await executeCommand(session, params, { cancellationToken: token, progress })))))));
  const on = <M extends keyof Requests>(method: M,
    handle: (session: EditingSession, params: Requests[M]['params']) => Requests[M]['result'] | Promise<Requests[M]['result']>): void => {
    // Without parameters the token comes alone.
    connection.onRequest(method, (...given: unknown[]) => {
      const session = current();
      const params = validatedParameters(method, given.length > 1 ? given[0] : undefined) as Requests[M]['params'];
      const token = given.at(-1) as CancellationToken;
      return handleRequest(session, method, undefined, token,
        () => withUpToDateTexts(session, async (editingSession) => withEscapedMessages(await handle(editingSession, params))));
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
  on('kmsHandshake/savePolicyAsFile', policyFile);
  on('kmsHandshake/newKeyPolicyChoices', newKeyPolicyChoices);
  on('kmsHandshake/newKeyPolicy', newKeyPolicy);
  on('kmsHandshake/cliCommand', (session, params) => cliCommand(session, requirePolicy(session, params), params.shell));
  on('kmsHandshake/attachChoices', attachChoices);
  on('kmsHandshake/attach', attach);
  on('kmsHandshake/suppress', suppress);
  on('kmsHandshake/handshakes', handshakes);
  on('kmsHandshake/handshakeCounts', handshakeCounts);
  on('kmsHandshake/handshake', handshake);
  on('kmsHandshake/linkChoices', linkChoices);
  on('kmsHandshake/explain', explain);
  on('kmsHandshake/explainChoices', explainChoices);
}
