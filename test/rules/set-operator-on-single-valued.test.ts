import * as assert from 'node:assert/strict';
import { findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { CONSUMER, getKeyPolicyOutput } from '../support/fixtures';

const CODE = 'set-operator-on-single-valued';
const ALL = 'ForAllValues:StringEquals';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds ForAllValues on an encryption context in a key policy, which KMS rejects', () => {
    only({ 'key.json': keyPolicyWithCondition(ALL, 'kms:EncryptionContext:App', 'orders') }, [`key.json error ${CODE} ${jsonString(ALL)}`]);
    only({ 'key.json': keyPolicyWithCondition(ALL, 'AWS:requesttag/Team', 'a', { Action: 'kms:TagResource' }) }, [
      `key.json error ${CODE} ${jsonString(ALL)}`,
    ]);
  });

  it('takes the plain operator', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'kms:EncryptionContext:App', 'orders') }, []);
  });

  it('warns of it in identity policies and for other keys', () => {
    only({ 'app.json': identityPolicyWithCondition(ALL, 'kms:EncryptionContext:App', ['orders', 'bills']) }, [
      `app.json warning ${CODE} ${jsonString(ALL)}`,
    ]);
    only({ 'key.json': keyPolicyWithCondition('ForAllValues:StringLikeIfExists', 'kms:ViaService', 's3.*.amazonaws.com') }, [
      `key.json warning ${CODE} ${jsonString('ForAllValues:StringLikeIfExists')}`,
    ]);
  });

  it('notes ForAnyValue, which adds nothing', () => {
    only({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringEquals', 'kms:EncryptionContext:App', 'orders') }, [
      `key.json info ${CODE} ${jsonString('ForAnyValue:StringEquals')}`,
    ]);
  });

  it('leaves keys with several values, Null and keys that are not known', () => {
    only({ 'a.json': keyPolicyWithCondition(ALL, 'kms:EncryptionContextKeys', 'App'),
      'b.json': identityPolicyWithCondition('ForAllValues:Null', 'kms:ViaService', 'true'),
      'c.json': identityPolicyWithCondition(ALL, 'kms:Whatever', 'x') }, []);
  });

  it('finds it inside AWS CLI output, and although a template names the context', () => {
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition(ALL, 'kms:EncryptionContext:App', 'orders')) }, [
      `key.json error ${CODE} ${JSON.stringify(`\\"${ALL}\\"`)}`,
    ]);
    only({ 'key.json': keyPolicyWithCondition(ALL, 'kms:EncryptionContext:${name}', 'orders') }, [
      `key.json error ${CODE} ${jsonString(ALL)}`,
    ]);
  });

  it('says what a Deny does with it', () => {
    assert.match(
      findingsWithCode({ 'app.json': identityPolicyWithCondition(ALL, 'kms:CallerAccount', 'x', { Effect: 'Deny' }) }, CODE)[0]?.message
        ?? '',
      /denies those too/,
    );
  });

  it('drops the prefix, and nothing else; for ForAnyValue in "fix all" too', () => {
    const [all, any] = [{ 'key.json': keyPolicyWithCondition(ALL, 'kms:EncryptionContext:App', 'orders') }, {
      'key.json': keyPolicyWithCondition('ForAnyValue:StringEquals', 'kms:CallerAccount', CONSUMER),
    }];
    expectFixReplaces(all, CODE, 'key.json', [[ALL, 'StringEquals']]);
    expectFixReplaces(any, CODE, 'key.json', [['ForAnyValue:StringEquals', 'StringEquals']]);
    assert.deepEqual([all, any].map((files) => fixesWithCode(files, CODE)[0]?.safe), [false, true]);
    assert.equal(
      fixesWithCode({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringNotEquals', 'kms:CallerAccount', CONSUMER) }, CODE)[0]
        ?.safe,
      false,
    );
  });
});
