import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { RULES } from '../../server/src/core/rules/registry';
import { runCli } from '../support/run-cli';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';

const ROOT = path.resolve(__dirname, '../..');

describe('examples', () => {
  afterEach(removeTestFolders);

  it('have exactly the findings that their README lists', async () => {
    const { stdout, status, stderr } = await runCli(path.join(ROOT, 'examples'), 'check', '--format', 'json', '--fail-on', 'never');
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const { findings } = JSON.parse(stdout) as {
      findings: { file: string; line: number; column: number; severity: string; rule: string }[];
    };
    const readme = readFileSync(path.join(ROOT, 'examples/README.md'), 'utf8').replace(/\r\n/g, '\n');
    const listed = /```text\n([\s\S]*?)```/.exec(readme)?.[1];
    assert.equal(listed,
      findings.map(({ file, line, column, severity, rule }) => `${file}:${line}:${column} ${severity} ${rule}\n`).join(''));
  });

  it('show each of the four main rules, a missing half, a finding inside AWS CLI output, and those of a template', async () => {
    const { stdout: out } = await runCli(ROOT, 'check', 'examples', '--format', 'json', '--fail-on', 'never');
    const report = JSON.parse(out) as { findings: { rule: string; severity: string; file: string }[] };
    const said = report.findings.filter(({ severity }) => severity !== 'hint').map(({ rule, severity }) => `${rule} ${severity}`).sort();
    assert.deepEqual(said, [
      'action-not-allowed-by-key-policy error', 'action-not-allowed-by-key-policy error', 'cross-account-unsupported-action warning',
      'identity-policy-missing warning', 'identity-policy-missing warning',
      'missing-key-arn-resource error', 'not-an-arn error', 'region-mismatch error', 'wildcard-principal error',
    ]);
    assert.ok(
      report.findings.some(({ file, rule }) => file.endsWith('archive-get-key-policy.json') && rule === 'cross-account-unsupported-action'),
    );
  });

  it('have a stack whose role can do less than its policy says, and a role of another account that can use its key', async () => {
    const { stdout } = await runCli(path.join(ROOT, 'examples'), 'matrix', '--format', 'json');
    const { rows } = JSON.parse(stdout) as { rows: { identity: string; outcomes: { verdict: string; actions: string[] }[] }[] };
    const allowed = rows.filter(({ identity }) => /Worker|Importer/.test(identity)).flatMap(({ identity, outcomes }) =>
      outcomes.filter(({ verdict }) => verdict === 'allowed').map(({ actions }) => `${identity}: ${actions.join(', ')}`));
    assert.deepEqual(allowed, ['stack/data-key.yaml#Worker: kms:Decrypt',
      'arn:aws:iam::444455556666:role/Importer: kms:Decrypt, kms:GenerateDataKey']);
  });

  it('have no finding above a hint on the pair that fits', async () => {
    const { stdout: out } = await runCli(ROOT, 'check', 'examples', '--format', 'json', '--fail-on', 'never');
    const report = JSON.parse(out) as { findings: { severity: string; file: string }[] };
    assert.deepEqual(report.findings.filter(({ file, severity }) => /\/app(-key)?\.json$/.test(file) && severity !== 'hint'), []);
  });

  it('answer the message of the README as it shows', async () => {
    const page = readFileSync(path.join(ROOT, 'README.md'), 'utf8').replace(/\r\n/g, '\n');
    const [message, answer] = Array.from(page.matchAll(/```text\n([\s\S]*?)```/g), ([, text]) => text ?? '');
    const folder = createTestFolder({ 'message.txt': message ?? '' });
    const { stdout } = await runCli(ROOT, 'explain', 'examples', '--message', path.join(folder.path, 'message.txt'));
    assert.ok(answer !== undefined && answer.length > 100 && stdout.startsWith(answer), stdout);
  });
});

describe('README', () => {
  it('has at most 900 words, and a picture of the editor and of a template', () => {
    const page = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    assert.ok(page.split(/\s+/).length <= 900);
    assert.equal(page.match(/!\[/g)?.length, 2);
  });

  it('and the changelog and the install page have the right number of rules', () => {
    for (const name of ['CHANGELOG.md', 'docs/install-page.md'])
      assert.match(readFileSync(path.join(ROOT, name), 'utf8'), new RegExp(`\\b${RULES.length} rules\\b`));
  });
});
