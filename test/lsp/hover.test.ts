import assert from 'node:assert/strict';
import type { Hover, MarkupContent } from 'vscode-languageserver';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { MANIFEST, mismatchedPair, NOT_ALLOWED_CODE } from '../support/policy-pair';
import { OWNER, ROLE_ARN, rootArn } from '../support/fixtures';

const APP = 'consumer/app.json';
const MARKDOWN = { ...FULL_CAPABILITIES,
  textDocument: { ...FULL_CAPABILITIES.textDocument, hover: { contentFormat: ['markdown' as const, 'plaintext' as const] } } };

describe('lsp: hover', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  /** The hover in the middle of the first such word. */
  async function hoverOn(client: LspClient, uri: string,
    word: string): Promise<{ readonly content: MarkupContent; readonly over: string } | undefined> {
    const text = client.textOf(uri);
    const before = text.slice(0, text.indexOf(word) + Math.ceil(word.length / 2)).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const hover = await client.connection.sendRequest<Hover | null>('textDocument/hover', { textDocument: { uri }, position });
    if (hover === null) return undefined;
    const { start, end } = hover.range ?? { start: position, end: position };
    assert.equal(start.line, end.line);
    return { content: hover.contents as MarkupContent, over: text.split('\n')[start.line]?.slice(start.character, end.character) ?? '' };
  }

  it('is Markdown with links into the other file', async () => {
    const folder = createTestFolder({ ...mismatchedPair(), 'kms-handshake.json': { ...MANIFEST, rules: { [NOT_ALLOWED_CODE]: 'off' } } });
    const client = await startClient({ folders: [folder.uri], capabilities: MARKDOWN });
    assert.equal(client.initialized.capabilities.hoverProvider, true);
    const hover = await hoverOn(client, folder.uriOf(APP), 'kms:Encrypt');
    assert.equal(hover?.over, '"kms:Encrypt"');
    assert.equal(hover.content.kind, 'markdown');
    assert.match(hover.content.value, /^\*\*kms:Encrypt\*\*: encrypts a small piece of data/);
    assert.match(hover.content.value,
      /Denied: the key policy \(\[producer\/key\.json:\d+\]\(<file:\/\/[^>]*\/producer\/key\.json#L\d+>\)\) allows only kms:Decrypt for role\/App/);
    assert.match(hover.content.value, /\(<https:\/\/docs\.aws\.amazon\.com\/kms\/latest\/APIReference\/API_Encrypt\.html>\)/);
  });

  it('does not repeat what a finding at the same place says', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], capabilities: MARKDOWN });
    const [finding] = await client.waitForCodes(folder.uriOf(APP), NOT_ALLOWED_CODE);
    assert.ok(typeof finding?.message === 'string');
    assert.match(finding.message, /^role\/App \(444455556666\) is denied kms:Encrypt/);
    assert.doesNotMatch((await hoverOn(client, folder.uriOf(APP), 'kms:Encrypt'))?.content.value ?? '', /Denied|role\/App/);
    assert.match((await hoverOn(client, folder.uriOf(APP), 'kms:Decrypt'))?.content.value ?? '', /role\/App[^\n]*Allowed/);
  });

  it('is plain text for editors that take no Markdown', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri] });
    const hover = await hoverOn(client, folder.uriOf('producer/key.json'), rootArn(OWNER));
    assert.equal(hover?.content.kind, 'plaintext');
    assert.match(hover.content.value, /^Account 111122223333: :root means the account as a whole/);
    assert.doesNotMatch(hover.content.value, /\*\*|\]\(|\\/);
  });

  it('follows what is typed, also where the text is not finished', async () => {
    const folder = createTestFolder(mismatchedPair());
    const client = await startClient({ folders: [folder.uri], capabilities: MARKDOWN });
    const uri = folder.uriOf(APP);
    client.open(uri);
    client.replaceText(uri, client.textOf(uri).replace('kms:Encrypt', 'kms:Re*').replace(/\]\s*\}\s*$/, ''));
    assert.match((await hoverOn(client, uri, 'kms:Re*'))?.content.value ?? '',
      /Not allowed by the key policy\*\* \(3\): `ReEncryptFrom`, `ReEncryptTo`, `RevokeGrant`/);
  });

  it('covers kms-handshake.json, and shows nothing in other files', async () => {
    const folder = createTestFolder({ ...mismatchedPair(), 'package.json': { name: 'kms:Encrypt' } });
    const client = await startClient({ folders: [folder.uri], capabilities: MARKDOWN });
    assert.match((await hoverOn(client, folder.uriOf('kms-handshake.json'), ROLE_ARN))?.content.value ?? '',
      /1 action works, 1 blocked/);
    assert.equal(await hoverOn(client, folder.uriOf('package.json'), 'kms:Encrypt'), undefined);
  });
});
