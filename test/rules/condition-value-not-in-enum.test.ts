import * as assert from 'node:assert/strict';
import { fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { getKeyPolicyOutput, keyPolicy, manifest } from '../support/fixtures';

const CODE = 'condition-value-not-in-enum';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds a value that the key never has', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:KeySpec', 'SYMETRIC_DEFAULT') }, [
      `app.json error ${CODE} ${jsonString('SYMETRIC_DEFAULT')}`,
    ]);
  });

  it('finds types of principals that there are not (IAM User Guide, reference_policies_variables, principal key values)', () => {
    for (const value of ['Role', 'IAMUser', 'assumedrole', 'Anonymous'])
      only({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalType', value) }, [
        `key.json error ${CODE} ${jsonString(value)}`,
      ]);
    only({ 'app.json': identityPolicyWithCondition('StringLike', 'AWS:principaltype', 'Federated') }, [
      `app.json warning ${CODE} ${jsonString('Federated')}`,
    ]);
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalType', 'assumedrole') }, CODE, 'key.json', [[
      'assumedrole',
      'AssumedRole',
    ]]);
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalType', ['Account', 'User', 'AssumedRole', 'FederatedUser']),
      'app.json': identityPolicyWithCondition('StringLike', 'aws:PrincipalType', '*User') }, []);
  });

  it('takes the values of the list, and patterns of them', () => {
    only({
      'a.json': identityPolicyWithCondition('StringEquals', 'kms:KeySpec', ['SYMMETRIC_DEFAULT', 'ML_DSA_44']),
      'b.json': identityPolicyWithCondition('StringLike', 'kms:SigningAlgorithm', 'RSASSA_PSS*'),
      'c.json': identityPolicyWithCondition('StringEqualsIgnoreCase', 'kms:KeyUsage', 'sign_verify'),
      'd.json': identityPolicyWithCondition('StringEquals', 'kms:CustomerMasterKeySpec', 'ML_DSA_44'),
    }, []);
  });

  it('finds wrong capitals, negated operators, one of a list, in key policies, inside AWS CLI output', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'kms:MessageType', ['RAW', 'digest'], { Action: 'kms:Sign' }) }, [
      `key.json error ${CODE} ${jsonString('digest')}`,
    ]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringNotEquals', 'kms:KeyOrigin', 'AWS')) }, [
      `key.json error ${CODE} ${JSON.stringify('\\"AWS\\"')}`,
    ]);
  });

  it('warns of patterns that match none of the values', () => {
    only({ 'app.json': identityPolicyWithCondition('StringLike', 'kms:KeySpec', 'DSA_*') }, [
      `app.json warning ${CODE} ${jsonString('DSA_*')}`,
    ]);
  });

  it('finds what the operator cannot compare (IAM User Guide, Access Analyzer policy check reference: type mismatches)', () => {
    const wrong = [
      ['Bool', 'aws:SecureTransport', 'flase'], ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'yes'], ['Null', 'kms:ViaService', 'maybe'],
      ['Null', 'aws:PrincipalTag/team', '*'],
      ['IpAddress', 'aws:SourceIp', '203.0.113'], ['NotIpAddress', 'aws:SourceIp', '203.0.113.0/33'],
      ['DateLessThan', 'aws:CurrentTime', 'tomorrow'], ['NumericLessThan', 'aws:MultiFactorAuthAge', '1h'],
    ] as const;
    for (const [operator, key, value] of wrong)
      only({ 'app.json': identityPolicyWithCondition(operator, key, value) }, [`app.json error ${CODE} ${jsonString(value)}`]);
    only({ 'app.json': identityPolicyWithCondition('Bool', 'aws:SecureTransport', 1) }, [`app.json error ${CODE} "1"`]);
    const right = [
      ['Bool', 'aws:SecureTransport', true], ['Bool', 'aws:SecureTransport', 'False'], ['Bool', 'aws:SecureTransport', '${secure}'],
      ['Null', 'kms:ViaService', ['true', false]],
      ['IpAddress', 'aws:SourceIp', ['203.0.113.0/24', '2001:db8::/32', '0.0.0.0/0', '${office}']],
      ['DateLessThan', 'aws:CurrentTime', '2030-01-01T00:00:00Z'],
      ['DateGreaterThan', 'aws:EpochTime', 1893456000],
      ['NumericLessThan', 'kms:ValidTo', '1893456000.0', { Action: 'kms:ImportKeyMaterial' }],
      ['NumericLessThan', 'aws:MultiFactorAuthAge', 3600],
    ] as const;
    for (const [operator, key, value, more] of right) only({ 'app.json': identityPolicyWithCondition(operator, key, value, more) }, []);
    // That the operator does not fit is said already.
    only({ 'app.json': identityPolicyWithCondition('Bool', 'kms:ViaService', 's3.us-west-2.amazonaws.com') }, []);
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('Bool', 'aws:SecureTransport', 'fals') }, CODE, 'app.json', [['fals',
      'false']]);
  });

  it('leaves placeholders, variables, Null, free values, and wildcards under StringEquals', () => {
    only({
      'a.json': identityPolicyWithCondition('StringEquals', 'kms:KeySpec', ['${spec}', '${aws:PrincipalTag/spec}', 'RSA_*']),
      'b.json': identityPolicyWithCondition('Null', 'kms:KeySpec', 'true'),
      'c.json': identityPolicyWithCondition('StringEquals', 'kms:ReplicaRegion', 'eu-west-1', { Action: 'kms:ReplicateKey' }),
    }, []);
  });

  it('judges what a declared placeholder says', () => {
    const files = { 'kms-handshake.json': manifest({ placeholders: [{ files: ['app.json'], values: { spec: 'RSA_2049' } }] }),
      'key.json': keyPolicy(), 'app.json': identityPolicyWithCondition('StringEquals', 'kms:KeySpec', '${spec}') };
    only(files, [`app.json error ${CODE} ${jsonString('${spec}')}`]);
    assert.deepEqual(fixesWithCode(files, CODE), []);
  });

  it('writes the nearest value, and nothing else', () => {
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:KeySpec', 'SYMETRIC_DEFAULT') }, CODE, 'app.json', [[
      'SYMETRIC_DEFAULT',
      'SYMMETRIC_DEFAULT',
    ]]);
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('StringEquals', 'kms:MessageType', ['RAW', 'digest']) }, CODE, 'key.json', [[
      'digest',
      'DIGEST',
    ]]);
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:KeySpec', 'AES_256_GCM_SIV') }, CODE),
      []);
  });
});
