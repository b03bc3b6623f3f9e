import * as assert from 'node:assert/strict';
import { USE_CASES } from '../../../server/src/core/aws/use-cases';
import { generateIdentityPolicy } from '../../../server/src/core/generate/identity-policy';
import { generateKeyPolicy } from '../../../server/src/core/generate/key-policy';
import { analyse } from '../../../server/src/core/analysis/analyse';
import { applied, done, manifest, open, type Opened } from './support';
import {
  CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, ownerKeyPolicy, policyDocument, ROLE_ARN, rootArn,
} from '../../support/fixtures';

/** Hints only explain: root is the account. */
function findings(opened: Opened): string[] {
  const analysis = analyse(opened.workspace);
  assert.deepEqual(analysis.failures, []);
  return [...analysis.findingsByFile.values()].flat().filter(({ severity }) => severity !== 'hint')
    .map((finding) => `${finding.at.uri.slice(10)} ${finding.severity} ${finding.code}: ${finding.message}`);
}

const codeOf = (finding: string): string => finding.split(':')[0] ?? '';

/**
 * Whoever encrypts, makes data keys and cannot decrypt looks like somebody who uploads to Amazon S3; Parameter Store writes with the same
 * actions.
 */
const LOOKS_LIKE_UPLOAD: Readonly<Record<string, RegExp>> = {
  'ssm-write': /^consumer\/kms-1234abcd-app\.json info use-case-incomplete: kms:Decrypt is missing for uploads to Amazon S3/,
};

describe('what is generated brings no finding', () => {
  const userActions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  const forAws = { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };
  const shares: Record<string, readonly object[]> = {
    'an account': [keyPolicyAllow(rootArn(CONSUMER), userActions)],
    'a role': [keyPolicyAllow(ROLE_ARN, ['kms:Decrypt', 'kms:DescribeKey'])],
    'an account with grants': [keyPolicyAllow(rootArn(CONSUMER), userActions),
      keyPolicyAllow(rootArn(CONSUMER), ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], { Sid: 'Grants', ...forAws })],
    'an account that may do everything': [keyPolicyAllow(rootArn(CONSUMER), 'kms:*')],
    'an account that may do everything but one thing': [{ ...keyPolicyAllow(rootArn(CONSUMER), []), Action: undefined,
      NotAction: 'kms:PutKeyPolicy' }],
    'an account with open grants': [keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:CreateGrant'])],
    'a role with grants for one grantee': [
      keyPolicyAllow(ROLE_ARN, 'kms:CreateGrant', { Condition: { StringEquals: { 'kms:GranteePrincipal': ROLE_ARN } } }),
    ],
    'an account with grants through a service': [
      keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', {
        Condition: { StringEquals: { 'kms:ViaService': 'rds.us-west-2.amazonaws.com' } },
      }),
    ],
    'everyone of an organization': [
      keyPolicyAllow('*', 'kms:Decrypt', {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
      }),
    ],
    'everyone of an account': [
      keyPolicyAllow('*', userActions, {
        Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
      }),
    ],
  };

  for (const [name, statements] of Object.entries(shares)) {
    it(`for ${name}: the consumer's half`, () => {
      const before = open({ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(...statements) });
      const after = applied(before,
        done(generateIdentityPolicy({ world: before.world, key: before.key, target: { arn: ROLE_ARN } })).changes);
      // What the key policy has of its own stays; that its other half, or the file that is declared for it, is missing does not.
      assert.deepEqual(findings(after).map(codeOf), findings(before).map(codeOf).filter((finding) =>
        !/identity-policy-missing|manifest-invalid/.test(finding)
      ));
    });
  }

  it('the consumer\'s half for a whole account, beside the key policy', () => {
    const before = open({ 'kms-handshake.json': { keys: manifest.keys },
      'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), userActions)) });
    assert.deepEqual(
      findings(
        applied(before, done(generateIdentityPolicy({ world: before.world, key: before.key, target: { account: CONSUMER } })).changes),
      ),
      [],
    );
  });

  it('the consumer\'s half for an account that everyone is limited to; and nothing is left to generate', () => {
    const limited = keyPolicyAllow('*', userActions, { Condition: { StringLike: { 'aws:PrincipalAccount': ['777788889999', CONSUMER] } } });
    const half = (opened: Opened, account: string) =>
      done(generateIdentityPolicy({ world: opened.world, key: opened.key, target: { account } }));
    const before = open({ 'kms-handshake.json': { keys: manifest.keys }, 'producer/key-policy.json': ownerKeyPolicy(limited) });
    const item = applied(before, half(before, CONSUMER).changes);
    const both = applied(item, half(item, '777788889999').changes);
    assert.deepEqual(findings(both), []);
    for (const account of [CONSUMER, '777788889999']) assert.equal(half(both, account).nothingToDo, true);
  });

  it('but for the words that a person is to replace', () => {
    const before = open({ 'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), userActions)) });
    const result = done(generateIdentityPolicy({ world: before.world, key: before.key, target: { arn: ROLE_ARN } }));
    const codes = findings(applied(before, result.changes)).map((line) => line.split(':')[0]);
    assert.deepEqual([...new Set(codes)].filter((code) => !code?.endsWith('placeholder-value')), []);
    assert.ok(codes.length > 0);
  });

  it('the key policy\'s half, merged or new', () => {
    const consumer = { 'consumer/app.json': policyDocument(identityPolicyAllow([...userActions, 'kms:CreateGrant'])) };
    for (const files of [{ 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy() }, {
      'kms-handshake.json': { identities: manifest.identities },
    }]) {
      const before = open({ ...files, ...consumer });
      const after = applied(before,
        done(generateKeyPolicy({ world: before.world, policy: before.policy('consumer/app.json'), keyArn: KEY_ARN })).changes);
      // The grants of the consumer's half are its own business.
      assert.deepEqual(findings(after), findings(before).filter((line) => line.includes('unconditional-create-grant')));
    }
  });

  for (const useCase of USE_CASES.filter((candidate) => candidate.consumerActions.length > 0 && candidate.servicePrincipal === undefined)) {
    it(`both halves of ${useCase.id}`, () => {
      const wide = open({ 'kms-handshake.json': manifest,
        'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:*')) });
      const consumer = applied(wide,
        done(generateIdentityPolicy({ world: wide.world, key: wide.key, target: { arn: ROLE_ARN }, useCase: useCase.id })).changes);
      const before = open({ ...consumer.files, 'producer/key-policy.json': JSON.stringify(ownerKeyPolicy(), null, 2) });
      const [path = ''] = Object.keys(before.files).filter((file) => file.startsWith('consumer/'));
      const after = applied(before,
        done(generateKeyPolicy({ world: before.world, policy: before.policy(path), keyArn: KEY_ARN, useCase: useCase.id })).changes);
      const left = findings(after);
      const expected = LOOKS_LIKE_UPLOAD[useCase.id];
      assert.deepEqual(expected ? left.filter((finding) => !expected.test(finding)) : left, []);
    });
  }
});
