import * as assert from 'node:assert/strict';
import { checkFindings, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, manifest, OWNER, roleArn, rootArn } from '../support/fixtures';

const CODE = 'source-condition-with-iam-principal';
const ARN = 'aws:SourceArn';
const BUCKET = 'arn:aws:s3:::orders';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds aws:SourceArn in a statement for a role', () => {
    only({ 'key.json': keyPolicyWithCondition('ArnLike', ARN, BUCKET, { Principal: { AWS: roleArn(CONSUMER) } }) }, [
      `key.json warning ${CODE} ${jsonString(ARN)}`,
    ]);
  });

  it('takes kms:ViaService there, and aws:SourceArn for services and everyone', () => {
    only({ 'a.json': keyPolicyWithCondition('StringEquals', 'kms:ViaService', 's3.us-west-2.amazonaws.com'),
      'b.json': keyPolicyWithCondition('ArnLike', ARN, BUCKET, { Principal: { Service: 's3.amazonaws.com' } }),
      'c.json': keyPolicyWithCondition('ArnLike', ARN, BUCKET, { Principal: { AWS: '*' } }) }, []);
  });

  it('finds the other source keys, beside services, in other case, with placeholders, inside AWS CLI output', () => {
    only({
      'key.json': keyPolicyWithCondition('StringEquals', 'AWS:sourceaccount', ['${account}'], {
        Principal: { AWS: [CONSUMER, roleArn(CONSUMER)], Service: 's3.amazonaws.com' },
      }),
    }, [`key.json warning ${CODE} ${jsonString('AWS:sourceaccount')}`]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringEquals', 'aws:SourceOrgID', 'o-a1b2c3d4e5')) }, [
      `key.json warning ${CODE} ${JSON.stringify('\\"aws:SourceOrgID\\"')}`,
    ]);
  });

  it('leaves Deny, conditions that hold without the key, and identity policies', () => {
    only({
      'a.json': keyPolicyWithCondition('ArnLike', ARN, BUCKET, { Effect: 'Deny' }),
      'b.json': keyPolicyWithCondition('ArnLikeIfExists', ARN, BUCKET), 'c.json': keyPolicyWithCondition('ArnNotLike', ARN, BUCKET),
      'd.json': keyPolicyWithCondition('Null', ARN, 'true'), 'e.json': identityPolicyWithCondition('ArnLike', ARN, BUCKET),
    }, []);
  });

  it('is the cause of a denied request, which the consumer is not told about again', () => {
    checkFindings({
      'kms-handshake.json': manifest(), 'key.json': keyPolicyWithCondition('ArnLike', ARN, BUCKET),
      'app.json': identityPolicy({ Action: 'kms:Decrypt', Resource: KEY_ARN }),
    }, [`key.json warning ${CODE} ${jsonString(ARN)}`], [CODE, 'action-not-allowed-by-key-policy', 'identity-policy-missing']);
  });

  it('requires the caller\'s account in place of the source\'s, and changes nothing else', () => {
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:SourceAccount', CONSUMER) }, CODE, 'key.json', [[
      'aws:SourceAccount',
      'kms:CallerAccount',
    ]]);
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:SourceAccount', OWNER) }, CODE), [],
      'that would be an account that the principal is not in');
  });

  it('requires the service in place of its resource', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicyWithCondition('ArnLike', ARN, BUCKET) };
    expectFixReplaces(files, CODE, 'key.json', [['ArnLike', 'StringEquals'], [ARN, 'kms:ViaService'], [BUCKET,
      's3.us-west-2.amazonaws.com']]);
  });

  it('has no fix where a service is meant too, or none is known', () => {
    assert.deepEqual(
      fixesWithCode({ 'kms-handshake.json': manifest(),
        'key.json': keyPolicyWithCondition('ArnLike', ARN, BUCKET, {
          Principal: { AWS: rootArn(CONSUMER), Service: 's3.amazonaws.com' },
        }) }, CODE),
      [],
    );
    assert.deepEqual(
      fixesWithCode({ 'kms-handshake.json': manifest(), 'key.json': keyPolicyWithCondition('ArnLike', ARN, roleArn(CONSUMER)) }, CODE),
      [],
    );
  });
});
