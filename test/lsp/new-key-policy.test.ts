import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandOutcome, Generated } from '../../server/src/lsp/protocol/generate';
import type { PolicyItem } from '../../server/src/lsp/protocol/policies';
import type { NewKeyPolicyChoices, NewKeyPolicyParams } from '../../server/src/lsp/protocol/new-key-policy';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, OWNER, ROLE_ARN, roleArn } from '../support/fixtures';
import { mismatchedPair } from '../support/policy-pair';

const ADMIN = roleArn(OWNER, 'KeyAdmin');

describe('lsp: a new key policy', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  const command = <T = CommandOutcome>(client: LspClient, argument: Partial<NewKeyPolicyParams>): Promise<T> => (
    client.connection.sendRequest<T>('workspace/executeCommand', { command: 'kmsHandshake.server.newKeyPolicy', arguments: [argument] }));

  it('is chosen from what is known in the workspace', async () => {
    const folder = createTestFolder({ ...mismatchedPair(),
      'kms-handshake.json': { ...mismatchedPair()['kms-handshake.json'], accounts: { [CONSUMER]: 'analytics' } } });
    const client = await startClient({ folders: [folder.uri] });
    const { choices } = await command<{ choices: NewKeyPolicyChoices }>(client, {});
    assert.deepEqual(choices.accounts, [{ id: OWNER, name: '' }, { id: CONSUMER, name: 'analytics' }]);
    assert.deepEqual(choices.identities, [{ arn: ROLE_ARN, label: 'role/App', account: CONSUMER, accountName: 'analytics' }]);
    assert.equal(choices.regions[0]?.region, 'us-west-2');
    assert.deepEqual(choices.useCases.filter(({ asksRegion }) => asksRegion).map(({ id }) => id), ['cloudwatch-logs']);
  });

  it('is written beside the other key policies, without findings of its own, and replaces nothing', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const params = { owner: OWNER, administrators: [ADMIN], users: [{ account: CONSUMER }], useCases: ['ebs'] };
    const outcome = await command(client, params);
    assert.ok('applied' in outcome && outcome.applied);
    assert.equal(folder.nameOf(outcome.uri), `producer/key-policy-${OWNER}.json`);
    assert.match(client.textOf(outcome.uri), /kms:GrantIsForAWSResource/);
    await client.waitUntilIdle();
    const known = await client.connection.sendRequest<readonly PolicyItem[]>('kmsHandshake/policies', {
      textDocument: { uri: outcome.uri },
    });
    assert.deepEqual(known.map(({ kind }) => kind), ['key']);
    // The other half is what remains to be done.
    assert.deepEqual(client.codes(outcome.uri).filter((code) => code !== 'identity-policy-missing'), []);
    const again = await command(client, params);
    assert.ok('uri' in again);
    assert.equal(folder.nameOf(again.uri), `producer/key-policy-${OWNER}-2.json`);
  });

  it('is not put over a file that the workspace leaves out', async () => {
    const folder = createTestFolder({ '.gitignore': '*.json\n', [`key-policy-${OWNER}.json`]: 'mine' });
    const client = await startClient({ folders: [folder.uri] });
    const outcome = await command(client, { owner: OWNER });
    assert.ok('uri' in outcome);
    assert.equal(folder.nameOf(outcome.uri), `key-policy-${OWNER}-2.json`);
    assert.equal(readFileSync(path.join(folder.path, `key-policy-${OWNER}.json`), 'utf8'), 'mine');
    assert.ok(existsSync(path.join(folder.path, `key-policy-${OWNER}-2.json`)));
  });

  it('is a text where no folder is open, with places to fill in what was not given', async () => {
    const client = await startClient({ skipWaitForFindings: true });
    const made = await client.connection.sendRequest<Generated>('kmsHandshake/newKeyPolicy', { owner: OWNER,
      useCases: ['cloudwatch-logs'] });
    assert.match(made.untitled ?? '', /"logs\.<REGION>\.amazonaws\.com"/);
    assert.deepEqual(made.placeholders, ['REGION']);
    assert.deepEqual(await command(client, { owner: OWNER }), { refused: 'No folder is open to put the file in.' });
  });

  it('is a resource of the open template, or of a new one', async () => {
    const template = `Resources:
  DataKey:
    Type: AWS::KMS::Key
`;
    const folder = createTestFolder({ 'template.yaml': template, 'kms-key.yaml': 'mine: true\n' });
    const client = await startClient({ folders: [folder.uri] });
    const { templates } = await client.connection.sendRequest<NewKeyPolicyChoices>('kmsHandshake/newKeyPolicyChoices',
      { activeUri: folder.uriOf('template.yaml') });
    assert.deepEqual(templates.map(({ label, isNew }) => [label, isNew]), [['template.yaml', false], ['kms-key-2.yaml', true]]);
    const made = await Promise.all(templates.map(({ owner }) => command(client, { owner, users: [{ account: CONSUMER }] })));
    const uris = made.map((outcome) => ('uri' in outcome ? outcome.uri : assert.fail(JSON.stringify(outcome))));
    assert.deepEqual(uris.map((uri) => folder.nameOf(uri)), ['template.yaml', 'kms-key-2.yaml']);
    assert.ok(client.textOf(uris[0] ?? '').startsWith(`${template}  KmsKey:\n    Type: AWS::KMS::Key\n`));
    for (const uri of uris) assert.match(client.textOf(uri), /AWS: !Sub arn:\$\{AWS::Partition\}:iam::\$\{AWS::AccountId\}:root\n/);
  });

  it('is refused with a reason', async () => {
    const folder = createTestFolder();
    const client = await startClient({ folders: [folder.uri] });
    const outcome = await command(client, { owner: OWNER, administrators: [ROLE_ARN] });
    assert.ok('refused' in outcome);
    assert.match(outcome.refused, /its own account only/);
    assert.deepEqual(client.appliedEdits, []);
  });
});
