import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, rootArn } from '../support/fixtures';

const ONLY = ['arn-whitespace'];

describe('arn-whitespace', () => {
  it('finds a line break at the end of an ARN, and nothing else for that value', () => {
    const lines = findingLines({ 'app.json': identityPolicy({ Resource: `${KEY_ARN}\n\n` }) });
    assert.deepEqual(lines.filter((line) => / (error|warning) /.test(line)), [
      `app.json error arn-whitespace ${JSON.stringify(JSON.stringify(`${KEY_ARN}\n\n`))}`,
    ]);
  });

  it('takes clean values', () => {
    checkFindings({ 'app.json': identityPolicy(), 'key.json': keyPolicy() }, [], ONLY);
  });

  it('finds stray characters in principals, actions and account ids of a key policy', () => {
    checkFindings({
      'key.json': keyPolicy({
        Principal: { AWS: [` ${rootArn(CONSUMER)}`, rootArn(CONSUMER)] },
        Action: ['kms:Decrypt\u00a0', 'kms:Encrypt'],
        Condition: { StringEquals: { 'kms:CallerAccount': `${CONSUMER} ` } },
      }),
    }, [
      'key.json error arn-whitespace "\\" arn:aws:iam::444455556666:root\\""',
      'key.json error arn-whitespace "\\"kms:Decrypt\u00a0\\""',
      'key.json error arn-whitespace "\\"444455556666 \\""',
    ], ONLY);
  });

  it('finds quotes that were pasted along', () => {
    checkFindings({ 'app.json': identityPolicy({ Resource: [`'${KEY_ARN}'`] }) }, [`app.json error arn-whitespace "\\"'${KEY_ARN}'\\""`],
      ONLY);
  });

  it('leaves blanks in a Sid, in names of other services and in placeholders', () => {
    checkFindings({
      'key.json': keyPolicy({ Sid: 'Allow\nuse' }),
      'app.json': identityPolicy({ Action: ['kms:Decrypt', 's3:GetObject'], Resource: [KEY_ARN, 'arn:aws:s3:::bucket/my folder/*'] }),
      'draft.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:<ACCOUNT B>:key/<KEY ID>' }),
    }, [], ONLY);
  });

  it('finds it in a JSON text inside AWS CLI output', () => {
    const lines = findingLines({ 'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: `${rootArn(CONSUMER)}\t` } })) }, ONLY);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /444455556666:root/);
  });

  it('trims the ARN', () => {
    const after = applyFix({
      'app.json': identityPolicy({ Resource: `arn:aws:kms:us-west-2:111122223333: key/1234abcd-12ab-34cd-56ef-1234567890ab\n` }),
    }, 'arn-whitespace', 'Trim the ARN');
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy());
  });
});
