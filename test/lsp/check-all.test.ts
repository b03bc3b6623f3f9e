import assert from 'node:assert/strict';
import { CancellationTokenSource, WorkDoneProgress, WorkDoneProgressCreateRequest, type ShowMessageParams, type WorkDoneProgressBegin,
  type WorkDoneProgressEnd, type WorkDoneProgressReport } from 'vscode-languageserver';
import type { CheckOutcome } from '../../server/src/lsp/protocol/check';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { identityPolicyForRole, mismatchedPair, NOT_ALLOWED_CODE } from '../support/policy-pair';

const APP = 'consumer/app.json';
const WITH_PROGRESS = { ...FULL_CAPABILITIES, window: { workDoneProgress: true } };

type Progress = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

describe('lsp: check all policies', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  const check = (client: LspClient, token?: string, cancel = new CancellationTokenSource()): Promise<CheckOutcome> =>
    client.connection.sendRequest<CheckOutcome>(
      'workspace/executeCommand',
      { command: 'kmsHandshake.server.checkAll', arguments: [{}], ...token === undefined ? {} : { workDoneToken: token } },
      cancel.token,
    );

  /** Many policies that the editor tells nobody of. */
  function pile(folder: TestFolder): void {
    for (let at = 0; at < 1500; at++) folder.write(`more/role/Role${at}.json`, identityPolicyForRole(['kms:Decrypt']));
  }

  it('counts what there is and follows the token of the request', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const progress: Progress[] = [];
    client.connection.onProgress(WorkDoneProgress.type, 'mine', (value) => void progress.push(value));
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    const { hints, ...outcome } = await check(client, 'mine');
    assert.deepEqual(outcome, { cancelled: false, files: 2, policies: 2, errors: 1, warnings: 0, infos: 0 });
    assert.ok(hints >= 0);
    assert.equal(progress[0]?.kind, 'begin');
    assert.equal((progress[0]).title, 'Checking all policies');
    assert.equal((progress[0]).cancellable, true);
    assert.equal(progress.at(-1)?.kind, 'end');
  });

  it('reads changes that the editor did not report', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    folder.write(APP, identityPolicyForRole(['kms:Decrypt']));
    const { errors } = await check(client);
    assert.equal(errors, 0);
    await client.waitForCodes(folder.uriOf(APP));
  });

  it('shows findings of closed files too, until another scope is set', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], settings: { scope: 'openFiles' } });
    await client.waitUntilIdle();
    const app = folder.uriOf(APP);
    assert.deepEqual(client.codes(app), []);
    await check(client);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    folder.write(APP, identityPolicyForRole(['kms:Encrypt', 'kms:Decrypt', 'kms:Decript']));
    client.changeOnDisk(['changed', app]);
    await client.waitForCodes(app, NOT_ALLOWED_CODE, 'unknown-action');
    client.configure({ scope: 'workspace' });
    await client.waitUntilIdle();
    client.configure({ scope: 'openFiles' });
    await client.waitForCodes(app);
  });

  it('stops when the request is cancelled, and keeps what it has read', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    pile(folder);
    const cancel = new CancellationTokenSource();
    client.connection.onProgress(WorkDoneProgress.type, 'mine', ({ kind }) => { if (kind === 'begin') cancel.cancel(); });
    const stopped = await check(client, 'mine', cancel);
    assert.equal(stopped.cancelled, true);
    assert.deepEqual(client.codes(folder.uriOf(APP)), [NOT_ALLOWED_CODE]);
    assert.equal((await check(client)).files, 1502);
  }).timeout(30_000);

  it('creates its own progress where the request has none, which can be cancelled', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], capabilities: WITH_PROGRESS });
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    pile(folder);
    const kinds: string[] = [];
    client.connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      client.connection.onProgress(WorkDoneProgress.type, token, ({ kind }) => {
        kinds.push(kind);
        if (kind === 'begin') void client.connection.sendNotification('window/workDoneProgress/cancel', { token });
      });
    });
    const stopped = await check(client);
    assert.equal(stopped.cancelled, true);
    assert.deepEqual([kinds[0], kinds.at(-1)], ['begin', 'end']);
  }).timeout(30_000);

  it('says the outcome to an editor that has no words of its own', async () => {
    const folder = createTestFolder(mismatchedPair());
    const shown: string[] = [];
    for (const options of [{}, { clientCommands: true }]) {
      const client = await startClient({ folders: [folder.uri], options });
      client.connection.onNotification('window/showMessage', ({ message }: ShowMessageParams) => void shown.push(message));
      await check(client);
      await client.stop();
    }
    assert.deepEqual(shown, ['1 error, 0 warnings in 2 policies (2 files)']);
  });
});
