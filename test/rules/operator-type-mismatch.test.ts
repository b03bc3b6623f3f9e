import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, roleArn } from '../support/fixtures';

const CODE = 'operator-type-mismatch';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds StringEquals on a key that is true or false', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'kms:GrantIsForAWSResource', 'true', { Action: 'kms:CreateGrant' }) }, [
      `key.json warning ${CODE} ${jsonString('StringEquals')}`,
    ]);
  });

  it('takes Bool there, in any case, as a boolean too', () => {
    only({ 'key.json': keyPolicyWithCondition('Bool', 'KMS:grantisforawsresource', true),
      'app.json': identityPolicyWithCondition('BoolIfExists', 'aws:ViaAWSService', 'false') }, []);
  });

  it('finds the other families, in both kinds of policy, inside AWS CLI output', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', 'aws:SourceIp', '192.0.2.0/24') }, [
      `app.json warning ${CODE} ${jsonString('StringEquals')}`,
    ]);
    only({ 'app.json': identityPolicyWithCondition('NumericEquals', 'kms:KeySpec', '1') }, [
      `app.json warning ${CODE} ${jsonString('NumericEquals')}`,
    ]);
    only({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:RotationPeriodInDays', ['365', '400']) }, [
      `app.json warning ${CODE} ${jsonString('StringEquals')}`,
    ]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('ForAnyValue:Bool', 'kms:EncryptionContextKeys', 'true')) }, [
      `key.json warning ${CODE} ${JSON.stringify('\\"ForAnyValue:Bool\\"')}`,
    ]);
  });

  it('takes strings for ARNs, ARNs for strings that hold them, numbers for dates, Null for all', () => {
    only({
      'a.json': keyPolicyWithCondition('StringLike', 'aws:PrincipalArn', roleArn(CONSUMER)),
      'b.json': keyPolicyWithCondition('ArnLike', 'kms:GranteePrincipal', roleArn(CONSUMER)),
      'c.json': keyPolicyWithCondition('ArnLike', 'kms:EncryptionContext:aws:logs:arn', 'arn:aws:logs:us-west-2:111122223333:*'),
      'd.json': identityPolicyWithCondition('NumericLessThanEquals', 'kms:ValidTo', '1672531199'),
      'e.json': identityPolicyWithCondition('NumericGreaterThan', 'aws:EpochTime', '1'),
      'f.json': identityPolicyWithCondition('Null', 'kms:GrantIsForAWSResource', 'true'),
      'g.json': identityPolicyWithCondition('NumericLessThan', 'aws:PrincipalTag/Level', '3'),
      'h.json': identityPolicyWithCondition('ArnEquals', 'kms:ViaService', '${service}'),
    }, []);
  });

  it('leaves unknown keys and operators to others', () => {
    only({ 'a.json': identityPolicyWithCondition('Bool', 'kms:Whatever', 'true'),
      'b.json': identityPolicyWithCondition('StringEqual', 'kms:MultiRegion', 'true') }, []);
  });

  it('swaps the operator, and nothing else', () => {
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('StringEqualsIfExists', 'kms:GrantIsForAWSResource', 'true') }, CODE, 'key.json',
      [['StringEqualsIfExists', 'BoolIfExists']]);
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringNotEquals', 'aws:SourceIp', '192.0.2.0/24') }, CODE, 'app.json', [[
      'StringNotEquals',
      'NotIpAddress',
    ]]);
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:RotationPeriodInDays', '365') }, CODE, 'app.json', [[
      'StringEquals',
      'NumericEquals',
    ]]);
  });

  it('moves only this key out of a block of several, into the block that is there', () => {
    const before = identityPolicy({
      Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER, 'kms:MultiRegion': 'true' }, Bool: { 'aws:ViaAWSService': 'true' } },
    });
    const after = applyFix({ 'app.json': before }, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''),
      identityPolicy({
        Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER }, Bool: { 'aws:ViaAWSService': 'true', 'kms:MultiRegion': 'true' } },
      }));
    checkFindings(after, [], [CODE]);
  });

  it('has no fix where the value would not fit, or the block has the key already', () => {
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:MultiRegion', 'yes') }, CODE), []);
    assert.deepEqual(
      fixesWithCode({
        'app.json': identityPolicy({ Condition: { StringEquals: { 'kms:MultiRegion': 'true' }, Bool: { 'kms:multiregion': 'false' } } }),
      }, CODE),
      [],
    );
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicyWithCondition('StringNotEquals', 'kms:MultiRegion', 'true') }, CODE), []);
  });
});
