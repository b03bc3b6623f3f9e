import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { codeBlock, escapeMarkdown, markdownParagraph } from '../../../server/src/core/text/markdown';
import { escapeMessageText } from '../../../server/src/core/text/message-text';
import { plainLine } from '../../../server/src/core/text/plain-line';
import { printableText } from '../../../server/src/core/text/printable-text';
import { becomesVscodeLink } from '../../support/vscode-links';

/** Letters, what begins a command of a CI, controls of every kind, and what Markdown and links are made of. */
const hostile = fc.string({ maxLength: 30, unit: fc.constantFrom(
  ...'aZ :#[](){}<>!`*_|$"\'\\/&-+.\t\n\r'.split(''), '\u0000', '\u0003', '\u001b', '\u007f', '\u0085', '\u009b', '\u00ad', '\u200b',
  '\u2028', '\u202e', '##[', '##vso[', '::error::', 'command:', 'https://',
) });

/**
 * The readers of actions/runner (ActionCommand.cs) and of the agent of Azure Pipelines: `::` after blanks, the others anywhere in the line.
 */
const isCommand = (line: string): boolean =>
  /^[\s\p{Cf}]*::/u.test(line) || line.includes('##[') || line.includes('##vso[') || line.includes('##teamcity[');

describe('printable output', () => {
  it('has control characters as JSON writes them, and keeps ends of lines', () => {
    assert.equal(printableText('a\u001b[31m\tb\n\u009b2J\u202e\r\nc\rd\n'), 'a\\u001b[31m\tb\n\\u009b2J\\u202e\r\nc\\rd\n');
  });

  it('has no line that a CI takes for a command (actions/runner, ActionCommand.cs)', () => {
    assert.equal(printableText('::error::x\n \u00a0::add-mask::y\n\u00ad::stop-commands::z'),
      '\\u003a:error::x\n \u00a0\\u003a:add-mask::y\n\\u00ad::stop-commands::z');
    assert.equal(printableText('key ##[error]x ##vso[task.complete]y ###[group]z ##teamcity[x]'),
      'key \\u0023#[error]x \\u0023#vso[task.complete]y #\\u0023#[group]z \\u0023#teamcity[x]');
  });

  it('leaves alone what is neither: colons and hashes within a line, headings, ARNs', () => {
    const text = '# Denied\n## Both halves\narn:aws:iam::444455556666:role/App a::b\n- [x] #[1] :: b\n';
    assert.equal(printableText(text), text);
  });

  it('is printable whatever the text is, and stays the same when it is made printable again', () => {
    fc.assert(fc.property(hostile, (text) => {
      const out = printableText(text);
      assert.doesNotMatch(out, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u202e]/);
      assert.doesNotMatch(out, /\r(?!\n|$)/);
      for (const line of out.split('\n')) assert.ok(!isCommand(line), line);
      assert.equal(printableText(out), out);
    }));
  });

  it('keeps JSON the same data', () => {
    fc.assert(fc.property(fc.array(hostile), (texts) => {
      const out = printableText(JSON.stringify(texts, null, 2));
      assert.deepEqual(JSON.parse(out), texts);
      for (const line of out.split('\n')) assert.ok(!isCommand(line), line);
    }));
  });
});

describe('text of messages', () => {
  it('has no link for VS Code, whatever a name holds, and reads the same when it is made one again', () => {
    assert.equal(escapeMessageText('app [Click](command:workbench.action.files.newUntitledFile).json'),
      'app [Click] (command:workbench.action.files.newUntitledFile).json');
    assert.equal(escapeMessageText('<command:a> <KEY_ID>'), '< command:a> <KEY_ID>');
    fc.assert(fc.property(hostile, (text) => {
      const shown = escapeMessageText(`[x${text}](command:y)`);
      assert.ok(!becomesVscodeLink(shown), shown);
      assert.equal(escapeMessageText(shown), shown);
    }));
  });

  it('is one line without control characters', () => {
    assert.equal(escapeMessageText('a\u202eb\nc'), 'a\\u202eb\\nc');
  });

  it('leaves ordinary text alone', () => {
    for (const text of ['Replace <KEY_ID> (or [1]) in it.', 'aws kms put-key-policy --policy \'file://a b.json\'', 'a < b: c'])
      assert.equal(escapeMessageText(text), text);
  });
});

describe('Markdown of what policies hold', () => {
  it('is one paragraph, whatever begins it', () => {
    for (const [text, markdown] of [
      ['# Denied', '\\# Denied'], ['- x', '\\- x'], ['+ x', '\\+ x'], ['1. x', '1\\. x'], ['12) x', '12\\) x'], ['> x', '\\> x'],
      ['```', '\\`\\`\\`'], ['a\n\n# Denied', 'a \\# Denied'], ['kms:Decrypt', 'kms:Decrypt'],
    ]) assert.equal(markdownParagraph(text ?? ''), markdown);
  });

  it('shows what turns the direction of text', () => {
    assert.equal(escapeMarkdown('a\u202eb\u009bc'), 'a\\\\u202eb\\\\u009bc');
  });

  it('has fences that nothing inside can close (CommonMark 0.31, fenced code blocks)', () => {
    assert.equal(codeBlock('diff', ['  a', '+ b']), '```diff\n  a\n+ b\n```');
    assert.equal(codeBlock('diff', ['  ````', '# x\u2028y']), '`````diff\n  ````\n# x\\u2028y\n`````');
    const many = codeBlock('', Array.from({ length: 200_000 }, () => '` `'));
    assert.ok(many.startsWith('```\n'));
  });
});

it('plain lines are plain lines again', () => {
  fc.assert(fc.property(hostile, (text) => { assert.equal(plainLine(plainLine(text)), plainLine(text)); }));
});
