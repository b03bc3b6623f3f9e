import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { matchingPair, toJson } from '../../support/policy-pair';
import { closeAll, open, type as retype } from './support/editor';
import { KEY, lay, tidy } from './support/handshake';
import { until } from './support/poll';

describe('completion', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  /** Opens the key policy with `|` as the cursor. */
  async function at(text: string): Promise<vscode.TextEditor> {
    await lay({ ...matchingPair(), [KEY]: text.replace('|', '') });
    const editor = await open(KEY);
    const place = editor.document.positionAt(text.indexOf('|'));
    editor.selection = new vscode.Selection(place, place);
    return editor;
  }

  const offered = async ({ document, selection }: vscode.TextEditor): Promise<vscode.CompletionItem[]> =>
    (await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, selection.active))
      .items;
  const labelOf = ({ label }: vscode.CompletionItem): string => (typeof label === 'string' ? label : label.label);

  /** Opens the list, waits for it, and takes the first. */
  async function takeFirst(editor: vscode.TextEditor): Promise<string> {
    const before = editor.document.getText();
    let tries = 0;
    return until('the first of the list to be taken', async () => {
      // Nothing tells when the list is open; one that closed again is opened again.
      if (tries++ % 20 === 0) await vscode.commands.executeCommand('editor.action.triggerSuggest');
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
      const now = editor.document.getText();
      return now === before ? undefined : now;
    });
  }

  const policy = toJson(matchingPair()[KEY] ?? {});

  it('offers each action once, beside VS Code\'s own JSON support', async () => {
    const editor = await at(policy.replace('"kms:Decrypt"', '"kms:Decrypt", "kms:E|"'));
    const labels = await until('our actions', async () => {
      const all = (await offered(editor)).map(labelOf);
      return all.includes('kms:Encrypt') ? all : undefined;
    });
    assert.equal(labels.filter((label) => label.includes('kms:Encrypt')).length, 1, labels.join(', '));
  });

  it('writes the action over what was typed', async () => {
    const editor = await at(policy.replace('"kms:Decrypt"', '"kms:Decrypt", "kms:Encr|"'));
    assert.equal(await takeFirst(editor), policy.replace('"kms:Decrypt"', '"kms:Decrypt", "kms:Encrypt"'));
  });

  it('writes a whole statement, indented as the place is', async () => {
    const editor = await at(policy.replace('"Statement": [', '"Statement": [\n    |'));
    const text = await takeFirst(editor);
    assert.match(text, /\n {4}\{\n {6}"Sid": "Enable IAM User Permissions( 2)?",\n {6}"Effect": "Allow"/);
    assert.doesNotThrow(() => JSON.parse(text), text);
  });

  it('offers in kms-handshake.json names of the schema and values of the workspace, each once', async () => {
    await lay({ ...matchingPair(), 'kms-handshake.json': {} });
    const editor = await open('kms-handshake.json');
    const labelsIn = async (text: string, wanted: string): Promise<string[]> => {
      await retype(editor, text.replace('|', ''));
      const place = editor.document.positionAt(text.indexOf('|'));
      editor.selection = new vscode.Selection(place, place);
      const bare = (item: vscode.CompletionItem): string => labelOf(item).replace(/^"|"$/g, '');
      return until(`${wanted} among the suggestions`, async () => {
        const all = (await offered(editor)).map(bare);
        return all.includes(wanted) ? all : undefined;
      });
    };
    const once = (labels: readonly string[], wanted: string): void =>
      assert.equal(labels.filter((label) => label === wanted).length, 1, labels.join(', '));
    once(await labelsIn('{ "keys": [{ "policy": "|" }] }', 'producer/key.json'), 'producer/key.json');
    once(await labelsIn('{ "keys": [{ "arn": "x", "|" }] }', 'policy'), 'policy');
    once(await labelsIn('{ "suppress": [{ "rule": "|" }] }', 'wildcard-principal'), 'wildcard-principal');
    once(await labelsIn('{ "rules": { "root-is-account": "|" } }', 'off'), 'off');
  });

  it('offers nothing of ours in other JSON', async () => {
    await lay({ ...matchingPair(), 'other.json': '{ "name": "" }' });
    const editor = await open('other.json');
    const place = editor.document.positionAt(11);
    editor.selection = new vscode.Selection(place, place);
    assert.deepEqual((await offered(editor)).map(labelOf).filter((label) => label.startsWith('kms')), []);
  });
});
