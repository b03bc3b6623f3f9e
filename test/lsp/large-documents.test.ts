import assert from 'node:assert/strict';
import v8, { getHeapStatistics } from 'node:v8';
import type { FileStatus } from '../../server/src/lsp/protocol/status';
import { isLargerThan } from '../../server/src/host/host';
import { createNodeHost } from '../../server/src/host/node-host';
import { createDocumentSync } from '../../server/src/lsp/document-sync';
import { createAnalysisHost, type AnalysisHost } from '../../server/src/lsp/analysis-host';
import { DEFAULT_SETTINGS } from '../../server/src/lsp/settings';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { KEY_ARN, ROLE_ARN } from '../support/fixtures';
import {
  identityPolicyForRole, keyPolicyForRole, MANIFEST, matchingPair, mismatchedPair, NOT_ALLOWED_CODE, toJson,
} from '../support/policy-pair';
import { sendCustomRequest } from './client-with-files';

const APP = 'consumer/app.json';
const SPACES = ' '.repeat(4096);

describe('lsp: open documents that are larger than the files that are read', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  const statusOf = (client: LspClient, uri: string): Promise<FileStatus | null> =>
    sendCustomRequest(client, 'kmsHandshake/status', { textDocument: { uri } });
  const broken = toJson(identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']));

  it('are not judged, and judged again as soon as they fit, whole texts and changes of ranges alike', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], settings: { maxFileSize: 4 } });
    const app = folder.uriOf(APP);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.open(app, broken);
    client.replaceText(app, broken + SPACES);
    await client.waitForCodes(app);
    assert.deepEqual(
      await client.connection.sendRequest('textDocument/completion', { textDocument: { uri: app }, position: { line: 6, character: 9 } }),
      null,
    );
    client.replaceRange(app, { start: { line: 0, character: 1 }, end: { line: 0, character: 1 } }, ' ');
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), []);
    const last = broken.split('\n').length - 1;
    client.replaceRange(app, { start: { line: last, character: 0 }, end: { line: last, character: 4096 } }, '');
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.replaceRange(app, { start: { line: last, character: 0 }, end: { line: last, character: 0 } }, SPACES);
    await client.waitForCodes(app);
    assert.equal(client.logs.filter((line) => line.includes('app.json is not checked: larger than 4 KiB')).length, 2);
  });

  it('say so in the status, with size and setting, until they fit', async () => {
    const folder = createTestFolder(matchingPair());
    const client = await startClient({ folders: [folder.uri], settings: { maxFileSize: 4 } });
    const app = folder.uriOf(APP);
    client.open(app, broken + SPACES);
    const status = await statusOf(client, app);
    assert.deepEqual([status?.kind, status?.uri, status?.tooLarge], [undefined, app, { kib: 5, maxKib: 4 }]);
    assert.equal(status?.says, 'too large to be checked: the file has 5 KiB, and kmsHandshake.maxFileSize is 4 KiB');
    client.replaceText(app, broken);
    assert.deepEqual([(await statusOf(client, app))?.kind, (await statusOf(client, app))?.tooLarge], ['identity', undefined]);
    client.open(folder.uriOf('kms-handshake.json'), toJson(MANIFEST) + SPACES, 'jsonc');
    assert.deepEqual((await statusOf(client, folder.uriOf('kms-handshake.json')))?.tooLarge, { kib: 5, maxKib: 4 });
  });

  it('say nothing where they hold no policy, or do not count', async () => {
    const folder = createTestFolder(matchingPair());
    const client = await startClient({ folders: [folder.uri], settings: { maxFileSize: 4, exclude: ['out'] } });
    for (const [name, text] of [['package-lock.json', `{ "name": "x" }${SPACES}`], ['out/a.json', broken + SPACES], ['a.txt',
      broken + SPACES]] as const) {
      client.open(folder.uriOf(name), text);
      assert.equal(await statusOf(client, folder.uriOf(name)), null, name);
    }
  });

  it('follow the setting, and keep the text of the disk away while they are open', async () => {
    const folder = createTestFolder({ ...matchingPair(), [APP]: identityPolicyForRole(['kms:Encrypt']) });
    const client = await startClient({ folders: [folder.uri], settings: { maxFileSize: 4 } });
    const app = folder.uriOf(APP);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.open(app, toJson(identityPolicyForRole(['kms:Decrypt'])) + SPACES);
    await client.waitForCodes(app);
    client.changeOnDisk(['changed', app]);
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), []);
    client.replaceText(app, broken + SPACES);
    client.configure({ maxFileSize: 16 });
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.configure({ maxFileSize: 4 });
    await client.waitForCodes(app);
    client.close(app);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
  });

  it('of 14 MiB are given to nothing that judges, with the default setting', async () => {
    const silent = (): void => undefined;
    const log = { info: silent, warn: silent, error: silent };
    const folder = createTestFolder(matchingPair());
    const host = createNodeHost(log);
    const holding = createAnalysisHost(log, host.clock);
    let given = 0;
    const counting: AnalysisHost = { ...holding, setText: (uri, text) => { given += text.length; holding.setText(uri, text); } };
    const files = createDocumentSync({ host, analysisHost: counting, settings: () => DEFAULT_SETTINGS, onChange: silent });
    files.setFolders([folder.uri]);
    await files.rescanFolders();
    const uri = folder.uriOf(APP);
    const statement = JSON.stringify({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });
    files.didOpen(host.documents.open({ uri, languageId: 'json', version: 1, text: '{ "Version": "2012-10-17", "Statement": '
      + `[${Array.from({ length: 220_000 }, () => statement).join(',\n')}] }` }));
    await files.whenSynchronized();
    assert.equal(files.isTooLarge(uri), true);
    for (let version = 2; version < 10; version++) {
      files.didChange(
        host.documents.change(uri, version, [{ text: 'x',
          range: { start: { line: 100, character: 1 }, end: { line: 100, character: 1 } } }]),
      );
    }
    assert.equal(given, 0);
    assert.equal(holding.workspace().files.get(uri), undefined);
    files.didChange(host.documents.change(uri, 10, [{ text: '{}' }]));
    assert.deepEqual([files.isTooLarge(uri), given], [false, 2]);
    files.stop();
  });

  // https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html
  it('stay judged where they are output of AWS tools about an account, as on the disk', async () => {
    const role = (...actions: readonly string[]): unknown => ({ RoleName: 'App', Arn: ROLE_ARN, Description: 'x'.repeat(8192),
      RolePolicyList: [{ PolicyName: 'use', PolicyDocument: identityPolicyForRole(actions) }] });
    const output = (...actions: readonly string[]): string => toJson({ UserDetailList: [], RoleDetailList: [role(...actions)] });
    const folder = createTestFolder({ 'key.json': { KeyId: KEY_ARN, Policy: keyPolicyForRole(['kms:Decrypt']) },
      'roles.json': output('kms:Decrypt', 'kms:Encrypt') });
    const client = await startClient({ folders: [folder.uri], settings: { maxFileSize: 4 } });
    const roles = folder.uriOf('roles.json');
    await client.waitForCodes(roles, NOT_ALLOWED_CODE);
    client.open(roles, output('kms:Decrypt', 'kms:Encrypt'));
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(roles), [NOT_ALLOWED_CODE]);
    client.replaceText(roles, output('kms:Decrypt'));
    await client.waitForCodes(roles);
    client.replaceText(roles, output('kms:Decrypt', 'kms:Encrypt'));
    await client.waitForCodes(roles, NOT_ALLOWED_CODE);
    assert.equal((await statusOf(client, roles))?.tooLarge, undefined);
    client.replaceText(roles, output('kms:Decrypt', 'kms:Encrypt').replace('UserDetailList', 'MyUsers'));
    await client.waitForCodes(roles);
    assert.deepEqual((await statusOf(client, roles))?.tooLarge, { kib: 9, maxKib: 4 });
  });

  it('of AWS tools end at 64 MiB, and where the memory ends', () => {
    const { reasonTooLarge } = createNodeHost({ info: () => undefined, warn: () => undefined, error: () => undefined }).files;
    const outputOf = (mib: number): string => '{ "RoleDetailList": []'.padEnd(mib * 1024 * 1024 - 1, ' ') + '}';
    const judged = (): boolean => true;
    assert.equal(reasonTooLarge(outputOf(64), 1024, judged), undefined);
    assert.equal(reasonTooLarge(`${outputOf(64)} `, 1024, judged), 'larger than 1 KiB');
    assert.equal(reasonTooLarge(outputOf(1), 1024, () => false), undefined);
    const { heap_size_limit: limit } = getHeapStatistics();
    const { getHeapStatistics: original } = v8;
    v8.getHeapStatistics = () => ({ ...original(), used_heap_size: limit - 1024 * 1024 });
    try {
      assert.match(reasonTooLarge(outputOf(1), 1024, () => false) ?? '',
        /its 1 MiB take about \d+ MiB of memory, and Node\.js may use 1 MiB; set the environment variable NODE_OPTIONS/);
      assert.equal(reasonTooLarge(outputOf(1), 1024, judged), undefined);
    } finally {
      v8.getHeapStatistics = original;
    }
  });

  it('are measured in bytes, as files are', () => {
    assert.deepEqual([isLargerThan('ab', 2), isLargerThan('abc', 2), isLargerThan('é', 2), isLargerThan('é', 1), isLargerThan('€', 2),
      isLargerThan('😀', 4), isLargerThan('😀', 3)], [false, true, false, true, true, false, true]);
  });
});
