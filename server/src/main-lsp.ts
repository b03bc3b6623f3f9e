import { Console } from 'node:console';
import { createConnection, type Connection } from 'vscode-languageserver/node';
import type { Log } from './host/contract';
import { stackOf } from './host/log';
import { nodeHost } from './host/node';
import { optimizeLate } from './host/node/engine';
import { createServer } from './lsp/server';
import { messageWriter } from './lsp/stdio';

/** Entry of dist/server.js: serves the editor at the other end of `--stdio` (or `--node-ipc`, `--socket`, `--pipe`). */
optimizeLate();
const connection = process.argv.includes('--stdio') ? overStdio() : createConnection();
const log: Log = {
  info: (message) => connection.console.info(message),
  warn: (message) => connection.console.warn(message),
  error: (message, error) => connection.console.error(error === undefined ? message : `${message}: ${stackOf(error)}`),
};
createServer(connection, nodeHost(log));
connection.listen();

/** As `createConnection` makes it of its own accord, but with a writer of ours. */
function overStdio(): Connection {
  // What some package prints must not get between the messages.
  globalThis.console = new Console(process.stderr);
  // It takes a writer for the stream that it would make one for; its types know only of both sides as streams, which ends the process with stdin, or none.
  return createConnection(process.stdin, messageWriter(process.stdout) as unknown as NodeJS.WritableStream);
}
