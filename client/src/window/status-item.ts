import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { labelText } from './label-text';
import { markdownTooltip, type TooltipPart } from './markdown-tooltip';

/** What the item shows, in plain text. */
export interface StatusContent {
  /** The name of one of VS Code's icons. */
  readonly icon: string;
  readonly text: string;
  readonly tooltip: readonly TooltipPart[];
}

export interface StatusItem {
  /** Undefined hides it. */
  readonly show: (look: StatusContent | undefined) => void;
  readonly text: () => string;
  readonly tooltip: () => string;
  readonly dispose: () => void;
}

/** An item at the left of the status bar; a click runs the command. One with a higher priority stands further left. */
export function createStatusItem(id: string, name: string, command: string, priority = 0): StatusItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority);
  item.name = plainLine(name);
  item.command = command;
  return {
    show: (look) => {
      if (look === undefined) {
        item.hide();
        return;
      }
      item.text = `$(${look.icon}) ${labelText(look.text)}`;
      item.tooltip = markdownTooltip(look.tooltip);
      item.show();
    },
    text: () => item.text,
    tooltip: () => (item.tooltip instanceof vscode.MarkdownString ? item.tooltip.value : ''),
    dispose: () => item.dispose(),
  };
}
