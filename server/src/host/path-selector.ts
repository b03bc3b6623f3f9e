import { MANIFEST_NAME } from '../core/index';
import type { SelectedFolder } from './host';
import { matchesAnyGlob, matchesAnyGlobAtOrAbove } from './path-globs';

/** Folders of programs, not of people; wherever they lie. */
const ALWAYS_EXCLUDED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules', 'cdk.out']);

/**
 * What the patterns say about paths below one folder (`.gitignore` files not looked at); `/` between the parts. Every `kms-handshake.json`
 * is wanted.
 */
export interface PathSelector {
  readonly selectsFile: (inside: string) => boolean;
  /** Nothing in that folder is taken; the folders above it are known not to be left out. */
  readonly excludesFolder: (inside: string) => boolean;
  /** The judgement on a file whose folders were not walked. */
  readonly selectsPath: (inside: string) => boolean;
}

export function createPathSelector(folder: Pick<SelectedFolder, 'exclude'>, files: readonly string[]): PathSelector {
  const matchesFiles = matchesAnyGlob(files);
  const wanted = (inside: string): boolean => isManifestPath(inside) || matchesFiles(inside);
  const excluded = matchesAnyGlob(folder.exclude);
  const excludedAbove = matchesAnyGlobAtOrAbove(folder.exclude);
  return {
    selectsFile: (inside) => wanted(inside) && !excluded(inside),
    excludesFolder: (inside) => ALWAYS_EXCLUDED_FOLDERS.has(inside.slice(inside.lastIndexOf('/') + 1)) || excluded(inside),
    selectsPath: (inside) =>
      wanted(inside) && !inside.split('/').some((part) => ALWAYS_EXCLUDED_FOLDERS.has(part)) && !excludedAbove(inside),
  };
}

export function isManifestPath(inside: string): boolean {
  return inside.slice(inside.lastIndexOf('/') + 1) === MANIFEST_NAME;
}
