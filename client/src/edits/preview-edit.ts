import * as vscode from 'vscode';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { WorkspaceEdit as ProtocolEdit } from 'vscode-languageclient';
import { asWorkspaceEdit } from '../server-request';
import type { LanguageServer } from '../language-server';
import { openDocumentOf } from '../open-document';
import { registerCommand } from '../window/commands';
import { showInformation } from '../window/messages';

const SCHEME = 'kms-edit';

type Decision = 'apply' | 'discard';

/** Shows what an edit would change before it is made. */
export interface EditPreview {
  /**
   * Makes an edit. One that changes a file of another account is shown as a comparison first, with Apply and Discard, unless it is
   * confirmed already. Whatever becomes of it is told. False where nothing was changed.
   */
  readonly apply: (edit: ProtocolEdit, title: string, isConfirmed?: boolean) => Promise<boolean>;
  /**
   * The same question alone: whether the edit may be made. True without a question where it changes no file of another account; where it
   * may not, that nothing was changed is told.
   */
  readonly confirm: (edit: ProtocolEdit, title: string) => Promise<boolean>;
}

export function createEditPreview(context: vscode.ExtensionContext, languageServer: LanguageServer): EditPreview {
  /** The texts after the edit, by the URI that VS Code asks for them. */
  const texts = new Map<string, string>();
  context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  }));
  // The buttons in the title of the comparison stay when the notification goes by itself.
  let decide: ((decision: Decision) => void) | undefined;
  context.subscriptions.push(
    registerCommand('kmsHandshake.edit.apply', () => decide?.('apply')),
    registerCommand('kmsHandshake.edit.discard', () => decide?.('discard')),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (texts.has(uri.toString())) decide?.('discard');
    }),
  );
  const askDecision = (question: string): Promise<Decision> => new Promise((resolve) => {
    decide?.('discard'); // another edit is shown now
    decide = resolve;
    const [apply, discard] = [vscode.l10n.t('Apply'), vscode.l10n.t('Discard')];
    void showInformation(question, apply, discard).then((answer) => {
      if (answer !== undefined) resolve(answer === apply ? 'apply' : 'discard');
    });
  });
  let count = 0;
  const compare = async (edit: vscode.WorkspaceEdit, title: string): Promise<readonly vscode.Uri[]> => {
    const files = await Promise.all(edit.entries().map(async ([uri, edits]) => {
      const before = await textAt(uri);
      const after = vscode.Uri.from({ scheme: SCHEME, path: uri.path, query: String(++count) });
      texts.set(after.toString(), textAfterEdits(before ?? '', edits));
      return { uri, before: before === undefined ? undefined : uri, after };
    }));
    const [first, ...others] = files;
    if (first === undefined) return [];
    const empty = vscode.Uri.from({ scheme: SCHEME, path: first.uri.path, query: 'empty' });
    if (others.length === 0) await vscode.commands.executeCommand('vscode.diff', first.before ?? empty, first.after, title);
    else await vscode.commands.executeCommand('vscode.changes', title,
        files.map(({ uri, before, after }) => [uri, before ?? empty, after]));
    return files.map(({ after }) => after);
  };
  const close = async (uris: readonly vscode.Uri[]): Promise<void> => {
    const names = new Set(uris.map(String));
    await vscode.window.tabGroups.close(
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => showsOneOf(input, names)),
    );
    for (const name of names) texts.delete(name);
  };
  const isAgreedTo = async (edit: vscode.WorkspaceEdit, title: string): Promise<boolean> => {
    // Asked first: the comparison is there before it is all drawn, and a click on its buttons counts from then on.
    const asked = askDecision(vscode.l10n.t('{0}: this changes {1}.', title, fileNames(edit)));
    const shown = await compare(edit, title);
    const decision = await asked;
    await close(shown);
    if (decision === 'discard') void showInformation(vscode.l10n.t('Nothing was changed.'));
    return decision === 'apply';
  };
  return {
    apply: async (edit, title, isConfirmed = false) => {
      const converted = await asWorkspaceEdit(languageServer, withoutConfirmation(edit));
      if (isConfirmed || !needsConfirmation(edit)) return applyAndTell(converted);
      return await isAgreedTo(converted, title) && applyAndTell(converted, fileNames(converted));
    },
    confirm: async (edit, title) =>
      !needsConfirmation(edit) || isAgreedTo(await asWorkspaceEdit(languageServer, withoutConfirmation(edit)), title),
  };
}

function fileNames(edit: vscode.WorkspaceEdit): string {
  return edit.entries().map(([uri]) => vscode.workspace.asRelativePath(uri)).join(', ');
}

/** Whether VS Code would ask about some part of the edit. */
function needsConfirmation(edit: ProtocolEdit): boolean {
  return Object.values(edit.changeAnnotations ?? {}).some((annotation) => annotation.needsConfirmation === true);
}

/** The edit for somebody who has agreed to it. */
export function withoutConfirmation<E extends ProtocolEdit>(edit: E): E {
  const annotations = Object.entries(edit.changeAnnotations ?? {})
    .map(([id, annotation]) => [id, { ...annotation, needsConfirmation: false }] as const);
  return { ...edit, changeAnnotations: Object.fromEntries(annotations) };
}

/** @param files where the person has been asked about them: told that they are changed and not saved, since they may not be in front */
async function applyAndTell(edit: vscode.WorkspaceEdit, files?: string): Promise<boolean> {
  const isApplied = await vscode.workspace.applyEdit(edit);
  if (!isApplied) void showInformation(vscode.l10n.t('Nothing was changed: VS Code could not make the edit.'));
  else if (files !== undefined) void showInformation(vscode.l10n.t('Changed {0}. The file is not saved yet.', files));
  return isApplied;
}

/** Undefined where there is no such file: the edit makes it. */
async function textAt(uri: vscode.Uri): Promise<string | undefined> {
  const document = openDocumentOf(uri);
  if (document !== undefined) return document.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

function textAfterEdits(text: string, edits: vscode.TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create('', '', 0, text), edits);
}

function showsOneOf(input: unknown, names: ReadonlySet<string>): boolean {
  if (input instanceof vscode.TabInputTextDiff) return names.has(input.modified.toString());
  // The tab of several comparisons has no class in the API of the oldest VS Code that is supported.
  const { textDiffs } = input as { readonly textDiffs?: readonly { readonly modified: vscode.Uri }[] };
  return textDiffs?.some(({ modified }) => names.has(modified.toString())) === true;
}
