import { createConnection } from 'vscode-languageserver/node';
import type { Log } from './host/contract';
import { stackOf } from './host/log';
import { nodeHost } from './host/node';
import { optimizeLate } from './host/node/engine';
import { withParameters } from './lsp/parameters';
import { createServer } from './lsp/server';

/** Entry of dist/server.js: serves the editor at the other end of `--stdio` (or `--node-ipc`, `--socket`, `--pipe`). */
optimizeLate();
const connection = createConnection({ messageStrategy: { handleMessage: (message, next) => next(withParameters(message)) } });
const log: Log = {
  info: (message) => connection.console.info(message),
  warn: (message) => connection.console.warn(message),
  error: (message, error) => connection.console.error(error === undefined ? message : `${message}: ${stackOf(error)}`),
};
createServer(connection, nodeHost(log));
connection.listen();
