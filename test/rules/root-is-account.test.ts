import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument, roleArn,
  rootArn } from '../support/fixtures';

const ONLY = ['root-is-account'];
const statement = (principal: unknown, effect = 'Allow'): object =>
  policyDocument({ Effect: effect, Principal: principal, Action: 'kms:Decrypt', Resource: '*' });

describe('root-is-account', () => {
  it('explains the root of another account', () => {
    checkFindings({ 'key.json': statement({ AWS: rootArn(CONSUMER) }) }, [`key.json hint root-is-account "\\"${rootArn(CONSUMER)}\\""`],
      ONLY);
  });

  it('reports nothing beside aws:PrincipalType, which can mean the root user (IAM User Guide, reference_policies_variables)', () => {
    const Condition = { StringEquals: { 'aws:PrincipalType': 'Account' } };
    checkFindings({
      'key.json': policyDocument({ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*',
        Condition }),
    }, [], ONLY);
  });

  it('has nothing to say of account ids, roles and identity policies', () => {
    checkFindings({ 'a.json': statement({ AWS: [CONSUMER, roleArn(CONSUMER)] }), 'b.json': identityPolicy(),
      'c.json': statement({ AWS: 'arn:aws:iam::${account}:root' }) }, [], ONLY);
  });

  it('explains each in a list, in other partitions and inside AWS CLI output', () => {
    const china = rootArn(CONSUMER, 'aws-cn');
    checkFindings({ 'out.json': getKeyPolicyOutput(statement({ AWS: [rootArn(OWNER), china] })) }, [
      `out.json hint root-is-account ${JSON.stringify(`\\"${rootArn(OWNER)}\\"`)}`,
      `out.json hint root-is-account ${JSON.stringify(`\\"${china}\\"`)}`,
    ], ONLY);
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
  it('is silent on the statement of the default key policy, and on no other for the same account', () => {
    const key = (...statements: readonly Readonly<Record<string, unknown>>[]): object => getKeyPolicyOutput(policyDocument(...statements));
    checkFindings({ 'key.json': policyDocument(OWNER_STATEMENT), 'out.json': key(OWNER_STATEMENT),
      'id.json': key({ ...OWNER_STATEMENT, Sid: 'other' }) }, [], ONLY);
    const FOUND = `key.json hint root-is-account ${JSON.stringify(JSON.stringify(rootArn(OWNER)))}`;
    for (const changed of [{ Effect: 'Deny' }, { Action: 'kms:Decrypt' }, { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }]) {
      checkFindings({ 'key.json': policyDocument(OWNER_STATEMENT, { ...OWNER_STATEMENT, ...changed }) }, [FOUND], ONLY);
    }
    checkFindings({ 'key.json': policyDocument(OWNER_STATEMENT, { ...OWNER_STATEMENT, Principal: { AWS: rootArn(CONSUMER) } }),
      'kms-handshake.json': manifest() }, [FOUND.replace(OWNER, CONSUMER)], ONLY);
  });

  it('is silent on the account of the stack in a template, but for a Deny', () => {
    const text = (Effect: string): object => ({ Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policyDocument(
      { Effect, Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } }, Action: 'kms:Decrypt', Resource: '*' }) } } } });
    checkFindings({ 'a.template.json': text('Allow') }, [], ONLY);
    checkFindings({ 'a.template.json': text('Allow'),
      'kms-handshake.json': { placeholders: [{ files: ['a.template.json'], values: { 'AWS::AccountId': OWNER } }] } }, [], ONLY);
    assert.equal(findingsWithCode({ 'a.template.json': text('Deny') }, 'root-is-account').length, 1);
  });

  it('says what a Deny does', () => {
    assert.match(findingsWithCode({ 'key.json': statement({ AWS: rootArn(CONSUMER) }, 'Deny') }, 'root-is-account')[0]?.message ?? '',
      /applies to every identity/);
  });
});
