import assert from 'node:assert/strict';
import type { WorkspaceStatus } from '../../server/src/lsp/protocol/status';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { identityPolicyForRole, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';

function countChanges(client: LspClient): () => number {
  let count = 0;
  client.connection.onNotification('kmsHandshake/changed', () => { count++; });
  return () => count;
}

/** A client that asked for the notification, with a policy open whose findings are there. */
async function startWithOpenPolicy(): Promise<{ readonly client: LspClient; readonly app: string; readonly changes: () => number }> {
  const folder = createTestFolder(mismatchedPair());
  const client = await startClient({ folders: [folder.uri], options: { tellChanges: true } });
  const app = folder.uriOf(APP);
  client.open(app);
  await client.waitForCodes(app, NOT_ALLOWED_CODE);
  await client.waitUntilIdle();
  const changes = countChanges(client);
  return { client, app, changes };
}

describe('lsp: kmsHandshake/changed', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('is sent for a change that changes no finding, since places moved', async () => {
    const { client, app, changes } = await startWithOpenPolicy();
    client.replaceText(app, `\n${client.textOf(app)}`);
    await client.waitUntilIdle();
    assert.equal(changes(), 1);
  });

  it('takes fast typing together', async () => {
    const { client, app, changes } = await startWithOpenPolicy();
    for (let i = 0; i < 20; i++) client.replaceText(app, toJson(identityPolicyForRole([`kms:Decrypt${'x'.repeat(i)}`])));
    await client.waitUntilIdle();
    assert.ok(changes() >= 1 && changes() <= 5, `${changes()} notifications for 20 changes`);
  });

  it('is not sent to an editor that did not ask for it', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const changes = countChanges(client);
    client.open(folder.uriOf(APP), toJson(identityPolicyForRole(['kms:Decrypt'])));
    await client.waitForCodes(folder.uriOf(APP));
    await client.waitUntilIdle();
    assert.equal(changes(), 0);
  });
});

describe('lsp: kmsHandshake/workspaceStatus', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  /** What is told from the start on, with a client that listens before the server has read anything. */
  async function startWithStatus(files: Parameters<typeof createTestFolder>[0],
    options = { tellStatus: true }): Promise<{ readonly client: LspClient; readonly folder: TestFolder;
    readonly told: readonly WorkspaceStatus[]; }> {
    const folder = createTestFolder(files);
    const told: WorkspaceStatus[] = [];
    const client = await startClient({ folders: [folder.uri], options, onConnection: (connection) => {
      connection.onNotification('kmsHandshake/workspaceStatus', (status: WorkspaceStatus) => { told.push(status); });
    } });
    await client.waitUntilIdle();
    return { client, folder, told };
  }

  it('says that policies are being checked, then how many there are and what was found', async () => {
    const { told } = await startWithStatus(mismatchedPair());
    assert.deepEqual(told.map(({ state }) => state), ['checking', 'ready']);
    const [checking, ready] = told;
    assert.deepEqual([checking?.policies, ready?.policies, ready?.files, ready?.findings.error], [0, 2, 2, 1]);
  });

  it('tells a folder without policies from one without findings', async () => {
    const { told } = await startWithStatus({ 'package.json': { name: 'x' } });
    assert.deepEqual(told.at(-1), { state: 'ready', policies: 0, files: 0, findings: { error: 0, warning: 0, info: 0, hint: 0 } });
  });

  it('is sent again when the counts differ, and not for every change', async () => {
    const { client, folder, told } = await startWithStatus(mismatchedPair());
    const app = folder.uriOf(APP);
    client.open(app);
    client.replaceText(app, `\n${client.textOf(app)}`);
    await client.waitUntilIdle();
    assert.equal(told.length, 2, 'places moved, nothing else');
    client.replaceText(app, toJson(identityPolicyForRole(['kms:Decrypt'])));
    await client.waitUntilIdle();
    assert.deepEqual(told.slice(2).map(({ state, findings }) => [state, findings.error]), [['ready', 0]]);
  });

  it('is not sent to an editor that did not ask for it', async () => {
    const { told } = await startWithStatus(mismatchedPair(), { tellStatus: false });
    assert.deepEqual(told, []);
  });
});
