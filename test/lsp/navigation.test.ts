import assert from 'node:assert/strict';
import type { ClientCapabilities, Definition, DocumentLink, DocumentSymbol, Location, LocationLink,
  SymbolInformation } from 'vscode-languageserver';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import { matchingPair, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';
const KEY = 'producer/key.json';
const MANIFEST = 'kms-handshake.json';

/** What editors say today; the older protocol knows locations and flat symbols alone. */
const NAVIGATING: ClientCapabilities = {
  ...FULL_CAPABILITIES,
  textDocument: { ...FULL_CAPABILITIES.textDocument, definition: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
};

describe('lsp: navigation', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function started(capabilities = NAVIGATING,
    files: Record<string, object> = matchingPair()): Promise<{ folder: TestFolder; client: LspClient }> {
    const folder = createTestFolder(files);
    return { folder, client: await startClient({ folders: [folder.uri], capabilities }) };
  }

  /** The parameters of a request about the first place of the text in the file. */
  function at(client: LspClient, uri: string, text: string): object {
    const lines = client.textOf(uri).split('\n');
    const line = lines.findIndex((lineText) => lineText.includes(text));
    return { textDocument: { uri }, position: { line, character: (lines[line]?.indexOf(text) ?? 0) + 1 } };
  }

  function textAt(client: LspClient, { uri, range }: Location): string {
    return client.textOf(uri).split('\n')[range.start.line]?.slice(range.start.character,
      range.end.line === range.start.line ? range.end.character : undefined) ?? '';
  }

  it('is announced', async () => {
    const { client } = await started();
    const { capabilities } = client.initialized;
    assert.deepEqual([capabilities.definitionProvider, capabilities.referencesProvider, capabilities.documentSymbolProvider,
      capabilities.workspaceSymbolProvider], [true, true, true, true]);
    assert.deepEqual(capabilities.documentLinkProvider, {});
  });

  it('a key ARN leads to the key policy, with the range of the ARN', async () => {
    const { folder, client } = await started();
    const uri = folder.uriOf(APP);
    const [link, ...others] = await client.connection.sendRequest<LocationLink[]>('textDocument/definition', at(client, uri, KEY_ARN));
    assert.ok(link && others.length === 0);
    assert.equal(link.targetUri, folder.uriOf(KEY));
    assert.deepEqual(link.targetSelectionRange, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
    assert.equal(link.originSelectionRange && textAt(client, { uri, range: link.originSelectionRange }), KEY_ARN);
    assert.equal(await client.connection.sendRequest('textDocument/definition', at(client, uri, 'UseKey')), null);
  });

  it('editors without links get locations', async () => {
    const { folder, client } = await started(FULL_CAPABILITIES);
    const found = await client.connection.sendRequest<Definition>('textDocument/definition', at(client, folder.uriOf(KEY), ROLE_ARN));
    assert.deepEqual(found, [{ uri: folder.uriOf(APP), range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }]);
  });

  it('a statement leads to those of the other half, as they are typed just now', async () => {
    const { folder, client } = await started();
    const uri = folder.uriOf(KEY);
    const ask = async (): Promise<string[]> => {
      const found = await client.connection.sendRequest<Location[]>('textDocument/references', { ...at(client, uri, '"Consumer"'),
        context: { includeDeclaration: false } });
      return found.map((location) => `${location.uri === folder.uriOf(APP) ? APP : location.uri} ${textAt(client, location)}`);
    };
    assert.deepEqual(await ask(), [`${APP} "UseKey"`]);
    client.open(folder.uriOf(APP), client.textOf(folder.uriOf(APP)).replace('"kms:Decrypt"', '"kms:Encrypt"'));
    assert.deepEqual(await ask(), []);
  });

  it('a name leads to every place that has it, its declaration on request', async () => {
    const { folder, client } = await started();
    const ask = (includeDeclaration: boolean): Promise<Location[]> =>
      client.connection.sendRequest('textDocument/references', { ...at(client, folder.uriOf(APP), KEY_ARN),
        context: { includeDeclaration } });
    assert.deepEqual((await ask(true)).map((location) => [location.uri, textAt(client, location)]), [
      [folder.uriOf(APP), KEY_ARN], [folder.uriOf(MANIFEST), KEY_ARN],
    ]);
    assert.deepEqual((await ask(false)).map(({ uri }) => uri), [folder.uriOf(APP)]);
  });

  it('the outline is a tree, or flat for editors that know no trees', async () => {
    const { folder, client } = await started();
    const tree = await client.connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', {
      textDocument: { uri: folder.uriOf(KEY) },
    });
    assert.deepEqual(tree.map(({ name, children }) => [name, children?.map((child) => `${child.name}: ${child.detail ?? ''}`)]), [
      ['Key policy', [`Enable IAM User Permissions: Allow ${OWNER} kms:*`, 'Consumer: Allow role/App kms:Decrypt']],
    ]);
    assert.deepEqual(await client.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri: folder.uriOf(MANIFEST) } }),
      []);
    killServers();
    const plain = await started(FULL_CAPABILITIES);
    const flat = await plain.client.connection.sendRequest<SymbolInformation[]>('textDocument/documentSymbol', {
      textDocument: { uri: plain.folder.uriOf(KEY) },
    });
    assert.deepEqual(flat.map(({ name, containerName }) => [name, containerName]), [
      ['Key policy', undefined], ['Enable IAM User Permissions', 'Key policy'], ['Consumer', 'Key policy'],
    ]);
  });

  it('finds symbols of the workspace by name', async () => {
    const { folder, client } = await started();
    const found = await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query: 'app' });
    assert.deepEqual(found.map(({ name, containerName, location }) => [name, containerName, location.uri]), [['role/App', CONSUMER,
      folder.uriOf(APP)]]);
  });

  it('paths of kms-handshake.json are links', async () => {
    const { folder, client } = await started(NAVIGATING, { ...matchingPair(),
      [MANIFEST]: { keys: [{ arn: KEY_ARN, policy: KEY }, { arn: KEY_ARN.replace('1234', '9999'), policy: 'dump.json#/Policy' }] },
      'dump.json': { KeyId: 'x', Policy: toJson(matchingPair()[KEY] ?? {}) } });
    const uri = folder.uriOf(MANIFEST);
    const links = await client.connection.sendRequest<DocumentLink[]>('textDocument/documentLink', { textDocument: { uri } });
    assert.deepEqual(links.map(({ range, target }) => [textAt(client, { uri, range }), target]), [[KEY, folder.uriOf(KEY)], [
      'dump.json#/Policy',
      `${folder.uriOf('dump.json')}#L3`,
    ]]);
  });

  it('stays silent in a file without a policy, and in one that the server does not have', async () => {
    const { folder, client } = await started(NAVIGATING, { ...matchingPair(), 'other.json': { arn: KEY_ARN } });
    const params = at(client, folder.uriOf('other.json'), KEY_ARN);
    assert.equal(await client.connection.sendRequest('textDocument/definition', params), null);
    assert.deepEqual(await client.connection.sendRequest('textDocument/references', { ...params, context: { includeDeclaration: true } }),
      []);
    const gone = { textDocument: { uri: folder.uriOf('gone.json') }, position: { line: 0, character: 0 } };
    assert.equal(await client.connection.sendRequest('textDocument/definition', gone), null);
    assert.deepEqual(await client.connection.sendRequest('textDocument/documentSymbol', gone), []);
  });
});
