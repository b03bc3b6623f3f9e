import * as vscode from 'vscode';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { markdownTooltip } from './markdown-tooltip';

/** What a line of a tree shows, in plain text: VS Code makes neither icons nor links of it. */
export interface TreeItemContent {
  readonly label: string;
  readonly description: string;
  readonly icon: vscode.ThemeIcon;
  /** Paragraphs. */
  readonly tooltip: readonly string[];
  /** What is said before the label to those who do not see the icon; empty for nothing. */
  readonly accessiblePrefix: string;
}

export function createTreeItem({ label, description, icon, tooltip, accessiblePrefix }: TreeItemContent,
  collapsible: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLine(label), collapsible);
  item.description = plainLine(description);
  item.iconPath = icon;
  item.tooltip = markdownTooltip(tooltip.map((text) => ({ text })));
  item.accessibilityInformation = { label: plainLine([accessiblePrefix, label, description].filter((part) => part !== '').join(', ')) };
  return item;
}
