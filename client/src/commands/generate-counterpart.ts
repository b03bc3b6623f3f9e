import * as vscode from 'vscode';
import type { GenerateParams, HalfToWrite, Questions, Target } from '../../../server/src/lsp/protocol/generate';
import type { PolicyRef } from '../../../server/src/lsp/protocol/policies';
import type { EditPreview } from '../edits/preview-edit';
import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { showWarning } from '../window/messages';
import { pickInStep } from '../window/quick-pick';
import { BACK } from '../window/question-step';
import { applyGenerated, type GenerateResult } from './apply-generated';
import { askKey, askTarget, askUseCase } from './policy-questions';
import { pickPolicy, type PolicySelection } from './pick-policy';
import { askQuestions, type Question } from './question-steps';

/** Answers to what the two commands ask. With any of them the use case is not asked for. */
export interface GenerateAnswers extends PolicySelection {
  readonly keyArn?: string;
  readonly target?: Target;
  readonly useCase?: string;
  /** Makes the edit in another account's file without showing it first. */
  readonly confirmed?: boolean;
}

interface GenerateTexts {
  readonly title: string;
  readonly start: 'key' | 'identity';
  /** The entry for the actions that the half itself has. */
  readonly plain: string;
  readonly targetPrompt: string;
}

function generateTexts(half: HalfToWrite): GenerateTexts {
  return half === 'consumer'
    ? { title: vscode.l10n.t('Generate consumer IAM policy'), start: 'key', plain: vscode.l10n.t('The actions of the key policy'),
      targetPrompt: vscode.l10n.t('For whom? An account, role, user or group') }
    : { title: vscode.l10n.t('Generate key policy statement'), start: 'identity', plain: vscode.l10n.t('The actions of the IAM policy'),
      targetPrompt: vscode.l10n.t('To whom is the IAM policy attached?') };
}

/**
 * Writes the other half of a policy, asks only what the workspace does not know, and opens what it wrote. Undefined when nothing was
 * written.
 */
export async function generateCounterpart(languageServer: LanguageServer, editPreview: EditPreview, half: HalfToWrite,
  answers?: GenerateAnswers): Promise<GenerateResult | undefined> {
  const texts = generateTexts(half);
  const policy = await pickPolicy(languageServer, [texts.start], answers);
  if (policy === undefined) return undefined;
  const ref: PolicyRef = { uri: policy.uri, pointer: policy.pointer };
  const questions = await sendServerRequest(languageServer, 'kmsHandshake/questions', { generate: half, policy: ref });
  if ('refused' in questions) {
    showRefusal(questions);
    return undefined;
  }
  const params = await askGenerateParams({ generate: half, policy: ref, ...answersGiven(answers) }, texts, questions, answers);
  return params && generateAndApply(languageServer, answers?.confirmed === true ? undefined : editPreview, params);
}

/** A target that the key policy does not allow is known only here when its ARN was typed: then the other half is offered too. */
async function generateAndApply(languageServer: LanguageServer, editPreview: EditPreview | undefined,
  params: GenerateParams): Promise<GenerateResult | undefined> {
  const result = await sendServerRequest(languageServer, 'kmsHandshake/generate', params);
  if (!('refused' in result)) return applyGenerated(languageServer, result, editPreview);
  if (!result.offersBothHalves) {
    showRefusal(result);
    return undefined;
  }
  const write = vscode.l10n.t('Write both halves');
  const answer = await showWarning(`KMS Handshake: ${result.refused}`, write);
  return answer === write ? generateAndApply(languageServer, editPreview, { ...params, bothHalves: true }) : undefined;
}

function answersGiven({ keyArn, target, useCase }: GenerateAnswers = {}): Partial<GenerateParams> {
  return {
    ...keyArn === undefined ? {} : { keyArn }, ...target === undefined ? {} : { target }, ...useCase === undefined ? {} : { useCase },
  };
}

/** Undefined when a question was dismissed. */
async function askGenerateParams(given: GenerateParams, texts: GenerateTexts, questions: Questions,
  answers?: GenerateAnswers): Promise<GenerateParams | undefined> {
  const { keys, asksKey, asksTarget, allowsNobody } = questions;
  const asked: Question<GenerateParams>[] = [
    ...allowsNobody !== undefined && answers === undefined ? [askForBothHalves(allowsNobody)] : [],
    ...asksKey && given.keyArn === undefined && !(answers !== undefined && keys.length === 1) ? [askKeyOf(questions)] : [],
    ...asksTarget && given.target === undefined ? [askTargetOf(questions, texts.targetPrompt)] : [],
    ...answers === undefined ? [askUseCaseOf(questions, texts.plain)] : [],
  ];
  const isTold = asked.length > 0 && questions.manifest !== undefined;
  return askQuestions(texts.title, () => asked, { ...given, ...isTold ? { createManifest: true } : {} });
}

/** What no answer to the other questions would change comes first. */
function askForBothHalves(allowsNobody: string): Question<GenerateParams> {
  return async (params, step) => {
    const chosen = await pickInStep([{
      icon: 'key', label: vscode.l10n.t('Allow an account, role or user in both policies…'),
      detail: vscode.l10n.t('Adds a statement to the key policy and writes the consumer IAM policy, in one edit'),
    }], step, { placeholder: allowsNobody });
    return chosen === undefined || chosen === BACK ? chosen : { ...params, bothHalves: true };
  };
}

function askKeyOf(questions: Questions): Question<GenerateParams> {
  return async (params, step) => {
    const answer = await askKey(questions, withManifestName(vscode.l10n.t('Which KMS key?'), questions), step);
    if (answer === undefined || answer === BACK) return answer;
    const { keyArn: _, ...others } = params;
    return answer.value === undefined ? others : { ...params, keyArn: answer.value };
  };
}

function askTargetOf(questions: Questions, prompt: string): Question<GenerateParams> {
  return async (params, step) => {
    // Somebody who has chosen to write both halves is not told again in each line.
    const targets = params.bothHalves === true ? questions.targets.map((item) => ({ ...item, allowed: true })) : questions.targets;
    const target = await askTarget(targets, questions.patterns.target, withManifestName(prompt, questions), step);
    if (target === undefined || target === BACK) return target;
    // The list says so of those whom the key policy allows nothing.
    const item = questions.targets.find((choice) => JSON.stringify(choice.target) === JSON.stringify(target));
    return { ...params, target, ...item?.allowed === false ? { bothHalves: true } : {} };
  };
}

function askUseCaseOf(questions: Questions, plain: string): Question<GenerateParams> {
  return async (params, step) => {
    const prompt = withManifestName(vscode.l10n.t('Which actions?'), questions);
    const answer = await askUseCase(questions, params.bothHalves === true ? undefined : plain, prompt, step);
    if (answer === undefined || answer === BACK) return answer;
    return answer.value === undefined ? params : { ...params, useCase: answer.value };
  };
}

/** The file that is written beside the policy is named before it is written. */
function withManifestName(prompt: string, { manifest }: Questions): string {
  return manifest === undefined ? prompt : vscode.l10n.t('{0} · links are declared in {1}', prompt, manifest);
}
