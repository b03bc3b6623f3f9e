import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Folder for what is too big to fetch for every clone (a whole VS Code). Outside the repository, so that fresh clones share it,
 * and outside any node_modules, so that its own Node is never taken for the project's.
 */
export function cacheFolder(): string {
  const base = process.env['KMS_HANDSHAKE_CACHE'] ?? process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  const folder = path.join(path.resolve(base), 'kms-handshake');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * The folder `name` of the cache, made by `make` if it is not there. It appears under its name only when complete, so an interrupted
 * run leaves nothing that looks finished; a second run at the same time waits for the first.
 * @param make fills the empty folder it is given, an absolute path
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const final = path.join(cacheFolder(), name);
  if (existsSync(final)) return final;
  return withLock(`${final}.lock`, async () => {
    if (existsSync(final)) return final;
    const partial = `${final}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    await make(partial);
    renameSync(partial, final);
    return final;
  });
}

/** Runs `work` while this process alone holds the lock folder. The lock of a process that died is taken over. */
export async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  let told = false;
  while (!take(lock)) {
    if (isAbandoned(lock)) {
      discard(lock);
      continue;
    }
    if (!told) console.log(`waiting for another run that holds ${lock}`);
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock); // fails if it exists: the one step that only one process can win
  } catch {
    return false;
  }
  writeFileSync(path.join(lock, 'pid'), String(process.pid));
  return true;
}

function isAbandoned(lock: string): boolean {
  try {
    const pid = Number(readFileSync(path.join(lock, 'pid'), 'utf8'));
    if (pid > 0) return !isAlive(pid);
  } catch {
    // no pid yet: the holder is between two steps, or died there
  }
  try {
    return Date.now() - statSync(lock).mtimeMs > 10_000;
  } catch {
    return false; // released meanwhile
  }
}

/** Of several that find the same abandoned lock, each renames before it removes, and so cannot remove what another took meanwhile. */
function discard(lock: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return; // another was quicker
  }
  if (isAbandoned(aside)) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, lock);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
