import * as assert from 'node:assert/strict';
import { applyFix, check, fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { getKeyPolicyOutput, identityPolicy, roleOf, CONSUMER } from './samples';

const CODE = 'operator-type-mismatch';
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds StringEquals on a key that is true or false', () => {
    only({ 'key.json': keyWith('StringEquals', 'kms:GrantIsForAWSResource', 'true', { Action: 'kms:CreateGrant' }) }, [`key.json warning ${CODE} ${quoted('StringEquals')}`]);
  });

  it('takes Bool there, in any case, as a boolean too', () => {
    only({ 'key.json': keyWith('Bool', 'KMS:grantisforawsresource', true), 'app.json': iamWith('BoolIfExists', 'aws:ViaAWSService', 'false') }, []);
  });

  it('finds the other families, in both kinds of policy, inside AWS CLI output', () => {
    only({ 'app.json': iamWith('StringEquals', 'aws:SourceIp', '192.0.2.0/24') }, [`app.json warning ${CODE} ${quoted('StringEquals')}`]);
    only({ 'app.json': iamWith('NumericEquals', 'kms:KeySpec', '1') }, [`app.json warning ${CODE} ${quoted('NumericEquals')}`]);
    only({ 'app.json': iamWith('StringEquals', 'kms:RotationPeriodInDays', ['365', '400']) }, [`app.json warning ${CODE} ${quoted('StringEquals')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('ForAnyValue:Bool', 'kms:EncryptionContextKeys', 'true')) }, [`key.json warning ${CODE} ${JSON.stringify('\\"ForAnyValue:Bool\\"')}`]);
  });

  it('takes strings for ARNs, ARNs for strings that hold them, numbers for dates, Null for all', () => {
    only({
      'a.json': keyWith('StringLike', 'aws:PrincipalArn', roleOf(CONSUMER)), 'b.json': keyWith('ArnLike', 'kms:GranteePrincipal', roleOf(CONSUMER)),
      'c.json': keyWith('ArnLike', 'kms:EncryptionContext:aws:logs:arn', 'arn:aws:logs:us-west-2:111122223333:*'),
      'd.json': iamWith('NumericLessThanEquals', 'kms:ValidTo', '1672531199'), 'e.json': iamWith('NumericGreaterThan', 'aws:EpochTime', '1'),
      'f.json': iamWith('Null', 'kms:GrantIsForAWSResource', 'true'), 'g.json': iamWith('NumericLessThan', 'aws:PrincipalTag/Level', '3'),
      'h.json': iamWith('ArnEquals', 'kms:ViaService', '${service}'),
    }, []);
  });

  it('leaves unknown keys and operators to others', () => {
    only({ 'a.json': iamWith('Bool', 'kms:Whatever', 'true'), 'b.json': iamWith('StringEqual', 'kms:MultiRegion', 'true') }, []);
  });

  it('swaps the operator, and nothing else', () => {
    fixChanges({ 'key.json': keyWith('StringEqualsIfExists', 'kms:GrantIsForAWSResource', 'true') }, CODE, 'key.json', [['StringEqualsIfExists', 'BoolIfExists']]);
    fixChanges({ 'app.json': iamWith('StringNotEquals', 'aws:SourceIp', '192.0.2.0/24') }, CODE, 'app.json', [['StringNotEquals', 'NotIpAddress']]);
    fixChanges({ 'app.json': iamWith('StringEquals', 'kms:RotationPeriodInDays', '365') }, CODE, 'app.json', [['StringEquals', 'NumericEquals']]);
  });

  it('moves only this key out of a block of several, into the block that is there', () => {
    const before = identityPolicy({ Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER, 'kms:MultiRegion': 'true' }, Bool: { 'aws:ViaAWSService': 'true' } } });
    const after = applyFix({ 'app.json': before }, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER }, Bool: { 'aws:ViaAWSService': 'true', 'kms:MultiRegion': 'true' } } }));
    check(after, [], [CODE]);
  });

  it('has no fix where the value would not fit, or the block has the key already', () => {
    assert.deepEqual(fixesOf({ 'app.json': iamWith('StringEquals', 'kms:MultiRegion', 'yes') }, CODE), []);
    assert.deepEqual(fixesOf({ 'app.json': identityPolicy({ Condition: { StringEquals: { 'kms:MultiRegion': 'true' }, Bool: { 'kms:multiregion': 'false' } } }) }, CODE), []);
    assert.deepEqual(fixesOf({ 'app.json': iamWith('StringNotEquals', 'kms:MultiRegion', 'true') }, CODE), []);
  });
});
