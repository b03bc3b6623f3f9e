import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, fixesWithCode, findingLines } from '../support/expect-findings';
import { identityPolicy, KEY_ARN, keyPolicy, OWNER } from '../support/fixtures';

const CODE = 'deceptive-character';
const ONLY = [CODE];

/** The value as JSON text with every character beyond ASCII as an escape. */
function escaped(policy: object): string {
  return JSON.stringify(policy, null, 1).replace(/[^\n\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function severities(text: string): string[] {
  return findingLines({ 'app.json': text }).filter((line) => / (error|warning) /.test(line)).map((line) =>
    line.split(' ').slice(1, 3).join(' ')
  );
}

describe('deceptive-character', () => {
  it('finds escapes in names, where the value has no other finding', () => {
    for (const elements of [
      { Action: 'kms:Decr\u0443pt' }, { Action: 'kms:\u200bDecrypt' }, { Action: ['kms:Encrypt', 'kms:Decrypt\u0000'] },
      { Resource: KEY_ARN.replace('a', '\u0430') }, { Resource: `${KEY_ARN}\u202e` }, { Resource: KEY_ARN.replaceAll('-', '\u2013') },
      { Resource: `${KEY_ARN}\ud800` },
      { Effect: '\u201cAllow\u201d' },
      { Condition: { 'String\u0415quals': { 'kms:CallerAccount': OWNER } } },
      { Condition: { StringEquals: { 'kms:C\u0430llerAccount': OWNER } } },
    ]) {
      assert.deepEqual(severities(escaped(identityPolicy(elements))), [`error ${CODE}`], JSON.stringify(elements));
    }
  });

  it('finds them in principals, and at the character', () => {
    checkFindings({ 'key.json': escaped(keyPolicy({ Principal: { AWS: `arn:aws:iam::${OWNER}:role/\u0410dmin` } })) }, [
      `key.json error ${CODE} "\\\\u0410"`,
    ], ONLY);
    checkFindings({ 'key.json': escaped(keyPolicy({ Principal: { AWS: [OWNER, `arn:aws:iam::${OWNER}:user/\u202eeve`] } })) }, [
      `key.json error ${CODE} "\\\\u202e"`,
    ], ONLY);
    checkFindings({ 'key.json': escaped(keyPolicy({ Principal: { '\u0410WS': OWNER } })) }, [`key.json error ${CODE} "\\\\u0410"`], ONLY);
  });

  it('warns of what deceives in a Sid or a value, where other scripts are as good as Latin', () => {
    checkFindings({ 'key.json': escaped(keyPolicy({ Sid: 'allow \u202eynedllA' })) }, [`key.json warning ${CODE} "\\\\u202e"`], ONLY);
    checkFindings({ 'key.json': escaped(keyPolicy({ Sid: 'Deny\u200bAll' })) }, [`key.json warning ${CODE} "\\\\u200b"`], ONLY);
    checkFindings({ 'key.json': escaped(keyPolicy({ Sid: 'D\u0435ny' })) }, [`key.json warning ${CODE} "\\\\u0435"`], ONLY);
    checkFindings({ 'key.json': escaped(keyPolicy({ Condition: { StringEquals: { 'kms:EncryptionContext:App': 'p\u0430yroll' } } })) }, [
      `key.json warning ${CODE} "\\\\u0430"`,
    ], ONLY);
    checkFindings({ 'key.json': escaped(keyPolicy({ Sid: '\u0414\u043e\u0441\u0442\u0443\u043f \u6f22 \u2013' })) }, [], ONLY);
    checkFindings({
      'key.json': escaped(keyPolicy({ Condition: { StringEquals: { 'kms:EncryptionContext:App': '\ud83d\udc68\u200d\ud83d\udcbb' } } })),
    }, [], ONLY);
    checkFindings({
      'app.json': escaped(identityPolicy({}, { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/\u6f22' })),
    }, [], ONLY);
  });

  it('finds what Latin-1 has of it, written out, which AWS accepts', () => {
    checkFindings({ 'key.json': keyPolicy({ Sid: 'Deny\u00adAll' }) }, [`key.json warning ${CODE} "\u00ad"`], ONLY);
    checkFindings({ 'key.json': keyPolicy({ Principal: { AWS: `arn:aws:iam::${OWNER}:role/App\u0085` } }) }, [
      `key.json error ${CODE} "\u0085"`,
    ], ONLY);
    checkFindings({ 'key.json': keyPolicy({ Sid: 'Schl\u00fcssel\u00a0\u00ff\n\t' }) }, [], ONLY);
  });

  it('leaves characters beyond Latin-1 that are written out to forbidden-character', () => {
    assert.deepEqual(severities(JSON.stringify(identityPolicy({ Resource: KEY_ARN.replace('a', '\u0430') }))), [
      'error forbidden-character',
    ]);
    assert.match(
      findingsWithCode({ 'app.json': identityPolicy({ Resource: KEY_ARN.replace('a', '\u0430') }) }, 'forbidden-character')[0]?.message
        ?? '',
      /^AWS rejects a policy with U\+0430, which looks like the letter "a" and is another character\./,
    );
  });

  it('leaves the Sid of an identity policy to sid-invalid, which shows it', () => {
    const files = { 'app.json': escaped(identityPolicy({ Sid: 'D\u0435ny\u202e' })) };
    checkFindings(files, ['app.json error sid-invalid "\\"D\\\\u0435ny\\\\u202e\\""'], [CODE, 'sid-invalid']);
    assert.match(findingsWithCode(files, 'sid-invalid')[0]?.message ?? '', /U\+0435, which looks like the letter "e"/);
  });

  it('leaves what a template fills in, and policies that are not about KMS', () => {
    checkFindings({
      'a.json': escaped(keyPolicy({ Principal: { AWS: `arn:aws:iam::${OWNER}:role/\${\u0430}` } })),
      'b.json': escaped(identityPolicy({ Action: 's3:G\u0435t*', Resource: 'arn:aws:s3:::b/*' })),
    }, [], ONLY);
  });

  it('says the plain name that it is not, with escapes in place of what deceives', () => {
    const [finding] = findingsWithCode({ 'key.json': escaped(keyPolicy({ Principal: { AWS: `arn:aws:iam::${OWNER}:role/\u0410dmin` } })) },
      CODE);
    assert.equal(finding?.message, 'This principal contains U+0410, which looks like the letter "A" and is another character. '
      + 'AWS compares character by character, '
      + `so it never matches "arn:aws:iam::${OWNER}:role/Admin".`);
  });

  it('writes plain characters only on request, and not where there are none', () => {
    const files = { 'app.json': escaped(identityPolicy({ Action: 'kms:\u200bDecr\u0443pt' })) };
    assert.deepEqual(fixesWithCode(files, CODE).map(({ safe, preferred }) => ({ safe, preferred })), [{ safe: false, preferred: false }]);
    const after = applyFix(files, CODE);
    assert.deepEqual(JSON.parse(after['app.json'] ?? ''), identityPolicy());
    assert.deepEqual(fixesWithCode({ 'app.json': escaped(identityPolicy({ Action: 'kms:\u6f22' })) }, CODE), []);
  });

  it('shows no finding of any rule with the characters themselves', () => {
    const name = `App\u202e\u200b\u0430`;
    const files = {
      'key.json': escaped(
        keyPolicy({ Sid: name, Principal: { AWS: `arn:aws:iam::${OWNER}:role/${name}` } }, { Sid: name, Effect: 'Allow', Principal: '*',
          Action: 'kms:*', Resource: '*' }),
      ),
      'app.json': escaped(identityPolicy({ Sid: name, Action: `kms:${name}` })),
    };
    const deceptive = /[\u202e\u200b\u0430]/;
    for (const code of new Set(findingLines(files).map((line) => line.split(' ')[2] ?? ''))) {
      for (const { message, related } of findingsWithCode(files, code)) {
        assert.doesNotMatch(message, deceptive, code);
        for (const { message: text } of related) assert.doesNotMatch(text, deceptive, code);
      }
      assert.doesNotMatch(fixesWithCode(files, code).map(({ title }) => title).join('\n'), deceptive, code);
    }
  });
});
