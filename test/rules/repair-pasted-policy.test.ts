import * as assert from 'node:assert/strict';
import { applyFix, findingLines, findingsWithCode, fixesWithCode, textOf } from '../support/expect-findings';
import { CONSUMER, identityPolicy, KEY_ARN, keyPolicyAllow, policyDocument, rootArn, userArn } from '../support/fixtures';

const FILE = 'pasted.json';
const REPAIR = 'Repair the pasted policy';

const ACCOUNT = keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'], { Sid: 'Allow an account' });
const USER = keyPolicyAllow([userArn(CONSUMER)], 'kms:Decrypt', { Sid: 'Allow a user' });
const IDENTITY_POLICY = identityPolicy({ Action: ['kms:Decrypt', 'kms:DescribeKey'] });

const printed = (value: object): string => textOf(value).trim();
const withNoBreakSpaces = (text: string): string => text.replace(/^ +/gm, (blanks) => '\u00a0'.repeat(blanks.length));
const withoutBraces = (text: string): string => text.slice(1, -1).replace(/^\n/, '');

/** What the pasted text becomes by the first fix of its first finding, which is the only one that is preferred. */
function repaired(text: string): unknown {
  const [first, ...others] = findingsWithCode({ [FILE]: text }, 'json-syntax');
  assert.ok(first, 'no finding');
  for (const other of others) assert.ok(first.at.span.start <= other.at.span.start, 'the cause is named first');
  const fixes = fixesWithCode({ [FILE]: text }, 'json-syntax');
  assert.deepEqual(fixes.filter(({ preferred }) => preferred).map(({ title }) => title), [REPAIR]);
  assert.equal(fixes[0]?.title, REPAIR);
  const after = applyFix({ [FILE]: text }, 'json-syntax', REPAIR);
  for (const code of ['json-syntax', 'fragment']) assert.deepEqual(findingsWithCode(after, code), [], after[FILE]);
  return JSON.parse(after[FILE] ?? '');
}

function messageOf(text: string): string {
  return findingsWithCode({ [FILE]: text }, 'json-syntax')[0]?.message ?? '';
}

describe('a pasted policy', () => {
  it('loses its no-break spaces', () => {
    const text = withNoBreakSpaces(printed(IDENTITY_POLICY));
    assert.deepEqual(repaired(text), IDENTITY_POLICY);
    assert.match(messageOf(text), /^JSON does not allow no-break spaces between values \(\d+ places\)\.$/);
  });

  it('gets the parts of a broken ARN joined', () => {
    const text = printed(IDENTITY_POLICY).replace(KEY_ARN, KEY_ARN.replace('key/', 'key/\n\n'));
    assert.deepEqual(repaired(text), IDENTITY_POLICY);
    const [finding] = findingsWithCode({ [FILE]: text }, 'json-syntax');
    assert.equal(text.slice(finding?.at.span.start, finding?.at.span.end), `"${KEY_ARN.replace(/key\/.*/, 'key/')}`);
  });

  it('gets back its outer braces', () => {
    assert.deepEqual(repaired(withoutBraces(printed(IDENTITY_POLICY))), IDENTITY_POLICY);
  });

  it('loses the prose around it', () => {
    const text = `Attach this to the user:\n${printed(IDENTITY_POLICY)}Questions\n- Can "you" use (it)?\n`;
    assert.deepEqual(repaired(text), IDENTITY_POLICY);
    assert.match(messageOf(text), /text before the document and text after a document/);
  });

  it('names all causes in one finding, each with its place', () => {
    const text = withNoBreakSpaces(`# for the app\n${printed(IDENTITY_POLICY)}`);
    const [finding, ...others] = findingsWithCode({ [FILE]: text }, 'json-syntax');
    assert.deepEqual(others, []);
    assert.match(finding?.message ?? '', /^The text contains a comment and \d+ no-break spaces, so it is not JSON and AWS rejects it\.$/);
    assert.deepEqual(finding?.related.map(({ message }) => message.replace(/\d+/, 'N')), ['JSON has no comments.',
      'JSON does not allow no-break spaces between values (N places).']);
    assert.deepEqual(repaired(text), IDENTITY_POLICY);
  });

  it('made of several statements becomes one document', () => {
    const torn = printed(USER).replace('"Effect": "Allow",', '"Effect": "Allow"');
    assert.deepEqual(repaired(`# account level\n${printed(ACCOUNT)}\n\n# user level\n${torn}\n`), policyDocument(ACCOUNT, USER));
    assert.deepEqual(repaired(`${printed(ACCOUNT)},\n${printed(USER)},\n`), policyDocument(ACCOUNT, USER));
  });

  it('made of policies for both accounts becomes a list with one document for each', () => {
    const text = `1. In the local account\n${printed(ACCOUNT)}\nor\n${printed(USER)}\n2. In the other account, which is `
      + `"AWS": "${rootArn(CONSUMER)}" here\n${printed(IDENTITY_POLICY)}\nThat is all`;
    assert.deepEqual(repaired(text), [policyDocument(ACCOUNT, USER), IDENTITY_POLICY]);
  });

  it('keeps what belongs to a statement when several documents lack their braces', () => {
    const text = withNoBreakSpaces('Policy for the owner:\n"Version": "2012-10-17",\n  "Statement": [{\n    "Sid": "a",\n'
      + '    "Effect": "Allow",\n    "Principal": "*",\n    "Action": "kms:Decrypt",\n    "Resource": "*"\n\n'
      + 'And here is the policy for the user:\n'
      + '"Version": "2012-10-17",\n  "Statement": [{\n    "Sid": "b",\n    "Effect": "Allow",\n    "Action": "kms:Decrypt",\n'
      + `    "Resource": "${KEY_ARN}"\n`);
    const [a, b] = repaired(text) as { Statement: { Sid: string }[] }[];
    assert.deepEqual([a, b].map((policy) => policy?.Statement.map(({ Sid }) => Sid)), [['a'], ['b']]);
  });

  it('keeps its layout, its comments where they are allowed, and members that are there twice', () => {
    const statement = printed(ACCOUNT).replace(/\n/g, '\n    ').replace('"Sid"', '"Sid": "x",\n        "Sid"');
    const after = applyFix({ 'pasted.jsonc': `[\n    // first\n    ${statement} // last\n]` }, 'fragment')['pasted.jsonc'] ?? '';
    assert.match(after, /"Statement": \[\n {8}\/\/ first\n {8}\{\n/);
    assert.match(after, /"Sid": "x",\n {12}"Sid": "Allow an account"/);
    assert.match(after, /\} \/\/ last\n/);
    assert.deepEqual(findingLines({ 'pasted.jsonc': after }, ['fragment', 'json-syntax']), []);
  });

  it('is not offered a repair that leaves faults behind', () => {
    const text = withNoBreakSpaces(printed(IDENTITY_POLICY)).replace(`"${KEY_ARN}"`, '');
    const titles = fixesWithCode({ [FILE]: text }, 'json-syntax').map(({ title }) => title);
    assert.deepEqual(titles, ['Replace no-break spaces with spaces']);
  });
});
