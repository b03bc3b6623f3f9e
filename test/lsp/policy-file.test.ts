import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver';
import type { Refused } from '../../server/src/lsp/protocol/edits';
import type { Generated } from '../../server/src/lsp/protocol/generate';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { KEY_ARN, ROLE_ARN } from '../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole } from '../support/policy-pair';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';
import { sendCustomRequest, startClientWithFiles } from './client-with-files';

const TITLE = 'Save the policy as a file of its own';
const KEY_ID = KEY_ARN.slice(KEY_ARN.lastIndexOf('/') + 1);
const KEY_POLICY = keyPolicyForRole(['kms:Decrypt']);
const KEY_OUTPUT = { Policy: JSON.stringify(KEY_POLICY), PolicyName: 'default' };
const ROLE_OUTPUT = { RoleName: 'App', PolicyName: 'use-keys', PolicyDocument: identityPolicyForRole(['kms:Decrypt']) };
const MANIFEST = { keys: [{ arn: KEY_ARN, policy: 'out/key.json' }], identities: [{ arn: ROLE_ARN, policies: ['out/role.json'] }] };
/** In the policy of either output. */
const INSIDE = { start: { line: 1, character: 20 }, end: { line: 1, character: 20 } };

describe('lsp: a policy of AWS CLI output as a file of its own', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function saveAction(client: LspClient, uri: string, range = INSIDE): Promise<CodeAction | undefined> {
    return (await client.codeActions(uri, range, [])).find(({ kind }) => kind === 'refactor.extract');
  }

  async function saved(client: LspClient, uri: string, pointer: string): Promise<Generated> {
    const result = await sendCustomRequest(client, 'kmsHandshake/savePolicyAsFile', { uri, pointer });
    assert.ok(!('refused' in result), (result as Refused).refused);
    return result;
  }

  it('prints a key policy beside the output and declares its key in place of the output', async () => {
    const { folder, client } = await startClientWithFiles({ 'kms-handshake.json': MANIFEST, 'out/key.json': KEY_OUTPUT });
    const output = folder.uriOf('out/key.json');
    const action = await saveAction(client, output);
    assert.equal(action?.title, `${TITLE}, linked in kms-handshake.json`);
    client.applyEdit(action.edit);
    const written = folder.uriOf(`out/key-policy-${KEY_ID}.json`);
    assert.equal(client.textOf(written), `${JSON.stringify(KEY_POLICY, undefined, 2)}\n`);
    assert.deepEqual((JSON.parse(client.textOf(folder.uriOf('kms-handshake.json'))) as typeof MANIFEST).keys,
      [{ arn: KEY_ARN, policy: `out/key-policy-${KEY_ID}.json` }]);
    await client.waitUntilIdle();
    const [key] = await sendCustomRequest(client, 'kmsHandshake/policies', { textDocument: { uri: written } });
    assert.match(key?.description ?? '', new RegExp(`^key policy of key ${KEY_ID}`));
    assert.ok([output, written].every((uri) => !client.codes(uri).some((code) => code.startsWith('link-'))), 'no contradiction is left');
  });

  it('makes kms-handshake.json where there is none, and says so before', async () => {
    const { RoleName, ...inlinePolicy } = ROLE_OUTPUT;
    const output = { RoleDetailList: [{ Arn: ROLE_ARN, RoleName, RolePolicyList: [inlinePolicy] }] };
    const { folder, client } = await startClientWithFiles({ 'role.json': output });
    const result = await saved(client, folder.uriOf('role.json'), '/RoleDetailList/0/RolePolicyList/0/PolicyDocument');
    assert.equal(result.uri, folder.uriOf('app-use-keys.json'));
    client.applyEdit(result.edit);
    assert.deepEqual(JSON.parse(client.textOf(result.uri)), ROLE_OUTPUT.PolicyDocument);
    assert.match(result.notes.join(' '), /^role\.json still contains the same policy: /);
    const declared = JSON.parse(client.textOf(folder.uriOf('kms-handshake.json'))) as Pick<typeof MANIFEST, 'identities'>;
    assert.deepEqual(declared.identities, [{ arn: ROLE_ARN, policies: ['app-use-keys.json'] }]);
    assert.equal(result.outcome, 'Created app-use-keys.json and declared the link in kms-handshake.json.');
  });

  it('declares nothing that is not known', async () => {
    const { folder, client } = await startClientWithFiles({ 'key.json': KEY_OUTPUT });
    const action = await saveAction(client, folder.uriOf('key.json'));
    assert.equal(action?.title, TITLE);
    client.applyEdit(action.edit);
    assert.equal(client.textOf(folder.uriOf('key-key-policy.json')), `${JSON.stringify(KEY_POLICY, undefined, 2)}\n`);
  });

  it('leaves the name of the AWS CLI command out of the name of the file', async () => {
    const names = { 'archive-get-key-policy.json': 'archive-key-policy.json', 'get-key-policy.json': 'key-policy.json' };
    const { folder, client } = await startClientWithFiles(Object.fromEntries(Object.keys(names).map((name) => [name, KEY_OUTPUT])));
    for (const [output, name] of Object.entries(names))
      assert.equal((await saved(client, folder.uriOf(output), '/Policy')).uri, folder.uriOf(name));
  });

  it('replaces no file, also none that the workspace leaves out', async () => {
    const { folder, client } = await startClientWithFiles({ '.gitignore': 'key-key-policy-2.json\n', 'key.json': KEY_OUTPUT,
      'key-key-policy.json': KEY_POLICY, 'key-key-policy-2.json': KEY_POLICY });
    const result = await saved(client, folder.uriOf('key.json'), '/Policy');
    assert.equal(result.uri, folder.uriOf('key-key-policy-3.json'));
  });

  it('names a command where the client has it', async () => {
    const folder = createTestFolder({ 'key.json': KEY_OUTPUT });
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    const action = await saveAction(client, folder.uriOf('key.json'));
    assert.deepEqual(action?.command, { title: TITLE, command: 'kmsHandshake.savePolicyAsFile',
      arguments: [{ uri: folder.uriOf('key.json'), pointer: '/Policy' }] });
    assert.equal(action.edit, undefined);
  });

  it('is not offered outside of policies, for files of policies, and for policies that cannot be printed as they are', async () => {
    const twice = { Policy: JSON.stringify(KEY_POLICY).replace('"Version"', '"Version":"2012-10-17","Version"'), PolicyName: 'default' };
    const torn = { Policy: JSON.stringify(KEY_POLICY).slice(0, -2), PolicyName: 'default' };
    const { folder, client } = await startClientWithFiles({ 'key.json': KEY_POLICY, 'twice.json': twice, 'torn.json': torn,
      'output.json': KEY_OUTPUT });
    for (const name of ['key.json', 'twice.json', 'torn.json']) assert.equal(await saveAction(client, folder.uriOf(name)), undefined, name);
    const outside = { line: 2, character: 4 };
    assert.equal(await saveAction(client, folder.uriOf('output.json'), { start: outside, end: outside }), undefined);
    for (const [name, pointer] of [['key.json', ''], ['twice.json', '/Policy']] as const) {
      const result = await sendCustomRequest(client, 'kmsHandshake/savePolicyAsFile', { uri: folder.uriOf(name), pointer });
      assert.ok('refused' in result, name);
    }
  });
});
