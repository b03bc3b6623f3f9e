import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { identityPolicyForRole, keyPolicyForRole, matchingPair, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../../support/policy-pair';
import { at, closeAll, codeOf, diagnostics, open, type as retype, waitForCode, waitForCodes, write } from './support/editor';
import { APP, deleteBehindItsBack, KEY, lay, layFittingPair, tidy, typeBefore, writeBehindItsBack } from './support/handshake';
import { until } from './support/poll';

describe('findings', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  it('stand at the word that is wrong, with the reason in the other file', async () => {
    await lay(mismatchedPair());
    const { document } = await open(APP);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    assert.equal(document.getText(finding.range), '"kms:Encrypt"');
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    assert.match(finding.message, /^role\/App \(444455556666\) is denied kms:Encrypt/);
    assert.ok(finding.relatedInformation?.some(({ location }) => location.uri.path === at(KEY).path), 'nothing points into the key policy');
    assert.ok(typeof finding.code === 'object' && finding.code.target.scheme === vscode.env.uriScheme
      && finding.code.target.path.endsWith(NOT_ALLOWED_CODE), 'the code does not lead to the page of its rule');
  });

  it('are there for files that nobody opened', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    assert.equal(vscode.window.visibleTextEditors.length, 0);
  });

  it('come and go while typing', async () => {
    await layFittingPair();
    const editor = await open(APP);
    await typeBefore(editor, '"kms:Decrypt"', '"kms:Encrypt", ');
    const finding = await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
    assert.equal(editor.document.getText(finding.range), '"kms:Encrypt"');
    assert.equal(editor.document.isDirty, true);
    await vscode.commands.executeCommand('undo');
    await waitForCodes(editor.document.uri);
  });

  it('stay through a half-typed action without a word about its consequences', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const editor = await open(APP);
    await typeBefore(editor, '"kms:Decrypt"', '"kms:Gen');
    await until('the JSON language to complain',
      () => vscode.languages.getDiagnostics(editor.document.uri).find(({ source }) => source !== 'kms-handshake'));
    const codes = diagnostics(editor.document.uri).map(codeOf);
    assert.ok(!codes.includes('json-syntax'), 'said twice');
    await vscode.commands.executeCommand('undo');
    await waitForCodes(editor.document.uri, NOT_ALLOWED_CODE);
  });

  it('change when the other file is typed in, unopened as they are', async () => {
    await layFittingPair();
    const editor = await open(KEY);
    await retype(editor, toJson(keyPolicyForRole(['kms:DescribeKey'])));
    const finding = await waitForCode(at(APP), NOT_ALLOWED_CODE);
    assert.match(finding.message, /kms:Decrypt/);
    await vscode.commands.executeCommand('undo');
    await waitForCodes(at(APP));
    assert.ok(!vscode.workspace.textDocuments.some(({ uri }) => uri.path === at(APP).path), 'the IAM policy was opened');
  });

  it('change when the other file changes on the disk, by another program', async () => {
    await layFittingPair();
    const editor = await open(APP);
    writeBehindItsBack(KEY, toJson(keyPolicyForRole(['kms:DescribeKey'])));
    await waitForCode(editor.document.uri, NOT_ALLOWED_CODE);
    writeBehindItsBack(KEY, toJson(keyPolicyForRole(['kms:Decrypt'])));
    await waitForCodes(editor.document.uri);
    deleteBehindItsBack(KEY);
    writeBehindItsBack('producer/renamed.json', '{}');
    writeBehindItsBack('kms-handshake.json', '{}');
    writeBehindItsBack(APP, toJson(identityPolicyForRole(['kms:Decrypt'], 'arn:aws:s3:::example/*')));
    await waitForCode(editor.document.uri, 'missing-key-arn-resource');
  });

  it('follow the editor, not the disk, until the editor lets go', async () => {
    await layFittingPair();
    const editor = await open(APP);
    await retype(editor, toJson(identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    await closeAll(); // without saving
    await waitForCodes(at(APP));
  });

  it('go with a deleted file whose document VS Code still has open', async () => {
    // VS Code keeps the document for minutes: no other scenario has a file of this name.
    const file = 'consumer/opened-and-deleted.json';
    await lay({ ...matchingPair(), [file]: identityPolicyForRole(['kms:Decrypt'], 'arn:aws:s3:::example/*') });
    await waitForCode(at(file), 'missing-key-arn-resource');
    await vscode.workspace.openTextDocument(at(file));
    deleteBehindItsBack(file);
    await waitForCodes(at(file));
    assert.ok(vscode.workspace.textDocuments.some(({ uri }) => uri.path === at(file).path), 'VS Code let go of the document');
  });

  it('appear in an untitled document', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'json',
      content: toJson(identityPolicyForRole(['kms:Decrypt'], 'arn:aws:s3:::example/*')) });
    const editor = await vscode.window.showTextDocument(document);
    await waitForCode(document.uri, 'missing-key-arn-resource');
    await retype(editor, '{}');
    await waitForCodes(document.uri);
  });

  it('judge an untitled document by the files of the folder', async () => {
    await layFittingPair();
    const document = await vscode.workspace.openTextDocument({ language: 'json',
      content: toJson(identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])) });
    await vscode.window.showTextDocument(document);
    const finding = await waitForCode(document.uri, NOT_ALLOWED_CODE);
    assert.notEqual(finding.severity, vscode.DiagnosticSeverity.Error, 'nobody knows to whom it is attached');
  });

  it('cross the folders of a workspace, as they come and go', async () => {
    const producer = vscode.Uri.joinPath(at('..'), 'another-folder');
    const { [KEY]: key, 'kms-handshake.json': manifest, ...here } = mismatchedPair();
    await lay({ ...here, 'kms-handshake.json': { ...manifest, keys: [] } });
    try {
      await write('../another-folder/key.json', toJson(key ?? {}));
      await write('../another-folder/kms-handshake.json',
        toJson({ keys: [{ ...(manifest as { keys: object[] }).keys[0], policy: 'key.json' }] }));
      assert.ok(vscode.workspace.updateWorkspaceFolders(1, 0, { uri: producer }), 'the folder was refused');
      const finding = await waitForCode(at(APP), NOT_ALLOWED_CODE);
      assert.ok(finding.relatedInformation?.some(({ location }) => location.uri.path.endsWith('/another-folder/key.json')));
      assert.ok(vscode.workspace.updateWorkspaceFolders(1, 1), 'the folder was kept');
      await until('the finding to go with the folder', () => (diagnostics(at(APP)).some((diagnostic) =>
          codeOf(diagnostic) === NOT_ALLOWED_CODE
        )
        ? undefined
        : true));
    } finally {
      if ((vscode.workspace.workspaceFolders?.length ?? 0) > 1) vscode.workspace.updateWorkspaceFolders(1, 1);
      await vscode.workspace.fs.delete(producer, { recursive: true, useTrash: false });
    }
  });

  it('are limited to open files when the setting says so', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const settings = vscode.workspace.getConfiguration('kmsHandshake');
    try {
      await settings.update('scope', 'openFiles', vscode.ConfigurationTarget.Global);
      await waitForCodes(at(APP));
      await open(APP);
      await waitForCode(at(APP), NOT_ALLOWED_CODE);
    } finally {
      await settings.update('scope', undefined, vscode.ConfigurationTarget.Global);
    }
    await lay(matchingPair());
    await waitForCodes(at(APP));
  });
});
