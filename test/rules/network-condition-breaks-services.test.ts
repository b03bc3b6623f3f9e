import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import {
  CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, policyDocument, roleArn, rootArn,
} from '../support/fixtures';

const CODE = 'network-condition-breaks-services';
const DENY = { Effect: 'Deny', Action: 'kms:*', Resource: '*' };
const IP = ['NotIpAddress', 'aws:SourceIp', '192.0.2.0/24'] as const;
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds a Deny for all other addresses (KMS Developer Guide, "Using the IP address condition")', () => {
    only({ 'app.json': identityPolicyWithCondition(...IP, DENY) }, [`app.json info ${CODE} ${jsonString('aws:SourceIp')}`]);
  });

  it('takes it where calls by services are left out', () => {
    for (const [operator, key] of [['Bool', 'aws:ViaAWSService'], ['BoolIfExists', 'aws:PrincipalIsAWSService'], ['StringNotEqualsIfExists',
      'kms:ViaService']] as const) {
      only({
        'app.json': identityPolicy({ ...DENY,
          Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, [operator]: { [key]: 'false' } } }),
      }, []);
    }
  });

  it('finds VPCs and endpoints, in key policies, in other case, with placeholders, inside AWS CLI output', () => {
    only({
      'key.json': keyPolicyWithCondition('StringNotEqualsIfExists', 'AWS:sourcevpce', ['${vpce}'], { Effect: 'Deny', Principal: '*' }),
    }, [`key.json info ${CODE} ${jsonString('AWS:sourcevpce')}`]);
    only({
      'key.json': getKeyPolicyOutput(
        keyPolicyWithCondition('StringNotEquals', 'aws:SourceVpc', 'vpc-1', { Effect: 'Deny', Principal: '*' }),
      ),
    }, [`key.json info ${CODE} ${JSON.stringify('\\"aws:SourceVpc\\"')}`]);
  });

  it('leaves Allow by itself, unless it names a service, and Deny for some addresses', () => {
    only({ 'a.json': identityPolicyWithCondition('IpAddress', 'aws:SourceIp', '192.0.2.0/24'),
      'b.json': identityPolicyWithCondition('IpAddress', 'aws:SourceIp', '192.0.2.0/24', DENY) }, []);
    only({ 'key.json': keyPolicyWithCondition('StringEquals', 'aws:SourceVpce', 'vpce-1', { Principal: { Service: 's3.amazonaws.com' } }) },
      [`key.json info ${CODE} ${jsonString('aws:SourceVpce')}`]);
  });

  describe('an Allow for some networks (KMS Developer Guide, vpce-policy-condition)', () => {
    const ENDPOINT = { StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } };
    const use = (action: unknown): Record<string, unknown> => ({ Effect: 'Allow', Action: action, Resource: '*' });
    const pair = (condition: object, action: unknown, ...others: readonly Record<string, unknown>[]): Record<string, object> => ({
      'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Condition: condition }, ...others),
      'app.json': identityPolicy({}, ...action === undefined ? [] : [use(action)]),
    });
    const at = (key: string, file = 'key.json'): string => `${file} info ${CODE} ${jsonString(key)}`;

    it('is reported where actions of the IAM policy have a service use the key', () => {
      for (const action of ['s3:GetObject', 's3:*', 'SQS:ReceiveMessage', 'secretsmanager:GetSecretValue', 'ssm:GetParameter',
        'dynamodb:*Item', ['s3:ListBucket', 's3:PutObject']]) only(pair(ENDPOINT, action), [at('aws:SourceVpce')]);
      only(pair({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, 's3:GetObject'), [at('aws:SourceIp')]);
      only(pair({ StringLike: { 'AWS:sourcevpc': 'vpc-1*' } }, 's3:GetObject'), [at('AWS:sourcevpc')]);
    });

    it('is reported in the IAM policy too', () => {
      only({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy(),
        'app.json': identityPolicy({ Condition: ENDPOINT }, use('s3:GetObject')) }, [at('aws:SourceVpce', 'app.json')]);
    });

    it('is reported in each of several statements that all require a network', () => {
      only(
        pair(ENDPOINT, 's3:GetObject', { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*',
          Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }),
        [at('aws:SourceVpce'), at('aws:SourceIp')],
      );
    });

    it('is reported in the key\'s own account, where the IAM policy has no actions of KMS', () => {
      const role = roleArn(OWNER);
      const files = (action: string): Record<string, object> => ({
        'kms-handshake.json': manifest({ identities: [{ arn: role, policies: ['app.json'] }] }),
        'key.json': keyPolicy({ Principal: { AWS: role }, Condition: ENDPOINT }), 'app.json': policyDocument(use(action)),
      });
      only(files('s3:GetObject'), [at('aws:SourceVpce')]);
      only(files('logs:PutLogEvents'), []);
    });

    it('is a single finding for several identities, and names the actions', () => {
      const files: Record<string, object> = {
        ...pair(ENDPOINT, 's3:GetObject'),
        'kms-handshake.json': manifest({
          identities: [{ arn: roleArn(CONSUMER), policies: ['app.json'] }, { arn: roleArn(CONSUMER, 'Other'), policies: ['other.json'] }],
        }),
        'other.json': identityPolicy({}, use('sqs:SendMessage')),
      };
      only(files, [at('aws:SourceVpce')]);
      const [finding] = findingsWithCode(files, CODE);
      assert.match(finding?.message ?? '',
        /^This condition does not allow calls of AWS services for a user, though the IAM policy has a service use the key\. .* aws:SourceVpce then has another value or is missing\. If the calls are meant too, allow them in a statement of their own under kms:ViaService\./);
      assert.deepEqual(finding?.related.map(({ message }) => message).sort(), ['IAM policy: s3:GetObject has the service s3 use the key.',
        'IAM policy: sqs:SendMessage has the service sqs use the key.']);
    });

    it('leaves direct callers, and actions that describe or list', () => {
      for (const action of [undefined, 's3:ListBucket', 's3:List*', 'ec2:DescribeInstances', 'logs:PutLogEvents', 'sts:AssumeRole', '*'])
        only(pair(ENDPOINT, action), []);
      only({ ...pair(ENDPOINT, undefined), 'other.json': policyDocument(use('s3:GetObject')) }, []);
      only({ ...pair(ENDPOINT, undefined), 'app.json': identityPolicy({}, { ...use('s3:GetObject'), Effect: 'Deny' }) }, []);
    });

    it('leaves what another statement, or a grant, allows without the network', () => {
      const account = { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*' };
      only(pair(ENDPOINT, 's3:GetObject', account), []);
      only(pair(ENDPOINT, 's3:GetObject', { ...account, Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
        []);
      const grants = {
        Grants: [{ KeyId: KEY_ARN, GrantId: 'a'.repeat(64), GranteePrincipal: roleArn(CONSUMER), Operations: ['Decrypt'],
          IssuingAccount: rootArn(OWNER) }],
      };
      only({ ...pair(ENDPOINT, 's3:GetObject'), 'grants.json': grants }, []);
    });

    it('leaves conditions that a call without the key meets, and statements that have thought of services', () => {
      for (const condition of [
        { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } }, { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
        { Null: { 'aws:SourceVpce': 'false' } },
        { ...ENDPOINT, StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d', 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
        { ...ENDPOINT, Bool: { 'aws:ViaAWSService': 'false' } },
      ]) only(pair(condition, 's3:GetObject'), []);
    });

    it('leaves actions that no service uses for a user', () => {
      const files = pair(ENDPOINT, undefined);
      only({ ...files, 'key.json': keyPolicy({ Action: ['kms:DescribeKey', 'kms:Sign', 'kms:Create*'], Condition: ENDPOINT }),
        'app.json': identityPolicy({ Action: ['kms:DescribeKey', 'kms:Sign', 'kms:Create*'] }, use('s3:GetObject')) }, []);
    });
  });

  it('leaves statements that are not about KMS', () => {
    only({ 'app.json': identityPolicy({}, { Effect: 'Deny', Action: 's3:*', Resource: '*', ...conditionMember(...IP) }),
      'other.json': policyDocument({ Effect: 'Deny', Action: 's3:*', Resource: '*', ...conditionMember(...IP) }) }, []);
  });

  it('leaves out calls by services', () => {
    const after = applyFix({ 'app.json': identityPolicyWithCondition(...IP, DENY) }, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''),
      identityPolicy({ ...DENY, Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, Bool: { 'aws:ViaAWSService': 'false' } } }));
    checkFindings(after, [], [CODE]);
    const before = keyPolicy({ Effect: 'Deny', Principal: '*',
      Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, Bool: { 'aws:SecureTransport': 'true' } } });
    assert.deepEqual(JSON.parse(applyFix({ 'key.json': before }, CODE)['key.json'] ?? ''),
      keyPolicy({ Effect: 'Deny', Principal: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
          Bool: { 'aws:SecureTransport': 'true', 'aws:ViaAWSService': 'false' } } }));
    assert.equal(fixesWithCode({ 'key.json': before }, CODE)[0]?.safe, false);
  });
});
