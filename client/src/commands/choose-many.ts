import * as vscode from 'vscode';
import { createPick, shownItem, type PickItem, type ShownItem } from '../window/quick-pick';

export interface ChooseManyOptions {
  /** Regular expression for text that may be taken as it was typed; undefined where only choices count. */
  readonly typed: string | undefined;
  readonly placeholder: string;
}

export interface ManyItem extends PickItem {
  readonly value: string;
}

/** Any of the choices, and what was typed beside them; may be none. Undefined when it was dismissed. */
export async function chooseMany(title: string, choices: readonly ManyItem[], { typed, placeholder }: ChooseManyOptions): Promise<readonly string[] | undefined> {
  const form = typed === undefined ? undefined : new RegExp(typed);
  const pick = createPick<ManyItem>(title, placeholder);
  pick.canSelectMany = true;
  pick.matchOnDetail = true;
  let items: readonly ShownItem<ManyItem>[] = choices.map(shownItem);
  pick.items = items;
  const has = (value: string): boolean => items.some(({ item }) => item.value === value);
  const typedItem = (): ShownItem<ManyItem> | undefined => {
    const value = pick.value.trim();
    return form?.test(value) === true && !has(value) ? shownItem({ label: value, description: vscode.l10n.t('as typed'), value, alwaysShow: true }) : undefined;
  };
  const take = (shown: ShownItem<ManyItem>): void => {
    items = [shown, ...items];
    const chosen = [...pick.selectedItems.filter(({ item }) => item.value !== shown.item.value), shown];
    pick.items = items;
    pick.selectedItems = chosen;
  };
  pick.onDidChangeValue(() => {
    // New items forget what was ticked.
    const chosen = pick.selectedItems;
    const added = typedItem();
    pick.items = added === undefined ? items : [added, ...items];
    pick.selectedItems = chosen.filter(({ item }) => has(item.value));
  });
  pick.onDidChangeSelection((chosen) => {
    const added = typedItem();
    if (added !== undefined && chosen.some(({ item }) => item.value === added.item.value)) take(added);
  });
  try {
    return await new Promise<readonly string[] | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const added = typedItem();
        // What is typed in full counts without a tick; what is half typed is no answer yet.
        if (added !== undefined) take(added);
        resolve(pick.selectedItems.map(({ item }) => item.value));
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
