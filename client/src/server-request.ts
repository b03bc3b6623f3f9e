import * as vscode from 'vscode';
import type { Requests } from '../../server/src/lsp/protocol/requests';
import type { LanguageServer } from './language-server';

/** Throws when the server does not run, with a sentence for the person. */
export function runningClient(server: LanguageServer): NonNullable<ReturnType<LanguageServer['client']>> {
  const client = server.client();
  if (client === undefined) throw new Error(vscode.l10n.t('The KMS Handshake language server is not running. See the KMS Handshake output.'));
  return client;
}

/** Asks the language server one of its own requests. Throws when the server does not run. */
export async function sendServerRequest<M extends keyof Requests>(server: LanguageServer, method: M, params: Requests[M]['params']): Promise<Requests[M]['result']> {
  return await runningClient(server).sendRequest<Requests[M]['result']>(method, params);
}

/** The editor's own form of an edit from the server. */
export async function asWorkspaceEdit(server: LanguageServer, edit: Parameters<NonNullable<ReturnType<LanguageServer['client']>>['protocol2CodeConverter']['asWorkspaceEdit']>[0]): Promise<vscode.WorkspaceEdit> {
  const converted = await server.client()?.protocol2CodeConverter.asWorkspaceEdit(edit);
  return converted ?? new vscode.WorkspaceEdit();
}
