import * as assert from 'node:assert/strict';
import { findingsWith, fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { getKeyPolicyOutput } from './samples';

const CODE = 'set-operator-on-single-valued';
const ALL = 'ForAllValues:StringEquals';
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds ForAllValues on an encryption context in a key policy, which KMS rejects', () => {
    only({ 'key.json': keyWith(ALL, 'kms:EncryptionContext:App', 'orders') }, [`key.json error ${CODE} ${quoted(ALL)}`]);
    only({ 'key.json': keyWith(ALL, 'AWS:requesttag/Team', 'a', { Action: 'kms:TagResource' }) }, [`key.json error ${CODE} ${quoted(ALL)}`]);
  });

  it('takes the plain operator', () => {
    only({ 'key.json': keyWith('StringEquals', 'kms:EncryptionContext:App', 'orders') }, []);
  });

  it('warns of it in identity policies and for other keys', () => {
    only({ 'app.json': iamWith(ALL, 'kms:EncryptionContext:App', ['orders', 'bills']) }, [`app.json warning ${CODE} ${quoted(ALL)}`]);
    only({ 'key.json': keyWith('ForAllValues:StringLikeIfExists', 'kms:ViaService', 's3.*.amazonaws.com') }, [`key.json warning ${CODE} ${quoted('ForAllValues:StringLikeIfExists')}`]);
  });

  it('notes ForAnyValue, which adds nothing', () => {
    only({ 'key.json': keyWith('ForAnyValue:StringEquals', 'kms:EncryptionContext:App', 'orders') }, [`key.json info ${CODE} ${quoted('ForAnyValue:StringEquals')}`]);
  });

  it('leaves keys with several values, Null and keys that are not known', () => {
    only({ 'a.json': keyWith(ALL, 'kms:EncryptionContextKeys', 'App'), 'b.json': iamWith('ForAllValues:Null', 'kms:ViaService', 'true'), 'c.json': iamWith(ALL, 'kms:Whatever', 'x') }, []);
  });

  it('finds it inside AWS CLI output, and although a template names the context', () => {
    only({ 'key.json': getKeyPolicyOutput(keyWith(ALL, 'kms:EncryptionContext:App', 'orders')) }, [`key.json error ${CODE} ${JSON.stringify(`\\"${ALL}\\"`)}`]);
    only({ 'key.json': keyWith(ALL, 'kms:EncryptionContext:${name}', 'orders') }, [`key.json error ${CODE} ${quoted(ALL)}`]);
  });

  it('says what a Deny does with it', () => {
    assert.match(findingsWith({ 'app.json': iamWith(ALL, 'kms:CallerAccount', 'x', { Effect: 'Deny' }) }, CODE)[0]?.message ?? '', /denies those too/);
  });

  it('drops the prefix, and nothing else; for ForAnyValue in "fix all" too', () => {
    const [all, any] = [{ 'key.json': keyWith(ALL, 'kms:EncryptionContext:App', 'orders') }, { 'key.json': keyWith('ForAnyValue:StringEquals', 'kms:CallerAccount', '444455556666') }];
    fixChanges(all, CODE, 'key.json', [[ALL, 'StringEquals']]);
    fixChanges(any, CODE, 'key.json', [['ForAnyValue:StringEquals', 'StringEquals']]);
    assert.deepEqual([all, any].map((files) => fixesOf(files, CODE)[0]?.safe), [false, true]);
    assert.equal(fixesOf({ 'key.json': keyWith('ForAnyValue:StringNotEquals', 'kms:CallerAccount', '444455556666') }, CODE)[0]?.safe, false);
  });
});
