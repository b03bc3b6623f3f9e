import { EventEmitter } from 'node:events';
import type { Connection } from 'vscode-languageserver';
import type { Host } from '../../server/src/host/host';
import { createNodeHost } from '../../server/src/host/node-host';
import { readClientCapabilities } from '../../server/src/lsp/client-capabilities';
import { PIECE_DURATION_MS } from '../../server/src/lsp/analysis-host';
import { readInitializationOptions } from '../../server/src/lsp/initialization-options';
import { createSession, type Session } from '../../server/src/lsp/session';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { mismatchedPair } from '../support/policy-pair';

describe('lsp: work that no request waits for', () => {
  let running: Session | undefined;

  afterEach(async () => {
    running?.stop();
    removeTestFolders();
  });

  /** A session over a host of which something fails as soon as `fail` is called, with what it logs. */
  async function started(): Promise<
    { readonly fail: () => void; readonly logged: (what: string) => Promise<void>; readonly session: Session; readonly uri: string }
  > {
    const lines = new EventEmitter();
    const write = (message: string): void => void lines.emit('line', message);
    const host = createNodeHost({ info: write, warn: write, error: write });
    let failing = false;
    let now = 0;
    const clock: Host['clock'] = {
      ...host.clock,
      now: () => (now += 2 * PIECE_DURATION_MS), // no piece of work ends in time, so that there is always a second one
      yieldToEventLoop: () => (failing ? Promise.reject(new Error('out of breath')) : host.clock.yieldToEventLoop()),
    };
    const connection = { sendDiagnostics: () => Promise.resolve() } as unknown as Connection;
    const folder = createTestFolder(mismatchedPair());
    const clientCapabilities = readClientCapabilities({ capabilities: {} }, readInitializationOptions(undefined));
    running = createSession(connection, { ...host, clock }, clientCapabilities, { folders: [folder.uri] });
    await running.start();
    const logged = (what: string): Promise<void> => new Promise((resolve) => {
      lines.on('line', (line: string) => { if (line.includes(what)) resolve(); });
    });
    return { fail: () => { failing = true; }, logged, session: running, uri: folder.uriOf('consumer/app.json') };
  }

  it('does not end the server when it fails', async () => {
    const { fail, logged, session, uri } = await started();
    const failure = logged('working the findings out failed');
    fail();
    session.documentSync.didOpen(session.host.documents.open({ uri, languageId: 'json', version: 1, text: '{ "Statement": [] }' }));
    await failure;
  });
});
