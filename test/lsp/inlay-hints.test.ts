import assert from 'node:assert/strict';
import type { InlayHint } from 'vscode-languageserver';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { CONSUMER, OWNER } from '../support/fixtures';
import { MANIFEST, mismatchedPair } from '../support/policy-pair';

const KEY = 'producer/key.json';
const NAMED = { ...MANIFEST, accounts: { [OWNER]: 'security', [CONSUMER]: 'analytics' } };

describe('lsp: inlay hints', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function hintsOf(client: LspClient, uri: string, lines: readonly [number, number] = [0, 100]): Promise<InlayHint[]> {
    const range = { start: { line: lines[0], character: 0 }, end: { line: lines[1], character: 0 } };
    return await client.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
  }
  const labels = (client: LspClient, hints: readonly InlayHint[], uri: string): string[] =>
    hints.map(({ position, label }) => `${client.textOf(uri).split('\n')[position.line]?.slice(0, position.character).trim() ?? ''} `
      + (typeof label === 'string' ? label : ''));

  it('name accounts and count what wildcards cover, in the requested lines', async () => {
    const folder = createTestFolder({ ...mismatchedPair(), 'kms-handshake.json': NAMED });
    const client = await startClient({ folders: [folder.uri] });
    assert.deepEqual(client.initialized.capabilities.inlayHintProvider, true);
    const uri = folder.uriOf(KEY);
    assert.deepEqual(labels(client, await hintsOf(client, uri), uri), [
      `"AWS": "arn:aws:iam::${OWNER}:root" security`, '"Action": "kms:*" 46 actions',
      `"AWS": "arn:aws:iam::${CONSUMER}:role/App" analytics`,
    ]);
    assert.deepEqual(await hintsOf(client, uri, [0, 5]), []);
    const [first] = await hintsOf(client, uri);
    assert.deepEqual([first?.paddingLeft, first?.tooltip], [true, { kind: 'plaintext',
      value: `Account ${OWNER} is called security in kms-handshake.json.` }]);
  });

  it('have more text in Markdown where the editor shows it in hovers', async () => {
    const folder = createTestFolder({ ...mismatchedPair(), 'kms-handshake.json': NAMED });
    const hover = { contentFormat: ['markdown' as const, 'plaintext' as const] };
    const client = await startClient({ folders: [folder.uri],
      capabilities: { ...FULL_CAPABILITIES, textDocument: { ...FULL_CAPABILITIES.textDocument, hover } } });
    const [first] = await hintsOf(client, folder.uriOf(KEY));
    assert.deepEqual(first?.tooltip, { kind: 'markdown', value: `Account ${OWNER} is called \`security\` in kms-handshake.json.` });
  });

  it('follow a name that is declared elsewhere', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const uri = folder.uriOf(KEY);
    assert.equal((await hintsOf(client, uri)).length, 1);
    client.open(folder.uriOf('kms-handshake.json'), JSON.stringify(NAMED));
    assert.equal((await hintsOf(client, uri)).length, 3);
  });

  it('can be switched off, and are not shown in files without policies', async () => {
    const folder = createTestFolder({ ...mismatchedPair(), 'kms-handshake.json': NAMED, 'package.json': { name: CONSUMER } });
    const client = await startClient({ folders: [folder.uri] });
    assert.deepEqual(await hintsOf(client, folder.uriOf('package.json')), []);
    client.configure({ inlayHints: false });
    await client.waitUntilIdle();
    assert.deepEqual(await hintsOf(client, folder.uriOf(KEY)), []);
  });
});
