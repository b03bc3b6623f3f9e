import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { getKeyPolicyOutput, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, OWNER, rootArn } from '../support/fixtures';

const ONLY = ['element-conflict', 'not-action-allow', 'not-principal'];

describe('element-conflict', () => {
  it('finds Action and NotAction', () => {
    checkFindings({ 'key.json': keyPolicy({ NotAction: 'kms:Encrypt' }) }, ['key.json error element-conflict "\\"NotAction\\""'], ONLY);
  });

  it('takes one of both', () => {
    checkFindings({ 'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: undefined, NotResource: KEY_ARN }) }, [], ONLY);
  });

  it('finds the others, and each pair once', () => {
    checkFindings({ 'key.json': keyPolicy({ NotPrincipal: { AWS: rootArn(OWNER) } }),
      'app.json': identityPolicy({ NotResource: KEY_ARN, NotAction: ['kms:Encrypt'] }) }, [
      'key.json error element-conflict "\\"NotPrincipal\\""',
      'app.json error element-conflict "\\"NotAction\\""',
      'app.json error element-conflict "\\"NotResource\\""',
    ], ONLY);
  });

  it('leaves policies without KMS alone', () => {
    checkFindings({
      'a.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::a', NotResource: 'arn:aws:s3:::b' }] },
    }, [], ONLY);
  });

  it('finds it in a fragment and inside AWS CLI output', () => {
    checkFindings({
      'part.json': { Effect: 'Deny', Action: 'kms:Decrypt', NotAction: 'kms:Encrypt', Resource: '*' },
      'out.json': getKeyPolicyOutput(keyPolicy({ NotAction: 'kms:Encrypt' })),
    }, ['part.json error element-conflict "\\"NotAction\\""', 'out.json error element-conflict "\\\\\\"NotAction\\\\\\""'], ONLY);
  });

  it('removes the one or the other', () => {
    const files = { 'key.json': keyPolicy({ NotAction: 'kms:Encrypt' }) };
    assert.deepEqual(JSON.parse(applyFix(files, 'element-conflict', 'Remove NotAction')['key.json'] ?? ''), keyPolicy());
    assert.deepEqual(JSON.parse(applyFix(files, 'element-conflict', 'Remove Action')['key.json'] ?? ''),
      JSON.parse(JSON.stringify(keyPolicy({ Action: undefined, NotAction: 'kms:Encrypt' }))));
  });

  it('leaves what is still being typed, and Principal in identity policies, which may have neither', () => {
    checkFindings({ 'a.json': '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","NotAction":' }, [], ONLY);
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Principal: '*', NotPrincipal: '*' })) }, [], ONLY);
  });
});
