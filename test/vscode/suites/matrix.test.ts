import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DrawnMatrix } from '../../../client/webview/messages';
import { KEY_ARN, ROLE_ARN } from '../../support/fixtures';
import { identityPolicyForRole, matchingPair, mismatchedPair, NOT_ALLOWED_CODE } from '../../support/policy-pair';
import { at, closeAll, waitForCode } from './support/editor';
import { APP, KEY, lay, onDisk, tidy, waitForClean } from './support/handshake';
import { until } from './support/poll';

const CELL = { identity: ROLE_ARN, key: KEY_ARN };
const show = (cell?: typeof CELL): Thenable<DrawnMatrix | undefined> => vscode.commands.executeCommand('kmsHandshake.showMatrix', cell);
const tabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));

describe('KMS Handshake: Show access matrix', function () {
  this.timeout(60_000);

  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  it('opens one panel, which draws what the server knows', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const drawn = await show();
    assert.deepEqual(drawn, { identities: 1, keys: 1, cells: 1, says: [] });
    await show();
    assert.deepEqual(tabs().map(({ label }) => label), ['KMS access']);
  });

  it('shows the reasons of a cell, and follows the files', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const drawn = await show(CELL);
    assert.equal(drawn?.says.length, 2);
    assert.match(drawn.says.join('\n'), /kms:Encrypt/);
    await lay(matchingPair());
    await waitForClean(at(APP), at(KEY));
    await until('the panel to follow', async () => ((await show(CELL))?.says.length === 1 ? true : undefined));
  });

  it('shows the column of one key to who asks who can use it', async () => {
    const other = KEY_ARN.replace(/.$/, 'f');
    await lay({ ...mismatchedPair(), 'consumer/other.json': identityPolicyForRole(['kms:Decrypt'], other) });
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    await until('both keys', async () => ((await show())?.keys === 2 ? true : undefined));
    const drawn = await vscode.commands.executeCommand<DrawnMatrix>('kmsHandshake.whoCanUseKey', { uri: at(KEY).toString() });
    assert.equal(drawn.keys, 1);
  });

  it('comes back as it was after it was hidden', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    await show(CELL);
    await vscode.commands.executeCommand('vscode.open', at(APP));
    // selected before, so that its reasons are asked for without being told
    await until('the selection', async () => ((await show())?.says.length === 2 ? true : undefined));
  });

  it('is empty, and says so, in a workspace where nobody meets a key', async () => {
    assert.deepEqual(await show(), { identities: 0, keys: 0, cells: 0, says: [] });
  });

  it('does not wait for a server that is away', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    await show();
    const restarting = vscode.commands.executeCommand('kmsHandshake.restartServer');
    assert.equal(await show(), undefined);
    await restarting;
    await until('the matrix to be back', async () => ((await show())?.cells === 1 ? true : undefined));
  });

  for (const [format, start] of [['csv', 'identity,key,'], ['markdown', '| Identity |'], ['svg', '<svg ']] as const) {
    it(`is saved as ${format} without a question`, async () => {
      await lay(mismatchedPair());
      await waitForCode(at(APP), NOT_ALLOWED_CODE);
      const to = at(`access.${format}`).toString();
      assert.deepEqual(await vscode.commands.executeCommand('kmsHandshake.exportMatrix', { document: { format }, to }), { uri: to });
      assert.ok((await onDisk(at(`access.${format}`))).startsWith(start));
    });
  }
});
