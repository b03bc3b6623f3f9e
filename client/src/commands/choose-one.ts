import * as vscode from 'vscode';
import type { Choice } from '../../../server/src/lsp/protocol/choice';
import { answerOf, type BACK, type QuestionStep } from '../window/question-step';
import { createPick, quickPickEntry } from '../window/quick-pick';

/** What can be typed in place of a choice, in the empty field and where no choice has the text. */
export interface TypedText {
  readonly placeholder: string;
  readonly hint: string;
}

export interface ChooseOneOptions {
  /** Regular expression for text that may be taken as it was typed. */
  readonly typedPattern: string;
  /** An ARN where it is left out. */
  readonly typed?: TypedText;
  /** The value that Enter takes. */
  readonly active: string | undefined;
  /** Another item for text that was typed, such as a message that was pasted; undefined where there is none. */
  readonly itemFor?: (text: string) => Promise<ChoiceItem | undefined>;
}

export interface ChoiceItem extends Choice {
  /** The name of one of VS Code's icons. */
  readonly icon?: string;
  readonly alwaysShow?: boolean;
}

/** In place of an empty list; Enter does not take it. */
function noSuchName(hint: string): ChoiceItem {
  return { value: '', icon: 'info', label: vscode.l10n.t('Nothing here has this name'), description: hint };
}

const TYPED_ARN = (): TypedText =>
  ({ placeholder: vscode.l10n.t('Choose, or type an ARN'), hint: vscode.l10n.t('type an ARN in full') });

/** As VS Code filters, about: it leaves an item whose label or description contains the text. */
function isListed({ label, description }: Choice, text: string): boolean {
  return `${label} ${description}`.toLowerCase().includes(text.toLowerCase());
}

/** One of the choices, or what was typed in place of one. Undefined when it was dismissed. */
export function chooseOne(step: QuestionStep, choices: readonly ChoiceItem[],
  { typedPattern, typed = TYPED_ARN(), active, itemFor }: ChooseOneOptions): Promise<string | typeof BACK | undefined> {
  const form = new RegExp(typedPattern);
  const pick = createPick<ChoiceItem>(step, typed.placeholder);
  const items = choices.map(quickPickEntry);
  pick.items = items;
  pick.activeItems = items.filter(({ item }) => item.value === active);
  pick.onDidChangeValue((text) => {
    const value = text.trim();
    const isNew = form.test(value) && !choices.some((choice) => choice.value === value);
    const show = (item: ChoiceItem): void => {
      pick.items = [quickPickEntry({ ...item, alwaysShow: true }), ...items];
    };
    if (isNew) show({ icon: 'edit', label: value, description: vscode.l10n.t('not in the list'), value });
    else {
      pick.items = items;
      void Promise.resolve(itemFor?.(value)).then((item) => {
        if (pick.value !== text) return;
        if (item !== undefined) show(item);
        else if (value !== '' && !choices.some((choice) => isListed(choice, value))) show(noSuchName(typed.hint));
      }, () => undefined); // the server ended: nothing is offered
    }
  });
  return answerOf(pick, () => {
    const value = pick.selectedItems[0]?.item.value;
    return value === '' ? undefined : value;
  });
}
