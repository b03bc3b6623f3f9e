import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { runCli } from '../support/run-cli';
import { CONSUMER, KEY_ARN, OWNER, rootArn } from '../support/fixtures';

const MIB = 1024 * 1024;
const KEY_POLICY = { Version: '2012-10-17', Statement: [
  { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' },
  { Sid: 'Reports', Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*' },
] };
const iamPolicy = (...Action: string[]): object => ({ Version: '2012-10-17',
  Statement: [{ Sid: 'Use', Effect: 'Allow', Action, Resource: KEY_ARN }] });
const role = (name: string, more: object, ...actions: string[]): object => ({
  Path: '/', RoleName: name, Arn: `arn:aws:iam::444455556666:role/${name}`, ...more,
  RolePolicyList: [{ PolicyName: 'use', PolicyDocument: iamPolicy(...actions) }], AttachedManagedPolicies: [],
});

interface Report {
  readonly policies: number;
  readonly findings: readonly { readonly file: string; readonly rule: string; readonly line: number }[];
}

// https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html
describe('command line: large files', () => {
  let folder = '';
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'kms-handshake-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  const write = (name: string, content: unknown): void => {
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 4));
  };
  const check = async (...args: string[]): Promise<{ readonly report: Report; readonly err: string; readonly status: number }> => {
    const { stdout, stderr, status } = await runCli(folder, 'check', '--format', 'json', ...args);
    return { report: JSON.parse(stdout === '' ? '{"policies":0,"findings":[]}' : stdout) as Report, err: stderr, status };
  };
  const notAllowed = ({ findings }: Report): number => findings.filter(({ rule }) => rule === 'action-not-allowed-by-key-policy').length;

  it('400 roles in one output are judged, in a folder and named', async () => {
    const tags = { Description: 'x'.repeat(2500), AssumeRolePolicyDocument: {} };
    write('roles.json', { UserDetailList: [],
      RoleDetailList: Array.from({ length: 400 },
        (_, i) => role(`App${i}`, tags, 'kms:Decrypt', ...(i % 2 === 0 ? ['kms:Encrypt'] : []))) });
    write('key.json', { KeyId: KEY_ARN, Policy: KEY_POLICY });
    for (const paths of [[], ['roles.json']]) {
      const { report, err } = await check(...paths);
      assert.equal(notAllowed(report), 200);
      assert.equal(err, '');
    }
  });

  it('other files above the limit are left out and reported, unless --max-file-size takes them or they are named', async () => {
    write('app.json', `${JSON.stringify(iamPolicy('kms:Sign*'))}${' '.repeat(1.5 * MIB)}`);
    const left = await check();
    assert.equal(left.report.policies, 0);
    assert.match(left.err, /^app\.json is left out: larger than 1024 KiB; --max-file-size KIB reads larger ones$/m);
    for (const args of [['--max-file-size', '2048'], ['app.json']]) {
      const { report, err } = await check(...args);
      assert.equal(report.policies, 1);
      assert.equal(err, '');
    }
    assert.equal((await runCli(folder, 'matrix', '--max-file-size', '2048')).stderr, '');
    write('small.json', `${JSON.stringify(iamPolicy('kms:Sign*'))}${' '.repeat(4096)}`);
    assert.match((await check('--max-file-size', '2')).err, /^small\.json is left out: larger than 2 KiB/m);
  });

  it('output above 64 MiB is left out of a folder, a named file above 256 MiB is refused', async () => {
    write('roles.json', { RoleDetailList: [] });
    truncateSync(path.join(folder, 'roles.json'), 64 * MIB + 1);
    assert.match((await check()).err, /^roles\.json is left out: larger than 1024 KiB/m);
    truncateSync(path.join(folder, 'roles.json'), 256 * MIB + 1);
    const { status, err } = await check('roles.json');
    assert.equal(status, 2);
    assert.match(err, /roles\.json: larger than 262144 KiB/);
  });

  it('--max-file-size takes a number of KiB', async () => {
    for (const wrong of ['1M', '0', '-5', '1.5']) {
      const { status, stderr: err } = await runCli(folder, 'check', `--max-file-size=${wrong}`);
      assert.equal(status, 2);
      assert.match(err, /--max-file-size takes a number of KiB/);
    }
  });

  describe('of 64 MiB', () => {
    /** Roles with long descriptions, so that there is much to read and little to judge; the last role has the fault. */
    function writeLarge(): void {
      const file = openSync(path.join(folder, 'roles.json'), 'w');
      const long = { Description: 'A role for the reports of the month. '.repeat(28_000) };
      writeSync(file, '{\n    "UserDetailList": [],\n    "GroupDetailList": [],\n    "RoleDetailList": [\n');
      const buffer = Buffer.from(`${JSON.stringify(role('Quiet', long, 's3:GetObject'))},\n`);
      for (let size = 0; size + buffer.length < 64 * MIB - 4096; size += buffer.length) writeSync(file, buffer);
      writeSync(file, `${JSON.stringify(role('App', {}, 'kms:Decrypt', 'kms:Encrypt'))}\n]}\n`);
      closeSync(file);
      write('key.json', { KeyId: KEY_ARN, Policy: KEY_POLICY });
    }

    it('are read where the memory allows, and findings are at their lines', async () => {
      writeLarge();
      const { report } = await check('roles.json');
      const lines = report.findings.filter(({ rule }) => rule === 'action-not-allowed-by-key-policy').map(({ line }) => line);
      assert.equal(lines.length, 1);
      assert.ok((lines[0] ?? 0) > 60);
    });

    it('end with status 2 and the NODE_OPTIONS to set where the memory does not allow it', () => {
      writeLarge();
      const cli = path.resolve(__dirname, '../../server/src/main-cli.ts');
      const run = (...args: string[]): { readonly status: number | null; readonly stderr: string } => (
        spawnSync(process.execPath, ['--max-old-space-size=200', '--require', require.resolve('tsx/cjs'), cli, 'check', ...args], {
          cwd: folder,
          encoding: 'utf8',
        })
      );
      const named = run('roles.json');
      assert.match(named.stderr,
        /roles\.json: its 64 MiB take about \d+ MiB of memory, and Node\.js may use \d+ MiB; set the environment variable NODE_OPTIONS=--max-old-space-size=3072/);
      assert.equal(named.status, 2);
      const around = run('.');
      assert.match(around.stderr, /^roles\.json is left out: its 64 MiB take about/m);
      assert.equal(around.status, 0);
    });
  });
});
