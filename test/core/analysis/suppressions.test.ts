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

describe('suppressing findings in one resource of a template', () => {
  const key = (logicalId: string): string => `  ${logicalId}:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}
`;
  const TEMPLATE = `Resources:\n${key('DataKey')}${key('OtherKey')}`;
  const files = (file: string): Record<string, object | string> => ({ 'stacks/a.yaml': TEMPLATE,
    'kms-handshake.json': { suppress: [{ rule: CODE, file, reason: 'why' }] } });
  const ONLY = [CODE, 'suppression-unused', 'manifest-invalid'];
  const openKeys = (file: string): string[] => {
    const { analysis } = analysisOfWorkspaceTexts(Object.fromEntries(
      Object.entries(files(file)).map(([path, content]) => [path, textOf(content)])));
    return [...analysis.findingsByFile.values()].flat().filter(({ code }) => code === CODE)
      .map(({ at }) => (at.span.start < TEMPLATE.indexOf('OtherKey') ? 'DataKey' : 'OtherKey'));
  };

  it('hides those of the resource, by its logical id or a pointer, also in several files', () => {
    assert.deepEqual(openKeys('stacks/none.yaml'), ['DataKey', 'OtherKey']);
    assert.deepEqual(openKeys('stacks/a.yaml'), []);
    for (const file of ['stacks/a.yaml#DataKey', 'stacks/*.yaml#DataKey', 'stacks/a.yaml#/Resources/DataKey']) {
      assert.deepEqual(openKeys(file), ['OtherKey'], file);
      assert.deepEqual(findingLines(files(file), ['suppression-unused', 'manifest-invalid']), []);
    }
  });

  it('a name that the template does not have is told at the name', () => {
    const messageOf = (file: string): string[] => {
      const texts = Object.fromEntries(Object.entries(files(file)).map(([path, content]) => [path, textOf(content)]));
      return [...analysisOfWorkspaceTexts(texts).analysis.findingsByFile.values()].flat()
        .filter(({ code }) => code === 'suppression-unused').map(({ message }) => message);
    };
    assert.deepEqual(findingLines(files('stacks/a.yaml#DataKye'), ONLY).filter((line) => !line.includes(CODE)),
      ['kms-handshake.json warning suppression-unused "\\"stacks/a.yaml#DataKye\\""']);
    assert.deepEqual(messageOf('stacks/a.yaml#DataKye'),
      ['Nothing to suppress: "stacks/a.yaml" has no resource "DataKye". Did you mean "DataKey"?']);
    assert.deepEqual(messageOf('stacks/a.yaml#/Resources/X'), ['Nothing to suppress: "stacks/a.yaml" has nothing at /Resources/X.']);
  });

  it('the entry names the resource', () => {
    const after = suppress({ 'stacks/a.yaml': TEMPLATE }, 'why');
    assert.equal(after.where, 'in DataKey');
    assert.deepEqual(JSON.parse(after.files['kms-handshake.json'] ?? ''), {
      suppress: [{ rule: CODE, file: 'stacks/a.yaml#DataKey', reason: 'why' }] });
    assert.deepEqual(findingLines(after.files, ONLY).length, 1);
  });

  it('the role that SAM makes for a function is named by both names', () => {
    const sam = `Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{Statement: [{Effect: Allow, Action: 'kms:Decrypt', Resource: '*'}]}]
`;
    for (const name of ['Worker', 'WorkerRole']) {
      const entry = { rule: 'missing-key-arn-resource', file: `a.yaml#${name}`, reason: 'why' };
      assert.deepEqual(findingLines({ 'a.yaml': sam, 'kms-handshake.json': { suppress: [entry] } },
        ['missing-key-arn-resource', 'suppression-unused']), []);
    }
  });

  it('a part of a JSON file', () => {
    const policy = keyPolicy({ Principal: '*' });
    const file = { 'keys.json': [policy, { Policy: JSON.stringify(policy) }] };
    const suppressed = (part: string): string[] => findingLines({ ...file,
      'kms-handshake.json': { suppress: [{ rule: CODE, file: `keys.json#${part}`, reason: 'why' }] } }, [CODE, 'suppression-unused']);
    assert.equal(suppressed('/0').length, 1);
    assert.equal(suppressed('/1/Policy').length, 1);
    assert.equal(suppressed('/2').length, 3);
  });
});
