import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { encodeWildcards } from '../../../server/src/core/access/encode';
import { matchGlob, matchPattern, UNKNOWN_FIELD, UNKNOWN_RUN } from '../../../server/src/core/access/glob';

const pattern = fc.array(fc.constantFrom('a', 'b', ':', '*', '?', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
const text = fc.array(fc.constantFrom('a', 'b', ':', '.'), { maxLength: 10 }).map((parts) => parts.join(''));

function asRegExp(glob: string): RegExp {
  return new RegExp(`^${Array.from(glob, (one) => (one === '*' ? '.*' : one === '?' ? '.' : one.replace(/[.]/, '\\.'))).join('')}$`);
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
    const key = `arn:aws:kms:${UNKNOWN_FIELD}:111122223333:key/${UNKNOWN_RUN}`;
    assert.equal(matchPattern(encodeWildcards('arn:aws:kms:*:111122223333:key/*'), key), 'yes');
    assert.equal(matchPattern(encodeWildcards('arn:aws:kms:us-?ast-1:111122223333:key/*'), key), 'unknown');
    assert.equal(matchPattern(encodeWildcards('arn:aws:kms:us-east-1:444455556666:key/*'), key), 'no');
  });
});
