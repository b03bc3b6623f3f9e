import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines, fixesWithCode } from '../support/expect-findings';
import {
  CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, keyArn, keyPolicy, manifest, policyDocument, ROLE_ARN,
} from '../support/fixtures';
import type { FilesByPath } from '../support/workspace-from-texts';

const ONLY = ['placeholder-value'];
const LOUD = / (error|warning) /;

describe('placeholder-value', () => {
  it('finds a word in place of the key id, and no other fault of that value', () => {
    const lines = findingLines({ 'app.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:111122223333:key/your-key-id' }) });
    assert.deepEqual(lines.filter((line) => LOUD.test(line)), ['app.json warning placeholder-value "your-key-id"']);
  });

  it('takes real ids and patterns', () => {
    checkFindings({ 'a.json': identityPolicy(), 'b.json': identityPolicy({ Resource: 'arn:aws:kms:*:111122223333:key/mrk-*' }) }, [], ONLY);
  });

  it('finds words in principals and conditions of a key policy, one finding for a value', () => {
    checkFindings({
      'key.json': keyPolicy({
        Principal: { AWS: ['arn:aws:iam::<ACCOUNT_B_ID>:role/<ROLE_NAME>', 'ACCOUNT_ID'] },
        Condition: { StringEquals: { 'kms:ViaService': 's3.REGION.amazonaws.com' } },
      }),
    }, [
      'key.json warning placeholder-value "<ACCOUNT_B_ID>:role/<ROLE_NAME>"',
      'key.json warning placeholder-value "ACCOUNT_ID"',
      'key.json warning placeholder-value "REGION"',
    ], ONLY);
  });

  it('leaves template languages and IAM variables alone', () => {
    checkFindings({
      'a.json.tpl': identityPolicy({ Resource: '${kms_key_arn}' }),
      'b.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:{{ account }}:key/*' }),
      'c.json': identityPolicy({ Condition: { StringEquals: { 'kms:EncryptionContext:user': '${aws:username}' } } }),
    }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Resource: ['arn:aws:kms:us-west-2:ACCOUNT_ID:key/*'] })) }, [
      'role.json warning placeholder-value "ACCOUNT_ID"',
    ], ONLY);
  });

  it('says once that a statement is the skeleton of the documentation, and nothing else', () => {
    const skeleton = policyDocument({ Sid: 'statement identifier', Effect: 'effect', Principal: 'principal', Action: 'action',
      Resource: 'resource', Condition: { 'condition operator': { 'condition context key': 'context key value' } } });
    checkFindings({ 'key.json': skeleton }, ['key.json warning placeholder-value "\\"effect\\""']);
  });

  it('writes the key that is known in the workspace', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(),
      'app.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:111122223333:key/your-key-id' }) };
    const after = applyFix(files, 'placeholder-value');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy({ Resource: KEY_ARN }));
    checkFindings(after, [], ONLY);
  });

  it('offers the keys of the workspace where none agrees with a sample, and no more than a few', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(),
      'app.json': identityPolicy({ Resource: 'arn:aws:kms:us-east-1:222222222222:key/your-key-id' }) };
    const fixes = fixesWithCode(files, 'placeholder-value');
    assert.deepEqual(fixes.map(({ title, preferred }) => [title, preferred]), [[`Use key ${KEY_ARN} of this workspace`, false]]);
    const several = Array.from({ length: 8 }, (_, i) => keyArn(`1234abcd-12ab-34cd-56ef-12345678900${i}`));
    const many = { 'app.json': identityPolicy({ Resource: 'your-key-arn' }), 'admin.json': identityPolicy({ Resource: several }) };
    assert.equal(fixesWithCode(many, 'placeholder-value').length, 5);
  });

  it('offers an account for any word in the place of one, and the roles that fit where several words are left', () => {
    const principals = (AWS: string): FilesByPath => ({ 'kms-handshake.json': manifest(),
      'key.json': keyPolicy({ Principal: { AWS } }), 'app.json': identityPolicy() });
    const titles = (AWS: string): string[] => fixesWithCode(principals(AWS), 'placeholder-value').map(({ title }) => title);
    assert.ok(titles('arn:aws:iam::<CONSUMER>:root').includes(`Use account ${CONSUMER} of this workspace`));
    assert.deepEqual(titles('arn:aws:iam::<ACCOUNT_ID>:role/<ROLE_NAME>'), [`Use ${ROLE_ARN} of this workspace`]);
  });

  it('writes an account that is known in the workspace', () => {
    const files = { 'kms-handshake.json': manifest({ accounts: { [CONSUMER]: 'analytics' } }),
      'key.json': keyPolicy({ Principal: { AWS: 'arn:aws:iam::ACCOUNT_B_ID:root' } }) };
    assert.deepEqual(JSON.parse(applyFix(files, 'placeholder-value', CONSUMER)['key.json'] ?? ''), keyPolicy());
  });
});
