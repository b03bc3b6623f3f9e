import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../../support/fixtures';
import { toJson } from '../../support/policy-pair';
import { at, closeAll, open } from './support/editor';
import { APP, fittingFiles, KEY, layFittingPair, MANIFEST_FILE, tidy } from './support/handshake';
import { until } from './support/poll';

const NEW_ACCOUNT = '555566667777';

describe('navigation and rename', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  /** A place in the middle of the first such text. */
  function inside(document: vscode.TextDocument, text: string): vscode.Position {
    const offset = document.getText().indexOf(text);
    assert.ok(offset >= 0, `${text} is not there`);
    return document.positionAt(offset + Math.floor(text.length / 2));
  }

  it('F12 on a key ARN goes to the key policy, on a path of kms-handshake.json to the file', async () => {
    await layFittingPair();
    const editor = await open(APP);
    editor.selection = new vscode.Selection(inside(editor.document, KEY_ARN), inside(editor.document, KEY_ARN));
    await vscode.commands.executeCommand('editor.action.revealDefinition');
    await until('the key policy', () => vscode.window.activeTextEditor?.document.uri.path === at(KEY).path);
    const manifest = await open(MANIFEST_FILE);
    const found = await vscode.commands.executeCommand<vscode.LocationLink[]>('vscode.executeDefinitionProvider', manifest.document.uri,
      inside(manifest.document, KEY));
    assert.ok(found.some(({ targetUri }) => targetUri.path === at(KEY).path), JSON.stringify(found));
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', manifest.document.uri);
    assert.ok(links.some(({ target }) => target?.path === at(KEY).path), JSON.stringify(links));
  });

  it('references lead from one half to the other', async () => {
    await layFittingPair();
    const { document } = await open(KEY);
    const found = await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeReferenceProvider', document.uri,
      inside(document, '"Consumer"'));
    const [app] = found.filter(({ uri }) => uri.path === at(APP).path);
    assert.ok(app, JSON.stringify(found));
    assert.equal((await vscode.workspace.openTextDocument(app.uri)).getText(app.range), '"UseKey"');
  });

  it('the outline has the statements', async () => {
    await layFittingPair();
    const { document } = await open(KEY);
    const symbols = await until('the outline', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
      return found.find(({ name }) => name === 'Key policy');
    });
    assert.deepEqual(symbols.children.map(({ name, detail }) => `${name}: ${detail}`), [
      `Enable IAM User Permissions: Allow ${OWNER} kms:*`, 'Consumer: Allow role/App kms:Decrypt',
      `OwnerReads: Allow ${OWNER} kms:DescribeKey`,
    ]);
  });

  it('a rename changes every file', async () => {
    await layFittingPair();
    const { document } = await open(KEY);
    const position = document.positionAt(document.getText().indexOf(ROLE_ARN) + ROLE_ARN.indexOf(CONSUMER) + 3);
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, position,
      NEW_ACCOUNT);
    assert.ok(await vscode.workspace.applyEdit(edit));
    for (const file of [KEY, MANIFEST_FILE])
      assert.equal((await open(file)).document.getText(), toJson(fittingFiles()[file] ?? {}).replaceAll(CONSUMER, NEW_ACCOUNT));
    const refused = vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', document.uri, position, '12');
    await assert.rejects(Promise.resolve(refused), /12 digits/);
  });
});
