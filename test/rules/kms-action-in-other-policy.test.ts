import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines } from '../support/expect-findings';
import { CONSUMER, identityPolicy, keyPolicy, policyDocument, roleArn } from '../support/fixtures';

const CODE = 'kms-action-in-other-policy';
const ONLY = [CODE];
const BUCKET = 'arn:aws:s3:::amzn-s3-demo-bucket/*';
const statement = (elements: object = {}): Record<string, unknown> => ({
  Effect: 'Allow', Principal: { AWS: roleArn(CONSUMER) }, Action: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt'], Resource: BUCKET,
  ...elements,
});
const found = (file: string, action = 'kms:Decrypt'): string => `${file} error kms-action-in-other-policy "\\"${action}\\""`;

describe('kms-action-in-other-policy', () => {
  it('finds a KMS action in the policy of a bucket, and reports nothing else', () => {
    const loud = findingLines({ 'bucket.json': policyDocument(statement()) }).filter((line) => !/ (hint|info) /.test(line));
    assert.deepEqual(loud, [found('bucket.json')]);
  });

  it('leaves it in key policies and identity policies', () => {
    checkFindings({ 'key.json': keyPolicy(), 'app.json': identityPolicy({ Action: ['s3:GetObject', 'kms:Decrypt'] }),
      'bucket.json': policyDocument(statement({ Action: ['s3:GetObject'] })) }, [], ONLY);
  });

  it('finds it in the policies of queues and secrets, and in trust policies', () => {
    checkFindings({
      'queue.json': policyDocument(
        statement({ Principal: { Service: 's3.amazonaws.com' }, Action: ['sqs:SendMessage', 'SQS:ReceiveMessage', 'KMS:GenerateDataKey*'],
          Resource: 'arn:aws:sqs:us-west-2:111122223333:queue' }),
      ),
      'secret.json': policyDocument(
        statement({ Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
          Resource: 'arn:aws:secretsmanager:us-west-2:111122223333:secret:s' }),
      ),
      'role.json': policyDocument(
        statement({ Principal: { Service: 'lambda.amazonaws.com' }, Action: ['sts:AssumeRole', 'kms:Decrypt'], Resource: undefined }),
      ),
    }, [found('queue.json', 'KMS:GenerateDataKey*'), found('secret.json'), found('role.json')], ONLY);
  });

  it('takes a single action and one statement of many', () => {
    checkFindings({
      'bucket.json': policyDocument(statement({ Action: ['s3:GetObject', 's3:PutObject'] }), statement({ Action: 'kms:Decrypt' })),
    }, [found('bucket.json')], ONLY);
  });

  it('leaves policies that limit what others give: organizations, boundaries, VPC endpoints', () => {
    const deny = statement({ Effect: 'Deny', Principal: '*', Action: ['s3:*', 'sqs:*', 'kms:*'], Resource: '*',
      Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-example' } } });
    const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
    checkFindings({
      'rcp.json': policyDocument(deny), 'mixed.json': policyDocument(all, deny),
      'named.json': policyDocument(all, statement({ ...deny, Resource: BUCKET })),
      'endpoint.json': policyDocument(
        statement({ Principal: '*', Action: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt'], Resource: '*' }),
      ),
      'wide.json': policyDocument(statement({ Principal: '*', Action: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt'], Resource: '*' })),
      'scp.json': policyDocument(statement({ Principal: undefined, Effect: 'Deny', Action: ['s3:*', 'kms:*'], Resource: '*' })),
    }, [], ONLY);
  });

  it('leaves what a template fills in, NotAction and *', () => {
    checkFindings({
      'a.json': policyDocument(statement({ Action: ['s3:GetObject', 's3:PutObject', 'kms:${action}'] })),
      'b.json': policyDocument(statement({ Action: ['s3:GetObject', '*'] })),
      'c.json': policyDocument(
        statement({ Effect: 'Deny', Action: undefined, NotAction: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt'] }),
      ),
    }, [], ONLY);
  });

  it('says nothing of other faults of such a policy', () => {
    checkFindings({ 'bucket.json': policyDocument(statement({ Action: ['s3:GetObject', 's3:PutObject', 'kms:Decript'] })) }, [
      found('bucket.json', 'kms:Decript'),
    ]);
  });

  it('removes the action, or the statement, and nothing else', () => {
    const after = applyFix({ 'bucket.json': policyDocument(statement()) }, CODE);
    assert.deepEqual(JSON.parse(after['bucket.json'] ?? ''), policyDocument(statement({ Action: ['s3:GetObject', 's3:PutObject'] })));
    checkFindings(after, [], ONLY);
    const both = applyFix({
      'bucket.json': policyDocument(statement({ Action: ['s3:GetObject', 's3:PutObject'] }), statement({ Action: 'kms:Decrypt' })),
    }, CODE);
    assert.deepEqual(JSON.parse(both['bucket.json'] ?? ''), policyDocument(statement({ Action: ['s3:GetObject', 's3:PutObject'] })));
  });
});
