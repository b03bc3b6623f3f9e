import { runCommandLine } from '../../server/src/cli/run-command';
import type { Log } from '../../server/src/host/host';
import { createNodeHost } from '../../server/src/host/node-host';
import { terminalFiles } from '../../server/src/host/node/terminal-files';

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, over the real file system, as if called in the folder `cwd`. */
export async function runCli(cwd: string, ...argv: readonly string[]): Promise<CliResult> {
  let out = '';
  let err = '';
  const note = (message: string, error?: unknown): void => {
    err += `${message}${error instanceof Error ? `: ${error.stack ?? error.message}` : ''}\n`;
  };
  const log: Log = { info: () => undefined, warn: note, error: note };
  const status = await runCommandLine(argv, {
    host: createNodeHost(log),
    version: () => Promise.resolve('0.0.0'),
    rulePages: (codes) => Promise.resolve(new Map(Array.from(codes, (code) => [code, `# ${code}`]))),
    runLanguageServer: () => Promise.resolve(42),
    terminal: {
      cwd,
      writeOutput: (text) => { out += text; },
      writeError: (text) => { err += text; },
      ...terminalFiles,
      readStandardInput: () => Promise.resolve({ kind: 'text', text: '' }),
    },
  });
  return { status, stdout: out, stderr: err };
}
