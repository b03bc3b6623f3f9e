import assert from 'node:assert/strict';
import { discoverPolicies } from '../../../server/src/core/discovery/read-file';
import type { SuppressionComment } from '../../../server/src/core/discovery/suppression-comments';

function commentsIn(text: string, name = 'template.yaml'): readonly SuppressionComment[] {
  return discoverPolicies({ uri: `file:///w/${name}`, text }).suppressionComments;
}

/** For each comment the first line and the last word of all that it covers. */
function coverage(text: string, name?: string): string[][] {
  return commentsIn(text, name).map(({ coveredSpans }) =>
    coveredSpans.map(({ start, end }) => text.slice(start, end).replace(/\s[^]*\s|\s/, ' … ')));
}

const template = (keyPolicy: string, rest = ''): string => `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
${keyPolicy}
${rest}`;

describe('suppression comments', () => {
  it('codes, and the reason behind them', () => {
    const comments = (text: string): unknown[] => commentsIn(template(`      KeyPolicy: {Statement: []} ${text}`))
      .map(({ codes, reason }) => [codes.map(({ code }) => code), reason]);
    assert.deepEqual(comments('# kms-handshake:ignore wildcard-principal a public key'), [[['wildcard-principal'], 'a public key']]);
    assert.deepEqual(comments('# kms-handshake:ignore a-b, c-d,e-f: for both'), [[['a-b', 'c-d', 'e-f'], 'for both']]);
    assert.deepEqual(comments('#kms-handshake: ignore a-b -- why'), [[['a-b'], 'why']]);
    assert.deepEqual(comments('# kms-handshake:ignore'), [[[], '']]);
    assert.deepEqual(comments('# kms-handshake:ignore a-b'), [[['a-b'], '']]);
    assert.deepEqual(comments('# kms-handshake:ignored a-b'), []);
    assert.deepEqual(comments('# see kms-handshake:ignore'), []);
  });

  it('cover the statement, member or item that begins on the next line', () => {
    const mark = '# kms-handshake:ignore x y';
    assert.deepEqual(coverage(template(`      ${mark}
      KeyPolicy:
        ${mark}
        Version: '2012-10-17'
        Statement:
          ${mark}
          - Sid: A
            ${mark}
            Effect: Allow
            Principal:
              ${mark}
              - One
              - Two
          # another comment

          ${mark}
          # another comment

          - Sid: B
            Action: Last`)),
    [['KeyPolicy: … Last'], ["Version: … '2012-10-17'"], ['Sid: … Two'], ['Effect: … Allow'], ['One'], ['Sid: … Last']]);
  });

  it('cover what begins on their own line where they stand behind it', () => {
    assert.deepEqual(coverage(template(`      KeyPolicy: # kms-handshake:ignore x y
        Statement:
          - Sid: A # kms-handshake:ignore x y
            Action: B # kms-handshake:ignore x y
          - # kms-handshake:ignore x y
            Sid: C
          - {Sid: D, Action: [ # kms-handshake:ignore x y
              E]} # kms-handshake:ignore x y`)),
    [['KeyPolicy: … E]}'], ['Sid: … B'], ['Action: … B'], ['Sid: … C'], ['{Sid: … E]}'], ['E']]);
  });

  it('a statement without a list around it is covered by a comment above its first line', () => {
    assert.ok(coverage(template(`      KeyPolicy:
        Statement:
          # kms-handshake:ignore x y
          Sid: A
          Effect: Allow
          Action: B`))[0]?.includes('Sid: … B'));
  });

  it('what is left over from a removed statement covers nothing that is further to the left', () => {
    assert.deepEqual(coverage(template(`      KeyPolicy:
        Statement:
          - Sid: A
          # kms-handshake:ignore x y`, `  Worker:
    Type: AWS::IAM::Role
  # kms-handshake:ignore x y`)), [[], []]);
  });

  it('in JSON with comments', () => {
    assert.deepEqual(coverage(`{
  "Version": "2012-10-17",
  "Statement": [ // kms-handshake:ignore x y
    // kms-handshake:ignore x y
    {
      "Effect": "Allow", "Action": "kms:*", // kms-handshake:ignore x y
      /* kms-handshake:ignore x y */
      "Resource":
        // kms-handshake:ignore x y
        "*"
    }, // kms-handshake:ignore x y
    { "Effect": "Deny" }
  ]
}`, 'a.jsonc'), [['"Statement": … ]'], ['{ … }'], ['"Effect": … "Allow"', '"Action": … "kms:*"'], ['"Resource": … "*"'], ['"*"'], []]);
  });

  it('are not read in JSON without comments, nor in files without policies', () => {
    const policy = '{ "Statement": [ // kms-handshake:ignore x y\n{ "Effect": "Allow", "Action": "kms:*", "Resource": "*" }] }';
    assert.deepEqual(commentsIn(policy, 'a.json'), []);
    assert.equal(commentsIn(policy, 'a.jsonc').length, 1);
    assert.deepEqual(commentsIn('# kms-handshake:ignore x y\nservices: { kms: x }\nAction: kms:*\n'), []);
  });
});
