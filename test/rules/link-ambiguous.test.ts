import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode } from '../support/expect-findings';
import { identityPolicy, KEY_ARN, keyArn, keyPolicy, manifest, OWNER, rootArn } from '../support/fixtures';

const ONLY = ['link-ambiguous'];
const OTHER = keyArn('abcd1234-12ab-34cd-56ef-1234567890ab');
const files = { 'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: [KEY_ARN, OTHER] }) };

describe('link-ambiguous', () => {
  it('finds a key policy that could belong to either of two keys', () => {
    checkFindings(files, [`key.json info link-ambiguous "\\"${rootArn(OWNER)}\\""`], ONLY);
  });

  it('takes the only key of the account, and what is declared', () => {
    checkFindings({ ...files, 'app.json': identityPolicy() }, [], ONLY);
    checkFindings({ ...files, 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }] } }, [], ONLY);
  });

  it('names the other policies that could belong to the same key', () => {
    const [finding] = findingsWithCode({ 'a.json': keyPolicy(), 'b.json': keyPolicy(), 'app.json': identityPolicy() }, 'link-ambiguous');
    assert.equal(finding?.related.length, 1);
  });

  it('makes kms-handshake.json with the choice', () => {
    const after = applyFix(files, 'link-ambiguous', OTHER);
    assert.deepEqual(JSON.parse(after['kms-handshake.json'] ?? ''), { keys: [{ arn: OTHER, policy: 'key.json' }] });
    checkFindings(after, [], ONLY);
  });

  it('merges the choice into a kms-handshake.json that is there', () => {
    const text = '{\n  // accounts\n  "accounts": { "111122223333": "security" }\n}\n';
    const after = applyFix({ ...files, 'kms-handshake.json': text }, 'link-ambiguous', KEY_ARN)['kms-handshake.json'] ?? '';
    assert.match(after, /\/\/ accounts\n {2}"accounts": \{ "111122223333": "security" \},\n {2}"keys": \[/);
    const known = { keys: [{ arn: KEY_ARN, aliases: ['alias/app'] }] };
    const merged = applyFix({ ...files, 'kms-handshake.json': known }, 'link-ambiguous', KEY_ARN)['kms-handshake.json'] ?? '';
    assert.deepEqual(JSON.parse(merged), { keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/app'] }] });
  });

  it('says which policy of an AWS CLI output it is', () => {
    const output = { Policy: JSON.stringify(keyPolicy()) };
    const after = applyFix({ 'out/key.json': output, 'app.json': identityPolicy({ Resource: [KEY_ARN, OTHER] }) }, 'link-ambiguous',
      KEY_ARN);
    assert.deepEqual(JSON.parse(after['kms-handshake.json'] ?? ''), { keys: [{ arn: KEY_ARN, policy: 'out/key.json#/Policy' }] });
    checkFindings(after, [], ONLY);
  });

  it('stays silent in a manifest\'s own terms', () => {
    checkFindings({ ...files, 'kms-handshake.json': manifest() }, [], ONLY);
  });
});
