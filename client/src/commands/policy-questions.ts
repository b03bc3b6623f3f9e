import * as vscode from 'vscode';
import type { Questions, TargetItem, Target } from '../../../server/src/lsp/protocol/generate';
import { askTextInStep } from '../window/input-box';
import { BACK, type QuestionStep } from '../window/question-step';
import { pickInStep, type QuickPickChoice } from '../window/quick-pick';

/** A choice that was made; the wrapping tells "nothing in particular" from a question that was dismissed, which is undefined. */
export interface AnsweredQuestion<T> {
  readonly value: T;
}

/** The ARN of the key; undefined stays a placeholder. */
export async function askKey(
  { keys, patterns }: { readonly keys: Questions['keys']; readonly patterns: Pick<Questions['patterns'], 'keyArn'> },
  placeholder: string, step: QuestionStep,
): Promise<AnsweredQuestion<string | undefined> | typeof BACK | undefined> {
  const keyChoices = keys.flatMap(({ arn, label, description }) => (arn === undefined ? [] : [{ icon: 'key', label, description,
    value: { value: arn } }]));
  const later = keys.flatMap(({ arn, description }) => (arn === undefined
    ? [{ icon: 'question', label: vscode.l10n.t('Fill in the key later'), description, value: { value: undefined } }]
    : []));
  const typed = { icon: 'edit', label: vscode.l10n.t('Type the ARN of a key…'), description: '', value: undefined };
  return chooseOrType<AnsweredQuestion<string | undefined>>([...keyChoices, typed, ...later], { placeholder, step,
    ask: async (textStep) => {
    const text = await askMatchingText(textStep, vscode.l10n.t('ARN of the KMS key'),
      'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', patterns.keyArn);
    return typeof text === 'string' ? { value: text } : text;
  } });
}

export async function askTarget(targets: readonly TargetItem[], pattern: string, placeholder: string,
  step: QuestionStep): Promise<Target | typeof BACK | undefined> {
  const items = targets.map(({ target, label, description, lacksHalf, allowed }) => ({
    icon: 'account' in target ? 'organization' : 'account', label,
    description: [description, lacksHalf ? vscode.l10n.t('policy missing') : '',
      allowed ? '' : vscode.l10n.t('not in the key policy: is added there too')].filter((part) => part !== '').join(' · '), value: target,
  }));
  const typed = { icon: 'edit', label: vscode.l10n.t('Type an account id or ARN…'), description: '', value: undefined };
  return chooseOrType([...items, typed], { placeholder, step, ask: async (textStep) => {
    const text = await askMatchingText(textStep, vscode.l10n.t('Account id, or ARN of a role, user or group'),
      'arn:aws:iam::444455556666:role/ExampleRole', pattern);
    return typeof text === 'string' ? parseTarget(text) : text;
  } });
}

interface ChooseOrTypeOptions<T> {
  readonly placeholder: string;
  readonly step: QuestionStep;
  readonly ask: (step: QuestionStep) => Promise<T | typeof BACK | undefined>;
}

/** The value of one of the items; for the one without a value what is typed, from where back leads to the list again. */
async function chooseOrType<T>(items: readonly (QuickPickChoice & { readonly value: T | undefined })[],
  { placeholder, step, ask }: ChooseOrTypeOptions<T>): Promise<T | typeof BACK | undefined> {
  if (items.length === 1) return ask(step);
  for (;;) {
    const chosen = await pickInStep(items, step, { placeholder, matchOnDescription: true });
    if (chosen === undefined || chosen === BACK || chosen.value !== undefined) return chosen === BACK ? chosen : chosen?.value;
    const typed = await ask({ ...step, canGoBack: true });
    if (typed !== BACK) return typed;
  }
}

/** What was typed: the id of an account, or an ARN. */
export function parseTarget(text: string): Target {
  return /^\d+$/.test(text) ? { account: text } : { arn: text };
}

/** A known use case, or none: then what the policy itself says. Without a policy that says it there is no such entry. */
export async function askUseCase({ useCases }: Pick<Questions, 'useCases'>, plain: string | undefined, placeholder: string,
  step: QuestionStep): Promise<AnsweredQuestion<string | undefined> | typeof BACK | undefined> {
  const none = plain === undefined ? [] : [{ label: plain, description: '', detail: '', value: { value: undefined } }];
  const items = useCases.map(({ id, title, description }) => ({ label: title, description: '', detail: description,
    value: { value: id } })
  );
  const chosen = await pickInStep([...none, ...items], step, { placeholder, matchOnDetail: true });
  return chosen === BACK ? chosen : chosen?.value;
}

async function askMatchingText(step: QuestionStep, prompt: string, example: string,
  pattern: string): Promise<string | typeof BACK | undefined> {
  const form = new RegExp(pattern);
  const text = await askTextInStep(step, {
    prompt, placeholderText: example,
    validate: (value) => (form.test(value.trim()) ? undefined : vscode.l10n.t('Not of the form {0}', example)),
  });
  return typeof text === 'string' ? text.trim() : text;
}
