import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { encodeWildcards } from '../../../server/src/core/access/pattern-encoding';
import { WILDCARD_ANY_CHARACTER, WILDCARD_ANY_CHARACTERS, matchGlob, matchPattern, UNKNOWN_FIELD, UNKNOWN_LABEL,
  UNKNOWN_CHARACTERS } from '../../../server/src/core/access/pattern-matching';

const pattern = fc.array(fc.constantFrom('a', 'b', ':', '*', '?', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
const text = fc.array(fc.constantFrom('a', 'b', ':', '.'), { maxLength: 10 }).map((parts) => parts.join(''));

function asRegExp(glob: string): RegExp {
  return new RegExp(`^${Array.from(glob, (name) => (name === '*' ? '.*' : name === '?' ? '.' : name.replace(/[.]/, '\\.'))).join('')}$`);
}

describe('wildcards', () => {
  it('`*` is any run of characters, colons too, and `?` any one (IAM User Guide, IAM JSON policy elements: Resource)', () => {
    fc.assert(fc.property(pattern, text, (glob, subject) => {
      const wanted = asRegExp(glob).test(subject);
      assert.equal(matchGlob(glob, subject), wanted, `${glob} ${subject}`);
      assert.equal(matchPattern(encodeWildcards(glob), subject), wanted ? 'yes' : 'no', `${glob} ${subject}`);
    }), { numRuns: 3000 });
  });

  it('nobody can tell of a text that is not all known, but where a run covers what is not', () => {
    const key = `arn:aws:kms:${UNKNOWN_FIELD}:111122223333:key/${UNKNOWN_CHARACTERS}`;
    assert.equal(matchPattern(encodeWildcards('arn:aws:kms:*:111122223333:key/*'), key), 'yes');
    assert.equal(matchPattern(encodeWildcards('arn:aws:kms:us-?ast-1:111122223333:key/*'), key), 'unknown');
    assert.equal(matchPattern(encodeWildcards('arn:aws:kms:us-east-1:444455556666:key/*'), key), 'no');
  });

  it('texts that are not all known can be the same where some way to fill them in makes them so', () => {
    const runs = [WILDCARD_ANY_CHARACTERS, UNKNOWN_CHARACTERS, UNKNOWN_FIELD, UNKNOWN_LABEL];
    const fits = (run: string, item: string): boolean =>
      (run !== UNKNOWN_FIELD || item !== ':') && (run !== UNKNOWN_LABEL || item !== ':' && item !== '.');
    const meet = (a: string, b: string): boolean => {
      const [entry, other] = [a.charAt(0), b.charAt(0)];
      if (entry === '' && other === '') return true;
      if (runs.includes(entry)
        && (meet(a.slice(1), b) || other !== '' && (runs.includes(other) || fits(entry, other)) && meet(a, b.slice(1))))
        return true;
      if (runs.includes(other)
        && (meet(a, b.slice(1)) || entry !== '' && (runs.includes(entry) || fits(other, entry)) && meet(a.slice(1), b)))
        return true;
      if (entry === '' || other === '' || runs.includes(entry) || runs.includes(other)) return false;
      return (entry === other || entry === WILDCARD_ANY_CHARACTER || other === WILDCARD_ANY_CHARACTER) && meet(a.slice(1), b.slice(1));
    };
    const open = fc.array(fc.constantFrom('a', 'a', 'b', ':', '.', '🔑', WILDCARD_ANY_CHARACTER, ...runs), { maxLength: 7 }).map((parts) =>
      parts.join('')
    );
    fc.assert(fc.property(open, open, (element, other) => {
      assert.equal(matchPattern(`${UNKNOWN_CHARACTERS}${element}`, other) !== 'no', meet(`${UNKNOWN_CHARACTERS}${element}`, other),
        JSON.stringify([element, other]));
      assert.equal(matchPattern(`${element}${UNKNOWN_CHARACTERS}`, other) !== 'no', meet(`${element}${UNKNOWN_CHARACTERS}`, other),
        JSON.stringify([element, other]));
    }), { numRuns: 3000 });
  });

  it('policy wildcards cost no more than the length of the pattern times that of the value', () => {
    const stepsOf = (compare: (pattern: string, value: string) => unknown, pattern: string, value: string): number => {
      let steps = 0;
      const counted = { length: value.length, includes: (part: string) => value.includes(part), charCodeAt: (at: number) => {
        steps++;
        return value.charCodeAt(at);
      } };
      compare(pattern, counted as unknown as string);
      return steps;
    };
    for (const pattern of ['*a*a*a*a*a*a*b', '?*?*?*?*?*b', 'a*'.repeat(30)]) {
      const value = 'a'.repeat(500);
      assert.ok(stepsOf(matchGlob, pattern, value) <= pattern.length * value.length, pattern);
      assert.ok(stepsOf(matchPattern, encodeWildcards(pattern), value) <= pattern.length * value.length, pattern);
      assert.ok(stepsOf(matchPattern, `${UNKNOWN_FIELD}${encodeWildcards(pattern)}`, value) <= 2 * pattern.length * value.length, pattern);
    }
  });
});
