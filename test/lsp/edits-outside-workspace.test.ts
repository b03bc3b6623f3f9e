import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import type { WorkspaceEdit } from 'vscode-languageserver';
import type { Refused } from '../../server/src/lsp/protocol/edits';
import type { CommandOutcome, Generated, GenerateParams } from '../../server/src/lsp/protocol/generate';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { skipTest } from '../support/skip-test';
import { KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import { keyPolicyForRole, MANIFEST, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../support/policy-pair';
import { sendCustomRequest } from './client-with-files';

const KEY = 'producer/key.json';

describe('lsp: nothing is written outside of the workspace folder', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  const declaring = (policy: string): Record<string, object> => ({
    'kms-handshake.json': { keys: MANIFEST.keys, identities: [{ arn: ROLE_ARN, policies: [policy] }] },
    [KEY]: keyPolicyForRole(['kms:Decrypt']),
  });
  const link = (folder: TestFolder, name: string, target: string): void => symlinkSync(target, path.join(folder.path, name), 'junction');
  const consumerOf = (uri: string): GenerateParams => ({ generate: 'consumer', policy: { uri, pointer: '' }, target: { arn: ROLE_ARN },
    keyArn: KEY_ARN });

  async function generated(client: LspClient, uri: string): Promise<Generated> {
    const result = await sendCustomRequest(client, 'kmsHandshake/generate', consumerOf(uri));
    assert.ok(!('refused' in result), (result as Refused).refused);
    return result;
  }

  async function refusedBy(answer: Promise<object>): Promise<string> {
    const result = await answer;
    assert.ok('refused' in result, JSON.stringify(result));
    return String(result.refused);
  }

  function urisOf(edit: WorkspaceEdit): string[] {
    return (edit.documentChanges ?? []).map((part) => ('textDocument' in part ? part.textDocument.uri : 'uri' in part ? part.uri : ''));
  }

  for (const declared of ['sub/../../escape/pwn.json', '../escape/pwn.json', 'sub/../../escape/*.json', 'a\u0000b.json']) {
    it(`by "policies": [${JSON.stringify(declared)}]`, async () => {
      const folder = createTestFolder(declaring(declared));
      const client = await startClient({ folders: [folder.uri] });
      const { edit } = await generated(client, folder.uriOf(KEY));
      assert.ok(urisOf(edit).length > 0);
      for (const uri of urisOf(edit)) assert.ok(/^(?:kms-handshake|producer\/[a-z0-9-]+)\.json$/.test(folder.nameOf(uri)), uri);
    });
  }

  it('by a folder or a file that is a link', async () => {
    const elsewhere = createTestFolder({});
    const links = process.platform === 'win32'
      ? { linked: elsewhere.path }
      : { linked: elsewhere.path, 'dangling.json': path.join(elsewhere.path, 'new.json') };
    for (const [name, target] of Object.entries(links)) {
      const folder = createTestFolder(declaring(name === 'linked' ? 'linked/pwn.json' : name));
      link(folder, name, target);
      const client = await startClient({ folders: [folder.uri] });
      assert.match(await refusedBy(sendCustomRequest(client, 'kmsHandshake/generate', consumerOf(folder.uriOf(KEY)))),
        /is outside of the workspace folders, or a link leads there: it is not changed\./);
      const outcome: CommandOutcome = await client.connection.sendRequest('workspace/executeCommand', {
        command: 'kmsHandshake.server.generateConsumer',
        arguments: [{ textDocument: { uri: folder.uriOf(KEY) }, target: { arn: ROLE_ARN } }],
      });
      assert.ok('refused' in outcome);
      assert.deepEqual(client.appliedEdits, []);
    }
  });

  it('but inside of it through links that stay there', async () => {
    const folder = createTestFolder({ ...declaring('linked/new.json'), 'real/x.json': {} });
    link(folder, 'linked', path.join(folder.path, 'real'));
    const client = await startClient({ folders: [folder.uri] });
    const { edit, uri } = await generated(client, folder.uriOf(KEY));
    client.applyEdit(edit);
    assert.match(client.textOf(uri), /kms:Decrypt/);
  });

  it('by fixes, renames and declarations, where links that lead out are followed for reading', async () => {
    const elsewhere = createTestFolder({ 'key.json': keyPolicyForRole(['kms:Decrypt']) });
    const folder = createTestFolder({ ...mismatchedPair(),
      'kms-handshake.json': { ...MANIFEST, keys: [{ arn: KEY_ARN, policy: 'linked/key.json' }] } });
    folder.remove('producer');
    link(folder, 'linked', elsewhere.path);
    const client = await startClient({ folders: [folder.uri], settings: { followLinks: true } });
    const app = folder.uriOf('consumer/app.json');
    const [finding] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    assert.ok(finding);
    const actions = await client.codeActions(app, finding);
    assert.deepEqual(actions.flatMap(({ edit }) => urisOf(edit ?? {})).filter((uri) => uri.includes('linked')), []);
    assert.ok(actions.some(({ edit }) => edit !== undefined), 'the fix of the file itself is still there');
    const manifest = folder.uriOf('kms-handshake.json');
    const renaming = client.connection.sendRequest('textDocument/rename', { textDocument: { uri: manifest },
      position: placeOf(client.textOf(manifest), ROLE_ARN), newName: 'role/Other' });
    await assert.rejects(renaming, /linked\/key\.json is outside of the workspace folders/);
    assert.match(
      await refusedBy(sendCustomRequest(client, 'kmsHandshake/generate', { generate: 'keyPolicy', policy: { uri: app, pointer: '' } })),
      /is outside of the workspace folders/,
    );
  });

  it('by declarations in a kms-handshake.json that is a link', async function () {
    if (process.platform === 'win32') return skipTest(this, 'links to files take privileges');
    const elsewhere = createTestFolder({ 'shared.json': MANIFEST });
    const folder = createTestFolder({ [KEY]: keyPolicyForRole(['kms:Decrypt']) });
    symlinkSync(path.join(elsewhere.path, 'shared.json'), path.join(folder.path, 'kms-handshake.json'));
    const client = await startClient({ folders: [folder.uri], settings: { followLinks: true } });
    const linking = { policy: { uri: folder.uriOf(KEY), pointer: '' }, keyArn: KEY_ARN.replace('1234abcd', '5678abcd') };
    assert.match(await refusedBy(sendCustomRequest(client, 'kmsHandshake/linkKey', linking)),
      /kms-handshake\.json is outside of the workspace folders/);
    client.open(folder.uriOf('kms-handshake.json'), toJson(MANIFEST), 'jsonc');
    assert.match(await refusedBy(sendCustomRequest(client, 'kmsHandshake/linkKey', linking)),
      /kms-handshake\.json is outside of the workspace folders/);
  });

  it('fix a document outside of all folders itself, and create its other half in the first folder, if there is one', async () => {
    const elsewhere = createTestFolder({
      'key.json': keyPolicyForRole(['kms:Decrypt'], { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWNER}:root ` }, Action: 'kms:*',
        Resource: '*' }),
    });
    const folder = createTestFolder({ 'a.json': {} });
    const uri = elsewhere.uriOf('key.json');
    for (const folders of [[folder.uri], []]) {
      const client = await startClient({ folders, skipWaitForFindings: true });
      client.open(uri);
      const finding = await client.waitUntil('a finding', () => client.diagnostics(uri).find(({ code }) => code === 'arn-whitespace'));
      assert.ok((await client.codeActions(uri, finding)).some(({ edit }) => urisOf(edit ?? {}).includes(uri)));
      const result = await generated(client, uri);
      if (folders.length > 0) assert.ok(result.uri.startsWith(`${folder.uri}/`), result.uri);
      else assert.match(result.untitled ?? '', /kms:Decrypt/);
      assert.ok(!urisOf(result.edit).some((changed) => changed.startsWith(elsewhere.uri)));
    }
  });
});

function placeOf(text: string, part: string): { line: number; character: number } {
  const before = text.slice(0, text.indexOf(part) + part.length - 3).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
