import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, OWNER, roleArn } from '../support/fixtures';

const CODE = 'viaservice-with-service-principal';
const VIA = 'kms:ViaService';
const SNS = { Principal: { Service: 'sns.amazonaws.com' } };
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds kms:ViaService in a statement for a service principal', () => {
    only({
      'key.json': keyPolicyWithCondition('StringEquals', VIA, 'logs.us-west-2.amazonaws.com', {
        Principal: { Service: 'logs.us-west-2.amazonaws.com' },
      }),
    }, [`key.json error ${CODE} ${jsonString(VIA)}`]);
  });

  it('takes aws:SourceArn there', () => {
    only({ 'key.json': keyPolicyWithCondition('ArnLike', 'aws:SourceArn', `arn:aws:sns:us-west-2:${OWNER}:orders`, SNS) }, []);
  });

  it('finds it for several services, in other case, inside AWS CLI output', () => {
    only({
      'key.json': getKeyPolicyOutput(
        keyPolicyWithCondition('StringLike', 'KMS:viaservice', ['s*'], {
          Principal: { Service: ['sns.amazonaws.com', 'sqs.amazonaws.com'] },
        }),
      ),
    }, [`key.json error ${CODE} ${JSON.stringify('\\"KMS:viaservice\\"')}`]);
  });

  it('finds it although the service is a placeholder', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', VIA, '${via}', { Principal: { Service: '${service}' } }) }, [
      `key.json error ${CODE} ${jsonString(VIA)}`,
    ]);
  });

  it('leaves statements that name others too, Deny, conditions that hold without the key, and identity policies', () => {
    only({
      'a.json': keyPolicyWithCondition('StringEquals', VIA, 's3.us-west-2.amazonaws.com', {
        Principal: { Service: 'sns.amazonaws.com', AWS: roleArn(CONSUMER) },
      }),
      'b.json': keyPolicyWithCondition('StringEquals', VIA, 's3.us-west-2.amazonaws.com', { ...SNS, Effect: 'Deny' }),
      'c.json': keyPolicyWithCondition('StringEqualsIfExists', VIA, 's3.us-west-2.amazonaws.com', SNS),
      'd.json': keyPolicyWithCondition('Null', VIA, 'true', SNS),
      'e.json': identityPolicyWithCondition('StringEquals', VIA, 's3.us-west-2.amazonaws.com'),
    }, []);
  });

  it('is the only finding, whatever the value', () => {
    const files = { 'kms-handshake.json': manifest(),
      'key.json': keyPolicyWithCondition('StringEquals', VIA, ['EBS', 'ebs.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com'], SNS) };
    checkFindings(files, [`key.json error ${CODE} ${jsonString(VIA)}`], [CODE, 'viaservice-format', 'viaservice-unknown-service',
      'region-mismatch']);
  });

  it('requires aws:SourceAccount in its place', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicyWithCondition('StringLike', VIA, ['sns.*'], SNS) };
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''),
      keyPolicy({ ...SNS, Condition: { StringEquals: { 'aws:SourceAccount': OWNER } } }));
    checkFindings(after, [], [CODE]);
    const unowned = {
      'key.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...SNS,
          Condition: { StringEquals: { [VIA]: 's3.us-west-2.amazonaws.com' } } }] },
    };
    assert.deepEqual(fixesWithCode(unowned, CODE), [], 'the owner is not known');
  });
});
