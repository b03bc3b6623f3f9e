import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver';
import type { AttachChoices } from '../../server/src/lsp/protocol/attach';
import type { EditOffer } from '../../server/src/lsp/protocol/edits';
import type { FindingRef } from '../../server/src/lsp/protocol/findings';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, identityPolicyAllow, KEY_ARN, policyDocument, ROLE_ARN } from '../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';
const NOWHERE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

describe('lsp: quick fixes', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function fix(client: LspClient, uri: string, code: string, title: RegExp): Promise<CodeAction> {
    const diagnostic = await client.waitUntil(code, () => client.diagnostics(uri).find((candidate) => candidate.code === code));
    const actions = await client.codeActions(uri, diagnostic);
    const found = actions.find((action) => title.test(action.title));
    assert.ok(found, `no fix ${title} among: ${actions.map((action) => action.title).join(' | ')}`);
    assert.equal(found.kind, 'quickfix');
    assert.deepEqual(found.diagnostics, [diagnostic]);
    return found;
  }

  it('mend the file itself, open or closed', async () => {
    for (const open of [true, false]) {
      const folder = createTestFolder(mismatchedPair());
      const client = await startClient({ folders: [folder.uri] });
      const app = folder.uriOf(APP);
      if (open) client.open(app);
      client.applyEdit((await fix(client, app, NOT_ALLOWED_CODE, /^Remove kms:Encrypt/)).edit);
      await client.waitForCodes(app);
      assert.deepEqual(JSON.parse(client.textOf(app)), identityPolicyForRole(['kms:Decrypt']));
    }
  });

  it('mend the file of the other account, once that is confirmed', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const { edit } = await fix(client, folder.uriOf(APP), NOT_ALLOWED_CODE, /^Add kms:Encrypt/);
    assert.deepEqual(Object.values(edit?.changeAnnotations ?? {}).map(({ needsConfirmation }) => needsConfirmation), [true]);
    client.applyEdit(edit);
    await client.waitForCodes(folder.uriOf(APP));
    assert.deepEqual(JSON.parse(client.textOf(folder.uriOf(KEY))), keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt']));
  });

  it('name the version of an open document, of the other file too', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const key = folder.uriOf(KEY);
    client.open(key);
    client.replaceText(key, `\n${client.textOf(key)}`);
    client.applyEdit((await fix(client, folder.uriOf(APP), NOT_ALLOWED_CODE, /^Add kms:Encrypt/)).edit);
    await client.waitForCodes(folder.uriOf(APP));
    assert.ok(client.textOf(key).startsWith('\n'));
  });

  it('make the missing file', async () => {
    const folder = createTestFolder({
      'kms-handshake.json': { keys: MANIFEST.keys, identities: [{ arn: ROLE_ARN, policies: ['consumer/*.json'] }] },
      [KEY]: keyPolicyForRole(['kms:Decrypt']),
    });
    const client = await startClient({ folders: [folder.uri] });
    const key = folder.uriOf(KEY);
    const before = await client.waitUntil('identity-policy-missing',
      () => client.diagnostics(key).find(({ code }) => code === 'identity-policy-missing'));
    const [action] = await client.codeActions(key, before);
    const created = action?.edit?.documentChanges?.find((change) => 'kind' in change && change.kind === 'create');
    assert.ok(created && 'uri' in created);
    client.applyEdit(action?.edit);
    await client.waitUntil('the half to be there', () => !client.diagnostics(key).some(({ code }) => code === 'identity-policy-missing'));
    assert.match(client.textOf(created.uri), /kms:Decrypt/);
    assert.deepEqual(client.codes(created.uri), []);
  });

  it('are left out where the editor cannot make files or confirm', async () => {
    const folder = createTestFolder({ ...mismatchedPair(), 'producer/other.json': keyPolicyForRole(['kms:Decrypt']) });
    const plain = { ...FULL_CAPABILITIES, workspace: { configuration: true } };
    const client = await startClient({ folders: [folder.uri], capabilities: plain });
    const { edit } = await fix(client, folder.uriOf(APP), NOT_ALLOWED_CODE, /^Add kms:Encrypt/);
    assert.deepEqual(Object.keys(edit ?? {}), ['changes']);
    client.applyEdit(edit);
    await client.waitForCodes(folder.uriOf(APP));
  });

  it('are offered with the cursor in the finding, and only there', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    const [diagnostic] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const { line, character } = diagnostic!.range.start;
    const inside = { line, character: character + 3 };
    assert.ok((await client.codeActions(app, { start: inside, end: inside })).length > 0);
    const elsewhere = { line: 0, character: 0 };
    assert.deepEqual(await client.codeActions(app, { start: elsewhere, end: elsewhere }), []);
  });

  it('end with the page of the rule, once for each, where the client can show it', async () => {
    const folder = createTestFolder(mismatchedPair());
    for (const clientCommands of [true, false]) {
      const client = await startClient({ folders: [folder.uri], options: { clientCommands } });
      const [diagnostic] = await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
      const pages = (await client.codeActions(folder.uriOf(APP), diagnostic!)).filter(({ title }) =>
        title.startsWith('Show documentation')
      );
      assert.deepEqual(pages.map(({ title, command }) => [title, command?.command, command?.arguments]), clientCommands
        ? [[`Show documentation of rule ${NOT_ALLOWED_CODE}`, 'kmsHandshake.showRuleDocumentation', [{ code: NOT_ALLOWED_CODE }]]]
        : []);
      await client.stop();
    }
  });

  it('explain the access that a finding is about, after the fixes, where the client can show it', async () => {
    const folder = createTestFolder(mismatchedPair());
    for (const clientCommands of [true, false]) {
      const client = await startClient({ folders: [folder.uri], options: { clientCommands } });
      const [diagnostic] = await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
      const actions = await client.codeActions(folder.uriOf(APP), diagnostic!);
      const explanations = actions.filter(({ title }) => title === 'Explain this access…');
      assert.deepEqual(explanations.map(({ kind, command, diagnostics }) => [kind, command?.command, command?.arguments, diagnostics]),
        clientCommands
          ? [['quickfix', 'kmsHandshake.explainAccess', [{ identity: ROLE_ARN, key: KEY_ARN, action: 'kms:Encrypt' }], [diagnostic]]]
          : []);
      await client.stop();
    }
  });

  it('explain nothing at a finding about the text of a policy, or about several keys', async () => {
    const otherKey = KEY_ARN.replace('1234abcd', '9999abcd');
    const severalKeys = policyDocument({ Sid: 'UseKey',
      ...identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'], { Resource: [KEY_ARN, otherKey] }) });
    const folder = createTestFolder({ ...mismatchedPair(), [APP]: toJson(severalKeys).replace(/"Sid": "[^"]*"/, '"Sid": "Use the key"') });
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    const app = folder.uriOf(APP);
    for (const code of [NOT_ALLOWED_CODE, 'sid-invalid']) {
      const diagnostic = await client.waitUntil(code, () => client.diagnostics(app).find((candidate) => candidate.code === code));
      const titles = (await client.codeActions(app, diagnostic)).map(({ title }) => title);
      assert.ok(!titles.includes('Explain this access…'), titles.join(' | '));
    }
  });

  it('are not given for other kinds', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    const [diagnostic] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const ask = (only: string[]): Promise<CodeAction[]> =>
      client.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: app }, range: diagnostic!.range,
        context: { diagnostics: [], only } });
    assert.deepEqual(await ask(['source.organizeImports']), []);
    assert.ok((await ask(['quickfix'])).length > 0);
    assert.ok((await ask([''])).length > 0);
  });

  it('fix all at once what changes no access, when that kind is requested', async () => {
    const sloppy = toJson(identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])).replace(/"Sid": "[^"]*"/, '"Sid": "Use the key"');
    const folder = createTestFolder({ ...mismatchedPair(), [APP]: sloppy.replace('"Allow",', '"Allow"') });
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    await client.waitForCodes(app, NOT_ALLOWED_CODE, 'json-syntax', 'sid-invalid');
    const ask = (only: string[]): Promise<CodeAction[]> =>
      client.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: app }, range: NOWHERE,
        context: { diagnostics: [], only } });
    for (const only of ['source', 'source.fixAll', 'source.fixAll.kmsHandshake']) {
      const [action, ...others] = await ask([only]);
      assert.equal(action?.kind, 'source.fixAll.kmsHandshake');
      assert.deepEqual(others, []);
    }
    assert.deepEqual(await ask(['source.fixAll.eslint']), []);
    assert.deepEqual((await ask([''])).map(({ kind }) => kind).filter((kind) => kind !== 'quickfix'), []);
    client.applyEdit((await ask(['source.fixAll']))[0]?.edit);
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    assert.deepEqual(JSON.parse(client.textOf(app)), JSON.parse(sloppy.replace('Use the key', 'UseTheKey')));
    assert.deepEqual(await ask(['source.fixAll']), []);
  });

  it('repair a pasted text in one step, at its finding and at what the editor says of it, and suppress no syntax', async () => {
    const sound = identityPolicyForRole(['kms:Decrypt']);
    const pasted = `# for the app\n${toJson(sound).replace(/ {2}/g, '\u00a0\u00a0')}`;
    const folder = createTestFolder({ [APP]: pasted });
    const client = await startClient({ folders: [folder.uri], options: { editorChecksSyntaxOf: ['json'], clientCommands: true } });
    const app = folder.uriOf(APP);
    client.open(app);
    const [finding] = await client.waitForCodes(app, 'json-syntax');
    const own = await client.codeActions(app, finding!);
    const far = { start: { line: 5, character: 0 }, end: { line: 5, character: 1 } };
    const foreign = await client.codeActions(app, far, [{ range: far, message: 'Property keys must be doublequoted', source: 'json' }]);
    for (const actions of [own, foreign]) {
      assert.equal(actions[0]?.title, 'Repair the pasted policy');
      assert.deepEqual(actions.filter(({ isPreferred }) => isPreferred).length, 1);
      assert.deepEqual(actions.filter(({ title }) => title.startsWith('Suppress json-syntax')), []);
      assert.equal(new Set(actions.map(({ title }) => title)).size, actions.length);
    }
    client.applyEdit(own[0]?.edit);
    await client.waitForCodes(app);
    assert.deepEqual(JSON.parse(client.textOf(app)), sound);
  });

  it('have "fix all" among them where it mends more than the finding', async () => {
    const sloppy = toJson(identityPolicyForRole(['kms:Decrypt'])).replace(/"Sid": "[^"]*"/, '"Sid": "Use the key"');
    const folder = createTestFolder({ [APP]: sloppy.replace('"Allow",', '"Allow"') });
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    const [, sid] = await client.waitForCodes(app, 'json-syntax', 'sid-invalid').then((found) =>
      [...found].sort((a, b) => String(a.code).localeCompare(String(b.code))));
    const actions = await client.codeActions(app, sid!);
    const fixAll = actions.find(({ title }) => title.startsWith('Fix all'));
    assert.equal(fixAll?.kind, 'quickfix');
    client.applyEdit(fixAll.edit);
    await client.waitForCodes(app);
    assert.deepEqual(JSON.parse(client.textOf(app)), JSON.parse(sloppy.replace('Use the key', 'UseTheKey')));
  });

  it('see what was typed just before', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    client.open(app);
    const [diagnostic] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    client.replaceText(app, toJson({}));
    assert.deepEqual(await client.codeActions(app, diagnostic!), []);
  });

  it('are requested before everything is read, cancelled or out of date', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], skipWaitForFindings: true });
    const app = folder.uriOf(APP);
    const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
    client.open(app);
    const first = client.codeActions(app, range);
    client.replaceText(app, `\n${client.textOf(app)}`);
    await assert.rejects(first, (error: { code: number }) => error.code === -32801, 'ContentModified');
    assert.ok((await client.codeActions(app, range)).length > 0);
  });

  it('can be cancelled', async () => {
    const { CancellationTokenSource } = await import('vscode-languageserver/node');
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], skipWaitForFindings: true });
    const source = new CancellationTokenSource();
    const asked = client.connection.sendRequest('kmsHandshake/policies', {}, source.token);
    source.cancel();
    await assert.rejects(asked, (error: { code: number }) => error.code === -32800, 'RequestCancelled');
  });
});

describe('lsp: suppressions as quick fixes', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('write an entry that wants a reason, for editors that cannot ask', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    const [finding] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const action = (await client.codeActions(app, finding!)).find(({ title }) =>
      title === `Suppress ${NOT_ALLOWED_CODE} in statement "UseKey"`
    );
    client.applyEdit(action?.edit);
    await client.waitForCodes(app);
    await client.waitForCodes(folder.uriOf('kms-handshake.json'), 'manifest-invalid');
  });

  it('name a command of the client that can ask for the reason', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    const app = folder.uriOf(APP);
    const [finding] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const action = (await client.codeActions(app, finding!)).find(({ command }) => command?.command === 'kmsHandshake.suppressFinding');
    const [ref] = action?.command?.arguments as [FindingRef];
    assert.deepEqual(await client.connection.sendRequest('kmsHandshake/suppress', { ...ref, reason: ' ' }), {
      refused: 'A suppression needs a reason.',
    });
    assert.deepEqual(await client.connection.sendRequest('kmsHandshake/suppress', { ...ref, id: 'gone', reason: 'x' }), {
      refused: 'The finding is not there any more.',
    });
    const offer: EditOffer = await client.connection.sendRequest('kmsHandshake/suppress', { ...ref, reason: 'granted by hand' });
    client.applyEdit(offer.edit);
    await client.waitForCodes(app);
    const declared = JSON.parse(client.textOf(offer.uri)) as { suppress: unknown };
    assert.deepEqual(declared.suppress, [{ rule: NOT_ALLOWED_CODE, file: APP, sid: 'UseKey', reason: 'granted by hand' }]);
  });
});

describe('lsp: links as quick fixes', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('write kms-handshake.json, and make findings certain', async () => {
    const folder = createTestFolder({ 'producer/key.json': keyPolicyForRole(['kms:Decrypt']),
      'consumer/app.json': identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) });
    const client = await startClient({ folders: [folder.uri] });
    const app = folder.uriOf(APP);
    const finding = await client.waitUntil('a finding that rests on a guess',
      () => client.diagnostics(app).find(({ code }) => code === NOT_ALLOWED_CODE));
    assert.equal(finding.severity, 2);
    const actions = await client.codeActions(app, finding);
    const attach = actions.find(({ title }) => title.startsWith('Attach policy to') && title.includes('role/App'));
    assert.ok(attach, actions.map(({ title }) => title).join(' | '));
    client.applyEdit(attach.edit);
    const declared = JSON.parse(client.textOf(folder.uriOf('kms-handshake.json'))) as typeof MANIFEST;
    assert.deepEqual(declared.identities, [{ arn: ROLE_ARN, policies: [APP] }]);
  });

  it('do not ask to whom a policy is attached where only its syntax is wrong', async () => {
    const folder = createTestFolder({
      'consumer/app.json': toJson(identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt'])).replace('"kms:Decrypt",', '"kms:Decrypt"'),
    });
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    const app = folder.uriOf(APP);
    const fault = await client.waitUntil('the fault', () => client.diagnostics(app).find(({ code }) => code === 'json-syntax'));
    const titles = (await client.codeActions(app, fault)).map(({ title }) => title);
    assert.ok(titles.length > 0 && !titles.some((title) => title.startsWith('Attach')), titles.join(' | '));
  });

  it('name a command of the client that has one', async () => {
    const folder = createTestFolder({ 'producer/key.json': keyPolicyForRole(['kms:Decrypt']),
      'consumer/app.json': identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) });
    const client = await startClient({ folders: [folder.uri], options: { clientCommands: true } });
    const app = folder.uriOf(APP);
    const finding = await client.waitUntil('a finding', () => client.diagnostics(app).find(({ code }) => code === NOT_ALLOWED_CODE));
    const action = (await client.codeActions(app, finding)).find(({ title }) => title === 'Attach policy to…');
    assert.deepEqual(action?.command, { title: 'Attach policy to…', command: 'kmsHandshake.attachPolicy',
      arguments: [{ uri: app, pointer: '' }] });
    const ref = { uri: app, pointer: '' };
    const { targets: choices } = await client.connection.sendRequest<AttachChoices>('kmsHandshake/attachChoices', ref);
    assert.ok(choices.some(({ label }) => label === 'role/App') && choices.some(({ label }) => label === CONSUMER),
      choices.map(({ label }) => label).join(', '));
    const { edit } = await client.connection.sendRequest<{ edit: CodeAction['edit'] }>('kmsHandshake/attach', { policy: ref,
      target: { arn: ROLE_ARN } });
    client.applyEdit(edit);
    await client.waitUntil('the finding to be certain',
      () => client.diagnostics(app).some(({ code, message }) => code === NOT_ALLOWED_CODE && message !== finding.message));
  });
});
