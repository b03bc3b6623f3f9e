import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCli } from '../support/run-cli';
import { keyPolicy, iamPolicy, MANIFEST, writeFiles } from './cli-files';
import { KEY_ARN, ROLE_ARN } from '../support/fixtures';

describe('command line', () => {
  let folder: string;
  const write = (files: Readonly<Record<string, string | object>>): void => writeFiles(folder, files);

  beforeEach(() => { folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'kms-handshake-cli-'))); });
  afterEach(() => { fs.rmSync(folder, { recursive: true, force: true }); });

  describe('check', () => {
    it('gives findings with places counted from 1, in the JSON shape of the interface', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') });
      const { status, stdout } = await runCli(folder, 'check', '--format', 'json');
      assert.equal(status, 1);
      const report = JSON.parse(stdout) as { version: number; files: number; policies: number; findings: Record<string, unknown>[] };
      assert.deepEqual({ version: report.version, files: report.files, policies: report.policies }, { version: 1, files: 2, policies: 2 });
      const finding = report.findings.find(({ rule }) => rule === 'action-not-allowed-by-key-policy');
      assert.deepEqual(Object.keys(finding ?? {}), ['file', 'line', 'column', 'endLine', 'endColumn', 'rule', 'severity', 'message',
        'related']);
      assert.deepEqual({ ...finding, message: '', related: [] }, {
        file: 'consumer/app.json', line: 9, column: 9, endLine: 9, endColumn: 22, rule: 'action-not-allowed-by-key-policy',
        severity: 'error', message: '', related: [],
      });
      assert.deepEqual((finding?.['related'] as { file: string; line: number }[]).map(({ file }) => file), ['producer/key-policy.json']);
    });

    it('prints findings as a compiler does, with the other half below', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') });
      const { stdout: out } = await runCli(folder, 'check');
      assert.match(out,
        /^consumer\/app\.json:9:9: error: .* \[action-not-allowed-by-key-policy\]\n {4}producer\/key-policy\.json:\d+:\d+: /m);
      assert.match(out, /\n1 error, 0 warnings in 2 policies \(2 files\)\n$/);
    });

    it('prints names, Sids and values as text: no escape sequence, no line that a CI system would take for a command', async () => {
      const strange = 'Consumer\u001b[31m\n::error::\u202e\u009b2J';
      const policy = keyPolicy('kms:Decrypt') as { Statement: object[] };
      write({
        'kms-handshake.json': MANIFEST,
        'producer/key-policy.json': { ...policy, Statement: policy.Statement.map((statement) => ({ ...statement, Sid: strange })) },
        'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt'),
        [`consumer/${strange.replaceAll('/', '')}.json`]: iamPolicy('kms:Sign'),
      });
      const check = await runCli(folder, 'check', '--hints');
      assert.match(check.stdout, /^ {4}producer\/key-policy\.json:\d+:\d+: .*"Consumer\\u001b\[31m\\n::error::\\u202e\\u009b2J"/m);
      const matrix = await runCli(folder, 'matrix');
      const explain = await runCli(folder, 'explain', '--identity', ROLE_ARN, '--action', 'kms:Sign', '--key', KEY_ARN);
      for (const { stdout: out, stderr } of [check, matrix, explain]) {
        assert.doesNotMatch(out + stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
        assert.doesNotMatch(out + stderr, /^::/m);
      }
      assert.ok(
        (JSON.parse((await runCli(folder, 'check', '--format', 'json')).stdout) as { findings: { file: string }[] }).findings.some((
          { file },
        ) => file.includes(strange)),
      );
    });

    for (const [failOn, status] of [['error', 0], ['warning', 1], ['info', 1], ['never', 0]] as const) {
      it(`ends with ${status} on a warning with --fail-on ${failOn}`, async () => {
        write({ 'app.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] } });
        assert.equal((await runCli(folder, 'check', '--fail-on', failOn)).status, status);
      });
    }

    it('judges a single file with the rest of its folder, and reports that file only', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Encrypt'), 'consumer/open.json': iamPolicy('kms:Sign') });
      const { stdout: out, status } = await runCli(folder, 'check', 'consumer/app.json', '--format', 'json');
      assert.equal(status, 1);
      const { findings } = JSON.parse(out) as { findings: { file: string; rule: string }[] };
      assert.deepEqual(findings.map(({ file, rule }) => `${file} ${rule}`), ['consumer/app.json action-not-allowed-by-key-policy']);
    });

    it('takes what kms-handshake.json says from another file with --config', async () => {
      write({ 'producer/key-policy.json': keyPolicy('kms:Decrypt'), 'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt'),
        'other/links.json': MANIFEST });
      const { stdout: out } = await runCli(folder, 'check', '.', '--config', 'other/links.json', '--format', 'json');
      const { findings } = JSON.parse(out) as { findings: { rule: string; severity: string }[] };
      assert.ok(findings.some(({ rule, severity }) => rule === 'action-not-allowed-by-key-policy' && severity === 'error'), out);
    });

    it('does not judge without the kms-handshake.json that counts, when it cannot be read', async () => {
      write({ 'app.json': iamPolicy('kms:Decrypt'), 'a/config.json': '\0', 'other/big/kms-handshake.json': ' '.repeat(1024 * 1024 + 1),
        'other/big/app.json': iamPolicy('kms:Decrypt') });
      for (const [argv, message] of [
        [['check', '.', '--config', 'a/config.json'], /^kms-handshake: a\/config\.json: not a text$/m],
        [['check', 'other/big'], /^kms-handshake: other\/big\/kms-handshake\.json: larger than 1024 KiB$/m],
        [['matrix', 'other/big'], /^kms-handshake: other\/big\/kms-handshake\.json: larger/m],
      ] as const) {
        const { status, stdout: out, stderr: err } = await runCli(folder, ...argv);
        assert.deepEqual([status, out], [2, '']);
        assert.match(err, message);
      }
      const above = await runCli(folder, 'check', '.');
      assert.equal(above.status, 2);
      assert.match(above.stderr, /^kms-handshake: other\/big\/kms-handshake\.json: larger/m);
      write({ 'kms-handshake.json': { exclude: ['other/**'] } });
      assert.equal((await runCli(folder, 'check', '.')).status, 0, 'one that is excluded does not count');
    });

    it('leaves out what .gitignore names, and says which files are too large', async () => {
      write({ '.gitignore': 'build/\n', 'build/app.json': iamPolicy(), 'huge.json': `{"Statement":"${'x'.repeat(1100 * 1024)}"}`,
        'app.json': iamPolicy('kms:Decrypt') });
      const { stdout: out, stderr: err } = await runCli(folder, 'check', '--format', 'json', '--fail-on', 'never');
      assert.equal((JSON.parse(out) as { policies: number }).policies, 1);
      assert.match(err, /huge\.json is left out: /);
    });

    it('says why a requested file cannot be read, and nothing of its neighbours', async () => {
      write({ 'binary.json': 'a\0b', 'huge.json': ' '.repeat(1100 * 1024), 'app.json': iamPolicy('kms:Decrypt') });
      const asked = await runCli(folder, 'check', 'binary.json');
      assert.deepEqual({ ...asked }, { status: 2, stdout: '', stderr: 'kms-handshake: binary.json: not a text\n' });
      assert.equal((await runCli(folder, 'check', 'app.json')).stderr, '');
    });

    it('gives the same findings for a folder and for the one above it', async () => {
      const files = { 'kms-handshake.json': { ...MANIFEST, rules: { 'action-not-allowed-by-key-policy': 'warning' } },
        'producer/key-policy.json': keyPolicy('kms:Decrypt'), 'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') };
      write(Object.fromEntries(Object.entries(files).map(([name, value]) => [`production/${name}`, value])));
      const [inner, outer] = await Promise.all([runCli(folder, 'check', 'production', '--format', 'json', '--fail-on', 'warning'),
        runCli(folder, 'check', '.', '--format', 'json', '--fail-on', 'warning')]);
      assert.deepEqual({ ...outer }, { ...inner });
      assert.match(outer.stdout, /"rule": "action-not-allowed-by-key-policy",\s+"severity": "warning"/);
      assert.equal(inner.status, 1);
      assert.equal((await runCli(folder, 'matrix')).stdout, (await runCli(folder, 'matrix', 'production')).stdout);
    });

    it('judges a file in the current folder, else in the outermost folder with a kms-handshake.json, else in its own', async () => {
      write({
        'repo/kms-handshake.json': {}, 'repo/team/kms-handshake.json': MANIFEST,
        'repo/team/producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'repo/team/consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt'), 'elsewhere/here.json': {},
        'alone/app.json': iamPolicy('kms:Decrypt'),
      });
      const severities = async (cwd: string, file: string): Promise<string[]> => {
        const { stdout: out } = await runCli(path.join(folder, cwd), 'check', file, '--format', 'json');
        return (JSON.parse(out) as { findings: { rule: string; severity: string }[] }).findings.filter(({ rule }) =>
          rule === 'action-not-allowed-by-key-policy'
        ).map(({ severity }) => severity);
      };
      assert.deepEqual(await severities('repo', 'team/consumer/app.json'), ['error'], 'the current folder');
      assert.deepEqual(await severities('repo/team', 'consumer/app.json'), ['error'], 'the current folder, not the one above it');
      assert.deepEqual(await severities('elsewhere', '../repo/team/consumer/app.json'), ['error'],
        'the outermost one, of which the inner one counts as well');
      assert.deepEqual(await severities('repo/team/consumer', 'app.json'), [], 'the current folder alone has no key policy');
      assert.deepEqual(await severities('elsewhere', '../alone/app.json'), [], 'its own folder');
    });

    it('reads --config in place of the kms-handshake.json at the root, and those below it as well', async () => {
      write({
        'kms-handshake.json': { rules: { 'action-not-allowed-by-key-policy': 'off' } },
        'ci.json': { rules: { 'action-not-allowed-by-key-policy': 'warning' } }, 'sub/kms-handshake.json': MANIFEST,
        'sub/producer/key-policy.json': keyPolicy('kms:Decrypt'), 'sub/consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt'),
      });
      const rules = async (...argv: readonly string[]): Promise<Set<string>> => {
        const { findings } = JSON.parse((await runCli(folder, 'check', '.', '--format', 'json', ...argv)).stdout) as {
          findings: { rule: string; severity: string }[];
        };
        return new Set(findings.map(({ rule, severity }) => `${severity} ${rule}`));
      };
      assert.deepEqual(await rules(), new Set());
      assert.deepEqual(await rules('--config', 'ci.json'), new Set(['warning action-not-allowed-by-key-policy']));
    });

    it('finds whose policies collected data has beside its metadata.json', async () => {
      write({
        'aws/accounts/111122223333/kms/key/metadata.json': { arn: KEY_ARN },
        'aws/accounts/111122223333/kms/key/policy.json': keyPolicy('kms:Decrypt'),
        'aws/accounts/444455556666/iam/role/app/metadata.json': { arn: ROLE_ARN },
        'aws/accounts/444455556666/iam/role/app/inline-policies.json': [{ PolicyName: 'keys',
          PolicyDocument: iamPolicy('kms:Decrypt', 'kms:Encrypt') }],
      });
      const { rows } = JSON.parse((await runCli(folder, 'matrix', '--format', 'json')).stdout) as {
        rows: { identity: string; key: string; outcomes: { verdict: string }[] }[];
      };
      assert.deepEqual(rows.map(({ identity, key, outcomes }) => [identity, key, outcomes.map(({ verdict }) => verdict)]), [[ROLE_ARN,
        KEY_ARN, [
        'allowed',
        'denied',
      ]]]);
    });

    it('says so when there is nothing to check', async () => {
      write({ 'package.json': { name: 'x' } });
      const { stdout: out, status } = await runCli(folder, 'check');
      assert.equal(status, 0);
      assert.match(out, /^no policies found/);
    });
  });

  describe('usage', () => {
    for (const [argv, message] of [
      [[], /a command is missing/], [['chek'], /no command "chek"/], [['check', 'nowhere'], /no file or folder nowhere/],
      [['check', '--format', 'xml'], /--format takes text, json/],
      [['check', '--fail-on', 'hint'], /--fail-on takes/], [['check', '--nope'], /nope/], [['generate'], /"consumer" or "key-policy"/],
      [['generate', 'consumer'], /needs --key-policy/],
      [['generate', 'key-policy'], /needs --iam-policy/],
      [['generate', 'consumer', '--key-policy', 'x.json', '--account', '12'], /12 digits/],
      [['generate', 'consumer', '--key-policy', 'x.json', '--use-case', 'nope'], /no use case "nope"; there are: /],
      [['lsp'], /lsp --stdio/], [['matrix', 'a', 'b'], /one folder or file/],
      [['matrix', '--format', 'png'], /--format takes text, json, csv, markdown, svg, ndjson; "png" is not one of them/],
      [['check', ''], /argument 1 is empty/], [['check', '--config='], /--config is empty/],
      [['generate', 'consumer', '--key-policy', 'x.json', '--out', ''], /--out is empty/],
      [['explain', '--message', 'nowhere.txt'], /there is no file nowhere\.txt$/m],
      [['explain', '--message', '.'], /--message takes a file; \. is a folder/],
    ] as const) {
      it(`ends with 2 and a clear line: ${argv.join(' ') || '(nothing)'}`, async () => {
        const { status, stderr: err, stdout: out } = await runCli(folder, ...argv);
        assert.equal(status, 2);
        assert.match(err, message);
        assert.equal(out, '');
      });
    }

    it('shows help, and starts the server', async () => {
      assert.match((await runCli(folder, '--help')).stdout, /kms-handshake check/);
      assert.equal((await runCli(folder, 'lsp', '--stdio')).status, 42);
    });
  });
});
