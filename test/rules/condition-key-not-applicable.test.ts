import * as assert from 'node:assert/strict';
import { applyFix, check, findingsWith, fixesOf, onlyOf } from '../support/check';
import { condition, iamWith, keyWith, quoted } from '../support/conditions';
import { handshake } from '../support/handshake';
import { CONSUMER, document, getKeyPolicyOutput, identityPolicy, KEY, rootOf } from './samples';

const CODE = 'condition-key-not-applicable';
const APP = 'kms:EncryptionContext:App';
const only = onlyOf(CODE);
const asked = (action: unknown, key = APP, value: unknown = 'x') => ({ 'app.json': iamWith('StringEquals', key, value, { Action: action }) });

describe(CODE, () => {
  it('finds a key that no action of the statement has', () => {
    only(asked('kms:DescribeKey'), [`app.json error ${CODE} ${quoted(APP)}`]);
    only(asked(['kms:GetKeyPolicy', 'KMS:listgrants'], 'kms:encryptioncontext:app'), [`app.json error ${CODE} ${quoted('kms:encryptioncontext:app')}`]);
  });

  it('takes it where the actions have it, patterns included', () => {
    for (const action of ['kms:Decrypt', ['kms:Decrypt', 'kms:GenerateDataKey*'], 'kms:*', '*', 'kms:D*']) only(asked(action), []);
  });

  it('warns where some actions have it', () => {
    only(asked(['kms:Decrypt', 'kms:PutKeyPolicy']), [`app.json warning ${CODE} ${quoted(APP)}`]);
    only({ 'key.json': getKeyPolicyOutput(keyWith('Bool', 'kms:GrantIsForAWSResource', 'true', { Action: ['kms:CreateGrant', 'kms:Decrypt'] })) }, [`key.json warning ${CODE} ${JSON.stringify('\\"kms:GrantIsForAWSResource\\"')}`]);
  });

  it('notes it where only DescribeKey, Describe* or List* lack it, as in the CloudWatch Logs statement of AWS (CWL/encrypt-log-data-kms)', () => {
    const logs = keyWith('ArnEquals', 'kms:EncryptionContext:aws:logs:arn', 'arn:aws:logs:us-west-2:111122223333:*', {
      Principal: { Service: 'logs.us-west-2.amazonaws.com' }, Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    });
    only({ 'key.json': logs }, [`key.json info ${CODE} ${quoted('kms:EncryptionContext:aws:logs:arn')}`]);
    only(asked(['kms:Decrypt', 'kms:DescribeKey', 'kms:ListGrants']), [`app.json info ${CODE} ${quoted(APP)}`]);
  });

  it('notes aws: keys, which an AWS managed policy uses so', () => {
    only({ 'app.json': iamWith('ForAnyValue:StringEquals', 'aws:TagKeys', 'team', { Action: 'kms:DescribeKey' }) }, [`app.json info ${CODE} ${quoted('aws:TagKeys')}`]);
  });

  it('leaves conditions that hold without the key, Deny, and NotAction', () => {
    for (const operator of ['StringNotEquals', 'StringEqualsIfExists', 'ForAllValues:StringEquals', 'Null']) only({ 'app.json': iamWith(operator, APP, 'true', { Action: 'kms:DescribeKey' }) }, []);
    only({ 'a.json': iamWith('StringEquals', APP, 'x', { Action: 'kms:DescribeKey', Effect: 'Deny' }), 'b.json': iamWith('StringEquals', APP, 'x', { Action: undefined, NotAction: 'kms:Decrypt' }) }, []);
  });

  it('leaves actions that KMS does not have, and does not count what a template fills in', () => {
    only(asked('kms:Decript'), []);
    only(asked('${action}'), []);
    only(asked(['${action}', 'kms:PutKeyPolicy']), [`app.json warning ${CODE} ${quoted(APP)}`]);
  });

  it('is said once for an action: the consumer is not told as well', () => {
    const files = (action: string) => handshake({ keyPolicy: [{ Principal: { AWS: rootOf(CONSUMER) }, Action: action, ...condition('StringEquals', APP, 'x') }], iam: [{ Action: action, Resource: KEY }] });
    check(files('kms:GetPublicKey'), [`producer/key-policy.json error ${CODE} ${quoted(APP)}`], [CODE, 'action-not-allowed-by-key-policy']);
  });

  it('moves the actions to a statement without the condition', () => {
    const files = { 'app.json': iamWith('StringEquals', APP, 'x', { Sid: 'Use', Action: ['kms:Decrypt', 'kms:DescribeKey'] }) };
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), document(
      { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: KEY, Sid: 'Use', ...condition('StringEquals', APP, 'x') }, { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: KEY },
    ));
    check(after, [], [CODE]);
    assert.equal(fixesOf(files, CODE)[0]?.safe, false);
  });

  it('has no fix where other conditions limit the statement too, or nothing is left of it', () => {
    assert.deepEqual(fixesOf({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:DescribeKey'], Condition: { StringEquals: { [APP]: 'x', 'kms:CallerAccount': CONSUMER } } }) }, CODE), []);
    assert.deepEqual(fixesOf(asked('kms:DescribeKey'), CODE), []);
  });

  it('says which actions', () => {
    const [finding] = findingsWith(asked(['kms:Decrypt', 'kms:DescribeKey']), CODE);
    assert.match(finding?.message ?? '', /Requests for kms:DescribeKey do not have kms:EncryptionContext:App/);
    assert.equal(finding?.related.length, 1);
  });
});
