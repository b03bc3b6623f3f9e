import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { RegistrationParams } from 'vscode-languageserver';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { skipTest } from '../support/skip-test';
import { KEY_ARN, ROLE_ARN } from '../support/fixtures';
import {
  identityPolicyForRole, keyPolicyForRole, MANIFEST, matchingPair, mismatchedPair, NOT_ALLOWED_CODE, toJson,
} from '../support/policy-pair';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';

async function started(files: Readonly<Record<string, string | object>>): Promise<{ folder: TestFolder; client: LspClient; app: string }> {
  const folder = createTestFolder(files);
  const client = await startClient({ folders: [folder.uri] });
  return { folder, client, app: folder.uriOf(APP) };
}

describe('lsp: files that change outside the editor', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('takes notice of a file that is changed', async () => {
    const { folder, client, app } = await started(mismatchedPair());
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    folder.write(KEY, keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt']));
    client.changeOnDisk(['changed', folder.uriOf(KEY)]);
    await client.waitForCodes(app);
  });

  it('takes notice of a file that is made', async () => {
    const { folder, client, app } = await started({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']) });
    folder.write(APP, identityPolicyForRole(['kms:Encrypt']));
    client.changeOnDisk(['created', app]);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
  });

  it('forgets a deleted file and its content', async () => {
    const { folder, client, app } = await started(mismatchedPair());
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    folder.remove(KEY);
    client.changeOnDisk(['deleted', folder.uriOf(KEY)]);
    await client.waitUntil('the finding to go', () => !client.codes(app).includes(NOT_ALLOWED_CODE));
    folder.remove(APP);
    client.changeOnDisk(['deleted', app]);
    await client.waitForCodes(app);
  });

  it('follows a file that is renamed', async () => {
    const { folder, client, app } = await started({ ...mismatchedPair(),
      'kms-handshake.json': { ...MANIFEST, identities: [{ ...MANIFEST.identities[0], policies: ['consumer/*.json'] }] } });
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const renamed = folder.uriOf('consumer/web.json');
    renameSync(path.join(folder.path, APP), path.join(folder.path, 'consumer/web.json'));
    client.changeOnDisk(['deleted', app], ['created', renamed]);
    await client.waitForCodes(renamed, NOT_ALLOWED_CODE);
    await client.waitForCodes(app);
  });

  it('keeps a file that was made and closed in an editor that does not report file changes', async () => {
    const { folder, client, app } = await started({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']) });
    folder.write(APP, identityPolicyForRole(['kms:Encrypt']));
    client.open(app);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.replaceText(app, toJson(identityPolicyForRole(['kms:Decrypt'])));
    await client.waitForCodes(app);
    client.close(app);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
  });

  it('follows a folder that the editor reports only once', async () => {
    const { folder, client, app } = await started({ ...mismatchedPair(),
      'kms-handshake.json': { ...MANIFEST, identities: [{ ...MANIFEST.identities[0], policies: ['**/app.json'] }] } });
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    renameSync(path.join(folder.path, 'consumer'), path.join(folder.path, 'moved'));
    client.changeOnDisk(['deleted', folder.uriOf('consumer')], ['created', folder.uriOf('moved')]);
    await client.waitForCodes(app);
    await client.waitForCodes(folder.uriOf('moved/app.json'), NOT_ALLOWED_CODE);
  });

  it('reads the new files of a folder that was deleted and made again at once, of which watchers see only the deletion', async () => {
    const { folder, client, app } = await started({ ...mismatchedPair(), [APP]: identityPolicyForRole(['kms:Decrypt']),
      'consumer/old.json': identityPolicyForRole(['kms:Decrypt']) });
    await client.waitUntilIdle();
    folder.remove('consumer/old.json');
    folder.write(APP, identityPolicyForRole(['kms:Encrypt']));
    client.changeOnDisk(['deleted', folder.uriOf('consumer/old.json')]);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
  });

  it('prefers the text in the editor to the disk', async () => {
    const { folder, client, app } = await started(matchingPair());
    client.open(app);
    client.replaceText(app, toJson(identityPolicyForRole(['kms:Encrypt'])));
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    folder.write(APP, identityPolicyForRole(['kms:Decrypt']));
    client.changeOnDisk(['changed', app]);
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), [NOT_ALLOWED_CODE]);
    folder.remove(APP);
    client.changeOnDisk(['deleted', app]);
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), [NOT_ALLOWED_CODE]);
    client.close(app);
    await client.waitForCodes(app);
  });

  it('obeys .gitignore, also when it changes', async () => {
    const { folder, client, app } = await started({ ...mismatchedPair(), '.gitignore': 'consumer/\n' });
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), []);
    folder.write('.gitignore', '');
    client.changeOnDisk(['changed', folder.uriOf('.gitignore')]);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    folder.write('consumer/.gitignore', '*.json');
    client.changeOnDisk(['created', folder.uriOf('consumer/.gitignore')]);
    await client.waitForCodes(app);
  });

  it('obeys exclude of the settings and of kms-handshake.json, also when they change', async () => {
    const { folder, client, app } = await started(mismatchedPair());
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.configure({ exclude: ['consumer/**'] });
    await client.waitForCodes(app);
    client.configure({});
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    folder.write('kms-handshake.json', { ...MANIFEST, exclude: ['consumer'] });
    client.changeOnDisk(['changed', folder.uriOf('kms-handshake.json')]);
    await client.waitUntil('the finding to go', () => !client.codes(app).includes(NOT_ALLOWED_CODE));
    const manifest = folder.uriOf('kms-handshake.json');
    client.open(manifest, toJson(MANIFEST), 'jsonc');
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
  });

  it('leaves out what is too large and says so once', async () => {
    const { folder, client } = await started({
      'big.json': `${toJson(identityPolicyForRole(['kms:Decrypt'], 'alias/app'))}${' '.repeat(2048)}`,
    });
    const big = folder.uriOf('big.json');
    await client.waitUntil('findings', () => client.codes(big).length > 0);
    client.configure({ maxFileSize: 2 });
    await client.waitForCodes(big);
    await client.waitUntil('a note', () => client.logs.some((line) => line.includes('big.json') && line.includes('larger than 2 KiB')));
    folder.write('big.json', ' '.repeat(4096));
    client.changeOnDisk(['changed', big]);
    await client.waitUntilIdle();
    assert.equal(client.logs.filter((line) => line.includes('big.json')).length, 1);
  });

  it('follows links that lead out of the folder when the setting says so, and leaves them again', async () => {
    const elsewhere = createTestFolder({ 'app.json': mismatchedPair()[APP] ?? {} });
    const folder = createTestFolder({ ...mismatchedPair(),
      'kms-handshake.json': { ...MANIFEST, identities: [{ ...MANIFEST.identities[0], policies: ['linked/app.json'] }] } });
    folder.remove('consumer');
    symlinkSync(elsewhere.path, path.join(folder.path, 'linked'), 'junction');
    const linked = folder.uriOf('linked/app.json');
    const client = await startClient({ folders: [folder.uri] });
    await client.waitUntil('a word on the link',
      () => client.logs.some((line) => /the link .*linked is left out: it leads out of the folder/.test(line)));
    client.changeOnDisk(['created', linked], ['changed', linked]);
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(linked), []);
    client.configure({ followLinks: true });
    await client.waitForCodes(linked, NOT_ALLOWED_CODE);
    client.configure({});
    await client.waitForCodes(linked);
  });

  it('does not read a kms-handshake.json that leads out of the folder', async function () {
    if (process.platform === 'win32') return skipTest(this, 'links to files take privileges');
    const elsewhere = createTestFolder({ 'shared.json': { ...MANIFEST, exclude: ['consumer'] } });
    const folder = createTestFolder(mismatchedPair());
    folder.remove('kms-handshake.json');
    symlinkSync(path.join(elsewhere.path, 'shared.json'), path.join(folder.path, 'kms-handshake.json'));
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    await client.waitUntil('findings of a file that it excludes', () => client.codes(app).length > 0);
    client.configure({ followLinks: true });
    await client.waitForCodes(app);
  });

  it('reads output of the AWS CLI about an account above the limit', async () => {
    const roles = Array.from({ length: 400 }, (_, i) => ({
      RoleName: `App${i}`, Arn: `${ROLE_ARN}${i}`, Description: 'x'.repeat(3000),
      RolePolicyList: [{ PolicyName: 'use', PolicyDocument: identityPolicyForRole(['kms:Decrypt']) }],
    }));
    const { folder, client } = await started({ 'roles.json': { UserDetailList: [], RoleDetailList: roles },
      'key.json': { KeyId: KEY_ARN, Policy: keyPolicyForRole(['kms:Decrypt']) } });
    await client.waitUntil('findings', () => client.codes(folder.uriOf('roles.json')).length === 400);
  });

  it('handles many changes at once as one', async () => {
    const { folder, client, app } = await started(matchingPair());
    const names = Array.from({ length: 600 }, (_, i) => `many/${i}.json`);
    for (const name of names) folder.write(name, {});
    folder.write(APP, identityPolicyForRole(['kms:Encrypt']));
    client.changeOnDisk(...names.map((name) => ['created', folder.uriOf(name)] as const), ['changed', app]);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    await client.waitUntil('one look at everything', () => client.logs.some((line) => line.startsWith('603 files')));
  });

  it('reads other files when the setting says so', async () => {
    const { folder, client } = await started({ 'a.policy': toJson(identityPolicyForRole(['kms:Decrypt'], 'alias/app')) });
    client.configure({ files: ['**/*.policy'] });
    await client.waitUntil('findings', () => client.codes(folder.uriOf('a.policy')).length > 0);
    await client.waitUntil('the editor to watch them', () => JSON.stringify(client.registrations.at(-1)).includes('**/*.policy'));
  });

  it('has files watched once when settings come while the editor is still about to', async () => {
    const { client } = await started(matchingPair());
    const watched: string[] = [];
    let answer = (): void => undefined;
    const isToAnswer = new Promise<void>((resolve) => { answer = resolve; });
    client.connection.onRequest('client/registerCapability', async ({ registrations }: RegistrationParams) => {
      await isToAnswer;
      watched.push(...registrations.map(({ id }) => id));
    });
    const leftAlone = new Promise((resolve) => void client.connection.onRequest('client/unregisterCapability', resolve));
    client.configure({ files: ['**/*.policy'] });
    client.configure({ files: ['**/*.policy'] });
    await client.waitUntilIdle();
    answer();
    await leftAlone;
    await client.waitUntilIdle();
    assert.equal(watched.length, 1);
  });
});

describe('lsp: several folders', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function folders(client: LspClient, change: { added?: readonly TestFolder[]; removed?: readonly TestFolder[] }): Promise<void> {
    const named = (list: readonly TestFolder[] = []) => list.map(({ uri }) => ({ uri, name: path.basename(uri) }));
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: named(change.added), removed: named(change.removed) },
    });
  }

  it('form one workspace, and can be added and removed', async () => {
    const consumer = createTestFolder({ 'app.json': identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']),
      'kms-handshake.json': { identities: [{ arn: MANIFEST.identities[0]?.arn, policies: ['app.json'] }] } });
    const producer = createTestFolder({ 'key.json': keyPolicyForRole(['kms:Decrypt']),
      'kms-handshake.json': { keys: [{ arn: MANIFEST.keys[0]?.arn, policy: 'key.json' }] } });
    const client = await startClient({ folders: [consumer.uri] });
    const app = consumer.uriOf('app.json');
    await client.waitUntilIdle();
    assert.ok(!client.codes(app).includes(NOT_ALLOWED_CODE));
    await folders(client, { added: [producer] });
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    await folders(client, { removed: [consumer] });
    await client.waitForCodes(app);
    await folders(client, { added: [consumer], removed: [producer] });
    await client.waitUntil('the producer to be forgotten',
      () => client.published.some(({ uri }) => uri === app) && !client.codes(app).includes(NOT_ALLOWED_CODE));
  });

  it('may lie inside each other', async () => {
    const outer = createTestFolder(Object.fromEntries(Object.entries(mismatchedPair()).map(([name, value]) => [`inner/${name}`, value])));
    mkdirSync(path.join(outer.path, 'empty'));
    const client = await startClient({ folders: [outer.uri, outer.uriOf('inner'), outer.uriOf('empty')] });
    await client.waitForCodes(outer.uriOf('inner/consumer/app.json'), NOT_ALLOWED_CODE);
    assert.equal(client.published.filter(({ uri }) => uri === outer.uriOf('inner/consumer/app.json')).length, 1);
  });

  describe('with kms-handshake.json below their roots', () => {
    const INNER = 'infra/kms-handshake.json';
    const { 'kms-handshake.json': _manifest, ...policies } = mismatchedPair();
    const below = Object.fromEntries(Object.entries(policies).map(([name, value]) => [`infra/${name}`, value]));
    const isError = (client: LspClient, uri: string): boolean =>
      client.diagnostics(uri).some(({ code, severity }) => code === NOT_ALLOWED_CODE && severity === 1);

    it('have it count, as it is on the disk', async () => {
      const { folder, client } = await started({ ...below, '.gitignore': 'build/', 'build/kms-handshake.json': { rulez: {} } });
      const app = folder.uriOf('infra/consumer/app.json');
      await client.waitUntilIdle();
      assert.ok(!isError(client, app), 'nothing says which key and role these are');
      folder.write(INNER, MANIFEST);
      client.changeOnDisk(['created', folder.uriOf(INNER)]);
      await client.waitUntil('the declarations to count', () => isError(client, app));
      folder.write(INNER, { ...MANIFEST, rules: { [NOT_ALLOWED_CODE]: 'off' } });
      client.changeOnDisk(['changed', folder.uriOf(INNER)]);
      await client.waitForCodes(app);
      folder.write(INNER, MANIFEST);
      client.changeOnDisk(['changed', folder.uriOf(INNER)]);
      await client.waitUntil('the level to be the usual one', () => isError(client, app));
      folder.remove(INNER);
      client.changeOnDisk(['deleted', folder.uriOf(INNER)]);
      await client.waitUntil('the declarations to be gone', () => !isError(client, app));
      assert.deepEqual(client.codes(folder.uriOf('build/kms-handshake.json')), []);
    });

    it('have it count, as it is typed', async () => {
      const { folder, client } = await started({ ...below, [INNER]: MANIFEST });
      const [app, inner] = [folder.uriOf('infra/consumer/app.json'), folder.uriOf(INNER)];
      await client.waitUntil('the declarations to count', () => isError(client, app));
      client.open(inner);
      client.replaceText(inner, '{ "rulez": {} }');
      await client.waitForCodes(inner, 'manifest-invalid');
      await client.waitUntil('the declarations to be gone', () => !isError(client, app));
      client.replaceText(inner, toJson(MANIFEST));
      await client.waitForCodes(inner);
      await client.waitUntil('the declarations to count again', () => isError(client, app));
    });

    it('leave out what it excludes, until it does so no more', async () => {
      const broken = identityPolicyForRole(['kms:Decript']);
      const { folder, client } = await started({ [INNER]: { exclude: ['old'] }, 'infra/old/a.json': broken, 'old/a.json': broken });
      await client.waitForCodes(folder.uriOf('old/a.json'), 'unknown-action');
      assert.deepEqual(client.codes(folder.uriOf('infra/old/a.json')), []);
      folder.write(INNER, '{}');
      client.changeOnDisk(['changed', folder.uriOf(INNER)]);
      await client.waitForCodes(folder.uriOf('infra/old/a.json'), 'unknown-action');
    });
  });

  it('show by metadata.json whose policies are next to it', async () => {
    const { 'kms-handshake.json': _manifest, ...policies } = mismatchedPair();
    const { folder, client } = await started({ ...policies, 'producer/metadata.json': { arn: KEY_ARN } });
    const app = folder.uriOf(APP);
    await client.waitUntilIdle();
    const isError = (): boolean => client.diagnostics(app).some(({ code, severity }) => code === NOT_ALLOWED_CODE && severity === 1);
    assert.ok(!isError());
    folder.write('consumer/metadata.json', { arn: ROLE_ARN });
    client.changeOnDisk(['created', folder.uriOf('consumer/metadata.json')]);
    await client.waitUntil('the policy to be the one of the role', isError);
  });

  it('may be none: an open file alone is looked at', async () => {
    const folder = createTestFolder({ 'a.json': identityPolicyForRole(['kms:Decrypt'], 'alias/app') });
    const client = await startClient();
    client.open(folder.uriOf('a.json'));
    await client.waitUntil('findings', () => client.codes(folder.uriOf('a.json')).length > 0);
    client.close(folder.uriOf('a.json'));
    await client.waitForCodes(folder.uriOf('a.json'));
  });
});
