import { spawn, spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection, InitializedNotification, InitializeRequest, PublishDiagnosticsNotification, StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { policyFiles } from './policy-files';
import { writeTemporaryFolder } from './temporary-folder';
import { measureAlternately, median, measureDuration, type BenchmarkResult } from './measure';

const SERVER = path.resolve('dist/server.js');
const BASELINE = path.resolve('bench/baseline-parse.cjs');

/** From the start of the server's process to the last of the findings of 1,000 policies. */
export async function measureStartUp(): Promise<BenchmarkResult[]> {
  const folder = writeTemporaryFolder('start', policyFiles(1000));
  try {
    const expected = await countFilesWithFindings(folder.path);
    const first = await measureAlternately(7, { measured: () => measureTimeToFindings(folder.path, expected), baseline: () =>
      measureBaselineProcess(folder.path) });
    return [
      toBenchmarkResult(`from server start to all findings of 1,000 policies (in ${expected} files), median of 7`, first),
    ];
  } finally {
    folder.remove();
  }
}

function measureBaselineProcess(folder: string): number {
  return measureDuration(() => spawnSync(process.execPath, [BASELINE, folder]));
}

function toBenchmarkResult(what: string,
  times: { readonly measured: readonly number[]; readonly baseline: readonly number[] }): BenchmarkResult {
  const measured = median(times.measured);
  const baseline = median(times.baseline);
  return {
    name: what, measured, baseline, baselineName: 'a process that reads and parses all of them with jsonc-parser',
    ratio: measured / baseline, goal: '500 ms', isGoalMet: measured <= 500,
  };
}

interface ServerProcess {
  readonly published: Set<string>;
  /** Resolves when so many files have findings. */
  readonly whenPublished: (count: number) => Promise<void>;
  /** Kills it. */
  readonly kill: () => void;
}

async function startServerProcess(folder: string): Promise<ServerProcess> {
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
  await connection.sendRequest(InitializeRequest.type, {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the protocol requires the member
    processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: [{ uri, name: 'bench' }],
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    published,
    whenPublished: (count) => new Promise((resolve) => {
      const look = (): void => {
        if (published.size >= count) resolve();
      };
      waiting = look;
      look();
    }),
    kill: () => {
      connection.dispose();
      child.kill();
    },
  };
}

/** How many files get findings: once nothing more comes for a second. */
async function countFilesWithFindings(folder: string): Promise<number> {
  const { published, kill } = await startServerProcess(folder);
  let before = -1;
  for (let seconds = 0; seconds < 30 && (published.size === 0 || published.size !== before); seconds++) {
    before = published.size;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  kill();
  if (published.size === 0) throw new Error('the server published nothing within 30 s');
  return published.size;
}

async function measureTimeToFindings(folder: string, expected: number): Promise<number> {
  const start = performance.now();
  const { whenPublished, kill } = await startServerProcess(folder);
  await whenPublished(expected);
  const time = performance.now() - start;
  kill();
  return time;
}
