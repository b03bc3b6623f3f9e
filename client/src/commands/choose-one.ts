import * as vscode from 'vscode';
import type { Choice } from '../../../server/src/lsp/protocol/choice';
import { createPick, quickPickEntry } from '../window/quick-pick';

export interface ChooseOneOptions {
  /** Regular expression for text that may be taken as it was typed. */
  readonly typedPattern: string;
  /** The value that Enter takes. */
  readonly active: string | undefined;
}

export interface ChoiceItem extends Choice {
  /** The name of one of VS Code's icons. */
  readonly icon?: string;
  readonly alwaysShow?: boolean;
}

/** One of the choices, or what was typed in place of one. Undefined when it was dismissed. */
export async function chooseOne(title: string, choices: readonly ChoiceItem[],
  { typedPattern, active }: ChooseOneOptions): Promise<string | undefined> {
  const form = new RegExp(typedPattern);
  const pick = createPick<ChoiceItem>(title, vscode.l10n.t('Choose, or type a name in full'));
  const items = choices.map(quickPickEntry);
  pick.items = items;
  pick.activeItems = items.filter(({ item }) => item.value === active);
  pick.onDidChangeValue((text) => {
    const value = text.trim();
    const isNew = form.test(value) && !choices.some((choice) => choice.value === value);
    pick.items = isNew
      ? [quickPickEntry({ icon: 'edit', label: value, description: vscode.l10n.t('as typed'), value, alwaysShow: true }), ...items]
      : items;
  });
  try {
    return await new Promise<string | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen !== undefined) resolve(chosen.item.value); // typed text that is no name leaves the list empty
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
