import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, findingLines } from '../support/expect-findings';
import { getKeyPolicyOutput, getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, OWNER } from '../support/fixtures';

const CODE = 'forbidden-character';
const ONLY = [CODE];

/** What is said besides notes and hints, of whatever rule. */
function loud(files: Parameters<typeof findingLines>[0]): string[] {
  return findingLines(files).filter((line) => / (error|warning) /.test(line));
}

describe('forbidden-character', () => {
  it('finds curly quotes inside a string', () => {
    assert.deepEqual(findingLines({ 'app.json': identityPolicy({ Effect: '\u201cAllow\u201d' }) }, ONLY), [
      'app.json error forbidden-character "\u201c"',
    ]);
  });

  it('finds an en dash in an ARN, and that value has no other finding', () => {
    assert.deepEqual(loud({ 'app.json': identityPolicy({ Resource: KEY_ARN.replaceAll('-', '\u2013') }) }), [
      'app.json error forbidden-character "\u2013"',
    ]);
  });

  it('takes all of Latin-1, tabs and line ends', () => {
    checkFindings({ 'key.json': keyPolicy({ Sid: 'Schl\u00fcssel\u00a0\u00ff\n\t' }), 'app.json': identityPolicy() }, [], ONLY);
  });

  it('leaves quotes that delimit strings, blanks between them and comments to json-syntax', () => {
    const text = JSON.stringify(identityPolicy(), null, 1);
    for (const broken of [
      text.replace('"Allow"', '\u201cAllow\u201d'), text.replace('"Allow"', '\u2018Allow\u2019'), text.replace('"Allow"', '"Allow\u201d'),
      text.replace(': "Allow"', ':\u200b"Allow"'), text.replace(': "Allow"', ':\u3000"Allow"'), `\ufeff${text}`,
      text.replace('{', '{ // \u2013\n'), `${text} \u6f22`,
    ]) {
      assert.deepEqual(loud({ 'app.json': broken }).map((line) => line.split(' ')[2]), ['json-syntax'], broken);
    }
  });

  it('finds it in key policies, lists, and conditions', () => {
    checkFindings({
      'key.json': keyPolicy({ Principal: { AWS: [`arn:aws:iam::${OWNER}:role/\u0141ukasz`, OWNER] },
        Condition: { StringEquals: { 'kms:EncryptionContext:App': 'Z\u00fcrich \u6f22' } } }),
    }, ['key.json error forbidden-character "\u0141"', 'key.json error forbidden-character "\u6f22"'], ONLY);
  });

  it('suppresses other findings on the value', () => {
    for (const elements of [
      { Action: 'kms:\u2013Decrypt' }, { Resource: `\u200b${KEY_ARN}` }, { Resource: '\u2018*\u2019' },
      { Condition: { StringEquals: { 'kms:ViaService': 's3.us\u2013west\u20132.amazonaws.com' } } },
      { Condition: { StringEquals: { 'kms:CallerAccount': `${OWNER}\u200b` } } },
      { Condition: { StringEquals: { 'kms:Caller\u200bAccount': OWNER } } },
      { Condition: { 'String\u2013Equals': { 'kms:CallerAccount': OWNER } } },
    ]) {
      assert.deepEqual(loud({ 'app.json': identityPolicy(elements) }).map((line) => line.split(' ')[2]), [CODE], JSON.stringify(elements));
    }
    assert.deepEqual(loud({ 'key.json': keyPolicy({ Resource: '\u201c*\u201d' }) }).map((line) => line.split(' ')[2]), [CODE]);
    assert.deepEqual(
      loud({ 'key.json': keyPolicy({ Principal: { AWS: `arn:aws:iam::${OWNER}:role\u2044App` } }) }).map((line) => line.split(' ')[2]),
      [CODE],
    );
  });

  it('leaves names of elements to unknown-element', () => {
    const lines = loud({ 'app.json': identityPolicy({ Effect: undefined, 'Effect\u200b': 'Allow' }) });
    assert.deepEqual(lines, ['app.json error unknown-element "\\"Effect\u200b\\""']);
  });

  it('leaves the Sid of an identity policy to sid-invalid', () => {
    checkFindings({ 'app.json': identityPolicy({ Sid: 'Use \u2013 it' }) }, ['app.json error sid-invalid "\\"Use \u2013 it\\""'], [CODE,
      'sid-invalid']);
    checkFindings({ 'key.json': keyPolicy({ Sid: 'Use \u2013 it' }) }, ['key.json error forbidden-character "\u2013"'], [CODE,
      'sid-invalid']);
  });

  it('leaves what a template or a person fills in, escapes, and policies that are not about KMS', () => {
    checkFindings({
      'a.json': keyPolicy({ Sid: '${\u540d\u524d}' }),
      'b.json': identityPolicy({ Resource: 'arn:aws:kms:us-west-2:<\u8d26\u53f7>:key/x' }),
      'c.json': JSON.stringify(keyPolicy({ Sid: 'a\u2013b' })).replace('\u2013', '\\u2013'),
      'd.json': identityPolicy({ Sid: 'a', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/\u6f22' }),
    }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({
      'key.json': getKeyPolicyOutput(keyPolicy({ Sid: 'a\u2014b' })),
      'role.json': getRolePolicyOutput(identityPolicy({ Resource: [KEY_ARN, `${KEY_ARN}\u2009`] })),
    }, ['key.json error forbidden-character "\u2014"', 'role.json error forbidden-character "\u2009"'], ONLY);
  });

  it('writes plain characters, and nothing else', () => {
    const files = { 'app.json': identityPolicy({ Effect: '\u201cAllow\u201d', Resource: KEY_ARN }) };
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy());
    checkFindings(after, [], ONLY);
    assert.deepEqual(fixesWithCode(files, CODE).map(({ safe }) => safe), [true]);
    const dashes = applyFix({ 'app.json': identityPolicy({ Resource: KEY_ARN.replaceAll('-', '\u2011') }) }, CODE);
    assert.deepEqual(JSON.parse(dashes['app.json'] ?? ''), identityPolicy());
    assert.match(applyFix({ 'key.json': keyPolicy({ Sid: '\u200bIt\u2019s \u201cours\u201d\u2026' }) }, CODE)['key.json'] ?? '',
      /"It's \\"ours\\"\.\.\."/);
  });

  it('has no fix where no plain character says the same', () => {
    assert.deepEqual(fixesWithCode({ 'key.json': keyPolicy({ Sid: '\u6f22 \u2013' }) }, CODE), []);
  });
});
