import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lineIndex, offsetAt, positionAt } from '../../../server/src/core/text/line-index';
import { spanContains, spansOverlap, type Span } from '../../../server/src/core/text/span';

const spanOf = (start: number, end: number): Span => ({ start, end });

describe('line index', () => {
  it('counts lines at LF, CRLF and CR', () => {
    const text = 'a\nb\r\nc\rd';
    const index = lineIndex(text);
    assert.deepEqual(['a', 'b', 'c', 'd'].map((letter) => positionAt(index, text.indexOf(letter))),
      [0, 1, 2, 3].map((line) => ({ line, character: 0 })));
    assert.deepEqual(lineIndex('').starts, [0]);
    assert.deepEqual(lineIndex('\n').starts, [0, 1]);
  });

  it('goes back and forth', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '\r', 'é', '😀')).map((parts) => parts.join('')), fc.nat(), (text, at) => {
        const index = lineIndex(text);
        const offset = at % (text.length + 1);
        const position = positionAt(index, offset);
        assert.equal(offsetAt(index, position), offset);
        assert.ok((text.slice(0, offset).match(/\r\n|\n|\r/g) ?? []).length - position.line <= 1);
      }),
    );
  });

  it('takes places outside of the text as its ends', () => {
    const index = lineIndex('ab\ncd');
    assert.deepEqual(positionAt(index, -1), { line: 0, character: 0 });
    assert.deepEqual(positionAt(index, 99), { line: 1, character: 2 });
    assert.equal(offsetAt(index, { line: -1, character: 4 }), 0);
    assert.equal(offsetAt(index, { line: 9, character: 0 }), 5);
    assert.equal(offsetAt(index, { line: 1, character: 99 }), 5);
  });
});

describe('spans', () => {
  it('overlap when they share a character, or touch when one is empty', () => {
    assert.equal(spansOverlap(spanOf(0, 2), spanOf(1, 3)), true);
    assert.equal(spansOverlap(spanOf(0, 2), spanOf(2, 3)), false);
    assert.equal(spansOverlap(spanOf(0, 2), spanOf(2, 2)), true);
    assert.equal(spansOverlap(spanOf(2, 2), spanOf(2, 4)), true);
    assert.equal(spansOverlap(spanOf(1, 1), spanOf(0, 2)), true);
    assert.equal(spansOverlap(spanOf(0, 1), spanOf(2, 2)), false);
  });

  it('contain each other with their ends', () => {
    assert.equal(spanContains(spanOf(0, 3), spanOf(0, 3)), true);
    assert.equal(spanContains(spanOf(0, 3), spanOf(1, 4)), false);
  });
});
