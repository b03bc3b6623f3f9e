import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { apply, closeAll, codeOf, diagnostics, open, type as retype, waitForCode, waitForFix } from './support/editor';
import { lay, tidy } from './support/handshake';
import { until } from './support/poll';

const FILE = 'stack.yaml';

describe('templates in YAML', () => {
  // The suites are bundled into out/vscode.
  const template = readFileSync(path.join(__dirname, '../../test/vscode/templates/data-stack.yaml'), 'utf8');

  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  async function openTemplate(text = template): Promise<vscode.TextEditor> {
    await lay({ [FILE]: text });
    return open(FILE);
  }

  const positionOf = ({ document }: vscode.TextEditor, words: string): vscode.Position =>
    document.positionAt(document.getText().indexOf(words) + words.length);

  it('are YAML for VS Code, and have findings at the characters that are wrong, with a fix that one undo takes back', async () => {
    const editor = await openTemplate();
    const { document } = editor;
    assert.equal(document.languageId, 'yaml');
    const finding = await waitForCode(document.uri, 'action-not-allowed-by-key-policy');
    assert.equal(document.getText(finding.range), 'kms:Encrypt');
    assert.equal(document.getText((await waitForCode(document.uri, 'not-an-arn')).range), '!Ref DataKey');
    await apply(await waitForFix(document.uri, finding.range, /^Add kms:Encrypt/));
    assert.equal(document.getText(), template.replace('Action: kms:Decrypt\n', 'Action: [kms:Decrypt, kms:Encrypt]\n'));
    await until('the finding to go', () =>
      (diagnostics(document.uri).some((other) => codeOf(other) === 'action-not-allowed-by-key-policy') ? undefined : true));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), template);
  });

  it('have hovers, definitions and references', async () => {
    const editor = await openTemplate();
    const { document } = editor;
    await waitForCode(document.uri, 'not-an-arn');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri,
      positionOf(editor, 'Action: kms:De'));
    assert.match(hovers.flatMap(({ contents }) => contents).map((text) => (text as vscode.MarkdownString).value).join('\n'), /kms:Decrypt/);
    const definitions = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider',
      document.uri, positionOf(editor, '!GetAtt Wor'));
    const [definition] = definitions.map((target) =>
      ('targetUri' in target ? target.targetSelectionRange ?? target.targetRange : target.range));
    assert.equal(definition && document.getText(definition), 'Worker');
    const references = await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeReferenceProvider', document.uri,
      positionOf(editor, '  DataK'));
    assert.deepEqual(references.map(({ range }) => range.start.line + 1), [3, 35, 38]);
  });

  it('are completed: what is chosen is YAML, and one undo takes it back', async () => {
    const typed = template.replace('Action: kms:DescribeKey\n            Resource: !Ref DataKey', 'Action:\n              - ');
    const editor = await openTemplate(typed);
    const { document } = editor;
    const place = positionOf(editor, 'Action:\n              - ');
    editor.selection = new vscode.Selection(place, place);
    let tries = 0;
    const text = await until('the first action to be taken', async () => {
      if (tries++ % 20 === 0) await vscode.commands.executeCommand('editor.action.triggerSuggest');
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
      return document.getText() === typed ? undefined : document.getText();
    });
    assert.match(text, /\n {12}Action:\n {14}- kms:\S+\n/);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), typed);
  });

  it('are completed with several lines, each where it belongs', async () => {
    const typed = template.replace('          - Sid: Worker\n', '          - \n          - Sid: Worker\n');
    const editor = await openTemplate(typed);
    const list = await until('statements', async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider',
        editor.document.uri, positionOf(editor, 'Resource: \'*\'\n          - '));
      const item = items.find(({ label }) => (typeof label === 'string' ? label : label.label) === 'Key administrators');
      return item;
    });
    assert.equal(list.keepWhitespace, true);
    await retype(editor, template);
  });

  it('without a file are checked by their language', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: template });
    await vscode.window.showTextDocument(document);
    await waitForCode(document.uri, 'action-not-allowed-by-key-policy');
  });
});
