import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, KEY_ARN, keyArn, keyPolicy, manifest, OWNER } from '../support/fixtures';

const ONLY = ['key-policy-resource-not-star'];
const OTHER = keyArn('abcd1234-12ab-34cd-56ef-1234567890ab');
const ALIAS = `arn:aws:kms:us-west-2:${OWNER}:alias/app`;

describe('key-policy-resource-not-star', () => {
  it('says that the key\'s own ARN is better written "*"', () => {
    checkFindings({ 'key.json': keyPolicy({ Resource: KEY_ARN }) }, [`key.json info key-policy-resource-not-star "\\"${KEY_ARN}\\""`],
      ONLY);
  });

  it('takes "*", also as a list', () => {
    checkFindings({ 'key.json': keyPolicy(), 'other.json': keyPolicy({ Resource: ['*'] }) }, [], ONLY);
  });

  it('finds what is not a KMS key, and NotResource', () => {
    checkFindings({
      'a.json': keyPolicy({ Resource: ALIAS }),
      'b.json': keyPolicy({ Resource: ['*', 'arn:aws:sqs:us-west-2:111122223333:queue'] }),
      'c.json': keyPolicy({ Resource: undefined, NotResource: '*' }),
      'd.json': keyPolicy({ Resource: 'this key' }),
    }, [
      `a.json error key-policy-resource-not-star "\\"${ALIAS}\\""`,
      'b.json error key-policy-resource-not-star "\\"arn:aws:sqs:us-west-2:111122223333:queue\\""',
      'c.json error key-policy-resource-not-star "\\"NotResource\\""',
      'd.json error key-policy-resource-not-star "\\"this key\\""',
    ], ONLY);
  });

  it('recognizes another key\'s ARN where this key\'s is known', () => {
    const files = (resource: string) => ({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Resource: resource }) });
    checkFindings(files(OTHER), [`key.json error key-policy-resource-not-star "\\"${OTHER}\\""`], ONLY);
    checkFindings(files(`arn:aws:kms:*:${OWNER}:key/*`), [
      `key.json info key-policy-resource-not-star "\\"arn:aws:kms:*:${OWNER}:key/*\\""`,
    ], ONLY);
  });

  it('takes a variable as it is written where the version has none (IAM User Guide, IAM policy elements: Variables and tags)', () => {
    const value = `arn:aws:kms:us-west-2:${OWNER}:key/\${aws:username}`;
    checkFindings({ 'kms-handshake.json': manifest(), 'key.json': { ...keyPolicy({ Resource: value }), Version: '2008-10-17' } }, [
      `key.json error key-policy-resource-not-star "\\"${value}\\""`,
    ], ONLY);
  });

  it('leaves identity policies and unknown values alone', () => {
    checkFindings({ 'app.json': identityPolicy(), 'key.json': keyPolicy({ Resource: '${aws_kms_key.this.arn}' }),
      'k2.json': keyPolicy({ Resource: 'arn:aws:kms:us-west-2:111122223333:key/your-key-id' }) }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'out.json': getKeyPolicyOutput(keyPolicy({ Resource: ALIAS })) }, [
      `out.json error key-policy-resource-not-star ${JSON.stringify(`\\"${ALIAS}\\"`)}`,
    ], ONLY);
  });

  it('uses "*"', () => {
    for (const elements of [{ Resource: KEY_ARN }, { Resource: [KEY_ARN, OTHER] }]) {
      const after = applyFix({ 'key.json': keyPolicy(elements) }, 'key-policy-resource-not-star');
      assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy());
    }
    const after = applyFix({ 'key.json': keyPolicy({ Resource: undefined, NotResource: KEY_ARN }) }, 'key-policy-resource-not-star');
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy());
  });
});
