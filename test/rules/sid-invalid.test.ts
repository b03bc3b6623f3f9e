import * as assert from 'node:assert/strict';
import { applyFix, checkFindings } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy } from '../support/fixtures';

const ONLY = ['sid-invalid'];

describe('sid-invalid', () => {
  it('finds blanks in the Sid of an identity policy', () => {
    checkFindings({ 'app.json': identityPolicy({ Sid: 'Allow use of key' }) }, ['app.json error sid-invalid "\\"Allow use of key\\""'],
      ONLY);
  });

  it('takes letters and digits, and no Sid at all', () => {
    checkFindings({ 'app.json': identityPolicy({ Sid: 'AllowUseOfKey' }), 'other.json': identityPolicy(),
      'empty.json': identityPolicy({ Sid: '' }) }, [], ONLY);
  });

  it('leaves key policies their blanks', () => {
    checkFindings({ 'key.json': keyPolicy({ Sid: 'Allow use of the key' }) }, [], ONLY);
  });

  it('finds hyphens and letters that are not ASCII', () => {
    checkFindings({ 'app.json': identityPolicy({ Sid: 'Allow-Schlüssel' }) }, ['app.json error sid-invalid "\\"Allow-Schlüssel\\""'], ONLY);
  });

  it('leaves a Sid alone that a template fills in, and policies that are not about KMS', () => {
    checkFindings({ 'a.json': identityPolicy({ Sid: '${name} policy' }),
      'b.json': identityPolicy({ Sid: 'Read it', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }) }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Sid: 'Use key' })) }, ['role.json error sid-invalid "\\"Use key\\""'],
      ONLY);
  });

  it('replaces the Sid by its words, and nothing else', () => {
    const sid = 'Allow the use of a CMK In Account 1234567889012';
    const before = identityPolicy({ Sid: sid });
    const after = applyFix({ 'app.json': before }, 'sid-invalid')['app.json'] ?? '';
    assert.deepEqual(JSON.parse(after), identityPolicy({ Sid: 'AllowTheUseOfACMKInAccount1234567889012' }));
    checkFindings({ 'app.json': after }, [], ONLY);
  });

  it('does not make a Sid that is there already', () => {
    const before = identityPolicy({ Sid: 'Use key' }, { Sid: 'UseKey', Effect: 'Allow', Action: 'kms:Encrypt', Resource: KEY_ARN });
    assert.match(applyFix({ 'app.json': before }, 'sid-invalid')['app.json'] ?? '', /"UseKey2"/);
  });
});
