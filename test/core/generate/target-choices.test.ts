import * as assert from 'node:assert/strict';
import { attachChoices, identityPolicyChoices, keyPolicyChoices,
  externalTargetsInKeyPolicy } from '../../../server/src/core/generate/target-choices';
import { manifest, open } from './support';
import {
  CONSUMER, identityPolicyAllow, KEY_ARN, KEY_ID, keyPolicyAllow, OWNER, ownerKeyPolicy, policyDocument, ROLE_ARN, rootArn,
} from '../../support/fixtures';

const OTHER = '777788889999';

describe('what is left to ask', () => {
  it('for a consumer policy: the targets that lack their half come first', () => {
    const opened = open({
      'kms-handshake.json': { ...manifest, accounts: { [CONSUMER]: 'analytics', '999988887777': 'backup' } },
      'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(OTHER), 'kms:Decrypt'), keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')),
      'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')),
    });
    const { keys, targets } = identityPolicyChoices(opened.world, opened.policy('producer/key-policy.json'));
    assert.deepEqual(keys.map((key) => key.arn), [KEY_ARN]);
    assert.deepEqual(targets.map(({ label, accountName, lacksHalf }) => [label, accountName, lacksHalf]), [
      [OTHER, '', true], ['role/App', 'analytics', false], [CONSUMER, 'analytics', false], ['999988887777', 'backup', false],
    ]);
    assert.ok(!targets.some(({ label }) => label === OWNER));
  });

  it('for a consumer policy: an account that a condition limits everyone to is as good as a principal (KMS Developer Guide, '
    + 'kms:CallerAccount)', () => {
    const limited = keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': [OWNER, OTHER] } } });
    const opened = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(limited),
      'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) });
    assert.deepEqual(externalTargetsInKeyPolicy(opened.key), [{ account: OTHER }]);
    const { targets } = identityPolicyChoices(opened.world, opened.policy('producer/key-policy.json'));
    assert.deepEqual(targets.map(({ label, lacksHalf }) => [label, lacksHalf]), [[OTHER, true], ['role/App', false], [CONSUMER, false]]);
  });

  it('for a consumer policy of an uncertain key: the keys that it may be', () => {
    const second = KEY_ARN.replace(KEY_ID, '99999999-12ab-34cd-56ef-1234567890ab');
    const opened = open({ 'key.json': ownerKeyPolicy(),
      'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt', { Resource: [KEY_ARN, second] })) });
    assert.deepEqual(identityPolicyChoices(opened.world, opened.policy('key.json')).keys.map((key) => key.arn), [KEY_ARN, second,
      undefined]);
  });

  it('for a key policy: the keys that the policy names, and whom it is attached to', () => {
    const second = KEY_ARN.replace(KEY_ID, '99999999-12ab-34cd-56ef-1234567890ab');
    const opened = open({
      'kms-handshake.json': { ...manifest, keys: [...manifest.keys, { arn: second }] },
      'producer/key-policy.json': ownerKeyPolicy(),
      'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt'),
        identityPolicyAllow('kms:DescribeKey', { Resource: `arn:aws:kms:*:${OWNER}:key/*` })),
    });
    const choices = keyPolicyChoices(opened.world, opened.policy('consumer/app.json'));
    assert.deepEqual(choices, {
      keyArns: [KEY_ARN, second],
      targets: [{ target: { arn: ROLE_ARN }, label: 'role/App', accountName: '', lacksHalf: true, isAllowed: true }],
      targetIsCertain: true,
    });
  });

  it('for a key policy of an unattached policy: every known identity', () => {
    const opened = open({ 'kms-handshake.json': { identities: manifest.identities },
      'x/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')) });
    const choices = keyPolicyChoices(opened.world, opened.policy('x/app.json'));
    assert.equal(choices.targetIsCertain, false);
    assert.deepEqual(choices.targets.map(({ label, lacksHalf }) => [label, lacksHalf]), [['role/App', true], [CONSUMER, true], [OWNER,
      false]]);
  });

  it('for a policy of which only the path has a name: that name, and the account', () => {
    const file = `accounts/${CONSUMER}/role/App/kms.json`;
    const opened = open({ 'kms-handshake.json': { keys: manifest.keys },
      'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Encrypt')),
      [file]: policyDocument(identityPolicyAllow('kms:Decrypt')) });
    const { targets, targetIsCertain } = keyPolicyChoices(opened.world, opened.policy(file));
    assert.deepEqual([targets.map(({ label }) => label), targetIsCertain], [['role/App', CONSUMER], false]);
    assert.deepEqual(attachChoices(opened.world, opened.policy(file)).map(({ label }) => label), ['role/App', OWNER]);
  });

  it('for attaching a policy: identities that may not have it, those without a policy first', () => {
    const opened = open({
      'kms-handshake.json': {
        identities: [...manifest.identities, { arn: rootArn(CONSUMER).replace('root', 'role/Waiting'), policies: [] }],
      },
      'consumer/app.json': policyDocument(identityPolicyAllow('kms:Decrypt')),
      'x/other.json': policyDocument(identityPolicyAllow('kms:Decrypt')),
    });
    const labels = (path: string): string[] => attachChoices(opened.world, opened.policy(path)).map(({ label }) => label);
    assert.deepEqual(labels('x/other.json'), ['role/Waiting', 'role/App', CONSUMER, OWNER]);
    assert.deepEqual(labels('consumer/app.json'), ['role/Waiting', CONSUMER, OWNER]);
    assert.ok(attachChoices(opened.world, opened.policy('x/other.json')).every(({ lacksHalf }) => !lacksHalf),
      'nothing is missing for an attachment');
  });
});
