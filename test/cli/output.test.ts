import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

describe('command line, as a process', function () {
  this.timeout(20_000);

  it('ends in peace when nobody reads on, as behind `| head -1`', async () => {
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', 'server/src/main-cli.ts', 'check', 'examples'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    await once(child, 'close');
    assert.deepEqual({ status: child.exitCode, err }, { status: 1, err: '' });
  });
});
