import assert from 'node:assert';
import { EXT, KEY_ARN, OWN, roleOf, rootOf, userOf, type StatementJson } from '../support/access';
import { applyFix, check, findingsWith, fixesOf, linesOf, onlyOf } from '../support/check';
import { handshake } from '../support/handshake';

const CODE = 'identity-policy-missing';
const FOR_EXT = { Principal: { AWS: rootOf(EXT) }, Action: ['kms:Decrypt', 'kms:DescribeKey'] };
const ROOT = JSON.stringify(`"${rootOf(EXT)}"`);
const alone = (...keyPolicy: readonly StatementJson[]) => handshake({ keyPolicy });
const only = onlyOf(CODE);
const OTHER_KEY = KEY_ARN.replace('1234abcd', '99999999').replace(OWN, EXT);

describe('identity-policy-missing', () => {
  it('is information where the workspace has no policy of the account', () => {
    only(alone(FOR_EXT), [`producer/key-policy.json info ${CODE} ${ROOT}`]);
  });

  it('is a warning where it has policies of the account, but none for the key', () => {
    only(handshake({ keyPolicy: [FOR_EXT], iam: [{ Action: 'kms:Decrypt', Resource: OTHER_KEY }] }), [`producer/key-policy.json warning ${CODE} ${ROOT}`]);
    only(handshake({ keyPolicy: [FOR_EXT], iam: [{ Action: 's3:GetObject', Resource: '*' }] }), [`producer/key-policy.json warning ${CODE} ${ROOT}`]);
  });

  it('is silent where some policy of the account uses the key', () => {
    for (const statement of [{ Action: 'kms:Decrypt' }, { Action: 'kms:*', Resource: '*' }, { Action: '*', Resource: '*' }, { NotAction: 'iam:*', Resource: '*' }]) {
      only(handshake({ keyPolicy: [FOR_EXT], iam: [statement] }), []);
    }
  });

  it('is silent where some policy uses a part of what several statements give, as of the console\'s two (docs/aws-rules.md 5.5)', () => {
    const grants = { Principal: { AWS: rootOf(EXT) }, Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
    only(handshake({ keyPolicy: [FOR_EXT, grants], iam: [{ Action: 'kms:Decrypt' }] }), []);
    only(handshake({ keyPolicy: [FOR_EXT, grants], iam: [{ Action: 'kms:Sign' }] }), [`producer/key-policy.json warning ${CODE} ${ROOT}`]);
  });

  it('is silent where such a policy fails for another reason', () => {
    for (const resource of [KEY_ARN.replace('us-west-2', 'eu-west-1'), KEY_ARN.replace(OWN, EXT), KEY_ARN.replace(OWN, '${owner}')]) {
      only(handshake({ keyPolicy: [FOR_EXT], iam: [{ Action: 'kms:Decrypt', Resource: resource }] }), []);
    }
    only(handshake({ keyPolicy: [{ ...FOR_EXT, Principal: { AWS: userOf(EXT, 'Bob') } }], iam: [{ Action: 'kms:Decrypt' }], identity: userOf(EXT, 'Stuart') }), []);
  });

  it('is said once for a principal of several statements, and for each principal', () => {
    only(alone(FOR_EXT, { ...FOR_EXT, Action: 'kms:CreateGrant' }), [`producer/key-policy.json info ${CODE} ${ROOT}`]);
    only(alone({ ...FOR_EXT, Principal: { AWS: [rootOf(EXT), EXT] } }), [`producer/key-policy.json info ${CODE} ${ROOT}`]);
    only(alone({ ...FOR_EXT, Principal: { AWS: [roleOf(EXT), EXT, '777788889999'] } }), [
      `producer/key-policy.json info ${CODE} ${JSON.stringify(`"${roleOf(EXT)}"`)}`,
      `producer/key-policy.json info ${CODE} "\\"${EXT}\\""`,
      `producer/key-policy.json info ${CODE} "\\"777788889999\\""`,
    ]);
  });

  it('is silent for the owner, services, everyone, service-linked roles and malformed principals', () => {
    for (const principal of [
      { AWS: rootOf(OWN) }, { Service: 'logs.us-west-2.amazonaws.com' }, { AWS: '*' }, { AWS: 'AIDADBQP57FF2AEXAMPLE' }, { AWS: '${consumer}' },
      { AWS: `arn:aws:iam::${EXT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling` }, { AWS: `arn:aws:iam::${EXT}:group/Dev` },
      { AWS: rootOf(EXT).replace('arn:aws', 'arn:aws-cn') },
    ]) only(alone({ ...FOR_EXT, Principal: principal }), []);
  });

  it('is silent where nothing of the statement works across accounts, for Deny, and for fragments', () => {
    only(alone({ ...FOR_EXT, Action: 'kms:PutKeyPolicy' }), []);
    only(alone({ ...FOR_EXT, Effect: 'Deny' }), []);
    only(handshake({ keyPolicy: JSON.stringify({ ...FOR_EXT, Effect: 'Allow', Resource: '*' }) }), []);
  });

  it('writes the IAM policy, after which nothing is missing', () => {
    const files = alone(FOR_EXT);
    assert.equal(fixesOf(files, CODE)[0]?.confirm, true);
    const fixed = applyFix(files, CODE, `Write the IAM policy for account ${EXT}`);
    const [path] = Object.keys(fixed).filter((one) => !(one in files));
    assert.ok(path);
    const { Statement } = JSON.parse(fixed[path] ?? '') as { Statement: { Action: unknown; Resource: unknown }[] };
    assert.deepEqual(Statement.map(({ Action, Resource }) => [Action, Resource]), [[['kms:Decrypt', 'kms:DescribeKey'], KEY_ARN]]);
    check(fixed, [], [CODE, 'action-not-allowed-by-key-policy', 'action-unused-by-consumer']);
  });

  describe('for everyone, limited to an account by a condition (KMS Developer Guide, kms:CallerAccount)', () => {
    const everyone = (condition: object, more: object = {}) => ({ Principal: { AWS: '*' }, Action: ['kms:Decrypt', 'kms:DescribeKey'], Condition: condition, ...more });
    const limited = everyone({ StringEquals: { 'kms:CallerAccount': EXT } });
    const VALUE = JSON.stringify(`"${EXT}"`);

    it('is information or a warning at the account, as for a principal', () => {
      only(alone(limited), [`producer/key-policy.json info ${CODE} ${VALUE}`]);
      only(alone({ ...limited, Principal: '*' }), [`producer/key-policy.json info ${CODE} ${VALUE}`]);
      only(handshake({ keyPolicy: [limited], iam: [{ Action: 'kms:Decrypt', Resource: OTHER_KEY }] }), [`producer/key-policy.json warning ${CODE} ${VALUE}`]);
    });

    for (const condition of [
      { StringEquals: { 'aws:PrincipalAccount': EXT } }, { StringLike: { 'KMS:calleraccount': [EXT] } }, { StringEqualsIgnoreCase: { 'kms:CallerAccount': EXT } },
      { StringEquals: { 'kms:CallerAccount': [OWN, EXT], 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
      { StringEquals: { 'kms:CallerAccount': ['777788889999', EXT] }, StringNotEquals: { 'aws:PrincipalAccount': '777788889999' } },
      { StringEquals: { 'kms:CallerAccount': ['777788889999', EXT], 'aws:PrincipalAccount': [EXT, OWN] } },
      { StringEquals: { 'kms:CallerAccount': ['${other}', EXT] } },
    ]) {
      it(`takes ${JSON.stringify(condition)}`, () => only(alone(everyone(condition)), [`producer/key-policy.json info ${CODE} ${VALUE}`]));
    }

    for (const condition of [
      { StringEquals: { 'kms:CallerAccount': OWN } }, { StringEquals: { 'kms:CallerAccount': '${consumer}' } }, { StringLike: { 'kms:CallerAccount': '4444*' } },
      { StringLike: { 'kms:CallerAccount': [EXT, '*'] } }, { StringNotEquals: { 'kms:CallerAccount': EXT } }, { StringEqualsIfExists: { 'kms:CallerAccount': EXT } },
      { 'ForAnyValue:StringEquals': { 'kms:CallerAccount': EXT } }, { 'ForAllValues:StringEquals': { 'kms:CallerAccount': EXT } }, { StringEquals: { 'kms:CallerAccount': '44445555666' } },
      { StringEquals: { 'kms:CallerAccount': EXT, 'aws:PrincipalAccount': OWN } }, { StringEquals: { 'kms:CallerAccount': EXT }, StringNotLike: { 'aws:PrincipalAccount': '4444*' } },
      { StringEquals: { 'aws:SourceAccount': EXT } }, { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    ]) {
      it(`is silent with ${JSON.stringify(condition)}`, () => only(alone(everyone(condition)), []));
    }

    it('is said for each account, and once for one that is a principal too', () => {
      only(alone(everyone({ StringEquals: { 'kms:CallerAccount': [EXT, '777788889999'] } })), [
        `producer/key-policy.json info ${CODE} ${VALUE}`, `producer/key-policy.json info ${CODE} "\\"777788889999\\""`,
      ]);
      only(alone(FOR_EXT, limited), [`producer/key-policy.json info ${CODE} ${ROOT}`]);
    });

    it('is silent where some policy of the account uses the key', () => {
      for (const statement of [{ Action: 'kms:Decrypt' }, { Action: 'kms:*', Resource: '*' }, { Action: '*', Resource: '*' }, { NotAction: 'iam:*', Resource: '*' }]) {
        only(handshake({ keyPolicy: [limited], iam: [statement] }), []);
      }
      only(handshake({ keyPolicy: [limited], iam: [{ Action: '*', Resource: '*' }], identity: roleOf('777788889999') }), [`producer/key-policy.json info ${CODE} ${VALUE}`]);
    });

    it('writes the IAM policy with the conditions that belong there, after which nothing is missing', () => {
      for (const key of ['kms:CallerAccount', 'aws:PrincipalAccount']) {
        const files = alone(everyone({ StringEquals: { [key]: EXT, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }, { Action: ['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:GenerateDataKey'] }));
        const fixed = applyFix(files, CODE, `Write the IAM policy for account ${EXT}`);
        const [path] = Object.keys(fixed).filter((one) => !(one in files));
        assert.ok(path);
        const { Statement } = JSON.parse(fixed[path] ?? '') as { Statement: { Action: unknown; Resource: unknown; Condition: unknown }[] };
        assert.deepEqual(Statement.map(({ Action, Resource, Condition }) => [Action, Resource, Condition]), [
          [['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN, { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }],
        ]);
        assert.deepEqual(linesOf(fixed).filter((line) => line.startsWith(path) || line.includes(CODE)), []);
      }
    });
  });

  it('is silent where an output names policies of the role without showing them (AWS CLI Command Reference, get-account-authorization-details --filter)', () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    const dump = (attached: readonly object[]): object => ({
      RoleDetailList: [{ RoleName: 'App', Path: '/', Arn: roleOf(EXT), AssumeRolePolicyDocument: trust, RolePolicyList: [], AttachedManagedPolicies: attached }], Policies: [],
    });
    const files = alone({ Principal: { AWS: roleOf(EXT) }, Action: 'kms:Decrypt' });
    only({ ...files, 'dump.json': dump([]) }, [`producer/key-policy.json info ${CODE} ${JSON.stringify(`"${roleOf(EXT)}"`)}`]);
    only({ ...files, 'dump.json': dump([{ PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }]) }, []);
  });

  it('asks for no action that a Deny takes away, or that never meets the condition (KMS Developer Guide, policy evaluation)', () => {
    const message = (...statements: StatementJson[]): string => findingsWith(alone(...statements), CODE)[0]?.message ?? '';
    const limited = { ...FOR_EXT, Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::b/*' } } };
    assert.match(message(limited), /must allow kms:Decrypt on key/);
    assert.match(message(FOR_EXT, { Effect: 'Deny', Principal: '*', Action: 'kms:DescribeKey', Condition: { StringNotEquals: { 'aws:PrincipalAccount': OWN } } }), /must allow kms:Decrypt on key/);
    assert.match(message(FOR_EXT, { Effect: 'Deny', Principal: '*', Action: 'kms:DescribeKey', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), /must allow kms:Decrypt and kms:DescribeKey on key/);
    assert.match(message({ ...limited, Principal: { AWS: roleOf(EXT) } }), /must allow kms:Decrypt on key/);
  });

  it('mentions that a grant would do', () => {
    assert.match(findingsWith(alone(FOR_EXT), CODE)[0]?.message ?? '', /grant/);
  });
});
