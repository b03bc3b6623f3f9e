import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, OWNER, roleArn } from '../support/fixtures';

const ONLY = ['iam-only-action-in-key-policy'];

describe('iam-only-action-in-key-policy', () => {
  it('finds kms:ListKeys', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: 'kms:ListKeys' }) }, [
      'key.json info iam-only-action-in-key-policy "\\"kms:ListKeys\\""',
    ], ONLY);
  });

  it('takes kms:ListGrants, and patterns that cover such actions', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: ['kms:ListGrants', 'kms:*', 'kms:List*', 'kms:CreateAlias'] }) }, [], ONLY);
  });

  it('finds all of them, in any case', () => {
    const actions = ['kms:createkey', 'kms:ListAliases', 'kms:ListRetirableGrants', 'kms:GenerateRandom', 'kms:RetireGrant',
      'KMS:ConnectCustomKeyStore'];
    checkFindings({ 'key.json': keyPolicy({ Action: actions }) },
      actions.map((action) => `key.json info iam-only-action-in-key-policy "\\"${action}\\""`), ONLY);
  });

  it('leaves identity policies and unknown values alone', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: 'kms:ListKeys', Resource: '*' }),
      'key.json': keyPolicy({ Action: 'kms:List${what}' }) }, [], ONLY);
  });

  it('finds it in a fragment and inside AWS CLI output', () => {
    checkFindings({
      'part.json': { Effect: 'Allow', Principal: { AWS: roleArn(OWNER) }, Action: ['kms:Decrypt', 'kms:ListKeys'], Resource: '*' },
      'out.json': getKeyPolicyOutput(keyPolicy({ Action: 'kms:ListKeys' })),
    }, ['part.json info iam-only-action-in-key-policy "\\"kms:ListKeys\\""',
      'out.json info iam-only-action-in-key-policy "\\\\\\"kms:ListKeys\\\\\\""'], ONLY);
  });

  it('removes it', () => {
    const after = applyFix({ 'key.json': keyPolicy({ Action: ['kms:Decrypt', 'kms:ListKeys'] }) }, 'iam-only-action-in-key-policy');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Action: ['kms:Decrypt'] }));
    checkFindings(after, [], ONLY);
  });

  it('moves it to the IAM policy of the identity, for "*" or for the key', () => {
    for (const [action, resource] of [['kms:ListKeys', '*'], ['kms:RetireGrant', KEY_ARN]]) {
      const files = {
        'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }],
          identities: [{ arn: roleArn(OWNER), policies: ['app.json'] }] },
        'key.json': keyPolicy({ Principal: { AWS: roleArn(OWNER) }, Action: ['kms:Decrypt', action] }),
        'app.json': identityPolicy(),
      };
      const after = applyFix(files, 'iam-only-action-in-key-policy', 'Move');
      assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Principal: { AWS: roleArn(OWNER) }, Action: ['kms:Decrypt'] }));
      assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({}, { Effect: 'Allow', Action: action, Resource: resource }));
    }
  });
});
