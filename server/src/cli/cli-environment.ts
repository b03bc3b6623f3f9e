import type { Host } from '../host/host';
import type { Terminal } from './terminal';

/** What the command line is made of; the entry gives it, so that tests can give something else. */
export interface CliEnvironment {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly version: () => Promise<string>;
  /** The pages of the rules, in Markdown, by code; without those that the package does not contain. */
  readonly rulePages: (codes: ReadonlySet<string>) => Promise<ReadonlyMap<string, string>>;
  /** Starts the language server on standard input and output; ends with the server. */
  readonly runLanguageServer: () => Promise<number>;
}
