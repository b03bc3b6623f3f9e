/** Runs test/vscode/suites inside a real VS Code: a desktop one where it can be had, else code-server's. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleSuites } from './host/bundle-suites';
import { runInCodeServer, type HostTests } from './host/in-code-server';
import { desktopIsOpen, hasDisplay, runInDesktop } from './host/in-desktop';
import { program } from './host/program';

const ROOT = path.resolve(__dirname, '../..');

async function main(): Promise<number> {
  const forced = process.env['KMS_HANDSHAKE_VSCODE'];
  const open = forced === 'desktop' ? true : forced === 'code-server' ? 'KMS_HANDSHAKE_VSCODE asks for it' : await desktopIsOpen();
  if (open === true && process.platform === 'linux' && !hasDisplay()) return underVirtualDisplay();
  console.log(open === true ? 'in a desktop VS Code' : `in code-server (${open})`);
  const parent = mkdtempSync(path.join(tmpdir(), 'kms-handshake-ws-'));
  // A workspace file and not a folder: VS Code would end the extension host, and the tests with it, when a second folder is added to a
  // folder.
  const workspace = path.join(parent, 'tests.code-workspace');
  try {
    cpSync(path.join(ROOT, 'test/vscode/workspace'), path.join(parent, 'workspace'), { recursive: true });
    writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'workspace' }] }));
    const tests: HostTests = {
      extension: ROOT,
      tests: await bundleSuites(ROOT),
      workspace,
      env: { KMS_HANDSHAKE_RESULT: process.env['KMS_HANDSHAKE_RESULT'], KMS_HANDSHAKE_GREP: process.env['KMS_HANDSHAKE_GREP'] },
    };
    return await (open === true ? runInDesktop(tests) : runInCodeServer(tests));
  } finally {
    rmSync(parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The same again with a display that nobody sees. */
async function underVirtualDisplay(): Promise<number> {
  console.log(await program('xvfb-run', ['-a', process.execPath, ...process.execArgv, __filename]));
  return 0;
}

main().then(
  (status) => process.exit(status), // not exitCode: timers of a run that ended otherwise may still wait
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
