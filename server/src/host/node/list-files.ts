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
export async function listFiles(selection: FileSelection, log: Log, stop: () => boolean = () => false): Promise<readonly string[]> {
  const walk: FolderWalk = { selection, log, stop, diskLatency: createDiskLatency(), foundUris: new Set(), visitedRealPaths: new Set(), pendingLinks: [] };
  const roots = selection.folders.flatMap((folder) => rootEntry(walk, folder.uri, createPathSelector(folder, selection.files)));
  await walkFolders(walk, roots);
  for (let links = walk.pendingLinks.splice(0); links.length > 0; links = walk.pendingLinks.splice(0)) {
    await walkFolders(walk, links.flatMap((link) => linkTarget(walk, link, roots)));
  }
  return [...walk.foundUris].sort();
}

function rootEntry(walk: FolderWalk, uri: string, own: PathSelector): WalkEntry[] {
  const path = pathOf(uri);
  if (path === undefined) {
    walk.log.warn(`${uri} is not a folder of this file system, or its name contains a NUL character`);
    return [];
  }
  try {
    const real = fs.realpathSync.native(path);
    return [{ displayPath: path, realPath: real, relativePath: '', gitignoreChain: gitignoreChainAbove(path, walk.log.warn), selector: own }];
  } catch (error) {
    walk.log.warn(`${path} cannot be read: ${errorMessage(error)}`);
    return [];
  }
}

function walkFolders(walk: FolderWalk, places: readonly WalkEntry[]): Promise<void> {
  const queue = [...places];
  return processQueue(queue, async (place) => {
    if (walk.stop() || walk.visitedRealPaths.has(place.realPath)) return;
    walk.visitedRealPaths.add(place.realPath);
    const entries = await readFolder(walk, place);
    if (entries.length > 0) queue.push(...visitFolder(walk, place, entries));
    await yieldIfDue(walk.diskLatency);
  });
}

async function readFolder(walk: FolderWalk, { displayPath: path }: WalkEntry): Promise<fs.Dirent[]> {
  try {
    return await readSyncOrAsync(walk.diskLatency, () => fs.readdirSync(path, { withFileTypes: true }), () => readdir(path, { withFileTypes: true }));
  } catch (error) {
    walk.log.warn(`the folder ${path} is left out: ${errorMessage(error)}`);
    return [];
  }
}

/** Takes the files of a folder and gives the folders in it that are to be walked. */
function visitFolder(walk: FolderWalk, place: WalkEntry, entries: readonly fs.Dirent[]): WalkEntry[] {
  const own = entries.some((entry) => entry.name === '.gitignore') ? readGitignore(place.displayPath, walk.log.warn) : undefined;
  const ignored = own === undefined ? place.gitignoreChain : appendGitignore(place.gitignoreChain, toForwardSlashes(place.displayPath), own);
  const folders: WalkEntry[] = [];
  for (const entry of entries) {
    const inside = place.relativePath === '' ? entry.name : `${place.relativePath}/${entry.name}`;
    const next = (): WalkEntry => ({ displayPath: joinPath(place.displayPath, entry.name), realPath: joinPath(place.realPath, entry.name), relativePath: inside, gitignoreChain: ignored, selector: place.selector });
    if (entry.isFile()) addFile(walk, next);
    else if (entry.isDirectory()) {
      const folder = next();
      if (isWalkable(walk, folder)) folders.push(folder);
    } else if (entry.isSymbolicLink()) walk.pendingLinks.push(next());
    // A pipe or device in its place is refused where it is read, and so told.
    else if (entry.name === MANIFEST_NAME) addFile(walk, next);
  }
  return folders;
}

function isWalkable({ selection }: FolderWalk, { displayPath: path, relativePath: inside, gitignoreChain: ignored, selector: own }: WalkEntry): boolean {
  return !own.excludesFolder(inside) && !isGitIgnored(ignored, toForwardSlashes(path), true) && selection.isExcluded?.(uriOf(path)) !== true;
}

function addFile(walk: FolderWalk, of: () => WalkEntry): void {
  const place = of();
  // A kms-handshake.json that is a link to a file of the folder counts all the same.
  if (walk.visitedRealPaths.has(place.realPath) && !isManifestPath(place.relativePath) || !isFileSelected(walk, place)) return;
  walk.visitedRealPaths.add(place.realPath);
  walk.foundUris.add(uriOf(place.displayPath));
}

function isFileSelected({ selection }: FolderWalk, { displayPath: path, relativePath: inside, gitignoreChain: ignored, selector: own }: WalkEntry): boolean {
  if (inside === MANIFEST_NAME) return true;
  return own.selectsFile(inside) && (isManifestPath(inside) || !isGitIgnored(ignored, toForwardSlashes(path), false)) && selection.isExcluded?.(uriOf(path)) !== true;
}

/**
 * Where a link leads, when that is a folder to walk; a file is taken at once. A link upwards would lead round in circles, and one out of
 * all folders may lead to all of the disk: it is followed only when the selection says so.
 */
function linkTarget(walk: FolderWalk, link: WalkEntry, roots: readonly WalkEntry[]): WalkEntry[] {
  try {
    const real = fs.realpathSync.native(link.displayPath);
    const stat = fs.statSync(real);
    const target = { ...link, realPath: real };
    if (walk.selection.followLinks !== true && !roots.some((root) => isAtOrBelow(root.realPath, real))) {
      const missed = stat.isFile() ? isFileSelected(walk, link) : stat.isDirectory() && isWalkable(walk, link);
      if (missed) walk.log.warn(`the link ${link.displayPath} is left out: it leads out of the folder, to ${real}`);
      return [];
    }
    if (stat.isFile()) addFile(walk, () => target);
    if (!stat.isDirectory() || walk.visitedRealPaths.has(real)) return [];
    if (!isWalkable(walk, link)) return [];
    const upwards = [link.displayPath, ...roots.map((root) => root.realPath)].some((path) => isAtOrBelow(real, path));
    return upwards ? [] : [target];
  } catch (error) {
    walk.log.info(`the link ${link.displayPath} is left out: ${errorMessage(error)}`);
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
