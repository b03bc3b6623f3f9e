import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, KEY_ID, keyPolicy, manifest, OWNER } from '../support/fixtures';

const ONLY = ['malformed-key-arn'];
const loud = (lines: readonly string[]): string[] => lines.filter((line) => / (error|warning) /.test(line));

function quoted(value: string): string {
  return JSON.stringify(JSON.stringify(value));
}

describe('malformed-key-arn', () => {
  const wrong: readonly (readonly [string, string, 'error' | 'warning'])[] = [
    ['a colon in place of the slash', `arn:aws:kms:us-west-2:${OWNER}:key:${KEY_ID}`, 'error'],
    ['a field too few', `arn:aws:kms:${OWNER}:key/${KEY_ID}`, 'error'],
    ['an unknown resource type', `arn:aws:kms:us-west-2:${OWNER}:keys/${KEY_ID}`, 'error'],
    ['no resource type', `arn:aws:kms:us-west-2:${OWNER}:${KEY_ID}`, 'error'],
    ['no key id', `arn:aws:kms:us-west-2:${OWNER}:key/`, 'error'],
    ['capitals', `arn:aws:KMS:US-WEST-2:${OWNER}:Key/${KEY_ID.toUpperCase()}`, 'error'],
    ['an empty Region', `arn:aws:kms::${OWNER}:key/${KEY_ID}`, 'warning'],
    ['an empty account', `arn:aws:kms:us-west-2::key/${KEY_ID}`, 'warning'],
  ];
  for (const [what, value, level] of wrong) {
    it(`finds ${what}, and no other fault of that value`, () => {
      assert.deepEqual(loud(findingLines({ 'app.json': identityPolicy({ Resource: value }) })), [
        `app.json ${level} malformed-key-arn ${quoted(value)}`,
      ]);
    });
  }

  it('takes key ARNs and patterns of them', () => {
    const values = [KEY_ARN, `arn:aws:kms:*:${OWNER}:key/*`, `arn:aws:kms:us-west-2:${OWNER}:*`, 'arn:aws:kms:*',
      `arn:aws:kms:us-west-2:${OWNER}:key*`, `arn:aws:kms:us-west-2:${OWNER}:k?y/*`, 'arn:*:kms:*:*:key/*',
      `arn:aws:kms:us-west-2:${OWNER}:key/mrk-*`, `arn:aws:kms:us-west-2:${OWNER}:key/\${aws:PrincipalTag/key}`,
      'arn:*:kms:*:${aws:PrincipalAccount}:key/*'];
    checkFindings({ 'app.json': identityPolicy({ Resource: values }) }, [], ONLY);
  });

  it('finds a resource of another service beside a key in a statement for KMS alone', () => {
    checkFindings({ 'app.json': identityPolicy({ Resource: [KEY_ARN, 'arn:aws:s3:::bucket'] }) }, [
      `app.json error malformed-key-arn ${quoted('arn:aws:s3:::bucket')}`,
    ], ONLY);
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', 's3:GetObject'], Resource: [KEY_ARN, 'arn:aws:s3:::bucket'] }) },
      [], ONLY);
  });

  it('leaves key policies and unknown values to others', () => {
    checkFindings({ 'key.json': keyPolicy({ Resource: `arn:aws:kms:us-west-2:${OWNER}:key:x` }),
      'app.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:${account}:keys/x' }) }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Resource: `arn:aws:kms:us-west-2:${OWNER}:key:${KEY_ID}` })) }, [
      `role.json error malformed-key-arn ${quoted(`arn:aws:kms:us-west-2:${OWNER}:key:${KEY_ID}`)}`,
    ], ONLY);
  });

  it('rebuilds the ARN', () => {
    for (const value of [`arn:aws:kms:us-west-2:${OWNER}:key:${KEY_ID}`, `ARN:AWS:KMS:us-west-2:${OWNER}:key/${KEY_ID.toUpperCase()}`]) {
      assert.deepEqual(JSON.parse(applyFix({ 'app.json': identityPolicy({ Resource: value }) }, 'malformed-key-arn')['app.json'] ?? ''),
        identityPolicy());
    }
  });

  it('takes the known key of that id', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(),
      'app.json': identityPolicy({ Resource: `arn:aws:kms:::key/${KEY_ID}` }) };
    assert.deepEqual(JSON.parse(applyFix(files, 'malformed-key-arn')['app.json'] ?? ''), identityPolicy());
  });
});
