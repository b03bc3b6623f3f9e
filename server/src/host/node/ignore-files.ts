import * as fs from 'node:fs';
import * as path from 'node:path';
import { isIgnored, withIgnoreFile, type IgnoreChain } from '../git-ignore';

/** Text of the folder's `.gitignore`; undefined when there is none that can be read: git takes it the same way. */
export function readIgnoreFile(folder: string): string | undefined {
  try {
    return fs.readFileSync(path.join(folder, '.gitignore'), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * The `.gitignore` files of the folders above, up to the root of the repository. A folder that they name was opened on purpose:
 * then they do not count.
 */
export function ignoreFilesAbove(folder: string): IgnoreChain {
  const above = foldersAbove(folder);
  const chain = above.reduce<IgnoreChain>(withFolder, []);
  const named = [...above.slice(1), folder].some((one) => isIgnored(chain, slashed(one), true));
  return named ? [] : chain;
}

/** The chain that holds for what lies in `inner`, a folder at or below `folder`; undefined when git ignores `inner` itself. */
export function ignoreFilesDownTo(folder: string, inner: string): IgnoreChain | undefined {
  let chain = withFolder(ignoreFilesAbove(folder), folder);
  let current = folder;
  for (const name of path.relative(folder, inner).split(path.sep).filter((part) => part !== '')) {
    current = path.join(current, name);
    if (isIgnored(chain, slashed(current), true)) return undefined;
    chain = withFolder(chain, current);
  }
  return chain;
}

function withFolder(chain: IgnoreChain, folder: string): IgnoreChain {
  const text = readIgnoreFile(folder);
  return text === undefined ? chain : withIgnoreFile(chain, slashed(folder), text);
}

/** Outermost first; empty when the folder is a repository's root, or in none. */
function foldersAbove(folder: string): string[] {
  const above: string[] = [];
  for (let current = folder; !fs.existsSync(path.join(current, '.git')); ) {
    const parent = path.dirname(current);
    if (parent === current) return [];
    above.unshift(parent);
    current = parent;
  }
  return above;
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/');
}
