import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import {
  CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, manifest, OWNER_STATEMENT, policyDocument, roleArn, rootArn,
} from '../support/fixtures';

const CODE = 'principal-partial-wildcard';
const ONLY = [CODE, 'wildcard-principal', 'principal-not-iam-arn', 'invalid-account-id', 'service-principal-format',
  'identity-not-in-key-policy', 'identity-policy-missing'];
const ROLES = roleArn(CONSUMER, '*');
const of = (...arns: string[]): Readonly<Record<string, unknown>> => ({
  Principal: { AWS: '*' },
  Condition: { ArnLike: { 'aws:PrincipalArn': arns.length === 1 ? arns[0] : arns }, StringEquals: { 'aws:PrincipalAccount': CONSUMER } },
});

describe(CODE, () => {
  it('finds a wildcard in the name of a role', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: ROLES } }) }, [`key.json error ${CODE} "\\"${ROLES}\\""`], ONLY);
  });

  it('takes a role, and what is left to a condition', () => {
    checkFindings({ 'a.json': keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'App') } }), 'b.json': keyPolicy(of(ROLES)) }, [], [CODE,
      'wildcard-principal']);
  });

  for (const value of ['arn:aws:iam::*:root', `arn:aws:iam::${CONSUMER}:*`, `arn:aws:iam::${CONSUMER}:user/team-?`,
    'arn:aws:*::444455556666:root', '4444*', '**', `arn:aws:sts::${CONSUMER}:assumed-role/App*/s`]) {
    it(`finds ${value}`, () =>
      checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: [value] } }) }, [`key.json error ${CODE} "\\"${value}\\""`], ONLY));
  }

  it('finds it under Service and in a Deny, inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(keyPolicy({ Effect: 'Deny', Principal: { Service: 'logs.*.amazonaws.com' } })) }, [
      `out.json error ${CODE} "\\\\\\"logs.*.amazonaws.com\\\\\\""`,
    ], ONLY);
  });

  it('leaves template values alone', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: 'arn:aws:iam::${account}:role/*' } }) }, [], ONLY);
  });

  it('is the cause: the role that is meant is not missing in the key policy', () => {
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: ROLES } }), 'app.json': identityPolicy() },
      [`key.json error ${CODE} "\\"${ROLES}\\""`], ONLY);
  });

  it('moves the pattern into a condition', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: [ROLES] } }),
      'app.json': identityPolicy() };
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy(of(ROLES)));
    checkFindings(after, [], ONLY);
  });

  it('keeps conditions, and the principals beside it, in a statement of their own', () => {
    const condition = { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } };
    const before = keyPolicy({ Sid: 'Use', Principal: { AWS: [rootArn(CONSUMER), ROLES, roleArn(CONSUMER, 'a?')] }, Condition: condition });
    const after = applyFix({ 'key.json': before }, CODE)['key.json'] ?? '';
    const rest = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
    assert.deepEqual(JSON.parse(after),
      policyDocument(OWNER_STATEMENT, { ...rest, Sid: 'Use', Principal: { AWS: [rootArn(CONSUMER)] }, Condition: condition }, {
        ...rest,
        Sid: 'Use2',
        Principal: { AWS: '*' },
        Condition: { ArnLike: { 'aws:PrincipalArn': [ROLES, roleArn(CONSUMER, 'a?')] },
          StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com', 'aws:PrincipalAccount': CONSUMER } },
      }));
  });

  it('has no fix that would open the key to the world, or lose a condition', () => {
    const fixes = (elements: Readonly<Record<string, unknown>>): number => fixesWithCode({ 'key.json': keyPolicy(elements) }, CODE).length;
    assert.equal(fixes({ Principal: { AWS: 'arn:aws:iam::*:root' } }), 0);
    assert.equal(fixes({ Principal: { AWS: ROLES }, Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/x' } } }), 0);
    assert.equal(fixes({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: ROLES } }), 0);
  });

  it('gives roles of IAM Identity Center their path (IAM Identity Center User Guide, referencingpermissionsets)', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'AWSReservedSSO_Engineer_*') } }) },
      'principal-partial-wildcard');
    const { Statement } = JSON.parse(after['key.json'] ?? '') as { Statement: { Condition: unknown }[] };
    assert.deepEqual(Statement[1]?.Condition, {
      ArnLike: { 'aws:PrincipalArn': roleArn(CONSUMER, 'aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Engineer_*') },
      StringEquals: { 'aws:PrincipalAccount': CONSUMER },
    });
    checkFindings(after, [], ['principal-partial-wildcard', 'sso-role-principal']);
  });
});
