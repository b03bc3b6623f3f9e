import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { CliEnvironment } from './cli/cli-environment';
import { runCommandLine } from './cli/run-command';
import { printableText } from './core/index';
import type { Log } from './host/host';
import { errorStack } from './host/error-stack';
import { createNodeHost } from './host/node-host';
import { delayV8Optimization } from './host/node/v8-flags';
import { terminalFiles } from './host/node/terminal-files';

/** Entry of dist/cli.js: the command line over Node's file system. */
delayV8Optimization();
const log: Log = {
  info: () => undefined,
  warn: (message) => void process.stderr.write(printableText(`${message}\n`)),
  error: (message, error) =>
    void process.stderr.write(printableText(`${error === undefined ? message : `${message}: ${errorStack(error)}`}\n`)),
};

const environment: CliEnvironment = {
  host: createNodeHost(log),
  version: async () => (JSON.parse(await fs.readFile(path.join(__dirname, '../package.json'), 'utf8')) as { version: string }).version,
  rulePages: async (codes) => {
    const pages = await Promise.all(Array.from(codes, async (code) => [code,
      await fs.readFile(path.join(__dirname, `../docs/rules/${code}.md`), 'utf8').catch(() => undefined)] as const));
    return new Map(pages.flatMap(([code, page]) => (page === undefined ? [] : [[code, page]])));
  },
  terminal: {
    cwd: currentFolder(),
    writeOutput: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    ...terminalFiles,
  },
  // The server's code is loaded only when it is asked for.
  runLanguageServer: async () => {
    await import('./main-lsp.js');
    return new Promise<number>(() => undefined); // the server ends the process
  },
};

/** Ends the process where the folder was deleted meanwhile: there is nothing that a path could be relative to. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write('kms-handshake: the current folder is not there any more\n');
    return process.exit(2);
  }
}

// A reader that went away (`| head -1`) is no fault; the findings still decide the status. Anything else, a full disk, is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`kms-handshake: the output cannot be written: ${error.message}\n`);
  process.exit(2);
});
// Nowhere is left to say it.
process.stderr.on('error', () => undefined);

// Not process.exit: what is written to a pipe must get there first.
runCommandLine(process.argv.slice(2), environment).then((status) => { process.exitCode = status; }, (error: unknown) => {
  log.error('kms-handshake failed', error);
  process.exitCode = 2;
});
