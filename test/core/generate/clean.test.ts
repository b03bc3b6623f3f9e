import * as assert from 'node:assert/strict';
import { USE_CASES } from '../../../server/src/core/aws/use-cases';
import { generateConsumer } from '../../../server/src/core/generate/consumer';
import { generateKeyPolicy } from '../../../server/src/core/generate/key-policy';
import { analyse } from '../../../server/src/core/rules/analyse';
import { allows, APP, applied, documentOf, done, EXT, KEY_ARN, keyPolicyOf, lets, manifest, open, rootOf, type Opened } from './support';

/**
 * Hints only explain: root is the account. What EC2 Auto Scaling needs with a key of another account is a grant that its
 * administrator makes, which is worth to be told. That something looks like an upload to Amazon S3 is said of any identity that
 * encrypts and cannot decrypt, which is how Parameter Store writes.
 */
function findings(opened: Opened): string[] {
  const analysis = analyse(opened.workspace);
  assert.deepEqual(analysis.failures, []);
  return [...analysis.byFile.values()].flat().filter((finding) => finding.severity !== 'hint' && finding.code !== 'use-case-incomplete' && `${finding.severity} ${finding.code}` !== 'info unconditional-create-grant').map((finding) => `${finding.at.uri.slice(10)} ${finding.severity} ${finding.code}: ${finding.message}`);
}

describe('what is generated brings no finding', () => {
  const userActions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  const forAws = { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
  const shares: Record<string, readonly object[]> = {
    'an account': [lets(rootOf(EXT), userActions)],
    'a role': [lets(APP, ['kms:Decrypt', 'kms:DescribeKey'])],
    'an account with grants': [lets(rootOf(EXT), userActions), lets(rootOf(EXT), ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], { Sid: 'Grants', ...forAws })],
    'everyone of an organization': [lets('*', 'kms:Decrypt', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } })],
    'everyone of an account': [lets('*', userActions, { Condition: { StringEquals: { 'kms:CallerAccount': EXT, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } })],
  };

  for (const [name, statements] of Object.entries(shares)) {
    it(`for ${name}: the consumer's half`, () => {
      const before = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': keyPolicyOf(...statements) });
      assert.deepEqual(findings(applied(before, done(generateConsumer({ world: before.world, key: before.key, target: { arn: APP } })).changes)), []);
    });
  }

  it('the consumer\'s half for a whole account, beside the key policy', () => {
    const before = open({ 'kms-handshake.json': { keys: manifest.keys }, 'producer/key-policy.json': keyPolicyOf(lets(rootOf(EXT), userActions)) });
    assert.deepEqual(findings(applied(before, done(generateConsumer({ world: before.world, key: before.key, target: { account: EXT } })).changes)), []);
  });

  it('the consumer\'s half for an account that everyone is limited to; and nothing is left to generate', () => {
    const limited = lets('*', userActions, { Condition: { StringLike: { 'aws:PrincipalAccount': ['777788889999', EXT] } } });
    const half = (opened: Opened, account: string) => done(generateConsumer({ world: opened.world, key: opened.key, target: { account } }));
    const before = open({ 'kms-handshake.json': { keys: manifest.keys }, 'producer/key-policy.json': keyPolicyOf(limited) });
    const one = applied(before, half(before, EXT).changes);
    const both = applied(one, half(one, '777788889999').changes);
    assert.deepEqual(findings(both), []);
    for (const account of [EXT, '777788889999']) assert.equal(half(both, account).nothingToDo, true);
  });

  it('but for the words that a person is to replace', () => {
    const before = open({ 'producer/key-policy.json': keyPolicyOf(lets(rootOf(EXT), userActions)) });
    const result = done(generateConsumer({ world: before.world, key: before.key, target: { arn: APP } }));
    const codes = findings(applied(before, result.changes)).map((line) => line.split(':')[0]);
    assert.deepEqual([...new Set(codes)].filter((code) => !code?.endsWith('placeholder-value')), []);
    assert.ok(codes.length > 0);
  });

  it('the key policy\'s half, merged or new', () => {
    const consumer = { 'consumer/app.json': documentOf(allows([...userActions, 'kms:CreateGrant'])) };
    for (const files of [{ 'kms-handshake.json': manifest, 'producer/key-policy.json': keyPolicyOf() }, { 'kms-handshake.json': { identities: manifest.identities } }]) {
      const before = open({ ...files, ...consumer });
      const after = applied(before, done(generateKeyPolicy({ world: before.world, policy: before.policy('consumer/app.json'), keyArn: KEY_ARN })).changes);
      // The grants of the consumer's half are its own business.
      assert.deepEqual(findings(after), findings(before).filter((line) => line.includes('unconditional-create-grant')));
    }
  });

  for (const useCase of USE_CASES.filter((one) => one.consumerActions.length > 0 && one.servicePrincipal === undefined)) {
    it(`both halves of ${useCase.id}`, () => {
      const wide = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': keyPolicyOf(lets(rootOf(EXT), 'kms:*')) });
      const consumer = applied(wide, done(generateConsumer({ world: wide.world, key: wide.key, target: { arn: APP }, useCase: useCase.id })).changes);
      const before = open({ ...consumer.files, 'producer/key-policy.json': JSON.stringify(keyPolicyOf(), null, 2) });
      const [path = ''] = Object.keys(before.files).filter((file) => file.startsWith('consumer/'));
      const after = applied(before, done(generateKeyPolicy({ world: before.world, policy: before.policy(path), keyArn: KEY_ARN, useCase: useCase.id })).changes);
      assert.deepEqual(findings(after), []);
    });
  }
});
