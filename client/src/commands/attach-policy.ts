import * as vscode from 'vscode';
import type { Target } from '../../../server/src/lsp/protocol/generate';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { applyEditOffer } from './apply-edit-offer';
import { BACK } from '../window/question-step';
import { askTarget } from './policy-questions';
import { pickPolicy, type PolicySelection } from './pick-policy';

export interface AttachAnswers extends PolicySelection {
  readonly target?: Target;
}

/** Declares in `kms-handshake.json` whom an IAM policy is attached to, and saves it. */
export async function attachPolicy(languageServer: LanguageServer, answers?: AttachAnswers): Promise<{ readonly uri: string } | undefined> {
  const policy = await pickPolicy(languageServer, ['identity'], answers);
  if (policy === undefined) return undefined;
  const ref = { uri: policy.uri, pointer: policy.pointer };
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/attachChoices', ref);
  const target = answers?.target
    ?? await askTarget(choices.targets, choices.pattern,
      vscode.l10n.t('To whom is {0} attached? The answer is declared in kms-handshake.json', policy.label),
      { title: vscode.l10n.t('Attach to identity'), step: 1, totalSteps: 1 });
  if (target === undefined || target === BACK) return undefined;
  return applyEditOffer(languageServer, await sendServerRequest(languageServer, 'kmsHandshake/attach', { policy: ref, target }));
}
