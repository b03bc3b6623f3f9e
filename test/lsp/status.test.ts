import assert from 'node:assert/strict';
import type { FileStatus } from '../../server/src/lsp/protocol/status';
import type { CommandOutcome } from '../../server/src/lsp/protocol/generate';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, mismatchedPair, toJson } from '../support/policy-pair';
import { sendCustomRequest, startClientWithFiles } from './client-with-files';

const KEY = 'producer/key.json';
const APP = 'consumer/app.json';
const MANIFEST_FILE = 'kms-handshake.json';
const OTHER_KEY = KEY_ARN.replace('1234abcd', '9999abcd');

describe('lsp: what a file is, and linking it', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  const statusOf = async (client: LspClient, uri: string, line = 0): Promise<FileStatus | null> =>
    sendCustomRequest(client, 'kmsHandshake/status', { textDocument: { uri }, position: { line, character: 0 } });

  it('tells kind, link, handshakes and findings', async () => {
    const { folder, client } = await startClientWithFiles({ ...mismatchedPair(),
      [MANIFEST_FILE]: { ...MANIFEST, accounts: { [OWNER]: 'security' } }, 'package.json': { name: 'x' } });
    const app = await statusOf(client, folder.uriOf(APP));
    assert.deepEqual([app?.kind, app?.says, app?.assumed, app?.confirm, app?.policies], ['identity', `IAM policy of role/App (${CONSUMER})`,
      false, undefined, 1]);
    assert.deepEqual([app?.findings.error, app?.handshakes], [1, ['key 1234abcd… (security): 1 action works, 1 blocked']]);
    assert.deepEqual([app?.links[0]?.says, app?.links[0]?.at?.uri, app?.manifest, app?.declarable], ['declared in kms-handshake.json',
      folder.uriOf(MANIFEST_FILE), folder.uriOf(MANIFEST_FILE), true]);
    assert.equal((await statusOf(client, folder.uriOf(KEY)))?.says, 'Key policy of 1234abcd… (security)');
    assert.equal(await statusOf(client, folder.uriOf('package.json')), null);
  });

  it('takes the account from the name of the folder that is opened alone, and offers to confirm it', async () => {
    const policy = identityPolicyForRole(['kms:Decrypt']);
    const folder = createTestFolder({ [`consumer-${CONSUMER}/role/App/policy.json`]: policy });
    const client = await startClient({ folders: [folder.uriOf(`consumer-${CONSUMER}`)] });
    const status = await statusOf(client, folder.uriOf(`consumer-${CONSUMER}/role/App/policy.json`));
    assert.deepEqual([status?.says, status?.assumed, status?.links.map(({ says }) => says)],
      [`IAM policy of role/App (${CONSUMER})`, true, [`account ${CONSUMER} in the path of the policy`]]);
    const offers = await sendCustomRequest(client, 'kmsHandshake/linkChoices', status?.confirm ?? { key: '' });
    assert.ok(Array.isArray(offers));
    assert.deepEqual(offers.map(({ summary }: { summary: string }) => summary),
      [`Attach policy to role/App of account ${CONSUMER}`, `Attach policy to account ${CONSUMER}`]);
  });

  it('of several policies in a file tells the one at the position', async () => {
    const dump = { RoleDetailList: [{ RoleName: 'App', Arn: ROLE_ARN, RolePolicyList: [
      { PolicyName: 'a', PolicyDocument: identityPolicyForRole(['kms:Decrypt']) },
      { PolicyName: 'b', PolicyDocument: identityPolicyForRole(['kms:Encrypt']) },
    ] }] };
    const { folder, client } = await startClientWithFiles({ 'dump.json': toJson(dump) });
    const second = toJson(dump).split('\n').findIndex((line) => line.includes('kms:Encrypt'));
    assert.deepEqual([(await statusOf(client, folder.uriOf('dump.json')))?.pointer,
      (await statusOf(client, folder.uriOf('dump.json'), second))?.pointer], ['/RoleDetailList/0/RolePolicyList/0/PolicyDocument',
      '/RoleDetailList/0/RolePolicyList/1/PolicyDocument']);
  });

  it('says what an untitled document is, whose link cannot be declared', async () => {
    const { client } = await startClientWithFiles({});
    client.open('untitled:Untitled-1', toJson(keyPolicyForRole(['kms:Decrypt'])));
    const status = await statusOf(client, 'untitled:Untitled-1');
    assert.deepEqual([status?.says, status?.assumed, status?.declarable, status?.confirm],
      [`Key policy of ${OWNER} (key unknown)`, true, false, undefined]);
    const refused = await sendCustomRequest(client, 'kmsHandshake/linkKey', { policy: { uri: 'untitled:Untitled-1', pointer: '' },
      keyArn: KEY_ARN });
    assert.ok('refused' in refused && refused.refused.includes('is not in a folder'));
  });

  it('offers the known keys, likely ones first, and links the policy to one', async () => {
    const { folder, client } = await startClientWithFiles({ [KEY]: keyPolicyForRole(['kms:Decrypt']),
      'producer/other.json': keyPolicyForRole(['kms:Encrypt']), [APP]: identityPolicyForRole(['kms:Decrypt']),
      [MANIFEST_FILE]: { keys: [{ arn: OTHER_KEY, policy: 'producer/other.json' }, { arn: KEY_ARN.replaceAll(OWNER, CONSUMER) }] } });
    const policy = { uri: folder.uriOf(KEY), pointer: '' };
    const { keys, pattern } = await sendCustomRequest(client, 'kmsHandshake/keyLinkChoices', policy);
    assert.deepEqual(keys.map(({ arn }) => arn), [KEY_ARN, OTHER_KEY, KEY_ARN.replaceAll(OWNER, CONSUMER)]);
    assert.match(keys[1]?.description ?? '', /has the policy producer\/other\.json/);
    assert.ok(keys.every(({ arn }) => new RegExp(pattern).test(arn ?? '')));
    const offer = await sendCustomRequest(client, 'kmsHandshake/linkKey', { policy, keyArn: KEY_ARN });
    assert.ok('edit' in offer, JSON.stringify(offer));
    client.applyEdit(offer.edit);
    await client.waitUntilIdle();
    const status = await statusOf(client, folder.uriOf(KEY));
    assert.deepEqual([status?.assumed, status?.links[0]?.says], [false, 'declared in kms-handshake.json']);
    const instead = await sendCustomRequest(client, 'kmsHandshake/linkKey', { policy, keyArn: OTHER_KEY });
    assert.ok('summary' in instead && instead.summary.endsWith('in place of producer/other.json.'), JSON.stringify(instead));
  });

  it('refuses what is not a key, and what is not a key policy', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    for (const [path, keyArn, why] of [[KEY, 'alias/app', /not the ARN of a KMS key/], [APP, KEY_ARN, /Only a key policy/]] as const) {
      const refused = await sendCustomRequest(client, 'kmsHandshake/linkKey', { policy: { uri: folder.uriOf(path), pointer: '' }, keyArn });
      assert.match('refused' in refused ? refused.refused : '', why);
    }
  });

  it('is a command for other editors, which replaces what was declared', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    const run = (argument: object): Promise<CommandOutcome> =>
      client.connection.sendRequest('workspace/executeCommand', { command: 'kmsHandshake.server.linkKeyPolicy', arguments: [argument] });
    const outcome = await run({ textDocument: { uri: folder.uriOf(KEY) }, keyArn: OTHER_KEY });
    assert.ok('applied' in outcome && outcome.applied, JSON.stringify(outcome));
    const { keys } = JSON.parse(client.textOf(folder.uriOf(MANIFEST_FILE))) as { readonly keys: unknown };
    assert.deepEqual(keys, [{ arn: OTHER_KEY, policy: KEY }]);
    await assert.rejects(run({ textDocument: { uri: folder.uriOf(KEY) } }), /keyArn/);
  });
});
