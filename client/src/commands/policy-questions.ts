import * as vscode from 'vscode';
import type { Questions, TargetItem, Target } from '../../../server/src/lsp/protocol/generate';
import { askText } from '../window/input-box';
import { pickItem } from '../window/quick-pick';

/** A choice that was made; the wrapping tells "nothing in particular" from a question that was dismissed, which is undefined. */
export interface AnsweredQuestion<T> {
  readonly value: T;
}

/** The ARN of the key; undefined stays a placeholder. */
export async function askKey(
  { keys, patterns }: { readonly keys: Questions['keys']; readonly patterns: Pick<Questions['patterns'], 'keyArn'> },
  placeholder = vscode.l10n.t('Which KMS key?'),
): Promise<AnsweredQuestion<string | undefined> | undefined> {
  const items = keys.map(({ arn, label, description }) => ({
    ...arn === undefined ? { icon: 'question', label: vscode.l10n.t('Fill in the key later') } : { icon: 'key', label }, description,
    value: { value: arn },
  }));
  const typed = { icon: 'edit', label: vscode.l10n.t('Type the ARN of a key…'), description: '', value: undefined };
  const chosen = items.length === 0 ? typed : await pickItem([...items, typed], { placeholder, matchOnDescription: true });
  if (chosen === undefined || chosen.value !== undefined) return chosen?.value;
  const text = await askMatchingText(vscode.l10n.t('ARN of the KMS key'),
    'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', patterns.keyArn);
  return text === undefined ? undefined : { value: text };
}

export async function askTarget(targets: readonly TargetItem[], pattern: string, placeholder: string): Promise<Target | undefined> {
  const items = targets.map(({ target, label, description, lacksHalf }) => ({
    icon: 'account' in target ? 'organization' : 'account', label,
    description: [description, lacksHalf ? vscode.l10n.t('policy missing') : ''].filter((part) => part !== '').join(' · '), target,
  }));
  const typed = { icon: 'edit', label: vscode.l10n.t('Type an account id or ARN…'), description: '', target: undefined };
  const chosen = items.length === 0 ? typed : await pickItem([...items, typed], { placeholder, matchOnDescription: true });
  if (chosen === undefined || chosen.target !== undefined) return chosen?.target;
  const text = await askMatchingText(vscode.l10n.t('Account id, or ARN of a role, user or group'),
    'arn:aws:iam::444455556666:role/ExampleRole', pattern);
  return text === undefined ? undefined : parseTarget(text);
}

/** What was typed: the id of an account, or an ARN. */
export function parseTarget(text: string): Target {
  return /^\d+$/.test(text) ? { account: text } : { arn: text };
}

/** A known use case, or none: then what the policy itself says. */
export async function askUseCase({ useCases }: Questions, plain: string): Promise<AnsweredQuestion<string | undefined> | undefined> {
  const none = { label: plain, description: '', detail: '', value: { value: undefined } };
  const items = useCases.map(({ id, title, description }) => ({ label: title, description: '', detail: description,
    value: { value: id } })
  );
  const chosen = await pickItem([none, ...items], { placeholder: vscode.l10n.t('Which actions?'), matchOnDetail: true });
  return chosen?.value;
}

async function askMatchingText(prompt: string, example: string, pattern: string): Promise<string | undefined> {
  const form = new RegExp(pattern);
  const text = await askText({
    prompt, placeholderText: example,
    validate: (value) => (form.test(value.trim()) ? undefined : vscode.l10n.t('Not of the form {0}', example)),
  });
  return text?.trim();
}
