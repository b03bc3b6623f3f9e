import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy } from '../support/fixtures';

const ONLY = ['key-policy-element-missing'];

describe('key-policy-element-missing', () => {
  it('finds a statement without Resource', () => {
    checkFindings({ 'key.json': keyPolicy({ Resource: undefined }) }, ['key.json error key-policy-element-missing "\\"Allow\\""'], ONLY);
  });

  it('takes a complete statement, with NotAction too', () => {
    checkFindings({ 'key.json': keyPolicy(), 'other.json': keyPolicy({ Action: undefined, NotAction: 'kms:ScheduleKeyDeletion' }) }, [],
      ONLY);
  });

  it('finds a statement without Action at its Sid', () => {
    checkFindings({ 'key.json': keyPolicy({ Sid: 'Allow use', Action: undefined }) }, [
      'key.json error key-policy-element-missing "\\"Allow use\\""',
    ], ONLY);
  });

  it('leaves identity policies, trust policies and unfinished statements alone', () => {
    checkFindings({
      'app.json': identityPolicy({ Resource: undefined }),
      'role.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
      'key.json': '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*"',
    }, [], ONLY);
  });

  it('finds it inside AWS CLI output and in a fragment', () => {
    checkFindings({
      'out.json': getKeyPolicyOutput(keyPolicy({ Resource: undefined })),
      'part.json': { Effect: 'Allow', Principal: { AWS: CONSUMER }, Action: 'kms:Decrypt' },
    }, ['out.json error key-policy-element-missing "\\\\\\"Allow\\\\\\""', 'part.json error key-policy-element-missing "\\"Allow\\""'],
      ONLY);
  });

  it('inserts the Resource', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Resource: undefined }) }, 'key-policy-element-missing');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy());
    assert.match(after['key.json'] ?? '', /"Action": "kms:Decrypt",\n\s+"Resource": "\*"/);
  });
});
