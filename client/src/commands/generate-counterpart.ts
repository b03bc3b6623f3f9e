import * as vscode from 'vscode';
import type { GenerateParams, HalfToWrite, Questions, Target } from '../../../server/src/lsp/protocol/generate';
import type { PolicyRef } from '../../../server/src/lsp/protocol/policies';
import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { applyGenerated, type GenerateResult } from './apply-generated';
import { askKey, askTarget, askUseCase } from './policy-questions';
import { pickPolicy, type PolicySelection } from './pick-policy';

/** Answers to what the two commands ask. With any of them the use case is not asked for. */
export interface GenerateAnswers extends PolicySelection {
  readonly keyArn?: string;
  readonly target?: Target;
  readonly useCase?: string;
  /** Makes the edit in another account's file without showing it first. */
  readonly confirmed?: boolean;
}

const GENERATE_TEXTS = {
  consumer: { start: 'key', plain: vscode.l10n.t('The actions of the key policy'),
    targetPrompt: vscode.l10n.t('For whom? An account, role, user or group') },
  keyPolicy: { start: 'identity', plain: vscode.l10n.t('The actions of the IAM policy'),
    targetPrompt: vscode.l10n.t('To whom is the IAM policy attached?') },
} as const;

/**
 * Writes the other half of a policy, asks only what the workspace does not know, and opens what it wrote. Undefined when nothing was
 * written.
 */
export async function generateCounterpart(languageServer: LanguageServer, half: HalfToWrite,
  answers?: GenerateAnswers): Promise<GenerateResult | undefined> {
  const policy = await pickPolicy(languageServer, [GENERATE_TEXTS[half].start], answers);
  if (policy === undefined) return undefined;
  const ref: PolicyRef = { uri: policy.uri, pointer: policy.pointer };
  const questions = await sendServerRequest(languageServer, 'kmsHandshake/questions', { generate: half, policy: ref });
  if ('refused' in questions) {
    showRefusal(questions);
    return undefined;
  }
  const params = await askGenerateParams(half, ref, questions, answers);
  if (params === undefined) return undefined;
  const result = await sendServerRequest(languageServer, 'kmsHandshake/generate', params);
  if (!('refused' in result)) return applyGenerated(languageServer, result, answers?.confirmed === true);
  showRefusal(result);
  return undefined;
}

/** Undefined when a question was dismissed. */
async function askGenerateParams(half: HalfToWrite, policy: PolicyRef, questions: Questions,
  answers?: GenerateAnswers): Promise<GenerateParams | undefined> {
  let keyArn = answers?.keyArn;
  if (questions.asksKey && keyArn === undefined && !(answers !== undefined && questions.keys.length === 1)) {
    const answeredQuestion = await askKey(questions);
    if (answeredQuestion === undefined) return undefined;
    keyArn = answeredQuestion.value;
  }
  let target = answers?.target;
  if (questions.asksTarget && target === undefined) {
    target = await askTarget(questions.targets, questions.patterns.target, GENERATE_TEXTS[half].targetPrompt);
    if (target === undefined) return undefined;
  }
  let useCase = answers?.useCase;
  if (answers === undefined) {
    const chosen = await askUseCase(questions, GENERATE_TEXTS[half].plain);
    if (chosen === undefined) return undefined;
    useCase = chosen.value;
  }
  return {
    generate: half, policy,
    ...(keyArn === undefined ? {} : { keyArn }), ...(target === undefined ? {} : { target }), ...(useCase === undefined ? {} : { useCase }),
  };
}
