import * as assert from 'node:assert/strict';
import { applyFix, findingsWithCode, findingLines, textOf } from '../support/expect-findings';
import { CONSUMER, identityPolicy, KEY_ARN, keyPolicyAllow, rootArn, userArn } from '../support/fixtures';
import { realFiles } from '../support/real-files';
import { analysisOfWorkspaceTexts } from '../support/workspace-from-texts';

/** The findings in a sample pasted as it is, and in the same once its syntax is repaired: severity and code. */
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
/** What is left of a statement for another account once it has a document around it: nobody administers the key. */
const LOCKOUT = 'warning key-policy-lockout';
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
}`), { raw: [SYNTAX, FRAGMENT, ROOT], repaired: [LOCKOUT, ROOT] });
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
}`, { raw: [SYNTAX, SYNTAX, FRAGMENT], repaired: [LOCKOUT] });
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

  it('a statement whose lists were lost', () => {
    expectFindings(indent('    "Sid": "Allow the app",\n    "Effect": "Allow",\n    "Principal": {\n        "AWS": [\n    "Action": [\n'
      + '    "Resource": "*"\n'), { raw: [SYNTAX, FRAGMENT], repaired: [LOCKOUT, NOBODY, EMPTY, EMPTY] });
  });

  it('a policy that lost its braces, a list and its last quote', () => {
    expectFindings(indent(`  "Version": "2012-10-17",\n\n  "Statement": [\n\n      "Sid": "Use of the key",\n\n      "Effect": "Allow",\n
      "Action": [\n\n\n      "Resource": "${KEY_ARN}\n\n`), { raw: [SYNTAX, SYNTAX, SID], repaired: [SID, EMPTY] });
  });

  it('the skeleton of an identity policy', () => {
    expectFindings(indent(`{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "statement identifier",
    "Effect": "effect",
    "Action": "action",
    "Resource": "resource"
  }]
}`), { raw: [SYNTAX, SKELETON], repaired: [SKELETON] });
  });

  it('a member cut out of a statement', () => {
    expectFindings(indent(` "Principal": {\n\n    "AWS": [\n\n      "${userArn(CONSUMER)}"\n\n    ]\n\n  },\n`), {
      raw: [SYNTAX], repaired: [],
    });
  });

  it('a statement below a comment', () => {
    const statement = keyPolicyAllow([rootArn(CONSUMER)], 'kms:Decrypt', { Sid: 'Allow another account' });
    expectFindings(`# account level\n${JSON.stringify(statement, null, 2)}\n`, { raw: [SYNTAX, FRAGMENT, ROOT],
      repaired: [LOCKOUT, ROOT] });
  });

  it('a whole identity policy', () => {
    expectFindings(textOf(identityPolicy({ Action: ['kms:Decrypt', 'kms:DescribeKey'] })), { raw: [], repaired: [] });
  });

  it('a statement without indentation, with prose glued to its end', () => {
    const statement = textOf(keyPolicyAllow(rootArn(CONSUMER), ['kms:Encrypt', 'kms:DescribeKey'])).trim().replace(/^ +/gm, '');
    expectFindings(`${statement}Step 2: attach a policy to the user in the other account:\n`, {
      raw: [SYNTAX, FRAGMENT, ROOT], repaired: [LOCKOUT, ROOT],
    });
  });
});

describe('documents that contain samples', () => {
  it('are repaired by the first fix of the first finding: every policy in them parses', function () {
    for (const [name, text] of Object.entries(realFiles(this, 'KMS_HANDSHAKE_SEEDS', /./))) {
      const files = { 'page.json': text };
      if (findingsWithCode(files, 'json-syntax').length === 0) continue;
      const after = applyFix(files, 'json-syntax', 'Repair the pasted policy');
      assert.doesNotThrow(() => JSON.parse(after['page.json'] ?? ''), name);
      assert.deepEqual([...findingsWithCode(after, 'json-syntax'), ...findingsWithCode(after, 'fragment')], [], name);
    }
  });

  it('make no rule fail', function () {
    for (const [name, text] of Object.entries(realFiles(this, 'KMS_HANDSHAKE_SEEDS', /./)))
      assert.deepEqual(analysisOfWorkspaceTexts({ [name]: text, [`${name}.json`]: text }).analysis.failures, [], name);
  });
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
