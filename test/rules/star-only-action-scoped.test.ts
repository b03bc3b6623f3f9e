import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, policyDocument } from '../support/fixtures';

const ONLY = ['star-only-action-scoped'];

describe('star-only-action-scoped', () => {
  it('finds ListKeys on a key', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: 'kms:ListKeys' }) }, [
      'app.json warning star-only-action-scoped "\\"kms:ListKeys\\""',
    ], ONLY);
  });

  it('takes it on "*", and patterns that cover other actions too', () => {
    checkFindings({ 'a.json': identityPolicy({ Action: 'kms:ListKeys', Resource: '*' }),
      'b.json': identityPolicy({ Action: ['kms:List*', 'kms:*'] }) }, [], ONLY);
  });

  it('finds each one in a list, in other case, on aliases, inside AWS CLI output', () => {
    checkFindings({
      'role.json': getRolePolicyOutput(
        identityPolicy({ Action: ['kms:Decrypt', 'KMS:listaliases', 'kms:*CustomKeyStore*'],
          Resource: ['arn:aws:kms:us-west-2:111122223333:alias/app', KEY_ARN] }),
      ),
    }, ['role.json warning star-only-action-scoped "\\"KMS:listaliases\\""',
      'role.json warning star-only-action-scoped "\\"kms:*CustomKeyStore*\\""'], ONLY);
  });

  it('leaves key policies and unknown resources alone', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: 'kms:ListKeys', Resource: KEY_ARN }),
      'app.json': identityPolicy({ Action: 'kms:ListKeys', Resource: '${key_arn}' }) }, [], ONLY);
  });

  it('sets the Resource to "*"', () => {
    const after = applyFix({ 'app.json': identityPolicy({ Action: ['kms:ListKeys', 'kms:ListAliases'], Resource: [KEY_ARN] }) },
      'star-only-action-scoped');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ Action: ['kms:ListKeys', 'kms:ListAliases'], Resource: '*' }));
  });

  it('moves the action to a statement of its own', () => {
    const after = applyFix({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:ListKeys'] }) }, 'star-only-action-scoped');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), policyDocument(
      { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: KEY_ARN }, { Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' },
    ));
    checkFindings(after, [], ONLY);
  });
});
