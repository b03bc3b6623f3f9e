import assert from 'node:assert/strict';
import type { Refused } from '../../server/src/lsp/protocol/edits';
import type { ExplainAnswer, ExplainChoices } from '../../server/src/lsp/protocol/explain';
import { removeTestFolders } from '../support/temporary-folder';
import { killServers, type LspClient } from '../support/lsp-client';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import { matchingPair, mismatchedPair, toJson } from '../support/policy-pair';
import { sendCustomRequest, startClientWithFiles } from './client-with-files';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';
const ENCRYPT = { identity: ROLE_ARN, action: 'kms:Encrypt', key: KEY_ARN };

describe('lsp: explain', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function explained(client: LspClient, params = ENCRYPT): Promise<ExplainAnswer> {
    const answer = await sendCustomRequest(client, 'kmsHandshake/explain', params);
    assert.ok(!('refused' in answer), (answer as Refused).refused);
    return answer;
  }

  it('answers with a page whose names of places lead to the text that decides', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    const { document, sentence, verdict, title } = await explained(client);
    assert.deepEqual([verdict, title], ['denied', 'App kms:Encrypt 1234abcd']);
    assert.match(sentence,
      /^Denied: the key policy \(producer\/key\.json:19\) allows only .*; kms:Encrypt in consumer\/app\.json:9 has no effect\.$/);
    assert.match(document.text, /^# Denied\n\nThe key policy \(producer\/key\.json:19\)/);
    const lines = document.text.split('\n');
    const led = document.links.map(({ range: { start, end }, target }) => {
      assert.equal(start.line, end.line);
      const there = client.textOf(target.uri).split('\n')[target.range.start.line] ?? '';
      return `${lines[start.line]?.slice(start.character, end.character) ?? ''} ${there.slice(target.range.start.character).trim()}`;
    });
    assert.deepEqual([...new Set(led)].sort(), ['consumer/app.json:9 "kms:Encrypt"', 'producer/key.json:19 [']);
    assert.ok(document.links.some(({ target }) => target.uri === folder.uriOf(APP)));
  });

  it('leads to files whose names Markdown would read as more than text', async () => {
    const file = 'producer/key_[1] *a*.json';
    const pair = mismatchedPair();
    const { folder, client } = await startClientWithFiles({
      ...pair, 'kms-handshake.json': { ...pair['kms-handshake.json'], keys: [{ arn: KEY_ARN, policy: file }] }, [KEY]: {},
      [file]: pair[KEY] ?? {},
    });
    const { document } = await explained(client);
    assert.match(document.text, /\n\nThe key policy \(producer\/key\\_\\\[1\\\] \\\*a\\\*\.json:19\)/);
    const lines = document.text.split('\n');
    const links = document.links.filter(({ target }) => target.uri === folder.uriOf(file));
    assert.ok(links.length > 0);
    for (const { range: { start, end } } of links)
      assert.equal(lines[start.line]?.slice(start.character, end.character), 'producer/key\\_\\[1\\] \\*a\\*.json:19');
  });

  it('gives the edit that makes it yes, to be confirmed, under its heading', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    const { remedy, document } = await explained(client);
    assert.equal(document.text.split('\n')[remedy?.line ?? -1], '## How to allow it');
    assert.deepEqual(Object.values(remedy?.edit?.changeAnnotations ?? {}).map(({ needsConfirmation }) => needsConfirmation), [true]);
    client.applyEdit(remedy?.edit ?? {});
    await client.waitUntilIdle();
    assert.equal((await explained(client)).verdict, 'allowed');
    assert.deepEqual(client.codes(folder.uriOf(APP)), []);
  });

  it('follows what is typed', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    assert.equal((await explained(client)).verdict, 'denied');
    client.open(folder.uriOf(KEY), toJson(mismatchedPair()[KEY] ?? {}).replace('"kms:Decrypt"', '"kms:Decrypt", "kms:Encrypt"'));
    assert.equal((await explained(client)).verdict, 'allowed');
  });

  it('answers for a service that calls KMS as itself, and offers those that key policies name', async () => {
    const pair = mismatchedPair();
    const trail = { Sid: 'Trail', Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:GenerateDataKey*',
      Resource: '*', Condition: { StringEquals: { 'aws:SourceAccount': OWNER } } };
    const { folder, client } = await startClientWithFiles({ ...pair,
      'producer/trail.json': { Version: '2012-10-17', Statement: [trail] } });
    const question = { textDocument: { uri: folder.uriOf('producer/trail.json') }, position: { line: 5, character: 6 } };
    const choices: ExplainChoices = await sendCustomRequest(client, 'kmsHandshake/explainChoices', question);
    assert.deepEqual(choices.start.identity, 'cloudtrail.amazonaws.com');
    assert.deepEqual(
      choices.identities.filter(({ value }) => value.includes('amazonaws')).map(({ value, description }) => [value, description]),
      [['cloudtrail.amazonaws.com', 'an AWS service that calls KMS as itself']],
    );
    assert.match('sns.amazonaws.com', new RegExp(choices.patterns.identity));
    const { verdict, title, sentence } = await explained(client, { identity: 'cloudtrail.amazonaws.com', action: 'kms:GenerateDataKey',
      key: choices.start.key ?? '' });
    assert.equal(verdict, 'conditional');
    assert.match(title, /^cloudtrail kms:GenerateDataKey /);
    assert.match(sentence,
      /^Allowed under conditions: the key policy \(producer\/trail\.json:\d+\) gives .* by itself, if aws:SourceAccount StringEquals/);
  });

  it('names what can be explained, and starts at the statement of an editor', async () => {
    const { folder, client } = await startClientWithFiles(mismatchedPair());
    const line = toJson(mismatchedPair()[APP] ?? {}).split('\n').findIndex((text) => text.includes('kms:Encrypt'));
    const choices = await sendCustomRequest(client, 'kmsHandshake/explainChoices', { textDocument: { uri: folder.uriOf(APP) },
      position: { line, character: 12 } });
    assert.deepEqual(choices.start, ENCRYPT);
    assert.deepEqual(choices.identities.map(({ value, label }) => [value, label]), [[ROLE_ARN, 'role/App'], [OWNER, OWNER], [CONSUMER,
      CONSUMER]]);
    assert.deepEqual(choices.keys.map(({ value }) => value), [KEY_ARN]);
    assert.match(choices.keys[0]?.description ?? '', /of account 111122223333 · us-west-2 · producer\/key\.json/);
    assert.ok(choices.actions.includes('kms:Decrypt') && !choices.actions.includes('kms:ListKeys'));
    const inKeyPolicy = toJson(mismatchedPair()[KEY] ?? {}).split('\n').findIndex((text) => text.includes(ROLE_ARN));
    assert.deepEqual(
      (await sendCustomRequest(client, 'kmsHandshake/explainChoices', { textDocument: { uri: folder.uriOf(KEY) },
        position: { line: inKeyPolicy, character: 10 } })).start,
      { ...ENCRYPT, action: 'kms:Decrypt' },
    );
    assert.deepEqual((await sendCustomRequest(client, 'kmsHandshake/explainChoices', {})).start, {});
  });

  it('reads an AWS error message', async () => {
    const { client } = await startClientWithFiles(mismatchedPair());
    const session = `arn:aws:sts::${CONSUMER}:assumed-role/App/one`;
    const message = `User: ${session} is not authorized to perform: kms:Encrypt on resource: `
      + `${KEY_ARN} because no resource-based policy allows the kms:Encrypt action`;
    const choices = await sendCustomRequest(client, 'kmsHandshake/explainChoices', { message });
    assert.deepEqual(choices.start, {
      ...ENCRYPT, identity: session, awsSays: 'no resource-based policy allows the kms:Encrypt action', source: 'message',
      aws: { effect: 'implicit-deny', policyType: 'resource-based-policy' },
    });
    assert.equal(choices.read, 'Read from an AWS error message, which says: no resource-based policy allows the kms:Encrypt action.');
    const answer = await explained(client, { ...ENCRYPT, ...choices.start });
    assert.deepEqual([answer.verdict, answer.title], ['denied', 'App kms:Encrypt 1234abcd']);
    assert.match(answer.document.text, /^AWS says: no resource-based policy allows the kms:Encrypt action\.$/m);
    assert.equal((await sendCustomRequest(client, 'kmsHandshake/explainChoices', { message: 'hello' })).read, undefined);
  });

  it('answers a message of another policy, and one without a key, as the command line does', async () => {
    const { client } = await startClientWithFiles(matchingPair());
    const other = await sendCustomRequest(client, 'kmsHandshake/explainChoices', { message: `User: ${ROLE_ARN} is not authorized to `
      + `perform: kms:Decrypt on resource: ${KEY_ARN} with an explicit deny in a session policy` });
    const answer = await explained(client, { ...ENCRYPT, ...other.start } as typeof ENCRYPT);
    assert.deepEqual([answer.verdict, answer.aws], ['allowed', { effect: 'explicit-deny', policyType: 'session-policy' }]);
    assert.match(answer.document.text, /^# Denied by a session policy, AWS says\. Both halves allow it\n/);
    const message = 'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not '
      + 'allowed to access.';
    const { start } = await sendCustomRequest(client, 'kmsHandshake/explainChoices', { message });
    assert.deepEqual(start, { action: 'kms:Decrypt', source: 'ciphertext' });
    const open = await sendCustomRequest(client, 'kmsHandshake/explain', { action: 'kms:Decrypt', source: 'ciphertext' });
    assert.ok(!('refused' in open));
    assert.deepEqual([open.verdict, open.missing, open.candidates?.map(({ identity, key, verdict }) => [identity, key, verdict])], [
      'unknown',
      ['identity', 'key'],
      [[ROLE_ARN, KEY_ARN, 'allowed']],
    ]);
    assert.match(open.document.text, /^# Unknown\n\nThe message does not say who called, nor which key it is about\./);
    assert.ok(open.document.links.length > 0);
    const command = await client.connection.sendRequest('workspace/executeCommand', { command: 'kmsHandshake.server.explain',
      arguments: [{ message }] });
    assert.deepEqual((command as ExplainAnswer).causes, open.causes);
  });

  it('says why it cannot', async () => {
    const { client } = await startClientWithFiles(mismatchedPair());
    assert.match(JSON.stringify(await sendCustomRequest(client, 'kmsHandshake/explain', { ...ENCRYPT, action: 'kms:*' })),
      /"refused":".*stands for/);
  });

  it('is a command for editors that only know workspace/executeCommand', async () => {
    const { folder, client } = await startClientWithFiles(matchingPair());
    const run = (argument: object): Promise<unknown> =>
      client.connection.sendRequest('workspace/executeCommand', { command: 'kmsHandshake.server.explain', arguments: [argument] });
    assert.equal((await run({ ...ENCRYPT, action: 'kms:Decrypt' }) as ExplainAnswer).verdict, 'allowed');
    const line = toJson(matchingPair()[APP] ?? {}).split('\n').findIndex((text) => text.includes('kms:Decrypt'));
    assert.equal((await run({ textDocument: { uri: folder.uriOf(APP) }, position: { line, character: 12 } }) as ExplainAnswer).verdict,
      'allowed');
    const open = await run({ identity: ROLE_ARN }) as { choices: ExplainChoices };
    assert.deepEqual(open.choices.keys.map(({ value }) => value), [KEY_ARN]);
    assert.equal((await run({ ...ENCRYPT, action: 'kms:Decrypt', message: null }) as ExplainAnswer).verdict, 'allowed',
      'null is what some editors send for nothing');
    await assert.rejects(run({ ...ENCRYPT, identity: 5 }), /"identity" in the argument is not a text/);
  });
});
