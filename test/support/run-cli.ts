import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { run } from '../../server/src/cli/run';
import type { Log } from '../../server/src/host/contract';
import { nodeHost } from '../../server/src/host/node';

export interface CliResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, over the real file system, as if called in the folder `cwd`. */
export async function runCli(cwd: string, ...argv: readonly string[]): Promise<CliResult> {
  let out = '';
  let err = '';
  const note = (message: string, error?: unknown): void => { err += `${message}${error instanceof Error ? `: ${error.stack ?? error.message}` : ''}\n`; };
  const log: Log = { info: () => undefined, warn: note, error: note };
  const status = await run(argv, {
    host: nodeHost(log),
    version: () => Promise.resolve('0.0.0'),
    serve: () => Promise.resolve(42),
    terminal: {
      cwd,
      out: (text) => { out += text; },
      err: (text) => { err += text; },
      kindOf: async (file) => {
        const stat = await fs.stat(file).catch(() => undefined);
        return stat === undefined ? undefined : stat.isDirectory() ? 'folder' : 'file';
      },
      readText: async (file) => (file === undefined ? '' : await fs.readFile(file, 'utf8')),
      writeFile: async (file, text, overwrite) => {
        await fs.mkdir(path.dirname(file), { recursive: true });
        await fs.writeFile(file, text, { flag: overwrite ? 'w' : 'wx' });
      },
    },
  });
  return { status, out, err };
}
