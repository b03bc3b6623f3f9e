import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, findingLines } from '../support/expect-findings';
import { identityPolicy, KEY_ARN } from '../support/fixtures';

const ONLY = ['json-syntax'];
const text = JSON.stringify(identityPolicy({ Action: ['kms:Decrypt', 'kms:DescribeKey'] }), null, 2);

describe('json-syntax', () => {
  it('finds a missing comma and inserts it', () => {
    const broken = text.replace('"kms:Decrypt",', '"kms:Decrypt"');
    assert.equal(findingLines({ 'app.json': broken }, ONLY).length, 1);
    assert.equal(applyFix({ 'app.json': broken }, 'json-syntax')['app.json'], text);
  });

  it('takes valid JSON, and comments where they are allowed', () => {
    checkFindings({ 'app.json': text, 'app.jsonc': `// for the app\n${text}` }, [], ONLY);
  });

  it('says no-break spaces once and replaces all', () => {
    const broken = text.replace(/ {2}/g, '\u00a0\u00a0');
    const findings = findingsWithCode({ 'app.json': broken }, 'json-syntax');
    assert.equal(findings.length, 1);
    assert.match(findings[0]?.message ?? '', /\(\d+ places\)/);
    assert.equal(applyFix({ 'app.json': broken }, 'json-syntax')['app.json'], text);
  });

  it('joins a string that is broken over lines, and does not report what that breaks', () => {
    const broken = text.replace(KEY_ARN, KEY_ARN.replace('key/', '\n\n      key/'));
    const lines = findingLines({ 'app.json': broken }).filter((line) => / (error|warning) /.test(line));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /json-syntax/);
    checkFindings(applyFix({ 'app.json': broken }, 'json-syntax'), [], [...ONLY, 'arn-whitespace', 'malformed-key-arn']);
  });

  it('deletes comments in a .json file and text glued behind the document', () => {
    checkFindings(applyFix({ 'app.json': `# external account\n${text}` }, 'json-syntax'), [], ONLY);
    checkFindings(applyFix({ 'app.json': `${text} Checkpoint Questions` }, 'json-syntax'), [], ONLY);
  });

  it('survives a file that ends too early, and goes on judging', () => {
    const lines = findingLines({ 'app.json': text.slice(0, text.indexOf('"Resource"')).replace('"Version"', '"Sid"') });
    assert.ok(lines.some((line) => line.includes('json-syntax')));
  });
});
