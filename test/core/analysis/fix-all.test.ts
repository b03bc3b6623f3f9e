import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { relevantPairsOf } from '../../../server/src/core/access/graph/access-graph';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import { actionsIn } from '../../../server/src/core/aws/actions';
import { analyse } from '../../../server/src/core/analysis/analyse';
import { fixAll } from '../../../server/src/core/analysis/fix-all';
import type { Workspace } from '../../../server/src/core/workspace/workspace';
import { applyEdits, textOf } from '../../support/expect-findings';
import { uriOfPath, workspaceFromTexts as workspaceOfTexts, type FilesByPath } from '../../support/workspace-from-texts';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, keyPolicy, manifest } from '../../support/fixtures';

const workspaceOf = (files: FilesByPath): Workspace =>
  workspaceOfTexts(Object.fromEntries(Object.entries(files).map(([file, content]) => [file, textOf(content)])));

/** The text of the file after "fix all". */
function fixedAll(files: FilesByPath, file: string): string {
  const workspace = workspaceOf(files);
  return applyEdits(textOf(files[file] ?? ''), fixAll(workspace, analyse(workspace), uriOfPath(file)));
}

/** Codes of the findings of the file that still have a safe fix. */
function safeFindings(files: FilesByPath, file: string): string[] {
  const workspace = workspaceOf(files);
  const findings = analyse(workspace).findingsByFile.get(uriOfPath(file)) ?? [];
  return findings.filter((finding) => finding.fixes(workspace.world).some(({ safe }) => safe)).map(({ code }) => code);
}

/** Rules about what AWS takes for no policy at all, with one way to read it: the mended text then says what the broken one was meant to. */
const REJECTED: ReadonlySet<string> = new Set(['action-prefix', 'forbidden-character', 'invalid-effect']);

/** The outcome of every action that either half mentions, for everyone who meets the key. */
function verdictsIn(files: FilesByPath): string[] {
  const { world } = workspaceOf(files);
  return relevantPairsOf(world).flatMap(({ identity, key }) =>
    decidePair(identity, key, world)
      .flatMap(({ actions, verdict }) =>
        actionsIn(actions).map(({ name }) => `${identity.arn ?? identity.account ?? ''} ${key.arn ?? ''} ${name} ${verdict.outcome}`)
      )
  ).sort();
}

describe('fix all', () => {
  it('mends what changes no access: commas, no-break spaces, curly quotes, Sids', () => {
    const sound = identityPolicy({ Sid: 'Use the key' });
    const broken = textOf(sound).replaceAll('  "', '\u00a0 "').replace('"Allow",', '\u201cAllow\u201d');
    const after = fixedAll({ 'app.json': broken }, 'app.json');
    assert.deepEqual(JSON.parse(after), identityPolicy({ Sid: 'UseTheKey' }));
  });

  it('joins the parts of an ARN that is broken over lines, and leaves a name alone whose parts can be joined in two ways', () => {
    const sound = identityPolicy({ Sid: 'UseKey' });
    const broken = textOf(sound).replace('key/', '\n\n  key/');
    assert.deepEqual(JSON.parse(fixedAll({ 'app.json': broken.replaceAll('  "', '\u00a0 "') }, 'app.json')), sound);
    const named = textOf(keyPolicy({ Sid: 'Use of the key' })).replace('of the key', 'of\n the key');
    assert.equal(fixedAll({ 'key.json': named }, 'key.json'), named);
  });

  it('never touches what changes access, although a quick fix offers it', () => {
    const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Action: 'kms:Decrypt' }),
      'app.json': identityPolicy({ Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: `${KEY_ARN} ` }) };
    assert.equal(fixedAll(files, 'app.json'), textOf(files['app.json'] ?? ''));
    assert.equal(fixedAll(files, 'key.json'), textOf(files['key.json'] ?? ''));
  });

  it('mends inside AWS CLI output', () => {
    const output = getRolePolicyOutput(
      identityPolicy({ Sid: 'Use key' }, { Sid: 'Use key', Resource: KEY_ARN, Action: 'kms:Encrypt', Effect: 'Allow' }),
    );
    const after = fixedAll({ 'role.json': output }, 'role.json');
    assert.deepEqual(safeFindings({ 'role.json': after }, 'role.json'), []);
    assert.notEqual(after, textOf(output));
  });

  it('gives no edits for clean files, files without policies and files that are not there', () => {
    const workspace = workspaceOf({ 'app.json': identityPolicy(), 'other.json': '{ "a": 1, }' });
    for (const file of ['app.json', 'other.json', 'gone.json'])
      assert.deepEqual(fixAll(workspace, analyse(workspace), uriOfPath(file)), [], file);
  });

  describe('on the failing example of each page', () => {
    const pages = path.join(__dirname, '..', '..', '..', 'docs', 'rules');
    for (const page of readdirSync(pages).filter((name) => name.endsWith('.md') && name !== 'index.md')) {
      const [, example] = /```json\n([^]*?)```/.exec(readFileSync(path.join(pages, page), 'utf8')) ?? [];
      if (example === undefined) continue;
      it(`${page}: leaves nothing it could mend, and doing it again changes nothing`, () => {
        const name = example.includes('"Principal"') ? 'key.json' : 'app.json';
        const files = { 'kms-handshake.json': manifest(), [name]: example };
        const after = fixedAll(files, name);
        assert.deepEqual(safeFindings({ ...files, [name]: after }, name), []);
        assert.equal(fixedAll({ ...files, [name]: after }, name), after);
      });

      if (REJECTED.has(page.replace(/\.md$/, ''))) continue;
      it(`${page}: changes no verdict`, () => {
        const name = example.includes('"Principal"') ? 'key.json' : 'app.json';
        const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy(), 'app.json': identityPolicy(), [name]: example };
        assert.deepEqual(verdictsIn({ ...files, [name]: fixedAll(files, name) }), verdictsIn(files));
      });
    }
  });
});
