import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, keyPolicy } from '../support/fixtures';

const ONLY = ['redundant-action'];

describe('redundant-action', () => {
  it('finds what a pattern covers already', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:ReEncrypt*', 'kms:ReEncryptFrom'] }) }, [
      'app.json hint redundant-action "\\"kms:ReEncryptFrom\\""',
    ], ONLY);
  });

  it('takes one of them', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:ReEncrypt*'] }), 'b.json': identityPolicy({ Action: 'kms:ReEncryptFrom' }) },
      [], ONLY);
  });

  it('finds duplicates, the later ones, in any case, also in a key policy', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: ['kms:Decrypt', 'KMS:decrypt', 'kms:Encrypt'] }) }, [
      'key.json hint redundant-action "\\"KMS:decrypt\\""',
    ], ONLY);
  });

  it('finds a pattern under a wider one, and everything under kms:* and *', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:GenerateDataKeyPair*', 'kms:Generate*'] }) }, [
      'app.json hint redundant-action "\\"kms:GenerateDataKeyPair*\\""',
    ], ONLY);
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', '*'] }) }, ['app.json hint redundant-action "\\"kms:Decrypt\\""'],
      ONLY);
  });

  it('leaves patterns alone that only happen to cover the same today', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:Put*', 'kms:*Policy', 'kms:PutKey*'] }) }, [
      'app.json hint redundant-action "\\"kms:PutKey*\\""',
    ], ONLY);
  });

  it('leaves other services, other statements and unknown values alone', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: ['s3:GetObject', 's3:Get*', 'kms:Decrypt', 'kms:Dec${x}', 'kms:Decript', 'kms:Decript'] }),
      'b.json': identityPolicy({ Action: 'kms:*' }, { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }),
    }, [], ONLY);
  });

  it('finds it under NotAction and inside AWS CLI output', () => {
    checkFindings({
      'a.json': identityPolicy({ Effect: 'Deny', Action: undefined, NotAction: ['kms:Describe*', 'kms:DescribeKey'] }),
      'out.json': getKeyPolicyOutput(keyPolicy({ Action: ['kms:*', 'kms:Decrypt'] })),
    }, ['a.json hint redundant-action "\\"kms:DescribeKey\\""', 'out.json hint redundant-action "\\\\\\"kms:Decrypt\\\\\\""'], ONLY);
  });

  it('removes it, and nothing else', () => {
    const before = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:Re*", "kms:ReEncryptTo", '
      + '"kms:Decrypt"],"Resource":"*"}]}';
    const after = applyFix({ 'app.json': before }, 'redundant-action')['app.json'];
    assert.equal(after, before.replace('"kms:ReEncryptTo", ', ''));
    checkFindings({ 'app.json': after ?? '' }, [], ONLY);
    assert.deepEqual(fixesWithCode({ 'app.json': before }, 'redundant-action').map((fix) => fix.safe), [true]);
  });
});
