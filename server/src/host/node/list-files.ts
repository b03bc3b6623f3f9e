import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { MANIFEST_NAME } from '../../core/index';
import type { Log, FileSelection } from '../host';
import { isGitIgnored, type GitignoreChain } from '../gitignore-chain';
import { isManifestPath, createPathSelector, type PathSelector } from '../path-selector';
import { appendFolderGitignore, gitignoreChainAbove } from './gitignore-files';
import { pathOf, uriOf } from './read-file';
import { mapInParallel } from './read-many-files';
import { relativePathInside, withForwardSlashes } from './real-paths';

interface FolderWalk {
  readonly selection: FileSelection;
  readonly log: Log;
  readonly stop: () => boolean;
  readonly foundUris: Set<string>;
  /** Real paths of folders and files that were visited: what links lead to is taken once. */
  readonly visitedRealPaths: Set<string>;
  /** Links are followed when all else is done, so that a file is known by its own path and not by a link to it. */
  readonly pendingLinks: WalkEntry[];
}

/** A folder, file or link on the way. */
interface WalkEntry {
  /** As the editor shows it. */
  readonly displayPath: string;
  /** Without links in it. */
  readonly realPath: string;
  /** Below the folder of the workspace, `/` between the parts; empty for that folder itself. */
  readonly relativePath: string;
  readonly gitignoreChain: GitignoreChain;
  readonly selector: PathSelector;
}

/** See `HostFiles.list`. */
export async function listFiles(selection: FileSelection, log: Log, stop: () => boolean = () => false): Promise<readonly string[]> {
  const walk: FolderWalk = { selection, log, stop, foundUris: new Set(), visitedRealPaths: new Set(), pendingLinks: [] };
  const roots = (await mapInParallel(selection.folders, (folder) =>
    rootEntry(walk, folder.uri, createPathSelector(folder, selection)))).flat();
  await walkFolders(walk, roots);
  while (walk.pendingLinks.length > 0) {
    // Which of several links to the same place counts must not depend on how fast the disk answers.
    const links = walk.pendingLinks.splice(0).sort((a, b) => (a.displayPath < b.displayPath ? -1 : 1));
    const targets: WalkEntry[] = [];
    for (const link of links) targets.push(...await linkTarget(walk, link, roots));
    await walkFolders(walk, targets);
  }
  return [...walk.foundUris].sort();
}

async function rootEntry({ log }: FolderWalk, uri: string, selector: PathSelector): Promise<WalkEntry[]> {
  const path = pathOf(uri);
  if (path === undefined) {
    log.warn(`${uri} is not a folder of this file system, or its name contains a NUL character`);
    return [];
  }
  try {
    const realPath = await realpath(path);
    return [{ displayPath: path, realPath, relativePath: '', gitignoreChain: await gitignoreChainAbove(path, log.warn), selector }];
  } catch (error) {
    log.warn(`${path} cannot be read: ${errorMessage(error)}`);
    return [];
  }
}

/** Walks the folders and all folders in them, level by level. */
async function walkFolders(walk: FolderWalk, folders: readonly WalkEntry[]): Promise<void> {
  for (let level = folders; level.length > 0; ) {
    const unvisited = level.filter(({ realPath }) => !walk.visitedRealPaths.has(realPath) && walk.visitedRealPaths.add(realPath));
    level = (await mapInParallel(unvisited, (folder) => visitFolder(walk, folder))).flat();
  }
}

/** Takes the files of a folder and gives the folders in it that are to be walked. */
async function visitFolder(walk: FolderWalk, { displayPath, realPath, relativePath, ...parent }: WalkEntry): Promise<WalkEntry[]> {
  const entries = walk.stop() ? [] : await readFolder(walk, displayPath);
  const gitignoreChain = entries.some(({ name }) => name === '.gitignore')
    ? await appendFolderGitignore(parent.gitignoreChain, displayPath, walk.log.warn)
    : parent.gitignoreChain;
  const folders: WalkEntry[] = [];
  for (const entry of entries) {
    const child: WalkEntry = {
      displayPath: joinPath(displayPath, entry.name), realPath: joinPath(realPath, entry.name),
      relativePath: relativePath === '' ? entry.name : `${relativePath}/${entry.name}`, gitignoreChain, selector: parent.selector,
    };
    if (entry.isSymbolicLink()) walk.pendingLinks.push(child);
    else if (entry.isDirectory()) {
      if (isWalkable(walk, child)) folders.push(child);
    // A pipe or device in place of a kms-handshake.json is refused where it is read, and so told.
    } else if (entry.isFile() || entry.name === MANIFEST_NAME) addFile(walk, child);
  }
  return folders;
}

async function readFolder({ log }: FolderWalk, path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    log.warn(`the folder ${path} is left out: ${errorMessage(error)}`);
    return [];
  }
}

function isWalkable({ selection }: FolderWalk, { displayPath, relativePath, gitignoreChain, selector }: WalkEntry): boolean {
  return !selector.excludesFolder(relativePath)
    && !(selector.usesGitignore(relativePath) && isGitIgnored(gitignoreChain, withForwardSlashes(displayPath), true))
    && selection.isExcluded?.(uriOf(displayPath)) !== true;
}

function addFile(walk: FolderWalk, file: WalkEntry): void {
  // A kms-handshake.json that is a link to a file of the folder counts all the same.
  if (walk.visitedRealPaths.has(file.realPath) && !isManifestPath(file.relativePath) || !isFileSelected(walk, file)) return;
  walk.visitedRealPaths.add(file.realPath);
  walk.foundUris.add(uriOf(file.displayPath));
}

function isFileSelected({ selection }: FolderWalk, { displayPath, relativePath, gitignoreChain, selector }: WalkEntry): boolean {
  if (relativePath === MANIFEST_NAME) return true;
  return selector.selectsFile(relativePath)
    && (isManifestPath(relativePath) || !selector.usesGitignore(relativePath) || !isGitIgnored(gitignoreChain,
      withForwardSlashes(displayPath), false))
    && selection.isExcluded?.(uriOf(displayPath)) !== true;
}

/**
 * Where a link leads, when that is a folder to walk; a file is taken at once. A link upwards would lead round in circles, and one out of
 * all folders may lead to all of the disk: it is followed only when the selection says so.
 */
async function linkTarget(walk: FolderWalk, link: WalkEntry, roots: readonly WalkEntry[]): Promise<WalkEntry[]> {
  try {
    const real = await realpath(link.displayPath);
    const stats = await stat(real);
    const target = { ...link, realPath: real };
    if (walk.selection.followLinks !== true && !roots.some((root) => isAtOrBelow(root.realPath, real))) {
      const isSkipped = stats.isFile() ? isFileSelected(walk, link) : stats.isDirectory() && isWalkable(walk, link);
      if (isSkipped) walk.log.warn(`the link ${link.displayPath} is left out: it leads out of the folder, to ${real}`);
      return [];
    }
    if (stats.isFile()) addFile(walk, target);
    if (!stats.isDirectory() || walk.visitedRealPaths.has(real) || !isWalkable(walk, link)) return [];
    const upwards = [link.displayPath, ...roots.map((root) => root.realPath)].some((path) => isAtOrBelow(real, path));
    return upwards ? [] : [target];
  } catch (error) {
    walk.log.info(`the link ${link.displayPath} is left out: ${errorMessage(error)}`);
    return [];
  }
}

function isAtOrBelow(folder: string, file: string): boolean {
  return relativePathInside(folder, file) !== undefined;
}

function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') || folder.endsWith('\\') ? folder + name : `${folder}${folder.includes('\\') ? '\\' : '/'}${name}`;
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
