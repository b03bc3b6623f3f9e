import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { runCli } from '../support/run-cli';
import { skipTest } from '../support/skip-test';
import { makePipe } from '../support/special-files';
import { readStream } from '../../server/src/host/node/read-file';
import { CONSUMER, KEY_ARN, OWNER, rootArn } from '../support/fixtures';

const KEY_POLICY = { Version: '2012-10-17', Statement: [
  { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' },
  { Sid: 'Consumer', Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*' },
] };

describe('command line: links that lead out of the folder', () => {
  afterEach(removeTestFolders);

  it('are left out and reported; --follow-links has them read, in every command that reads policies', async () => {
    const elsewhere = createTestFolder({ 'key.json': KEY_POLICY });
    const folder = createTestFolder({
      'app.json': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }] },
    });
    symlinkSync(elsewhere.path, path.join(folder.path, 'linked'), 'junction');
    const without = await runCli(folder.path, 'check');
    assert.match(without.stdout, / in 1 policy \(1 file\)$/m);
    assert.match(without.stderr, /the link .*linked is left out: it leads out of the folder/);
    const followed = await runCli(folder.path, 'check', '--follow-links');
    assert.match(followed.stdout, / in 2 policies \(2 files\)$/m);
    assert.equal(followed.stderr, '');
    for (const command of [['matrix'], ['explain', '--identity', CONSUMER, '--action', 'kms:Decrypt', '--key', 'key'], ['generate',
      'key-policy', '--iam-policy', 'app.json']]) {
      assert.match((await runCli(folder.path, ...command)).stderr, /left out: it leads out/, command.join(' '));
      assert.doesNotMatch((await runCli(folder.path, ...command, '--follow-links')).stderr, /left out/, command.join(' '));
    }
  });

  it('do not matter for what is named by itself', async () => {
    const elsewhere = createTestFolder({ 'key.json': KEY_POLICY });
    const folder = createTestFolder({});
    symlinkSync(elsewhere.path, path.join(folder.path, 'linked'), 'junction');
    for (const named of ['linked', 'linked/key.json'])
      assert.match((await runCli(folder.path, 'check', named)).stdout, / in 1 policy \(1 file\)$/m, named);
  });

  it('do not hide a kms-handshake.json: nothing is judged without it, and the reason says how', async function () {
    if (process.platform === 'win32') return skipTest(this, 'links to files take privileges');
    const elsewhere = createTestFolder({ 'shared.json': { rules: { 'key-policy-single-admin': 'off' } } });
    const folder = createTestFolder({ 'key.json': KEY_POLICY });
    symlinkSync(path.join(elsewhere.path, 'shared.json'), path.join(folder.path, 'kms-handshake.json'));
    const { status, stderr } = await runCli(folder.path, 'check');
    assert.equal(status, 2);
    assert.match(stderr, /kms-handshake\.json: a link that leads out of the folder; --follow-links has it read/);
    assert.equal((await runCli(folder.path, 'check', '--follow-links', '--fail-on', 'never')).status, 0);
  });

  it('inside the folder are followed, to a kms-handshake.json with another name, too', async function () {
    if (process.platform === 'win32') return skipTest(this, 'links to files take privileges');
    const folder = createTestFolder({ 'key.json': KEY_POLICY, 'config/shared.json': { rules: { 'no-such-rule': 'off' } } });
    symlinkSync(path.join('config', 'shared.json'), path.join(folder.path, 'kms-handshake.json'));
    const { stdout, stderr: err } = await runCli(folder.path, 'check');
    assert.equal(err, '');
    assert.match(stdout, /^kms-handshake\.json:.*\[manifest-invalid\]/m);
  });
});

describe('command line: files that it is asked to read', () => {
  afterEach(removeTestFolders);

  it('are regular files of bounded size: --message, --config, policies and kms-handshake.json', async function () {
    if (!existsSync('/dev/zero')) return skipTest(this, 'there are no devices');
    const folder = createTestFolder({ 'key.json': KEY_POLICY, 'large.txt': 'x'.repeat(1024 * 1024 + 1), 'sub/a.json': KEY_POLICY });
    makePipe(folder, 'pipe');
    makePipe(folder, 'sub/kms-handshake.json');
    const question = ['--identity', CONSUMER, '--action', 'kms:Decrypt', '--key', 'x'];
    for (const [argv, why] of [
      [['explain', 'key.json', '--message', 'pipe'], /pipe: not a file/],
      [['explain', 'key.json', '--message', '/dev/zero'], /\/dev\/zero: not a file/],
      [['explain', 'key.json', '--message', 'large.txt'], /large\.txt: larger than 1024 KiB/],
      [['explain', 'key.json', '--config', 'pipe', ...question], /pipe: not a file/],
      [['check', '--config', '/dev/zero'], /dev\/zero: not a file/],
      [['check', '--config', 'large.txt', '--max-file-size', '4096'], /large\.txt: larger than 1024 KiB/],
      [['check', 'pipe'], /pipe: not a file/],
      [['check', 'sub'], /sub\/kms-handshake\.json: not a file/],
      [['check', 'sub/a.json'], /sub\/kms-handshake\.json: not a file/],
      [['check'], /sub\/kms-handshake\.json: not a file/],
    ] as const) {
      const { status, stderr } = await runCli(folder.path, ...argv);
      assert.equal(status, 2, argv.join(' '));
      assert.match(stderr, why, argv.join(' '));
    }
  });

  it('and standard input ends at the limit', async () => {
    let given = 0;
    const endless = { async *[Symbol.asyncIterator]() { for (;; given++) yield await Promise.resolve(Buffer.alloc(1024)); } };
    assert.deepEqual(await readStream(endless, 10_240), { kind: 'left-out', why: 'larger than 10 KiB' });
    assert.ok(given <= 11, `${given} KiB were asked for`);
    const short = { async *[Symbol.asyncIterator]() {
      yield await Promise.resolve(Buffer.from('é').subarray(0, 1));
      yield Buffer.from('é').subarray(1);
    } };
    assert.deepEqual(await readStream(short, 10_240), { kind: 'text', text: 'é' });
  });

  it('have no NUL in their names', async () => {
    const folder = createTestFolder({ 'key.json': KEY_POLICY });
    for (const argv of [['check', 'a\0b'], ['check', '--config', 'a\0b'], ['explain', '--message', 'a\0b'], ['generate', 'consumer',
      '--key-policy', 'a\0b']]) {
      const { status, stderr: err } = await runCli(folder.path, ...argv);
      assert.equal(status, 2);
      assert.match(err, /^kms-handshake: there is no file (or folder )?a\\u0000b\n$/, argv.join(' '));
    }
    const { status, stderr: err } = await runCli(folder.path, 'generate', 'consumer', '--key-policy', 'key.json', '--account',
      CONSUMER, '--out', 'a\0b.json');
    assert.deepEqual([status, err], [2, 'kms-handshake: --out: no file can have a NUL in its name\n']);
  });
});

describe('command line: what --out writes', () => {
  afterEach(removeTestFolders);

  const generate = (cwd: string, ...more: readonly string[]): ReturnType<typeof runCli> =>
    runCli(cwd, 'generate', 'consumer', '--key-policy', 'key.json', '--account', CONSUMER, ...more);

  it('is never a file that a link leads to, not even with --force', async function () {
    if (process.platform === 'win32') return skipTest(this, 'links to files take privileges');
    const elsewhere = createTestFolder({ 'precious.json': 'precious' });
    const folder = createTestFolder({ 'key.json': KEY_POLICY, 'own.json': 'mine' });
    const links = { 'out.json': path.join(elsewhere.path, 'precious.json'), 'own-link.json': path.join(folder.path, 'own.json'),
      'dangling.json': path.join(elsewhere.path, 'new.json') };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(folder.path, name));
    for (const [name, force] of [['out.json', true], ['own-link.json', true], ['dangling.json', true], ['dangling.json', false]] as const) {
      const { status, stderr } = await generate(folder.path, '--out', name, ...force ? ['--force'] : []);
      assert.equal(status, 2, name);
      assert.match(stderr, /is not written: it is a link; name the file that it leads to/, name);
    }
    assert.deepEqual([readFileSync(path.join(elsewhere.path, 'precious.json'), 'utf8'),
      readFileSync(path.join(folder.path, 'own.json'), 'utf8')], ['precious', 'mine']);
    assert.equal(existsSync(path.join(elsewhere.path, 'new.json')), false);
  });

  it('lies outside of the current folder only where the option itself says so', async () => {
    const elsewhere = createTestFolder({});
    const folder = createTestFolder({ 'key.json': KEY_POLICY });
    symlinkSync(elsewhere.path, path.join(folder.path, 'linked'), 'junction');
    for (const out of ['linked/new.json', 'linked/deep/new.json']) {
      const { status, stderr: err } = await generate(folder.path, '--out', out);
      assert.equal(status, 2);
      assert.match(err, /is not written: a link leads out of the current folder/);
    }
    assert.equal(existsSync(path.join(elsewhere.path, 'new.json')), false);
    assert.equal((await generate(folder.path, '--out', path.join(elsewhere.path, 'new.json'))).status, 0);
    assert.equal((await generate(folder.path, '--out', path.join('..', path.basename(elsewhere.path), 'other.json'))).status, 0);
    assert.deepEqual(['new.json', 'other.json'].map((name) => existsSync(path.join(elsewhere.path, name))), [true, true]);
  });

  it('replaces a regular file that could be read, and nothing else', async function () {
    if (process.platform === 'win32') return skipTest(this, 'there are no pipes with names');
    const folder = createTestFolder({ 'key.json': KEY_POLICY, 'old.json': 'x'.repeat(5000), 'large.json': 'x'.repeat(1024 * 1024 + 1) });
    makePipe(folder, 'pipe.json');
    for (const [out, why] of [['pipe.json', 'not a file'], ['large.json', 'larger than 1024 KiB']] as const) {
      assert.deepEqual((await generate(folder.path, '--out', out, '--force')).stderr, `kms-handshake: ${out} is not written: ${why}\n`);
    }
    assert.equal((await generate(folder.path, '--out', 'old.json', '--force')).status, 0);
    assert.equal((await generate(folder.path)).stdout, readFileSync(path.join(folder.path, 'old.json'), 'utf8'));
  });

  it('is a large file that was read as one, which keeps all that it holds, or that --max-file-size takes', async () => {
    const iamPolicy = { Version: '2012-10-17',
      Statement: [{ Sid: 'Use', Effect: 'Allow', Action: 'kms:Encrypt',
        Resource: KEY_ARN }] };
    const padding = '\n'.repeat(1024 * 1024);
    const folder = createTestFolder({ 'app.json': iamPolicy, 'key.json': `${padding}${JSON.stringify(KEY_POLICY, null, 2)}` });
    const argv = ['generate', 'key-policy', '--iam-policy', 'app.json', '--account', CONSUMER, '--out', 'key.json', '--force'];
    const text = (): string => readFileSync(path.join(folder.path, 'key.json'), 'utf8');
    assert.match((await runCli(folder.path, ...argv)).stderr, /key\.json is not written: larger than 1024 KiB/);
    assert.doesNotMatch(text(), /kms:Encrypt/);
    assert.equal((await runCli(folder.path, ...argv, '--key-policy', 'key.json')).status, 0);
    assert.ok(text().startsWith(padding));
    assert.match(text(), /kms:Encrypt/);
    assert.equal((await runCli(folder.path, ...argv, '--max-file-size', '2048')).status, 0);
  });
});
