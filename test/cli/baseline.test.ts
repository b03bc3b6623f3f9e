import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';
import { runCli } from '../support/run-cli';
import { iamPolicy, keyPolicy, MANIFEST } from './cli-files';

const FILES = { 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
  'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') };
const BASELINE = ['--baseline', 'baseline.json'];

describe('baseline of check', () => {
  afterEach(removeTestFolders);

  it('accepts what stands in it, wherever its lines moved, and fails on what is new', async () => {
    const { path: folder } = createTestFolder(FILES);
    assert.equal((await runCli(folder, 'check')).status, 1);
    const update = await runCli(folder, 'check', ...BASELINE, '--update-baseline');
    assert.equal(update.status, 0);
    assert.match(update.stderr, /wrote baseline\.json/);
    writeFileSync(path.join(folder, 'consumer/app.json'), `\n\n${JSON.stringify(iamPolicy('kms:Decrypt', 'kms:Encrypt'))}`);
    const accepted = await runCli(folder, 'check', ...BASELINE);
    assert.equal(accepted.status, 0);
    assert.match(accepted.stdout, /^0 errors, .*, \d+ findings? accepted by the baseline\n$/);
    const { stdout } = await runCli(folder, 'check', ...BASELINE, '--format', 'json');
    assert.deepEqual((JSON.parse(stdout) as { findings: object[] }).findings, []);
    writeFileSync(path.join(folder, 'consumer/app.json'), JSON.stringify(iamPolicy('kms:Decrypt', 'kms:Encrypt', 'kms:Sign')));
    const changed = await runCli(folder, 'check', ...BASELINE);
    assert.equal(changed.status, 1);
    assert.match(changed.stdout, /error: .*kms:Sign/);
    assert.doesNotMatch(changed.stdout, /error: .*kms:Encrypt/);
  });

  it('says what is not needed any more; --update-baseline removes it, but for files that are not checked', async () => {
    const { path: folder } = createTestFolder({ ...FILES, 'consumer/other.json': iamPolicy('kms:Sign') });
    await runCli(folder, 'check', ...BASELINE, '--update-baseline');
    const rulesByFile = (): readonly string[] =>
      (JSON.parse(readFileSync(path.join(folder, 'baseline.json'), 'utf8')) as { findings: { file: string }[] }).findings
        .map(({ file }) => file);
    assert.ok(rulesByFile().includes('consumer/other.json') && rulesByFile().includes('consumer/app.json'));
    writeFileSync(path.join(folder, 'consumer/app.json'), JSON.stringify(iamPolicy('kms:Decrypt')));
    assert.match((await runCli(folder, 'check', ...BASELINE)).stderr, /baseline\.json: \d+ entr(?:y|ies) not needed any more/);
    const update = await runCli(folder, 'check', 'consumer/app.json', ...BASELINE, '--update-baseline');
    assert.match(update.stderr, /not needed any more: action-not-allowed-by-key-policy in consumer\/app\.json/);
    assert.ok(rulesByFile().includes('consumer/other.json'));
    assert.ok(!rulesByFile().includes('consumer/app.json'));
  });

  it('accepts a finding once for each time that it stands there', async () => {
    const twice = (...actions: readonly string[]): object => ({ Version: '2012-10-17',
      Statement: [{ Sid: 'Use', Effect: 'Allow', Action: actions, Resource: '*' }] });
    const { path: folder } = createTestFolder({ 'app.json': twice('kms:Encryptt') });
    await runCli(folder, 'check', ...BASELINE, '--update-baseline');
    writeFileSync(path.join(folder, 'app.json'), JSON.stringify(twice('kms:Encryptt', 'kms:Encryptt')));
    const { stdout } = await runCli(folder, 'check', ...BASELINE, '--format', 'json');
    const { findings } = JSON.parse(stdout) as { findings: { rule: string }[] };
    assert.equal(findings.filter(({ rule }) => rule === 'unknown-action').length, 1);
  });

  it('is refused where it is not there, or another file, which stays as it is', async () => {
    const { path: folder } = createTestFolder({ ...FILES, 'notes.json': '{ "notes": [] }' });
    for (const [argv, message] of [
      [['--baseline', 'none.json'], /there is no baseline none\.json; --update-baseline writes one/],
      [['--baseline', 'notes.json', '--update-baseline'], /notes\.json is not a baseline/],
      [['--baseline', 'consumer/app.json', '--update-baseline'], /consumer\/app\.json is not a baseline/],
      [['--update-baseline'], /--update-baseline needs --baseline FILE/],
    ] as const) {
      const { status, stderr } = await runCli(folder, 'check', ...argv);
      assert.equal(status, 2);
      assert.match(stderr, message);
    }
    assert.equal(readFileSync(path.join(folder, 'notes.json'), 'utf8'), '{ "notes": [] }');
  });
});
