import { plainLine } from '../core/index';
import type { Host } from '../host/contract';
import { readArgs } from './args';
import { check } from './check';
import { explain } from './explain';
import { generate } from './generate';
import { matrix } from './matrix';
import { printableTerminal, type Terminal } from './terminal';
import { USAGE, UsageError } from './usage';

/** What the command line is made of; the entry gives it, so that tests can give something else. */
export interface Doors {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly version: () => Promise<string>;
  /** Starts the language server on standard input and output; ends with the server. */
  readonly serve: () => Promise<number>;
}

/** Runs one command and gives the exit status: 0, 1 for findings, 2 for wrong usage or unreadable input. */
export async function run(argv: readonly string[], doors: Doors): Promise<number> {
  const { host } = doors;
  const terminal = printableTerminal(doors.terminal);
  try {
    const command = readArgs(argv);
    switch (command.name) {
      case 'help': terminal.out(USAGE); return 0;
      case 'version': terminal.out(`${await doors.version()}\n`); return 0;
      case 'lsp': return await doors.serve();
      case 'check': return await check(command, host, terminal);
      case 'matrix': return await matrix(command, host, terminal);
      case 'explain': return await explain(command, host, terminal);
      case 'generate': return await generate(command, host, terminal);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`kms-handshake: ${plainLine(error.message)}\n`);
    if (argv.length === 0) terminal.err(`\n${USAGE}`);
    return 2;
  }
}
