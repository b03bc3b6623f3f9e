import { spawn, spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProtocolConnection, InitializedNotification, InitializeRequest, PublishDiagnosticsNotification, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { policyFiles } from './policies';
import { writeFolder } from './folder';
import { inTurns, median, timed, type Comparison } from './measure';

const SERVER = path.resolve('dist/server.js');
const BASELINE = path.resolve('bench/baseline-parse.cjs');

/** From the start of the server's process to the last of the findings of 1,000 policies. */
export async function startUp(): Promise<Comparison[]> {
  const folder = writeFolder('start', policyFiles(1000));
  try {
    const expected = await publishedFiles(folder.path);
    const times = await inTurns(7, {
      measured: () => timeToFindings(folder.path, expected),
      baseline: () => timed(() => spawnSync(process.execPath, [BASELINE, folder.path])),
    });
    const measured = median(times.measured);
    const baseline = median(times.baseline);
    return [{
      what: `from server start to all findings of 1,000 policies (in ${expected} files), median of 7`, measured, baseline,
      baselineWhat: 'a process that reads and parses all of them with jsonc-parser', ratio: measured / baseline, goal: '500 ms', met: measured <= 500,
    }];
  } finally {
    folder.remove();
  }
}

interface Session {
  readonly published: Set<string>;
  /** Resolves when so many files have findings. */
  readonly reached: (count: number) => Promise<void>;
  readonly end: () => void;
}

async function session(folder: string): Promise<Session> {
  const child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const reader = new StreamMessageReader(child.stdout);
  // Killed in the middle of a message, the server would leave a timer behind that starts itself again.
  reader.partialMessageTimeout = 0;
  const connection = createProtocolConnection(reader, new StreamMessageWriter(child.stdin));
  const published = new Set<string>();
  let waiting: (() => void) | undefined;
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    if (diagnostics.length > 0) published.add(uri);
    waiting?.();
  });
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  const uri = pathToFileURL(folder).toString();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the protocol requires the member
  await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: [{ uri, name: 'bench' }] });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    published,
    reached: (count) => new Promise((resolve) => {
      const look = (): void => {
        if (published.size >= count) resolve();
      };
      waiting = look;
      look();
    }),
    end: () => {
      connection.dispose();
      child.kill();
    },
  };
}

/** How many files get findings, once nothing more comes for a second. */
async function publishedFiles(folder: string): Promise<number> {
  const { published, end } = await session(folder);
  let before = -1;
  for (let seconds = 0; seconds < 30 && (published.size === 0 || published.size !== before); seconds++) {
    before = published.size;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  end();
  if (published.size === 0) throw new Error('the server published nothing within 30 s');
  return published.size;
}

async function timeToFindings(folder: string, expected: number): Promise<number> {
  const start = performance.now();
  const { reached, end } = await session(folder);
  await reached(expected);
  const time = performance.now() - start;
  end();
  return time;
}
