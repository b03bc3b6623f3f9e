import { lstat, realpath } from 'node:fs/promises';
import * as path from 'node:path';

/**
 * Whether what is written as the file comes to lie in the folder: the folder above the file is there, and no link leads elsewhere. Absolute
 * paths.
 */
export async function isInsideFolder(folder: string, file: string): Promise<boolean> {
  if (file.includes('\0') || folder.includes('\0')) return false;
  try {
    const [root, above] = await Promise.all([realpath(folder), realpath(path.dirname(file))]);
    const inside = path.relative(root, above);
    const target = await lstat(file).catch(() => undefined);
    return target?.isSymbolicLink() !== true && inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
  } catch {
    return false;
  }
}
