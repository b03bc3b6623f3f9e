import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { skipTest } from '../../../support/skip-test';
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

describe('samples of the seed documents: syntax', () => {
  const samples: readonly (readonly [id: string, file: string, first: number, last: number, expected: ExpectedFaults])[] = [
    ['000-A', '000', 35, 42, { faults: ['no-break-space 28', 'missing-brace 2'], roots: 1 }],
    ['000-B', '000', 55, 60, { faults: ['no-break-space 28', 'missing-brace 4'], roots: 1 }],
    ['000-C', '000', 64, 66, { faults: ['no-break-space 9', 'missing-brace 2'], roots: 1 }],
    ['000-D', '000', 76, 93, { faults: ['no-break-space 28', 'missing-brace 4', 'unterminated-string 1'], roots: 1 }],
    ['001-A', '001', 71, 81, { faults: ['no-break-space 30'], roots: 1 }],
    ['001-B', '001', 99, 115, { faults: ['no-break-space 96'], roots: 1 }],
    ['001-C', '001', 119, 127, { faults: ['no-break-space 33', 'missing-brace 2'], roots: 1 }],
    ['001-D', '001', 133, 167, { faults: ['no-break-space 84', 'raw-newline 1'], roots: 1 }],
    ['002-A', '002', 21, 38, { faults: ['comment 1'], roots: 1 }],
    ['002-B', '002', 40, 58, { faults: ['comment 1', 'missing-comma 1'], roots: 1 }],
    ['002-A and 002-B', '002', 21, 58, { faults: ['comment 2', 'extra-document 1', 'missing-comma 1'], roots: 2 }],
    ['002-C', '002', 67, 83, { faults: [], roots: 1 }],
    ['003-A', '003', 63, 75, { faults: ['trailing-text 1'], roots: 1 }],
    ['003-B', '003', 76, 88, { faults: ['trailing-text 1'], roots: 1 }],
    ['003-A and 003-B', '003', 63, 88, { faults: ['trailing-text 2', 'extra-document 1'], roots: 2, several: true }],
  ];
  for (const [id, prefix, first, last, expected] of samples) {
    it(id, function () {
      const folder = process.env.KMS_HANDSHAKE_SEEDS;
      if (folder === undefined || folder === '') skipTest(this, 'KMS_HANDSHAKE_SEEDS does not name the folder of the seed documents');
      const name = readdirSync(folder).find((file) => file.startsWith(prefix));
      assert.ok(name);
      check(readFileSync(path.join(folder, name), 'utf8').split('\n').slice(first - 1, last).join('\n'), expected);
    });
  }

  it('whole pages are read without a wall of faults', function () {
    const folder = process.env.KMS_HANDSHAKE_SEEDS;
    if (folder === undefined || folder === '') skipTest(this, 'KMS_HANDSHAKE_SEEDS does not name the folder of the seed documents');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(path.join(folder, name), 'utf8');
      const result = parse(text);
      checkSpans(result, text);
      assert.ok(result.faults.length <= 7, `${name}: ${result.faults.map(({ kind }) => kind).join()}`);
    }
  });
});
