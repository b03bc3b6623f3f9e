import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import {
  CONSUMER, getKeyPolicyOutput, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, policyDocument, ROLE_ARN, roleArn,
  rootArn,
} from '../support/fixtures';

const CODE = 'empty-list';
const only = expectFindingsWithCode(CODE);
const withCondition = (condition: object): object => identityPolicy({ Condition: condition });
const messageOf = (policy: object): string => findingsWithCode({ 'a.json': policy }, CODE)[0]?.message ?? '';

describe(CODE, () => {
  it('finds a statement without actions', () => {
    only({ 'app.json': identityPolicy({ Action: [] }) }, [`app.json info ${CODE} "[]"`]);
  });

  it('takes lists with a value, and a value without a list', () => {
    only({
      'app.json': identityPolicy({ Action: ['kms:Decrypt'], Resource: KEY_ARN, Condition: { Bool: { 'aws:SecureTransport': ['true'] } } }),
      'key.json': keyPolicy(),
    }, []);
  });

  it('finds it in NotAction, in a Resource of a key policy, in a Principal, inside AWS CLI output', () => {
    only({ 'a.json': identityPolicy({ Effect: 'Deny', Action: undefined, NotAction: [] }) }, [`a.json info ${CODE} "[]"`]);
    only({ 'key.json': keyPolicy({ Resource: [], Principal: { AWS: rootArn(CONSUMER), Service: [] } }) },
      Array<string>(2).fill(`key.json info ${CODE} "[]"`));
    only({ 'out.json': getKeyPolicyOutput(keyPolicy({ Action: [] })) }, [`out.json info ${CODE} "[]"`]);
  });

  it('finds it among conditions: a key, an operator, the whole', () => {
    only({ 'a.json': withCondition({ StringEquals: { 'kms:CallerAccount': [] }, Bool: {} }) }, [`a.json info ${CODE} "[]"`,
      `a.json info ${CODE} "{}"`]);
    only({ 'b.json': withCondition({}) }, [`b.json info ${CODE} "{}"`]);
    assert.match(messageOf(withCondition({ StringEquals: { 'kms:CallerAccount': [] } })), /never applies/);
    assert.match(messageOf(withCondition({ StringNotEquals: { 'kms:CallerAccount': [] } })), /tests nothing/);
  });

  it('finds a policy without statements, where it is known to be about keys', () => {
    only({ 'out.json': { KeyPolicy: JSON.stringify({ Version: '2012-10-17', Id: 'kms', Statement: [] }) } }, [
      `out.json info ${CODE} "[]"`,
    ]);
    only({ 'app.json': { Version: '2012-10-17', Statement: [] } }, []);
  });

  it('leaves what other rules report: an empty Principal, a Resource without keys', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: {} }), 'app.json': identityPolicy({ Resource: [] }) }, [
      'key.json error missing-principal "{}"', 'app.json error missing-key-arn-resource "[]"',
    ], [CODE, 'missing-principal', 'missing-key-arn-resource']);
  });

  it('leaves what is being typed, skeletons and policies that are not about KMS', () => {
    only({
      'a.json': '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":[',
      'b.json': policyDocument({ Effect: 'effect', Action: 'action', Resource: 'resource', Condition: {} }),
      'c.json': policyDocument({ Effect: 'Allow', Action: [], Resource: 'arn:aws:s3:::bucket/*' }, { Effect: 'Allow', Action: 's3:*',
        Resource: [] }),
    }, []);
  });

  it('removes the statement, but only on request, and never the only one', () => {
    const files = { 'app.json': identityPolicy({}, { Sid: 'Later', Effect: 'Allow', Action: [], Resource: KEY_ARN }) };
    assert.deepEqual(fixesWithCode(files, CODE).map(({ title, safe }) => `${title} ${safe}`), [
      'Remove the statement "Later", which has no effect false',
    ]);
    assert.deepEqual(JSON.parse(applyFix(files, CODE)['app.json'] ?? ''), identityPolicy());
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicy({ Action: [] }) }, CODE), []);
  });

  it('fills an empty list of actions with what the key policy allows the identity', () => {
    const allowed = ['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:GenerateDataKey*'];
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Action: allowed }),
      'app.json': identityPolicy({ Action: [] }) };
    assert.deepEqual(fixesWithCode(files, CODE).map(({ title, safe, preferred }) => [title, safe, preferred]), [
      [`Add what the policy of key 1234abcd… (${OWNER}) allows: kms:Decrypt and kms:GenerateDataKey*`, false, false],
    ]);
    assert.deepEqual(JSON.parse(applyFix(files, CODE)['app.json'] ?? ''),
      identityPolicy({ Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] }));
    const ofOwner = { ...files, 'kms-handshake.json': { ...manifest(), identities: [{ arn: roleArn(OWNER), policies: ['app.json'] }] } };
    const denying = { ...files, 'app.json': identityPolicy({ Effect: 'Deny', Action: [] }) };
    for (const other of [ofOwner, denying]) assert.deepEqual(fixesWithCode(other, CODE, 'app.json'), []);
  });

  it('fills an empty list of actions of a key policy with what the only principal asks for', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: { AWS: ROLE_ARN }, Action: [] }),
      'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:DescribeKey'] }) };
    const [fix] = fixesWithCode(files, CODE);
    assert.equal(fix?.title, `Add what the IAM policies of role App of account ${CONSUMER} ask for: kms:Decrypt and kms:DescribeKey`);
    assert.deepEqual(JSON.parse(applyFix(files, CODE)['key.json'] ?? ''),
      keyPolicy({ Principal: { AWS: ROLE_ARN }, Action: ['kms:Decrypt', 'kms:DescribeKey'] }));
    const ofAccount = { ...files, 'key.json': keyPolicy({ Principal: { AWS: rootArn(CONSUMER) }, Action: [] }) };
    assert.match(fixesWithCode(ofAccount, CODE)[0]?.title ?? '', /^Add what the IAM policies of account/);
    const ofTwo = { ...files, 'key.json': keyPolicy({ Principal: { AWS: [ROLE_ARN, roleArn(CONSUMER, 'Other')] }, Action: [] }) };
    assert.ok(fixesWithCode(ofTwo, CODE).every(({ title }) => !title.startsWith('Add ')));
  });

  it('removes what says nothing, safely, and nothing else', () => {
    const files = { 'role.json': getRolePolicyOutput(withCondition({ Bool: {}, StringEquals: { 'kms:CallerAccount': '1' } })) };
    assert.deepEqual(fixesWithCode(files, CODE).map(({ safe }) => safe), [true]);
    assert.deepEqual(JSON.parse(applyFix(files, CODE)['role.json'] ?? ''),
      getRolePolicyOutput(withCondition({ StringEquals: { 'kms:CallerAccount': '1' } })));
    const principals = { 'key.json': keyPolicy({ Principal: { AWS: [], Service: 'sns.amazonaws.com' } }) };
    assert.deepEqual(JSON.parse(applyFix(principals, CODE)['key.json'] ?? ''), keyPolicy({ Principal: { Service: 'sns.amazonaws.com' } }));
  });

  it('never opens a statement by taking away a test that is never true', () => {
    assert.deepEqual(fixesWithCode({ 'a.json': withCondition({ StringEquals: { 'kms:CallerAccount': [] } }) }, CODE), []);
  });

  it('leaves values that a comment replaces', () => {
    only({ 'a.jsonc': JSON.stringify(identityPolicy({ Action: [] })).replace('[]', '[ /* ... */ ]') }, []);
  });
});
