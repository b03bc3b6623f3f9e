import * as assert from 'node:assert/strict';
import { fixesOf, onlyOf } from '../support/check';
import { fixChanges, iamWith, keyWith, quoted } from '../support/conditions';
import { CONSUMER, getKeyPolicyOutput, roleOf } from './samples';

const CODE = 'org-condition-with-service-principal';
const ORG = 'aws:PrincipalOrgID';
const SNS = { Principal: { Service: 'sns.amazonaws.com' } };
const MIXED = { Principal: { Service: 'sns.amazonaws.com', AWS: roleOf(CONSUMER) } };
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds aws:PrincipalOrgID in a statement for a service', () => {
    only({ 'key.json': keyWith('StringEquals', ORG, 'o-a1b2c3d4e5', SNS) }, [`key.json error ${CODE} ${quoted(ORG)}`]);
  });

  it('takes aws:SourceOrgID there, and the organization of users, roles and everyone', () => {
    only({ 'a.json': keyWith('StringEquals', 'aws:SourceOrgID', 'o-a1b2c3d4e5', SNS), 'b.json': keyWith('StringEquals', ORG, 'o-a1b2c3d4e5'), 'c.json': keyWith('StringEquals', ORG, 'o-a1b2c3d4e5', { Principal: '*' }) }, []);
  });

  it('finds paths and tags, beside other principals, in other case, with placeholders, inside AWS CLI output', () => {
    only({ 'key.json': keyWith('ForAnyValue:StringLike', 'AWS:principalorgpaths', ['${paths}'], MIXED) }, [`key.json error ${CODE} ${quoted('AWS:principalorgpaths')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('StringEquals', 'aws:PrincipalTag/Team', 'a', { Principal: { Service: ['sns.amazonaws.com', 's3.amazonaws.com'] } })) }, [`key.json error ${CODE} ${JSON.stringify('\\"aws:PrincipalTag/Team\\"')}`]);
  });

  it('leaves Deny, conditions that hold without the key, and identity policies', () => {
    only({
      'a.json': keyWith('StringEquals', ORG, 'o-a1b2c3d4e5', { ...SNS, Effect: 'Deny' }), 'b.json': keyWith('StringEqualsIfExists', ORG, 'o-a1b2c3d4e5', SNS),
      'c.json': keyWith('Null', ORG, 'true', SNS), 'd.json': iamWith('StringEquals', ORG, 'o-a1b2c3d4e5'),
    }, []);
  });

  it('asks for the organization of the source, and changes nothing else', () => {
    fixChanges({ 'key.json': keyWith('StringEquals', ORG, 'o-a1b2c3d4e5', SNS) }, CODE, 'key.json', [[ORG, 'aws:SourceOrgID']]);
    fixChanges({ 'key.json': keyWith('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/*', SNS) }, CODE, 'key.json', [['aws:PrincipalOrgPaths', 'aws:SourceOrgPaths']]);
  });

  it('has no fix for tags, nor where users and roles are meant too', () => {
    assert.deepEqual(fixesOf({ 'key.json': keyWith('StringEquals', 'aws:PrincipalTag/Team', 'a', SNS) }, CODE), []);
    assert.deepEqual(fixesOf({ 'key.json': keyWith('StringEquals', ORG, 'o-a1b2c3d4e5', MIXED) }, CODE), []);
  });
});
