import { plainLine } from '../core/index';
import { parseCommandLine } from './arguments';
import { runCheck } from './check';
import type { CliEnvironment } from './cli-environment';
import { runExplain } from './explain';
import { runGenerate } from './generate';
import { runMatrix } from './matrix';
import { printableTerminal } from './terminal';
import { USAGE, UsageError } from './usage';

/** Runs one command and gives the exit status: 0, 1 for findings, 2 for wrong usage or unreadable input. */
export async function runCommandLine(argv: readonly string[], cliEnvironment: CliEnvironment): Promise<number> {
  const { host } = cliEnvironment;
  const terminal = printableTerminal(cliEnvironment.terminal);
  try {
    const commandLineArguments = parseCommandLine(argv);
    switch (commandLineArguments.name) {
      case 'help': terminal.writeOutput(USAGE); return 0;
      case 'version': terminal.writeOutput(`${await cliEnvironment.version()}\n`); return 0;
      case 'lsp': return await cliEnvironment.runLanguageServer();
      case 'check': return await runCheck(commandLineArguments, cliEnvironment, terminal);
      case 'matrix': return await runMatrix(commandLineArguments, host, terminal);
      case 'explain': return await runExplain(commandLineArguments, host, terminal);
      case 'generate': return await runGenerate(commandLineArguments, host, terminal);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.writeError(`kms-handshake: ${plainLine(error.message)}\n`);
    if (argv.length === 0) terminal.writeError(`\n${USAGE}`);
    return 2;
  }
}
