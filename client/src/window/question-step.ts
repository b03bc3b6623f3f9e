import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';

/** Where a question stands in the row of questions that a command asks. */
export interface QuestionStep {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  /** For an input that opens from the list of the same question: back leads to the list. */
  readonly canGoBack?: boolean;
}

/** The answer of somebody who wants to change the answer before. */
export const BACK = Symbol('back');

/** Shows title and step, and from the second question on the button that leads back. */
export function showStep(input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  { title, step, totalSteps, canGoBack = false }: QuestionStep): void {
  input.title = plainLine(title);
  input.ignoreFocusOut = true;
  if (step > 1 || canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  if (totalSteps < 2) return;
  input.step = step;
  input.totalSteps = totalSteps;
}

/** Shows the input until it is answered: `accept` gives the answer to what stands in it, undefined while it is none. */
export async function answerOf<T>(input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  accept: () => T | undefined | Promise<T | undefined>): Promise<T | typeof BACK | undefined> {
  try {
    return await new Promise<T | typeof BACK | undefined>((resolve) => {
      input.onDidAccept(async () => {
        const answer = await accept();
        if (answer !== undefined) resolve(answer);
      });
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve(BACK);
      });
      input.onDidHide(() => resolve(undefined));
      input.show();
    });
  } finally {
    input.dispose();
  }
}
