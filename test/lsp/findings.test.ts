import assert from 'node:assert/strict';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, startClient } from '../support/lsp-client';
import { KEY_ARN } from '../support/fixtures';
import {
  identityPolicyForRole, keyPolicyForRole, MANIFEST, matchingPair, mismatchedPair, NOT_ALLOWED_CODE, toJson,
} from '../support/policy-pair';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';

describe('lsp: findings', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('publishes them for closed files, with all that belongs to them', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const [diagnostic] = await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    assert.equal(diagnostic?.source, 'kms-handshake');
    assert.equal(diagnostic?.severity, 1);
    assert.match(JSON.stringify(diagnostic?.message), /kms:Encrypt/);
    assert.match(diagnostic?.codeDescription?.href ?? '', /^https:\/\/docs\.aws\.amazon\.com\//);
    assert.equal(diagnostic?.relatedInformation?.[0]?.location.uri, folder.uriOf(KEY));
    const lines = client.textOf(folder.uriOf(APP)).split('\n');
    const { start, end } = diagnostic.range;
    assert.equal(lines[start.line]?.slice(start.character, end.character), '"kms:Encrypt"');
  });

  it('link to the page of their rule where the client shows it', async () => {
    const folder = createTestFolder(mismatchedPair());
    const ruleDocumentation = 'vscode://kms-handshake.kms-handshake/rules/{code}';
    for (const [address, expected] of [[ruleDocumentation, `vscode://kms-handshake.kms-handshake/rules/${NOT_ALLOWED_CODE}`],
      ['no address', 'https://docs.aws.amazon.com/']] as const) {
      const client = await startClient({ folders: [folder.uri], options: { ruleDocumentation: address } });
      const [diagnostic] = await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
      assert.ok(diagnostic?.codeDescription?.href.startsWith(expected), diagnostic?.codeDescription?.href);
      await client.stop();
    }
  });

  it('follows the text while it is typed', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    client.open(app);
    const [diagnostic] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const { range } = diagnostic!;
    client.replaceRange(app, range, '"kms:Decrypt"');
    await client.waitForCodes(app);
    client.replaceRange(app, { start: range.start, end: { line: range.start.line, character: range.start.character + 13 } },
      '"kms:Encrypt"');
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    assert.equal(client.published.filter(({ uri }) => uri === app).at(-1)?.version, 3);
  });

  it('changes when the other file changes, and sends nothing for files that are not touched', async () => {
    const other = KEY_ARN.replace('1234abcd', '9876fedc');
    const folder = createTestFolder({
      ...mismatchedPair(),
      'elsewhere/unrelated.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'not-an-arn' }] },
      'elsewhere/further.json': identityPolicyForRole(['kms:Decrypt'], other.slice(0, -4)),
    });
    const client = await startClient({ folders: [folder.uri] });
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    await client.waitUntilIdle();
    client.open(folder.uriOf(KEY));
    const sent = client.published.length;
    client.replaceText(folder.uriOf(KEY), toJson(keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])));
    await client.waitForCodes(folder.uriOf(APP));
    await client.waitUntilIdle();
    const touched = new Set(client.published.slice(sent).map(({ uri }) => folder.nameOf(uri)));
    touched.delete(KEY);
    assert.deepEqual([...touched], [APP]);
  });

  it('sends nothing at all for a change that changes no finding', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    client.open(app);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    await client.waitUntilIdle();
    const sent = client.published.length;
    const end = { line: client.textOf(app).split('\n').length - 1, character: 0 };
    client.replaceRange(app, { start: end, end }, '\n\n');
    await client.waitUntilIdle();
    assert.equal(client.published.length, sent);
  });

  it('moves related information along with the other file', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const related = (): number | undefined => client.diagnostics(folder.uriOf(APP))[0]?.relatedInformation?.[0]?.location.range.start.line;
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    const before = related()!;
    client.open(folder.uriOf(KEY));
    // a line end in place of a space: no offset changes
    const text = client.textOf(folder.uriOf(KEY));
    client.replaceText(folder.uriOf(KEY), text.replace('"Version": ', '"Version":\n'));
    await client.waitUntil('the moved place', () => related() === before + 1);
  });

  it('goes back to the disk when a document is closed', async () => {
    const folder = createTestFolder(matchingPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    client.open(app, toJson(identityPolicyForRole(['kms:Encrypt'])));
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.close(app);
    await client.waitForCodes(app);
  });

  it('covers untitled documents while they are open', async () => {
    const folder = createTestFolder({ 'kms-handshake.json': {}, 'a/policy.json': keyPolicyForRole(['kms:Decrypt']) });
    const client = await startClient({ folders: [folder.uri] });
    const untitled = 'untitled:Untitled-1';
    client.open(untitled,
      toJson({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'alias/app' }] }));
    await client.waitUntil('a finding in the untitled document', () => client.codes(untitled).length > 0);
    client.close(untitled);
    await client.waitForCodes(untitled);
    client.open('untitled:Untitled-2', toJson(identityPolicyForRole(['kms:Decrypt'], 'alias/app')), 'markdown');
    await client.waitUntilIdle();
    assert.deepEqual(client.codes('untitled:Untitled-2'), []);
  });

  it('speaks of a file as the editor spells it', async () => {
    const folder = createTestFolder({ 'a (b)/policy.json': '' });
    const client = await startClient({ folders: [folder.uri] });
    const spelled = folder.uriOf('a (b)/policy.json').replace('%28', '(').replace('%29', ')');
    client.open(spelled, toJson(identityPolicyForRole(['kms:Decrypt'], 'alias/app')));
    await client.waitUntil('findings under that name', () => client.codes(spelled).length > 0);
    client.close(spelled);
    await client.waitForCodes(spelled);
  });

  it('keeps to open files when the scope says so', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], settings: { scope: 'openFiles' } });
    const app = folder.uriOf(APP);
    await client.waitUntilIdle();
    assert.deepEqual(client.published, []);
    client.open(app);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.close(app);
    await client.waitForCodes(app);
    client.configure({ scope: 'workspace' });
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.configure({ scope: 'openFiles' });
    await client.waitForCodes(app);
  });

  it('gives rules the levels of the settings, unless kms-handshake.json says another', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], settings: { rules: { [NOT_ALLOWED_CODE]: 'warning' } } });
    const app = folder.uriOf(APP);
    const severity = (): unknown => client.diagnostics(app).find(({ code }) => code === NOT_ALLOWED_CODE)?.severity;
    await client.waitUntil('a warning', () => severity() === 2);
    client.configure({ rules: { [NOT_ALLOWED_CODE]: 'off' } });
    await client.waitForCodes(app);
    const manifest = folder.uriOf('kms-handshake.json');
    client.open(manifest, toJson({ ...MANIFEST, rules: { [NOT_ALLOWED_CODE]: 'info' } }), 'jsonc');
    await client.waitUntil('an information', () => severity() === 3);
    client.close(manifest);
    await client.waitForCodes(app);
    client.configure({ rules: {} });
    await client.waitUntil('the error', () => severity() === 1);
  });

  it('says which levels of rules it cannot take', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], settings: { rules: { [NOT_ALLOWED_CODE]: 'loud', 'no-such-rule': 'off' } } });
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    const said = client.logs.join('\n');
    assert.match(said, /kmsHandshake\.rules\.action-not-allowed-by-key-policy is left out: a level is one of off, error/);
    assert.match(said, /kmsHandshake\.rules\.no-such-rule is left out: there is no such rule/);
  });

  it('says what is wrong with a setting, and works with the default', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], settings: { scope: 'everywhere', maxFileSize: -1 } });
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    const said = client.logs.join('\n');
    assert.match(said, /kmsHandshake\.scope .*"everywhere"/);
    assert.match(said, /kmsHandshake\.maxFileSize/);
  });

  it('takes a burst of keystrokes together', async () => {
    const folder = createTestFolder(matchingPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    client.open(app);
    await client.waitUntilIdle();
    const sent = client.published.length;
    const word = 'kms:EncryptKmsEncryptKmsEncryptKmsEncrypt';
    for (let length = 1; length <= word.length; length++) client.replaceText(app, toJson(identityPolicyForRole([word.slice(0, length)])));
    client.replaceText(app, toJson(identityPolicyForRole(['kms:Encrypt'])));
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    await client.waitUntilIdle();
    const times = client.published.slice(sent).filter(({ uri }) => uri === app).length;
    assert.ok(times <= 3, `${times} times for ${word.length} keystrokes`);
  });
});

describe('lsp: JSON syntax, where the editor reports it too', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  const broken = toJson(identityPolicyForRole(['kms:Decrypt'])).replace('"Allow",', '"Allow"');
  const options = { editorChecksSyntaxOf: ['json'] };

  it('is reported by the server for closed files and other languages, by the editor for open ones', async () => {
    const folder = createTestFolder({ 'a.json': broken });
    const client = await startClient({ folders: [folder.uri], options });
    const uri = folder.uriOf('a.json');
    const said = (): boolean => client.codes(uri).includes('json-syntax');
    await client.waitUntil('the fault in the closed file', said);
    client.open(uri);
    await client.waitUntil('the editor to be left alone', () => !said());
    client.close(uri);
    await client.waitUntil('the fault in the closed file again', said);
    client.open(uri, broken, 'jsonc');
    await client.waitUntilIdle();
    assert.ok(said());
  });

  it('stays one finding where a pasted text is the cause, in open documents too', async () => {
    const pasted = `# for the app\n${toJson(identityPolicyForRole(['kms:Decrypt'])).replace(/ {2}/g, '\u00a0\u00a0')}`;
    const folder = createTestFolder({ 'a.json': pasted.replace('"Allow",', '"Allow"') });
    const client = await startClient({ folders: [folder.uri], options });
    const uri = folder.uriOf('a.json');
    await client.waitForCodes(uri, 'json-syntax', 'json-syntax');
    client.open(uri);
    const [finding] = await client.waitForCodes(uri, 'json-syntax');
    assert.match(JSON.stringify(finding?.message), /a comment and \d+ no-break spaces/);
    const start = { line: 0, character: 0 };
    assert.deepEqual(finding?.range, { start, end: start }, 'lists have it before what the editor says at the same place');
  });

  it('is left to Visual Studio Code by its name', async () => {
    const folder = createTestFolder({ 'a.json': broken });
    const client = await startClient({ folders: [folder.uri], clientInfo: { name: 'Visual Studio Code - Insiders' } });
    client.open(folder.uriOf('a.json'));
    await client.waitUntil('the editor to be left alone',
      () => client.published.length > 0 && !client.codes(folder.uriOf('a.json')).includes('json-syntax'));
  });

  it('is mended by our fix on the finding of the editor', async () => {
    const folder = createTestFolder({ 'a.json': broken });
    const client = await startClient({ folders: [folder.uri], options });
    const uri = folder.uriOf('a.json');
    client.open(uri);
    // as VS Code has it: at the word behind the place of the comma
    const lines = broken.split('\n');
    const line = lines.findIndex((text) => text.includes('"Action"'));
    const character = lines[line]!.indexOf('"');
    const theirs = { range: { start: { line, character }, end: { line, character: character + 8 } }, message: 'Expected comma',
      source: 'json', code: 514 };
    const actions = await client.codeActions(uri, theirs);
    const [action] = actions.filter(({ edit }) => edit !== undefined);
    assert.deepEqual(action?.diagnostics, [theirs]);
    client.applyEdit(action?.edit);
    assert.equal(client.textOf(uri), toJson(identityPolicyForRole(['kms:Decrypt'])));
  });

  it('inside a string is always said by us', async () => {
    const policy = JSON.stringify(keyPolicyForRole(['kms:Decrypt']));
    const output = toJson({ Policy: policy.replace('"Sid":"Consumer",', '"Sid":"Consumer"') });
    const folder = createTestFolder({ 'a.json': output });
    const client = await startClient({ folders: [folder.uri], options });
    client.open(folder.uriOf('a.json'));
    await client.waitUntilIdle();
    assert.ok(client.codes(folder.uriOf('a.json')).includes('json-syntax'));
  });
});
