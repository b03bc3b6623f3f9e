import assert from 'node:assert/strict';
import { ErrorCodes, type ResponseError } from 'vscode-languageserver';
import { withValidatedParameters } from '../../server/src/lsp/parameter-validation';
import { SERVER_COMMANDS } from '../../server/src/lsp/features/register-features';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { keyPolicyForRole, mismatchedPair, NOT_ALLOWED_CODE, toJson } from '../support/policy-pair';

/** Requests that cannot be answered without parameters, with a part of what is said where they have none. */
const NEEDING: readonly (readonly [method: string, missing: string])[] = [
  ['textDocument/codeAction', 'textDocument'], ['textDocument/completion', 'textDocument'], ['textDocument/codeLens', 'textDocument'],
  ['codeLens/resolve', 'range'],
  ['textDocument/hover', 'textDocument'], ['textDocument/inlayHint', 'textDocument'], ['textDocument/definition', 'textDocument'],
  ['textDocument/references', 'textDocument'],
  ['textDocument/documentSymbol', 'textDocument'], ['workspace/symbol', 'query'], ['textDocument/documentLink', 'textDocument'],
  ['textDocument/prepareRename', 'textDocument'], ['textDocument/rename', 'textDocument'],
  ['kmsHandshake/questions', 'generate'], ['kmsHandshake/generate', 'generate'], ['kmsHandshake/newKeyPolicy', 'owner'],
  ['kmsHandshake/cliCommand', 'uri'],
  ['kmsHandshake/savePolicyAsFile', 'uri'], ['kmsHandshake/attachChoices', 'uri'],
  ['kmsHandshake/suppress', 'uri'], ['kmsHandshake/attach', 'policy'],
  ['kmsHandshake/status', 'textDocument'],
  ['kmsHandshake/keyLinkChoices', 'uri'], ['kmsHandshake/linkKey', 'policy'], ['kmsHandshake/matrixCell', 'identity'],
  ['kmsHandshake/matrixDocument', 'format'],
  ['kmsHandshake/handshake', 'identity'], ['kmsHandshake/explain', 'action'],
];
/** Those that can. */
const NEEDING_NOTHING: readonly string[] = ['policies', 'newKeyPolicyChoices', 'matrix', 'handshakes', 'linkChoices', 'explainChoices'].map(
  (name) => `kmsHandshake/${name}`
);
const DOCUMENT_REQUESTS = NEEDING.filter(([, missing]) => missing === 'textDocument').map(([method]) => method);
const PLACE = { position: { line: 1, character: 1 }, range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } },
  context: { diagnostics: [], includeDeclaration: true }, newName: 'role/Other' };

describe('lsp: parameters of the wrong form', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function started(): Promise<{ readonly client: LspClient; readonly app: string }> {
    const folder = createTestFolder(mismatchedPair());
    return { client: await startClient({ folders: [folder.uri] }), app: folder.uriOf('consumer/app.json') };
  }

  /** Sends exactly these parameters, null among them, which the library of the client would leave out. */
  async function answerTo(client: LspClient, method: string, params: unknown): Promise<{ readonly error: ResponseError | undefined }> {
    const id = `test-${method}`;
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, ...params === undefined ? {} : { params } });
    const answered = new Promise<{ readonly error: ResponseError | undefined }>((resolve) => {
      let text = '';
      const look = (chunk: Buffer): void => {
        text += chunk.toString();
        const found = new RegExp(`\\{"jsonrpc":"2.0","id":${JSON.stringify(id)}.*`).exec(text)?.[0];
        const end = found === undefined ? -1 : endOf(found);
        if (found === undefined || end < 0) return;
        client.process.stdout.off('data', look);
        resolve(JSON.parse(found.slice(0, end)) as { readonly error: ResponseError | undefined });
      };
      client.process.stdout.on('data', look);
    });
    client.process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return answered;
  }

  it('are refused by name, and nothing is logged', async () => {
    const { client, app } = await started();
    for (const [method, missing] of NEEDING) {
      for (const params of [null, undefined, {}, [], { [missing]: null }]) {
        const { error } = await answerTo(client, method, params);
        assert.equal(error?.code, ErrorCodes.InvalidParams, `${method} ${JSON.stringify(params)}: ${JSON.stringify(error)}`);
        if (params !== undefined && !Array.isArray(params)) assert.equal(error.message, `the parameters of ${method} have no "${missing}"`);
      }
      const wrong = await answerTo(client, method, { [missing]: 5 });
      assert.match(wrong.error?.message ?? '', new RegExp(`^"${missing}" in the parameters of ${method} is not `));
    }
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    assert.doesNotMatch(client.logs.join('\n'), /\n\s+at |TypeError|failed/);
  });

  it('do for requests that need none', async () => {
    const { client } = await started();
    for (const method of NEEDING_NOTHING) {
      for (const params of [null, undefined, {}]) {
        const { error } = await answerTo(client, method, params);
        if (method !== 'kmsHandshake/linkChoices')
          assert.equal(error, undefined, `${method} ${JSON.stringify(params)}: ${JSON.stringify(error)}`);
      }
    }
    for (const command of SERVER_COMMANDS)
      for (const argument of [null, {}, { textDocument: null }]) await answerTo(client, 'workspace/executeCommand', { command,
          arguments: [argument] });
    for (const params of [null, {}, { command: null }, { command: 'no.such' }])
      assert.notEqual((await answerTo(client, 'workspace/executeCommand', params)).error, undefined);
    assert.equal((await answerTo(client, 'codeAction/resolve', { title: 'x', data: null })).error, undefined);
    assert.doesNotMatch(client.logs.join('\n'), /\n\s+at |TypeError/);
  });

  it('in notifications change nothing, and are logged in one line', async () => {
    const { client, app } = await started();
    for (const method of ['textDocument/didOpen', 'textDocument/didChange', 'textDocument/didSave', 'textDocument/didClose',
      'workspace/didChangeWatchedFiles', 'workspace/didChangeConfiguration']) {
      for (const params of [null, {}, { textDocument: null, changes: null, settings: null }]) {
        const body = JSON.stringify({ jsonrpc: '2.0', method, params });
        client.process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }
    }
    await client.waitForCodes(app, NOT_ALLOWED_CODE);
    await client.waitUntil('a word on it',
      () => client.logs.some((line) => line.includes('the parameters of textDocument/didOpen have no "textDocument"')));
    assert.doesNotMatch(client.logs.join('\n'), /\n\s+at |TypeError/);
  });

  it('with a NUL or no URI in the place of one are refused, or answered with nothing', async () => {
    const { client, app } = await started();
    const strange = app.replace('app.json', 'a%00.json');
    for (const method of DOCUMENT_REQUESTS) {
      const { error } = await answerTo(client, method, { textDocument: { uri: strange }, ...PLACE });
      assert.ok(error === undefined || !/TypeError|null bytes|must be a string/.test(error.message), `${method}: ${error?.message}`);
      const malformed = await answerTo(client, method, { textDocument: { uri: 'a b://x' }, ...PLACE });
      assert.match(malformed.error?.message ?? '', /is not \{ "uri": … \} with a URI/, method);
    }
    client.open(strange, toJson(keyPolicyForRole(['kms:Decrypt'])));
    client.changeOnDisk(['created', strange], ['changed', strange], ['deleted', strange]);
    client.replaceText(strange, '{}');
    client.close(strange);
    await client.waitUntilIdle();
    assert.deepEqual(client.codes(app), [NOT_ALLOWED_CODE]);
    assert.doesNotMatch(client.logs.join('\n'), /\n\s+at |TypeError/);
  });

  it('are looked at before anything else is done', () => {
    assert.throws(() => withValidatedParameters('textDocument/hover', () => 1, () => assert.fail('was called'))(undefined),
      /have no "textDocument"/);
    assert.throws(() => withValidatedParameters('textDocument/hover', () => assert.fail('not initialized'), () => 1)(undefined),
      /not initialized/);
    assert.equal(
      withValidatedParameters('textDocument/codeLens', () => 1, (session, { textDocument }: { textDocument: { uri: string } }) =>
        `${session} ${textDocument.uri}`)({ textDocument: { uri: 'file:///a' } }),
      '1 file:///a',
    );
  });
});

/** The end of the first JSON object of the text; -1 while it is not complete. */
function endOf(text: string): number {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    if (inText && text[at] === '\\') at++;
    else if (text[at] === '"') inText = !inText;
    else if (!inText && text[at] === '{') depth++;
    else if (!inText && text[at] === '}' && --depth === 0) return at + 1;
  }
  return -1;
}
