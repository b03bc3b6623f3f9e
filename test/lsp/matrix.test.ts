import assert from 'node:assert/strict';
import type { Refused } from '../../server/src/lsp/protocol/edits';
import type { MatrixCell, MatrixSummary } from '../../server/src/lsp/protocol/matrix';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, roleArn } from '../support/fixtures';
import { identityPolicyForRole, mismatchedPair, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';
const NONE = { 'works': 0, 'works-if': 0, 'blocked-by-key-policy': 0, 'blocked-by-identity-policy': 0, 'blocked': 0, 'unknown': 0,
  'not-requested': 0 };

const overview = (client: LspClient): Promise<MatrixSummary> => client.connection.sendRequest('kmsHandshake/matrix', {});
const cell = (client: LspClient, identity = ROLE_ARN, key = KEY_ARN): Promise<MatrixCell | Refused> =>
  client.connection.sendRequest('kmsHandshake/matrixCell', { identity, key });
const document = async (client: LspClient, params: object): Promise<string> =>
  (await client.connection.sendRequest<{ text: string }>('kmsHandshake/matrixDocument', params)).text;

describe('lsp: matrix', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('has every identity with every key that it can use, and the number of actions by outcome', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    assert.deepEqual(await overview(client), {
      identities: [{ id: ROLE_ARN, name: ROLE_ARN, arn: ROLE_ARN, label: 'role/App', account: CONSUMER, accountName: '' }],
      keys: [{ id: KEY_ARN, name: KEY_ARN, arn: KEY_ARN, label: KEY_ARN.split('/')[1], account: OWNER, accountName: '' }],
      tallies: [{ ...NONE, 'works': 1, 'blocked-by-key-policy': 1 }],
      cells: [[[0, 0]]],
    });
  });

  it('is empty where no identity is related to a key', async () => {
    const folder = createTestFolder({ 'kms-handshake.json': {} });
    const client = await startClient({ folders: [folder.uri] });
    assert.deepEqual(await overview(client), { identities: [], keys: [], tallies: [], cells: [] });
  });

  it('gives the outcomes of one cell, with the places of the statements', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const found = await cell(client);
    assert.ok('outcomes' in found);
    assert.deepEqual(found.outcomes.map(({ standing, actions }) => `${standing} ${actions.join()}`), ['works kms:Decrypt',
      'blocked-by-key-policy kms:Encrypt']);
    assert.match(found.outcomes[1]?.says ?? '',
      /^the key policy \(producer\/key\.json:\d+\) allows only .* kms:Encrypt in consumer\/app\.json:9 has no effect/);
    const statements = found.outcomes[1]?.statements ?? [];
    assert.deepEqual(statements.map(({ uri, half, sid }) => `${half} ${folder.nameOf(uri)} ${sid ?? ''}`), [
      'key-policy producer/key.json Consumer',
      `identity-policy ${APP} UseKey`,
    ]);
    for (const { uri, range, label } of statements) {
      const line = client.textOf(uri).split('\n')[range.start.line] ?? '';
      assert.equal(line.slice(range.start.character, range.start.character + 1), '{', label);
      assert.equal(label, `${folder.nameOf(uri)}:${range.start.line + 1}`);
    }
  });

  it('follows what is typed', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    client.open(folder.uriOf(APP), toJson(identityPolicyForRole(['kms:Decrypt'])));
    await client.waitForCodes(folder.uriOf(APP));
    assert.deepEqual((await overview(client)).tallies, [{ ...NONE, works: 1 }]);
  });

  it('says so when the two are no longer related', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    assert.deepEqual(await cell(client, roleArn(CONSUMER, 'Gone')), { refused: 'The two are no longer related.' });
  });

  it('is written as CSV, Markdown and SVG, whole or in part', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    assert.equal((await document(client, { format: 'csv' })).split('\r\n').length, 4);
    assert.equal((await document(client, { format: 'csv', standings: ['works'] })).split('\r\n').length, 3);
    assert.equal((await document(client, { format: 'csv', cells: [] })).split('\r\n').length, 2);
    assert.match(await document(client, { format: 'markdown', cells: [{ identity: ROLE_ARN, key: KEY_ARN }] }),
      /blocked by the key policy/);
    assert.match(await document(client, { format: 'svg', cells: [{ identity: ROLE_ARN, key: KEY_ARN }] }),
      /^<svg [^]*role\/App[^]*<\/svg>\n$/);
  });
});
