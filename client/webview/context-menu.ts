import type { MapTarget } from './messages';

/** What can be done from a context menu, by the names that package.json asks for; the tree's lines have the same. */
export type MenuEntry = 'explains' | 'fixes' | 'generates' | 'opens' | 'copiesArn' | 'copiesCommand';

/** The value of `data-vscode-context`: VS Code opens the menu with these entries, and hands the target to the command. */
export function contextMenu(target: MapTarget, entries: readonly MenuEntry[]): string {
  return JSON.stringify({ webviewSection: entries.join(' '), preventDefaultContextMenuItems: true, ...target });
}
