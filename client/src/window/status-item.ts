import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { labelText } from './label-text';
import { markdownPage, type PagePart } from './markdown-page';

/** What the item shows, in plain text. */
export interface StatusLook {
  /** The name of one of VS Code's icons. */
  readonly icon: string;
  readonly text: string;
  readonly tooltip: readonly PagePart[];
}

export interface StatusItem {
  /** Undefined hides it. */
  readonly show: (look: StatusLook | undefined) => void;
  readonly text: () => string;
  readonly tooltip: () => string;
  readonly dispose: () => void;
}

/** An item at the left of the status bar; a click runs the command. */
export function createStatusItem(id: string, name: string, command: string): StatusItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, 0);
  item.name = plainLine(name);
  item.command = command;
  return {
    show: (look) => {
      if (look === undefined) {
        item.hide();
        return;
      }
      item.text = `$(${look.icon}) ${labelText(look.text)}`;
      item.tooltip = markdownPage(look.tooltip);
      item.show();
    },
    text: () => item.text,
    tooltip: () => (item.tooltip instanceof vscode.MarkdownString ? item.tooltip.value : ''),
    dispose: () => item.dispose(),
  };
}
