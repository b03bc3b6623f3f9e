import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, withLock } from './cache';
import { isExecutable, onPath, program } from './program';

/**
 * A Chromium to show the workbench in: `CHROMIUM`, else one on PATH, else installed when that is possible without asking anybody.
 * @returns absolute path
 */
export async function findChromium(): Promise<string> {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`CHROMIUM names ${named}, which cannot be run.`);
    return named;
  }
  const found = chromiumOnPath();
  if (found !== undefined) return found;
  await installPackages(['chromium'], 'a Chromium to show VS Code in (or its path in the environment variable CHROMIUM)');
  const installed = chromiumOnPath();
  if (installed === undefined) throw new Error('The package chromium was installed, but there is no program of that name.');
  return installed;
}

function chromiumOnPath(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath).find((file) => file !== undefined);
}

/** What compiling the native parts of code-server takes. */
export async function ensureBuildTools(): Promise<void> {
  const missing = ['g++', 'make', 'python3'].filter((name) => onPath(name) === undefined);
  if (missing.length > 0) await installPackages(missing, `${missing.join(', ')} to install code-server`);
}

/** Installs packages of Debian or Ubuntu, where that is possible without asking anybody. */
export async function installPackages(names: readonly string[], purpose: string): Promise<void> {
  const byHand = `apt-get update && apt-get install -y ${names.join(' ')}`;
  const possible = process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== undefined;
  if (!possible) throw new Error(`The tests need ${purpose}. As root on Debian or Ubuntu: ${byHand}`);
  console.log(`installing ${names.join(', ')} (${byHand})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await withLock(path.join(cacheFolder(), 'apt.lock'), async () => {
    await program('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'update', '-qq'], { env });
    await program('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  });
}
