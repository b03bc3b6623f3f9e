import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { applyFix, findingsWithCode, findingLines } from '../support/expect-findings';
import { skipTest } from '../support/skip-test';
import { CONSUMER, KEY_ARN, rootArn } from '../support/fixtures';

/** What is said of a sample pasted as it stands, and of the same once its syntax is repaired: severity and code, sorted. */
interface ExpectedFindings {
  readonly raw: readonly string[];
  readonly repaired: readonly string[];
}

const SYNTAX = 'error json-syntax';
const FRAGMENT = 'info fragment';
const ROOT = 'hint root-is-account';
const SKELETON = 'warning placeholder-value';
const SID = 'error sid-invalid';
const NOBODY = 'error missing-principal';
const EMPTY = 'info empty-list';
const UPLOAD = 'info use-case-incomplete';

describe('samples that people paste', () => {
  const indent = (text: string): string => text.replace(/^ +/gm, (blanks) => '\u00a0'.repeat(blanks.length));

  it('the skeleton of a key policy, indented with no-break spaces', () => {
    expectFindings(indent(`{
    "Sid": "statement identifier",
    "Effect": "effect",
    "Principal": "principal",
    "Action": "action",
    "Resource": "resource",
    "Condition": {"condition operator": {"condition context key": "context key value"}}
}`).replace(/^/, '{\u00a0"Version": "2012-10-17", "Statement": [').concat(']}'), { raw: [SYNTAX, SKELETON], repaired: [SKELETON] });
  });

  it('a statement for another account, indented with no-break spaces', () => {
    expectFindings(indent(`{
  "Sid": "Allow another AWS Account to use this CMK",
  "Effect": "Allow",
  "Principal": { "AWS": ["${rootArn(CONSUMER)}"] },
  "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
  "Resource": "*"
}`), { raw: [SYNTAX, FRAGMENT, ROOT], repaired: [FRAGMENT, ROOT] });
  });

  it('an identity policy with line breaks inside the ARN and blanks in the Sid', () => {
    expectFindings(`{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "Allow the use of a CMK In Account 1234567889012",
    "Effect": "Allow",
    "Action": ["kms:Decrypt"],
    "Resource": "${KEY_ARN.replace('key/', 'key/\n\n')}"
  }]
}`, { raw: [SYNTAX, SID], repaired: [SID] });
  });

  it('a statement with comments and a missing comma', () => {
    expectFindings(`# external users and roles level
{
  "Sid": "Allow an external account to use this CMK",
  "Effect": "Allow",
  "Principal": { "AWS": [
    "arn:aws-cn:iam::${CONSUMER}:role/ExampleRole"
    "arn:aws-cn:iam::${CONSUMER}:user/ExampleUser"
  ] },
  "Action": "kms:Decrypt",
  "Resource": "*"
}`, { raw: [SYNTAX, SYNTAX, FRAGMENT], repaired: [FRAGMENT] });
  });

  it('an identity policy with a placeholder, and prose glued to its end', () => {
    expectFindings(`{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["kms:Encrypt", "kms:GenerateDataKey*"],
    "Resource": "arn:aws:kms:us-east-1:222222222222:key/your-key-id"
  }]
}Checkpoint Questions`, { raw: [SYNTAX, SKELETON, UPLOAD], repaired: [SKELETON, UPLOAD] });
  });

  it('the start of a statement', () => {
    expectFindings('"Principal": {"AWS": [', { raw: [SYNTAX], repaired: [] });
  });
});

describe('samples of the seed documents', function () {
  const samples: readonly (readonly [string, string, number, number, ExpectedFindings])[] = [
    ['000-A', '000', 35, 42, { raw: [SYNTAX, SYNTAX, SKELETON], repaired: [SKELETON] }],
    ['000-B', '000', 55, 60, { raw: [SYNTAX, SYNTAX, FRAGMENT], repaired: [FRAGMENT, NOBODY, EMPTY, EMPTY] }],
    ['000-C', '000', 64, 66, { raw: [SYNTAX, SYNTAX], repaired: [] }],
    ['000-D', '000', 76, 93, { raw: [SYNTAX, SYNTAX, SYNTAX, SID], repaired: [SID, EMPTY] }],
    ['001-A', '001', 71, 81, { raw: [SYNTAX, SKELETON], repaired: [SKELETON] }],
    ['001-B', '001', 99, 115, { raw: [SYNTAX, FRAGMENT, ROOT], repaired: [FRAGMENT, ROOT] }],
    ['001-C', '001', 119, 127, { raw: [SYNTAX, SYNTAX], repaired: [] }],
    ['001-D', '001', 133, 167, { raw: [SYNTAX, SYNTAX, SID], repaired: [SID] }],
    ['002-A', '002', 21, 38, { raw: [SYNTAX, FRAGMENT, ROOT], repaired: [FRAGMENT, ROOT] }],
    ['002-B', '002', 40, 58, { raw: [SYNTAX, SYNTAX, FRAGMENT], repaired: [FRAGMENT] }],
    ['002-C', '002', 67, 83, { raw: [], repaired: [] }],
    ['003-A', '003', 63, 75, { raw: [SYNTAX, FRAGMENT, ROOT], repaired: [FRAGMENT, ROOT] }],
    ['003-B', '003', 76, 88, { raw: [SYNTAX, SKELETON, UPLOAD], repaired: [SKELETON, UPLOAD] }],
  ];
  for (const [id, prefix, first, last, expected] of samples) {
    it(`${id}, pasted and repaired`, function () {
      const folder = process.env.KMS_HANDSHAKE_SEEDS;
      if (folder === undefined || folder === '') skipTest(this, 'KMS_HANDSHAKE_SEEDS does not name the folder of the seed documents');
      const name = readdirSync(folder).find((file) => file.startsWith(prefix));
      assert.ok(name, `no document ${prefix} in ${folder}`);
      const lines = readFileSync(path.join(folder, name), 'utf8').split(/\r\n|\n|\r/);
      expectFindings(`${lines.slice(first - 1, last).join('\n')}\n`, expected);
    });
  }
});

function expectFindings(text: string, expected: ExpectedFindings): void {
  assert.deepEqual(brief(text), [...expected.raw].sort());
  assert.deepEqual(brief(repaired(text)), [...expected.repaired].sort());
}

function brief(text: string): string[] {
  return findingLines({ 'sample.json': text }).map((line) => line.split(' ').slice(1, 3).join(' ')).sort();
}

/** The text after all quick fixes for its syntax, one after the other. */
function repaired(text: string): string {
  let now = text;
  for (let rounds = 0; findingsWithCode({ 'sample.json': now }, 'json-syntax').length > 0; rounds++) {
    assert.ok(rounds < 12, 'the fixes come to an end');
    now = applyFix({ 'sample.json': now }, 'json-syntax')['sample.json'] ?? '';
  }
  return now;
}
