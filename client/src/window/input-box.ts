import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { promptText } from './label-text';

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
