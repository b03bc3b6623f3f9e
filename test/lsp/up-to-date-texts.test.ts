import assert from 'node:assert/strict';
import { LSPErrorCodes, type ClientCapabilities, type CodeAction, type ResponseError, type ShowMessageParams,
  type WorkspaceEdit } from 'vscode-languageserver';
import type { EditContext } from '../../server/src/lsp/protocol-conversion';
import { withUpToDateTexts } from '../../server/src/lsp/features/up-to-date-texts';
import type { EditOffer, Refused } from '../../server/src/lsp/protocol/edits';
import type { Session } from '../../server/src/lsp/session';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { sendCustomRequest, startClientWithFiles } from './client-with-files';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import { identityPolicyForRole, keyPolicyForRole, MANIFEST, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';
const DECLARED = 'kms-handshake.json';
const ACCOUNTS = { [OWNER]: 'security', [CONSUMER]: 'analytics' };
const { resolveSupport: _, ...atOnce } = FULL_CAPABILITIES.textDocument?.codeAction ?? {};
const AT_ONCE: ClientCapabilities = { ...FULL_CAPABILITIES, textDocument: { ...FULL_CAPABILITIES.textDocument, codeAction: atOnce } };

/** Another program writes the manifest, and nobody tells the server: every place in it is another one now. */
function moveManifest(folder: TestFolder, more: object = {}): void {
  folder.write(DECLARED, { accounts: ACCOUNTS, ...MANIFEST, ...more });
}

function manifestOf(folder: TestFolder, client: LspClient): Record<string, unknown> {
  return JSON.parse(client.textOf(folder.uriOf(DECLARED))) as Record<string, unknown>;
}

function applyOffer(client: LspClient, offer: EditOffer | Refused): void {
  assert.ok(!('refused' in offer), (offer as Refused).refused);
  client.applyEdit(offer.edit);
}

const LONGER = keyPolicyForRole(['kms:Decrypt'], { Sid: 'More', Effect: 'Deny', Principal: '*', Action: 'kms:DisableKey', Resource: '*' });
const MENDED = keyPolicyForRole(['kms:Decrypt', 'kms:Encrypt'], { Sid: 'More', Effect: 'Deny', Principal: '*', Action: 'kms:DisableKey',
  Resource: '*' });

describe('lsp: edits of closed files that another program has just changed', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function addition(client: LspClient, folder: TestFolder): Promise<CodeAction> {
    const app = folder.uriOf(APP);
    const [finding] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: app },
      range: finding!.range, context: { diagnostics: [finding] } });
    const found = actions.find(({ title }) => title.startsWith('Add kms:Encrypt'));
    assert.ok(found, actions.map(({ title }) => title).join(' | '));
    return found;
  }

  it('fit as quick fixes for editors that take them at once', async () => {
    const { folder, client } = await startedWith(AT_ONCE);
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    folder.write(KEY, `\n\n${toJson(LONGER)}`);
    client.applyEdit((await addition(client, folder)).edit);
    assert.equal(client.textOf(folder.uriOf(KEY)).replace(/\s/g, ''), toJson(MENDED).replace(/\s/g, ''));
  });

  it('fit as quick fixes that are worked out when they are chosen', async () => {
    const { folder, client } = await startedWith(FULL_CAPABILITIES);
    const action = await addition(client, folder);
    assert.equal(action.edit, undefined);
    folder.write(KEY, `\n\n${toJson(LONGER)}`);
    client.applyEdit((await client.connection.sendRequest<CodeAction>('codeAction/resolve', action)).edit);
    assert.deepEqual(JSON.parse(client.textOf(folder.uriOf(KEY))), MENDED);
    await client.waitForCodes(folder.uriOf(APP));
  });

  it('are not made where the quick fix is not needed any more, which is reported', async () => {
    for (const write of [(folder: TestFolder) => folder.write(KEY, MENDED), (folder: TestFolder) => folder.remove(KEY)]) {
      const { folder, client } = await startedWith(FULL_CAPABILITIES);
      const said: string[] = [];
      client.connection.onNotification('window/showMessage', ({ message }: ShowMessageParams) => void said.push(message));
      const action = await addition(client, folder);
      write(folder);
      await assert.rejects(client.connection.sendRequest('codeAction/resolve', action), (error: ResponseError) =>
        error.code === LSPErrorCodes.ContentModified);
      assert.deepEqual(said, [`"${action.title}" does not fit any more: the files have changed meanwhile.`]);
      await client.stop();
    }
  });

  it('come with the action where they change the document itself', async () => {
    const { folder, client } = await startedWith(FULL_CAPABILITIES);
    const app = folder.uriOf(APP);
    client.open(app);
    const [finding] = await client.waitForCodes(app, NOT_ALLOWED_CODE);
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: app },
      range: finding!.range, context: { diagnostics: [] } });
    const remove = actions.find(({ title }) => title.startsWith('Remove kms:Encrypt'));
    assert.ok(remove?.edit !== undefined && remove.data === undefined);
    assert.deepEqual(await client.connection.sendRequest('codeAction/resolve', remove), remove);
  });

  it('fit when everything is fixed at once in a closed file', async () => {
    const sloppy = toJson(identityPolicyForRole(['kms:Decrypt'])).replace('UseKey', 'Use the key');
    const { folder, client } = await startClientWithFiles({ ...mismatchedPair(), [APP]: sloppy });
    const app = folder.uriOf(APP);
    await client.waitForCodes(app, 'sid-invalid');
    folder.write(APP, `\n  \n${sloppy}`);
    const [action] = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: app }, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics: [], only: ['source.fixAll'] },
    });
    client.applyEdit(action?.edit);
    assert.equal(client.textOf(app), `\n  \n${sloppy.replace('Use the key', 'UseTheKey')}`);
  });

  it('fit when a key policy is linked, an IAM policy attached, a finding suppressed', async () => {
    const { folder, client } = await startedWith(FULL_CAPABILITIES, { ...mismatchedPair(), [DECLARED]: { keys: [], identities: [] } });
    const app = { uri: folder.uriOf(APP), pointer: '' };
    const finding = await client.waitUntil('a finding', () => client.diagnostics(app.uri).find(({ code }) => code === NOT_ALLOWED_CODE));
    moveManifest(folder, { keys: [], identities: [] });
    applyOffer(client,
      await sendCustomRequest(client, 'kmsHandshake/linkKey', { policy: { uri: folder.uriOf(KEY), pointer: '' }, keyArn: KEY_ARN }));
    assert.deepEqual(manifestOf(folder, client), { accounts: ACCOUNTS, ...MANIFEST, identities: [] });
    moveManifest(folder, { organizations: { 'o-exampleorgid': [OWNER] }, identities: [] });
    applyOffer(client, await sendCustomRequest(client, 'kmsHandshake/attach', { policy: app, target: { arn: ROLE_ARN } }));
    assert.deepEqual(manifestOf(folder, client), { accounts: ACCOUNTS, ...MANIFEST, organizations: { 'o-exampleorgid': [OWNER] } });
    moveManifest(folder);
    applyOffer(client,
      await sendCustomRequest(client, 'kmsHandshake/suppress', { uri: app.uri, id: (finding.data as { id: string }).id, reason: 'right' }));
    assert.deepEqual(manifestOf(folder, client), { accounts: ACCOUNTS, ...MANIFEST,
      suppress: [{ rule: NOT_ALLOWED_CODE, file: APP, sid: 'UseKey', reason: 'right' }] });
  });

  it('fit when an assumed link is confirmed', async () => {
    const { folder, client } = await startedWith(FULL_CAPABILITIES, { ...mismatchedPair(), [DECLARED]: {} });
    const { keys } = await sendCustomRequest(client, 'kmsHandshake/handshakes', {});
    const assumed = keys.find(({ link }) => link?.certain === false);
    assert.ok(assumed);
    moveManifest(folder, { keys: [], identities: [] });
    const offers = await sendCustomRequest(client, 'kmsHandshake/linkChoices', { key: assumed.id });
    assert.ok(!('refused' in offers) && offers[0] !== undefined);
    applyOffer(client, offers[0]);
    assert.deepEqual(manifestOf(folder, client), { accounts: ACCOUNTS, keys: [{ arn: KEY_ARN, policy: KEY }], identities: [] });
  });

  it('fit when the other half is written, by request, by command and as the remedy of an explanation', async () => {
    const { folder, client } = await startedWith(FULL_CAPABILITIES);
    const policy = { uri: folder.uriOf(APP), pointer: '' };
    folder.write(KEY, `\n\n${toJson(LONGER)}`);
    const generated = await sendCustomRequest(client, 'kmsHandshake/generate', { generate: 'keyPolicy', policy, keyArn: KEY_ARN });
    applyOffer(client, generated);
    assert.deepEqual(JSON.parse(client.textOf(folder.uriOf(KEY))), MENDED);

    await client.waitForCodes(folder.uriOf(APP));
    folder.write(KEY, keyPolicyForRole(['kms:Decrypt']));
    client.changeOnDisk(['changed', folder.uriOf(KEY)]);
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    folder.write(KEY, `\n\n${toJson(LONGER)}`);
    await client.connection.sendRequest('workspace/executeCommand', { command: 'kmsHandshake.server.generateKeyPolicy',
      arguments: [{ textDocument: { uri: policy.uri }, keyArn: KEY_ARN }] });
    assert.deepEqual(JSON.parse(client.textOf(folder.uriOf(KEY))), MENDED);
    assert.equal(client.appliedEdits.length, 1);
    await client.waitForCodes(folder.uriOf(APP));

    folder.write(KEY, LONGER);
    client.changeOnDisk(['changed', folder.uriOf(KEY)]);
    await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    folder.write(KEY, `\n\n${toJson(LONGER)}`);
    const explained = await sendCustomRequest(client, 'kmsHandshake/explain', { identity: ROLE_ARN, action: 'kms:Encrypt', key: KEY_ARN });
    assert.ok(!('refused' in explained));
    client.applyEdit(explained.remedy?.edit);
    assert.deepEqual(JSON.parse(client.textOf(folder.uriOf(KEY))), MENDED);
  });

  it('fit when something is renamed, and what the rename leaves is reported once', async () => {
    const { folder, client } = await startedWith(FULL_CAPABILITIES);
    const key = folder.uriOf(KEY);
    client.open(key);
    moveManifest(folder);
    const lines = client.textOf(key).split('\n');
    const line = lines.findIndex((lineText) => lineText.includes(ROLE_ARN));
    const edit = await client.connection.sendRequest<WorkspaceEdit>('textDocument/rename', {
      textDocument: { uri: key }, position: { line, character: (lines[line]?.indexOf(ROLE_ARN) ?? 0) + ROLE_ARN.length - 2 },
      newName: 'role/Other',
    });
    client.applyEdit(edit);
    assert.deepEqual(manifestOf(folder, client).identities, [{ arn: ROLE_ARN.replace('App', 'Other'), policies: [APP] }]);
    assert.deepEqual(manifestOf(folder, client).accounts, ACCOUNTS);
  });

  it('change a kms-handshake.json that was just made, and make one that was just removed', async () => {
    const { [DECLARED]: _, ...without } = mismatchedPair();
    const { folder, client } = await startedWith(FULL_CAPABILITIES, without);
    const params = { policy: { uri: folder.uriOf(KEY), pointer: '' }, keyArn: KEY_ARN };
    folder.write(DECLARED, { accounts: ACCOUNTS });
    const changed = await sendCustomRequest(client, 'kmsHandshake/linkKey', params);
    assert.ok(!('refused' in changed) && !changed.created);
    client.applyEdit(changed.edit);
    assert.deepEqual(manifestOf(folder, client), { accounts: ACCOUNTS, keys: MANIFEST.keys });
    folder.remove(DECLARED);
    const made = await sendCustomRequest(client, 'kmsHandshake/linkKey', params);
    assert.ok(!('refused' in made) && made.created);
    client.applyEdit(made.edit);
    assert.deepEqual(manifestOf(folder, client), { keys: MANIFEST.keys });
  });

  it('are refused where what was just written there is broken', async () => {
    const { folder, client } = await startedWith(FULL_CAPABILITIES);
    folder.write(DECLARED, '[ "mine" ]');
    const refused = await sendCustomRequest(client, 'kmsHandshake/linkKey', { policy: { uri: folder.uriOf(KEY), pointer: '' },
      keyArn: KEY_ARN.replace('1234abcd', '5678abcd') });
    assert.ok('refused' in refused);
    assert.match(refused.refused, /cannot be changed: fix that first/);
  });

  it('are left alone where a file keeps changing', async () => {
    let text = 0;
    const files = { get: (): { readonly source: { readonly text: string } } => ({ source: { text: String(text) } }) };
    const restless = {
      context: {}, analysisHost: { workspace: () => ({ files }) },
      documentSync: { rereadFiles: () => Promise.resolve(text++) },
      workspaceFolders: () => ['file:///w'],
      host: { documents: { get: () => undefined }, files: { resolvesInto: () => Promise.resolve(true) } },
    } as unknown as Session;
    let worked = 0;
    const work = ({ conversionContext }: { readonly conversionContext: EditContext }): void => {
      worked++;
      conversionContext.recordEdited('file:///w/kms-handshake.json');
    };
    await assert.rejects(withUpToDateTexts(restless, work),
      (error: ResponseError) =>
        error.code === LSPErrorCodes.ContentModified && error.message.includes('kms-handshake.json has changed meanwhile'));
    assert.equal(worked, 5);
    await assert.rejects(withUpToDateTexts(restless, () => Promise.reject(new Error('a fault'))), /a fault/);
  });
});

async function startedWith(capabilities: ClientCapabilities,
  files: Readonly<Record<string, string | object>> = mismatchedPair()): Promise<{ folder: TestFolder; client: LspClient }> {
  const folder = createTestFolder(files);
  return { folder, client: await startClient({ folders: [folder.uri], capabilities }) };
}
