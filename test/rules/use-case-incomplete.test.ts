import * as assert from 'node:assert/strict';
import { applyFix, check } from '../support/check';
import { getRolePolicyOutput, identityPolicy, KEY, keyPolicy } from './samples';

const ONLY = ['use-case-incomplete'];
const via = (...services: readonly string[]): object => ({ Condition: { StringEquals: { 'kms:ViaService': services.map((service) => `${service}.us-west-2.amazonaws.com`) } } });

describe('use-case-incomplete', () => {
  it('misses kms:Decrypt for uploads to S3', () => {
    check({ 'app.json': identityPolicy({ Action: 'kms:GenerateDataKey', ...via('s3') }) }, ['app.json info use-case-incomplete "\\"kms:GenerateDataKey\\""'], ONLY);
  });

  it('does not take what the owner\'s own statement gives for what another account gets (docs/aws-rules.md 7.3)', () => {
    const crypto = { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], ...via('ec2') };
    const at = JSON.stringify(JSON.stringify(crypto.Action, null, 2).replaceAll('\n', '\n      '));
    check({ 'key.json': keyPolicy(crypto) }, [`key.json info use-case-incomplete ${at}`], ONLY);
    check({ 'key.json': keyPolicy(crypto, { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'kms:CreateGrant', Resource: '*' }) }, [], ONLY);
    check({ 'key.json': keyPolicy({ ...crypto, Principal: { AWS: 'arn:aws:iam::111122223333:role/App' } }) }, [], ONLY);
  });

  it('takes it with kms:Decrypt, here or in another statement', () => {
    check({
      'a.json': identityPolicy({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], ...via('s3') }),
      'b.json': identityPolicy({ Action: ['kms:GenerateDataKey'], ...via('s3') }, { Effect: 'Allow', Action: 'KMS:dec*', Resource: KEY }),
    }, [], ONLY);
  });

  it('tells an upload by s3:PutObject, or by the actions that write', () => {
    check({
      'a.json': identityPolicy({ Action: 'kms:GenerateDataKey' }, { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' }),
      'role.json': getRolePolicyOutput(identityPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey*'] })),
    }, ['a.json info use-case-incomplete "\\"kms:GenerateDataKey\\""', 'role.json info use-case-incomplete "\\"kms:GenerateDataKey*\\""'], ONLY);
  });

  it('leaves other services, lone data keys, Deny and unknown actions alone', () => {
    check({
      'a.json': identityPolicy({ Action: 'kms:GenerateDataKey', ...via('sns') }),
      'b.json': identityPolicy({ Action: 'kms:GenerateDataKey' }),
      'c.json': identityPolicy({ Effect: 'Deny', Action: 'kms:GenerateDataKey', ...via('s3') }),
      'd.json': identityPolicy({ Action: ['kms:GenerateDataKey', '${more}'], ...via('s3') }),
      'e.json': keyPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'] }),
    }, [], ONLY);
  });

  it('misses kms:CreateGrant for services that work through grants', () => {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
    check({ 'app.json': identityPolicy({ Action: actions, ...via('ec2') }) }, [`app.json info use-case-incomplete ${JSON.stringify(JSON.stringify(actions, null, 2).replace(/\n/g, '\n      '))}`], ONLY);
    check({ 'app.json': identityPolicy({ Action: [...actions, 'kms:CreateGrant'], ...via('rds') }) }, [], ONLY);
  });

  it('adds kms:Decrypt, or the statement for grants', () => {
    const decrypt = applyFix({ 'app.json': identityPolicy({ Action: 'kms:GenerateDataKey', ...via('s3') }) }, 'use-case-incomplete');
    assert.deepEqual(JSON.parse(decrypt['app.json'] ?? ''), identityPolicy({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], ...via('s3') }));
    const elements = { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], ...via('ec2') };
    const grants = applyFix({ 'app.json': identityPolicy(elements) }, 'use-case-incomplete');
    assert.deepEqual(JSON.parse(grants['app.json'] ?? ''), identityPolicy(elements, {
      Effect: 'Allow', Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Resource: KEY, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }));
    check(grants, [], ONLY);
  });
});
