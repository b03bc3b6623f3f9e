import { printableText } from '../core/index';
import type { FileContent } from '../host/host';
import { workflowCommandLines, type WorkflowCommand } from './workflow-command';

/** What the command line writes to and where it stands; given by the entry, so that tests need no process. */
export interface Terminal {
  /** Absolute path that relative ones are read from. */
  readonly cwd: string;
  readonly writeOutput: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Writes a regular file, with the folders above it, never through a link. Rejects when it is there already and `overwrite` is false. */
  readonly writeFile: (path: string, text: string, overwrite: boolean) => Promise<void>;
  /** What comes by standard input. */
  readonly readStandardInput: (maxBytes: number) => Promise<FileContent>;
  /** The path itself is a link, to whatever. */
  readonly isLink: (path: string) => Promise<boolean>;
  /** `unreadable` is a folder that may not be listed; undefined: nothing is there. */
  readonly kindOf: (path: string) => Promise<'folder' | 'file' | 'unreadable' | undefined>;
}

/** A terminal on which all that is written comes out printable: no command and no format can forget it. */
export interface PrintableTerminal extends Terminal {
  readonly writeWorkflowCommands: (commands: readonly WorkflowCommand[]) => void;
}

export function printableTerminal(terminal: Terminal): PrintableTerminal {
  return { ...terminal, writeOutput: (text) => terminal.writeOutput(printableText(text)),
    writeError: (text) => terminal.writeError(printableText(text)),
    writeWorkflowCommands: (commands) => terminal.writeOutput(workflowCommandLines(commands)) };
}
