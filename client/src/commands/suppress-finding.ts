import * as vscode from 'vscode';
import type { SuppressParams } from '../../../server/src/lsp/protocol/findings';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { askText } from '../window/input-box';
import { applyEditOffer, applyEditOfOpenFile } from './apply-edit-offer';

/** Asks why a finding is right as it is, and writes that into `kms-handshake.json` or a comment. Only quick fixes name the command. */
export async function suppressFinding(languageServer: LanguageServer,
  answers?: Partial<SuppressParams>): Promise<{ readonly uri: string } | undefined> {
  if (answers?.uri === undefined || answers.id === undefined) return undefined;
  const { uri, id, form } = answers;
  const reason = answers.reason ?? await askText({
    title: vscode.l10n.t('Suppress finding'),
    prompt: form === 'comment'
      ? vscode.l10n.t('Why is this finding acceptable? The reason is kept in the comment.')
      : vscode.l10n.t('Why is this finding acceptable? The reason is kept in kms-handshake.json.'),
    validate: (
      text,
    ) => (text.trim() === '' ? vscode.l10n.t('Give the reason in a few words, for those who read the policy after you.') : undefined),
  });
  if (reason === undefined) return undefined;
  const offer = await sendServerRequest(languageServer, 'kmsHandshake/suppress', { uri, id, ...form ? { form } : {}, reason });
  return form === 'comment' ? applyEditOfOpenFile(languageServer, offer) : applyEditOffer(languageServer, offer);
}
