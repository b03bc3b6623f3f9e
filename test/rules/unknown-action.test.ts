import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, findingsWithCode } from '../support/expect-findings';
import { getKeyPolicyOutput, identityPolicy, keyPolicy } from '../support/fixtures';

const ONLY = ['unknown-action', 'action-prefix', 'arn-whitespace'];
const actionsAfter = (action: unknown, title = ''): unknown => {
  const after = applyFix({ 'app.json': identityPolicy({ Action: action }) }, 'unknown-action', title)['app.json'] ?? '';
  return (JSON.parse(after) as { Statement: { Action: unknown }[] }).Statement[0]?.Action;
};

describe('unknown-action', () => {
  it('finds a misspelled action', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: 'kms:Decript' }) }, ['app.json error unknown-action "\\"kms:Decript\\""'], ONLY);
  });

  it('takes every real one, in any case, and patterns that match', () => {
    checkFindings({
      'app.json': identityPolicy({
        Action: ['kms:Decrypt', 'KMS:encrypt', 'kms:GenerateDataKeyWithoutPlainText', 'kms:Re*', 'kms:*', 'kms:Encapsulate', 'kms:?ecrypt'],
      }),
    }, [], ONLY);
  });

  it('finds kms:ReEncrypt in a key policy, and patterns that match nothing', () => {
    checkFindings({ 'key.json': keyPolicy({ Action: ['kms:ReEncrypt', 'kms:Foo*', 'kms:'] }) }, [
      'key.json error unknown-action "\\"kms:ReEncrypt\\""', 'key.json error unknown-action "\\"kms:Foo*\\""',
      'key.json error unknown-action "\\"kms:\\""',
    ], ONLY);
    assert.match(findingsWithCode({ 'key.json': keyPolicy({ Action: 'kms:ReEncrypt' }) }, 'unknown-action')[0]?.message ?? '',
      /kms:ReEncryptFrom .* kms:ReEncryptTo/);
  });

  it('finds it in Deny, NotAction and AWS CLI output', () => {
    checkFindings({
      'a.json': identityPolicy({ Effect: 'Deny', Action: ['kms:Decript'] }),
      'b.json': identityPolicy({ Effect: 'Deny', Action: undefined, NotAction: ['kms:Decript', 'kms:Encrypt'] }),
      'out.json': getKeyPolicyOutput(keyPolicy({ Action: 'kms:Decript' })),
    }, [
      'a.json error unknown-action "\\"kms:Decript\\""', 'b.json error unknown-action "\\"kms:Decript\\""',
      'out.json error unknown-action "\\\\\\"kms:Decript\\\\\\""',
    ], ONLY);
    assert.match(
      findingsWithCode({ 'a.json': identityPolicy({ Effect: 'Deny', Action: 'kms:Decript' }) }, 'unknown-action')[0]?.message ?? '',
      /denies nothing/,
    );
  });

  it('leaves unknown parts, other services and policies without KMS alone', () => {
    checkFindings({
      'a.json': identityPolicy({ Action: ['kms:${action}', '${prefix}:Decript', 's3:GetObjekt'] }),
      'b.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Getobjekt', Resource: '*' }] },
    }, [], ONLY);
  });

  it('knows the value of a declared placeholder', () => {
    const files = { 'kms-handshake.json': { placeholders: [{ files: ['*.json'], values: { action: 'Decript' } }] },
      'app.json': identityPolicy({ Action: 'kms:${action}' }) };
    checkFindings(files, ['app.json error unknown-action "\\"kms:${action}\\""'], ONLY);
    assert.deepEqual(fixesWithCode(files, 'unknown-action'), []);
  });

  it('stays silent on what arn-whitespace and action-prefix say', () => {
    checkFindings({ 'app.json': identityPolicy({ Action: ['kms:Decript ', 'Decrypt', 'kms: Decrypt'] }) }, [
      'app.json error arn-whitespace "\\"kms:Decript \\""', 'app.json error action-prefix "\\"Decrypt\\""',
      'app.json error action-prefix "\\"kms: Decrypt\\""',
    ], ONLY);
  });

  it('is not reported beside findings on what the action would do', () => {
    const codes = findingsWithCode({ 'key.json': keyPolicy({ Action: 'kms:Decript' }) }, 'cross-account-unsupported-action');
    assert.deepEqual(codes, []);
  });

  it('replaces by what is near, and a pattern by a pattern', () => {
    assert.equal(actionsAfter('kms:Decript'), 'kms:Decrypt');
    assert.equal(actionsAfter('kms:reencrypt'), 'kms:ReEncrypt*');
    assert.equal(actionsAfter('kms:GenerateDatKey*'), 'kms:GenerateDataKey*');
    assert.equal(actionsAfter('kms:Descirbe*'), 'kms:Describe*');
    assert.equal(actionsAfter('kms::Decrypt'), 'kms:Decrypt');
    assert.deepEqual(fixesWithCode({ 'app.json': identityPolicy({ Action: 'kms:UseTheKey' }) }, 'unknown-action'), []);
  });

  it('does not write twice what is there already', () => {
    assert.deepEqual(actionsAfter(['kms:Decrypt', 'kms:Decript']), ['kms:Decrypt']);
  });

  it('changes nothing else in the text', () => {
    const before = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:Encrypt" , "kms:Decript"],"Resource":"*"}]}';
    assert.equal(applyFix({ 'app.json': before }, 'unknown-action')['app.json'], before.replace('Decript', 'Decrypt'));
  });
});
