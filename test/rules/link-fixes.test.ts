import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, identityPolicy, KEY_ARN, keyPolicy, roleArn } from '../support/fixtures';

const CODE = 'action-not-allowed-by-key-policy';
const files = { 'key.json': keyPolicy({ Action: 'kms:Encrypt' }), 'app.json': identityPolicy() };

describe('fixes of findings that depend on undeclared links', () => {
  it('offer to confirm the link of the key policy', () => {
    const after = applyFix(files, CODE, 'Confirm link');
    assert.deepEqual(JSON.parse(after['kms-handshake.json'] ?? ''), { keys: [{ arn: KEY_ARN, policy: 'key.json' }] });
  });

  it('offer to attach the identity policy', () => {
    const attached = applyFix(files, CODE, `Attach policy to account ${CONSUMER}`);
    assert.deepEqual(JSON.parse(attached['kms-handshake.json'] ?? ''), { identities: [{ account: CONSUMER, policies: ['app.json'] }] });
    // With both said, the finding is as certain as any.
    const confirmed = applyFix(attached, CODE, 'Confirm link');
    checkFindings(confirmed, ['app.json error action-not-allowed-by-key-policy "\\"kms:Decrypt\\""'], [CODE]);
    assert.ok(fixesWithCode(confirmed, CODE).every(({ title }) => !/Confirm link|Attach policy/.test(title)));
  });

  it('offer the role that the key policy names, and add to what is declared of it', () => {
    const named = { ...files, 'key.json': keyPolicy({ Action: 'kms:Encrypt', Principal: { AWS: roleArn(CONSUMER) } }) };
    const title = `Attach policy to role/App of account ${CONSUMER}`;
    const made = applyFix(named, CODE, title);
    assert.deepEqual(JSON.parse(made['kms-handshake.json'] ?? ''), { identities: [{ arn: roleArn(CONSUMER), policies: ['app.json'] }] });
  });
});
