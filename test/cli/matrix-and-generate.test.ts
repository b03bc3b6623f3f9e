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
      assert.deepEqual(rows.map(({ identity, key }) => [identity, key]), [[ROLE_ARN, KEY_ARN]]);
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
      assert.match(out,
        new RegExp(`^${ROLE_ARN}\n  ${KEY_ARN}\n    works: kms:Decrypt\n {8}the key policy \\(producer/key-policy\\.json:20\\) `
          + `allows kms:Decrypt for .*, and the IAM policy \\(consumer/app\\.json:8\\) allows it\\.\n$`));
    });

    it('prints it for spreadsheets and for documents', async () => {
      write({ 'kms-handshake.json': MANIFEST, 'producer/key-policy.json': keyPolicy('kms:Decrypt'),
        'consumer/app.json': iamPolicy('kms:Decrypt', 'kms:Encrypt') });
      const csv = (await runCli(folder, 'matrix', '--format', 'csv')).stdout.split('\r\n');
      assert.deepEqual(csv.map((line) => line.split(',').slice(0, 5).join(',')), [
        'identity,key,verdict,half,actions', `${ROLE_ARN},${KEY_ARN},allowed,,kms:Decrypt`,
        `${ROLE_ARN},${KEY_ARN},denied,key-policy,kms:Encrypt`, '',
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

    it('says so when no identity can use any key', async () => {
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
          { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: KEY_ARN },
        ],
      );
      const checked = await runCli(folder, 'check', '--fail-on', 'info');
      assert.equal(checked.status, 0, checked.stdout);
      const again = await runCli(folder, 'generate', 'consumer', '--key-policy', 'producer/key-policy.json', '--identity', ROLE_ARN,
        '--out', 'consumer/app.json');
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

    it('adds to the file of the policy with --force, and keeps what is in it', async () => {
      const commented = `{\r\n\t// ours\r\n\t"Version": "2012-10-17",\r\n\t"Statement": `
        + `${JSON.stringify((keyPolicy('kms:Decrypt') as { Statement: object[] }).Statement)}\r\n}\r\n`;
      const dump = { Keys: [{ KeyId: KEY_ARN, Policy: JSON.stringify(keyPolicy('kms:Decrypt')), Note: 'kept' }] };
      for (const [file, content, reference, kept] of [
        ['producer/key.jsonc', commented, 'producer/key.jsonc', /^\{\r\n\t\/\/ ours\r\n[^]*kms:Encrypt[^\n]*\r\n\}\r\n$/],
        ['producer/dump.json', dump, 'producer/dump.json#/Keys/0/Policy', /kms:Encrypt[^]*"kept"/],
      ] as const) {
        write({ 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: reference }], identities: MANIFEST.identities }, [file]: content,
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

    it('requires a target where there are several, and lists them', async () => {
      write({
        'key-policy.json': { Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: [ROLE_ARN, 'arn:aws:iam::777788889999:root'] }, Action: 'kms:Decrypt',
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
        KEY_ARN);
      assert.equal(status, 0, err);
      assert.match(out, new RegExp(`"Resource": "${KEY_ARN}"`));
    });
  });
});
