import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { apply, applyConfirmed, at, closeAll, open, type as retype, waitForCodes, waitForFix, write } from './support/editor';

/** What the other suites stand on, tried with findings and fixes of its own: a fault here is one of the harness, not of the extension. */
describe('the harness', () => {
  const FILE = 'harness.txt';
  const all = new vscode.Range(0, 0, 0, 4);
  let undo: { dispose(): unknown }[] = [];

  beforeEach(() => write(FILE, 'TODO\n'));
  afterEach(async () => {
    for (const item of undo) item.dispose();
    undo = [];
    await closeAll();
    await vscode.workspace.fs.delete(at(FILE));
  });

  function offer(title: string, metadata?: vscode.WorkspaceEditEntryMetadata): void {
    const provideCodeActions = (document: vscode.TextDocument): vscode.CodeAction[] => {
      const fix = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      fix.edit = new vscode.WorkspaceEdit();
      fix.edit.replace(document.uri, all, 'DONE', metadata);
      return [fix];
    };
    undo.push(vscode.languages.registerCodeActionsProvider({ pattern: `**/${FILE}` }, { provideCodeActions }));
  }

  it('waits for findings to come and go', async () => {
    const own = vscode.languages.createDiagnosticCollection('harness');
    undo.push(own);
    const finding = Object.assign(new vscode.Diagnostic(all, 'left to do'), { source: 'kms-handshake', code: 'harness-todo' });
    const coming = waitForCodes(at(FILE), 'harness-todo');
    own.set(at(FILE), [finding]);
    assert.equal((await coming)[0]?.message, 'left to do');
    const going = waitForCodes(at(FILE));
    own.clear();
    await going;
  });

  it('applies a quick fix', async () => {
    offer('Do it');
    const editor = await open(FILE);
    await apply(await waitForFix(editor.document.uri, all, 'Do it'));
    assert.equal(editor.document.getText(), 'DONE\n');
  });

  it('makes an edit that needs confirmation', async () => {
    offer('Do it elsewhere', { needsConfirmation: true, label: 'in another account' });
    const editor = await open(FILE);
    await applyConfirmed(await waitForFix(editor.document.uri, all, /elsewhere/));
    assert.equal(editor.document.getText(), 'DONE\n');
  });

  it('types and throws away', async () => {
    const editor = await open(FILE);
    await retype(editor, 'typed');
    assert.equal(editor.document.isDirty, true);
    await closeAll();
    assert.equal((await open(FILE)).document.getText(), 'TODO\n');
  });
});
