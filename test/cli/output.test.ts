import * as assert from 'node:assert/strict';
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

describe('command line, as a process', function () {
  this.timeout(20_000);

  it('ends without an error when the reader stops, as behind `| head -1`', async () => {
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', 'server/src/main-cli.ts', 'check', 'examples'], { cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    await once(child, 'close');
    assert.deepEqual({ status: child.exitCode, err }, { status: 1, err: '' });
  });

  it('ends with 2 where the current folder was deleted, which is not a finding', async function () {
    if (process.platform === 'win32') this.skip(); // a folder that is somebody's current one cannot be deleted there
    // Bundled, since what would load the sources wants a current folder itself.
    const outfile = path.join(ROOT, 'out/test/cli.js');
    await build({ absWorkingDir: ROOT, entryPoints: ['server/src/main-cli.ts'], outfile, bundle: true, platform: 'node', format: 'cjs',
      target: 'node20', mainFields: ['module', 'main'], logLevel: 'warning' });
    const gone = mkdtempSync(path.join(tmpdir(), 'kms-handshake-gone-'));
    const child = spawn('/bin/sh', ['-c', 'rmdir "$PWD" && exec "$0" "$@"', process.execPath, outfile, 'check'], { cwd: gone,
      stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    await once(child, 'close');
    assert.deepEqual({ status: child.exitCode, err }, { status: 2, err: 'kms-handshake: the current folder is not there any more\n' });
  });
});
