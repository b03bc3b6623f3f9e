import assert from 'node:assert/strict';
import type { CodeLens } from 'vscode-languageserver';
import type { PlacesToShow } from '../../server/src/lsp/protocol/lenses';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER } from '../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, matchingPair, mismatchedPair, toJson } from '../support/policy-pair';

const KEY = 'producer/key.json';
const APP = 'consumer/app.json';

describe('lsp: code lenses', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function lensesOf(client: LspClient, uri: string): Promise<CodeLens[]> {
    const found = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    return Promise.all(found.map((lens) => client.connection.sendRequest<CodeLens>('codeLens/resolve', lens)));
  }
  const titles = async (client: LspClient, uri: string): Promise<string[]> =>
    (await lensesOf(client, uri)).map(({ command }) => command?.title ?? '');

  it('say how far the handshakes of both halves have come, at their lines', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    assert.deepEqual(client.initialized.capabilities.codeLensProvider, { resolveProvider: true });
    const key = folder.uriOf(KEY);
    const found = await lensesOf(client, key);
    assert.deepEqual(found.map(({ command }) => command?.title), [`role/App of ${CONSUMER}: 1 policy, the one action used`]);
    const lines = client.textOf(key).split('\n');
    assert.deepEqual(found.map(({ range }) => lines[range.start.line]?.trim()), [`"AWS": "arn:aws:iam::${CONSUMER}:role/App"`]);
    assert.ok(found.every(({ range }) => range.start.line === range.end.line), 'a lens is for one line');
    assert.deepEqual(await titles(client, folder.uriOf(APP)), ['key 1234abcd…: 1 of 2 actions works, 1 blocked by the key policy']);
  });

  it('name a command for what they show only to clients that have it', async () => {
    const folder = createTestFolder(mismatchedPair());
    const plain = await startClient({ folders: [folder.uri] });
    assert.deepEqual((await lensesOf(plain, folder.uriOf(APP)))[0]?.command?.command, '');
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    const [role] = await lensesOf(client, folder.uriOf(KEY));
    assert.equal(role?.command?.command, 'kmsHandshake.showPlaces');
    const { uri, position, places } = role.command.arguments?.[0] as PlacesToShow;
    assert.deepEqual([uri, position], [folder.uriOf(KEY), role.range.start]);
    assert.deepEqual(places.map((place) => `${place.uri} ${client.textOf(place.uri).split('\n')[place.range.start.line]?.trim() ?? ''}`), [
      `${folder.uriOf(APP)} "Sid": "UseKey",`,
    ]);
  });

  it('generate the IAM policy that is missing, where the client has the command', async () => {
    const { [KEY]: keyPolicy = '' } = mismatchedPair();
    const folder = createTestFolder({ [KEY]: keyPolicy });
    const missing = `no IAM policy of role/App of ${CONSUMER} in the workspace`;
    const plain = await startClient({ folders: [folder.uri] });
    assert.deepEqual((await lensesOf(plain, folder.uriOf(KEY))).map(({ command }) => command), [{ title: missing, command: '' }]);
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    assert.deepEqual((await lensesOf(client, folder.uriOf(KEY))).map(({ command }) => command), [{
      title: `Generate consumer IAM policy… (${missing})`, command: 'kmsHandshake.generateConsumerPolicy',
      arguments: [{ uri: folder.uriOf(KEY), pointer: '', target: { arn: `arn:aws:iam::${CONSUMER}:role/App` } }],
    }]);
  });

  it('follow what is typed in the other half, and have the editor look again', async () => {
    const folder = createTestFolder(mismatchedPair());
    const { workspace } = FULL_CAPABILITIES;
    const capabilities = { ...FULL_CAPABILITIES,
      workspace: { ...workspace, codeLens: { refreshSupport: true }, inlayHint: { refreshSupport: true } } };
    const client = await startClient({ folders: [folder.uri], capabilities });
    let asked: string[] = [];
    for (const method of ['workspace/codeLens/refresh', 'workspace/inlayHint/refresh'])
      client.connection.onRequest(method, () => {
        asked.push(method);
      });
    await client.waitUntilIdle();
    asked = [];
    client.open(folder.uriOf(KEY), toJson(keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    assert.deepEqual(await titles(client, folder.uriOf(APP)), ['key 1234abcd…: both actions work']);
    await client.waitUntilIdle();
    assert.deepEqual([...new Set(asked)].sort(), ['workspace/codeLens/refresh', 'workspace/inlayHint/refresh']);
  });

  it('ask nothing of editors that cannot look again', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    client.connection.onRequest('workspace/codeLens/refresh', () => assert.fail('not asked for'));
    client.open(folder.uriOf(KEY), toJson(keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    await client.waitUntilIdle();
    assert.ok(!client.logs.some((line) => line.includes('look again')), client.logs.join('\n'));
  });

  it('are answered although the place was removed meanwhile', async () => {
    const folder = createTestFolder(matchingPair());
    const client = await startClient({ folders: [folder.uri] });
    const uri = folder.uriOf(APP);
    client.open(uri);
    const [lens] = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    client.replaceText(uri, '{}');
    const resolved = await client.connection.sendRequest<CodeLens>('codeLens/resolve', lens);
    assert.deepEqual(resolved.command, { title: '', command: '' });
  });

  it('can be switched off, and are not shown in files without policies', async () => {
    const folder = createTestFolder({ ...matchingPair(), 'package.json': { name: 'x' },
      'consumer/typing.json': toJson(identityPolicyForRole(['kms:Decrypt'])).slice(0, 40) });
    const client = await startClient({ folders: [folder.uri] });
    assert.deepEqual(await titles(client, folder.uriOf('package.json')), []);
    assert.deepEqual(await titles(client, folder.uriOf('consumer/typing.json')), []);
    client.configure({ codeLens: false });
    await client.waitUntilIdle();
    assert.deepEqual(await titles(client, folder.uriOf(KEY)), []);
  });
});
