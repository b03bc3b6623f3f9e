import * as assert from 'node:assert/strict';
import { deceptiveCharacters, latinLookAlike, escapeDeceptiveCharacters } from '../../../server/src/core/text/deceptive-characters';
import { escapeMarkdown } from '../../../server/src/core/text/markdown';
import { plainLine } from '../../../server/src/core/text/plain-line';

describe('characters that deceive', () => {
  it('are shown as escapes', () => {
    for (const [text, shown] of [
      ['plain text\twith\nlines', 'plain text\twith\nlines'],
      ['a\u202eb', 'a\\u202eb'], ['\u200b', '\\u200b'], ['x\u0000', 'x\\u0000'], ['\u009b31m', '\\u009b31m'],
      ['\ud800', '\\ud800'], ['a\udc00b', 'a\\udc00b'], ['p\u0430y', 'p\\u0430y'], ['\ud835\udc00dmin', '\\ud835\\udc00dmin'],
      ['\uff21dmin', '\\uff21dmin'],
      ['\ufeff{', '\\ufeff{'], ['Z\u00fcrich \u6f22', 'Z\u00fcrich \u6f22'],
    ] as const) {
      assert.equal(escapeDeceptiveCharacters(text), shown);
    }
  });

  it('are not part of words and characters of other scripts', () => {
    for (const text of ['\u0414\u043e\u0441\u0442\u0443\u043f', '\u0391\u03b8\u03ae\u03bd\u03b1', '\ud83d\udc68\u200d\ud83d\udcbb',
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '\u2764\ufe0f', 'caf\u00e9']) {
      assert.deepEqual(deceptiveCharacters(text), [], text);
    }
  });

  it('have their places in the text', () => {
    assert.deepEqual(deceptiveCharacters('\ud83d\udc68 a\u202e').map(({ start, end, kind }) => [start, end, kind]), [[4, 5, 'direction']]);
  });

  it('look like the letter that the table says, one for one', () => {
    assert.deepEqual(
      ['\u0410', '\u04c0', '\u0430', '\u04cf', '\u0391', '\u03f2', '\u0555', '\u13a0', '\u13c3', '\uff10', 'a', '\u00aa', '\u6f22'].map(
        latinLookAlike,
      ),
      ['A', 'I', 'a', 'l', 'A', 'c', 'O', 'D', 'Z', '0', undefined, undefined, undefined],
    );
  });

  it('are escapes in lines of the command line and in Markdown, too', () => {
    assert.equal(plainLine('a\u202eb\u200bc\n\u0430d'), 'a\\u202eb\\u200bc\\n\\u0430d');
    assert.equal(escapeMarkdown('a\u202eb'), 'a\\\\u202eb');
  });
});
