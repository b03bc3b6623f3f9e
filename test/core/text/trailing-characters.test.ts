import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { trailingCharacters, withoutTrailingCharacters } from '../../../server/src/core/text/trailing-characters';

describe('characters at the end of a text', () => {
  it('are those that a regular expression finds', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '/', '\n') }), (text) => {
      assert.equal(trailingCharacters(text, /[/b]/), /[/b]*$/.exec(text)?.[0]);
      assert.equal(withoutTrailingCharacters(text, /\//), text.replace(/\/+$/, ''));
    }));
  });

  it('are looked at once, but for the one before them', () => {
    let tests = 0;
    const set = { test: (character: string) => { tests++; return character === ' '; } } as unknown as RegExp;
    assert.equal(trailingCharacters(`${' '.repeat(1000)}a${' '.repeat(1000)}`, set).length, 1000);
    assert.equal(tests, 1001);
  });
});
