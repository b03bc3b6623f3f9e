import * as assert from 'node:assert/strict';
import { fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { getKeyPolicyOutput, keyPolicy } from '../support/fixtures';

const CODE = 'resource-aliases-in-key-policy';
const KEY = 'kms:ResourceAliases';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds kms:ResourceAliases in a key policy', () => {
    only({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringEquals', KEY, 'alias/app') }, [
      `key.json warning ${CODE} ${jsonString(KEY)}`,
    ]);
  });

  it('takes it in an IAM policy, and kms:RequestAlias in a key policy', () => {
    only({ 'app.json': identityPolicyWithCondition('ForAnyValue:StringEquals', KEY, 'alias/app'),
      'key.json': keyPolicyWithCondition('StringEquals', 'kms:RequestAlias', 'alias/app') }, []);
  });

  it('finds it in Deny, under Null, in other case, with placeholders, inside AWS CLI output', () => {
    only({
      'key.json': keyPolicyWithCondition('ForAllValues:StringNotLike', 'KMS:resourcealiases', ['alias/a', '${alias}'], { Effect: 'Deny' }),
    }, [`key.json warning ${CODE} ${jsonString('KMS:resourcealiases')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('Null', KEY, 'false')) }, [
      `key.json warning ${CODE} ${JSON.stringify(`\\"${KEY}\\"`)}`,
    ]);
  });

  it('requires kms:RequestAlias in its place, without the set operator, and changes nothing else', () => {
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringEquals', KEY, 'alias/app') }, CODE, 'key.json', [[
      'ForAnyValue:StringEquals',
      'StringEquals',
    ], [KEY, 'kms:RequestAlias']]);
    assert.equal(fixesWithCode({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringEquals', KEY, 'alias/app') }, CODE)[0]?.safe, false);
  });

  it('has no fix for Null, nor where the other key is there already', () => {
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicyWithCondition('Null', KEY, 'false') }, CODE), []);
    assert.deepEqual(
      fixesWithCode({
        'key.json': keyPolicy({
          Condition: { 'ForAnyValue:StringEquals': { [KEY]: 'alias/a' }, StringEquals: { 'kms:RequestAlias': 'alias/b' } },
        }),
      }, CODE),
      [],
    );
  });
});
