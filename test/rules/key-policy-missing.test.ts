import assert from 'node:assert/strict';
import { CONSUMER, KEY_ARN, OWNER, ownerKeyPolicy, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, expectFindingsWithCode, fixesWithCode } from '../support/expect-findings';
import { handshakeFiles, withoutManifest } from '../support/handshake-files';

const CODE = 'key-policy-missing';
const NAMED = `consumer/app.json info ${CODE} ${JSON.stringify(`"${KEY_ARN}"`)}`;
const only = expectFindingsWithCode(CODE);
const FOR_EXT = { Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt' };

describe('key-policy-missing', () => {
  it('is information at the ARN of a foreign key without a key policy in the workspace', () => {
    only(handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }] }), [NAMED]);
  });

  it('is silent where both halves are present', () => {
    only(handshakeFiles({ keyPolicy: [FOR_EXT], identityPolicy: [{ Action: 'kms:Decrypt' }] }), []);
  });

  it('is silent for keys of the identity\'s own account, patterns and aliases', () => {
    only(handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }], identity: roleArn(OWNER) }), []);
    for (const resource of ['*', `arn:aws:kms:us-west-2:${OWNER}:key/*`, `arn:aws:kms:us-west-2:${OWNER}:alias/app`]) {
      only(handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt', Resource: resource }] }), []);
    }
  });

  it('is silent where the ARN is a known key\'s but for the Region or the account', () => {
    for (const resource of [KEY_ARN.replace('us-west-2', 'eu-west-1'), KEY_ARN.replace(OWNER, '777788889999')]) {
      only(handshakeFiles({ keyPolicy: [FOR_EXT], identityPolicy: [{ Action: 'kms:Decrypt', Resource: resource }] }), []);
    }
  });

  it('is silent while it is not known whose policy it is', () => {
    only(withoutManifest(handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }] })), []);
  });

  it('is silent where nothing that could work is requested', () => {
    only(handshakeFiles({ identityPolicy: [{ Action: 'kms:PutKeyPolicy' }] }), []);
    only(handshakeFiles({ identityPolicy: [{ Action: 's3:GetObject' }] }), []);
  });

  it('first links a key policy of which nobody knows the key', () => {
    const other = ownerKeyPolicy({ Effect: 'Allow', ...FOR_EXT, Resource: '*' });
    const files = { ...handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }] }), 'owner/a.json': other, 'owner/b.json': other };
    assert.deepEqual(fixesWithCode(files, CODE).map(({ title }) => title).slice(0, 3),
      ['Link owner/a.json to this key', 'Link owner/b.json to this key', 'Generate the key policy']);
    checkFindings(applyFix(files, CODE), [], [CODE, 'action-not-allowed-by-key-policy']);
  });

  it('writes the key policy', () => {
    const fixed = applyFix(handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }] }), CODE);
    const declared = { ...fixed };
    const path = Object.keys(fixed).find((name) => name !== 'consumer/app.json' && name !== 'kms-handshake.json') ?? '';
    declared['kms-handshake.json'] = JSON.stringify({ keys: [{ arn: KEY_ARN, policy: path }],
      identities: [{ arn: roleArn(CONSUMER), policies: ['consumer/app.json'] }] });
    checkFindings(declared, [], [CODE, 'action-not-allowed-by-key-policy', 'identity-not-in-key-policy', 'identity-policy-missing']);
  });
});
