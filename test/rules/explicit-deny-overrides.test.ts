import assert from 'node:assert';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, type StatementJson } from '../support/fixtures';
import { checkFindings, findingsWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles } from '../support/handshake-files';

const CODE = 'explicit-deny-overrides';
const FOR_EXT = { Principal: { AWS: rootArn(CONSUMER) }, Action: ['kms:Decrypt', 'kms:Encrypt'] };
const denyIn = (half: 'key' | 'iam', deny: StatementJson, action: unknown = 'kms:Decrypt', resource: unknown = KEY_ARN) => handshakeFiles({
  keyPolicy: half === 'key' ? [FOR_EXT, { Effect: 'Deny', Principal: { AWS: rootArn(CONSUMER) }, ...deny }] : [FOR_EXT],
  identityPolicy: [{ Action: action, Resource: resource }, ...half === 'iam' ? [{ Effect: 'Deny', ...deny }] : []],
});
const only = expectFindingsWithCode(CODE);
const AT_DECRYPT = [`consumer/app.json warning ${CODE} "\\"kms:Decrypt\\""`];

describe('explicit-deny-overrides', () => {
  it('is a warning at the action that a Deny of the key policy takes away', () => {
    only(denyIn('key', { Action: 'kms:*' }), AT_DECRYPT);
    only(denyIn('key', { Action: 'kms:Decrypt', Principal: { AWS: roleArn(CONSUMER) } }), AT_DECRYPT);
  });

  it('is a warning at the action that a Deny of the IAM policy takes away', () => {
    only(denyIn('iam', { Action: 'kms:Decrypt' }), AT_DECRYPT);
    only(denyIn('iam', { NotAction: 's3:*', Resource: '*' }), AT_DECRYPT);
  });

  it('is silent for a Deny of another action, identity or key', () => {
    only(denyIn('key', { Action: 'kms:Encrypt' }), []);
    only(denyIn('key', { Action: 'kms:Decrypt', Principal: { AWS: roleArn(CONSUMER, 'Other') } }), []);
    only(denyIn('iam', { Action: 'kms:Decrypt', Resource: KEY_ARN.replace('1234abcd', '99999999') }), []);
  });

  it('is silent while conditions decide whether the Deny applies', () => {
    only(denyIn('key', { Action: 'kms:*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }), []);
  });

  it('is silent for exceptions that are meant: a part of a wildcard, one of many keys', () => {
    only(denyIn('iam', { Action: 'kms:Encrypt' }, 'kms:*'), []);
    only(denyIn('iam', { Action: 'kms:Decrypt' }, 'kms:Decrypt', '*'), []);
  });

  it('is reported where a Deny for everything leaves nothing of an Allow for everything', () => {
    only(denyIn('iam', { Action: 'kms:Decrypt', Resource: '*' }, 'kms:Decrypt', '*'), AT_DECRYPT);
  });

  it('is reported in a key policy that contradicts itself', () => {
    const contradiction = (principal: string, denied = principal) =>
      handshakeFiles({
        keyPolicy: [{ Principal: { AWS: principal }, Action: ['kms:Decrypt', 'kms:Encrypt'] }, { Effect: 'Deny', Principal: { AWS: denied },
          Action: 'kms:Decrypt' }],
      });
    const atDecrypt = [`producer/key-policy.json warning ${CODE} "\\"kms:Decrypt\\""`];
    only(contradiction(rootArn(CONSUMER)), atDecrypt);
    only(contradiction(roleArn(OWNER)), atDecrypt);
    only(contradiction(roleArn(CONSUMER), rootArn(CONSUMER)), atDecrypt);
    only(contradiction(rootArn(CONSUMER), roleArn(CONSUMER)), []);
    only(contradiction(roleArn(CONSUMER), roleArn(CONSUMER, 'Other')), []);
  });

  it('is reported for a service that a Deny for everyone outside of an organization hits too (aws:PrincipalIsAWSService)', () => {
    const LOGS = 'logs.us-west-2.amazonaws.com';
    const forLogs = { Principal: { Service: LOGS }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-west-2:${OWNER}:*` } } };
    const beside = (deny: StatementJson, allow: StatementJson = forLogs) =>
      handshakeFiles({ keyPolicy: [allow, { Effect: 'Deny', Principal: '*', Action: 'kms:*', ...deny }] });
    const outside = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } };
    const atLogs = [`producer/key-policy.json warning ${CODE} "\\"${LOGS}\\""`];
    only(beside({ Condition: outside }), atLogs);
    only(beside({ Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }), atLogs);
    only(beside({ Condition: outside }, { ...forLogs, Principal: { AWS: roleArn(OWNER), Service: [LOGS] } }), atLogs);
    assert.match(findingsWithCode(beside({ Condition: outside }), CODE)[0]?.message ?? '',
      /condition on aws:PrincipalOrgID is true for every service/);
    only(beside({ Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } } }), atLogs);
    only(beside({ Condition: { ...outside, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } }), []);
    only(beside({ Condition: { StringNotEquals: { 'aws:PrincipalAccount': OWNER } } }), []);
    only(beside({ Condition: { StringNotEqualsIfExists: { 'aws:SourceOrgID': 'o-exampleorgid' } } }), []);
    only(beside({ Action: 'kms:Decrypt', Condition: outside }), []);
    only(beside({ Principal: { AWS: rootArn(OWNER) }, Condition: outside }), []);
  });

  it('stays alone, and points to the Deny', () => {
    const files = denyIn('key', { Sid: 'Closed', Action: 'kms:*' });
    checkFindings(files, AT_DECRYPT, [CODE, 'action-not-allowed-by-key-policy', 'identity-not-in-key-policy', 'identity-policy-missing']);
    const [finding] = findingsWithCode(files, CODE);
    assert.match(finding?.message ?? '', /the statement "Closed" of the key policy/);
    assert.deepEqual(finding?.related.map(({ message }) => message), [`Key policy of ${KEY_ARN}: the statement "Closed" denies it.`]);
  });
});
