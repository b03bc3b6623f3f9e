import { Module } from 'node:module';
import { URI } from 'vscode-uri';

/** A text that was shown, and where. */
export interface ShownText {
  readonly surface: string;
  readonly text: string;
}

/** What is shown through VS Code's API, and what a person does about it. */
export interface FakeWindow {
  readonly shownTexts: ShownText[];
  clipboard: string;
  shell: string;
  /** Chooses among the labels of a quick pick, or the actions of a message; undefined dismisses it. */
  answer: (place: string, choices: readonly string[]) => string | undefined;
  readonly commands: Map<string, (...args: unknown[]) => unknown>;
  /** The text of each place, joined. */
  readonly textIn: (place: string) => string;
  readonly reset: () => void;
}

interface FakeQuickPickItem {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

/** State of the editor that the module `vscode` of these tests stands for. */
export const fakeWindow: FakeWindow = {
  shownTexts: [], clipboard: '', shell: '/bin/bash', answer: () => undefined, commands: new Map(),
  textIn: (place) => fakeWindow.shownTexts.filter((shownText) => shownText.surface === place).map(({ text }) => text).join('\n'),
  reset: () => {
    fakeWindow.shownTexts.length = 0;
    fakeWindow.commands.clear();
    Object.assign(fakeWindow, { clipboard: '', shell: '/bin/bash', answer: () => undefined });
  },
};

function show(place: string, text: string | undefined): void {
  if (text !== undefined) fakeWindow.shownTexts.push({ surface: place, text });
}

const message = (place: string) => (text: string, ...actions: readonly string[]): Promise<string | undefined> => {
  show(place, text);
  return Promise.resolve(fakeWindow.answer(place, actions));
};

function showItems(items: readonly FakeQuickPickItem[]): void {
  for (const { label, description, detail } of items) for (const text of [label, description, detail]) show('pick', text);
}

class MarkdownString {
  constructor(public value = '') {}
}
class TreeItem {
  constructor(public label: string, public collapsibleState: number) {}
}
class Range {
  constructor(public startLine: number, public startCharacter: number, public endLine: number, public endCharacter: number) {}
}
class CodeLens {
  constructor(public range: Range, public command?: { title: string }) {}
}
class ThemeIcon {
  constructor(public id: string, public color?: ThemeColor) {}
}
class ThemeColor {
  constructor(public id: string) {}
}

/** What a person answers who clicks on the button that leads to the question before. */
export const GO_BACK = 'back';
const BACK_BUTTON = {};

const fakeApi = {
  QuickInputButtons: { Back: BACK_BUTTON },
  MarkdownString,
  TreeItem,
  Range,
  CodeLens,
  ThemeIcon,
  ThemeColor,
  Uri: URI,
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  ProgressLocation: { Notification: 15 },
  ViewColumn: { Active: -1 },
  l10n: {
    t: (text: string, ...values: readonly unknown[]): string =>
      text.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
  },
  env: {
    get shell(): string {
      return fakeWindow.shell;
    },
    clipboard: { writeText: (text: string): Promise<void> => {
      fakeWindow.clipboard = text;
      return Promise.resolve();
    }, readText: (): Promise<string> => Promise.resolve(fakeWindow.clipboard) },
  },
  commands: {
    registerCommand: (id: string, run: (...args: unknown[]) => unknown): object => {
      fakeWindow.commands.set(id, run);
      return { dispose: () => undefined };
    },
    executeCommand: (): Promise<undefined> => Promise.resolve(undefined),
  },
  window: {
    activeTextEditor: undefined,
    showInformationMessage: message('message'), showWarningMessage: message('message'), showErrorMessage: message('message'),
    withProgress: (options: { readonly title: string }, work: (progress: object, token: object) => unknown): unknown => {
      show('message', options.title);
      return work({ report: ({ message: text }: { readonly message?: string }) => show('message', text) }, {});
    },
    showQuickPick: (items: readonly FakeQuickPickItem[],
      options: { readonly title?: string; readonly placeHolder?: string }): Promise<FakeQuickPickItem | undefined> => {
      showItems(items);
      for (const text of [options.title, options.placeHolder]) show('title', text);
      const label = fakeWindow.answer('pick', items.map((item) => item.label));
      return Promise.resolve(items.find((item) => item.label === label));
    },
    createQuickPick: (): object => {
      let accept = (): void => undefined;
      let trigger = (_: object): void => undefined;
      let hide = (): void => undefined;
      const pick = {
        title: '', placeholder: '', items: [] as readonly FakeQuickPickItem[], selectedItems: [] as readonly FakeQuickPickItem[],
        activeItems: [] as readonly FakeQuickPickItem[], value: '',
        onDidChangeValue: () => undefined, onDidChangeSelection: () => undefined, dispose: () => undefined,
        onDidAccept: (listener: () => void) => { accept = listener; }, onDidHide: (listener: () => void) => { hide = listener; },
        onDidTriggerButton: (listener: (button: object) => void) => { trigger = listener; },
        show: () => {
          showItems(pick.items);
          for (const text of [pick.title, pick.placeholder]) show('title', text);
          const label = fakeWindow.answer('pick', pick.items.map((item) => item.label));
          pick.selectedItems = pick.items.filter((item) => item.label === label);
          if (label === GO_BACK) trigger(BACK_BUTTON);
          else if (pick.selectedItems.length > 0) accept();
          else hide();
        },
      };
      return pick;
    },
    createInputBox: (): object => {
      let accept = (): void => undefined;
      let hide = (): void => undefined;
      const input = {
        title: '', placeholder: '', prompt: '', value: '', validationMessage: undefined as string | undefined,
        onDidChangeValue: () => undefined, onDidTriggerButton: () => undefined, dispose: () => undefined,
        onDidAccept: (listener: () => void) => { accept = listener; }, onDidHide: (listener: () => void) => { hide = listener; },
        show: () => {
          for (const text of [input.title, input.placeholder]) show('title', text);
          show('prompt', input.prompt);
          const answer = fakeWindow.answer('input', []);
          if (answer === undefined) {
            hide();
            return;
          }
          input.value = answer;
          accept();
        },
      };
      return input;
    },
    showInputBox: async (
      { title, prompt, placeHolder, value, validateInput }: Readonly<
        Record<'title' | 'prompt' | 'placeHolder' | 'value', string | undefined>
      > & { readonly validateInput: (text: string) => Promise<string | undefined> },
    ): Promise<string | undefined> => {
      for (const text of [title, placeHolder]) show('title', text);
      for (const text of [prompt, await validateInput(value ?? '')]) show('prompt', text);
      const answer = fakeWindow.answer('input', []);
      if (answer !== undefined) show('prompt', await validateInput(answer)); // VS Code asks while it is typed
      return answer;
    },
    createStatusBarItem: (): object => ({
      text: '', tooltip: undefined,
      show(this: { text: string; tooltip: MarkdownString }) { show('label', this.text); show('markdown', this.tooltip.value); },
      hide: () => undefined, dispose: () => undefined,
    }),
    createWebviewPanel: (_: string, title: string): object => { show('title', title); return {}; },
  },
};

// The host of extensions gives the module `vscode`; here it is this one, for all that is imported after this file.
const loader = Module as unknown as { _load: (request: string, ...others: readonly unknown[]) => unknown };
const load = loader._load.bind(Module);
loader._load = (request, ...others) => (request === 'vscode' ? fakeApi : load(request, ...others));
