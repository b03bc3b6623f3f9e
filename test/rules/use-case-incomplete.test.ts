import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, roleArn } from '../support/fixtures';

const ONLY = ['use-case-incomplete'];
const via = (...services: readonly string[]): object => ({
  Condition: { StringEquals: { 'kms:ViaService': services.map((service) => `${service}.us-west-2.amazonaws.com`) } },
});

describe('use-case-incomplete', () => {
  it('misses kms:Decrypt for uploads to S3', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: 'kms:GenerateDataKey', ...via('s3') }) }, [
      'app.json info use-case-incomplete "\\"kms:GenerateDataKey\\""',
    ], ONLY);
  });

  it('does not take what the owner\'s own statement gives for what another account gets (docs/aws-rules.md 7.3)', () => {
    const crypto = { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], ...via('ec2') };
    const at = JSON.stringify(JSON.stringify(crypto.Action, null, 2).replaceAll('\n', '\n      '));
    checkFindings({ 'key.json': keyPolicy(crypto) }, [`key.json info use-case-incomplete ${at}`], ONLY);
    checkFindings({
      'key.json': keyPolicy(crypto, { Effect: 'Allow', Principal: { AWS: CONSUMER }, Action: 'kms:CreateGrant', Resource: '*' }),
    }, [], ONLY);
    checkFindings({ 'key.json': keyPolicy({ ...crypto, Principal: { AWS: roleArn(OWNER) } }) }, [], ONLY);
  });

  it('accepts it with kms:Decrypt, in this or another statement', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], ...via('s3') }),
      'b.json': identityPolicy({ Action: ['kms:GenerateDataKey'], ...via('s3') }, { Effect: 'Allow', Action: 'KMS:dec*',
        Resource: KEY_ARN }),
    }, [], ONLY);
  });

  it('recognizes an upload by s3:PutObject, or by the actions that write', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: 'kms:GenerateDataKey' }, { Effect: 'Allow', Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::b/*' }),
      'role.json': getRolePolicyOutput(identityPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey*'] })),
    }, ['a.json info use-case-incomplete "\\"kms:GenerateDataKey\\""', 'role.json info use-case-incomplete "\\"kms:GenerateDataKey*\\""'],
      ONLY);
  });

  it('leaves other services, lone data keys, Deny and unknown actions alone', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: 'kms:GenerateDataKey', ...via('sns') }),
      'b.json': identityPolicy({ Action: 'kms:GenerateDataKey' }),
      'c.json': identityPolicy({ Effect: 'Deny', Action: 'kms:GenerateDataKey', ...via('s3') }),
      'd.json': identityPolicy({ Action: ['kms:GenerateDataKey', '${more}'], ...via('s3') }),
      'e.json': keyPolicy({ Action: ['kms:Encrypt', 'kms:GenerateDataKey'] }),
    }, [], ONLY);
  });

  it('misses kms:CreateGrant for services that work through grants', () => {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
    checkFindings({ 'app.json': identityPolicy({ Action: actions, ...via('ec2') }) }, ['app.json info use-case-incomplete '
      + JSON.stringify(JSON.stringify(actions, null, 2).replace(/\n/g, '\n      '))], ONLY);
    checkFindings({ 'app.json': identityPolicy({ Action: [...actions, 'kms:CreateGrant'], ...via('rds') }) }, [], ONLY);
  });

  describe('uses that other actions of the IAM policy show', () => {
    const ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
    const AT = JSON.stringify(JSON.stringify(ACTIONS, null, 2).replace(/\n/g, '\n      '));
    const other = (action: unknown, more: object = {}): Record<string, unknown> => ({ Effect: 'Allow', Action: action, Resource: '*',
      ...more });
    const using = (action: unknown, elements: object = {}, ...others: readonly Record<string, unknown>[]): object =>
      identityPolicy({ Action: ACTIONS, ...elements }, other(action), ...others);
    const finds = (policy: object): void => checkFindings({ 'app.json': policy }, [`app.json info use-case-incomplete ${AT}`], ONLY);
    const isSilent = (policy: object): void => checkFindings({ 'app.json': policy }, [], ONLY);
    const grants = other('kms:CreateGrant', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } });

    it('miss kms:CreateGrant with volumes and instances (EBS User Guide, ebs-encryption-requirements)', () => {
      for (const action of ['ec2:StartInstances', 'ec2:RunInstances', 'ec2:AttachVolume', 'ec2:CreateVolume', 'ec2:CopySnapshot',
        'ec2:CopyImage', 'EC2:startinstances', 'ec2:Start*', ['ec2:DescribeInstances', 'ec2:RunInstances']]) finds(using(action));
    });

    it('miss it with databases (RDS User Guide, Overview.Encryption.Keys)', () => {
      for (const action of ['rds:CreateDBInstance', 'rds:CreateDBCluster', 'rds:Create*', 'rds:CopyDBSnapshot', 'rds:CopyDBClusterSnapshot',
        'rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBClusterToPointInTime', 'rds:Restore*']) finds(using(action));
    });

    it('count where the policy as a whole has the actions, on a key that it names', () => {
      checkFindings({
        'app.json': identityPolicy({ Action: 'kms:Decrypt' }, { Effect: 'Allow', Action: 'kms:GenerateDataKeyWithoutPlaintext',
          Resource: KEY_ARN }, other('ec2:RunInstances')),
      }, ['app.json info use-case-incomplete "\\"kms:GenerateDataKeyWithoutPlaintext\\""'], ONLY);
      for (const actions of [['kms:Decrypt'], ['kms:GenerateDataKey*', 'kms:DescribeKey']])
        isSilent(using('ec2:StartInstances', { Action: actions }));
      for (const resource of ['*', 'arn:aws:kms:us-west-2:111122223333:key/*', 'arn:aws:kms:*:*:key/*'])
        isSilent(using('ec2:StartInstances', { Resource: resource }));
    });

    it('are not shown by actions that describe, stop or make something else, by wildcards for everything, nor by Deny', () => {
      for (const action of ['ec2:DescribeInstances', 'ec2:StopInstances', 'ec2:Describe*', 'ec2:*', '*', 'rds:DescribeDBInstances',
        'rds:CreateDBSubnetGroup', 'rds:StopDBInstance', 's3:GetObject']) isSilent(using(action));
      isSilent(identityPolicy({ Action: ACTIONS }, { ...other('ec2:StartInstances'), Effect: 'Deny' }));
      isSilent(identityPolicy({ Action: ACTIONS }, { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }));
    });

    it('are complete with kms:CreateGrant anywhere in the policies of the identity', () => {
      isSilent(using('ec2:StartInstances', {}, grants));
      isSilent(using('ec2:StartInstances', { Action: [...ACTIONS, 'kms:CreateGrant'] }));
      isSilent(using('ec2:StartInstances', { Action: [...ACTIONS, '${more}'] }));
      checkFindings({
        'kms-handshake.json': manifest({ identities: [{ arn: roleArn(CONSUMER), policies: ['app.json', 'grants.json'] }] }),
        'key.json': keyPolicy({ Action: 'kms:*' }),
        'app.json': using('ec2:StartInstances'), 'grants.json': { Version: '2012-10-17', Statement: [{ ...grants, Resource: KEY_ARN }] },
      }, [], ONLY);
    });

    it('are complete where the key policy of the same account gives it (KMS Developer Guide, key-policies)', () => {
      const role = roleArn(OWNER);
      const files = (...statements: readonly Record<string, unknown>[]): Record<string, object> => ({
        'kms-handshake.json': manifest({ identities: [{ arn: role, policies: ['app.json'] }] }),
        'key.json': keyPolicy({ Principal: { AWS: role } }, ...statements), 'app.json': using('ec2:StartInstances'),
      });
      checkFindings(files(), [`app.json info use-case-incomplete ${AT}`], ONLY);
      checkFindings(files({ ...grants, Principal: { AWS: role } }), [], ONLY);
    });

    it('belong to the service that kms:ViaService names, where it does', () => {
      isSilent(using('ec2:StartInstances', via('s3')));
      // One finding, as without the other action.
      finds(using('ec2:StartInstances', via('ec2')));
    });

    it('say which action of which service it is', () => {
      const [finding] = findingsWithCode({ 'app.json': using('ec2:StartInstances') }, 'use-case-incomplete');
      assert.equal(finding?.message, 'kms:CreateGrant is missing for ec2:StartInstances: it uses Amazon EBS, which works with a key '
        + 'through grants. Limit the action to AWS services by kms:GrantIsForAWSResource.');
      assert.equal(finding?.href, 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html');
    });

    it('get the statement for grants where the key policy gives them', () => {
      const files = (action: string | readonly string[]): Record<string, object> => ({ 'kms-handshake.json': manifest(),
        'key.json': keyPolicy({ Action: action }), 'app.json': using('rds:CreateDBInstance') });
      const added = (Action: readonly string[]): Record<string, unknown> => ({ Effect: 'Allow', Action, Resource: KEY_ARN,
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } });
      const fixed = applyFix(files([...ACTIONS, 'kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant']), 'use-case-incomplete');
      assert.deepEqual(JSON.parse(fixed['app.json'] ?? ''),
        using('rds:CreateDBInstance', {}, added(['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'])));
      checkFindings(fixed, [], ONLY);
      // No more than the key policy gives.
      const less = applyFix(files([...ACTIONS, 'kms:CreateGrant']), 'use-case-incomplete');
      assert.deepEqual(JSON.parse(less['app.json'] ?? ''), using('rds:CreateDBInstance', {}, added(['kms:CreateGrant'])));
      // Alone it would be in vain.
      assert.deepEqual(fixesWithCode(files(ACTIONS), 'use-case-incomplete'), []);
    });
  });

  it('adds kms:Decrypt, or the statement for grants', () => {
    const decrypt = applyFix({ 'app.json': identityPolicy({ Action: 'kms:GenerateDataKey', ...via('s3') }) }, 'use-case-incomplete');
    assert.deepEqual(JSON.parse(decrypt['app.json'] ?? ''),
      identityPolicy({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], ...via('s3') }));
    const elements = { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], ...via('ec2') };
    const grants = applyFix({ 'app.json': identityPolicy(elements) }, 'use-case-incomplete');
    assert.deepEqual(JSON.parse(grants['app.json'] ?? ''), identityPolicy(elements, {
      Effect: 'Allow', Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Resource: KEY_ARN,
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }));
    checkFindings(grants, [], ONLY);
  });
});
