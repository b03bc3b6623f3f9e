import assert from 'node:assert/strict';
import type { CompletionItem, CompletionList, InsertReplaceEdit, TextEdit } from 'vscode-languageserver-protocol';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { FULL_CAPABILITIES, killServers, startClient, type LspClient } from '../support/lsp-client';
import { KEY_ARN } from '../support/fixtures';
import { mismatchedPair, toJson } from '../support/policy-pair';

const APP = 'consumer/app.json';
const WITH_SNIPPETS = {
  ...FULL_CAPABILITIES,
  textDocument: {
    ...FULL_CAPABILITIES.textDocument,
    completion: {
      completionItem: { snippetSupport: true, labelDetailsSupport: true, documentationFormat: ['markdown' as const],
        tagSupport: { valueSet: [1 as const] }, insertTextModeSupport: { valueSet: [2 as const] } },
    },
  },
};

describe('lsp: completion', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function started(capabilities = WITH_SNIPPETS, clientCommands = false): Promise<{ folder: TestFolder; client: LspClient }> {
    const folder = createTestFolder({ ...mismatchedPair(), 'package.json': { name: 'x' } });
    return { folder, client: await startClient({ folders: [folder.uri], capabilities, options: { clientCommands } }) };
  }

  /** Opens the file with `|` as the cursor, and asks there. */
  async function asked(client: LspClient, uri: string, text: string, languageId = 'json'): Promise<CompletionList | null> {
    const offset = text.indexOf('|');
    client.open(uri, text.replace('|', ''), languageId);
    const before = text.slice(0, offset).split('\n');
    return await client.connection.sendRequest<CompletionList | null>('textDocument/completion', {
      textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
    });
  }

  function found(list: CompletionList | null, label: string): CompletionItem {
    const item = list?.items.find((completionItem) => completionItem.label === label);
    assert.ok(item, `no ${label} among ${list?.items.map((candidate) => candidate.label).join(', ') ?? 'nothing'}`);
    return item;
  }

  const half = (typed: string): string => toJson(mismatchedPair()[APP] ?? {}).replace('"kms:Encrypt"', typed);
  const isEdit = (edit: CompletionItem['textEdit']): edit is TextEdit => edit !== undefined && !('insert' in (edit as InsertReplaceEdit));

  it('offers in kms-handshake.json what is known in the workspace, and what the schema says only to editors without it', async () => {
    const folder = createTestFolder({ ...mismatchedPair(), 'kms-handshake.json': {} });
    const uri = folder.uriOf('kms-handshake.json');
    const typed = '{ "keys": [{ "arn": "|" }] }';
    const client = await startClient({ folders: [folder.uri], capabilities: WITH_SNIPPETS });
    const list = await asked(client, uri, typed, 'jsonc');
    const item = found(list, KEY_ARN);
    assert.ok(isEdit(item.textEdit));
    assert.equal(item.textEdit.newText, `"${KEY_ARN}"`);
    assert.deepEqual(item.textEdit.range, { start: { line: 0, character: 20 }, end: { line: 0, character: 22 } });
    found(await asked(client, uri, '{ "keys": [{ | }] }', 'jsonc'), 'policy');
    const other = await startClient({ folders: [folder.uri], capabilities: WITH_SNIPPETS, options: { editorCompletesSchema: true } });
    found(await asked(other, uri, typed, 'jsonc'), KEY_ARN);
    assert.equal(await asked(other, uri, '{ "keys": [{ | }] }', 'jsonc'), null);
  });

  it('is announced with the characters that begin names and values', async () => {
    const { client } = await started();
    assert.deepEqual(client.initialized.capabilities.completionProvider?.triggerCharacters, ['"', '\'', ':', '.', '*', ' ']);
  });

  it('offers actions while one is typed, each with an edit of the whole string', async () => {
    const { folder, client } = await started();
    const uri = folder.uriOf(APP);
    const item = found(await asked(client, uri, half('"kms:E|')), 'kms:Encrypt');
    assert.equal(item.detail, 'Write · across accounts');
    assert.deepEqual(item.labelDetails, { description: item.detail });
    assert.equal(item.filterText, '"kms:Encrypt');
    assert.ok((item.sortText ?? '') < '"kms:Encrypt"', 'before what the editor itself takes from the document');
    assert.deepEqual(Object.keys(item.documentation ?? {}), ['kind', 'value']);
    assert.equal(item.insertTextMode, 2);
    assert.ok(isEdit(item.textEdit), 'a plain text edit');
    client.replaceRange(uri, item.textEdit.range, item.textEdit.newText);
    assert.equal(client.textOf(uri), half('"kms:Encrypt"'));
  });

  it('offers the keys of the workspace, and whole statements as snippets', async () => {
    const { folder, client } = await started();
    const key = found(await asked(client, folder.uriOf(APP), toJson(mismatchedPair()[APP] ?? {}).replace(KEY_ARN, '|')), 'key 1234abcd…');
    assert.equal(key.detail, KEY_ARN);
    assert.ok(key.filterText?.includes(KEY_ARN), key.filterText);
    const item = found(await asked(client, folder.uriOf('new.json'), '|'), 'Key policy: default');
    assert.equal(item.insertTextFormat, 2);
    assert.match(JSON.stringify(item.textEdit), /\$\{1:KEY_ACCOUNT_ID\}/);
  });

  it('gives editors without snippets plain text, and no command', async () => {
    const { folder, client } = await started(FULL_CAPABILITIES as typeof WITH_SNIPPETS);
    const item = found(await asked(client, folder.uriOf('new.json'), '|'), 'Key policy: default');
    assert.equal(item.insertTextFormat, 1);
    assert.match(JSON.stringify(item.textEdit), /<KEY_ACCOUNT_ID>/);
    const element = found(await asked(client, folder.uriOf(APP), half('"kms:Encrypt"').replace('"Action"', '"|"')), 'Action');
    assert.deepEqual([element.command, element.insertTextMode, element.labelDetails], [undefined, undefined, undefined]);
  });

  it('has VS Code open the next list', async () => {
    const { folder, client } = await started(WITH_SNIPPETS, true);
    const item = found(await asked(client, folder.uriOf('new.json'), '{ "Version": "2012-10-17", "Statement": [{ | }] }'), 'Effect');
    assert.equal(item.command?.command, 'editor.action.triggerSuggest');
  });

  it('is silent in files without policies, in documents that are not open, and in what the folder leaves out', async () => {
    const { folder, client } = await started();
    assert.equal(await asked(client, folder.uriOf('package.json'), '{ "name": "|" }'), null);
    assert.equal(await asked(client, folder.uriOf('tasks.txt'), 'kms:|', 'plaintext'), null);
    const position = { line: 1, character: 5 };
    assert.equal(await client.connection.sendRequest('textDocument/completion', { textDocument: { uri: folder.uriOf(APP) }, position }),
      null);
  });
});
