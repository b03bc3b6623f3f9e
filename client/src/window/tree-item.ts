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
  /** What is said to those who do not see the icon. */
  readonly accessibleLabel: string;
}

/** The number at the icon of the view in the activity bar; none hides it. */
export function showViewBadge(view: Pick<vscode.TreeView<unknown>, 'badge'>, value: number, tooltip: string): void {
  view.badge = value === 0 ? undefined : { value, tooltip: plainLine(tooltip) };
}

export function createTreeItem({ label, description, icon, tooltip, accessibleLabel }: TreeItemContent,
  collapsible: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLine(label), collapsible);
  item.description = plainLine(description);
  item.iconPath = icon;
  item.tooltip = markdownTooltip(tooltip.map((text) => ({ text })));
  item.accessibilityInformation = { label: plainLine(accessibleLabel) };
  return item;
}
