import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingLines } from '../support/expect-findings';
import { CONSUMER, keyPolicy, manifest, rootArn } from '../support/fixtures';

const ONLY = ['suppression-unused', 'wildcard-principal'];
const entry = (more: object = {}): object => ({ rule: 'wildcard-principal', file: 'key.json', reason: 'open on purpose', ...more });
const files = (suppress: readonly object[], principal: unknown = { AWS: '*' }) => ({
  'kms-handshake.json': manifest({ suppress }), 'key.json': keyPolicy({ Sid: 'Public', Principal: principal }),
});

describe('suppression-unused', () => {
  it('finds a suppression that hides nothing', () => {
    const lines = findingLines(files([entry()], { AWS: rootArn(CONSUMER) }), ONLY);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^kms-handshake\.json warning suppression-unused "\{/);
  });

  it('takes one that hides a finding, for a statement or a file', () => {
    checkFindings(files([entry()]), [], ONLY);
    checkFindings(files([entry({ sid: 'Public' })]), [], ONLY);
  });

  it('finds one for another statement, and leaves the finding', () => {
    const lines = findingLines(files([entry({ sid: 'Other' })]), ONLY);
    assert.deepEqual(lines.map((line) => line.split(' ').slice(0, 3).join(' ')).sort(), ['key.json error wildcard-principal',
      'kms-handshake.json warning suppression-unused']);
  });

  it('can be off', () => {
    const off = { 'kms-handshake.json': manifest({ suppress: [entry()], rules: { 'suppression-unused': 'off' } }),
      'key.json': keyPolicy() };
    checkFindings(off, [], ONLY);
  });

  it('removes the suppression', () => {
    const after = applyFix(files([entry()], { AWS: rootArn(CONSUMER) }), 'suppression-unused');
    assert.deepEqual(JSON.parse(after['kms-handshake.json'] ?? ''), manifest());
    const two = applyFix(files([entry({ sid: 'Other' }), entry({ sid: 'Public' })]), 'suppression-unused');
    assert.deepEqual(JSON.parse(two['kms-handshake.json'] ?? ''), manifest({ suppress: [entry({ sid: 'Public' })] }));
  });

  it('judges those of a kms-handshake.json below the root, which hide findings below it only', () => {
    const below = (file: string): Record<string, object> => ({ 'team/kms-handshake.json': { suppress: [entry({ file })] },
      'team/key.json': keyPolicy({ Sid: 'Public', Principal: { AWS: '*' } }),
      'key.json': keyPolicy({ Sid: 'Public', Principal: { AWS: '*' } }) });
    const lines = (file: string): string[] => findingLines(below(file), ONLY).map((line) => line.split(' ').slice(0, 3).join(' ')).sort();
    assert.deepEqual(lines('key.json'), ['key.json error wildcard-principal']);
    assert.deepEqual(lines('team/key.json'), ['key.json error wildcard-principal', 'team/key.json error wildcard-principal',
      'team/kms-handshake.json warning suppression-unused']);
    assert.deepEqual(JSON.parse(applyFix(below('none.json'), 'suppression-unused')['team/kms-handshake.json'] ?? ''), {});
  });
});

describe('suppression-unused of comments', () => {
  const template = (comment: string, principal = "'*'", behind = ''): string => `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
${comment}          - Sid: Public${behind}
            Effect: Allow
            Principal: ${principal}
            Action: kms:Verify
            Resource: '*'
`;
  const comment = (codes: string): string => `          # kms-handshake:ignore ${codes} why\n`;
  const ROOT = `{AWS: '${rootArn(CONSUMER)}'}`;
  const unused = (code: string): string => `a.yaml warning suppression-unused "${code}"`;

  it('finds a code that hides nothing, and removes it with its comment', () => {
    const files = { 'a.yaml': template(comment('wildcard-principal'), ROOT) };
    checkFindings(files, [unused('wildcard-principal')], ONLY);
    assert.equal(applyFix(files, 'suppression-unused')['a.yaml'], template('', ROOT));
  });

  it('takes one that hides a finding, once or twice', () => {
    checkFindings({ 'a.yaml': template(comment('wildcard-principal')) }, [], ONLY);
    checkFindings({ 'a.yaml': template(comment('wildcard-principal') + comment('wildcard-principal')) }, [], ONLY);
    checkFindings({ 'a.yaml': template('', "'*' # kms-handshake:ignore wildcard-principal why") }, [], ONLY);
  });

  it('judges each of several codes, and removes one', () => {
    for (const [codes, rest] of [['sid-duplicate, wildcard-principal', 'wildcard-principal'], ['wildcard-principal, sid-duplicate',
      'wildcard-principal']] as const) {
      const files = { 'a.yaml': template(comment(codes)) };
      checkFindings(files, [unused('sid-duplicate')], ONLY);
      assert.equal(applyFix(files, 'suppression-unused')['a.yaml'], template(comment(rest)));
    }
  });

  it('removes a comment behind something with the blanks in front of it', () => {
    const files = { 'a.yaml': template('', ROOT, '  # kms-handshake:ignore wildcard-principal why') };
    assert.equal(applyFix(files, 'suppression-unused')['a.yaml'], template('', ROOT));
  });

  it('finds one that covers nothing', () => {
    const files = { 'a.yaml': `${template('')}          # kms-handshake:ignore wildcard-principal why` };
    checkFindings(files, [unused('wildcard-principal'), 'a.yaml error wildcard-principal "\'*\'"'], ONLY);
  });

  it('can be off, and suppressed by kms-handshake.json', () => {
    const text = template(comment('wildcard-principal'), ROOT);
    checkFindings({ 'a.yaml': text, 'kms-handshake.json': manifest({ rules: { 'suppression-unused': 'off' } }) }, [], ONLY);
    const entry = { rule: 'suppression-unused', file: 'a.yaml', reason: 'x' };
    checkFindings({ 'a.yaml': text, 'kms-handshake.json': manifest({ suppress: [entry] }) }, [], ONLY);
  });
});
