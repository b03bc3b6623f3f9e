import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { identityPolicyForRole, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';

/** An open policy whose finding is there. VS Code keeps documents open for minutes after their last editor was closed. */
async function startWithOpenPolicy(): Promise<{ readonly folder: TestFolder; readonly client: LspClient; readonly app: string }> {
  const folder = createTestFolder(mismatchedPair());
  const client = await startClient({ folders: [folder.uri] });
  const app = folder.uriOf(APP);
  client.open(app);
  await client.waitForCodes(app, NOT_ALLOWED_CODE);
  return { folder, client, app };
}

function deleteFile({ folder, client, app }: { readonly folder: TestFolder; readonly client: LspClient; readonly app: string }): void {
  folder.remove(APP);
  client.changeOnDisk(['deleted', app]);
}

describe('lsp: an open document whose file is deleted', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('goes with its file when it has no unsaved edits, until it is edited', async () => {
    const start = await startWithOpenPolicy();
    const { client, app } = start;
    deleteFile(start);
    await client.waitForCodes(app);
    client.replaceText(app, `${client.textOf(app)}\n`);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
  });

  it('goes with its file when its edits were saved', async () => {
    const start = await startWithOpenPolicy();
    const { folder, client, app } = start;
    const text = `${client.textOf(app)}\n`;
    client.replaceText(app, text);
    folder.write(APP, text);
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri: app } });
    deleteFile(start);
    await client.waitForCodes(app);
  });

  it('goes with its folder, of which the editor reports nothing else', async () => {
    const { folder, client, app } = await startWithOpenPolicy();
    folder.remove('consumer');
    client.changeOnDisk(['deleted', folder.uriOf('consumer')]);
    await client.waitForCodes(app);
  });

  it('stays away when all folders are read again', async () => {
    const start = await startWithOpenPolicy();
    const { client, app } = start;
    deleteFile(start);
    await client.waitForCodes(app);
    client.configure({ exclude: ['other/**'] });
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), []);
  });

  it('is back with its file', async () => {
    const start = await startWithOpenPolicy();
    const { folder, client, app } = start;
    const text = client.textOf(app);
    deleteFile(start);
    await client.waitForCodes(app);
    folder.write(APP, text);
    client.changeOnDisk(['created', app]);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.replaceText(app, toJson(identityPolicyForRole(['kms:Decrypt'])));
    await client.waitForCodes(app);
  });

  it('stays when its file is there again before the event, as after saving by a rename', async () => {
    const { folder, client, app } = await startWithOpenPolicy();
    folder.write('consumer/app.tmp', client.textOf(app));
    renameSync(path.join(folder.path, 'consumer/app.tmp'), path.join(folder.path, APP));
    client.changeOnDisk(['deleted', app]);
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), [NOT_ALLOWED_CODE]);
  });

  it('stays with unsaved edits, and goes when it is closed', async () => {
    const start = await startWithOpenPolicy();
    const { client, app } = start;
    client.replaceText(app, `${client.textOf(app)}\n`);
    deleteFile(start);
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), [NOT_ALLOWED_CODE]);
    client.close(app);
    await client.waitForCodes(app);
  });
});
