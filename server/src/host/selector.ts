import { MANIFEST_NAME } from '../core/index';
import type { SelectedFolder } from './contract';
import { anyGlob, anyGlobAbove } from './globs';

/** Folders of programs, not of people; wherever they lie. */
const NEVER: ReadonlySet<string> = new Set(['.git', 'node_modules', 'cdk.out']);

/** What the patterns say about paths below one folder (`.gitignore` files not looked at); `/` between the parts. Every `kms-handshake.json` is wanted. */
export interface Selector {
  readonly takesFile: (inside: string) => boolean;
  /** Nothing in that folder is taken; the folders above it are known not to be left out. */
  readonly leavesOutFolder: (inside: string) => boolean;
  /** The judgement on a file whose folders were not walked. */
  readonly takes: (inside: string) => boolean;
}

export function selector(folder: Pick<SelectedFolder, 'exclude'>, files: readonly string[]): Selector {
  const matchesFiles = anyGlob(files);
  const wanted = (inside: string): boolean => isManifest(inside) || matchesFiles(inside);
  const excluded = anyGlob(folder.exclude);
  const excludedAbove = anyGlobAbove(folder.exclude);
  return {
    takesFile: (inside) => wanted(inside) && !excluded(inside),
    leavesOutFolder: (inside) => NEVER.has(inside.slice(inside.lastIndexOf('/') + 1)) || excluded(inside),
    takes: (inside) => wanted(inside) && !inside.split('/').some((part) => NEVER.has(part)) && !excludedAbove(inside),
  };
}

export function isManifest(inside: string): boolean {
  return inside.slice(inside.lastIndexOf('/') + 1) === MANIFEST_NAME;
}
