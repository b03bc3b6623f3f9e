import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, KEY_ID, keyPolicy, manifest } from '../support/fixtures';

const ONLY = ['not-an-arn'];

describe('not-an-arn', () => {
  for (const value of [KEY_ID, `key/${KEY_ID}`, 'alias/app']) {
    it(`finds ${value}, and no other fault of that value`, () => {
      const lines = findingLines({ 'app.json': identityPolicy({ Resource: value }) }).filter((line) => / (error|warning) /.test(line));
      assert.deepEqual(lines, [`app.json error not-an-arn "\\"${value}\\""`]);
    });
  }

  it('takes ARNs and "*"', () => {
    checkFindings({ 'a.json': identityPolicy(), 'b.json': identityPolicy({ Resource: ['*'] }),
      'c.json': identityPolicy({ Resource: '${aws:PrincipalTag/key}' }) }, [], ONLY);
  });

  it('finds it in a list and inside AWS CLI output', () => {
    checkFindings({ 'role.json': getRolePolicyOutput(identityPolicy({ Resource: [KEY_ARN, KEY_ID] })) }, [
      `role.json error not-an-arn "\\"${KEY_ID}\\""`,
    ], ONLY);
  });

  it('leaves key policies, other services and unknown values alone', () => {
    checkFindings({
      'key.json': keyPolicy({ Resource: 'alias/app' }),
      'app.json': identityPolicy({ Action: 's3:GetObject', Resource: 'bucket' }),
      'draft.json': identityPolicy({ Resource: 'key/${key_id}' }),
    }, [], ONLY);
  });

  it('uses the ARN of the known key', () => {
    const files = { 'kms-handshake.json': manifest({ keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/app'] }] }),
      'key.json': keyPolicy() };
    for (const value of [KEY_ID, `key/${KEY_ID}`, 'alias/app']) {
      const after = applyFix({ ...files, 'app.json': identityPolicy({ Resource: value }) }, 'not-an-arn', KEY_ARN);
      assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy());
    }
  });
});
