import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CodeLens, DocumentSymbol, InlayHint, ShowMessageParams, SymbolInformation } from 'vscode-languageserver';
import type { Refused } from '../../server/src/lsp/protocol/edits';
import { removeTestFolders } from '../support/temporary-folder';
import { killServers } from '../support/lsp-client';
import { becomesVscodeLink } from '../support/vscode-links';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../support/fixtures';
import {
  identityPolicyForRole, keyPolicyForRole, MANIFEST, matchingPair, mismatchedPair, NOT_ALLOWED_CODE, toJson,
} from '../support/policy-pair';
import { sendCustomRequest, startClientWithFiles } from './client-with-files';

const LINK = '[Click to finish](command:workbench.action.files.newUntitledFile)';
const ROOT = path.resolve(__dirname, '../..');

/** For a message: one line, and without a link that VS Code would make of it. */
function assertIsText(shown: string, part: string): void {
  assert.ok(!becomesVscodeLink(shown), shown);
  assertIsOneLine(shown, part);
}

/** Without control characters: for titles and labels, in which VS Code makes no links. */
function assertIsOneLine(shown: string, part: string): void {
  assert.doesNotMatch(shown, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
  assert.ok(shown.includes(part), shown);
}

describe('lsp: what policies hold is text in messages', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('that are shown for a rename', async () => {
    const file = `a-${CONSUMER} ${LINK}.json`;
    const { folder, client } = await startClientWithFiles({ [file]: matchingPair()['consumer/app.json'] ?? {},
      'roles.json': toJson({ Policy: toJson(matchingPair()['producer/key.json'] ?? {}), KeyId: KEY_ARN }) });
    const messages: string[] = [];
    client.connection.onNotification('window/showMessage', ({ message }: ShowMessageParams) => void messages.push(message));
    const uri = folder.uriOf('roles.json');
    const lines = client.textOf(uri).split('\n');
    const line = lines.findIndex((text) => text.includes(CONSUMER));
    await client.connection.sendRequest('textDocument/rename', { textDocument: { uri },
      position: { line, character: (lines[line]?.indexOf(CONSUMER) ?? 0) + 3 }, newName: '777788889999' });
    await client.waitUntil('the message', () => messages.length > 0);
    assertIsText(messages.join(' '), '[Click to finish] (command:');
    const refused = client.connection.sendRequest('textDocument/rename', { textDocument: { uri },
      position: { line, character: (lines[line]?.indexOf(CONSUMER) ?? 0) + 3 }, newName: LINK });
    await assert.rejects(refused, (error: Error) => {
      assertIsText(error.message, '"[Click to finish] (command:');
      return true;
    });
  });

  it('that clients show: refusals, summaries, notes, sentences, errors', async () => {
    const file = `producer/app-key ${LINK}.json`;
    const { folder, client } = await startClientWithFiles({ [file]: keyPolicyForRole(['kms:Decrypt']),
      'producer/copy\u0003.json': keyPolicyForRole(['kms:Decrypt']),
      'consumer/app.json': identityPolicyForRole(['kms:Decrypt', 'kms:Encrypt']) });
    const key = { uri: folder.uriOf(file), pointer: '' };
    const app = { uri: folder.uriOf('consumer/app.json'), pointer: '' };
    const refusals = await Promise.all([
      sendCustomRequest(client, 'kmsHandshake/linkKey', { policy: key, keyArn: LINK }),
      sendCustomRequest(client, 'kmsHandshake/attach', { policy: app, target: { arn: LINK } }),
      sendCustomRequest(client, 'kmsHandshake/explain', { identity: LINK, key: KEY_ARN, action: 'kms:Decrypt' }),
      sendCustomRequest(client, 'kmsHandshake/generate', { generate: 'consumer', policy: key, target: { arn: LINK } }),
    ]);
    for (const refusal of refusals) assertIsText((refusal as Refused).refused, 'Click to finish] (command:');
    assertIsText(
      (await sendCustomRequest(client, 'kmsHandshake/cliCommand', { uri: folder.uriOf('producer/copy\u0003.json'),
        pointer: '' }) as Refused).refused,
      'copy\\u0003.json',
    );
    await assert.rejects(sendCustomRequest(client, 'kmsHandshake/questions', { generate: 'consumer', policy: { ...key, pointer: LINK } }),
      (error: Error) => {
        assertIsText(error.message, '[Click to finish] (command:');
        return true;
      });
    const linked = await sendCustomRequest(client, 'kmsHandshake/linkKey', { policy: key, keyArn: KEY_ARN });
    client.applyEdit('edit' in linked ? linked.edit : undefined);
    await client.waitUntilIdle();
    const answer = await sendCustomRequest(client, 'kmsHandshake/explain', { identity: ROLE_ARN, key: KEY_ARN, action: 'kms:Decrypt' });
    assertIsText('refused' in answer ? answer.refused : answer.sentence, '[Click to finish] (command:');
    const again = await sendCustomRequest(client, 'kmsHandshake/linkKey', {
      policy: { ...key, uri: folder.uriOf('producer/copy\u0003.json') },
      keyArn: KEY_ARN,
    });
    assertIsText('summary' in again ? again.summary : again.refused, '[Click to finish] (command:');
  });

  it('and one line in the titles of quick fixes, lenses, hints and symbols', async () => {
    const sid = `Use\u202e\n\u001b[31m ${LINK}`;
    const iam = { Version: '2012-10-17',
      Statement: [{ Sid: sid, Effect: 'Allow', Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: KEY_ARN }] };
    const { folder, client } = await startClientWithFiles({ ...mismatchedPair(),
      'kms-handshake.json': { ...MANIFEST, accounts: { [OWNER]: 'security\u202e\nteam', [CONSUMER]: 'analytics\u202e' } },
      'consumer/app.json': iam });
    const app = folder.uriOf('consumer/app.json');
    const key = folder.uriOf('producer/key.json');
    const findings = await client.waitForCodes(app, NOT_ALLOWED_CODE, 'sid-invalid').catch(() => client.diagnostics(app));
    const actions = (await Promise.all(findings.map((finding) => client.codeActions(app, finding)))).flat();
    assertIsOneLine(actions.map(({ title }) => title).join(' '), 'Use\\u202e\\n\\u001b[31m');
    const lenses = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: key } });
    const resolved = await Promise.all(lenses.map((lens) => client.connection.sendRequest<CodeLens>('codeLens/resolve', lens)));
    for (const { command } of resolved) assertIsOneLine(command?.title ?? '', '');
    const range = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
    const hints = await client.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri: key }, range });
    assertIsOneLine(hints.map(({ label }) => (typeof label === 'string' ? label : '')).join(' '), 'security\\u202e\\nteam');
    const symbols = await client.connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri: app } });
    const names = symbols.flatMap(({ name, detail, children = [] }) => [name, detail ?? '', ...children.map((child) => child.name)]).join(
      ' ',
    );
    assertIsOneLine(names, 'Use\\u202e\\n');
    const found = await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query: 'Use' });
    assert.ok(found.some(({ name }) => name.includes('Use\\u202e\\n')));
  });

  it('which one function shows: nothing else of the server sends window/showMessage (a rule of ESLint says the same)', () => {
    const folder = path.join(ROOT, 'server/src');
    const senders = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts') && /ShowMessage|window\/showMessage|window\.show/.test(readFileSync(path.join(folder, name), 'utf8'))
    );
    assert.deepEqual(senders.map((name) => name.replaceAll('\\', '/')), ['lsp/features/messages.ts']);
  });
});
