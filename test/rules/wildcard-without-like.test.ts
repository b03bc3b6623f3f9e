import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, expectFixReplaces, identityPolicyWithCondition,
  keyPolicyWithCondition } from '../support/policies-with-condition';
import { handshakeFiles } from '../support/handshake-files';
import { CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, ROLE_ARN, rootArn } from '../support/fixtures';

const CODE = 'wildcard-without-like';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds a star in a value of StringEquals', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:ViaService', 'dynamodb.*.amazonaws.com') }, [
      `app.json warning ${CODE} "*"`,
    ]);
  });

  it('takes it under StringLike and the ARN operators', () => {
    only({ 'app.json': identityPolicyWithCondition('StringLike', 'kms:ViaService', 'dynamodb.*.amazonaws.com'),
      'key.json': keyPolicyWithCondition('ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/*`) }, []);
  });

  it('finds question marks, negated operators, single values of a list, in key policies, inside AWS CLI output', () => {
    only({
      'key.json': keyPolicyWithCondition('StringNotEqualsIgnoreCase', 'aws:PrincipalArn', [ROLE_ARN,
        `arn:aws:iam::${CONSUMER}:role/App?`], { Effect: 'Deny' }),
    }, [`key.json warning ${CODE} "?"`]);
    only({
      'role.json': getRolePolicyOutput(identityPolicyWithCondition('ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/app-*')),
    }, [`role.json warning ${CODE} "*"`]);
  });

  it('leaves escaped wildcards, variables and what a template fills in', () => {
    only({
      'app.json': identityPolicyWithCondition('StringEquals', 'kms:EncryptionContext:App', ['a${*}b', '${aws:PrincipalTag/team, \'*\'}',
        '${service}.*']),
    }, []);
  });

  it('is the only finding of the value, in both halves', () => {
    const files = handshakeFiles({
      keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt',
        ...conditionMember('StringEquals', 'kms:ViaService', 's3.*.amazonaws.com') }],
      identityPolicy: [{ Action: 'kms:Decrypt', Resource: KEY_ARN }],
    });
    checkFindings(files, [`producer/key-policy.json warning ${CODE} "*"`,
      'producer/key-policy.json hint root-is-account "\\"arn:aws:iam::444455556666:root\\""']);
    for (const [key, value] of [['kms:RequestAlias', 'alias/a*'], ['kms:SigningAlgorithm', 'RSASSA_PSS*'], ['kms:CallerAccount',
      '4444*']] as const) {
      checkFindings({ 'app.json': identityPolicyWithCondition('StringEquals', key, value, { Action: 'kms:Sign' }) }, [
        `app.json warning ${CODE} "*"`,
      ]);
    }
  });

  it('uses StringLike, and changes nothing else', () => {
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', 'kms:ViaService', 'dynamodb.*.amazonaws.com') }, CODE,
      'app.json', [['StringEquals', 'StringLike']]);
    expectFixReplaces({ 'app.json': identityPolicyWithCondition('ForAnyValue:StringNotEqualsIfExists', 'kms:ResourceAliases', 'alias/*') },
      CODE, 'app.json', [['StringNotEquals', 'StringNotLike']]);
  });

  it('leaves the other keys of the block where they are', () => {
    const before = identityPolicy({
      Condition: { StringEquals: { 'kms:ViaService': 's3.*.amazonaws.com', 'kms:CallerAccount': CONSUMER } },
    });
    assert.deepEqual(JSON.parse(applyFix({ 'app.json': before }, CODE)['app.json'] ?? ''),
      identityPolicy({
        Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER }, StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' } },
      }));
  });

  it('has no fix for the operators that ignore case', () => {
    assert.deepEqual(
      fixesWithCode({ 'app.json': identityPolicyWithCondition('StringEqualsIgnoreCase', 'kms:ViaService', 's3.*.amazonaws.com') }, CODE),
      [],
    );
  });
});
