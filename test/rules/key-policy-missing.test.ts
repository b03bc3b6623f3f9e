import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, expectFindingsWithCode } from '../support/expect-findings';
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

  it('writes the key policy', () => {
    const fixed = applyFix(handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }] }), CODE);
    const declared = { ...fixed };
    const path = Object.keys(fixed).find((name) => name !== 'consumer/app.json' && name !== 'kms-handshake.json') ?? '';
    declared['kms-handshake.json'] = JSON.stringify({ keys: [{ arn: KEY_ARN, policy: path }],
      identities: [{ arn: roleArn(CONSUMER), policies: ['consumer/app.json'] }] });
    checkFindings(declared, [], [CODE, 'action-not-allowed-by-key-policy', 'identity-not-in-key-policy', 'identity-policy-missing']);
  });
});
