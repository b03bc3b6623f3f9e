import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode } from '../support/expect-findings';
import { KEY_ARN, KEY_ID, keyPolicy, OWNER } from '../support/fixtures';

const ONLY = ['link-conflict'];
const FOLDER = `us-west-2/${OWNER}/${KEY_ID}`;

describe('link-conflict', () => {
  it('finds two key policies whose paths say the same key, at both', () => {
    const files = { [`${FOLDER}/a.json`]: keyPolicy(), [`${FOLDER}/b.json`]: keyPolicy() };
    const findings = findingsWithCode(files, 'link-conflict');
    assert.equal(findings.length, 2);
    assert.deepEqual(findings.map(({ severity, related }) => [severity, related.length]), [['warning', 1], ['warning', 1]]);
  });

  it('names a few of the other places where there are many, so that findings grow in line with them', () => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${FOLDER}/${i}.json`, keyPolicy()]));
    const findings = findingsWithCode(files, 'link-conflict');
    assert.equal(findings.length, 100);
    assert.ok(findings.every(({ related }) => related.length === 10), `${findings[0]?.related.length ?? 0}`);
  });

  it('takes one policy for a key', () => {
    checkFindings({ [`${FOLDER}/a.json`]: keyPolicy(), 'other.json': keyPolicy() }, [], ONLY);
  });

  it('takes a declaration for the better reason', () => {
    checkFindings({ [`${FOLDER}/a.json`]: keyPolicy(), [`${FOLDER}/b.json`]: keyPolicy(),
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: `${FOLDER}/a.json` }] } }, [], ONLY);
  });
});
