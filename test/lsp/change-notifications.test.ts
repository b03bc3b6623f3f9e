import assert from 'node:assert/strict';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
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
