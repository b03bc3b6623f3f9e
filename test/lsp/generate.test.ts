import assert from 'node:assert/strict';
import type { Refused } from '../../server/src/lsp/protocol/edits';
import type { CommandOutcome, Generated, GenerateParams, Questions, Shell } from '../../server/src/lsp/protocol/generate';
import type { PolicyItem } from '../../server/src/lsp/protocol/policies';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, KEY_ARN, OWNER, ownerKeyPolicy, ROLE_ARN } from '../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, toJson } from '../support/policy-pair';
import { sendCustomRequest, startClientWithFiles } from './client-with-files';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';
const CONSUMER_POLICIES = { keys: MANIFEST.keys, identities: [{ arn: ROLE_ARN, policies: ['consumer/*.json'] }] };

describe('lsp: the other half', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function generated(client: LspClient, params: GenerateParams): Promise<Generated> {
    const result = await sendCustomRequest(client, 'kmsHandshake/generate', params);
    assert.ok(!('refused' in result), (result as Refused).refused);
    return result;
  }

  async function questionsOf(client: LspClient, generate: GenerateParams['generate'], uri: string): Promise<Questions> {
    const result = await sendCustomRequest(client, 'kmsHandshake/questions', { generate, policy: { uri, pointer: '' } });
    assert.ok(!('refused' in result), (result as Refused).refused);
    return result;
  }

  it('knows the policies of the workspace and of a document', async () => {
    const output = { Policy: JSON.stringify(keyPolicyForRole(['kms:Decrypt'])), PolicyName: 'default' };
    const { folder, client } = await startClientWithFiles({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt']), 'output.json': output, 'other.json': { name: 'x' } });
    const all = await sendCustomRequest(client, 'kmsHandshake/policies', {});
    assert.deepEqual(all.map(({ label, kind }) => `${kind} ${label}`).sort(), [`identity ${APP}`, 'key output.json /Policy', `key ${KEY}`]);
    const [app] = await sendCustomRequest(client, 'kmsHandshake/policies', { textDocument: { uri: folder.uriOf(APP) } }) as [PolicyItem];
    assert.equal(app.description, `IAM policy of role/App of account ${CONSUMER}`);
    const [key] = await sendCustomRequest(client, 'kmsHandshake/policies', { textDocument: { uri: folder.uriOf(KEY) },
      position: { line: 3, character: 0 } }) as [PolicyItem];
    assert.match(key.description, /^key policy of key 1234abcd-.* of account 111122223333$/);
    assert.deepEqual(key.range.start, { line: 0, character: 0 });
    assert.deepEqual(await sendCustomRequest(client, 'kmsHandshake/policies', { textDocument: { uri: folder.uriOf('other.json') } }), []);
  });

  it('has no questions where everything is known, and writes the consumer policy', async () => {
    const { folder, client } = await startClientWithFiles({ 'kms-handshake.json': CONSUMER_POLICIES,
      [KEY]: keyPolicyForRole(['kms:Decrypt', 'kms:DescribeKey']),
      'consumer/s3.json': { Version: '2012-10-17', Statement: [{ Sid: 'S3', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } });
    const uri = folder.uriOf(KEY);
    const questions = await questionsOf(client, 'consumer', uri);
    assert.deepEqual([questions.asksKey, questions.asksTarget], [false, false]);
    assert.deepEqual(questions.targets[0], { target: { arn: ROLE_ARN }, label: 'role/App', description: `of account ${CONSUMER}`,
      lacksHalf: true, allowed: true });
    const result = await generated(client, { generate: 'consumer', policy: { uri, pointer: '' } });
    assert.deepEqual(result.placeholders, []);
    client.applyEdit(result.edit);
    const written = client.textOf(result.uri);
    assert.match(written, /kms:DescribeKey/);
    assert.ok(written.includes(KEY_ARN));
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(result.uri), []);
    assert.deepEqual(client.codes(uri), []);
    const again = await generated(client, { generate: 'consumer', policy: { uri, pointer: '' }, target: { arn: ROLE_ARN } });
    assert.equal(again.nothingToDo, true);
    assert.deepEqual(again.edit, {});
  });

  it('declares to whom the new policy is attached, in the same edit', async () => {
    const { folder, client } = await startClientWithFiles({ 'kms-handshake.json': '{ "accounts": {} }\n',
      [KEY]: keyPolicyForRole(['kms:Decrypt']) });
    const uri = folder.uriOf(KEY);
    const result = await generated(client, { generate: 'consumer', policy: { uri, pointer: '' }, target: { arn: ROLE_ARN },
      keyArn: KEY_ARN });
    assert.equal(result.declaredIn, folder.uriOf('kms-handshake.json'));
    client.applyEdit(result.edit);
    const { identities } = JSON.parse(client.textOf(folder.uriOf('kms-handshake.json'))) as {
      identities: { arn: string; policies: string[] }[];
    };
    assert.deepEqual(identities, [{ arn: ROLE_ARN, policies: [result.uri.slice(folder.uriOf('x').length - 1)] }]);
  });

  describe('closes the handshake', () => {
    const APP_FILE = 'owner/kms-1234abcd-444455556666-app.json';
    const OWNER_POLICY = keyPolicyForRole(['kms:Decrypt', 'kms:DescribeKey']);
    const ownerPolicy = (uri: string): GenerateParams => ({ generate: 'consumer', policy: { uri, pointer: '' }, target: { arn: ROLE_ARN },
      keyArn: KEY_ARN });

    it('with the ARN that was typed: both links are declared in a file that was named before', async () => {
      const { folder, client } = await startClientWithFiles({ 'owner/policy.json': OWNER_POLICY });
      const uri = folder.uriOf('owner/policy.json');
      const questions = await questionsOf(client, 'consumer', uri);
      assert.deepEqual([questions.asksKey, questions.manifest, questions.allowsNobody], [true, 'kms-handshake.json', undefined]);
      const result = await generated(client, { ...ownerPolicy(uri), createManifest: true });
      assert.equal(result.declaredIn, folder.uriOf('kms-handshake.json'));
      assert.deepEqual(result.links, []);
      assert.equal(result.outcome, `Created ${APP_FILE} and declared the link in kms-handshake.json: `
        + `role App of account ${CONSUMER} can use key 1234abcd-12ab-34cd-56ef-1234567890ab of account ${OWNER} (2 actions).`);
      client.applyEdit(result.edit);
      await client.waitUntilIdle();
      assert.deepEqual(JSON.parse(client.textOf(folder.uriOf('kms-handshake.json'))),
        { keys: [{ arn: KEY_ARN, policy: 'owner/policy.json' }], identities: [{ arn: ROLE_ARN, policies: [APP_FILE] }] });
      assert.deepEqual([client.codes(result.uri), client.codes(uri)], [[], []]);
    });

    it('or offers the links, where nobody was asked about the file', async () => {
      const { folder, client } = await startClientWithFiles({ 'owner/policy.json': OWNER_POLICY });
      const uri = folder.uriOf('owner/policy.json');
      const result = await generated(client, ownerPolicy(uri));
      assert.equal(result.declaredIn, undefined);
      assert.match(result.outcome, /^Created .*app\.json: whether role App .* is not known: nothing says to whom the IAM policy is attached/);
      assert.deepEqual(result.links.map(({ title, link }) => [title, link]), [
        ['Link owner/policy.json to the key', { keyArn: KEY_ARN }], [`Link ${APP_FILE} to role/App`, { target: { arn: ROLE_ARN } }],
      ]);
    });

    it('declares the key although the IAM policy is there already', async () => {
      const { folder, client } = await startClientWithFiles({ 'owner/policy.json': OWNER_POLICY,
        'kms-handshake.json': { identities: MANIFEST.identities }, [APP]: identityPolicyForRole(['kms:Decrypt', 'kms:DescribeKey']) });
      const uri = folder.uriOf('owner/policy.json');
      const result = await generated(client, ownerPolicy(uri));
      assert.deepEqual([result.nothingToDo, result.declaredIn], [false, folder.uriOf('kms-handshake.json')]);
      client.applyEdit(result.edit);
      await client.waitUntilIdle();
      assert.deepEqual([client.codes(folder.uriOf(APP)), client.codes(uri)], [[], []]);
    });

    it('says first that the key policy allows no other account, and writes both halves in one edit', async () => {
      const { folder, client } = await startClientWithFiles({ 'owner/policy.json': ownerKeyPolicy() });
      const uri = folder.uriOf('owner/policy.json');
      const { allowsNobody } = await questionsOf(client, 'consumer', uri);
      assert.equal(allowsNobody, `owner/policy.json allows nobody outside account ${OWNER}`);
      const refused = await sendCustomRequest(client, 'kmsHandshake/generate', ownerPolicy(uri));
      assert.ok('refused' in refused && refused.offersBothHalves, JSON.stringify(refused));
      const result = await generated(client, { ...ownerPolicy(uri), bothHalves: true, createManifest: true, useCase: 'direct' });
      assert.match(result.outcome, /^Changed owner\/policy\.json, created owner\/\S+app\.json and declared the link in kms-handshake\.json: /);
      assert.match(result.outcome, /role App of account 444455556666 can use key .* \(\d+ actions\)\.$/);
      client.applyEdit(result.edit);
      await client.waitUntilIdle();
      assert.match(client.textOf(uri), /"Allow role App of external account 444455556666 to use this key"/);
      assert.deepEqual([client.codes(result.uri), client.codes(uri)], [[], []]);
    });

    it('declares to whom the IAM policy is attached that a key policy is written for', async () => {
      const { folder, client } = await startClientWithFiles({ 'app.json': identityPolicyForRole(['kms:Decrypt']) });
      const policy = { uri: folder.uriOf('app.json'), pointer: '' };
      const result = await generated(client, { generate: 'keyPolicy', policy, target: { arn: ROLE_ARN }, createManifest: true });
      assert.match(result.outcome, /declared the link in kms-handshake\.json: role App of account 444455556666 can use key .* \(1 action\)\.$/);
      client.applyEdit(result.edit);
      await client.waitUntilIdle();
      assert.deepEqual([client.codes(result.uri), client.codes(policy.uri)], [[], []]);
    });
  });

  it('leaves what is not known as tab stops', async () => {
    const { folder, client } = await startClientWithFiles({ 'owner/policy.json': keyPolicyForRole(['kms:Decrypt']) });
    const uri = folder.uriOf('owner/policy.json');
    const questions = await questionsOf(client, 'consumer', uri);
    assert.equal(questions.asksKey, true);
    assert.ok(
      new RegExp(questions.patterns.keyArn).test(KEY_ARN) && new RegExp(questions.patterns.target).test(ROLE_ARN)
        && !new RegExp(questions.patterns.target).test('App'),
    );
    const open = await generated(client, { generate: 'consumer', policy: { uri, pointer: '' }, target: { arn: ROLE_ARN } });
    assert.ok(open.created);
    assert.ok(open.placeholders.includes('KEY_ID'), open.placeholders.join(', '));
    assert.match(open.snippet?.text ?? '', /key\/\$\{\d:KEY_ID\}/);
    const known = await generated(client, { generate: 'consumer', policy: { uri, pointer: '' }, target: { arn: ROLE_ARN },
      keyArn: KEY_ARN });
    assert.deepEqual(known.placeholders, []);
    assert.equal(known.snippet, undefined);
  });

  it('never takes the name of a file that is there', async () => {
    const { folder, client } = await startClientWithFiles({ 'owner/policy.json': keyPolicyForRole(['kms:Decrypt']), '.gitignore': '' });
    const params: GenerateParams = { generate: 'consumer', policy: { uri: folder.uriOf('owner/policy.json'), pointer: '' },
      target: { arn: ROLE_ARN }, keyArn: KEY_ARN };
    const first = await generated(client, params);
    folder.write('.gitignore', folder.nameOf(first.uri));
    folder.write(folder.nameOf(first.uri), 'not ours');
    client.changeOnDisk(['changed', folder.uriOf('.gitignore')]);
    await client.waitUntilIdle();
    const second = await generated(client, params);
    assert.notEqual(second.uri, first.uri);
    client.applyEdit(second.edit);
  });

  it('writes the key policy statement into the key policy, once that is confirmed', async () => {
    const { folder, client } = await startClientWithFiles({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) });
    const policy = { uri: folder.uriOf(APP), pointer: '' };
    const questions = await questionsOf(client, 'keyPolicy', policy.uri);
    assert.deepEqual([questions.asksKey, questions.asksTarget], [false, false]);
    const result = await generated(client, { generate: 'keyPolicy', policy });
    assert.equal(result.uri, folder.uriOf(KEY));
    assert.equal(result.created, false);
    assert.deepEqual(Object.values(result.edit.changeAnnotations ?? {}).map(({ needsConfirmation }) => needsConfirmation), [true]);
    client.applyEdit(result.edit);
    await client.waitUntilIdle();
    assert.deepEqual([client.codes(folder.uriOf(APP)), client.codes(folder.uriOf(KEY))], [[], []]);
  });

  it('puts the half of an untitled document into the first folder, or into another untitled one', async () => {
    const { folder, client } = await startClientWithFiles({ 'a.json': {} });
    client.open('untitled:Untitled-1', toJson(keyPolicyForRole(['kms:Decrypt'])));
    const params: GenerateParams = { generate: 'consumer', policy: { uri: 'untitled:Untitled-1', pointer: '' }, target: { arn: ROLE_ARN },
      keyArn: KEY_ARN };
    const inFolder = await generated(client, params);
    assert.match(folder.nameOf(inFolder.uri), /^[a-z0-9-]+\.json$/);
    const alone = await startClient();
    alone.open('untitled:Untitled-1', toJson(keyPolicyForRole(['kms:Decrypt'])));
    const loose = await generated(alone, params);
    assert.match(loose.untitled ?? '', /kms:Decrypt/);
    assert.deepEqual(loose.edit, {});
  });

  it('says why it cannot', async () => {
    const { folder, client } = await startClientWithFiles({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt']) });
    const wrongWay = await sendCustomRequest(client, 'kmsHandshake/questions', { generate: 'consumer',
      policy: { uri: folder.uriOf(APP), pointer: '' } });
    assert.deepEqual(wrongWay, { refused: 'This is not a key policy.' });
    const owner = await sendCustomRequest(client, 'kmsHandshake/generate', { generate: 'consumer',
      policy: { uri: folder.uriOf(KEY), pointer: '' }, target: { account: OWNER } });
    assert.match((owner as Refused).refused, /owns the key/);
    await assert.rejects(
      sendCustomRequest(client, 'kmsHandshake/questions', { generate: 'consumer',
        policy: { uri: folder.uriOf('gone.json'), pointer: '' } }),
      /no policy/,
    );
  });

  it('gives the AWS CLI command for a policy', async () => {
    const { folder, client } = await startClientWithFiles({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt']) });
    const key = await sendCustomRequest(client, 'kmsHandshake/cliCommand', { uri: folder.uriOf(KEY), pointer: '' });
    assert.deepEqual(key, { command: `aws kms put-key-policy --key-id ${KEY_ARN} --policy-name default --policy file://${KEY} `
      + '--region us-west-2', placeholders: [] });
    const app = await sendCustomRequest(client, 'kmsHandshake/cliCommand', { uri: folder.uriOf(APP), pointer: '' });
    assert.match((app as { command: string }).command, /^aws iam put-role-policy --role-name App /);
  });

  it('gives it with the quotes of the shell that it is for, and as one command or not at all', async () => {
    const [file, control] = ['producer/it\'s; id.json', 'producer/app\u0003id.json'];
    const { folder, client } = await startClientWithFiles({ [file]: keyPolicyForRole(['kms:Decrypt']),
      [control]: keyPolicyForRole(['kms:Decrypt']) });
    const commandFor = async (shell: Shell | undefined): Promise<string> => {
      const result = await sendCustomRequest(client, 'kmsHandshake/cliCommand', { uri: folder.uriOf(file), pointer: '',
        ...shell === undefined ? {} : { shell } });
      return 'refused' in result ? result.refused : result.command;
    };
    assert.match(await commandFor(undefined), / --policy 'file:\/\/producer\/it'\\''s; id\.json' /);
    assert.equal(await commandFor('posix'), await commandFor(undefined));
    assert.match(await commandFor('powershell'), / --policy 'file:\/\/producer\/it''s; id\.json' /);
    assert.match(await commandFor('cmd'), / --policy "file:\/\/producer\/it's; id\.json" /);
    await assert.rejects(commandFor('tcsh' as Shell),
      /"shell" in the parameters of kmsHandshake\/cliCommand is not one of posix, powershell, cmd/);
    const refused = await sendCustomRequest(client, 'kmsHandshake/cliCommand', { uri: folder.uriOf(control), pointer: '' });
    assert.match((refused as Refused).refused, /^"file:\/\/producer\/app\\u0003id\.json" contains control characters/);
    const run = (shell: unknown): Promise<unknown> =>
      client.connection.sendRequest('workspace/executeCommand', { command: 'kmsHandshake.server.cliCommand',
        arguments: [{ textDocument: { uri: folder.uriOf(file) }, shell }] });
    assert.match(JSON.stringify(await run('powershell')), /it''s/);
    assert.match(JSON.stringify(await run(null)), /it'\\\\''s/);
    await assert.rejects(run('tcsh'), /"shell" in the argument is not one of posix, powershell, cmd/);
  });
});

describe('lsp: the same for editors that only know workspace/executeCommand', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  function run(client: LspClient, command: string, argument: object): Promise<CommandOutcome> {
    return client.connection.sendRequest('workspace/executeCommand', { command: `kmsHandshake.server.${command}`, arguments: [argument] });
  }

  it('makes the edit through the editor', async () => {
    const folder = createTestFolder({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) });
    const client = await startClient({ folders: [folder.uri] });
    const outcome = await run(client, 'generateKeyPolicy', { textDocument: { uri: folder.uriOf(APP) } });
    assert.ok('applied' in outcome && outcome.applied, JSON.stringify(outcome));
    await client.waitForCodes(folder.uriOf(APP));
    assert.equal(client.appliedEdits.length, 1);
    const again = await run(client, 'generateKeyPolicy', { textDocument: { uri: folder.uriOf(APP) } });
    assert.ok('applied' in again && !again.applied && again.summary.startsWith("Nothing is missing"), JSON.stringify(again));
  });

  it('returns the questions when something has to be chosen first', async () => {
    const folder = createTestFolder({ 'kms-handshake.json': { ...MANIFEST, identities: [] },
      [KEY]: keyPolicyForRole(['kms:Decrypt'], { Sid: 'More', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::777788889999:root' },
        Action: 'kms:Decrypt', Resource: '*' }) });
    const client = await startClient({ folders: [folder.uri] });
    const place = { textDocument: { uri: folder.uriOf(KEY) } };
    const outcome = await run(client, 'generateConsumer', place);
    assert.ok('questions' in outcome && outcome.questions.asksTarget && !outcome.questions.asksKey, JSON.stringify(outcome));
    const answered = await run(client, 'generateConsumer', { ...place, target: { account: '777788889999' } });
    assert.ok('applied' in answered && answered.applied, JSON.stringify(answered));
    assert.match(client.textOf(answered.uri), /kms:Decrypt/);
  });

  it('attaches a policy, and names the AWS CLI command', async () => {
    const folder = createTestFolder({ [APP]: identityPolicyForRole(['kms:Decrypt']) });
    const client = await startClient({ folders: [folder.uri] });
    const place = { textDocument: { uri: folder.uriOf(APP) } };
    const outcome = await run(client, 'attachPolicy', { ...place, target: { arn: ROLE_ARN } });
    assert.ok('applied' in outcome && outcome.applied, JSON.stringify(outcome));
    assert.deepEqual(JSON.parse(client.textOf(folder.uriOf('kms-handshake.json'))), { identities: [{ arn: ROLE_ARN, policies: [APP] }] });
    await client.waitUntilIdle();
    assert.match(JSON.stringify(await run(client, 'cliCommand', place)), /put-role-policy --role-name App/);
  });

  it('says what it cannot take of the argument, and declares nothing that could not be', async () => {
    const folder = createTestFolder({ [APP]: identityPolicyForRole(['kms:Decrypt']) });
    const client = await startClient({ folders: [folder.uri] });
    const place = { textDocument: { uri: folder.uriOf(APP) } };
    await assert.rejects(run(client, 'generateKeyPolicy', { ...place, target: CONSUMER }),
      /"target" in the argument is not \{ "account": … \} or \{ "arn": … \}/);
    await assert.rejects(run(client, 'newKeyPolicy', { owner: OWNER, administrators: 5 }),
      /"administrators" in the argument is not a list of texts/);
    await assert.rejects(run(client, 'newKeyPolicy', { owner: OWNER, users: [{}] }), /"users" in the argument is not a list of/);
    for (const target of [{ arn: 'role/App' }, { account: '12' }])
      assert.match(JSON.stringify(await run(client, 'attachPolicy', { ...place, target })), /"refused":".* is not /);
    assert.deepEqual(client.appliedEdits, []);
  });

  it('refuses where the editor makes no edits', async () => {
    const folder = createTestFolder({ 'kms-handshake.json': MANIFEST, [KEY]: keyPolicyForRole(['kms:Decrypt']),
      [APP]: identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) });
    const client = await startClient({ folders: [folder.uri], capabilities: {} });
    assert.match(JSON.stringify(await run(client, 'generateKeyPolicy', { textDocument: { uri: folder.uriOf(APP) } })), /makes no edits/);
  });
});
