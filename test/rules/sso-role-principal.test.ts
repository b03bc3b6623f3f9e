import * as assert from 'node:assert/strict';
import { applyFix, check, fixesOf } from '../support/check';
import { CONSUMER, document, getKeyPolicyOutput, keyPolicy, OWNER_STATEMENT, roleOf, rootOf } from './samples';

const CODE = 'sso-role-principal';
const ONLY = [CODE];
const NAME = 'aws-reserved/sso.amazonaws.com/eu-west-2/AWSReservedSSO_Database_Admin_1234567890abcdef';
const SSO = roleOf(CONSUMER, NAME);
const PATTERN = SSO.replace('1234567890abcdef', '*');
const byCondition = { Principal: { AWS: rootOf(CONSUMER) }, Condition: { ArnLike: { 'aws:PrincipalArn': PATTERN } } };

describe(CODE, () => {
  it('finds a role of IAM Identity Center', () => {
    check({ 'key.json': keyPolicy({ Principal: { AWS: SSO } }) }, [`key.json warning ${CODE} "\\"${SSO}\\""`], ONLY);
  });

  it('takes the account with a condition on the ARN', () => {
    check({ 'key.json': keyPolicy(byCondition) }, [], ONLY);
  });

  it('finds it without a Region, in a list, in China, inside AWS CLI output', () => {
    const arn = `arn:aws-cn:iam::${CONSUMER}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_abcdef0123456789`;
    check({ 'out.json': getKeyPolicyOutput(keyPolicy({ Effect: 'Deny', Principal: { AWS: [rootOf(CONSUMER), arn] } })) }, [`out.json warning ${CODE} "\\\\\\"${arn}\\\\\\""`], ONLY);
  });

  it('leaves other roles and template values alone', () => {
    check({ 'key.json': keyPolicy({ Principal: { AWS: [roleOf(CONSUMER, 'AWSReservedSSO'), roleOf(CONSUMER, 'aws-service-role/x.amazonaws.com/X'), SSO.replace(CONSUMER, '${account}')] } }) }, [], ONLY);
  });

  it('moves the role into a condition (IAM Identity Center User Guide, referencingpermissionsets)', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Principal: { AWS: [SSO] } }) }, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy(byCondition));
    check(after, [], ONLY);
  });

  it('leaves other principals in their statement', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Principal: { AWS: [SSO, roleOf(CONSUMER)], Service: 'sns.amazonaws.com' } }) }, CODE);
    const rest = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), document(
      OWNER_STATEMENT, { ...rest, Principal: { AWS: [roleOf(CONSUMER)], Service: 'sns.amazonaws.com' } }, { ...rest, ...byCondition },
    ));
    assert.equal(fixesOf({ 'part.json': { ...rest, Principal: { AWS: [SSO, roleOf(CONSUMER)] } } }, CODE).length, 0);
  });
});
