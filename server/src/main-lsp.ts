import { createConnection } from 'vscode-languageserver/node';
import type { Log } from './host/host';
import { errorStack } from './host/error-stack';
import { createNodeHost } from './host/node-host';
import { delayV8Optimization } from './host/node/v8-flags';
import { withoutNullParameters } from './lsp/parameter-validation';
import { createServer } from './lsp/server';

/**
 * The language server of dist/cli.js, which dist/server.js starts too: serves the editor at the other end of `--stdio` (or `--node-ipc`,
 * `--socket`, `--pipe`).
 */
delayV8Optimization();
const connection = createConnection({ messageStrategy: { handleMessage: (message, next) => next(withoutNullParameters(message)) } });
const log: Log = {
  info: (message) => connection.console.info(message),
  warn: (message) => connection.console.warn(message),
  error: (message, error) => connection.console.error(error === undefined ? message : `${message}: ${errorStack(error)}`),
};
createServer(connection, createNodeHost(log));
connection.listen();
