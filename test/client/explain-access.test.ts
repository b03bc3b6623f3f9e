import assert from 'node:assert/strict';
import { URI } from 'vscode-uri';
import type { ExplainMessageParams, ExplainParams } from '../../server/src/lsp/protocol/explain';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { KEY_ARN, ROLE_ARN } from '../support/fixtures';
import { killServers, startClient } from '../support/lsp-client';
import { matchingPair } from '../support/policy-pair';
import { fakeWindow, GO_BACK } from './support/fake-vscode'; // before all that imports `vscode`
import { explainAccess, explainMessage } from '../../client/src/commands/explain-access';
import type { LanguageServer } from '../../client/src/language-server';

const SESSION = 'arn:aws:sts::444455556666:assumed-role/App/one';
const MESSAGE = `User: ${SESSION} is not authorized to perform: kms:Decrypt on resource: ${KEY_ARN}`;
const CLIPBOARD_ENTRY = 'Explain the message in the clipboard: assumed-role/App/one kms:Decrypt';

describe('client: explain a message', () => {
  let languageServer: LanguageServer;
  let readTexts: string[];
  let questions: (ExplainParams | ExplainMessageParams)[];
  const documents = {
    show: (params: ExplainParams | ExplainMessageParams) => {
      questions.push(params);
      return Promise.resolve(URI.parse('kms-explanation:/answer'));
    },
  };

  before(async () => {
    const client = await startClient({ folders: [createTestFolder(matchingPair()).uri] });
    await client.waitUntilIdle();
    const sendRequest = (method: string, params: { readonly message?: string }): Promise<unknown> => {
      if (params.message !== undefined) readTexts.push(params.message);
      return client.connection.sendRequest(method, params);
    };
    languageServer = { client: () => ({ sendRequest }) } as unknown as LanguageServer;
  });

  beforeEach(() => {
    fakeWindow.reset();
    readTexts = [];
    questions = [];
  });

  after(() => {
    killServers();
    removeTestFolders();
  });

  function assertAnswered(): void {
    assert.deepEqual(questions.map(({ identity, action, key }) => ({ identity, action, key })),
      [{ identity: SESSION, action: 'kms:Decrypt', key: KEY_ARN }]);
    assert.deepEqual(readTexts.filter((text) => text === MESSAGE), [MESSAGE], 'it is read once');
  }

  for (const [name, command] of [['Explain access', explainAccess], ['Explain a message', explainMessage]] as const) {
    it(`${name} offers the one in the clipboard first`, async () => {
      fakeWindow.clipboard = MESSAGE;
      fakeWindow.answer = (place, [first]) => (place === 'pick' ? first : undefined);
      assert.equal(await command(languageServer, documents), 'kms-explanation:/answer');
      assert.ok(fakeWindow.textIn('pick').startsWith(`$(clippy) ${CLIPBOARD_ENTRY}\n${MESSAGE}\n`), fakeWindow.textIn('pick'));
      assertAnswered();
    });

    it(`${name} reads what is pasted once, and offers no clipboard that holds something else`, async () => {
      fakeWindow.clipboard = 'npm test';
      fakeWindow.answer = (place, choices) => (place === 'input' ? MESSAGE : choices.find((label) => label.includes('Paste an')));
      assert.equal(await command(languageServer, documents), 'kms-explanation:/answer');
      assert.doesNotMatch(fakeWindow.textIn('pick'), /clipboard/);
      assertAnswered();
    });
  }

  it('asks the question before again when somebody goes back', async () => {
    const role = (name: string) => (choices: readonly string[]): string | undefined => choices.find((label) => label.includes(name));
    const answers = [role('role/App'), role('kms:Encrypt'), () => GO_BACK, role('kms:Decrypt'), role('1234abcd')];
    fakeWindow.answer = (_, choices) => answers.shift()?.(choices);
    await explainAccess(languageServer, documents);
    assert.deepEqual(questions.map(({ identity, action, key }) => ({ identity, action, key })),
      [{ identity: ROLE_ARN, action: 'kms:Decrypt', key: KEY_ARN }]);
    assert.deepEqual(fakeWindow.textIn('title').split('\n').filter((line) => line.startsWith('Explain access')), [
      'Explain access: who?', 'Explain access: which action?', 'Explain access: which key?', 'Explain access: which action?',
      'Explain access: which key?',
    ]);
  });

  it('takes another message than the one in the clipboard', async () => {
    fakeWindow.clipboard = MESSAGE.replace('kms:Decrypt', 'kms:Encrypt');
    fakeWindow.answer = (place, choices) => (place === 'input' ? MESSAGE : choices.find((label) => label.includes('Paste another')));
    await explainMessage(languageServer, documents);
    assertAnswered();
  });
});
