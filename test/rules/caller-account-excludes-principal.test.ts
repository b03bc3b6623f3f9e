import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition,
  jsonString } from '../support/policies-with-condition';
import { handshakeFiles } from '../support/handshake-files';
import { CONSUMER, getKeyPolicyOutput, KEY_ARN, keyPolicy, OWNER, roleArn, rootArn, userArn } from '../support/fixtures';

const CODE = 'caller-account-excludes-principal';
const CALLER = 'kms:CallerAccount';
const only = expectFindingsWithCode(CODE);
const of = (principal: unknown, operator: string, key: string, value: unknown) => ({
  'key.json': keyPolicyWithCondition(operator, key, value, { Principal: principal }),
});

describe(CODE, () => {
  it('finds an account that is not the principal\'s', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', CALLER, OWNER) }, [`key.json error ${CODE} ${jsonString(OWNER)}`]);
  });

  it('finds a type that the principal does not have (IAM User Guide, reference_policies_variables, principal key values)', () => {
    const role = of({ AWS: roleArn(CONSUMER) }, 'StringEquals', 'aws:PrincipalType', 'User');
    only(role, [`key.json error ${CODE} ${jsonString('User')}`]);
    expectFixReplaces(role, CODE, 'key.json', [['"User"', '"AssumedRole"']]);
    only(of({ AWS: userArn(CONSUMER, 'Ann') }, 'StringLike', 'aws:PrincipalType', 'Assumed*'), [
      `key.json error ${CODE} ${jsonString('Assumed*')}`,
    ]);
    for (const principal of [rootArn(CONSUMER), '*', roleArn(CONSUMER)])
      only(of({ AWS: principal }, 'StringEquals', 'aws:PrincipalType', 'AssumedRole'), []);
    for (const principal of [rootArn(CONSUMER), '*']) only(of({ AWS: principal }, 'StringEquals', 'aws:PrincipalType', 'Account'), []);
  });

  it('takes the principal\'s account', () => {
    only({ 'key.json': keyPolicyWithCondition('StringEquals', CALLER, [OWNER, CONSUMER]) }, []);
    only(of({ AWS: CONSUMER }, 'StringLike', 'aws:PrincipalAccount', '4444*'), []);
  });

  it('finds ARNs of others, patterns that do not match, in other case, inside AWS CLI output', () => {
    only(of({ AWS: roleArn(CONSUMER) }, 'ArnEquals', 'aws:PrincipalArn', roleArn(CONSUMER, 'Other')), [
      `key.json error ${CODE} ${jsonString(roleArn(CONSUMER, 'Other'))}`,
    ]);
    only(of({ AWS: rootArn(CONSUMER) }, 'ArnLike', 'AWS:principalarn', `arn:aws:iam::${OWNER}:role/*`), [
      `key.json error ${CODE} ${jsonString(`arn:aws:iam::${OWNER}:role/*`)}`,
    ]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringEquals', 'aws:PrincipalAccount', OWNER)) }, [
      `key.json error ${CODE} ${JSON.stringify(`\\"${OWNER}\\"`)}`,
    ]);
  });

  it('takes a role of the account, the role behind a session, and paths', () => {
    only(of({ AWS: rootArn(CONSUMER) }, 'ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${CONSUMER}:role/*`), []);
    only(
      of({ AWS: `arn:aws:sts::${CONSUMER}:assumed-role/App/s1` }, 'ArnEquals', 'aws:PrincipalArn',
        `arn:aws:iam::${CONSUMER}:role/path/App`),
      [],
    );
    only(
      of({ AWS: `arn:aws:sts::${CONSUMER}:assumed-role/App/s1` }, 'ArnEquals', 'aws:PrincipalArn', roleArn(CONSUMER, 'Other')),
      [`key.json error ${CODE} ${jsonString(roleArn(CONSUMER, 'Other'))}`],
    );
  });

  it('finds one of several principals, at the key where there are several values', () => {
    only(of({ AWS: [rootArn(CONSUMER), rootArn('777788889999')] }, 'StringEquals', CALLER, [CONSUMER, OWNER]), [
      `key.json error ${CODE} ${jsonString(CALLER)}`,
    ]);
    assert.match(
      findingsWithCode(of({ AWS: [rootArn(CONSUMER), rootArn('777788889999')] }, 'StringEquals', CALLER, CONSUMER), CODE)[0]?.message ?? '',
      /777788889999:root, so the statement does not allow that principal anything/,
    );
  });

  it('leaves everyone, services, Deny, conditions that hold without the key, and identity policies', () => {
    for (const principal of ['*', { AWS: '*' }, { Service: 'sns.amazonaws.com' }]) only(of(principal, 'StringEquals', CALLER, OWNER), []);
    only({ 'a.json': keyPolicyWithCondition('StringEquals', CALLER, OWNER, { Effect: 'Deny' }),
      'b.json': keyPolicyWithCondition('StringNotEquals', CALLER, CONSUMER),
      'c.json': identityPolicyWithCondition('StringEquals', CALLER, OWNER) }, []);
  });

  it('leaves what is not known, and values with a fault of their own', () => {
    for (const value of ['${account}', '${aws:PrincipalAccount}', ['11112222333', OWNER], '1111*'])
      only({ 'key.json': keyPolicyWithCondition('StringEquals', CALLER, value) }, []);
    only(of({ AWS: 'arn:aws:iam::${account}:root' }, 'StringEquals', CALLER, OWNER), []);
  });

  it('is the only finding: the consumer has none', () => {
    const files = handshakeFiles({
      keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', ...conditionMember('StringEquals', CALLER, OWNER) }],
      identityPolicy: [{ Action: 'kms:Decrypt', Resource: KEY_ARN }],
    });
    checkFindings(files, [`producer/key-policy.json error ${CODE} ${jsonString(OWNER)}`], [CODE, 'action-not-allowed-by-key-policy',
      'identity-not-in-key-policy', 'identity-policy-missing']);
  });

  it('requires the principal that is named, and changes nothing else', () => {
    expectFixReplaces({ 'key.json': keyPolicyWithCondition('StringEquals', CALLER, OWNER) }, CODE, 'key.json', [[`"${CALLER}": "${OWNER}"`,
      `"${CALLER}": "${CONSUMER}"`]]);
    expectFixReplaces(of({ AWS: roleArn(CONSUMER) }, 'ArnEquals', 'aws:PrincipalArn', roleArn(CONSUMER, 'Other')), CODE, 'key.json', [[
      roleArn(CONSUMER, 'Other'),
      roleArn(CONSUMER),
    ]]);
  });

  it('has no fix while it is not known whom to require', () => {
    assert.deepEqual(
      fixesWithCode({
        'key.json': keyPolicy({ Principal: { AWS: [rootArn(CONSUMER), 'arn:aws:iam::${account}:root'] },
          ...conditionMember('StringEquals', CALLER, OWNER) }),
      }, CODE),
      [],
    );
  });

  it('finds a condition of an IAM policy that is never true for the identities that have it (IAM User Guide, aws:PrincipalAccount)', () => {
    const asks = (Condition: object, more: object = {}): object => ({ Action: 'kms:Decrypt', Resource: KEY_ARN, Condition, ...more });
    const iam = (statement: object, identity = roleArn(CONSUMER)) =>
      handshakeFiles({ identityPolicy: [statement as Record<string, unknown>], identity });
    const elsewhere = asks({ StringEquals: { 'aws:PrincipalAccount': OWNER } });
    const files = iam(elsewhere);
    only(files, [`consumer/app.json error ${CODE} ${jsonString(OWNER)}`]);
    assert.match(findingsWithCode(files, CODE)[0]?.message ?? '',
      /^aws:PrincipalAccount never has this value for role\/\w+ .*, which has this policy: aws:PrincipalAccount StringEquals \d{12} is never true, so the statement allows nothing\./);
    only(iam(elsewhere, userArn(CONSUMER, 'Ann')), [`consumer/app.json error ${CODE} ${jsonString(OWNER)}`]);
    only(iam(elsewhere, roleArn(OWNER)), []);
    only(iam(asks({ StringEquals: { 'aws:PrincipalAccount': OWNER } }, { Effect: 'Deny' })), []);
    only(iam(asks({ StringEquals: { 'aws:PrincipalAccount': '${account}' } })), []);
    only(iam(asks({ StringEquals: { 'aws:PrincipalAccount': OWNER } }, { Action: 's3:GetObject', Resource: '*' })), []);
    only(iam(asks({ StringEquals: { 'aws:PrincipalArn': roleArn(CONSUMER) } }), CONSUMER), []);
  });

  it('takes a condition that picks some of those who have the policy', () => {
    const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN,
      Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn(CONSUMER, 'Other') } } };
    const files = {
      'app.json': { Version: '2012-10-17', Statement: [statement] },
      'kms-handshake.json': { identities: ['App', 'Other'].map((name) => ({ arn: roleArn(CONSUMER, name), policies: ['app.json'] })) },
    };
    only(files, []);
    only({ ...files,
      'kms-handshake.json': { identities: ['App', 'Third'].map((name) => ({ arn: roleArn(CONSUMER, name), policies: ['app.json'] })) } }, [
      `app.json error ${CODE} ${jsonString(roleArn(CONSUMER, 'Other'))}`,
    ]);
  });
});
