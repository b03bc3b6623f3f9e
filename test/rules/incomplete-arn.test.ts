import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, fixesWithCode, findingLines, textOf } from '../support/expect-findings';
import { analysisOfWorkspaceTexts, pathOfUri, type FilesByPath } from '../support/workspace-from-texts';
import type { FileChange } from '../../server/src/core/text/file-change';
import { CONSUMER, identityPolicy, keyPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument } from '../support/fixtures';

/** The key policy lets the consumer's account decrypt, and the consumer's policy names the resource. */
function pair(resource: string, more: object = {}): FilesByPath {
  return { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: resource, ...more }) };
}

/** The findings at the consumer's policy. */
function linesOfConsumer(files: FilesByPath): string[] {
  return findingLines(files).filter((line) => line.startsWith('app.json'));
}

function writes(change: FileChange): string {
  return 'create' in change ? change.create : change.edits.map(({ newText }) => newText).join();
}

function said(files: FilesByPath): string[] {
  const { analysis, world } = analysisOfWorkspaceTexts(
    Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)])),
  );
  return [...analysis.findingsByFile.values()].flat().map(({ at, severity, code, message, fixes }) => (
    `${pathOfUri(at.uri)} ${severity} ${code} ${message} `
      + fixes(world).map(({ title, files: changes }) => `${title} ${changes.map(writes).join()}`).join(' | ')));
}

describe('ARNs with fewer than six fields in IAM policies (IAM User Guide, reference-arns)', () => {
  const incomplete: readonly (readonly [string, string])[] = [
    ['arn:aws:kms', 'arn:aws:kms:*:*:*'],
    ['arn:aws:kms:us-west-2', 'arn:aws:kms:us-west-2:*:*'],
    [`arn:aws:kms:us-west-2:${OWNER}`, `arn:aws:kms:us-west-2:${OWNER}:*`],
    [`arn:aws:kms:us-west-2:${CONSUMER}`, `arn:aws:kms:us-west-2:${CONSUMER}:*`],
    ['arn:aws:kms:eu-west-1', 'arn:aws:kms:eu-west-1:*:*'],
    ['arn:aws:kms:us-west-9', 'arn:aws:kms:us-west-9:*:*'],
    ['arn:aws:kms:cn-north-1', 'arn:aws:kms:cn-north-1:*:*'],
    ['arn:aws-cn:kms', 'arn:aws-cn:kms:*:*:*'],
    ['arn:aws:kms:us-west-2:1111', 'arn:aws:kms:us-west-2:1111:*'],
    ['arn:aws:KMS', 'arn:aws:KMS:*:*:*'],
    ['arn:aws:s3', 'arn:aws:s3:*:*:*'],
  ];
  for (const [written, whole] of incomplete) {
    it(`${written} has the findings and fixes of ${whole}, Allow and Deny`, () => {
      for (const effect of ['Allow', 'Deny'])
        assert.deepEqual(said(pair(written, { Effect: effect })), said(pair(whole, { Effect: effect })));
      const closed = (resource: string): FilesByPath => ({ ...pair(resource), 'key.json': policyDocument(OWNER_STATEMENT) });
      assert.deepEqual(said(closed(written)), said(closed(whole)));
    });
  }

  it('of the owner\'s account are no finding at all', () => {
    assert.deepEqual(linesOfConsumer(pair(`arn:aws:kms:us-west-2:${OWNER}`)), []);
  });

  it('of every account are as broad as they are written out, and are mended in the same way', () => {
    assert.deepEqual(linesOfConsumer(pair('arn:aws:kms')), ['app.json warning missing-key-arn-resource "\\"arn:aws:kms\\""']);
    assert.deepEqual(applyFix(pair('arn:aws:kms'), 'missing-key-arn-resource'),
      applyFix(pair('arn:aws:kms:*:*:*'), 'missing-key-arn-resource'));
  });

  it('have fields that can be wrong, which are mended in place', () => {
    const far = applyFix(pair('arn:aws:kms:cn-north-1'), 'partition-mismatch')['app.json'] ?? '';
    assert.ok(far.includes('"arn:aws-cn:kms:cn-north-1:*:*"'), far);
    checkFindings(pair('arn:aws:kms:us-west-2:1111'), ['app.json error invalid-account-id "1111"'], ['invalid-account-id']);
  });

  it('deny what the completed ARN covers as if it were written out', () => {
    const files = { ...pair(''), 'app.json': identityPolicy({}, { Effect: 'Deny', Action: 'kms:Decrypt', Resource: 'arn:aws:kms' }) };
    assert.deepEqual(linesOfConsumer(files), ['app.json warning explicit-deny-overrides "\\"kms:Decrypt\\""']);
  });

  it('with an empty field, or one left out in the middle, stay errors', () => {
    for (const value of ['arn:aws:kms:', `arn:aws:kms::${OWNER}`, `arn:aws:kms:us-west-2:${OWNER}:`, `arn:aws:kms:${OWNER}`,
      'arn:aws:kms:us-west-2:']) {
      checkFindings(pair(value), [`app.json error malformed-key-arn ${JSON.stringify(JSON.stringify(value))}`], ['malformed-key-arn']);
    }
  });

  it('in key policies are what they were: values that leave the statement without effect', () => {
    const files = { 'kms-handshake.json': manifest(), 'app.json': identityPolicy(),
      'key.json': policyDocument(OWNER_STATEMENT, { Effect: 'Allow', Principal: { AWS: CONSUMER }, Action: 'kms:Decrypt',
        Resource: 'arn:aws:kms' }) };
    checkFindings(files, ['key.json error key-policy-resource-not-star "\\"arn:aws:kms\\""'], ['key-policy-resource-not-star',
      'malformed-key-arn']);
    assert.ok(fixesWithCode(files, 'key-policy-resource-not-star').length > 0);
  });
});
