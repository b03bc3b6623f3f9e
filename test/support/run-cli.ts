import { run } from '../../server/src/cli/run';
import type { Log } from '../../server/src/host/contract';
import { nodeHost } from '../../server/src/host/node';
import { terminalFiles } from '../../server/src/host/node/terminal-files';

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
      ...terminalFiles,
      readInput: () => Promise.resolve({ kind: 'text', text: '' }),
    },
  });
  return { status, out, err };
}
