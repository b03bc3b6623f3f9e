import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, roleArn, rootArn } from '../support/fixtures';

const CODE = 'invalid-principal-key';
const ONLY = [CODE, 'principal-not-iam-arn', 'missing-principal', 'wildcard-principal'];
const SAML = `arn:aws:iam::${CONSUMER}:saml-provider/Example`;
const after = (principal: unknown): unknown =>
  JSON.parse(applyFix({ 'key.json': keyPolicy({ Principal: principal }) }, CODE)['key.json'] ?? '');

describe(CODE, () => {
  it('finds Federated', () => {
    checkFindings({ 'key.json': keyPolicy({ Principal: { Federated: SAML } }) }, [`key.json error ${CODE} "\\"Federated\\""`], ONLY);
  });

  it('takes AWS and Service, and "*"', () => {
    checkFindings({
      'a.json': keyPolicy({ Principal: { AWS: rootArn(CONSUMER), Service: ['sns.amazonaws.com'] } }),
      'b.json': keyPolicy({ Effect: 'Deny', Principal: '*' }),
    }, [], ONLY);
  });

  it('is reported once for all values of a key, also next to a valid one', () => {
    checkFindings({
      'key.json': keyPolicy({
        Principal: { AWS: CONSUMER, CanonicalUser: ['79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be', 'x'] },
      }),
    }, [`key.json error ${CODE} "\\"CanonicalUser\\""`], ONLY);
  });

  it('finds bare strings and lists in place of the object, NotPrincipal too', () => {
    checkFindings({
      'a.json': keyPolicy({ Principal: rootArn(CONSUMER) }),
      'b.json': keyPolicy({ Effect: 'Deny', Principal: undefined, NotPrincipal: 'App' }),
    }, [`a.json error ${CODE} "\\"${rootArn(CONSUMER)}\\""`, `b.json error ${CODE} "\\"App\\""`], ONLY);
    const text = `{"Effect": "Allow", "Principal": ["*"], "Action": "kms:Decrypt", "Resource": "*"}`;
    checkFindings({ 'part.json': text }, [`part.json error ${CODE} "[\\"*\\"]"`], ONLY);
  });

  it('finds small letters and a star as key, inside AWS CLI output', () => {
    checkFindings({ 'a.json': keyPolicy({ Principal: { aws: CONSUMER } }),
      'b.json': getKeyPolicyOutput(keyPolicy({ Principal: { '*': '*' } })) }, [`a.json error ${CODE} "\\"aws\\""`,
      `b.json error ${CODE} "\\\\\\"*\\\\\\""`], ONLY);
  });

  it('leaves placeholders, template values, skeletons and other kinds of policies alone', () => {
    checkFindings({
      'a.json': keyPolicy({ Principal: '<principal>' }),
      'b.json': keyPolicy({ Principal: { Federated: '${provider}' } }),
      'c.json': keyPolicy({ Principal: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
      'd.json': keyPolicy({ Effect: 'effect', Principal: 'principal', Action: 'action' }),
      'trust.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Federated: SAML }, Action: 'sts:AssumeRoleWithSAML' }] },
      'app.json': identityPolicy(),
    }, [], ONLY);
  });

  it('renames the key, and nothing else', () => {
    assert.deepEqual(after({ aws: [CONSUMER] }), keyPolicy({ Principal: { AWS: [CONSUMER] } }));
    assert.deepEqual(after({ Services: 'sns.amazonaws.com' }), keyPolicy({ Principal: { Service: 'sns.amazonaws.com' } }));
    assert.deepEqual(after({ Account: CONSUMER }), keyPolicy({ Principal: { AWS: CONSUMER } }));
    assert.deepEqual(after({ AWS: CONSUMER, Aws: roleArn(CONSUMER) }), keyPolicy({ Principal: { AWS: [CONSUMER, roleArn(CONSUMER)] } }));
  });

  it('puts a bare value under its key', () => {
    assert.deepEqual(after(roleArn(CONSUMER)), keyPolicy({ Principal: { AWS: roleArn(CONSUMER) } }));
    assert.deepEqual(after([CONSUMER, roleArn(CONSUMER)]), keyPolicy({ Principal: { AWS: [CONSUMER, roleArn(CONSUMER)] } }));
    assert.deepEqual(after('sns.amazonaws.com'), keyPolicy({ Principal: { Service: 'sns.amazonaws.com' } }));
  });

  it('offers the roles of the account of an identity provider, which the workspace knows', () => {
    const files = (principal: unknown) => ({ 'kms-handshake.json': { identities: ['App', 'Other'].map((name) => (
      { arn: roleArn(CONSUMER, name), policies: ['app.json'] })) }, 'app.json': identityPolicy(),
    'key.json': keyPolicy({ Principal: principal }) });
    assert.deepEqual(fixesWithCode(files({ Federated: SAML }), CODE).map(({ title, safe, preferred }) => [title, safe, preferred]), [
      [`Name role/App (${CONSUMER}) in its place`, false, false], [`Name role/Other (${CONSUMER}) in its place`, false, false]]);
    const fixed = (principal: unknown): unknown => JSON.parse(applyFix(files(principal), CODE, 'role/Other')['key.json'] ?? '');
    assert.deepEqual(fixed({ Federated: SAML }), keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'Other') } }));
    assert.deepEqual(fixed({ AWS: CONSUMER, Federated: [SAML] }),
      keyPolicy({ Principal: { AWS: [CONSUMER, roleArn(CONSUMER, 'Other')] } }));
    assert.deepEqual(fixesWithCode(files({ Federated: SAML.replace(CONSUMER, '999999999999') }), CODE), []);
    assert.deepEqual(fixesWithCode(files({ Federated: 'accounts.google.com' }), CODE), []);
  });

  it('opens a key to everyone only on request, and guesses nothing', () => {
    const safe = (principal: unknown): boolean[] =>
      fixesWithCode({ 'key.json': keyPolicy({ Principal: principal }) }, CODE).map((fix) => fix.safe);
    assert.deepEqual([safe({ aws: '*' }), safe({ aws: CONSUMER }), safe({ Federated: SAML }), safe('App')], [[false], [true], [], []]);
  });
});
