import * as assert from 'node:assert/strict';
import { findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition,
  jsonString } from '../support/policies-with-condition';
import { getRolePolicyOutput, identityPolicy, policyDocument } from '../support/fixtures';

const CODE = 'unknown-operator';
const VIA = ['kms:ViaService', 's3.us-west-2.amazonaws.com'] as const;
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds an operator that AWS does not have', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEqual', ...VIA) }, [`app.json error ${CODE} ${jsonString('StringEqual')}`]);
  });

  it('takes all operators, with set prefix and IfExists', () => {
    only(
      Object.fromEntries(
        ['StringEquals', 'StringNotLikeIfExists', 'ForAllValues:StringLike', 'ForAnyValue:ArnLikeIfExists', 'Null', 'BoolIfExists',
          'BinaryEquals', 'NotIpAddress', 'DateLessThanEquals']
          .map((operator, i) => [`${i}.json`, identityPolicyWithCondition(operator, ...VIA)]),
      ),
      [],
    );
  });

  it('finds other capitals, a wrong prefix, Null with IfExists, in a key policy, inside AWS CLI output', () => {
    for (const operator of ['stringEquals', 'ForAllValue:StringEquals', 'NullIfExists', 'Equals'])
      only({ 'key.json': keyPolicyWithCondition(operator, ...VIA) }, [`key.json error ${CODE} ${jsonString(operator)}`]);
    only({ 'role.json': getRolePolicyOutput(identityPolicyWithCondition('StringEqual', ...VIA)) }, [
      `role.json error ${CODE} ${jsonString('StringEqual')}`,
    ]);
  });

  it('says it once for a block of several keys', () => {
    only({ 'app.json': identityPolicy({ Condition: { StringEqual: { 'kms:ViaService': 'a', 'kms:CallerAccount': 'b' } } }) }, [
      `app.json error ${CODE} ${jsonString('StringEqual')}`,
    ]);
  });

  it('recognizes a key in place of the operator', () => {
    const files = { 'app.json': identityPolicy({ Condition: { 'kms:GrantIsForAWSResource': 'true' } }) };
    only(files, [`app.json error ${CODE} ${jsonString('kms:GrantIsForAWSResource')}`]);
    assert.match(findingsWithCode(files, CODE)[0]?.message ?? '', /"Bool": \{"kms:GrantIsForAWSResource"/);
    assert.deepEqual(fixesWithCode(files, CODE), []);
  });

  it('leaves operators that a template fills in, the skeleton of a statement, and policies that are not about KMS', () => {
    only({
      'a.json': identityPolicyWithCondition('${operator}', ...VIA),
      'if.json': identityPolicy({
        Condition: { 'Fn::If': ['OnlyS3', { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }, { Ref: 'AWS::NoValue' }] },
      }),
      'b.json': policyDocument({ Effect: 'effect', Action: 'action', Resource: 'resource',
        ...conditionMember('condition operator', 'condition context key', 'x') }),
      'c.json': policyDocument({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*',
        ...conditionMember('StringEqual', 'aws:PrincipalOrgID', 'o') }),
    }, []);
  });

  it('writes the nearest operator, and nothing else', () => {
    const pairs = [['StringEqual', 'StringEquals'], ['stringequals', 'StringEquals'], ['ForAllValue:StringEquals',
      'ForAllValues:StringEquals'], ['StringLikeIfExist', 'StringLikeIfExists'], ['NullIfExists', 'Null']] as const;
    for (const [from, to] of pairs)
      expectFixReplaces({ 'app.json': identityPolicyWithCondition(from, ...VIA) }, CODE, 'app.json', [[from, to]]);
  });

  it('is part of "fix all" for capitals only', () => {
    assert.equal(fixesWithCode({ 'app.json': identityPolicyWithCondition('stringEquals', ...VIA) }, CODE)[0]?.safe, true);
    assert.equal(fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEqual', ...VIA) }, CODE)[0]?.safe, false);
  });

  it('has no fix where the operator is there already', () => {
    assert.deepEqual(
      fixesWithCode({
        'app.json': identityPolicy({ Condition: { StringEqual: { 'kms:ViaService': 'a' }, StringEquals: { 'kms:CallerAccount': 'b' } } }),
      }, CODE),
      [],
    );
  });
});
