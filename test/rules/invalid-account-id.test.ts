import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ID, keyPolicy, manifest, rootArn } from '../support/fixtures';

const ONLY = ['invalid-account-id'];

describe('invalid-account-id', () => {
  it('finds thirteen digits in a principal', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: rootArn('4444555566666') } }) }, [
      'key.json error invalid-account-id "4444555566666"',
    ], ONLY);
  });

  it('takes twelve digits, with zeros in front', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: [rootArn('012345678901'), '012345678901'] } }),
      'app.json': identityPolicy() }, [], ONLY);
  });

  it('finds hyphens and words, in resources, principals and conditions', () => {
    checkFindings({
      'key.json': keyPolicy({ Principal: { AWS: ['4444-5555-6666', 'arn:aws:iam::analytics:role/App'] },
        Condition: { StringEquals: { 'KMS:calleraccount': ['44445555666', CONSUMER] } } }),
      'app.json': identityPolicy({ Resource: `arn:aws:kms:us-west-2:1111-2222-3333:key/${KEY_ID}` }),
    }, [
      'key.json error invalid-account-id "\\"4444-5555-6666\\""',
      'key.json error invalid-account-id "analytics"',
      'key.json error invalid-account-id "\\"44445555666\\""',
      'app.json error invalid-account-id "1111-2222-3333"',
    ], ONLY);
  });

  it('is the only finding for that value', () => {
    const lines = findingLines({ 'app.json': identityPolicy({ Resource: `arn:aws:kms:us-west-2:11112222333:key/${KEY_ID}` }) });
    assert.deepEqual(lines.filter((line) => / (error|warning) /.test(line)), ['app.json error invalid-account-id "11112222333"']);
  });

  it('leaves patterns, variables, placeholders, Sids and other services alone', () => {
    checkFindings({
      'key.json': keyPolicy({ Sid: 'Allow account 1234567889012', Principal: { AWS: 'arn:aws:iam::${account}:root' },
        Condition: { StringLike: { 'aws:SourceAccount': '4444*' } } }),
      'app.json': identityPolicy({ Action: ['kms:Decrypt', 's3:GetObject'],
        Resource: ['arn:aws:kms:*:*:key/*', 'arn:aws:s3:::bucket/*', `arn:aws:kms:us-west-2:ACCOUNT_ID:key/${KEY_ID}`] }),
    }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: rootArn('44445555666') } })) }, [
      'out.json error invalid-account-id "44445555666"',
    ], ONLY);
  });

  it('takes hyphens out', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Principal: { AWS: rootArn('4444-5555-6666') } }) }, 'invalid-account-id');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy());
  });

  it('uses the known account that is nearest', () => {
    const files = { 'kms-handshake.json': manifest({ accounts: { [CONSUMER]: 'analytics' } }),
      'key.json': keyPolicy({ Principal: { AWS: rootArn('4444555566666') } }) };
    assert.deepEqual(JSON.parse(applyFix(files, 'invalid-account-id', CONSUMER)['key.json'] ?? ''), keyPolicy());
  });
});
