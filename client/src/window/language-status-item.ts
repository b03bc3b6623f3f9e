import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';

/** What an item of the language status shows, in plain text, with the command that it offers. */
export interface LanguageStatusContent {
  readonly text: string;
  readonly detail: string;
  readonly severity: vscode.LanguageStatusSeverity;
  readonly busy: boolean;
  readonly command: { readonly title: string; readonly command: string };
}

export interface LanguageStatusItem {
  readonly show: (content: LanguageStatusContent) => void;
  readonly text: () => string;
  readonly dispose: () => void;
}

/** An item of the language status, `{ }` in the status bar, for documents of the selector. */
export function createLanguageStatusItem(id: string, name: string, selector: vscode.DocumentSelector): LanguageStatusItem {
  const item = vscode.languages.createLanguageStatusItem(id, selector);
  item.name = plainLine(name);
  return {
    show: ({ text, detail, severity, busy, command }) => {
      item.text = plainLine(text);
      item.detail = plainLine(detail);
      item.severity = severity;
      item.busy = busy;
      item.command = { ...command, title: plainLine(command.title) };
    },
    text: () => item.text,
    dispose: () => item.dispose(),
  };
}
