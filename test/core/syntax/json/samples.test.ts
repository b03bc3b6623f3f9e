import assert from 'node:assert/strict';
import { realFiles } from '../../../support/real-files';
import { checkSpans, parse, repaired } from './support';

const ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** Faults as kind and count, and the number of documents; `several` where no fix can make one of them. */
interface ExpectedFaults {
  readonly faults: readonly string[];
  readonly roots: number;
  readonly several?: boolean;
}

function check(text: string, expected: ExpectedFaults): void {
  const result = parse(text);
  checkSpans(result, text);
  assert.deepEqual(result.faults.map(({ kind, count }) => `${kind} ${count}`), expected.faults);
  assert.equal(result.roots.length, expected.roots);
  if (!expected.several) assert.doesNotThrow(() => JSON.parse(repaired(text)), repaired(text));
}

function withSpecialBlanks(text: string): string {
  return text.replace(/^ +/gm, (blanks) => '\u00a0'.repeat(blanks.length));
}

describe('samples as people paste them: syntax', () => {
  const statement = `{
  "Sid": "Allow another account",
  "Effect": "Allow",
  "Principal": {
    "AWS": "arn:aws:iam::444455556666:root"
  },
  "Action": ${JSON.stringify(ACTIONS)},
  "Resource": "*"
}`;

  it('a skeleton without its outer braces, cut off, with no-break spaces', () => {
    check(withSpecialBlanks('  "Version": "2012-10-17",\n  "Statement": [{\n    "Sid": "x",\n    "Condition": {"op": {"key": "value"}}\n'),
      { faults: ['no-break-space 12', 'missing-brace 2'], roots: 1 });
  });

  it('a statement whose lists were lost', () => {
    const text = withSpecialBlanks('    "Sid": "x",\n    "Effect": "Allow",\n    "Principal": {\n        "AWS": [\n    "Action": '
      + '[\n    "Resource": "*"\n');
    check(text, { faults: ['no-break-space 28', 'missing-brace 4'], roots: 1 });
    assert.deepEqual(JSON.parse(repaired(text)), { Sid: 'x', Effect: 'Allow', Principal: { AWS: [] }, Action: [], Resource: '*' });
  });

  it('a policy that lost its braces, a list and its last quote', () => {
    const text = '  "Version": "2012-10-17",\n\n  "Statement": [\n\n\n      "Sid": "x",\n\n      "Action": [\n\n\n\n      "Resource": '
      + '"arn:aws:kms:us-east-2:111122223333:key/1\n\n';
    check(text, { faults: ['missing-brace 4', 'unterminated-string 1'], roots: 1 });
    assert.deepEqual(JSON.parse(repaired(text)), { Version: '2012-10-17',
      Statement: [{ Sid: 'x', Action: [], Resource: 'arn:aws:kms:us-east-2:111122223333:key/1' }] });
  });

  it('a member cut out of a statement', () => {
    check('\n "Principal": {\n\n        "AWS": [\n\n            "arn:aws:iam::123456789012:user/Bob"\n\n        ]\n\n    },\n', {
      faults: ['missing-brace 2'],
      roots: 1,
    });
  });

  it('two statements with comments above and a missing comma', () => {
    const broken = statement.replace('"AWS": "arn:aws:iam::444455556666:root"', '"AWS": [\n      "a"\n      "b"\n    ]');
    check(`# account level\n${statement}\n\n# roles\n${broken}\n`, { faults: ['comment 2', 'extra-document 1', 'missing-comma 1'],
      roots: 2 });
  });

  it('the start of a member', () => {
    check(withSpecialBlanks(' "Principal": {\n\n        "AWS": [\n'), { faults: ['no-break-space 9', 'missing-brace 2'], roots: 1 });
  });

  it('whole documents with no-break spaces, a broken value, or nothing wrong', () => {
    check(withSpecialBlanks(statement), { faults: ['no-break-space 16'], roots: 1 });
    check(withSpecialBlanks(statement.replace(':root', ':\nroot')), { faults: ['no-break-space 16', 'raw-newline 1'], roots: 1 });
    check(statement, { faults: [], roots: 1 });
    check(`# account level\n${statement}`, { faults: ['comment 1'], roots: 1 });
  });

  it('statements without any indentation, with prose glued to them', () => {
    const flat = statement.replace(/^ +/gm, '');
    const policy = `{\n"Version": "2012-10-17",\n"Statement": [\n${flat.replace(/"Principal": \{[^}]*\},\n/, '')}\n]\n}`;
    check(`${policy}Questions`, { faults: ['trailing-text 1'], roots: 1 });
    check(`${flat}Step 2: attach this to the user in account B:\n${policy}Questions\n- Can "you" use (it)?\n`, {
      faults: ['trailing-text 2', 'extra-document 1'],
      roots: 2,
      several: true,
    });
  });
});

describe('documents that contain samples: syntax', () => {
  it('whole pages are read without a wall of faults', function () {
    for (const [name, text] of Object.entries(realFiles(this, 'KMS_HANDSHAKE_SEEDS', /./))) {
      const result = parse(text);
      checkSpans(result, text);
      assert.ok(result.faults.length <= 7, `${name}: ${result.faults.map(({ kind }) => kind).join()}`);
    }
  });
});
