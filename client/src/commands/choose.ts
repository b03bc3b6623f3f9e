import * as vscode from 'vscode';
import type { Choice } from '../../../server/src/lsp/protocol/choice';

export interface ChooseOptions {
  /** Regular expression for text that may be taken as it was typed. */
  readonly typed: string;
  /** The value that Enter takes. */
  readonly active: string | undefined;
}

/** One of the choices, or what was typed in place of one. Undefined when it was dismissed. */
export async function choose(title: string, choices: readonly Choice[], { typed, active }: ChooseOptions): Promise<string | undefined> {
  const form = new RegExp(typed);
  const pick = vscode.window.createQuickPick<Item>();
  const items = choices.map(({ label, description, value }): Item => ({ label, description, value }));
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Choose, or type a name in full');
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  pick.items = items;
  pick.activeItems = items.filter(({ value }) => value === active);
  pick.onDidChangeValue((text) => {
    const value = text.trim();
    const isNew = form.test(value) && !items.some((item) => item.value === value);
    pick.items = isNew ? [{ label: `$(edit) ${value}`, description: vscode.l10n.t('as typed'), value, alwaysShow: true }, ...items] : items;
  });
  try {
    return await new Promise<string | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen !== undefined) resolve(chosen.value); // typed text that is no name leaves the list empty
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

interface Item extends vscode.QuickPickItem {
  readonly value: string;
}
