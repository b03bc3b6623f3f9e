import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { promptText } from './label-text';
import { answerOf, showStep, type BACK, type QuestionStep } from './question-step';

export interface InputBoxOptions {
  readonly title?: string;
  readonly prompt: string;
  /** What stands in the empty box. */
  readonly placeholderText?: string;
  readonly value?: string;
  /** Says what is wrong with a text; undefined when nothing is. */
  readonly validate: (text: string) => string | undefined | Promise<string | undefined>;
}

/** What was typed; undefined when it was dismissed. */
export function askText({ title, prompt, placeholderText, value, validate }: InputBoxOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    ...title === undefined ? {} : { title: plainLine(title) }, prompt: promptText(prompt),
    ...placeholderText === undefined ? {} : { placeHolder: plainLine(placeholderText) },
    ...value === undefined ? {} : { value }, ignoreFocusOut: true,
    validateInput: async (text) => {
      const fault = await validate(text);
      return fault === undefined ? undefined : promptText(fault);
    },
  });
}

/** The same as one question of several. */
export function askTextInStep(step: QuestionStep, { prompt, placeholderText, value, validate }: InputBoxOptions):
  Promise<string | typeof BACK | undefined> {
  const input = vscode.window.createInputBox();
  input.prompt = promptText(prompt);
  if (placeholderText !== undefined) input.placeholder = plainLine(placeholderText);
  if (value !== undefined) input.value = value;
  showStep(input, step);
  const faultOf = async (): Promise<string | undefined> => {
    const text = input.value;
    const fault = await validate(text);
    if (input.value === text) input.validationMessage = fault === undefined ? undefined : promptText(fault);
    return fault;
  };
  input.onDidChangeValue(() => void faultOf());
  return answerOf(input, async () => (await faultOf() === undefined ? input.value : undefined));
}
