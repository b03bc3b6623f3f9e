import * as fs from 'node:fs';
import { readdir } from 'node:fs/promises';
import { MANIFEST_NAME } from '../../core/index';
import type { Log, FileSelection } from '../host';
import { isGitIgnored, appendGitignore, type GitignoreChain } from '../gitignore-chain';
import { isManifestPath, createPathSelector, type PathSelector } from '../path-selector';
import { gitignoreChainAbove, readGitignore } from './gitignore-files';
import { isAtOrBelow } from './symbolic-links';
import { processQueue, createDiskLatency, readSyncOrAsync, yieldIfDue, type DiskLatency } from './disk-latency';
import { pathOf, uriOf } from './read-file';

interface FolderWalk {
  readonly selection: FileSelection;
  readonly log: Log;
  readonly diskLatency: DiskLatency;
  readonly stop: () => boolean;
  readonly foundUris: Set<string>;
  /** Real paths of folders and files that were visited: what links lead to is taken once. */
  readonly visitedRealPaths: Set<string>;
  /** Links are followed when all else is done, so that a file is known by its own path and not by a link to it. */
  readonly pendingLinks: WalkEntry[];
}

/** A folder or a link on the way. */
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

/** See `Files.list`. */
export async function listFiles(fileSelection: FileSelection, log: Log, stop: () => boolean = () => false): Promise<readonly string[]> {
  const folderWalk: FolderWalk = { selection: fileSelection, log, stop, diskLatency: createDiskLatency(), foundUris: new Set(),
    visitedRealPaths: new Set(), pendingLinks: [] };
  const roots = fileSelection.folders.flatMap((folder) =>
    rootEntry(folderWalk, folder.uri, createPathSelector(folder, fileSelection.files))
  );
  await walkFolders(folderWalk, roots);
  for (let links = folderWalk.pendingLinks.splice(0); links.length > 0; links = folderWalk.pendingLinks.splice(0)) {
    await walkFolders(folderWalk, links.flatMap((link) => linkTarget(folderWalk, link, roots)));
  }
  return [...folderWalk.foundUris].sort();
}

function rootEntry(folderWalk: FolderWalk, uri: string, own: PathSelector): WalkEntry[] {
  const path = pathOf(uri);
  if (path === undefined) {
    folderWalk.log.warn(`${uri} is not a folder of this file system, or its name contains a NUL character`);
    return [];
  }
  try {
    const real = fs.realpathSync.native(path);
    return [{ displayPath: path, realPath: real, relativePath: '', gitignoreChain: gitignoreChainAbove(path, folderWalk.log.warn),
      selector: own }];
  } catch (error) {
    folderWalk.log.warn(`${path} cannot be read: ${errorMessage(error)}`);
    return [];
  }
}

function walkFolders(folderWalk: FolderWalk, walkEntries: readonly WalkEntry[]): Promise<void> {
  const queue = [...walkEntries];
  return processQueue(queue, async (walkEntry) => {
    if (folderWalk.stop() || folderWalk.visitedRealPaths.has(walkEntry.realPath)) return;
    folderWalk.visitedRealPaths.add(walkEntry.realPath);
    const entries = await readFolder(folderWalk, walkEntry);
    if (entries.length > 0) queue.push(...visitFolder(folderWalk, walkEntry, entries));
    await yieldIfDue(folderWalk.diskLatency);
  });
}

async function readFolder(folderWalk: FolderWalk, { displayPath }: WalkEntry): Promise<fs.Dirent[]> {
  try {
    return await readSyncOrAsync(folderWalk.diskLatency, () => fs.readdirSync(displayPath, { withFileTypes: true }), () =>
      readdir(displayPath, { withFileTypes: true }));
  } catch (error) {
    folderWalk.log.warn(`the folder ${displayPath} is left out: ${errorMessage(error)}`);
    return [];
  }
}

/** Takes the files of a folder and gives the folders in it that are to be walked. */
function visitFolder(folderWalk: FolderWalk, walkEntry: WalkEntry, entries: readonly fs.Dirent[]): WalkEntry[] {
  const own = entries.some((entry) => entry.name === '.gitignore') ? readGitignore(walkEntry.displayPath, folderWalk.log.warn) : undefined;
  const ignored = own === undefined
    ? walkEntry.gitignoreChain
    : appendGitignore(walkEntry.gitignoreChain, toForwardSlashes(walkEntry.displayPath), own);
  const folders: WalkEntry[] = [];
  for (const entry of entries) {
    const inside = walkEntry.relativePath === '' ? entry.name : `${walkEntry.relativePath}/${entry.name}`;
    const next = (): WalkEntry => ({ displayPath: joinPath(walkEntry.displayPath, entry.name),
      realPath: joinPath(walkEntry.realPath, entry.name), relativePath: inside, gitignoreChain: ignored, selector: walkEntry.selector });
    if (entry.isFile()) addFile(folderWalk, next);
    else if (entry.isDirectory()) {
      const folder = next();
      if (isWalkable(folderWalk, folder)) folders.push(folder);
    } else if (entry.isSymbolicLink()) folderWalk.pendingLinks.push(next());
    // A pipe or device in its place is refused where it is read, and so told.
    else if (entry.name === MANIFEST_NAME) addFile(folderWalk, next);
  }
  return folders;
}

function isWalkable({ selection: fileSelection }: FolderWalk,
  { displayPath, relativePath, gitignoreChain, selector: own }: WalkEntry): boolean {
  return !own.excludesFolder(relativePath) && !isGitIgnored(gitignoreChain, toForwardSlashes(displayPath), true)
    && fileSelection.isExcluded?.(uriOf(displayPath)) !== true;
}

function addFile(folderWalk: FolderWalk, of: () => WalkEntry): void {
  const walkEntry = of();
  // A kms-handshake.json that is a link to a file of the folder counts all the same.
  if (folderWalk.visitedRealPaths.has(walkEntry.realPath) && !isManifestPath(walkEntry.relativePath)
    || !isFileSelected(folderWalk, walkEntry)) return;
  folderWalk.visitedRealPaths.add(walkEntry.realPath);
  folderWalk.foundUris.add(uriOf(walkEntry.displayPath));
}

function isFileSelected({ selection: fileSelection }: FolderWalk,
  { displayPath, relativePath, gitignoreChain, selector: own }: WalkEntry): boolean {
  if (relativePath === MANIFEST_NAME) return true;
  return own.selectsFile(relativePath)
    && (isManifestPath(relativePath) || !isGitIgnored(gitignoreChain, toForwardSlashes(displayPath), false))
    && fileSelection.isExcluded?.(uriOf(displayPath)) !== true;
}

/**
 * Where a link leads, when that is a folder to walk; a file is taken at once. A link upwards would lead round in circles, and one out of
 * all folders may lead to all of the disk: it is followed only when the selection says so.
 */
function linkTarget(folderWalk: FolderWalk, link: WalkEntry, roots: readonly WalkEntry[]): WalkEntry[] {
  try {
    const real = fs.realpathSync.native(link.displayPath);
    const stat = fs.statSync(real);
    const target = { ...link, realPath: real };
    if (folderWalk.selection.followLinks !== true && !roots.some((root) => isAtOrBelow(root.realPath, real))) {
      const missed = stat.isFile() ? isFileSelected(folderWalk, link) : stat.isDirectory() && isWalkable(folderWalk, link);
      if (missed) folderWalk.log.warn(`the link ${link.displayPath} is left out: it leads out of the folder, to ${real}`);
      return [];
    }
    if (stat.isFile()) addFile(folderWalk, () => target);
    if (!stat.isDirectory() || folderWalk.visitedRealPaths.has(real)) return [];
    if (!isWalkable(folderWalk, link)) return [];
    const upwards = [link.displayPath, ...roots.map((root) => root.realPath)].some((path) => isAtOrBelow(real, path));
    return upwards ? [] : [target];
  } catch (error) {
    folderWalk.log.info(`the link ${link.displayPath} is left out: ${errorMessage(error)}`);
    return [];
  }
}

function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') || folder.endsWith('\\') ? folder + name : `${folder}${folder.includes('\\') ? '\\' : '/'}${name}`;
}

function toForwardSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
