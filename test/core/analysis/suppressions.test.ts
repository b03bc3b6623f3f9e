import * as assert from 'node:assert/strict';
import { proposeSuppressions, type SuppressionForm } from '../../../server/src/core/analysis/suppressions';
import { applyChanges, findingLines, textOf } from '../../support/expect-findings';
import { analysisOfWorkspaceTexts, type FilesByPath } from '../../support/workspace-from-texts';
import { identityPolicy, keyPolicy, manifest } from '../../support/fixtures';

const CODE = 'wildcard-principal';

/** The files after the first finding of the code was suppressed. */
function suppress(files: FilesByPath, reason: string,
  form: SuppressionForm = 'manifest'): { readonly where: string; readonly files: Record<string, string> } {
  const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
  const { workspace, analysis } = analysisOfWorkspaceTexts(texts);
  const finding = [...analysis.findingsByFile.values()].flat().find(({ code }) => code === CODE);
  assert.ok(finding);
  const entry = proposeSuppressions(workspace, finding).find((proposal) => proposal.form === form);
  const change = entry?.changeWithReason(reason);
  assert.ok(entry && change);
  return { where: entry.scopeText, files: applyChanges(texts, [change]) };
}

describe('suppressing a finding', () => {
  const open = (more: object = {}): object => keyPolicy({ Principal: '*', ...more });

  it('writes rule, file, Sid and reason, and removes the finding', () => {
    const after = suppress({ 'kms-handshake.json': manifest(), 'app.json': identityPolicy(), 'key.json': open({ Sid: 'Public' }) },
      'a public signing key');
    assert.equal(after.where, 'in statement "Public"');
    assert.deepEqual(JSON.parse(after.files['kms-handshake.json'] ?? ''),
      manifest({ suppress: [{ rule: CODE, file: 'key.json', sid: 'Public', reason: 'a public signing key' }] }));
    assert.deepEqual(findingLines(after.files, [CODE, 'suppression-unused', 'manifest-invalid']), []);
  });

  it('covers the file where the statement has no Sid, and creates kms-handshake.json if it is missing', () => {
    const after = suppress({ 'a [1]/key.json': open() }, 'on purpose');
    assert.equal(after.where, 'in this file');
    assert.deepEqual(JSON.parse(after.files['kms-handshake.json'] ?? ''), {
      suppress: [{ rule: CODE, file: 'a [1]/key.json', reason: 'on purpose' }],
    });
    assert.deepEqual(findingLines(after.files, [CODE, 'suppression-unused', 'manifest-invalid']), []);
  });

  it('is reported at its place when it has no effect, with what else is wrong with the file', () => {
    const suppressed = { suppress: [{ rule: CODE, file: 'none.json', reason: 'old' }], keys: [{ arn: 'nonsense', policy: 'none.json' }] };
    const { analysis } = analysisOfWorkspaceTexts({ 'kms-handshake.json': JSON.stringify(suppressed) });
    const starts = [...analysis.findingsByFile.values()].flatMap((findings) =>
      findings.map(({ code, at }) => [code, at.span.start] as const)
    );
    assert.ok(starts.length > 1);
    assert.deepEqual(starts, [...starts].sort(([, a], [, b]) => a - b));
    assert.equal(starts[0]?.[0], 'suppression-unused');
  });

  it('keeps what is there already', () => {
    const other = { rule: 'root-is-account', file: 'key.json', reason: 'known' };
    const after = suppress({ 'kms-handshake.json': manifest({ suppress: [other] }), 'key.json': open() }, 'on purpose');
    assert.deepEqual(JSON.parse(after.files['kms-handshake.json'] ?? ''),
      manifest({ suppress: [other, { rule: CODE, file: 'key.json', reason: 'on purpose' }] }));
  });

  it('without a reason, the missing reason is the finding', () => {
    const after = suppress({ 'kms-handshake.json': manifest(), 'app.json': identityPolicy(), 'key.json': open() }, '');
    assert.deepEqual(findingLines(after.files, [CODE, 'manifest-invalid']).map((line) => line.split(' ').slice(0, 3).join(' ')), [
      'kms-handshake.json error manifest-invalid',
    ]);
  });

  it('is not offered for kms-handshake.json itself', () => {
    const { workspace, analysis } = analysisOfWorkspaceTexts({ 'kms-handshake.json': textOf({ keys: 1 }) });
    const [finding] = [...analysis.findingsByFile.values()].flat();
    assert.ok(finding);
    assert.deepEqual(proposeSuppressions(workspace, finding), []);
  });
});

describe('suppressing a finding with a comment', () => {
  const CODES = [CODE, 'suppression-unused', 'suppression-invalid', 'manifest-invalid'];
  const template = (statement: string, comment = ''): string => `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
${comment}${statement}
`;
  const OPEN = `          - Sid: Public
            Effect: Allow
            Principal: '*'
            Action: kms:Verify
            Resource: '*'`;

  it('writes it above the statement, and removes the finding', () => {
    const after = suppress({ 'a.yaml': template(OPEN) }, 'a public\nsigning key', 'comment');
    assert.equal(after.where, 'in statement "Public" with a comment');
    assert.deepEqual(after.files, { 'a.yaml': template(OPEN, `          # kms-handshake:ignore ${CODE} a public signing key\n`) });
    assert.deepEqual(findingLines(after.files, CODES), []);
  });

  it('keeps line ends, and the comments that are there', () => {
    const comment = '          # everybody verifies\n';
    const after = suppress({ 'a.yaml': template(OPEN, comment).replaceAll('\n', '\r\n') }, 'why', 'comment');
    assert.equal(after.files['a.yaml'],
      template(OPEN, `${comment}          # kms-handshake:ignore ${CODE} why\n`).replaceAll('\n', '\r\n'));
  });

  it('above the line that the statement is in, where it does not begin a line', () => {
    const flow = template('').replace('Statement:\n\n', "Statement: [{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}]\n");
    const after = suppress({ 'a.yaml': flow }, 'why', 'comment');
    assert.equal(after.where, 'here with a comment');
    const line = '        Statement:';
    assert.equal(after.files['a.yaml'], flow.replace(line, `        # kms-handshake:ignore ${CODE} why\n${line}`));
    assert.deepEqual(findingLines(after.files, CODES), []);
  });

  it('above the string that contains the policy', () => {
    const literal = `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: !Sub |
        {
          "Statement": {
            "Sid": "Public", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"
          }
        }
`;
    const after = suppress({ 'a.yaml': literal }, 'why', 'comment');
    assert.equal(after.files['a.yaml'], literal.replace('      KeyPolicy', `      # kms-handshake:ignore ${CODE} why\n      KeyPolicy`));
    assert.deepEqual(findingLines(after.files, CODES), []);
  });

  it('in JSON with comments, and in no other JSON', () => {
    const policy = textOf(keyPolicy({ Principal: '*' }));
    const after = suppress({ 'key.jsonc': policy }, 'why', 'comment');
    assert.equal(after.files['key.jsonc'], policy.replace(/\},\n( +)\{/, `},\n$1// kms-handshake:ignore ${CODE} why\n$1{`));
    assert.deepEqual(findingLines(after.files, CODES), []);
    assert.throws(() => suppress({ 'key.json': policy }, 'why', 'comment'));
  });

  it('without a reason, the missing reason is the finding', () => {
    const after = suppress({ 'a.yaml': template(OPEN) }, '', 'comment');
    assert.deepEqual(findingLines(after.files, CODES), [`a.yaml error suppression-invalid "# kms-handshake:ignore ${CODE}"`]);
  });
});
