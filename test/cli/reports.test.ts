import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';
import { runCli } from '../support/run-cli';
import { iamPolicy, keyPolicy, MANIFEST } from './cli-files';

const FILES = { 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
  'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt', 'kms:Sign') };

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly partialFingerprints: { readonly 'kmsHandshake/v1': string };
  readonly relatedLocations?: readonly object[];
  readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: object; readonly region: object } }];
}

interface Sarif {
  readonly runs: readonly [{
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[] } };
    readonly columnKind: string;
    readonly results: readonly SarifResult[];
  }];
}

describe('reports of check', () => {
  afterEach(removeTestFolders);

  async function sarif(folder: string, ...argv: readonly string[]): Promise<Sarif> {
    return JSON.parse((await runCli(folder, 'check', '--format', 'sarif', ...argv)).stdout) as Sarif;
  }

  it('sarif: places, rules with their pages, and the other half as a related place', async () => {
    const { path: folder } = createTestFolder(FILES);
    const { runs: [run] } = await sarif(folder);
    assert.equal(run.columnKind, 'utf16CodeUnits');
    const result = run.results.find(({ ruleId }) => ruleId === 'action-not-allowed-by-key-policy');
    assert.ok(result);
    assert.deepEqual(result.locations[0].physicalLocation, {
      artifactLocation: { uri: 'consumer/app.json', uriBaseId: '%SRCROOT%' },
      region: { startLine: 9, startColumn: 9, endLine: 9, endColumn: 22 },
    });
    assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
    assert.match(run.tool.driver.rules[result.ruleIndex]?.help.text ?? '', /action-not-allowed-by-key-policy/);
    assert.equal(result.relatedLocations?.length, 1);
  });

  it('sarif: the most severe findings come first', async () => {
    const { path: folder } = createTestFolder(FILES);
    const levels = (await sarif(folder, '--hints')).runs[0].results.map(({ level }) => level);
    assert.deepEqual(levels, [...levels].sort((a, b) => ['error', 'warning', 'note'].indexOf(a) - ['error', 'warning', 'note'].indexOf(b)));
  });

  it('fingerprints stay where lines move, are indented otherwise, or where a statement before is new', async () => {
    const { path: folder } = createTestFolder(FILES);
    const file = path.join(folder, 'consumer/app.json');
    const fingerprints = async (): Promise<readonly string[]> =>
      (await sarif(folder)).runs[0].results.map(({ partialFingerprints }) => partialFingerprints['kmsHandshake/v1']).sort();
    const before = await fingerprints();
    assert.ok(before.length > 0 && new Set(before).size === before.length);
    const policy = JSON.parse(readFileSync(file, 'utf8')) as { Statement: object[] };
    writeFileSync(file, `\n\n${JSON.stringify(policy)}`);
    assert.deepEqual(await fingerprints(), before);
    writeFileSync(file, JSON.stringify({ ...policy, Statement: [{ Sid: 'First', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
      ...policy.Statement] }, null, '\t'));
    assert.deepEqual(await fingerprints(), before);
  });

  it('fingerprints: without a Sid a statement is known by all but the flagged value', async () => {
    const statement = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:Encryptt'], Resource: '*' };
    const policy = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements });
    const { path: folder } = createTestFolder({ 'app.json': policy(statement) });
    const fingerprintOf = async (code: string): Promise<string | undefined> =>
      (await sarif(folder)).runs[0].results.find(({ ruleId }) => ruleId === code)?.partialFingerprints['kmsHandshake/v1'];
    const before = await fingerprintOf('unknown-action');
    assert.ok(before);
    const reordered = Object.fromEntries(Object.entries(statement).reverse());
    writeFileSync(path.join(folder, 'app.json'),
      JSON.stringify(policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }, reordered)));
    assert.equal(await fingerprintOf('unknown-action'), before);
    const otherStatement = { ...statement, Resource: 'arn:aws:kms:us-east-1:111122223333:key/*' };
    writeFileSync(path.join(folder, 'app.json'), JSON.stringify(policy(otherStatement)));
    assert.notEqual(await fingerprintOf('unknown-action'), before);
  });

  it('github: one command for each finding, which no text of a policy can end or forge', async () => {
    const hostile = 'Use\n::error::owned %0A::warning::owned ##[error]owned, file=x: y';
    const { path: folder } = createTestFolder({ ...FILES, 'consumer/a,b%:c.json': { Version: '2012-10-17',
      Statement: [{ Sid: hostile, Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' }] } });
    const { stdout } = await runCli(folder, 'check', '--format', 'github', '--hints');
    const lines = stdout.trimEnd().split('\n');
    const commands = lines.filter((line) => line.includes('::'));
    assert.ok(commands.length > 2);
    for (const command of commands)
      assert.match(command,
        /^::(?:error|warning|notice) file=[^,:]*,line=\d+,endLine=\d+,col=\d+(?:,endColumn=\d+)?,title=[a-z0-9-]+::(?!.*##\[)/);
    assert.ok(commands.some((command) => command.includes('file=consumer/a%2Cb%25%3Ac.json')));
    assert.match(lines.at(-1) ?? '', /^\d+ errors?, /);
    const { findings } = JSON.parse((await runCli(folder, 'check', '--format', 'json')).stdout) as { findings: object[] };
    assert.equal(commands.length, findings.length);
  });

  it('junit: what makes check fail is a failed test, in XML that says it as text', async () => {
    const { path: folder } = createTestFolder({ ...FILES, 'consumer/<&">.json': iamPolicy('kms:Encrypt') });
    const { stdout } = await runCli(folder, 'check', '--format', 'junit');
    const failures = Array.from(stdout.matchAll(/<failure type="error" message="[^"<]*">[^<]*<\/failure>/g)).length;
    assert.equal((/<testsuites name="kms-handshake" tests="\d+" failures="(\d+)">/.exec(stdout))?.[1], String(failures));
    assert.ok(failures > 0);
    assert.match(stdout, /<testsuite name="consumer\/&lt;&amp;&quot;&gt;\.json"/);
    assert.match(stdout, /<testsuite name="producer\/key-policy\.json" tests="1" failures="0">\n {4}<testcase [^>]*name="no findings"\/>/);
    const never = await runCli(folder, 'check', '--format', 'junit', '--fail-on', 'never');
    assert.match(never.stdout, /failures="0">/);
    assert.doesNotMatch(never.stdout, /<failure/);
  });

  it('gitlab: a list with a fingerprint of its own for each finding', async () => {
    const { path: folder } = createTestFolder(FILES);
    const entries = JSON.parse((await runCli(folder, 'check', '--format', 'gitlab')).stdout) as
      { check_name: string; fingerprint: string; severity: string; location: { path: string; lines: { begin: number } } }[];
    const entry = entries.find(({ check_name: name }) => name === 'action-not-allowed-by-key-policy');
    assert.deepEqual({ severity: entry?.severity, location: entry?.location },
      { severity: 'critical', location: { path: 'consumer/app.json', lines: { begin: 9, end: 9 } } });
    assert.equal(new Set(entries.map(({ fingerprint }) => fingerprint)).size, entries.length);
  });

  it('ndjson: the findings of json, one on each line; the rows of the matrix likewise', async () => {
    const { path: folder } = createTestFolder(FILES);
    const lines = (text: string): unknown[] => text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    const check = async (format: string): Promise<string> => (await runCli(folder, 'check', '--format', format)).stdout;
    assert.deepEqual(lines(await check('ndjson')), (JSON.parse(await check('json')) as { findings: unknown }).findings);
    const matrix = async (format: string): Promise<string> => (await runCli(folder, 'matrix', '--format', format)).stdout;
    assert.deepEqual(lines(await matrix('ndjson')), (JSON.parse(await matrix('json')) as { rows: unknown }).rows);
  });

  it('--output writes the report and prints the summary, and never over a policy', async () => {
    const { path: folder } = createTestFolder(FILES);
    const { stdout, status } = await runCli(folder, 'check', '--format', 'json', '--output', 'out/report.json');
    assert.equal(status, 1);
    assert.match(stdout, /^\d+ errors?, .*\n$/);
    assert.equal((JSON.parse(readFileSync(path.join(folder, 'out/report.json'), 'utf8')) as { policies: number }).policies, 2);
    assert.equal((await runCli(folder, 'check', '--format', 'json', '--output', 'out/report.json')).status, 1);
    const refused = await runCli(folder, 'check', '--output', 'consumer/app.json');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /consumer\/app\.json: the file contains a policy/);
    assert.match(readFileSync(path.join(folder, 'consumer/app.json'), 'utf8'), /kms:Sign/);
  });

  it('--quiet reports errors only, --max-warnings counts all warnings', async () => {
    const { path: folder } = createTestFolder({ 'app.json': { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] } });
    assert.doesNotMatch((await runCli(folder, 'check', '--quiet')).stdout, /warning:/);
    assert.match((await runCli(folder, 'check')).stdout, /warning:/);
    assert.equal((await runCli(folder, 'check', '--quiet')).status, 0);
    assert.equal((await runCli(folder, 'check', '--quiet', '--max-warnings', '0')).status, 1);
    assert.equal((await runCli(folder, 'check', '--max-warnings', '100')).status, 0);
    assert.equal((await runCli(folder, 'check', '--max-warnings', 'few')).status, 2);
  });

  it('--rule counts before kms-handshake.json', async () => {
    const { path: folder } = createTestFolder({ ...FILES,
      'kms-handshake.json': { ...MANIFEST, rules: { 'action-not-allowed-by-key-policy': 'hint' } } });
    const severities = async (...argv: readonly string[]): Promise<readonly string[]> => {
      const { findings } = JSON.parse((await runCli(folder, 'check', '--format', 'json', ...argv)).stdout) as
        { findings: { rule: string; severity: string }[] };
      return [...new Set(findings.filter(({ rule }) => rule === 'action-not-allowed-by-key-policy').map(({ severity }) => severity))];
    };
    assert.deepEqual(await severities(), ['hint']);
    assert.deepEqual(await severities('--rule', 'action-not-allowed-by-key-policy=warning'), ['warning']);
    assert.deepEqual(await severities('--rule', 'action-not-allowed-by-key-policy=off'), []);
  });

  it('unknown options and codes are refused with the nearest one', async () => {
    const { path: folder } = createTestFolder(FILES);
    const fault = async (...argv: readonly string[]): Promise<string> => {
      const { status, stderr } = await runCli(folder, 'check', ...argv);
      assert.equal(status, 2);
      return stderr;
    };
    assert.match(await fault('--formt', 'json'), /there is no option --formt; did you mean --format\?/);
    assert.match(await fault('--rule', 'wildcard-principl=off'), /there is no rule "wildcard-principl"; did you mean wildcard-principal\?/);
    assert.match(await fault('--rule', 'wildcard-principal=loud'), /takes off, error, warning, info, hint; "loud" is not one of them/);
    assert.match(await fault('--rule', 'wildcard-principal'), /--rule takes CODE=LEVEL/);
  });
});
