import assert from 'node:assert';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, type StatementJson, userArn } from '../support/fixtures';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, findingLines, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles } from '../support/handshake-files';

const CODE = 'identity-policy-missing';
const FOR_EXT = { Principal: { AWS: rootArn(CONSUMER) }, Action: ['kms:Decrypt', 'kms:DescribeKey'] };
const ROOT = JSON.stringify(`"${rootArn(CONSUMER)}"`);
const alone = (...keyPolicy: readonly StatementJson[]) => handshakeFiles({ keyPolicy });
const only = expectFindingsWithCode(CODE);
const OTHER_KEY = KEY_ARN.replace('1234abcd', '99999999').replace(OWNER, CONSUMER);

describe('identity-policy-missing', () => {
  it('is information where the workspace has no policy of the account', () => {
    only(alone(FOR_EXT), [`producer/key-policy.json info ${CODE} ${ROOT}`]);
  });

  it('is a warning where it has policies of the account, but none for the key', () => {
    only(handshakeFiles({ keyPolicy: [FOR_EXT], identityPolicy: [{ Action: 'kms:Decrypt', Resource: OTHER_KEY }] }), [
      `producer/key-policy.json warning ${CODE} ${ROOT}`,
    ]);
    only(handshakeFiles({ keyPolicy: [FOR_EXT], identityPolicy: [{ Action: 's3:GetObject', Resource: '*' }] }), [
      `producer/key-policy.json warning ${CODE} ${ROOT}`,
    ]);
  });

  it('is silent where some policy of the account uses the key', () => {
    for (const statement of [{ Action: 'kms:Decrypt' }, { Action: 'kms:*', Resource: '*' }, { Action: '*', Resource: '*' }, {
      NotAction: 'iam:*',
      Resource: '*',
    }]) {
      only(handshakeFiles({ keyPolicy: [FOR_EXT], identityPolicy: [statement] }), []);
    }
  });

  it('is silent where some policy uses a part of what several statements give, as of the console\'s two (docs/aws-rules.md 5.5)', () => {
    const grants = { Principal: { AWS: rootArn(CONSUMER) }, Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
    only(handshakeFiles({ keyPolicy: [FOR_EXT, grants], identityPolicy: [{ Action: 'kms:Decrypt' }] }), []);
    only(handshakeFiles({ keyPolicy: [FOR_EXT, grants], identityPolicy: [{ Action: 'kms:Sign' }] }), [
      `producer/key-policy.json warning ${CODE} ${ROOT}`,
    ]);
  });

  it('is silent where such a policy fails for another reason', () => {
    for (const resource of [KEY_ARN.replace('us-west-2', 'eu-west-1'), KEY_ARN.replace(OWNER, CONSUMER),
      KEY_ARN.replace(OWNER, '${owner}')]) {
      only(handshakeFiles({ keyPolicy: [FOR_EXT], identityPolicy: [{ Action: 'kms:Decrypt', Resource: resource }] }), []);
    }
    only(
      handshakeFiles({ keyPolicy: [{ ...FOR_EXT, Principal: { AWS: userArn(CONSUMER, 'Bob') } }],
        identityPolicy: [{ Action: 'kms:Decrypt' }], identity: userArn(CONSUMER, 'Stuart') }),
      [],
    );
  });

  it('is reported once for a principal of several statements, and for each principal', () => {
    only(alone(FOR_EXT, { ...FOR_EXT, Action: 'kms:CreateGrant' }), [`producer/key-policy.json info ${CODE} ${ROOT}`]);
    only(alone({ ...FOR_EXT, Principal: { AWS: [rootArn(CONSUMER), CONSUMER] } }), [
      `producer/key-policy.json info ${CODE} ${ROOT}`,
    ]);
    only(alone({ ...FOR_EXT, Principal: { AWS: [roleArn(CONSUMER), CONSUMER, '777788889999'] } }), [
      `producer/key-policy.json info ${CODE} ${JSON.stringify(`"${roleArn(CONSUMER)}"`)}`,
      `producer/key-policy.json info ${CODE} "\\"${CONSUMER}\\""`,
      `producer/key-policy.json info ${CODE} "\\"777788889999\\""`,
    ]);
  });

  it('is silent for the owner, services, everyone, service-linked roles and malformed principals', () => {
    for (const principal of [
      { AWS: rootArn(OWNER) }, { Service: 'logs.us-west-2.amazonaws.com' }, { AWS: '*' }, { AWS: 'AIDADBQP57FF2AEXAMPLE' },
      { AWS: '${consumer}' },
      { AWS: `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling` },
      { AWS: `arn:aws:iam::${CONSUMER}:group/Dev` },
      { AWS: rootArn(CONSUMER).replace('arn:aws', 'arn:aws-cn') },
    ]) only(alone({ ...FOR_EXT, Principal: principal }), []);
  });

  it('is silent where nothing of the statement works across accounts, for Deny, and for fragments', () => {
    only(alone({ ...FOR_EXT, Action: 'kms:PutKeyPolicy' }), []);
    only(alone({ ...FOR_EXT, Effect: 'Deny' }), []);
    only(handshakeFiles({ keyPolicy: JSON.stringify({ ...FOR_EXT, Effect: 'Allow', Resource: '*' }) }), []);
  });

  it('writes the IAM policy, after which nothing is missing', () => {
    const files = alone(FOR_EXT);
    assert.equal(fixesWithCode(files, CODE)[0]?.confirm, true);
    const fixed = applyFix(files, CODE, `Generate the IAM policy for account ${CONSUMER}`);
    const [path] = Object.keys(fixed).filter((name) => !(name in files));
    assert.ok(path);
    const { Statement } = JSON.parse(fixed[path] ?? '') as { Statement: { Action: unknown; Resource: unknown }[] };
    assert.deepEqual(Statement.map(({ Action, Resource }) => [Action, Resource]), [[['kms:Decrypt', 'kms:DescribeKey'], KEY_ARN]]);
    checkFindings(fixed, [], [CODE, 'action-not-allowed-by-key-policy', 'action-unused-by-consumer']);
  });

  describe('for everyone, limited to an account by a condition (KMS Developer Guide, kms:CallerAccount)', () => {
    const everyone = (condition: object, more: object = {}) => ({ Principal: { AWS: '*' }, Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Condition: condition, ...more });
    const limited = everyone({ StringEquals: { 'kms:CallerAccount': CONSUMER } });
    const VALUE = JSON.stringify(`"${CONSUMER}"`);

    it('is information or a warning at the account, as for a principal', () => {
      only(alone(limited), [`producer/key-policy.json info ${CODE} ${VALUE}`]);
      only(alone({ ...limited, Principal: '*' }), [`producer/key-policy.json info ${CODE} ${VALUE}`]);
      only(handshakeFiles({ keyPolicy: [limited], identityPolicy: [{ Action: 'kms:Decrypt', Resource: OTHER_KEY }] }), [
        `producer/key-policy.json warning ${CODE} ${VALUE}`,
      ]);
    });

    for (const condition of [
      { StringEquals: { 'aws:PrincipalAccount': CONSUMER } }, { StringLike: { 'KMS:calleraccount': [CONSUMER] } },
      { StringEqualsIgnoreCase: { 'kms:CallerAccount': CONSUMER } },
      { StringEquals: { 'kms:CallerAccount': [OWNER, CONSUMER], 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
      { StringEquals: { 'kms:CallerAccount': ['777788889999', CONSUMER] },
        StringNotEquals: { 'aws:PrincipalAccount': '777788889999' } },
      {
        StringEquals: { 'kms:CallerAccount': ['777788889999', CONSUMER],
          'aws:PrincipalAccount': [CONSUMER, OWNER] },
      },
      { StringEquals: { 'kms:CallerAccount': ['${other}', CONSUMER] } },
    ]) {
      it(`takes ${JSON.stringify(condition)}`, () => only(alone(everyone(condition)), [`producer/key-policy.json info ${CODE} ${VALUE}`]));
    }

    for (const condition of [
      { StringEquals: { 'kms:CallerAccount': OWNER } }, { StringEquals: { 'kms:CallerAccount': '${consumer}' } },
      { StringLike: { 'kms:CallerAccount': '4444*' } },
      { StringLike: { 'kms:CallerAccount': [CONSUMER, '*'] } }, { StringNotEquals: { 'kms:CallerAccount': CONSUMER } },
      { StringEqualsIfExists: { 'kms:CallerAccount': CONSUMER } },
      { 'ForAnyValue:StringEquals': { 'kms:CallerAccount': CONSUMER } },
      { 'ForAllValues:StringEquals': { 'kms:CallerAccount': CONSUMER } }, { StringEquals: { 'kms:CallerAccount': '44445555666' } },
      { StringEquals: { 'kms:CallerAccount': CONSUMER, 'aws:PrincipalAccount': OWNER } },
      { StringEquals: { 'kms:CallerAccount': CONSUMER }, StringNotLike: { 'aws:PrincipalAccount': '4444*' } },
      { StringEquals: { 'aws:SourceAccount': CONSUMER } }, { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    ]) {
      it(`is silent with ${JSON.stringify(condition)}`, () => only(alone(everyone(condition)), []));
    }

    it('is reported for each account, and once for one that is a principal too', () => {
      only(alone(everyone({ StringEquals: { 'kms:CallerAccount': [CONSUMER, '777788889999'] } })), [
        `producer/key-policy.json info ${CODE} ${VALUE}`, `producer/key-policy.json info ${CODE} "\\"777788889999\\""`,
      ]);
      only(alone(FOR_EXT, limited), [`producer/key-policy.json info ${CODE} ${ROOT}`]);
    });

    it('is silent where some policy of the account uses the key', () => {
      for (const statement of [{ Action: 'kms:Decrypt' }, { Action: 'kms:*', Resource: '*' }, { Action: '*', Resource: '*' }, {
        NotAction: 'iam:*',
        Resource: '*',
      }]) {
        only(handshakeFiles({ keyPolicy: [limited], identityPolicy: [statement] }), []);
      }
      only(handshakeFiles({ keyPolicy: [limited], identityPolicy: [{ Action: '*', Resource: '*' }], identity: roleArn('777788889999') }),
        [`producer/key-policy.json info ${CODE} ${VALUE}`]);
    });

    it('writes the IAM policy with the conditions that belong there, after which nothing is missing', () => {
      for (const key of ['kms:CallerAccount', 'aws:PrincipalAccount']) {
        const files = alone(
          everyone({ StringEquals: { [key]: CONSUMER, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }, {
            Action: ['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:GenerateDataKey'],
          }),
        );
        const fixed = applyFix(files, CODE, `Generate the IAM policy for account ${CONSUMER}`);
        const [path] = Object.keys(fixed).filter((name) => !(name in files));
        assert.ok(path);
        const { Statement } = JSON.parse(fixed[path] ?? '') as { Statement: { Action: unknown; Resource: unknown; Condition: unknown }[] };
        assert.deepEqual(Statement.map(({ Action, Resource, Condition }) => [Action, Resource, Condition]), [
          [['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN, { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }],
        ]);
        assert.deepEqual(findingLines(fixed).filter((line) => line.startsWith(path) || line.includes(CODE)), []);
      }
    });
  });

  it('is silent where an output names policies of the role without showing them (AWS CLI Command Reference, '
    + 'get-account-authorization-details --filter)', () => {
    const trust = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    const dump = (attached: readonly object[]): object => ({
      RoleDetailList: [{ RoleName: 'App', Path: '/', Arn: roleArn(CONSUMER), AssumeRolePolicyDocument: trust, RolePolicyList: [],
        AttachedManagedPolicies: attached }],
      Policies: [],
    });
    const files = alone({ Principal: { AWS: roleArn(CONSUMER) }, Action: 'kms:Decrypt' });
    only({ ...files, 'dump.json': dump([]) }, [`producer/key-policy.json info ${CODE} `
      + JSON.stringify(`"${roleArn(CONSUMER)}"`)]);
    only({ ...files, 'dump.json': dump([{ PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }]) },
      []);
  });

  it('requests no action that a Deny takes away, or that never satisfies the condition (KMS Developer Guide, policy evaluation)', () => {
    const message = (...statements: StatementJson[]): string => findingsWithCode(alone(...statements), CODE)[0]?.message ?? '';
    const limited = { ...FOR_EXT, Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::b/*' } } };
    assert.match(message(limited), /must allow kms:Decrypt on key/);
    assert.match(
      message(FOR_EXT, { Effect: 'Deny', Principal: '*', Action: 'kms:DescribeKey',
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': OWNER } } }),
      /must allow kms:Decrypt on key/,
    );
    assert.match(
      message(FOR_EXT, { Effect: 'Deny', Principal: '*', Action: 'kms:DescribeKey',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      /must allow kms:Decrypt and kms:DescribeKey on key/,
    );
    assert.match(message({ ...limited, Principal: { AWS: roleArn(CONSUMER) } }), /must allow kms:Decrypt on key/);
  });

  it('mentions that a grant would do', () => {
    assert.match(findingsWithCode(alone(FOR_EXT), CODE)[0]?.message ?? '', /grant/);
  });
});
