import * as assert from 'node:assert/strict';
import { cursorPositionIn, syntaxTargetAt, syntaxTargetText } from '../../support/cursor';
import type { FilesByPath } from '../../support/workspace-from-texts';

const STATEMENT = '{ "Sid": "Use", "Effect": "Allow", "Principal": { "AWS": ["111122223333"] }, "Action": '
  + '["kms:Decrypt", "kms:En*"], "Resource": "*", '
  + '"Condition": { "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": "111122223333" } } }';
const POLICY = `{ "Version": "2012-10-17", "Statement": [${STATEMENT}] }`;

/** `what "text"` of the spot where the first `before` of the policy is replaced by `after`, which holds the cursor. */
function at(before: string, after: string, text = POLICY): string | undefined {
  const cursor = cursorPositionIn({ 'key.json': text.replace(before, () => after) });
  const syntaxTarget = syntaxTargetAt(cursor);
  return syntaxTarget && `${syntaxTarget.node.kind} ${syntaxTargetText(cursor, syntaxTarget)}`;
}

describe('editor/syntax-target', () => {
  for (const [before, after, expected] of [
    ['"Version"', '"Ver|sion"', 'element "Version"'],
    ['"Sid"', '"S|id"', 'element "Sid"'],
    ['"Use"', '"|Use"', 'sid "Use"'],
    ['"Allow"', '"Allow"|', 'effect "Allow"'],
    ['"AWS"', '"A|WS"', 'element "AWS"'],
    ['["111122223333"]', '["1111|22223333"]', 'principal "111122223333"'],
    ['kms:Decrypt', 'kms:|Decrypt', 'action "kms:Decrypt"'],
    ['kms:En*', 'kms:En*|', 'action "kms:En*"'],
    ['"Resource": "*"', '"Resource": "|*"', 'resource "*"'],
    ['"StringEquals"', '"String|Equals"', 'operator "StringEquals"'],
    ['kms:ViaService', 'kms:Via|Service', 'condition-key "kms:ViaService"'],
    ['s3.us-east-1', 's3.us|-east-1', 'condition-value "s3.us-east-1.amazonaws.com"'],
  ] as const) {
    it(`${after} is ${expected}`, () => assert.equal(at(before, after), expected));
  }

  it('white space between elements is the statement, and between statements the policy', () => {
    assert.match(at(', "Effect"', ',| "Effect"') ?? '', /^statement /);
    assert.match(at('"Statement": [', '"Statement": | [') ?? '', /^policy /);
  });

  it('is found in a policy inside a string of AWS CLI output', () => {
    assert.equal(at('kms:Decrypt', 'kms:Dec|rypt', JSON.stringify({ Policy: POLICY })), 'action \\"kms:Decrypt\\"');
  });

  it('is found in a fragment and in text that is typed just now', () => {
    assert.equal(at('kms:Decrypt', 'kms:Dec|rypt', STATEMENT), 'action "kms:Decrypt"');
    assert.equal(at('"kms:En*"], "Resource"', '"kms:|, "Resource"', POLICY)?.startsWith('action '), true);
  });

  it('is missing in files without policies', () => {
    const files: FilesByPath = { 'other.json': '{ "name": "|x" }' };
    assert.equal(syntaxTargetAt(cursorPositionIn(files)), undefined);
  });
});
