import { EXT, KEY_ARN, roleOf, rootOf, OWN } from '../support/access';
import { applyFix, check, onlyOf } from '../support/check';
import { handshake } from '../support/handshake';

const CODE = 'action-unused-by-consumer';
const forExt = (action: unknown, principal: unknown = { AWS: rootOf(EXT) }) => [{ Principal: principal, Action: action }];
const only = onlyOf(CODE);
const hint = (action: string): string => `producer/key-policy.json hint ${CODE} "\\"${action}\\""`;

describe('action-unused-by-consumer', () => {
  it('is a hint at an action that no policy of the account uses', () => {
    only(handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), iam: [{ Action: 'kms:Decrypt' }] }), [hint('kms:DescribeKey')]);
  });

  it('is silent for equal sets, in any case', () => {
    only(handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), iam: [{ Action: ['KMS:decrypt', 'kms:Describe*'] }] }), []);
  });

  it('is silent while a part of a wildcard is used', () => {
    only(handshake({ keyPolicy: forExt(['kms:GenerateDataKey*', 'kms:ReEncrypt*']), iam: [{ Action: 'kms:GenerateDataKey' }] }), [hint('kms:ReEncrypt*')]);
    only(handshake({ keyPolicy: forExt('kms:*'), iam: [{ Action: 'kms:Decrypt' }] }), []);
  });

  it('counts all policies of the account', () => {
    only(handshake({
      keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), iam: [{ Action: 'kms:Decrypt' }],
      others: { 'consumer/other.json': { to: roleOf(EXT, 'Other'), policy: [{ Action: 'kms:DescribeKey' }] } },
    }), []);
  });

  it('is silent where no policy of the account uses the key at all', () => {
    only(handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']) }), []);
    only(handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), iam: [{ Action: 'kms:Encrypt' }] }), []);
  });

  it('is silent for everyone, for the owner, and where the owner is let in beside', () => {
    const iam = [{ Action: 'kms:Decrypt' }];
    only(handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey'], { AWS: '*' }), iam }), []);
    only(handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey'], { AWS: [roleOf(OWN), rootOf(EXT)] }), iam }), []);
  });

  it('is a hint for everyone too where a condition limits them to other accounts (KMS Developer Guide, kms:CallerAccount)', () => {
    const limited = (accounts: unknown) => [{ Principal: { AWS: '*' }, Action: ['kms:Decrypt', 'kms:DescribeKey'], Condition: { StringEquals: { 'kms:CallerAccount': accounts } } }];
    const own = { 'producer/own.json': { to: roleOf(OWN), policy: [{ Action: 'kms:DescribeKey' }] } };
    only(handshake({ keyPolicy: limited(EXT), iam: [{ Action: 'kms:Decrypt' }], others: own }), [hint('kms:DescribeKey')]);
    only(handshake({ keyPolicy: limited([EXT, OWN]), iam: [{ Action: 'kms:Decrypt' }] }), []);
    only(handshake({ keyPolicy: limited([EXT, '${other}']), iam: [{ Action: 'kms:Decrypt' }] }), []);
    only(handshake({ keyPolicy: limited([EXT, '777788889999']), iam: [{ Action: 'kms:Decrypt' }] }), []);
  });

  it('is silent while an action of the consumer is not known', () => {
    only(handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), iam: [{ Action: ['kms:Decrypt', '${more}'], Resource: KEY_ARN }] }), []);
  });

  it('is silent while a policy of the consumer is known by its name only', () => {
    const files = handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), iam: [{ Action: 'kms:Decrypt' }] });
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    const attached = [{ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }];
    const dump = { RoleDetailList: [{ RoleName: 'App', Arn: roleOf(EXT), AssumeRolePolicyDocument: trust, RolePolicyList: [], AttachedManagedPolicies: attached }] };
    only({ ...files, 'dump.json': dump }, []);
  });

  it('is removed from the key policy', () => {
    const files = handshake({ keyPolicy: forExt(['kms:Decrypt', 'kms:DescribeKey']), iam: [{ Action: 'kms:Decrypt' }] });
    check(applyFix(files, CODE, 'Remove kms:DescribeKey from the key policy'), [], [CODE]);
  });
});
