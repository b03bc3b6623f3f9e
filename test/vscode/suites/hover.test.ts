import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { mismatchedPair, NOT_ALLOWED_CODE } from '../../support/policy-pair';
import { at, closeAll, open, waitForCode } from './support/editor';
import { APP, KEY, lay, tidy } from './support/handshake';
import { until } from './support/poll';

describe('hover', () => {
  afterEach(async () => {
    await closeAll();
    await tidy();
  });

  /** Our hover over the text; VS Code's own JSON support may have others. */
  async function hoverOn(editor: vscode.TextEditor,
    word: string): Promise<{ readonly text: vscode.MarkdownString; readonly over: string }> {
    const { document } = editor;
    const position = document.positionAt(document.getText().indexOf(word) + 1);
    return until(`a hover over ${word}`, async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
      const found = hovers.flatMap(({ contents, range }) =>
        contents.flatMap((text) => (text instanceof vscode.MarkdownString && text.value.startsWith('**') ? [{ text, range }] : []))
      );
      return found[0] && { text: found[0].text, over: document.getText(found[0].range) };
    });
  }

  it('tells an action with the verdict, and leads to the line of the other file that decides', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const { text, over } = await hoverOn(await open(APP), 'kms:Decrypt');
    assert.equal(over, '"kms:Decrypt"');
    assert.match(text.value, /^\*\*kms:Decrypt\*\*/);
    assert.notEqual(text.isTrusted, true);
    const [, link] = /\]\(<(file:[^>]*)>\)/.exec(text.value) ?? [];
    assert.ok(link, text.value);
    const { path, fragment } = vscode.Uri.parse(link);
    assert.deepEqual([path.endsWith(`/${KEY}`), fragment], [true, 'L20']);
  });

  it('tells what :root means', async () => {
    await lay(mismatchedPair());
    await waitForCode(at(APP), NOT_ALLOWED_CODE);
    const { text } = await hoverOn(await open(KEY), 'arn:aws:iam::111122223333:root');
    assert.match(text.value, /`:root` means the account as a whole/);
  });
});
