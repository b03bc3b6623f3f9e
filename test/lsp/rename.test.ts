import assert from 'node:assert/strict';
import type { ClientCapabilities, Range, ShowMessageParams, WorkspaceEdit } from 'vscode-languageserver';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import { matchingPair, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';
const MANIFEST = 'kms-handshake.json';
const NEW_ACCOUNT = '555566667777';

const RENAMING: ClientCapabilities = {
  ...FULL_CAPABILITIES, textDocument: { ...FULL_CAPABILITIES.textDocument, rename: { prepareSupport: true } },
};

describe('lsp: rename', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function started(capabilities = RENAMING,
    files: Record<string, object | string> = matchingPair()): Promise<{ folder: TestFolder; client: LspClient; said: string[] }> {
    const folder = createTestFolder(files);
    const client = await startClient({ folders: [folder.uri], capabilities });
    const said: string[] = [];
    client.connection.onNotification('window/showMessage', ({ message }: ShowMessageParams) => void said.push(message));
    return { folder, client, said };
  }

  /** In the middle of the first place of the text. */
  function at(client: LspClient, uri: string, text: string): object {
    const lines = client.textOf(uri).split('\n');
    const line = lines.findIndex((lineText) => lineText.includes(text));
    return { textDocument: { uri }, position: { line, character: (lines[line]?.indexOf(text) ?? 0) + text.length - 2 } };
  }

  function rename(client: LspClient, uri: string, text: string, newName: string): Promise<WorkspaceEdit> {
    return client.connection.sendRequest('textDocument/rename', { ...at(client, uri, text), newName });
  }

  it('is announced with its preparation to editors that ask for it', async () => {
    const { client } = await started();
    assert.deepEqual(client.initialized.capabilities.renameProvider, { prepareProvider: true });
    killServers();
    assert.equal((await started(FULL_CAPABILITIES)).client.initialized.capabilities.renameProvider, true);
  });

  it('says what would be renamed, and that other text cannot be', async () => {
    const { folder, client } = await started();
    const uri = folder.uriOf(KEY);
    const prepare = (text: string): Promise<{ range: Range; placeholder: string } | null> =>
      client.connection.sendRequest('textDocument/prepareRename', at(client, uri, text));
    const role = await prepare(ROLE_ARN);
    assert.equal(role?.placeholder, ROLE_ARN);
    assert.equal(client.textOf(uri).split('\n')[role.range.start.line]?.slice(role.range.start.character, role.range.end.character),
      ROLE_ARN);
    assert.equal((await prepare(CONSUMER))?.placeholder, CONSUMER);
    assert.equal(await prepare('kms:Decrypt'), null);
  });

  it('changes open and closed files, and adds no finding', async () => {
    const { folder, client, said } = await started();
    client.open(folder.uriOf(APP));
    const uris = [APP, KEY, MANIFEST].map(folder.uriOf);
    const before = uris.map(client.textOf);
    client.applyEdit(await rename(client, folder.uriOf(APP), KEY_ARN, '9999abcd-12ab-34cd-56ef-1234567890ab'));
    assert.deepEqual(uris.map(client.textOf), before.map((text) => text.replaceAll('1234abcd', '9999abcd')));
    await client.waitUntilIdle();
    assert.deepEqual(uris.flatMap(client.codes), []);
    client.applyEdit(await rename(client, folder.uriOf(MANIFEST), CONSUMER, NEW_ACCOUNT));
    await client.waitUntilIdle();
    assert.deepEqual(uris.map(client.textOf),
      before.map((text) => text.replaceAll('1234abcd', '9999abcd').replaceAll(CONSUMER, NEW_ACCOUNT)));
    assert.deepEqual([...uris.flatMap(client.codes), ...said], []);
  });

  it('files of all accounts change together, and documents have their version', async () => {
    const { folder, client } = await started();
    client.open(folder.uriOf(APP));
    const edit = await rename(client, folder.uriOf(APP), OWNER, NEW_ACCOUNT);
    const annotated = (edit.documentChanges ?? []).flatMap((
      part,
    ) => ('edits' in part
      ? [[folder.nameOf(part.textDocument.uri), part.textDocument.version, part.edits.every((edit) => 'annotationId' in edit)]]
      : [])
    );
    assert.deepEqual(annotated.sort(), [[APP, 1, false], [MANIFEST, null, false], [KEY, null, false]]);
    assert.equal(edit.changeAnnotations, undefined);
  });

  it('editors that know no document changes get the plain edit', async () => {
    const plain = await started({ workspace: {} });
    const changes = (await rename(plain.client, plain.folder.uriOf(APP), OWNER, NEW_ACCOUNT)).changes ?? {};
    assert.deepEqual(Object.keys(changes).map(plain.folder.nameOf).sort(), [APP, MANIFEST, KEY]);
  });

  it('a name that cannot be given is an error with the reason', async () => {
    const { folder, client } = await started();
    const refused = (text: string, name: string): Promise<string> =>
      rename(client, folder.uriOf(KEY), text, name).then(() => '', (error: unknown) => (error instanceof Error ? error.message : ''));
    assert.equal(await refused(CONSUMER, '12'), '"12" is not an account id: it has exactly 12 digits.');
    assert.match(await refused(CONSUMER, OWNER), /is in this workspace already/);
    assert.match(await refused('kms:Decrypt', 'kms:Encrypt'), /no account, identity, key or Sid/);
    assert.deepEqual(client.logs.filter((line) => line.includes('failed')), []);
  });

  it('of the name of a policy says why not', async () => {
    const output = { RoleName: 'App', PolicyName: 'use-keys', PolicyDocument: matchingPair()[APP] };
    const { folder, client, said } = await started(RENAMING, { 'role.json': output });
    const uri = folder.uriOf('role.json');
    assert.equal(await client.connection.sendRequest('textDocument/prepareRename', at(client, uri, 'use-keys')), null);
    await client.waitUntil('the reason', () => said.length > 0);
    assert.deepEqual(said, ['"use-keys" is the name of a policy, which no other policy and no kms-handshake.json refers to: '
      + 'there is nothing to rename.']);
    await assert.rejects(rename(client, uri, 'use-keys', 'other'), /is the name of a policy/);
    assert.equal(await client.connection.sendRequest('textDocument/prepareRename', at(client, uri, '2012-10-17')), null);
    assert.equal(said.length, 1);
  });

  it('says what keeps the old name', async () => {
    const { folder, client, said } = await started(RENAMING, { [`a-${CONSUMER}/app.json`]: matchingPair()[APP] ?? {},
      'roles.json': toJson({ Policy: toJson(matchingPair()[KEY] ?? {}), KeyId: KEY_ARN }) });
    await rename(client, folder.uriOf('roles.json'), CONSUMER, NEW_ACCOUNT);
    await client.waitUntil('the note', () => said.length > 0);
    assert.deepEqual(said, [`Files keep their names: a-${CONSUMER}/app.json has the old one in its path, which may be all that links the `
      + 'policies there.']);
    await rename(client, folder.uriOf('roles.json'), OWNER, NEW_ACCOUNT);
    await client.waitUntil('the other note', () => said.length > 1);
    assert.match(said[1] ?? '', /^The AWS CLI output in roles\.json keeps the old name/);
  });
});
