import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles } from '../support/handshake-files';

const CODE = 'action-unused-by-consumer';
const forExt = (action: unknown, principal: unknown = { AWS: rootArn(CONSUMER) }) => [{ Principal: principal, Action: action }];
const only = expectFindingsWithCode(CODE);
const hint = (action: string): string => `producer/key-policy.json hint ${CODE} "\\"${action}\\""`;

describe('action-unused-by-consumer', () => {
  it('is a hint at an action that no policy of the account uses', () => {
    only(handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), identityPolicy: [{ Action: 'kms:Decrypt' }] }), [
      hint('kms:DescribeKey'),
    ]);
  });

  it('is silent for equal sets, in any case', () => {
    only(
      handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']),
        identityPolicy: [{ Action: ['KMS:decrypt', 'kms:Describe*'] }] }),
      [],
    );
  });

  it('is silent while a part of a wildcard is used', () => {
    only(
      handshakeFiles({ keyPolicy: forExt(['kms:GenerateDataKey*', 'kms:ReEncrypt*']),
        identityPolicy: [{ Action: 'kms:GenerateDataKey' }] }),
      [hint('kms:ReEncrypt*')],
    );
    only(handshakeFiles({ keyPolicy: forExt('kms:*'), identityPolicy: [{ Action: 'kms:Decrypt' }] }), []);
  });

  it('counts all policies of the account', () => {
    only(handshakeFiles({
      keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), identityPolicy: [{ Action: 'kms:Decrypt' }],
      others: { 'consumer/other.json': { identityArn: roleArn(CONSUMER, 'Other'), policy: [{ Action: 'kms:DescribeKey' }] } },
    }), []);
  });

  it('is silent where no policy of the account uses the key at all', () => {
    only(handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']) }), []);
    only(handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), identityPolicy: [{ Action: 'kms:Encrypt' }] }), []);
  });

  it('is silent for everyone, for the owner, and where the owner is allowed too', () => {
    const iam = [{ Action: 'kms:Decrypt' }];
    only(handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey'], { AWS: '*' }), identityPolicy: iam }), []);
    only(
      handshakeFiles({
        keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey'], { AWS: [roleArn(OWNER), rootArn(CONSUMER)] }),
        identityPolicy: iam,
      }),
      [],
    );
  });

  it('is a hint for everyone too where a condition limits them to other accounts (KMS Developer Guide, kms:CallerAccount)', () => {
    const limited = (
      accounts: unknown,
    ) => [{ Principal: { AWS: '*' }, Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Condition: { StringEquals: { 'kms:CallerAccount': accounts } } }];
    const own = { 'producer/own.json': { identityArn: roleArn(OWNER), policy: [{ Action: 'kms:DescribeKey' }] } };
    only(handshakeFiles({ keyPolicy: limited(CONSUMER), identityPolicy: [{ Action: 'kms:Decrypt' }], others: own }), [
      hint('kms:DescribeKey'),
    ]);
    only(handshakeFiles({ keyPolicy: limited([CONSUMER, OWNER]), identityPolicy: [{ Action: 'kms:Decrypt' }] }), []);
    only(handshakeFiles({ keyPolicy: limited([CONSUMER, '${other}']), identityPolicy: [{ Action: 'kms:Decrypt' }] }), []);
    only(handshakeFiles({ keyPolicy: limited([CONSUMER, '777788889999']), identityPolicy: [{ Action: 'kms:Decrypt' }] }), []);
  });

  it('is silent while an action of the consumer is not known', () => {
    only(
      handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']),
        identityPolicy: [{ Action: ['kms:Decrypt', '${more}'], Resource: KEY_ARN }] }),
      [],
    );
  });

  it('is silent while a policy of the consumer is known by its name only', () => {
    const files = handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), identityPolicy: [{ Action: 'kms:Decrypt' }] });
    const trust = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    const attached = [{ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }];
    const dump = {
      RoleDetailList: [{ RoleName: 'App', Arn: roleArn(CONSUMER), AssumeRolePolicyDocument: trust, RolePolicyList: [],
        AttachedManagedPolicies: attached }],
    };
    only({ ...files, 'dump.json': dump }, []);
  });

  it('is removed from the key policy', () => {
    const files = handshakeFiles({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), identityPolicy: [{ Action: 'kms:Decrypt' }] });
    checkFindings(applyFix(files, CODE, 'Remove kms:DescribeKey from the key policy'), [], [CODE]);
  });
});
