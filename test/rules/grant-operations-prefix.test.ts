import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { getKeyPolicyOutput } from '../support/fixtures';

const CODE = 'grant-operations-prefix';
const KEY = 'kms:GrantOperations';
const ALL = 'ForAllValues:StringEquals';
const GRANT = { Action: 'kms:CreateGrant' };
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds kms: before an operation', () => {
    only({ 'key.json': keyPolicyWithCondition(ALL, KEY, 'kms:Decrypt', GRANT) }, [`key.json error ${CODE} ${jsonString('kms:Decrypt')}`]);
  });

  it('takes the operations of the API, and patterns of them', () => {
    only({ 'key.json': keyPolicyWithCondition(ALL, KEY, ['Decrypt', 'GenerateDataKeyWithoutPlaintext', 'RetireGrant'], GRANT),
      'app.json': identityPolicyWithCondition('ForAnyValue:StringLike', KEY, ['GenerateDataKey*', 'ReEncrypt*'], GRANT) }, []);
  });

  it('finds unknown operations, wrong capitals, one of a list, in identity policies, inside AWS CLI output', () => {
    only({ 'app.json': identityPolicyWithCondition(ALL, 'KMS:grantoperations', ['Decrypt', 'encrypt', 'ListGrants'], GRANT) }, [
      `app.json error ${CODE} ${jsonString('encrypt')}`,
      `app.json error ${CODE} ${jsonString('ListGrants')}`,
    ]);
    only({ 'app.json': identityPolicyWithCondition('ForAllValues:StringEqualsIgnoreCase', KEY, 'encrypt', GRANT) }, []);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition(ALL, KEY, 'kms:Decrypt', GRANT)) }, [
      `key.json error ${CODE} ${JSON.stringify('\\"kms:Decrypt\\"')}`,
    ]);
  });

  it('warns under negated operators', () => {
    only({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringNotEquals', KEY, 'kms:Decrypt', GRANT) }, [
      `key.json warning ${CODE} ${jsonString('kms:Decrypt')}`,
    ]);
  });

  it('leaves placeholders, and a wildcard under StringEquals to wildcard-without-like', () => {
    checkFindings({ 'key.json': keyPolicyWithCondition(ALL, KEY, ['${operation}', 'Generate*'], GRANT) }, [
      'key.json warning wildcard-without-like "*"',
    ], [CODE, 'wildcard-without-like', 'condition-value-not-in-enum']);
  });

  it('is not reported again as a value that is not in the list', () => {
    checkFindings({ 'key.json': keyPolicyWithCondition(ALL, KEY, 'ListGrants', GRANT) }, [
      `key.json error ${CODE} ${jsonString('ListGrants')}`,
    ], [CODE, 'condition-value-not-in-enum']);
  });

  it('strips the prefix or writes the nearest operation, and nothing else', () => {
    for (const [from, to] of [['kms:Decrypt', 'Decrypt'], ['kms:Decript', 'Decrypt'], ['decrypt', 'Decrypt'], ['Encript',
      'Encrypt']] as const) {
      expectFixReplaces({ 'key.json': keyPolicyWithCondition(ALL, KEY, [from], GRANT) }, CODE, 'key.json', [[from, to]]);
    }
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringLike', KEY, 'kms:Generate*', GRANT) }, CODE, 'key.json', [[
      'kms:Generate',
      'Generate',
    ]]);
  });

  it('names the operations that a word stands for', () => {
    const files = { 'key.json': keyPolicyWithCondition(ALL, KEY, 'ReEncrypt', GRANT) };
    assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', /ReEncryptFrom and ReEncryptTo/);
    assert.deepEqual(fixesWithCode(files, CODE), []);
  });
});
