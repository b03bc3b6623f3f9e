import { createGlobMatcher, MANIFEST_NAME } from '../core/index';
import { CDK_OUTPUT_FOLDER, type FileSelection, type SelectedFolder } from './host';

/** Folders of programs, not of people; wherever they lie. */
const ALWAYS_EXCLUDED_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * What the patterns say about paths below one folder (`.gitignore` files not looked at); `/` between the parts. Every `kms-handshake.json`
 * is wanted.
 */
export interface PathSelector {
  readonly selectsFile: (relativePath: string) => boolean;
  /** Nothing in that folder is taken; the folders above it are known not to be left out. */
  readonly excludesFolder: (relativePath: string) => boolean;
  /** Whether a file is selected whose folders were not walked. */
  readonly selectsPath: (relativePath: string) => boolean;
  /** Whether `.gitignore` files count for the path. */
  readonly usesGitignore: (relativePath: string) => boolean;
}

export function createPathSelector({ exclude }: Pick<SelectedFolder, 'exclude'>,
  { files, readCdkOutput }: Pick<FileSelection, 'files' | 'readCdkOutput'>): PathSelector {
  const matchesFiles = matchesAnyGlob(files);
  const isSelected = (path: string): boolean => isManifestPath(path) || matchesFiles(path);
  const excluded = matchesAnyGlob(exclude);
  const isExcludedFolder = (name: string): boolean =>
    ALWAYS_EXCLUDED_FOLDERS.has(name) || name === CDK_OUTPUT_FOLDER && readCdkOutput !== true;
  return {
    selectsFile: (path) => isSelected(path) && !excluded(path),
    excludesFolder: (path) => isExcludedFolder(path.slice(path.lastIndexOf('/') + 1)) || excluded(path),
    selectsPath: (path) =>
      isSelected(path) && !path.split('/').some((name, index, names) =>
        isExcludedFolder(name) || excluded(names.slice(0, index + 1).join('/'))),
    usesGitignore: (path) => !path.split('/').includes(CDK_OUTPUT_FOLDER),
  };
}

/** A pattern may name a folder, with or without a slash at its end. */
function matchesAnyGlob(patterns: readonly string[]): (path: string) => boolean {
  return createGlobMatcher(patterns.map((pattern) => pattern.replace(/^\.?\//, '').replace(/\/$/, '')));
}

export function isManifestPath(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1) === MANIFEST_NAME;
}
