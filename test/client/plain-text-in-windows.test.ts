import assert from 'node:assert/strict';
import { ESLint, Linter } from 'eslint';
import * as fc from 'fast-check';
import path from 'node:path';
import tseslint from 'typescript-eslint';
import type { FileStatus } from '../../server/src/lsp/protocol/status';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { killServers, startClient } from '../support/lsp-client';
import { becomesVscodeIcon, becomesVscodeLink } from '../support/vscode-links';
import { keyPolicyForRole } from '../support/policy-pair';
import { fakeWindow } from './support/fake-vscode'; // before all that imports `vscode`
import { chooseOne } from '../../client/src/commands/choose-one';
import { copyCliCommand } from '../../client/src/commands/copy-cli-command';
import { shellOfPath } from '../../client/src/commands/shell-choice';
import { showRefusal } from '../../client/src/show-refusal';
import type { LanguageServer } from '../../client/src/language-server';
import { showPolicyMenu } from '../../client/src/status-bar/policy-menu';
import { statusContent } from '../../client/src/status-bar/status-content';
import { nodeTreeItem } from '../../client/src/tree/node-tree-item';
import { registerCommand } from '../../client/src/window/commands';
import { askText } from '../../client/src/window/input-box';
import { labelText, promptText } from '../../client/src/window/label-text';
import { createCodeLens, codeLensMiddleware } from '../../client/src/window/code-lens';
import { showError, showInformation, showWarning, withProgress } from '../../client/src/window/messages';
import { pickItem } from '../../client/src/window/quick-pick';
import { createStatusItem } from '../../client/src/window/status-item';
import { createWebviewPanel } from '../../client/src/window/webview-panel';

const ROOT = path.resolve(__dirname, '../..');
const LINK = '[Click to finish](command:workbench.action.files.newUntitledFile)';
const HOSTILE = `app-key ${LINK} $(alert) \u202e\n\u001b[31m <b>`;

/** A client of the extension over the real server. */
async function serverOf(folder: TestFolder): Promise<LanguageServer> {
  const client = await startClient({ folders: [folder.uri] });
  const sendRequest = (method: string, params: object): Promise<unknown> => client.connection.sendRequest(method, params);
  return { client: () => ({ sendRequest }) } as unknown as LanguageServer;
}

function assertNoControls(text: string): void {
  assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
}

function assertMessage(text: string): void {
  assertNoControls(text);
  assert.ok(text !== '' && !becomesVscodeLink(text), text);
}

describe('client: copy AWS CLI command', () => {
  beforeEach(() => fakeWindow.reset());
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  it('says what it copied without a link to a command, whatever the file is called', async () => {
    const file = `app-key ${LINK}.json`;
    const folder = createTestFolder({ [file]: keyPolicyForRole(['kms:Decrypt']) });
    const command = await copyCliCommand(await serverOf(folder), { uri: folder.uriOf(file) });
    assert.match(command ?? '',
      /^aws kms put-key-policy .* --policy 'file:\/\/app-key \[Click to finish\]\(command:workbench\.action\.files\.newUntitledFile\)\.json' /);
    assert.equal(fakeWindow.clipboard, command);
    assert.match(fakeWindow.textIn('message'),
      /^Copied, nothing was run: aws kms put-key-policy .*app-key \[Click to finish\] \(command:.* Replace <KEY_ID>, <REGION> in it\.$/);
    assertMessage(fakeWindow.textIn('message'));
  });

  it('copies nothing where the name would end the command, and says why', async () => {
    const file = 'app\u0003id.json';
    const folder = createTestFolder({ [file]: keyPolicyForRole(['kms:Decrypt']) });
    assert.equal(await copyCliCommand(await serverOf(folder), { uri: folder.uriOf(file) }), undefined);
    assert.equal(fakeWindow.clipboard, '');
    assert.match(fakeWindow.textIn('message'), /^KMS Handshake: "file:\/\/app\\u0003id\.json" contains control characters/);
  });

  it('has the quotes of the default shell, of the one that is answered, or of the one that is chosen', async () => {
    const file = "it's.json";
    const folder = createTestFolder({ [file]: keyPolicyForRole(['kms:Decrypt']) });
    const languageServer = await serverOf(folder);
    const policyOf = (command: string | undefined): string => / --policy (\S+) /.exec(command ?? '')?.[1] ?? '';
    const copied = async (shell: string, answers: object = {}): Promise<string> => {
      fakeWindow.shell = shell;
      return policyOf(await copyCliCommand(languageServer, { uri: folder.uriOf(file), ...answers }));
    };
    assert.equal(await copied('/bin/zsh'), "'file://it'\\''s.json'");
    assert.equal(await copied('C:\\Program Files\\PowerShell\\7\\pwsh.exe'), "'file://it''s.json'");
    assert.equal(await copied('C:\\Windows\\System32\\cmd.exe'), '"file://it\'s.json"');
    assert.equal(await copied('/bin/bash', { shell: 'powershell' }), "'file://it''s.json'");
    assert.equal(await copied('/usr/bin/nu'), '', 'nothing was chosen');
    fakeWindow.answer = (place) => (place === 'pick' ? 'cmd.exe' : undefined);
    assert.equal(await copied('/usr/bin/nu'), '"file://it\'s.json"');
    let asked = 0;
    let answerTwice = (): void => undefined;
    const askedTwice = new Promise<void>((resolve) => { answerTwice = resolve; });
    fakeWindow.answer = (place, choices) => {
      if (place === 'pick') return 'PowerShell';
      asked += 1;
      if (asked === 2) answerTwice();
      return asked === 1 ? choices[0] : undefined;
    };
    assert.equal(await copied('/bin/bash'), "'file://it'\\''s.json'");
    await askedTwice;
    assert.equal(policyOf(fakeWindow.clipboard), "'file://it''s.json'", '"Copy for another shell…"');
  });

  it('knows shells by their paths', () => {
    const kinds = (...paths: readonly string[]): unknown[] => paths.map(shellOfPath);
    assert.deepEqual(kinds('/bin/sh', '/usr/bin/fish', 'C:\\Program Files\\Git\\bin\\bash.exe', 'C:\\Windows\\System32\\wsl.exe', ''),
      Array(5).fill('posix'));
    assert.deepEqual(kinds('/snap/bin/pwsh', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', '/opt/pwsh-preview'),
      Array(3).fill('powershell'));
    assert.deepEqual(kinds('C:\\WINDOWS\\system32\\CMD.EXE', '/usr/bin/nu', '/bin/tcsh', '/usr/bin/xonsh'), ['cmd', undefined, undefined,
      undefined]);
  });
});

describe('client: what policies and names of files hold is text wherever VS Code shows it', () => {
  beforeEach(() => fakeWindow.reset());

  it('in messages, progress and the errors of commands', async () => {
    void showInformation(HOSTILE, 'Open');
    void showWarning(HOSTILE);
    void showError(HOSTILE);
    showRefusal({ refused: HOSTILE });
    await withProgress(HOSTILE, (report) => { report(HOSTILE, 1); return Promise.resolve(); });
    const texts = fakeWindow.textIn('message').split('\n');
    assert.equal(texts.length, 6);
    for (const text of texts) assertMessage(text);
    registerCommand('fails', () => { throw new Error(HOSTILE); });
    await assert.rejects(async () => await fakeWindow.commands.get('fails')?.(), (error: Error) => {
      assertMessage(error.message);
      return true;
    });
  });

  it('in quick picks, where only what the extension says is an icon', async () => {
    const item = { icon: 'key', label: HOSTILE, description: HOSTILE, detail: HOSTILE };
    fakeWindow.answer = (_, [label]) => label;
    assert.equal(await pickItem([item], { title: HOSTILE, placeholder: HOSTILE }), item);
    assert.equal(
      await chooseOne({ title: HOSTILE, step: 1, totalSteps: 1 },
        [{ value: 'the value', icon: 'key', label: HOSTILE, description: HOSTILE }], { typedPattern: '^x$',
        active: undefined }),
      'the value',
    );
    const texts = fakeWindow.textIn('pick').split('\n');
    assert.equal(texts.length, 5);
    for (const text of texts) {
      assertNoControls(text);
      assert.ok(!becomesVscodeIcon(text.replace(/^\$\(key\) /, '')), text);
    }
    assert.equal(texts.filter((text) => text.startsWith('$(key) app-key ')).length, 2);
    for (const text of fakeWindow.textIn('title').split('\n')) assertNoControls(text);
  });

  it('in prompts, where VS Code makes links and icons', async () => {
    await askText({ title: HOSTILE, prompt: HOSTILE, placeholderText: HOSTILE, validate: () => HOSTILE });
    const prompts = fakeWindow.textIn('prompt').split('\n');
    assert.equal(prompts.length, 2);
    for (const prompt of prompts) {
      assertMessage(prompt);
      assert.ok(!becomesVscodeIcon(prompt), prompt);
    }
  });

  it('in the status bar, its tooltip and its menu', async () => {
    const status: FileStatus = {
      uri: 'file:///w/a.json', pointer: '', kind: 'key', policies: 2, says: HOSTILE, assumed: true,
      links: [{ says: HOSTILE, at: undefined }], handshakes: [HOSTILE, '- 1. x'], more: 1,
      findings: { error: 1, warning: 0, info: 0, hint: 0 }, confirm: undefined, manifest: undefined, declarable: true, tooLarge: undefined,
    };
    createStatusItem('id', 'name', 'command').show(statusContent(status));
    const label = fakeWindow.textIn('label');
    assert.match(label, /^\$\(key\) app-key \[Click to finish\].*, assumed$/);
    assert.ok(!becomesVscodeIcon(label.replace('$(key) ', '')), label);
    assertNoControls(label);
    const tooltip = fakeWindow.textIn('markdown');
    assert.doesNotMatch(tooltip, /(?<!\\)[[<$]/);
    assert.deepEqual(tooltip.split('\n').filter((line) => /^(- |[-+\d])/.test(line)).length, 3, tooltip);
    assert.match(tooltip, /^- \\- 1\. x$/m);
    await showPolicyMenu({} as LanguageServer, status);
    for (const text of fakeWindow.textIn('title').split('\n')) assertNoControls(text);
  });

  it('in the tree and its tooltips', () => {
    const line = nodeTreeItem({
      kind: 'identity',
      id: 'x',
      accountName: HOSTILE,
      identity: { id: 'x', arn: HOSTILE, account: '444455556666', kind: 'role', unanswered: true, label: HOSTILE, policies: [],
        link: { reason: 'path', certain: false, says: HOSTILE, at: undefined } },
    });
    for (const text of [line.label, line.description, line.accessibilityInformation?.label]) {
      assert.ok(typeof text === 'string');
      assertNoControls(text);
    }
    const tooltip = (line.tooltip as { readonly value: string }).value;
    assert.match(tooltip, /app-key \\\[Click to finish\\\]\(command:/);
    assert.doesNotMatch(tooltip, /(?<!\\)[[<$]/);
  });

  it('in lenses, those of the server too', async () => {
    const own = createCodeLens(1, { title: HOSTILE, tooltip: HOSTILE, command: 'x' });
    const lens = { command: { title: HOSTILE, command: 'x' } };
    const [listed] = await codeLensMiddleware.provideCodeLenses?.({} as never, {} as never, () => [{ ...lens }] as never) ?? [];
    const resolved = await codeLensMiddleware.resolveCodeLens?.(lens as never, {} as never, (codeLens) => codeLens);
    for (const { command } of [own, listed!, resolved!]) {
      assertNoControls(command?.title ?? '\n');
      assert.ok(!becomesVscodeIcon(command?.title ?? ''), command?.title);
    }
  });

  it('in the titles of panels', () => {
    createWebviewPanel('type', HOSTILE);
    assertNoControls(fakeWindow.textIn('title'));
  });

  it('keeps ordinary labels and prompts as they are', () => {
    for (const text of ['key.json · 111122223333', 'costs $5 (net)', '$(', '$()', 'role/App', 'a [b] (c)'])
      assert.deepEqual([labelText(text), promptText(text)], [text, text]);
    assert.equal(labelText('$(alert) \\$(x~spin)'), '\\$(alert) \\\\$(x~spin)');
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'$()\\a-~ []:'.split(''), 'command:', '$(alert)') }), (text) => {
      // VS Code takes one backslash for the sign that what follows is no icon, and does not show it.
      assert.equal(labelText(text).replace(/\\(?=\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\))/g, ''), text);
      assert.ok(!becomesVscodeIcon(promptText(text)) && !becomesVscodeLink(promptText(text)));
    }));
  });
});

describe('a call that shows text and goes around these functions', () => {
  /** Messages of the project's own ESLint rule for the code, as if it stood in that file. */
  async function found(file: string, code: string): Promise<string[]> {
    const config = await new ESLint({ cwd: ROOT }).calculateConfigForFile(path.join(ROOT, file)) as Linter.Config;
    const rule = config.rules?.['no-restricted-syntax'];
    assert.ok(rule !== undefined);
    return new Linter().verify(code, [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser },
      rules: { 'no-restricted-syntax': rule } }], 'x.ts').map(({ ruleId, message }) => `${ruleId ?? 'fatal'}: ${message}`);
  }

  const CLIENT = [
    'void vscode.window.showInformationMessage(text);', 'const show = vscode.window.showWarningMessage;',
    "vscode.window['showErrorMessage'](text);", 'const { showInformationMessage } = vscode.window;',
    'const { showQuickPick: pick } = vscode.window;', 'vscode.window.createQuickPick();', 'vscode.window.showInputBox({ prompt });',
    'vscode.window.withProgress(options, work);', 'vscode.window.createStatusBarItem();',
    'vscode.window.setStatusBarMessage(text);', 'new vscode.TreeItem(label);', 'new vscode.MarkdownString(text);',
    'new vscode.CodeLens(range, command);', 'vscode.window.createWebviewPanel(type, title, column);',
    'vscode.commands.registerCommand(id, run);', "import { window } from 'vscode';",
    "import { ShowMessageNotification } from 'vscode-languageclient/node';",
  ];
  for (const code of CLIENT) {
    it(`is found in the client: ${code}`, async () => {
      assert.match((await found('client/src/commands/some.ts', code)).join('\n'),
        /^no-restricted-syntax: .*(client\/src\/window|namespace)/);
    });
  }

  it('is found in the server', async () => {
    for (const code of ['import { ShowMessageNotification } from \'vscode-languageserver\';', 'connection.window.showErrorMessage(text);',
      'connection.sendNotification(\'window/showMessage\', params);', 'const { showInformationMessage } = connection.window;']) {
      assert.match((await found('server/src/lsp/features/some.ts', code)).join('\n'), /^no-restricted-syntax: .*messages\.ts/, code);
    }
  });

  it('is not found where it belongs', async () => {
    assert.deepEqual(await found('client/src/window/messages.ts', CLIENT[0] ?? ''), []);
    assert.deepEqual(
      await found('server/src/lsp/features/messages.ts', 'import { ShowMessageNotification } from \'vscode-languageserver\';'),
      [],
    );
    assert.deepEqual(await found('client/src/commands/some.ts', 'void showInformation(text); vscode.window.showTextDocument(document);'),
      []);
  });
});
