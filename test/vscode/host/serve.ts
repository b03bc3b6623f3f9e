import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sleep } from './cache';
import { codeServer, type CodeServer } from './install-code-server';
import { program } from './program';

/** A running code-server with a folder of its own for everything it writes. */
export interface Served {
  readonly port: number;
  /** its temporary folder, absolute */
  readonly folder: string;
  /** what it has written so far */
  log(): string;
  /** Ends it with all its children and removes its folder. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** make the workbench run the tests that its URL names; it shows no notifications then */
  readonly tests?: boolean;
  /** a packed extension to install first, absolute path */
  readonly vsix?: string;
  /** user settings on top of the quiet ones */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** workspaces are restricted until somebody trusts them, and nobody is asked */
  readonly restricted?: boolean;
  /** environment of the extension host on top of this process's */
  readonly env?: NodeJS.ProcessEnv;
}

/** Nothing that pops up, asks, phones home or covers the editor. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'files.autoSave': 'off',
  'editor.minimap.enabled': false,
  'git.enabled': false,
};

const trust = (restricted: boolean): Readonly<Record<string, unknown>> => (restricted
  ? { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'always' }
  : { 'security.workspace.trust.enabled': false });

export async function serve({ tests = false, vsix, settings = {}, restricted = false, env = {} }: ServeOptions = {}): Promise<Served> {
  const installed = await codeServer();
  // short: VS Code puts sockets below it, and their paths may not be longer than about 100 characters
  const folder = mkdtempSync(path.join(tmpdir(), 'kmsh-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    mkdirSync(path.join(folder, 'data/User'), { recursive: true });
    writeFileSync(path.join(folder, 'data/User/settings.json'), JSON.stringify({ ...QUIET, ...trust(restricted), ...settings }));
    const environment = { ...process.env, ...env, EXTENSIONS_GALLERY: '{}', TMPDIR: folder, XDG_RUNTIME_DIR: folder };
    if (vsix !== undefined)
      await program(installed.node, [installed.entry, ...places(folder), '--install-extension', vsix], { cwd: folder, env: environment });
    const port = await freePort();
    const logFile = path.join(folder, 'server.log');
    // Without its smoke test driver a built workbench ignores the tests named in the URL.
    const driver = [...tests ? ['--vscode-option', 'enable-smoke-test-driver'] : [], ...restricted ? [] : ['--disable-workspace-trust']];
    const child = start(installed, folder, [...driver, '--bind-addr', `127.0.0.1:${port}`], logFile, environment);
    const log = (): string => readFileSync(logFile, 'utf8');
    await untilItAnswers(child, port, log).catch(async (error: unknown) => {
      await end(child);
      throw error;
    });
    return {
      port,
      folder,
      log,
      stop: async () => {
        await end(child);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

const places = (folder: string): string[] => [
  ...['--config', path.join(folder, 'config.yaml')],
  ...['--user-data-dir', path.join(folder, 'data')],
  ...['--extensions-dir', path.join(folder, 'extensions')],
];

function start({ node, entry }: CodeServer, folder: string, more: readonly string[], logFile: string,
  env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(logFile, 'w');
  const options = ['--auth', 'none', '--disable-telemetry', '--disable-update-check'];
  const child = spawn(node, [entry, ...places(folder), ...options, ...more], {
    stdio: ['ignore', log, log],
    detached: true, // a process group of its own, so that all its children can be ended with it
    cwd: folder,
    env,
  });
  closeSync(log);
  // An interrupted test run must not leave a server behind. `exit` cannot wait, hence the plain kill.
  const abandon = (): void => {
    signal(child, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  };
  const interrupted = (): never => process.exit(130); // else a signal ends the process without its `exit` event
  process.once('exit', abandon).once('SIGTERM', interrupted).once('SIGINT', interrupted);
  child.once('exit', () => process.off('exit', abandon).off('SIGTERM', interrupted).off('SIGINT', interrupted));
  return child;
}

async function untilItAnswers(child: ChildProcess, port: number, log: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`code-server ended early:\n${log()}`);
    const answers = await fetch(`http://127.0.0.1:${String(port)}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (answers) return;
    await sleep(100);
  }
  throw new Error(`code-server did not answer within a minute:\n${log()}`);
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null) {
    signal(child, 'SIGTERM');
    await Promise.race([gone, sleep(3000)]);
  }
  signal(child, 'SIGKILL'); // what is left of the group
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // nothing left of the group
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
