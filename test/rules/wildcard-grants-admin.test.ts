import * as assert from 'node:assert/strict';
import { KEY_ADMINISTRATOR_ACTIONS, KEY_USER_ACTIONS } from '../../server/src/core/aws/use-cases';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode } from '../support/expect-findings';
import {
  CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument, roleArn, rootArn,
} from '../support/fixtures';

const ONLY = ['wildcard-grants-admin'];
const found = (file: string, action: string): string => `${file} warning wildcard-grants-admin "\\"${action}\\""`;
const withKey = (elements: Record<string, unknown>): Record<string, object> => ({ 'kms-handshake.json': manifest(),
  'key.json': keyPolicy(elements) });

describe('wildcard-grants-admin', () => {
  it('finds kms:* for another account, and says what of it works there', () => {
    checkFindings(withKey({ Action: 'kms:*' }), [found('key.json', 'kms:*')], ONLY);
    const [finding] = findingsWithCode(withKey({ Action: 'kms:*' }), 'wildcard-grants-admin');
    assert.match(finding?.message ?? '', /^"kms:\*" allows account 444455556666 to give the key to others: .* kms:CreateGrant and kms:RevokeGrant work on a key of another account/);
  });

  it('takes the actions of key users, and the owner\'s kms:*', () => {
    checkFindings(withKey({ Action: KEY_USER_ACTIONS }), [], ONLY);
    checkFindings({ 'app.json': identityPolicy({ Action: KEY_USER_ACTIONS }) }, [], ONLY);
  });

  for (const action of ['kms:Put*', 'kms:Create*', 'kms:Re*', 'KMS:s*', 'kms:Dis*', 'kms:*Key*']) {
    it(`finds ${action}`, () => checkFindings(withKey({ Action: ['kms:Decrypt', action] }), [found('key.json', action)], ONLY));
  }

  for (const action of ['kms:Describe*', 'kms:List*', 'kms:Get*', 'kms:Generate*', 'kms:ReEncrypt*', 'kms:PutKeyPolicy',
    'kms:PutKeyPolicy*', 'kms:*Grant', 'kms:Enable*']) {
    it(`leaves ${action} alone`, () => checkFindings(withKey({ Action: action }), [], ONLY));
  }

  it('finds it in an identity policy, but not "*", which is not written for keys', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: 'kms:*' }), 'admin.json': identityPolicy({ Action: '*', Resource: '*' }) }, [
      found('app.json', 'kms:*'),
    ], ONLY);
    checkFindings({ 's3.json': identityPolicy({ Action: ['kms:*', 's3:*'], Resource: 'arn:aws:s3:::b/*' }) }, [], ONLY);
  });

  it('finds it for identities of the owner, services, and everyone of one account', () => {
    for (const principal of [{ AWS: roleArn(OWNER) }, { Service: 'sns.amazonaws.com' }, { AWS: [rootArn(OWNER), roleArn(OWNER)] }]) {
      checkFindings(withKey({ Principal: principal, Action: 'kms:*' }), [found('key.json', 'kms:*')], ONLY);
    }
    checkFindings(withKey({ Principal: '*', Action: 'kms:*', Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } }), [
      found('key.json', 'kms:*'),
    ], ONLY);
  });

  it('finds it for everyone of an organization: '
    + 'in the owner\'s account they need no IAM policy (IAM User Guide, Principal, all principals)', () => {
    checkFindings(withKey({ Principal: '*', Action: 'kms:*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }), [
      found('key.json', 'kms:*'),
    ], ONLY);
    checkFindings(
      withKey({ Principal: '*', Action: 'kms:*', Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
      [],
      ONLY,
    );
  });

  it('leaves the console\'s key administrators alone, unless they are of another account', () => {
    checkFindings(withKey({ Principal: { AWS: roleArn(OWNER) }, Action: KEY_ADMINISTRATOR_ACTIONS }), [], ONLY);
    checkFindings(withKey({ Principal: { AWS: roleArn(OWNER) }, Action: KEY_ADMINISTRATOR_ACTIONS.slice(0, 12) }), [], ONLY);
    checkFindings(withKey({ Principal: { AWS: roleArn(OWNER) }, Action: ['kms:Create*', 'kms:Put*'] }), [found('key.json', 'kms:Create*'),
      found('key.json', 'kms:Put*')], ONLY);
    checkFindings(withKey({ Principal: { AWS: roleArn(CONSUMER) }, Action: KEY_ADMINISTRATOR_ACTIONS }),
      ['kms:Create*', 'kms:Disable*', 'kms:Put*'].map((action) => found('key.json', action)), ONLY);
  });

  it('leaves Deny, unknown parts, everyone without limit, and accounts that may be the owner\'s alone', () => {
    checkFindings(withKey({ Effect: 'Deny', Action: 'kms:*' }), [], ONLY);
    checkFindings(withKey({ Action: 'kms:${what}*' }), [], ONLY);
    checkFindings(withKey({ Principal: { AWS: 'arn:aws:iam::${account}:root' }, Action: 'kms:*' }), [], ONLY);
    checkFindings(withKey({ Principal: '*', Action: 'kms:*' }), [], ONLY);
    checkFindings({ 'part.json': { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:*', Resource: '*' } }, [], ONLY);
  });

  it('leaves patterns alone whose conditions leave nothing of that kind', () => {
    checkFindings(withKey({ Action: 'kms:*', Condition: { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } } }), [], ONLY);
    checkFindings(withKey({ Action: 'kms:*', Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }), [
      found('key.json', 'kms:*'),
    ], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: roleArn(OWNER) }, Action: ['kms:*'] })) }, [
      'out.json warning wildcard-grants-admin "\\\\\\"kms:*\\\\\\""',
    ], ONLY);
  });

  it('writes the actions of key users', () => {
    const after = applyFix(withKey({ Action: 'kms:*' }), 'wildcard-grants-admin', 'five actions');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Action: KEY_USER_ACTIONS }));
    checkFindings(after, [], ONLY);
    const list = applyFix({ 'app.json': identityPolicy({ Action: ['s3:GetObject', 'kms:*'] }) }, 'wildcard-grants-admin');
    assert.deepEqual(JSON.parse(list['app.json'] ?? ''), identityPolicy({ Action: ['s3:GetObject', ...KEY_USER_ACTIONS] }));
  });

  it('writes nothing that would leave no one who may change the key policy', () => {
    const admin = { Effect: 'Allow', Principal: { AWS: roleArn(OWNER) }, Action: 'kms:*', Resource: '*' };
    const files = (...statements: readonly Readonly<Record<string, unknown>>[]) => ({ 'kms-handshake.json': manifest(),
      'key.json': policyDocument(...statements) });
    const shared = { ...admin, Principal: { AWS: [roleArn(OWNER), rootArn(CONSUMER)] } };
    assert.deepEqual(fixesWithCode(files(shared), 'wildcard-grants-admin'), []);
    assert.equal(fixesWithCode(files(shared, OWNER_STATEMENT), 'wildcard-grants-admin').length, 1);
  });

  it('is silent for the only identity that may change the key policy, which key-policy-single-admin reports', () => {
    const admin = { Effect: 'Allow', Principal: { AWS: roleArn(OWNER, 'Admin') }, Action: 'kms:*', Resource: '*' };
    const files = (...statements: readonly Readonly<Record<string, unknown>>[]) => ({ 'kms-handshake.json': manifest(),
      'key.json': policyDocument(...statements) });
    const both = [...ONLY, 'key-policy-single-admin'];
    const single = `key.json warning key-policy-single-admin ${JSON.stringify(JSON.stringify(roleArn(OWNER, 'Admin')))}`;
    checkFindings(files(admin), [single], both);
    checkFindings(files(admin, { ...admin, Action: 'kms:Create*' }), [single], both);
    checkFindings(files({ ...admin, Principal: { AWS: [roleArn(OWNER, 'Admin'), roleArn(OWNER, 'Other')] } }), [single], both);
    // Another one could be narrowed, and so could both where the account itself keeps the key.
    const worker = { ...admin, Principal: { AWS: roleArn(OWNER, 'Worker') }, Action: 'kms:Create*' };
    checkFindings(files(admin, worker), [single, found('key.json', 'kms:Create*')], both);
    checkFindings(files(admin, OWNER_STATEMENT), [found('key.json', 'kms:*')], both);
  });

  it('writes what the IAM policies of the account ask of the key', () => {
    const files = { ...withKey({ Action: 'kms:*' }), 'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }) };
    const after = applyFix(files, 'wildcard-grants-admin', 'what IAM policies use');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''),
      policyDocument(OWNER_STATEMENT, { Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' }));
    assert.deepEqual(JSON.parse(JSON.stringify(identityPolicy({ Resource: KEY_ARN }))), identityPolicy());
  });
});
