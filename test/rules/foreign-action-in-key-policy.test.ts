import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, keyPolicy, OWNER, rootArn } from '../support/fixtures';

const ONLY = ['foreign-action-in-key-policy', 'action-prefix', 'wildcard-grants-admin'];

describe('foreign-action-in-key-policy', () => {
  it('finds an action of another service', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: ['kms:Decrypt', 's3:GetObject'] }) }, [
      'key.json error foreign-action-in-key-policy "\\"s3:GetObject\\""',
    ], ONLY);
  });

  it('takes KMS actions only', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: ['kms:Decrypt', 'KMS:Encrypt'] }) }, [], ONLY);
  });

  it('warns about *, which is kms:* in a key policy', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: '*' }) }, ['key.json warning foreign-action-in-key-policy "\\"*\\""'], ONLY);
    checkFindings({ 'key.json': keyPolicy({ Effect: 'Deny', Action: ['*'] }) }, ['key.json warning foreign-action-in-key-policy "\\"*\\""'],
      ONLY);
  });

  it('leaves identity policies and unknown values alone', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', 's3:GetObject', '*'] }),
      'key.json': keyPolicy({ Action: ['kms:Decrypt', '${service}:Get'] }) }, [], ONLY);
  });

  it('finds it under NotAction, in capitals and inside AWS CLI output', () => {
    checkFindings({
      'key.json': keyPolicy({ Effect: 'Deny', Action: undefined, NotAction: ['kms:Decrypt', 'STS:AssumeRole'] }),
      'out.json': getKeyPolicyOutput(keyPolicy({ Action: ['kms:Decrypt', 'sqs:SendMessage'] })),
    }, [
      'key.json error foreign-action-in-key-policy "\\"STS:AssumeRole\\""',
      'out.json error foreign-action-in-key-policy "\\\\\\"sqs:SendMessage\\\\\\""',
    ], ONLY);
  });

  it('is silent where the prefix is missing altogether', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: ['kms:Decrypt', 'GetObject'] }) }, ['key.json error action-prefix "\\"GetObject\\""'],
      ONLY);
  });

  it('removes the action', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Action: ['kms:Decrypt', 's3:GetObject'] }) }, 'foreign-action-in-key-policy');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Action: ['kms:Decrypt'] }));
    checkFindings(after, [], ONLY);
  });

  it('corrects a prefix that is one slip away', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Action: 'kns:Decrypt' }) }, 'foreign-action-in-key-policy');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy());
  });

  it('writes kms:* for *, which changes nothing', () => {
    const files = { 'key.json': keyPolicy({ Principal: { AWS: rootArn(OWNER) }, Action: '*' }) };
    assert.deepEqual(JSON.parse(applyFix(files, 'foreign-action-in-key-policy')['key.json'] ?? ''),
      keyPolicy({ Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*' }));
    assert.deepEqual(fixesWithCode(files, 'foreign-action-in-key-policy').map((fix) => fix.safe), [true]);
  });
});
