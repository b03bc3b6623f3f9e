import * as assert from 'node:assert/strict';
import { check, findingsWith, fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { getKeyPolicyOutput } from './samples';

const CODE = 'grant-operations-prefix';
const KEY = 'kms:GrantOperations';
const ALL = 'ForAllValues:StringEquals';
const GRANT = { Action: 'kms:CreateGrant' };
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds kms: before an operation', () => {
    only({ 'key.json': keyWith(ALL, KEY, 'kms:Decrypt', GRANT) }, [`key.json error ${CODE} ${quoted('kms:Decrypt')}`]);
  });

  it('takes the operations of the API, and patterns of them', () => {
    only({ 'key.json': keyWith(ALL, KEY, ['Decrypt', 'GenerateDataKeyWithoutPlaintext', 'RetireGrant'], GRANT), 'app.json': iamWith('ForAnyValue:StringLike', KEY, ['GenerateDataKey*', 'ReEncrypt*'], GRANT) }, []);
  });

  it('finds unknown operations, wrong capitals, one of a list, in identity policies, inside AWS CLI output', () => {
    only({ 'app.json': iamWith(ALL, 'KMS:grantoperations', ['Decrypt', 'encrypt', 'ListGrants'], GRANT) }, [`app.json error ${CODE} ${quoted('encrypt')}`, `app.json error ${CODE} ${quoted('ListGrants')}`]);
    only({ 'app.json': iamWith('ForAllValues:StringEqualsIgnoreCase', KEY, 'encrypt', GRANT) }, []);
    only({ 'key.json': getKeyPolicyOutput(keyWith(ALL, KEY, 'kms:Decrypt', GRANT)) }, [`key.json error ${CODE} ${JSON.stringify('\\"kms:Decrypt\\"')}`]);
  });

  it('warns under negated operators', () => {
    only({ 'key.json': keyWith('ForAnyValue:StringNotEquals', KEY, 'kms:Decrypt', GRANT) }, [`key.json warning ${CODE} ${quoted('kms:Decrypt')}`]);
  });

  it('leaves placeholders, and a wildcard under StringEquals to wildcard-without-like', () => {
    check({ 'key.json': keyWith(ALL, KEY, ['${operation}', 'Generate*'], GRANT) }, ['key.json warning wildcard-without-like "*"'], [CODE, 'wildcard-without-like', 'condition-value-not-in-enum']);
  });

  it('is not said a second time as a value out of the list', () => {
    check({ 'key.json': keyWith(ALL, KEY, 'ListGrants', GRANT) }, [`key.json error ${CODE} ${quoted('ListGrants')}`], [CODE, 'condition-value-not-in-enum']);
  });

  it('strips the prefix or writes the nearest operation, and nothing else', () => {
    for (const [from, to] of [['kms:Decrypt', 'Decrypt'], ['kms:Decript', 'Decrypt'], ['decrypt', 'Decrypt'], ['Encript', 'Encrypt']] as const) {
      fixChanges({ 'key.json': keyWith(ALL, KEY, [from], GRANT) }, CODE, 'key.json', [[from, to]]);
    }
    fixChanges({ 'key.json': keyWith('ForAnyValue:StringLike', KEY, 'kms:Generate*', GRANT) }, CODE, 'key.json', [['kms:Generate', 'Generate']]);
  });

  it('names the operations that a word stands for', () => {
    const files = { 'key.json': keyWith(ALL, KEY, 'ReEncrypt', GRANT) };
    assert.match(findingsWith(files, CODE)[0]?.message ?? '', /ReEncryptFrom and ReEncryptTo/);
    assert.deepEqual(fixesOf(files, CODE), []);
  });
});
