import assert from 'node:assert/strict';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, spawnServer, startClient } from '../support/lsp-client';
import { mismatchedPair, NOT_ALLOWED_CODE } from '../support/policy-pair';

describe('lsp: from initialize to exit', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('says what it can do', async () => {
    const client = await startClient();
    const { capabilities, serverInfo } = client.initialized;
    assert.equal(serverInfo?.name, 'kms-handshake');
    assert.equal(capabilities.positionEncoding, 'utf-16');
    assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2, save: true });
    assert.deepEqual(capabilities.codeActionProvider, { codeActionKinds: ['quickfix', 'refactor.extract', 'source.fixAll.kmsHandshake'],
      resolveProvider: true });
    assert.equal(capabilities.workspace?.workspaceFolders?.supported, true);
    assert.ok(capabilities.executeCommandProvider?.commands.every((id) => id.startsWith('kmsHandshake.server.')),
      'apart from the ids of the palette');
  });

  it('registers for changes of settings and files', async () => {
    const client = await startClient();
    const methods = client.registrations.map(({ method }) => method).sort();
    assert.deepEqual(methods, ['workspace/didChangeConfiguration', 'workspace/didChangeWatchedFiles']);
    const watched = JSON.stringify(
      client.registrations.find(({ method }) => method === 'workspace/didChangeWatchedFiles')?.registerOptions,
    );
    for (const pattern of ['**/*.json', '**/*.json.tftpl', '**/.gitignore', '**/kms-handshake.json'])
      assert.ok(watched.includes(`"${pattern}"`), pattern);
  });

  it('requests nothing from an editor without capabilities', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], capabilities: {} });
    const [diagnostic] = await client.waitForCodes(folder.uriOf('consumer/app.json'), NOT_ALLOWED_CODE);
    assert.deepEqual(client.registrations, []);
    assert.equal(diagnostic?.relatedInformation, undefined);
    assert.equal(diagnostic?.codeDescription, undefined);
  });

  it('ends with 0 after shutdown, with 1 without', async () => {
    assert.equal(await (await startClient()).stop(), 0);
    const hasty = await startClient();
    const ended = new Promise<number | null>((resolve) => hasty.process.once('exit', resolve));
    await hasty.connection.sendNotification('exit');
    assert.equal(await ended, 1);
  });

  it('ends when the editor disappears without notice', async () => {
    const client = await startClient();
    const ended = new Promise((resolve) => client.process.once('exit', resolve));
    client.process.stdin.end();
    await ended;
  });

  it('survives malformed messages', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    await client.waitForCodes(folder.uriOf('consumer/app.json'), NOT_ALLOWED_CODE);
    const frame = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    client.process.stdin.write(frame('{ this is no JSON'));
    client.process.stdin.write(frame('[]'));
    client.process.stdin.write(frame('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{}}'));
    client.process.stdin.write(
      frame(
        '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///not/open","version":1},"contentChanges":[]}}',
      ),
    );
    client.process.stdin.write(frame('{"jsonrpc":"2.0","method":"no/such/notification"}'));
    await assert.rejects(client.connection.sendRequest('no/such/request'), /Unhandled method/);
    await assert.rejects(client.connection.sendRequest('workspace/executeCommand', { command: 'no.such.command' }), /no command/);
    await assert.rejects(
      client.connection.sendRequest('workspace/executeCommand', { command: 'kmsHandshake.server.cliCommand', arguments: ['nonsense'] }),
      /one object/,
    );
    client.open(folder.uriOf('consumer/app.json'));
    client.replaceText(folder.uriOf('consumer/app.json'), '{}');
    await client.waitForCodes(folder.uriOf('consumer/app.json'));
    assert.equal(await client.stop(), 0);
  });

  it('refuses requests before initialize, and works on', async () => {
    const child = await spawnServer();
    let said = '';
    const answer = new Promise<string>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('}')) resolve(said);
      })
    );
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'textDocument/codeAction',
      params: { textDocument: { uri: 'file:///a' }, range: {}, context: {} } });
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    assert.match(await answer, /"code":-32002/);
    assert.equal(child.exitCode, null);
  });

  it('refuses a second initialize, and requests after shutdown, in the words of the protocol (LSP 3.17: InvalidRequest)', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const invalid = (error: unknown): boolean => (error as { code: number }).code === -32600;
    await assert.rejects(client.connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} }), invalid);
    await client.waitForCodes(folder.uriOf('consumer/app.json'), NOT_ALLOWED_CODE);
    await client.connection.sendRequest('shutdown');
    await assert.rejects(
      client.connection.sendRequest('textDocument/hover', { textDocument: { uri: folder.uriOf('consumer/app.json') },
        position: { line: 0, character: 0 } }),
      invalid,
    );
    const ended = new Promise<number | null>((resolve) => client.process.once('exit', resolve));
    await client.connection.sendNotification('exit');
    assert.equal(await ended, 0);
  });

  it('has files watched by an editor that cannot say its settings', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], settings: () => { throw new Error('no settings here'); } });
    await client.waitForCodes(folder.uriOf('consumer/app.json'), NOT_ALLOWED_CODE);
    assert.ok(client.registrations.some(({ method }) => method === 'workspace/didChangeWatchedFiles'));
    assert.match(client.logs.join('\n'), /reading the settings failed/);
  });

  it('reads rootUri, also beside an empty list of folders', async () => {
    const folder = createTestFolder(mismatchedPair());
    for (const folders of [undefined, []]) {
      const client = await startClient({ folders, rootUri: folder.uri });
      await client.waitForCodes(folder.uriOf('consumer/app.json'), NOT_ALLOWED_CODE);
    }
  });

  it('runs twice at once without one disturbing the other', async () => {
    const testFolder = createTestFolder(mismatchedPair());
    const other = createTestFolder(mismatchedPair());
    const [a, b] = await Promise.all([startClient({ folders: [testFolder.uri] }), startClient({ folders: [other.uri] })]);
    await a.waitForCodes(testFolder.uriOf('consumer/app.json'), NOT_ALLOWED_CODE);
    await b.waitForCodes(other.uriOf('consumer/app.json'), NOT_ALLOWED_CODE);
    a.open(testFolder.uriOf('consumer/app.json'));
    a.replaceText(testFolder.uriOf('consumer/app.json'), '{}');
    await a.waitForCodes(testFolder.uriOf('consumer/app.json'));
    assert.deepEqual(b.codes(other.uriOf('consumer/app.json')), [NOT_ALLOWED_CODE]);
    assert.equal(await a.stop(), 0);
    assert.equal(await b.stop(), 0);
  });
});
