import * as assert from 'node:assert/strict';
import { findingLines, textOf } from '../support/expect-findings';
import { CONSUMER, identityPolicy, identityPolicyAllow, KEY_ARN, keyPolicyAllow, OWNER, OWNER_STATEMENT, ownerKeyPolicy,
  policyDocument, ROLE_ARN, rootArn, userArn } from '../support/fixtures';

const VIA_SERVICE = { StringEquals: { 'kms:ViaService': 's3.*.amazonaws.com' } };

/** Mistakes that real policies have in common: a policy in a file of its own has exactly these errors and warnings. */
describe('frequent mistakes in real policies', () => {
  describe('text that is not JSON', () => {
    const statement = JSON.stringify(identityPolicyAllow('kms:Decrypt'), null, 2);
    const policy = textOf(identityPolicy());

    it('statements one after another', () => {
      expectSevere(`${statement}\n${statement}\n`, ['error json-syntax']);
      expectSevere(`${statement},\n${statement}\n`, ['error json-syntax']);
    });

    it('a list in braces', () => {
      expectSevere(policy.replace('"kms:Decrypt"', '{ "kms:Decrypt", "kms:Encrypt" }'), ['error json-syntax']);
    });

    it('commas and comments too many', () => {
      expectSevere(policy.replace('"kms:Decrypt"', '["kms:Decrypt",]'), ['error json-syntax']);
      expectSevere(policy.replace('"Effect"', '// for the app\n"Effect"'), ['error json-syntax']);
    });

    it('an expression of a template', () => {
      expectSevere(policy.replace('"kms:Decrypt"', '<%= @actions %>'), ['error json-syntax']);
    });
  });

  describe('elements', () => {
    it('no Version', () => {
      expectSevere({ Statement: [identityPolicyAllow('kms:Decrypt')] }, ['warning version']);
    });

    it('an Id and a duplicate Sid in an identity policy', () => {
      const statement = identityPolicyAllow('kms:Decrypt', { Sid: 'UseKey' });
      expectSevere({ ...policyDocument(statement, { ...statement, Action: 'kms:Encrypt' }), Id: 'generated' }, [
        'error id-in-identity-policy', 'error sid-duplicate',
      ]);
    });
  });

  describe('values', () => {
    it('placeholders in words', () => {
      expectSevere(identityPolicy({ Resource: KEY_ARN.replace(OWNER, 'account-id') }), ['warning placeholder-value']);
      expectSevere(ownerKeyPolicy(keyPolicyAllow(ROLE_ARN.replace(CONSUMER, '<account>'), 'kms:Decrypt')), [
        'warning placeholder-value',
      ]);
    });

    it('an ARN with a colon too many, an account id of eleven digits, a key by its alias', () => {
      expectSevere(identityPolicy({ Resource: KEY_ARN.replace(OWNER, `:${OWNER}`) }), ['error malformed-key-arn']);
      expectSevere(ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER.slice(1)), 'kms:Decrypt')), ['error invalid-account-id']);
      expectSevere(identityPolicy({ Resource: 'alias/app' }), ['error not-an-arn']);
    });

    it('principals that are not IAM ARNs, or partly a wildcard', () => {
      expectSevere(ownerKeyPolicy(keyPolicyAllow(KEY_ARN, 'kms:Decrypt')), ['error principal-not-iam-arn']);
      expectSevere(ownerKeyPolicy(keyPolicyAllow(ROLE_ARN.replace('App', 'App*'), 'kms:Decrypt')), ['error principal-partial-wildcard']);
    });

    it('actions that do not exist', () => {
      expectSevere(identityPolicy({ Action: 'kms:ReEncrypt' }), ['error unknown-action']);
      expectSevere(identityPolicy({ Action: ['kms:Decrypt', 'kms:ListKeys'] }), ['warning star-only-action-scoped']);
    });

    it('a wildcard under StringEquals', () => {
      expectSevere(identityPolicy({ Condition: VIA_SERVICE }), ['warning wildcard-without-like']);
    });
  });

  describe('access that is wider than it should be', () => {
    it('a key policy that is open to all', () => {
      expectSevere(ownerKeyPolicy(keyPolicyAllow('*', 'kms:Decrypt')), ['error wildcard-principal']);
    });

    it('a key policy that only one user or no one can change', () => {
      expectSevere(policyDocument(keyPolicyAllow(userArn(OWNER), 'kms:*')), ['warning key-policy-single-admin']);
      expectSevere(policyDocument(keyPolicyAllow(userArn(OWNER), 'kms:Decrypt')), ['warning key-policy-lockout']);
    });

    it('kms:* in an identity policy, on every key', () => {
      expectSevere(identityPolicy({ Action: 'kms:*', Resource: '*' }), [
        'warning wildcard-grants-admin', 'warning missing-key-arn-resource',
      ]);
    });

    it('kms:CreateGrant without a limit', () => {
      expectSevere(ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant')), ['warning unconditional-create-grant']);
    });

    it('a service without a condition on whose resources it works for', () => {
      expectSevere(ownerKeyPolicy(keyPolicyAllow([], 'kms:Decrypt', { Principal: { Service: 's3.amazonaws.com' } })), [
        'warning service-principal-unrestricted',
      ]);
    });
  });

  it('a default key policy and an identity policy for one key have none', () => {
    expectSevere(policyDocument(OWNER_STATEMENT), []);
    expectSevere(identityPolicy(), []);
  });
});

/** The errors and warnings of the file: severity and code. */
function expectSevere(content: string | object, expected: readonly string[]): void {
  const codes = findingLines({ 'policy.json': content }).map((line) => line.split(' ').slice(1, 3).join(' '));
  assert.deepEqual(codes.filter((code) => /^(error|warning) /.test(code)).sort(), [...expected].sort());
}
