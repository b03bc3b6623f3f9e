import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../support/fixtures';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { handshakeFiles } from '../support/handshake-files';
import { runCli } from '../support/run-cli';

const ROLE = roleArn(CONSUMER);
/**
 * Turns red, clears the screen, turns the direction of text, begins lines of its own and commands of GitHub Actions and Azure Pipelines.
 */
const HOSTILE = 'Use\u001b[31m\u009b2J\u202e\n::error::owned\r##[error]owned ##vso[task.complete result=Failed]';

const FILES = {
  ...handshakeFiles({
    keyPolicy: [{ Sid: HOSTILE, Principal: { AWS: ROLE }, Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'kms:EncryptionContext:app': HOSTILE } } }],
    identityPolicy: [{ Sid: HOSTILE, Action: ['kms:Decrypt', 'kms:Encrypt'] }],
  }),
  '::error file=x::owned \u001b[31m\n::error::owned.json': { Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:Sign', Resource: KEY_ARN }] },
};
const QUESTION = ['--identity', ROLE, '--key', KEY_ARN, '--action'];
const COMMANDS: readonly (readonly string[])[] = [
  ['check', '--hints'], ['check', '--format', 'json'],
  ...['text', 'json', 'csv', 'markdown', 'svg'].map((format) => ['matrix', '--format', format]),
  ...['text', 'json'].flatMap((format) =>
    ['kms:Decrypt', 'kms:Encrypt'].map((action) => ['explain', ...QUESTION, action, '--format', format])
  ),
  ['generate', 'consumer', '--key-policy', 'producer/key-policy.json', '--identity', ROLE],
  ['generate', 'key-policy', '--iam-policy', 'consumer/app.json', '--key', KEY_ARN],
  ['check', '\u001b[31m\n::error::nowhere'], ['explain', ...QUESTION, '::error::x\n##[error]'], ['matrix', '##vso[task.complete]\u009b'],
];

/**
 * What of the output a terminal or a CI would take for more than text (actions/runner, ActionCommand.cs; agent of Azure Pipelines,
 * Command.cs).
 */
function notText(output: string): string[] {
  const controls = output.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202e]|\r(?!\n)/g) ?? [];
  return [...controls.map((char) => JSON.stringify(char)), ...output.split('\n').filter((line) => /^\s*::|##\[|##vso\[/.test(line))];
}

describe('command line: what is printed', () => {
  afterEach(removeTestFolders);

  for (const argv of COMMANDS) {
    const command = argv.filter((argument) => !QUESTION.includes(argument)).join(' ');
    it(`is text, whatever policies and file names contain: ${JSON.stringify(command)}`, async () => {
      const { stdout: out, stderr: err } = await runCli(createTestFolder(FILES).path, ...argv);
      assert.ok(out !== '' || err !== '');
      assert.deepEqual(notText(out), []);
      assert.deepEqual(notText(err), []);
    });
  }

  it('shows an escape as \\u001b in every format that is not JSON', async () => {
    const { path: folder } = createTestFolder(FILES);
    for (const format of ['text', 'csv'])
      assert.match((await runCli(folder, 'matrix', '--format', format)).stdout, /Use\\u001b\[31m\\u009b2J\\u202e\\n/, format);
    assert.match((await runCli(folder, 'explain', ...QUESTION, 'kms:Decrypt')).stdout, /Use\\u001b\[31m/);
  });

  it('gives one record a line in CSV, all with the same number of fields (RFC 4180)', async () => {
    const { stdout: out } = await runCli(createTestFolder(FILES).path, 'matrix', '--format', 'csv');
    const records = out.split('\r\n').slice(0, -1);
    assert.ok(records.length > 2 && records.every((record) => !record.includes('\n')));
    for (const record of records) assert.equal(record.replace(/"([^"]|"")*"/g, '').split(',').length, 9, record);
  });

  it('is the same data in JSON: every character of a Sid, a condition and a path', async () => {
    const { path: folder } = createTestFolder(FILES);
    const matrix = JSON.parse((await runCli(folder, 'matrix', '--format', 'json')).stdout) as {
      rows: { outcomes: { because: { sid?: string }[]; conditions: string[] }[] }[];
    };
    const outcomes = matrix.rows.flatMap((row) => row.outcomes);
    assert.ok(outcomes.some(({ because }) => because.some(({ sid }) => sid === HOSTILE)));
    assert.ok(outcomes.some(({ conditions }) => conditions.some((condition) => condition.includes(HOSTILE))));
    const { findings } = JSON.parse((await runCli(folder, 'check', '--format', 'json')).stdout) as { findings: { file: string }[] };
    assert.ok(findings.some(({ file }) => file.startsWith('::error file=x::owned \u001b[31m\n::error::')));
  });

  it('has what a file holds around a change as text', async () => {
    const policy = JSON.stringify({ Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' }] }, null,
      2);
    const files = { ...FILES, 'producer/key-policy.json': policy.replace('"Resource": "*"', '"Resource": "*" /*\n::error::owned\n*/') };
    const { stdout: out } = await runCli(createTestFolder(files).path, 'explain', ...QUESTION, 'kms:Encrypt');
    assert.match(out, /^ {6}\\u003a:error::owned$/m);
    assert.deepEqual(notText(out), []);
  });

  it('holds for the log of the process too', function () {
    this.timeout(20_000);
    const folder = createTestFolder({ ...FILES, '::error::big.json': `{"Statement":"${'x'.repeat(1_100_000)}"}` });
    const main = path.resolve(__dirname, '../../server/src/main-cli.ts');
    const { stdout, stderr } = spawnSync(process.execPath, ['--require', require.resolve('tsx/cjs'), main, 'matrix', '--format', 'csv'], {
      cwd: folder.path,
      encoding: 'utf8',
    });
    assert.match(stderr, /^\\u003a:error::big\.json is left out: /m);
    assert.deepEqual([...notText(stdout), ...notText(stderr)], []);
  });
});
