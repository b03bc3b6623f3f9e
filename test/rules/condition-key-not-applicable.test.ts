import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { conditionMember, identityPolicyWithCondition, keyPolicyWithCondition, jsonString } from '../support/policies-with-condition';
import { handshakeFiles } from '../support/handshake-files';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, policyDocument, rootArn } from '../support/fixtures';

const CODE = 'condition-key-not-applicable';
const APP = 'kms:EncryptionContext:App';
const only = expectFindingsWithCode(CODE);
const asked = (action: unknown, key = APP, value: unknown = 'x') => ({
  'app.json': identityPolicyWithCondition('StringEquals', key, value, { Action: action }),
});

describe(CODE, () => {
  it('finds a key that no action of the statement has', () => {
    only(asked('kms:DescribeKey'), [`app.json error ${CODE} ${jsonString(APP)}`]);
    only(asked(['kms:GetKeyPolicy', 'KMS:listgrants'], 'kms:encryptioncontext:app'), [
      `app.json error ${CODE} ${jsonString('kms:encryptioncontext:app')}`,
    ]);
  });

  it('takes it where the actions have it, patterns included', () => {
    for (const action of ['kms:Decrypt', ['kms:Decrypt', 'kms:GenerateDataKey*'], 'kms:*', '*', 'kms:D*']) only(asked(action), []);
  });

  it('warns where some actions have it', () => {
    only(asked(['kms:Decrypt', 'kms:PutKeyPolicy']), [`app.json warning ${CODE} ${jsonString(APP)}`]);
    only({
      'key.json': getKeyPolicyOutput(
        keyPolicyWithCondition('Bool', 'kms:GrantIsForAWSResource', 'true', { Action: ['kms:CreateGrant', 'kms:Decrypt'] }),
      ),
    }, [`key.json warning ${CODE} ${JSON.stringify('\\"kms:GrantIsForAWSResource\\"')}`]);
  });

  it('notes it if only DescribeKey, Describe* or List* lack it, as in the CloudWatch Logs statement of AWS (encrypt-log-data-kms)', () => {
    const logs = keyPolicyWithCondition('ArnEquals', 'kms:EncryptionContext:aws:logs:arn', 'arn:aws:logs:us-west-2:111122223333:*', {
      Principal: { Service: 'logs.us-west-2.amazonaws.com' },
      Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    });
    only({ 'key.json': logs }, [`key.json info ${CODE} ${jsonString('kms:EncryptionContext:aws:logs:arn')}`]);
    only(asked(['kms:Decrypt', 'kms:DescribeKey', 'kms:ListGrants']), [`app.json info ${CODE} ${jsonString(APP)}`]);
  });

  it('notes aws: keys, which an AWS managed policy uses so', () => {
    only({ 'app.json': identityPolicyWithCondition('ForAnyValue:StringEquals', 'aws:TagKeys', 'team', { Action: 'kms:DescribeKey' }) }, [
      `app.json info ${CODE} ${jsonString('aws:TagKeys')}`,
    ]);
  });

  it('leaves conditions that hold without the key, Deny, and NotAction', () => {
    for (const operator of ['StringNotEquals', 'StringEqualsIfExists', 'ForAllValues:StringEquals', 'Null'])
      only({ 'app.json': identityPolicyWithCondition(operator, APP, 'true', { Action: 'kms:DescribeKey' }) }, []);
    only({ 'a.json': identityPolicyWithCondition('StringEquals', APP, 'x', { Action: 'kms:DescribeKey', Effect: 'Deny' }),
      'b.json': identityPolicyWithCondition('StringEquals', APP, 'x', { Action: undefined, NotAction: 'kms:Decrypt' }) }, []);
  });

  it('leaves actions that KMS does not have, and does not count what a template fills in', () => {
    only(asked('kms:Decript'), []);
    only(asked('${action}'), []);
    only(asked(['${action}', 'kms:PutKeyPolicy']), [`app.json warning ${CODE} ${jsonString(APP)}`]);
  });

  it('is reported once for an action, and not to the consumer as well', () => {
    const files = (action: string) =>
      handshakeFiles({ keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: action, ...conditionMember('StringEquals', APP, 'x') }],
        identityPolicy: [{ Action: action, Resource: KEY_ARN }] });
    checkFindings(files('kms:GetPublicKey'), [`producer/key-policy.json error ${CODE} ${jsonString(APP)}`], [CODE,
      'action-not-allowed-by-key-policy']);
  });

  it('moves the actions to a statement without the condition', () => {
    const files = {
      'app.json': identityPolicyWithCondition('StringEquals', APP, 'x', { Sid: 'Use', Action: ['kms:Decrypt', 'kms:DescribeKey'] }),
    };
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), policyDocument(
      { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: KEY_ARN, Sid: 'Use', ...conditionMember('StringEquals', APP, 'x') },
      { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: KEY_ARN },
    ));
    checkFindings(after, [], [CODE]);
    assert.equal(fixesWithCode(files, CODE)[0]?.safe, false);
  });

  it('removes a statement that allows nothing, or its condition', () => {
    const policy = identityPolicy({ Action: 'kms:DescribeKey', Sid: 'Look', Condition: { StringEquals: { [APP]: 'x' } } });
    const other = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN };
    const files = { 'app.json': { ...policy, Statement: [...policy.Statement, other] } };
    assert.deepEqual(fixesWithCode(files, CODE).map(({ title, safe, preferred }) => [title, safe, preferred]), [
      ['Remove the statement "Look", which allows nothing', false, false], [`Allow kms:DescribeKey without ${APP}`, false, false]]);
    assert.deepEqual(JSON.parse(applyFix(files, CODE)['app.json'] ?? ''), { ...policy, Statement: [other] });
    const { Condition: _, ...statement } = policy.Statement[0] as Record<string, unknown>;
    assert.deepEqual(JSON.parse(applyFix(files, CODE, 'Allow')['app.json'] ?? ''), { ...policy, Statement: [statement, other] });
  });

  it('takes no condition away from everybody', () => {
    for (const Action of ['kms:DescribeKey', ['kms:Decrypt', 'kms:DescribeKey']]) {
      const policy = keyPolicyWithCondition('StringEquals', APP, 'x', { Principal: { AWS: '*' }, Action });
      const titles = fixesWithCode({ 'key.json': policy }, CODE).map(({ title }) => title);
      assert.ok(titles.every((title) => /^Remove (?:the )?statement /.test(title)), titles.join(' | '));
    }
  });

  it('has no fix where other conditions limit the statement too', () => {
    assert.deepEqual(
      fixesWithCode({
        'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:DescribeKey'],
          Condition: { StringEquals: { [APP]: 'x', 'kms:CallerAccount': CONSUMER } } }),
      }, CODE),
      [],
    );
    assert.deepEqual(
      fixesWithCode({
        'app.json': identityPolicy({ Action: 'kms:DescribeKey',
          Condition: { StringEquals: { [APP]: 'x', 'kms:CallerAccount': CONSUMER } } }),
      }, CODE),
      [],
    );
  });

  it('says which actions', () => {
    const [finding] = findingsWithCode(asked(['kms:Decrypt', 'kms:DescribeKey']), CODE);
    assert.match(finding?.message ?? '', /^kms:EncryptionContext:App is never in requests for kms:DescribeKey, so/);
    assert.equal(finding?.related.length, 1);
  });
});
