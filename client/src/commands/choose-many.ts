import * as vscode from 'vscode';

export interface ChooseManyOptions {
  /** Regular expression for text that may be taken as it was typed; undefined where only choices count. */
  readonly typed: string | undefined;
  readonly placeholder: string;
}

export interface ManyItem extends vscode.QuickPickItem {
  readonly value: string;
}

/** Any of the choices, and what was typed beside them; may be none. Undefined when it was dismissed. */
export async function chooseMany(title: string, choices: readonly ManyItem[], { typed, placeholder }: ChooseManyOptions): Promise<readonly string[] | undefined> {
  const form = typed === undefined ? undefined : new RegExp(typed);
  const pick = vscode.window.createQuickPick<ManyItem>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  let items: readonly ManyItem[] = choices;
  pick.items = items;
  const typedItem = (): ManyItem | undefined => {
    const value = pick.value.trim();
    return form?.test(value) === true && !items.some((item) => item.value === value) ? { label: value, description: vscode.l10n.t('as typed'), value, alwaysShow: true } : undefined;
  };
  const take = (item: ManyItem | undefined): void => {
    if (item === undefined) return;
    items = [item, ...items];
    const chosen = [...pick.selectedItems.filter(({ value }) => value !== item.value), item];
    pick.items = items;
    pick.selectedItems = chosen;
  };
  pick.onDidChangeValue(() => {
    // New items forget what was ticked.
    const chosen = pick.selectedItems;
    const typedOne = typedItem();
    pick.items = typedOne === undefined ? items : [typedOne, ...items];
    pick.selectedItems = chosen.filter(({ value }) => items.some((item) => item.value === value));
  });
  pick.onDidChangeSelection((chosen) => {
    const typedOne = typedItem();
    if (typedOne !== undefined && chosen.some(({ value }) => value === typedOne.value)) take(typedOne);
  });
  try {
    return await new Promise<readonly string[] | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const typedOne = typedItem();
        // What is typed in full counts without a tick; what is half typed is no answer yet.
        if (typedOne !== undefined) take(typedOne);
        resolve(pick.selectedItems.map(({ value }) => value));
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
