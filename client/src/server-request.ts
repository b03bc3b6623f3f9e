import * as vscode from 'vscode';
import type { Requests } from '../../server/src/lsp/protocol/requests';
import type { LanguageServer } from './language-server';

/** Throws when the server does not run, with a sentence for the person. */
export function runningClient(languageServer: LanguageServer): NonNullable<ReturnType<LanguageServer['client']>> {
  const client = languageServer.client();
  if (client === undefined)
    throw new Error(vscode.l10n.t('The KMS Handshake language server is not running. See the KMS Handshake output.'));
  return client;
}

/** Asks the language server one of its own requests. Throws when the server does not run. */
export async function sendServerRequest<M extends keyof Requests>(languageServer: LanguageServer, method: M,
  params: Requests[M]['params']): Promise<Requests[M]['result']> {
  return await runningClient(languageServer).sendRequest<Requests[M]['result']>(method, params);
}

/** The editor's own form of an edit from the server. */
export async function asWorkspaceEdit(languageServer: LanguageServer,
  edit: Parameters<NonNullable<ReturnType<LanguageServer['client']>>['protocol2CodeConverter']['asWorkspaceEdit']>[0]
): Promise<vscode.WorkspaceEdit> {
  const converted = await languageServer.client()?.protocol2CodeConverter.asWorkspaceEdit(edit);
  return converted ?? new vscode.WorkspaceEdit();
}
