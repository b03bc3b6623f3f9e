import * as vscode from 'vscode';
import type { SuppressParams } from '../../../server/src/lsp/protocol/findings';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { askText } from '../window/input-box';
import { applyEditOffer } from './apply-edit-offer';

/** Asks why a finding is right as it is, and writes that into `kms-handshake.json`. Only quick fixes name the command. */
export async function suppressFinding(languageServer: LanguageServer,
  answers?: Partial<SuppressParams>): Promise<{ readonly uri: string } | undefined> {
  if (answers?.uri === undefined || answers.id === undefined) return undefined;
  const reason = answers.reason ?? await askText({
    title: vscode.l10n.t('Suppress finding'),
    prompt: vscode.l10n.t('Why is this finding acceptable? The reason is kept in kms-handshake.json.'),
    validate: (
      text,
    ) => (text.trim() === '' ? vscode.l10n.t('Give the reason in a few words, for those who read the policy after you.') : undefined),
  });
  if (reason === undefined) return undefined;
  return applyEditOffer(languageServer,
    await sendServerRequest(languageServer, 'kmsHandshake/suppress', { uri: answers.uri, id: answers.id, reason }));
}
