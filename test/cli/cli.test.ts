import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCli } from '../support/run-cli';

const KEY = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::444455556666:role/App';

function keyPolicy(...actions: readonly string[]): object {
  return { Version: '2012-10-17', Statement: [
    { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' },
    { Sid: 'App', Effect: 'Allow', Principal: { AWS: ROLE }, Action: actions, Resource: '*' },
  ] };
}

function iamPolicy(...actions: readonly string[]): object {
  return { Version: '2012-10-17', Statement: [{ Sid: 'Use', Effect: 'Allow', Action: actions, Resource: KEY }] };
}

const MANIFEST = { keys: [{ arn: KEY, policy: 'producer/key-policy.json' }], identities: [{ arn: ROLE, policies: ['consumer/*.json'] }] };

describe('command line', () => {
  let folder: string;

  function write(files: Readonly<Record<string, string | object>>): void {
    for (const [name, content] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
    }
  }

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
      assert.match(out, /\n2 policies in 2 files: 1 error, 0 warnings, 0 infos\n$/);
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
      const explain = await runCli(folder, 'explain', '--identity', ROLE, '--action', 'kms:Sign', '--key', KEY);
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

    it('says why a file that was asked for cannot be read, and nothing of its neighbours', async () => {
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
        'aws/accounts/111122223333/kms/key/metadata.json': { arn: KEY },
        'aws/accounts/111122223333/kms/key/policy.json': keyPolicy('kms:Decrypt'),
        'aws/accounts/444455556666/iam/role/app/metadata.json': { arn: ROLE },
        'aws/accounts/444455556666/iam/role/app/inline-policies.json': [{ PolicyName: 'keys',
          PolicyDocument: iamPolicy('kms:Decrypt', 'kms:Encrypt') }],
      });
      const { rows } = JSON.parse((await runCli(folder, 'matrix', '--format', 'json')).stdout) as {
        rows: { identity: string; key: string; outcomes: { verdict: string }[] }[];
      };
      assert.deepEqual(rows.map(({ identity, key, outcomes }) => [identity, key, outcomes.map(({ verdict }) => verdict)]), [[ROLE, KEY, [
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

  describe('matrix', () => {
    it('has one row for each identity and key, its actions grouped by outcome', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt', 'kms:DescribeKey'),
        'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') });
      const { stdout: out, status } = await runCli(folder, 'matrix', '--format', 'json');
      assert.equal(status, 0);
      const { rows } = JSON.parse(out) as {
        rows: { identity: string; key: string;
          outcomes: { verdict: string; actions: string[]; reason: string; because: { half: string; file: string; line: number }[] }[] }[];
      };
      assert.deepEqual(rows.map(({ identity, key }) => [identity, key]), [[ROLE, KEY]]);
      const outcomes = rows[0]?.outcomes.map(({ verdict, actions, reason }) => `${verdict} ${actions.join(',')} ${reason}`).sort();
      assert.deepEqual(outcomes, ['allowed kms:Decrypt both-allow', 'denied kms:DescribeKey identity-policy-missing',
        'denied kms:Encrypt key-policy-action']);
      const allowed = rows[0]?.outcomes.find(({ verdict }) => verdict === 'allowed');
      assert.deepEqual(allowed?.because.map(({ half, file, line }) => `${half} ${file}:${line}`), ['key-policy producer/key-policy.json:13',
        'identity-policy consumer/app.json:4']);
    });

    it('has only the rows of a file that is named', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt'), 'role/Other.json': iamPolicy('kms:Decrypt') });
      const identities = async (file: string): Promise<readonly string[]> => {
        const { rows } = JSON.parse((await runCli(folder, 'matrix', file, '--format', 'json')).stdout) as { rows: { identity: string }[] };
        return rows.map(({ identity }) => identity.replace(/^.*:/, ''));
      };
      assert.deepEqual(await identities('consumer/app.json'), ['role/App']);
      assert.ok((await identities('producer/key-policy.json')).length > 1);
    });

    it('prints the same for people', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt') });
      const { stdout: out } = await runCli(folder, 'matrix');
      assert.match(out, new RegExp(`^${ROLE}\n  ${KEY}\n    works: kms:Decrypt\n {8}the key policy \\(producer/key-policy\\.json:20\\) `
        + `allows kms:Decrypt for .*, and the IAM policy \\(consumer/app\\.json:8\\) allows it\\.\n$`));
    });

    it('prints it for spreadsheets and for documents', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') });
      const csv = (await runCli(folder, 'matrix', '--format', 'csv')).stdout.split('\r\n');
      assert.deepEqual(csv.map((line) => line.split(',').slice(0, 5).join(',')), [
        'identity,key,verdict,half,actions', `${ROLE},${KEY},allowed,,kms:Decrypt`, `${ROLE},${KEY},denied,key-policy,kms:Encrypt`, '',
      ]);
      const markdown = (await runCli(folder, 'matrix', '.', '--format', 'markdown')).stdout.split('\n');
      assert.deepEqual(markdown.map((line) => line.split(' | ').slice(2, 4).join(' | ')), [
        'Verdict | Actions', '--- | ---', 'works | kms:Decrypt', 'blocked by the key policy | kms:Encrypt', '',
      ]);
    });

    it('draws it, as a whole or what a file that is named has of it', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt'), 'role/Other.json': iamPolicy('kms:Decrypt') });
      const identities = async (...file: string[]): Promise<string | undefined> => {
        const { stdout: out, status } = await runCli(folder, 'matrix', ...file, '--format', 'svg');
        assert.deepEqual([status, /^<svg [^]*<\/svg>\n$/.test(out)], [0, true]);
        return /<title>KMS access matrix: (\d+) identities, 1 keys<\/title>/.exec(out)?.[1];
      };
      assert.equal(await identities('consumer/app.json'), '1');
      assert.ok(Number(await identities()) > 1);
    });

    it('says so when nobody and nothing meet', async () => {
      write({ 'package.json': { name: 'x' } });
      assert.equal((await runCli(folder, 'matrix')).stdout, 'no identity is related to a key\n');
      assert.equal((await runCli(folder, 'matrix', '--format', 'markdown')).stdout, 'No identity is related to a key.\n');
      assert.deepEqual(JSON.parse((await runCli(folder, 'matrix', '--format', 'json')).stdout), { version: 1, rows: [] });
      assert.match((await runCli(folder, 'matrix', '--format', 'csv')).stdout, /^identity,key,.*\r\n$/);
    });
  });

  describe('generate', () => {
    it('writes a consumer policy that closes the handshake, and nothing over a file', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt', 'kms:GenerateDataKey*') });
      const first = await runCli(folder, 'generate', 'consumer', '--key-policy', 'producer/key-policy.json', '--out', 'consumer/app.json');
      assert.equal(first.status, 0, first.stderr);
      const written = fs.readFileSync(path.join(folder, 'consumer/app.json'), 'utf8');
      assert.deepEqual(
        (JSON.parse(written) as { Statement: { Action: string[]; Resource: string }[] }).Statement.map(({ Action, Resource }) => ({ Action,
          Resource })
        ),
        [
          { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: KEY },
        ],
      );
      const checked = await runCli(folder, 'check', '--fail-on', 'info');
      assert.equal(checked.status, 0, checked.stdout);
      const again = await runCli(folder, 'generate', 'consumer', '--key-policy', 'producer/key-policy.json', '--identity', ROLE, '--out',
        'consumer/app.json');
      assert.equal(again.status, 2);
      assert.match(again.stderr, /consumer\/app\.json already exists; --force replaces it/);
      assert.equal(fs.readFileSync(path.join(folder, 'consumer/app.json'), 'utf8'), written);
    });

    it('writes the key policy for an IAM policy, merged into the one that is there', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') });
      const { stdout: out, status, stderr: err } = await runCli(folder, 'generate', 'key-policy', '--iam-policy', 'consumer/app.json',
        '--key-policy', 'producer/key-policy.json');
      assert.equal(status, 0, err);
      write({ 'producer/key-policy.json': out });
      assert.equal((await runCli(folder, 'check', '--fail-on', 'info')).status, 0);
    });

    it('adds to the file of the policy with --force, and keeps the rest of it', async () => {
      const commented = `{\r\n\t// ours\r\n\t"Version": "2012-10-17",\r\n\t"Statement": `
        + `${JSON.stringify((keyPolicy('kms:Decrypt') as { Statement: object[] }).Statement)}\r\n}\r\n`;
      const dump = { Keys: [{ KeyId: KEY, Policy: JSON.stringify(keyPolicy('kms:Decrypt')), Note: 'kept' }] };
      for (const [file, content, reference, kept] of [
        ['producer/key.jsonc', commented, 'producer/key.jsonc', /^\{\r\n\t\/\/ ours\r\n[^]*kms:Encrypt[^\n]*\r\n\}\r\n$/],
        ['producer/dump.json', dump, 'producer/dump.json#/Keys/0/Policy', /kms:Encrypt[^]*"kept"/],
      ] as const) {
        write({ 'kms-handshake.json': { keys: [{ arn: KEY, policy: reference }], identities: MANIFEST.identities }, [file]: content,
          'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') });
        const generate = ['generate', 'key-policy', '--iam-policy', 'consumer/app.json', '--key-policy', reference, '--out', file,
          '--force'];
        const { status, stderr: err } = await runCli(folder, ...generate);
        assert.equal(status, 0, err);
        const written = fs.readFileSync(path.join(folder, file), 'utf8');
        assert.match(written, kept);
        const again = await runCli(folder, ...generate);
        assert.match(again.stderr, new RegExp(`^${file} stays as it is\\nNothing to add`));
        assert.equal(fs.readFileSync(path.join(folder, file), 'utf8'), written);
        fs.rmSync(path.join(folder, file));
      }
    });

    it('writes nothing into a file that is not UTF-8: its other characters would be lost', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt'),
        'producer/key-policy.json': '' });
      const latin = Buffer.from(JSON.stringify(keyPolicy('kms:Decrypt')).replace('"Owner"', '"Besitzer f\u00fcr"'), 'latin1');
      fs.writeFileSync(path.join(folder, 'producer/key-policy.json'), latin);
      const { status, stderr: err } = await runCli(folder, 'generate', 'key-policy', '--iam-policy', 'consumer/app.json', '--key-policy',
        'producer/key-policy.json', '--out', 'producer/key-policy.json', '--force');
      assert.equal(status, 2);
      assert.match(err, /not UTF-8/);
      assert.deepEqual(fs.readFileSync(path.join(folder, 'producer/key-policy.json')), latin);
    });

    it('writes unknown values as words to replace, and names them', async () => {
      write({ 'key-policy.json': keyPolicy('kms:Decrypt') });
      const { stdout: out, stderr: err, status } = await runCli(folder, 'generate', 'consumer', '--key-policy', 'key-policy.json');
      assert.equal(status, 0, err);
      assert.match(out, /<[A-Z_]+>/);
      assert.match(err, /to fill in: </);
    });

    it('says what it cannot read or write', async () => {
      write({ 'producer/key-policy.json': keyPolicy('kms:Decrypt') });
      const ended = async (...more: readonly string[]): Promise<string> => {
        const { status, stderr: err } = await runCli(folder, 'generate', 'consumer', ...more);
        assert.equal(status, 2);
        return err;
      };
      assert.match(await ended('--key-policy', 'producer'), /producer is a folder/);
      assert.match(await ended('--key-policy', 'producer/key-policy.json', '--out', 'producer/key-policy.json/app.json'),
        /app\.json cannot be written: /);
    });

    it('says that --out names a folder, with --force too', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt') });
      for (const force of [[], ['--force']]) {
        const { status, stderr: err } = await runCli(folder, 'generate', 'consumer', '--key-policy', 'producer/key-policy.json', '--out',
          'producer', ...force);
        assert.deepEqual([status, err], [2, 'kms-handshake: --out takes a file; producer is a folder\n']);
      }
    });

    it('asks for a target where there are several, and lists them', async () => {
      write({
        'key-policy.json': { Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: [ROLE, 'arn:aws:iam::777788889999:root'] }, Action: 'kms:Decrypt',
            Resource: '*' }] },
      });
      const { stderr: err, status } = await runCli(folder, 'generate', 'consumer', '--key-policy', 'key-policy.json');
      assert.equal(status, 2);
      assert.match(err,
        /--identity ARN or --account ID: .*role\/App.*777788889999|--identity ARN or --account ID: .*777788889999.*role\/App/);
    });

    it('finds a policy inside AWS CLI output', async () => {
      write({ 'out.json': { Policy: JSON.stringify(keyPolicy('kms:Decrypt')), PolicyName: 'default' } });
      const { status, stderr: err, stdout: out } = await runCli(folder, 'generate', 'consumer', '--key-policy', 'out.json#/Policy', '--key',
        KEY);
      assert.equal(status, 0, err);
      assert.match(out, new RegExp(`"Resource": "${KEY}"`));
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
      [['matrix', '--format', 'png'], /--format takes text, json, csv, markdown, svg; "png" is not one of them/],
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
