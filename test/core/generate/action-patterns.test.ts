import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ACTIONS, ALL_ACTIONS, expandAction, NO_ACTIONS } from '../../../server/src/core/aws/actions';
import { joinWithAnd, actionPatternsFor } from '../../../server/src/core/generate/action-patterns';

const setOf = (words: readonly string[]) => words.reduce((set, word) => set | expandAction(word), NO_ACTIONS);
const patterns = ['kms:*', '*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Re*', 'kms:Describe*', 'kms:En*', 'KMS:DECRYPT',
  'kms:Encrypt', 'kms:Decript', 's3:*', 'kms:GenerateDataKey'];

describe('words for a set of actions', () => {
  it('keeps the patterns of the other half where they give exactly the same', () => {
    const written = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
    assert.deepEqual(actionPatternsFor(setOf(written), written), written);
  });

  it('spells a pattern out that covers more', () => {
    assert.deepEqual(actionPatternsFor(setOf(['kms:DescribeKey']), ['kms:Describe*']), ['kms:DescribeKey']);
  });

  it('writes names as AWS does', () => {
    assert.deepEqual(actionPatternsFor(setOf(['kms:Decrypt']), ['KMS:DECRYPT']), ['kms:Decrypt']);
    assert.deepEqual(actionPatternsFor(setOf(['kms:ReEncrypt*']), ['KMS:ReEncrypt*']), ['kms:ReEncrypt*']);
  });

  it('has the two families for what is left of a wider pattern', () => {
    assert.deepEqual(actionPatternsFor(setOf(['kms:ReEncrypt*', 'kms:Sign']), ['kms:*']), ['kms:ReEncrypt*', 'kms:Sign']);
  });

  it('says nothing twice', () => {
    assert.deepEqual(actionPatternsFor(setOf(['kms:ReEncrypt*']), ['kms:ReEncryptFrom', 'kms:ReEncrypt*', 'kms:reencrypt*']), [
      'kms:ReEncrypt*',
    ]);
  });

  it('gives exactly the set, whatever the other half wrote', () => {
    const sets = fc.bigInt({ min: 0n, max: ALL_ACTIONS });
    fc.assert(fc.property(sets, fc.array(fc.constantFrom(...patterns, ...ACTIONS.map((action) => action.name))), (set, written) => {
      const words = actionPatternsFor(set, written);
      assert.equal(setOf(words), set);
      words.forEach((word, i) => assert.notEqual(setOf(words.filter((_, j) => j !== i)), set, `${word} is redundant`));
    }));
  });

  it('joins words for a sentence', () => {
    assert.deepEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(joinWithAnd), ['', 'a', 'a and b', 'a, b and c']);
  });
});
