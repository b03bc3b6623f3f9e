import { EXT, KEY_ARN, OWN, roleOf, rootOf } from '../support/access';
import { applyFix, check, onlyOf } from '../support/check';
import { handshake, undeclared } from '../support/handshake';

const CODE = 'key-policy-missing';
const NAMED = `consumer/app.json info ${CODE} ${JSON.stringify(`"${KEY_ARN}"`)}`;
const only = onlyOf(CODE);
const FOR_EXT = { Principal: { AWS: rootOf(EXT) }, Action: 'kms:Decrypt' };

describe('key-policy-missing', () => {
  it('is information at the ARN of a foreign key without a key policy here', () => {
    only(handshake({ iam: [{ Action: 'kms:Decrypt' }] }), [NAMED]);
  });

  it('is silent where both halves are present', () => {
    only(handshake({ keyPolicy: [FOR_EXT], iam: [{ Action: 'kms:Decrypt' }] }), []);
  });

  it('is silent for keys of the identity\'s own account, patterns and aliases', () => {
    only(handshake({ iam: [{ Action: 'kms:Decrypt' }], identity: roleOf(OWN) }), []);
    for (const resource of ['*', `arn:aws:kms:us-west-2:${OWN}:key/*`, `arn:aws:kms:us-west-2:${OWN}:alias/app`]) {
      only(handshake({ iam: [{ Action: 'kms:Decrypt', Resource: resource }] }), []);
    }
  });

  it('is silent where the ARN is a known key\'s but for the Region or the account', () => {
    for (const resource of [KEY_ARN.replace('us-west-2', 'eu-west-1'), KEY_ARN.replace(OWN, '777788889999')]) {
      only(handshake({ keyPolicy: [FOR_EXT], iam: [{ Action: 'kms:Decrypt', Resource: resource }] }), []);
    }
  });

  it('is silent while nobody knows whose policy it is', () => {
    only(undeclared(handshake({ iam: [{ Action: 'kms:Decrypt' }] })), []);
  });

  it('is silent where nothing is asked that could work', () => {
    only(handshake({ iam: [{ Action: 'kms:PutKeyPolicy' }] }), []);
    only(handshake({ iam: [{ Action: 's3:GetObject' }] }), []);
  });

  it('writes the key policy', () => {
    const fixed = applyFix(handshake({ iam: [{ Action: 'kms:Decrypt' }] }), CODE);
    const declared = { ...fixed };
    const path = Object.keys(fixed).find((one) => one !== 'consumer/app.json' && one !== 'kms-handshake.json') ?? '';
    declared['kms-handshake.json'] = JSON.stringify({ keys: [{ arn: KEY_ARN, policy: path }], identities: [{ arn: roleOf(EXT), policies: ['consumer/app.json'] }] });
    check(declared, [], [CODE, 'action-not-allowed-by-key-policy', 'identity-not-in-key-policy', 'identity-policy-missing']);
  });
});
