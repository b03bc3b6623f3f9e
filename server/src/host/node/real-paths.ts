import { lstat, realpath } from 'node:fs/promises';
import * as path from 'node:path';

/** Whether the path itself is a link, to whatever. */
export async function isSymbolicLink(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return false; // it does not exist, or a folder above it may not be searched: there is nothing that could be followed
  }
}

/**
 * The path without links in it. Of what is not there yet the folders above it count that are there. Undefined where a link leads to
 * nothing or round in circles: what is written there would come to lie wherever the link says.
 */
async function realPathOf(file: string): Promise<string | undefined> {
  for (let [current, below] = [file, '']; ; ) {
    try {
      return path.join(await realpath(current), below);
    } catch {
      const parent = path.dirname(current);
      if (parent === current || await isSymbolicLink(current)) return undefined;
      below = path.join(path.basename(current), below);
      current = parent;
    }
  }
}

/** The path of what is the folder or lies below it, relative to it; undefined for all else. Both absolute. */
export function relativePathInside(folder: string, file: string): string | undefined {
  const inside = path.relative(folder, file);
  return inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside) ? undefined : inside;
}

/** Whether the path, links followed, lies in one of the folders, links followed. */
export async function resolvesInto(folders: readonly string[], file: string): Promise<boolean> {
  const real = await realPathOf(file);
  const realFolders = real === undefined ? [] : await Promise.all(folders.map(realPathOf));
  return real !== undefined && realFolders.some((folder) => folder !== undefined && relativePathInside(folder, real) !== undefined);
}

/** With `/` between the parts, as `.gitignore` files and globs have it. */
export function withForwardSlashes(file: string): string {
  return file.replaceAll('\\', '/');
}
