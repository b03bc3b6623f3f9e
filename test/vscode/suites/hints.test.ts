import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../../client/src/extension';
import { CONSUMER, KEY_ARN, OWNER } from '../../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, mismatchedPair } from '../../support/policy-pair';
import { at, closeAll, codeOf, diagnostics, open, type, waitForCode } from './support/editor';
import { APP, KEY, lay, MANIFEST_FILE, onDisk, tidy } from './support/handshake';
import { until } from './support/poll';

const NAMED = { ...MANIFEST, accounts: { [OWNER]: 'security', [CONSUMER]: 'analytics' } };
const OTHER_KEY = KEY_ARN.replace('1234abcd', '9999abcd');

async function extensionApi(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>('kms-handshake.kms-handshake');
  assert.ok(extension);
  return extension.activate();
}

async function statusBar(): Promise<ExtensionApi['statusBar']> {
  return (await extensionApi()).statusBar;
}

async function waitForWorkspaceStatus(text: string | undefined): Promise<void> {
  const { serverStatus } = await extensionApi();
  await until(`"${String(text)}" of all policies in the status bar`, () => {
    if (serverStatus.text() !== text) throw new Error(`it says "${String(serverStatus.text())}"`);
    return true;
  });
}

async function waitForStatus(text: string | undefined): Promise<void> {
  const bar = await statusBar();
  await until(`"${String(text)}" in the status bar`, () => {
    if (bar.text() !== text) throw new Error(`it says "${String(bar.text())}"`);
    return true;
  });
}

async function waitForLens(uri: vscode.Uri, title: string): Promise<vscode.CodeLens> {
  return until(`the lens "${title}"`, async () => {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 50);
    const lens = found.find(({ command }) => command?.title === title);
    if (lens === undefined) throw new Error(`there are: ${found.map(({ command }) => command?.title).join(' | ')}`);
    return lens;
  });
}

describe('lenses, hints, fading and the status bar', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  it('a lens says what works, follows the other half, and its click is a command that there is', async () => {
    await lay({ ...mismatchedPair(), [MANIFEST_FILE]: NAMED });
    await open(APP);
    const lens = await waitForLens(at(APP), 'key 1234abcd…: 1 of 2 actions works, 1 blocked by the key policy');
    assert.equal(lens.command?.command, 'kmsHandshake.showPlaces');
    await vscode.commands.executeCommand(lens.command.command, ...lens.command.arguments as unknown[]);
    const key = await open(KEY);
    await type(key, JSON.stringify(keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    await waitForLens(at(APP), 'key 1234abcd…: both actions work');
  });

  it('hints name accounts and count wildcards', async () => {
    await lay({ ...mismatchedPair(), [MANIFEST_FILE]: NAMED });
    const { document } = await open(KEY);
    // Until the server has read the manifest, the accounts have the names of the test before.
    await until('the hints', async () => {
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri,
        new vscode.Range(0, 0, document.lineCount, 0));
      assert.deepEqual(hints.map(({ label }) => label), ['security', '46 actions', 'analytics']);
      return true;
    });
  });

  it('what has no effect is faded', async () => {
    await lay({ ...mismatchedPair(), [MANIFEST_FILE]: NAMED });
    await open(APP);
    await waitForCode(at(APP), 'action-not-allowed-by-key-policy');
    const faded = diagnostics(at(APP)).filter(({ tags }) => tags?.includes(vscode.DiagnosticTag.Unnecessary) === true);
    assert.deepEqual(faded.map(codeOf), ['action-not-allowed-by-key-policy']);
  });

  it('the status bar says what the active editor shows, and nothing for other files', async () => {
    await lay({ ...mismatchedPair(), [MANIFEST_FILE]: NAMED, 'package.json': { name: 'x' } });
    await open(KEY);
    await waitForStatus('$(key) Key policy of 1234abcd… (security)');
    await until('what works and what is blocked', async () => {
      const tooltip = (await statusBar()).tooltip().replaceAll('\\', '');
      const isComplete = /declared in kms-handshake\.json[\s\S]*role\/App of account 444455556666: 1 action works, 1 blocked/.test(tooltip);
      if (!isComplete) throw new Error(tooltip); // until all files are read
      return true;
    });
    await open(APP);
    await waitForStatus('$(account) IAM policy of role/App (analytics)');
    await open('package.json');
    await waitForStatus(undefined);
  });

  it('the status bar counts what was checked, whatever file is open, and has nothing for a folder without policies', async () => {
    await lay({ ...mismatchedPair(), [MANIFEST_FILE]: NAMED });
    await waitForWorkspaceStatus('$(error) 1 error in 2 policies');
    await type(await open(KEY), JSON.stringify(keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    await waitForWorkspaceStatus('$(pass) 2 policies checked: no findings');
    const { serverStatus } = await extensionApi();
    assert.equal(serverStatus.languageStatus(), 'KMS Handshake: 2 policies checked: no findings');
    await vscode.commands.executeCommand('kmsHandshake.restartServer');
    await waitForWorkspaceStatus('$(pass) 2 policies checked: no findings');
    await closeAll();
    await lay({ 'package.json': { name: 'x' } });
    await waitForWorkspaceStatus(undefined);
    assert.equal(serverStatus.languageStatus(), 'KMS Handshake: no policies in the workspace');
  });

  it('the status bar does not count a document that VS Code keeps open without its file, also when the server starts anew', async () => {
    const deleted = 'consumer/deleted.json';
    await lay({ ...mismatchedPair(), [deleted]: identityPolicyForRole(['kms:Encrypt']) });
    await waitForWorkspaceStatus('$(error) 1 error, 1 warning in 3 policies');
    const document = await vscode.workspace.openTextDocument(at(deleted));
    await lay(mismatchedPair());
    await waitForWorkspaceStatus('$(error) 1 error in 2 policies');
    await vscode.commands.executeCommand('kmsHandshake.restartServer');
    assert.equal(document.isClosed, false);
    await waitForWorkspaceStatus('$(error) 1 error in 2 policies');
  });

  it('"Link to key…" declares the key, once, and the status bar knows', async () => {
    await lay({ ...mismatchedPair(), [MANIFEST_FILE]: { accounts: NAMED.accounts } });
    await open(KEY);
    // The name of the account says that the server has read this manifest, and not the one before: the edit is one of its text.
    await until('an assumed link', async () => ((await statusBar()).text()?.endsWith(' (security), assumed') ? true : undefined));
    for (const keyArn of [OTHER_KEY, KEY_ARN])
      await vscode.commands.executeCommand('kmsHandshake.linkKeyPolicy', { uri: at(KEY).toString(), keyArn });
    await waitForStatus('$(key) Key policy of 1234abcd… (security)');
    assert.deepEqual((JSON.parse(await onDisk(at(MANIFEST_FILE))) as { keys: unknown }).keys, [{ arn: KEY_ARN, policy: KEY }]);
  });
});
