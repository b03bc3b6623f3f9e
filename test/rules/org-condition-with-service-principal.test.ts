import * as assert from 'node:assert/strict';
import { fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { CONSUMER, getKeyPolicyOutput, roleArn } from '../support/fixtures';

const CODE = 'org-condition-with-service-principal';
const ORG = 'aws:PrincipalOrgID';
const SNS = { Principal: { Service: 'sns.amazonaws.com' } };
const MIXED = { Principal: { Service: 'sns.amazonaws.com', AWS: roleArn(CONSUMER) } };
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds aws:PrincipalOrgID in a statement for a service', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', ORG, 'o-a1b2c3d4e5', SNS) }, [`key.json error ${CODE} ${jsonString(ORG)}`]);
  });

  it('takes aws:SourceOrgID there, and the organization of users, roles and everyone', () => {
    only({ 'a.json': keyPolicyWithCondition('StringEquals', 'aws:SourceOrgID', 'o-a1b2c3d4e5', SNS),
      'b.json': keyPolicyWithCondition('StringEquals', ORG, 'o-a1b2c3d4e5'),
      'c.json': keyPolicyWithCondition('StringEquals', ORG, 'o-a1b2c3d4e5', { Principal: '*' }) }, []);
  });

  it('finds paths and tags, beside other principals, in other case, with placeholders, inside AWS CLI output', () => {
    only({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringLike', 'AWS:principalorgpaths', ['${paths}'], MIXED) }, [
      `key.json error ${CODE} ${jsonString('AWS:principalorgpaths')}`,
    ]);
    only({
      'key.json': getKeyPolicyOutput(
        keyPolicyWithCondition('StringEquals', 'aws:PrincipalTag/Team', 'a', {
          Principal: { Service: ['sns.amazonaws.com', 's3.amazonaws.com'] },
        }),
      ),
    }, [`key.json error ${CODE} ${JSON.stringify('\\"aws:PrincipalTag/Team\\"')}`]);
  });

  it('leaves Deny, conditions that hold without the key, and identity policies', () => {
    only({
      'a.json': keyPolicyWithCondition('StringEquals', ORG, 'o-a1b2c3d4e5', { ...SNS, Effect: 'Deny' }),
      'b.json': keyPolicyWithCondition('StringEqualsIfExists', ORG, 'o-a1b2c3d4e5', SNS),
      'c.json': keyPolicyWithCondition('Null', ORG, 'true', SNS),
      'd.json': identityPolicyWithCondition('StringEquals', ORG, 'o-a1b2c3d4e5'),
    }, []);
  });

  it('requires the organization of the source, and changes nothing else', () => {
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('StringEquals', ORG, 'o-a1b2c3d4e5', SNS) }, CODE, 'key.json', [[ORG,
      'aws:SourceOrgID']]);
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/*', SNS) },
      CODE, 'key.json', [['aws:PrincipalOrgPaths', 'aws:SourceOrgPaths']]);
  });

  it('has no fix for tags, nor where users and roles are meant too', () => {
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:PrincipalTag/Team', 'a', SNS) }, CODE), []);
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicyWithCondition('StringEquals', ORG, 'o-a1b2c3d4e5', MIXED) }, CODE), []);
  });
});
