import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { cacheFolder, withLock } from './cache';
import type { HostTests } from './in-code-server';
import { onPath } from './program';

const UPDATE_SERVER = 'https://update.code.visualstudio.com';

const downloads = (): string => path.join(cacheFolder(), 'desktop');

/** Whether a desktop VS Code can be had and shown here; if not, why. */
export async function desktopIsOpen(): Promise<true | string> {
  if (process.platform === 'linux' && !hasDisplay() && onPath('xvfb-run') === undefined) return 'no display and no xvfb-run';
  if (isDownloaded()) return true;
  return fetch(UPDATE_SERVER, { method: 'HEAD', signal: AbortSignal.timeout(5000) }).then(
    () => true as const,
    () => `${UPDATE_SERVER} cannot be reached`,
  );
}

/** `@vscode/test-electron` marks a finished download so. */
function isDownloaded(): boolean {
  const folder = downloads();
  return existsSync(folder) && readdirSync(folder).some((name) => existsSync(path.join(folder, name, 'is-complete')));
}

/** Runs tests in a desktop VS Code, downloaded once. */
export async function runInDesktop({ extension, tests, workspace, env }: HostTests): Promise<number> {
  mkdirSync(cacheFolder(), { recursive: true });
  const cachePath = downloads();
  const vscodeExecutablePath = await withLock(`${cachePath}.lock`,
    () => downloadAndUnzipVSCode({ version: process.env['KMS_HANDSHAKE_VSCODE_VERSION'] ?? 'stable', cachePath }));
  const launchArgs = [workspace, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'];
  if (process.getuid?.() === 0) launchArgs.push('--no-sandbox');
  return runTests({ vscodeExecutablePath, extensionDevelopmentPath: extension, extensionTestsPath: tests, launchArgs,
    extensionTestsEnv: env });
}

export const hasDisplay = (): boolean => (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== '';
