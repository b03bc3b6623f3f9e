import * as fs from 'node:fs';
import * as path from 'node:path';

/** Whether the path itself is a link, to whatever. */
export function isSymbolicLink(file: string): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false; // a folder above it may not be searched: there is nothing that could be followed
  }
}

/**
 * The path without links in it. Of what is not there yet the folders above it count that are there. Undefined where a link leads to
 * nothing or round in circles: what is written there would come to lie wherever the link says.
 */
export function realPathOf(file: string): string | undefined {
  for (let [current, rest] = [file, '']; ; ) {
    try {
      return path.join(fs.realpathSync.native(current), rest);
    } catch {
      const parent = path.dirname(current);
      if (parent === current || isSymbolicLink(current)) return undefined;
      rest = path.join(path.basename(current), rest);
      current = parent;
    }
  }
}

/** Whether the path is the folder or lies below it; both absolute. */
export function isAtOrBelow(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
}

/** Whether the path, links followed, lies in one of the folders, links followed. */
export function resolvesInto(folders: readonly string[], file: string): boolean {
  const real = realPathOf(file);
  return real !== undefined && folders.some((folder) => {
    const realFolder = realPathOf(folder);
    return realFolder !== undefined && isAtOrBelow(realFolder, real);
  });
}
