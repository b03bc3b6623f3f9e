import * as assert from 'node:assert/strict';
import { applyFix, check, fixesOf, onlyOf } from '../support/check';
import { condition, fixChanges, iamWith, keyWith } from '../support/conditions';
import { handshake } from '../support/handshake';
import { CONSUMER, getRolePolicyOutput, identityPolicy, KEY, rootOf } from './samples';

const CODE = 'wildcard-without-like';
const only = onlyOf(CODE);

describe(CODE, () => {
  it('finds a star in a value of StringEquals', () => {
    only({ 'app.json': iamWith('StringEquals', 'kms:ViaService', 'dynamodb.*.amazonaws.com') }, [`app.json warning ${CODE} "*"`]);
  });

  it('takes it under StringLike and the ARN operators', () => {
    only({ 'app.json': iamWith('StringLike', 'kms:ViaService', 'dynamodb.*.amazonaws.com'), 'key.json': keyWith('ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/*`) }, []);
  });

  it('finds question marks, negated operators, single values of a list, in key policies, inside AWS CLI output', () => {
    only({ 'key.json': keyWith('StringNotEqualsIgnoreCase', 'aws:PrincipalArn', [`arn:aws:iam::${CONSUMER}:role/App`, `arn:aws:iam::${CONSUMER}:role/App?`], { Effect: 'Deny' }) }, [`key.json warning ${CODE} "?"`]);
    only({ 'role.json': getRolePolicyOutput(iamWith('ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/app-*')) }, [`role.json warning ${CODE} "*"`]);
  });

  it('leaves escaped wildcards, variables and what a template fills in', () => {
    only({ 'app.json': iamWith('StringEquals', 'kms:EncryptionContext:App', ['a${*}b', '${aws:PrincipalTag/team, \'*\'}', '${service}.*']) }, []);
  });

  it('is the only finding of the value, in both halves', () => {
    const files = handshake({ keyPolicy: [{ Principal: { AWS: rootOf(CONSUMER) }, Action: 'kms:Decrypt', ...condition('StringEquals', 'kms:ViaService', 's3.*.amazonaws.com') }], iam: [{ Action: 'kms:Decrypt', Resource: KEY }] });
    check(files, [`producer/key-policy.json warning ${CODE} "*"`, 'producer/key-policy.json hint root-is-account "\\"arn:aws:iam::444455556666:root\\""']);
    for (const [key, value] of [['kms:RequestAlias', 'alias/a*'], ['kms:SigningAlgorithm', 'RSASSA_PSS*'], ['kms:CallerAccount', '4444*']] as const) {
      check({ 'app.json': iamWith('StringEquals', key, value, { Action: 'kms:Sign' }) }, [`app.json warning ${CODE} "*"`]);
    }
  });

  it('uses StringLike, and changes nothing else', () => {
    fixChanges({ 'app.json': iamWith('StringEquals', 'kms:ViaService', 'dynamodb.*.amazonaws.com') }, CODE, 'app.json', [['StringEquals', 'StringLike']]);
    fixChanges({ 'app.json': iamWith('ForAnyValue:StringNotEqualsIfExists', 'kms:ResourceAliases', 'alias/*') }, CODE, 'app.json', [['StringNotEquals', 'StringNotLike']]);
  });

  it('leaves the other keys of the block where they are', () => {
    const before = identityPolicy({ Condition: { StringEquals: { 'kms:ViaService': 's3.*.amazonaws.com', 'kms:CallerAccount': CONSUMER } } });
    assert.deepEqual(JSON.parse(applyFix({ 'app.json': before }, CODE)['app.json'] ?? ''),
      identityPolicy({ Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER }, StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' } } }));
  });

  it('has no fix for the operators that ignore case', () => {
    assert.deepEqual(fixesOf({ 'app.json': iamWith('StringEqualsIgnoreCase', 'kms:ViaService', 's3.*.amazonaws.com') }, CODE), []);
  });
});
