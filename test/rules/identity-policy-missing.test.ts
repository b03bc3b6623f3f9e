import assert from 'node:assert';
import { EXT, KEY_ARN, OWN, roleOf, rootOf, userOf, type StatementJson } from '../support/access';
import { applyFix, check, findingsWith, fixesOf } from '../support/check';
import { handshake, type HandshakeFiles } from '../support/handshake';

const CODE = 'identity-policy-missing';
const FOR_EXT = { Principal: { AWS: rootOf(EXT) }, Action: ['kms:Decrypt', 'kms:DescribeKey'] };
const ROOT = JSON.stringify(`"${rootOf(EXT)}"`);
const alone = (...keyPolicy: readonly StatementJson[]) => handshake({ keyPolicy });
const only = (files: HandshakeFiles, expected: readonly string[]): void => check(files, expected, [CODE]);
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

  it('is silent where some policy uses a part of what several statements give, as of the console\'s two (reference 5.5 and row 8)', () => {
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

  it('mentions that a grant would do', () => {
    assert.match(findingsWith(alone(FOR_EXT), CODE)[0]?.message ?? '', /grant/);
  });
});
