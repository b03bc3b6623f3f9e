import * as assert from 'node:assert/strict';
import { applyFix, findingsWithCode, fixesWithCode, findingLines, expectFindingsWithCode } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, KEY_ARN, keyPolicy, OWNER, rootArn } from '../support/fixtures';

const CODE = 'value-type';
const only = expectFindingsWithCode(CODE);
const NUMBER = Number(OWNER);

describe(CODE, () => {
  it('finds an account id without quotes', () => {
    only({ 'key.json': keyPolicy({ Principal: { AWS: NUMBER } }) }, [`key.json error ${CODE} "${OWNER}"`]);
  });

  it('takes it in quotes', () => {
    only({ 'key.json': keyPolicy({ Principal: { AWS: OWNER } }), 'app.json': identityPolicy({ Sid: '1' }) }, []);
  });

  it('finds it in lists, among actions and resources, inside AWS CLI output', () => {
    only({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', null], Resource: [KEY_ARN, true] }) }, [`app.json error ${CODE} "null"`,
      `app.json error ${CODE} "true"`]);
    only({ 'out.json': getKeyPolicyOutput(keyPolicy({ Principal: { AWS: [OWNER, 444455556666] } })) }, [
      `out.json error ${CODE} "444455556666"`,
    ]);
    only({ 'app.json': identityPolicy({ Action: { kms: 'Decrypt' } }) }, [
      `app.json error ${CODE} ${JSON.stringify(JSON.stringify({ kms: 'Decrypt' }, null, 2).replace(/\n/g, '\n      '))}`,
    ]);
  });

  it('finds a list, a number or null where one string is due', () => {
    only({ 'app.json': { ...identityPolicy({ Sid: 1, Effect: 'Allow' }), Version: 2012 } }, [`app.json error ${CODE} "1"`,
      `app.json error ${CODE} "2012"`]);
    only({ 'key.json': JSON.stringify({ ...keyPolicy({ Effect: ['Allow'] }), Id: null }) }, [`key.json error ${CODE} "[\\"Allow\\"]"`,
      `key.json error ${CODE} "null"`]);
  });

  it('finds everything but objects under Condition and in Statement', () => {
    only({ 'a.json': identityPolicy({ Condition: 'none' }), 'b.json': identityPolicy({ Condition: { Bool: 'true' } }) }, [
      `a.json error ${CODE} "\\"none\\""`,
      `b.json error ${CODE} "\\"true\\""`,
    ]);
    only({
      'c.json': JSON.stringify({ Version: '2012-10-17', Statement: [...(identityPolicy() as { Statement: unknown[] }).Statement, 'x'] }),
    }, [`c.json error ${CODE} "\\"x\\""`]);
    only({ 'd.json': keyPolicy({ Principal: null }) }, [`d.json error ${CODE} "null"`]);
  });

  it('takes booleans and numbers as values of conditions, but neither null nor objects', () => {
    only({
      'a.json': identityPolicy({
        Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 'aws:MultiFactorAuthAge': [3600, '1'] } },
      }),
    }, []);
    only({ 'b.json': identityPolicy({ Condition: { StringEquals: { 'kms:CallerAccount': null } } }) }, [`b.json error ${CODE} "null"`]);
  });

  it('leaves templates, what is being typed and policies that are not about KMS', () => {
    only({
      'a.json': identityPolicy({ Resource: { 'Fn::Sub': 'x' }, Action: ['kms:Decrypt', { Ref: 'Action' }],
        Condition: { 'Fn::If': ['A', {}, {}] }, Sid: { Ref: 'Sid' } }),
      'b.json': '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":{',
      'c.json': identityPolicy({ Action: 's3:GetObject', Resource: [1] }),
      'key.json': keyPolicy({ Principal: { Ref: 'Principal' } }),
    }, []);
  });

  it('is the only finding on the value', () => {
    const errors = (policy: object): string[] => findingLines({ 'key.json': policy }).filter((line) => line.includes(' error '));
    assert.deepEqual(errors(keyPolicy({ Principal: { AWS: 11122223333 } })), [`key.json error ${CODE} "11122223333"`]);
    assert.deepEqual(errors(keyPolicy({ Principal: { AWS: true } })), [`key.json error ${CODE} "true"`]);
    assert.deepEqual(errors({ ...keyPolicy({ Effect: ['Allow'] }), Version: 2012 }).length, 2);
  });

  it('puts it into quotes, and changes nothing else; unasked where it is an account id', () => {
    const files = { 'key.json': keyPolicy({ Principal: { AWS: [NUMBER, rootArn(CONSUMER)] } }) };
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy({ Principal: { AWS: [OWNER, rootArn(CONSUMER)] } }));
    only(after, []);
    assert.deepEqual(fixesWithCode(files, CODE).map(({ safe }) => safe), [true]);
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicy({ Principal: { AWS: 123 } }) }, CODE).map(({ safe }) => safe), [false]);
  });

  it('takes a string out of its list, joins lists, removes null', () => {
    assert.deepEqual(JSON.parse(applyFix({ 'app.json': identityPolicy({ Effect: ['Allow'] }) }, CODE)['app.json'] ?? ''), identityPolicy());
    assert.deepEqual(
      JSON.parse(applyFix({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', ['kms:Encrypt']] }) }, CODE)['app.json'] ?? ''),
      identityPolicy({ Action: ['kms:Decrypt', 'kms:Encrypt'] }),
    );
    assert.deepEqual(JSON.parse(applyFix({ 'app.json': identityPolicy({ Sid: null }) }, CODE)['app.json'] ?? ''), identityPolicy());
    assert.deepEqual(JSON.parse(applyFix({ 'app.json': identityPolicy({ Action: ['kms:Decrypt', null] }) }, CODE)['app.json'] ?? ''),
      identityPolicy({ Action: ['kms:Decrypt'] }));
  });

  it('says what is due', () => {
    assert.match(findingsWithCode({ 'key.json': keyPolicy({ Principal: { AWS: NUMBER } }) }, CODE)[0]?.message ?? '',
      /^AWS rejects a number as the value of a principal, which is a string or a list of strings.*leading zeros/);
  });
});
