import * as vscode from 'vscode';
import { answerOf, type BACK, type QuestionStep } from '../window/question-step';
import { createPick, quickPickEntry, type QuickPickChoice, type QuickPickEntry } from '../window/quick-pick';

export interface ChooseManyOptions {
  /** Regular expression for text that may be taken as it was typed; undefined where only choices count. */
  readonly typedPattern: string | undefined;
  readonly placeholder: string;
  /** What is ticked at first, some of it perhaps typed before. */
  readonly ticked: readonly string[];
}

export interface MultiChoiceItem extends QuickPickChoice {
  readonly value: string;
}

/** Any of the choices, and what was typed beside them; may be none. Undefined when it was dismissed. */
export function chooseMany(step: QuestionStep, choices: readonly MultiChoiceItem[],
  { typedPattern, placeholder, ticked }: ChooseManyOptions): Promise<readonly string[] | typeof BACK | undefined> {
  const form = typedPattern === undefined ? undefined : new RegExp(typedPattern);
  const pick = createPick<MultiChoiceItem>(step, placeholder);
  pick.canSelectMany = true;
  pick.matchOnDetail = true;
  const knownValues = new Set(choices.map(({ value }) => value));
  let items: readonly QuickPickEntry<MultiChoiceItem>[] =
    [...ticked.filter((value) => !knownValues.has(value)).map(entryAsTyped), ...choices.map(quickPickEntry)];
  pick.items = items;
  pick.selectedItems = items.filter(({ item }) => ticked.includes(item.value));
  const has = (value: string): boolean => items.some(({ item }) => item.value === value);
  const entryOfTypedText = (): QuickPickEntry<MultiChoiceItem> | undefined => {
    const value = pick.value.trim();
    return form?.test(value) === true && !has(value) ? entryAsTyped(value) : undefined;
  };
  const take = (entry: QuickPickEntry<MultiChoiceItem>): void => {
    items = [entry, ...items];
    const chosen = [...pick.selectedItems.filter(({ item }) => item.value !== entry.item.value), entry];
    pick.items = items;
    pick.selectedItems = chosen;
  };
  pick.onDidChangeValue(() => {
    // New items forget what was ticked.
    const chosen = pick.selectedItems;
    const typedEntry = entryOfTypedText();
    pick.items = typedEntry === undefined ? items : [typedEntry, ...items];
    pick.selectedItems = chosen.filter(({ item }) => has(item.value));
  });
  pick.onDidChangeSelection((chosen) => {
    const typedEntry = entryOfTypedText();
    if (typedEntry !== undefined && chosen.some(({ item }) => item.value === typedEntry.item.value)) take(typedEntry);
  });
  return answerOf(pick, () => {
    const typedEntry = entryOfTypedText();
    // What is typed in full counts without a tick; what is half typed is not an answer yet.
    if (typedEntry !== undefined) take(typedEntry);
    return pick.selectedItems.map(({ item }) => item.value);
  });
}

function entryAsTyped(value: string): QuickPickEntry<MultiChoiceItem> {
  return quickPickEntry({ label: value, description: vscode.l10n.t('as typed'), value, alwaysShow: true });
}
