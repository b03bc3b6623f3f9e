import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { labelText } from './label-text';
import { answerOf, showStep, type BACK, type QuestionStep } from './question-step';

/** Something to choose, in plain text. */
export interface QuickPickChoice {
  /** The name of one of VS Code's icons, before the label. */
  readonly icon?: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly alwaysShow?: boolean;
}

/** What VS Code is given to show of it. */
export interface QuickPickEntry<T extends QuickPickChoice> extends vscode.QuickPickItem {
  readonly item: T;
}

export interface PickOptions {
  readonly title?: string;
  readonly placeholder: string;
  readonly matchOnDescription?: boolean;
  readonly matchOnDetail?: boolean;
}

export function quickPickEntry<T extends QuickPickChoice>(item: T): QuickPickEntry<T> {
  const { icon, label, description, detail, alwaysShow } = item;
  return {
    item, label: `${icon === undefined ? '' : `$(${icon}) `}${labelText(label)}`,
    ...description === undefined ? {} : { description: labelText(description) },
    ...detail === undefined ? {} : { detail: labelText(detail) }, ...alwaysShow === undefined ? {} : { alwaysShow },
  };
}

/** The item that was chosen; undefined when it was dismissed. */
export async function pickItem<T extends QuickPickChoice>(items: readonly T[],
  { title, placeholder, ...matching }: PickOptions): Promise<T | undefined> {
  const options = { ...title === undefined ? {} : { title: plainLine(title) }, placeHolder: plainLine(placeholder), ...matching };
  return (await vscode.window.showQuickPick(items.map(quickPickEntry), options))?.item;
}

/** The same as one question of several. */
export function pickInStep<T extends QuickPickChoice>(items: readonly T[], step: QuestionStep,
  { placeholder, matchOnDescription, matchOnDetail }: PickOptions): Promise<T | typeof BACK | undefined> {
  const pick = createPick<T>(step, placeholder);
  pick.matchOnDescription = matchOnDescription === true;
  pick.matchOnDetail = matchOnDetail === true;
  pick.items = items.map(quickPickEntry);
  return answerOf(pick, () => pick.selectedItems[0]?.item);
}

/** A quick pick of one question, whose items change while it is open; it takes what `quickPickEntry` makes. */
export function createPick<T extends QuickPickChoice>(step: QuestionStep, placeholder: string): vscode.QuickPick<QuickPickEntry<T>> {
  const pick = vscode.window.createQuickPick<QuickPickEntry<T>>();
  pick.placeholder = plainLine(placeholder);
  pick.matchOnDescription = true;
  showStep(pick, step);
  return pick;
}
