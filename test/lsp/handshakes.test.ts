import assert from 'node:assert/strict';
import type { HandshakeMap } from '../../server/src/lsp/protocol/handshakes';
import { removeTestFolders } from '../support/temporary-folder';
import { killServers, type LspClient } from '../support/lsp-client';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, mismatchedPair } from '../support/policy-pair';
import { sendCustomRequest, startClientWithFiles } from './client-with-files';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';

describe('lsp: handshakes', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  const map = (client: LspClient): Promise<HandshakeMap> => sendCustomRequest(client, 'kmsHandshake/handshakes', {});

  it('gives keys, identities and accounts with their names, places and links', async () => {
    const { folder, client } = await startClientWithFiles({ ...mismatchedPair(),
      'kms-handshake.json': { ...MANIFEST, accounts: { [OWNER]: 'security' } } });
    const { accounts, keys, identities, handshakes } = await map(client);
    assert.deepEqual(accounts, [{ id: OWNER, name: 'security' }, { id: CONSUMER, name: '' }]);
    assert.equal(keys.length, 1);
    const [key] = keys;
    assert.deepEqual([key?.arn, key?.account, key?.region, key?.label], [KEY_ARN, OWNER, 'us-west-2', '1234abcd…']);
    assert.deepEqual([key?.policy?.uri, key?.policy?.label, key?.policy?.range.start], [folder.uriOf(KEY), KEY, { line: 0, character: 0 }]);
    assert.deepEqual([key?.link?.reason, key?.link?.certain, key?.link?.says, key?.link?.at?.uri], ['declared', true,
      'declared in kms-handshake.json', folder.uriOf('kms-handshake.json')]);
    const app = identities.findIndex(({ arn }) => arn === ROLE_ARN);
    assert.deepEqual([identities[app]?.label, identities[app]?.kind, identities[app]?.unanswered, identities[app]?.policies[0]?.uri], [
      'role/App',
      'role',
      false,
      folder.uriOf(APP),
    ]);
    assert.deepEqual(handshakes.find(({ identity }) => identity === app), { identity: app, key: 0, state: 'both', shown: 'partly',
      blocked: 1, says: '1 action works, 1 blocked' });
    assert.deepEqual(await sendCustomRequest(client, 'kmsHandshake/handshakeCounts', {}), { partly: 1 });
  });

  it('describes a handshake action by action, with the statements that decide', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    const details = await sendCustomRequest(client, 'kmsHandshake/handshake', { key: KEY_ARN, identity: ROLE_ARN });
    assert.ok('parts' in details);
    assert.deepEqual(details.parts.map(({ state, requested, actions }) => [state, requested, actions]),
      [['both', true, ['kms:Decrypt']], ['identity-policy', true, ['kms:Encrypt']]]);
    const [works, blocked] = details.parts;
    assert.deepEqual(works?.statements.map(({ half, uri }) => [half, uri]), [['key-policy', folder.uriOf(KEY)], ['identity-policy',
      folder.uriOf(APP)]]);
    assert.match(blocked?.says ?? '',
      /^Denied: the key policy \(producer\/key\.json:\d+\) allows only kms:Decrypt for .*; kms:Encrypt in consumer\/app\.json:9 has no effect/);
    const [first] = blocked?.statements ?? [];
    assert.equal(client.textOf(folder.uriOf(KEY)).split('\n')[first?.range.start.line ?? 0]?.trim(), '{');
    assert.ok('refused' in await sendCustomRequest(client, 'kmsHandshake/handshake', { key: KEY_ARN, identity: 'nobody' }));
  });

  it('follows what is typed', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    assert.equal((await map(client)).handshakes[0]?.says, '1 action works, 1 blocked');
    client.open(folder.uriOf(KEY), JSON.stringify(keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    assert.equal((await map(client)).handshakes[0]?.says, '2 actions work');
  });

  it('offers to record an assumed link, and then it is certain', async () => {
    const { client } = await startClientWithFiles({ 'owner/policy.json': keyPolicyForRole(['kms:Decrypt']),
      'apps/policy.json': identityPolicyForRole(['kms:Decrypt']) });
    const { keys, identities } = await map(client);
    const [key] = keys.filter(({ policy }) => policy !== undefined);
    assert.equal(key?.link?.certain, false);
    const offered = await sendCustomRequest(client, 'kmsHandshake/linkChoices', { key: key.id });
    assert.ok(!('refused' in offered));
    assert.deepEqual(offered.map(({ summary }) => summary), [`Confirm link: key policy of ${KEY_ARN}`]);
    const guessed = identities.find(({ policies }) => policies.length > 0);
    assert.equal(guessed?.link.certain, false);
    const attachments = await sendCustomRequest(client, 'kmsHandshake/linkChoices', { identity: guessed.id, policy: guessed.policies[0]! });
    assert.ok(!('refused' in attachments));
    const role = attachments.find(({ summary }) => summary === `Attach policy to role/App of account ${CONSUMER}`);
    assert.ok(role, attachments.map(({ summary }) => summary).join(' | '));
    client.applyEdit(role.edit);
    await client.waitUntilIdle();
    const after = await map(client);
    assert.deepEqual(after.identities.find(({ policies }) => policies.length > 0)?.link.reason, 'declared');
    assert.equal(after.handshakes[0]?.state, 'both');
    const declared = { identity: ROLE_ARN, policy: guessed.policies[0]! };
    assert.deepEqual(await sendCustomRequest(client, 'kmsHandshake/linkChoices', declared), [], 'what is certain needs no choice');
    assert.ok('refused' in await sendCustomRequest(client, 'kmsHandshake/linkChoices', { key: 'gone' }));
  });

  it('has nothing to show for a workspace without policies', async () => {
    const { client } = await startClientWithFiles({ 'package.json': { name: 'x' } });
    assert.deepEqual(await map(client), { accounts: [], keys: [], identities: [], handshakes: [] });
  });
});
