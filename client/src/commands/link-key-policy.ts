import * as vscode from 'vscode';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { applyEditOffer } from './apply-edit-offer';
import { BACK } from '../window/question-step';
import { askKey } from './policy-questions';
import { pickPolicy, type PolicySelection } from './pick-policy';

export interface LinkKeyAnswers extends PolicySelection {
  readonly keyArn?: string;
}

/** Declares in `kms-handshake.json` which key a key policy belongs to, and saves it. */
export async function linkKeyPolicy(languageServer: LanguageServer,
  answers?: LinkKeyAnswers): Promise<{ readonly uri: string } | undefined> {
  const policy = await pickPolicy(languageServer, ['key'], answers);
  if (policy === undefined) return undefined;
  const ref = { uri: policy.uri, pointer: policy.pointer };
  const keyArn = answers?.keyArn ?? await askWhichKey(languageServer, ref, policy.label);
  return keyArn === undefined
    ? undefined
    : applyEditOffer(languageServer, await sendServerRequest(languageServer, 'kmsHandshake/linkKey', { policy: ref, keyArn }));
}

async function askWhichKey(languageServer: LanguageServer, ref: { readonly uri: string; readonly pointer: string },
  label: string): Promise<string | undefined> {
  const { keys, pattern } = await sendServerRequest(languageServer, 'kmsHandshake/keyLinkChoices', ref);
  const answer = await askKey({ keys, patterns: { keyArn: pattern } },
    vscode.l10n.t('Which key does {0} belong to? The answer is declared in kms-handshake.json', label),
    { title: vscode.l10n.t('Link to key'), step: 1, totalSteps: 1 });
  return answer === undefined || answer === BACK ? undefined : answer.value;
}
