import * as fs from 'node:fs';
import { readdir } from 'node:fs/promises';
import { MANIFEST_NAME } from '../../core/index';
import type { Log, Selection } from '../contract';
import { isIgnored, withIgnoreFile, type IgnoreChain } from '../git-ignore';
import { isManifest, selector, type Selector } from '../selector';
import { ignoreFilesAbove, readIgnoreFile } from './ignore-files';
import { isAtOrBelow } from './links';
import { drain, newPace, paced, rest, type Pace } from './pace';
import { pathOf, uriOf } from './read';

interface Walk {
  readonly selection: Selection;
  readonly log: Log;
  readonly pace: Pace;
  readonly stop: () => boolean;
  readonly found: Set<string>;
  /** Real paths of folders and files that were visited: what links lead to is taken once. */
  readonly visited: Set<string>;
  /** Links are followed when all else is done, so that a file is known by its own path and not by a link to it. */
  readonly links: Place[];
}

/** A folder or a link on the way. */
interface Place {
  /** As the editor shows it. */
  readonly path: string;
  /** Without links in it. */
  readonly real: string;
  /** Below the folder of the workspace, `/` between the parts; empty for that folder itself. */
  readonly inside: string;
  readonly ignored: IgnoreChain;
  readonly selector: Selector;
}

/** See `Files.list`. */
export async function listFiles(selection: Selection, log: Log, stop: () => boolean = () => false): Promise<readonly string[]> {
  const walk: Walk = { selection, log, stop, pace: newPace(), found: new Set(), visited: new Set(), links: [] };
  const roots = selection.folders.flatMap((folder) => rootPlace(walk, folder.uri, selector(folder, selection.files)));
  await walkFolders(walk, roots);
  for (let links = walk.links.splice(0); links.length > 0; links = walk.links.splice(0)) {
    await walkFolders(walk, links.flatMap((link) => targetOf(walk, link, roots)));
  }
  return [...walk.found].sort();
}

function rootPlace(walk: Walk, uri: string, own: Selector): Place[] {
  const path = pathOf(uri);
  if (path === undefined) {
    walk.log.warn(`${uri} is not a folder of this file system, or its name contains a NUL character`);
    return [];
  }
  try {
    const real = fs.realpathSync.native(path);
    return [{ path, real, inside: '', ignored: ignoreFilesAbove(path, walk.log.warn), selector: own }];
  } catch (error) {
    walk.log.warn(`${path} cannot be read: ${messageOf(error)}`);
    return [];
  }
}

function walkFolders(walk: Walk, places: readonly Place[]): Promise<void> {
  const queue = [...places];
  return drain(queue, async (place) => {
    if (walk.stop() || walk.visited.has(place.real)) return;
    walk.visited.add(place.real);
    const entries = await entriesOf(walk, place);
    if (entries.length > 0) queue.push(...visit(walk, place, entries));
    await rest(walk.pace);
  });
}

async function entriesOf(walk: Walk, { path }: Place): Promise<fs.Dirent[]> {
  try {
    return await paced(walk.pace, () => fs.readdirSync(path, { withFileTypes: true }), () => readdir(path, { withFileTypes: true }));
  } catch (error) {
    walk.log.warn(`the folder ${path} is left out: ${messageOf(error)}`);
    return [];
  }
}

/** Takes the files of a folder and gives the folders in it that are to be walked. */
function visit(walk: Walk, place: Place, entries: readonly fs.Dirent[]): Place[] {
  const own = entries.some((entry) => entry.name === '.gitignore') ? readIgnoreFile(place.path, walk.log.warn) : undefined;
  const ignored = own === undefined ? place.ignored : withIgnoreFile(place.ignored, slashed(place.path), own);
  const folders: Place[] = [];
  for (const entry of entries) {
    const inside = place.inside === '' ? entry.name : `${place.inside}/${entry.name}`;
    const next = (): Place => ({ path: joined(place.path, entry.name), real: joined(place.real, entry.name), inside, ignored, selector: place.selector });
    if (entry.isFile()) takeFile(walk, next);
    else if (entry.isDirectory()) {
      const folder = next();
      if (walkable(walk, folder)) folders.push(folder);
    } else if (entry.isSymbolicLink()) walk.links.push(next());
    // A pipe or device in its place is refused where it is read, and so told.
    else if (entry.name === MANIFEST_NAME) takeFile(walk, next);
  }
  return folders;
}

function walkable({ selection }: Walk, { path, inside, ignored, selector: own }: Place): boolean {
  return !own.leavesOutFolder(inside) && !isIgnored(ignored, slashed(path), true) && selection.leavesOut?.(uriOf(path)) !== true;
}

function takeFile(walk: Walk, of: () => Place): void {
  const place = of();
  // A kms-handshake.json that is a link to a file of the folder counts all the same.
  if (walk.visited.has(place.real) && !isManifest(place.inside) || !takes(walk, place)) return;
  walk.visited.add(place.real);
  walk.found.add(uriOf(place.path));
}

function takes({ selection }: Walk, { path, inside, ignored, selector: own }: Place): boolean {
  if (inside === MANIFEST_NAME) return true;
  return own.takesFile(inside) && (isManifest(inside) || !isIgnored(ignored, slashed(path), false)) && selection.leavesOut?.(uriOf(path)) !== true;
}

/**
 * Where a link leads, when that is a folder to walk; a file is taken at once. A link upwards would lead round in circles, and one out of
 * all folders may lead to all of the disk: it is followed only when the selection says so.
 */
function targetOf(walk: Walk, link: Place, roots: readonly Place[]): Place[] {
  try {
    const real = fs.realpathSync.native(link.path);
    const stat = fs.statSync(real);
    const target = { ...link, real };
    if (walk.selection.followLinks !== true && !roots.some((root) => isAtOrBelow(root.real, real))) {
      const missed = stat.isFile() ? takes(walk, link) : stat.isDirectory() && walkable(walk, link);
      if (missed) walk.log.warn(`the link ${link.path} is left out: it leads out of the folder, to ${real}`);
      return [];
    }
    if (stat.isFile()) takeFile(walk, () => target);
    if (!stat.isDirectory() || walk.visited.has(real)) return [];
    if (!walkable(walk, link)) return [];
    const upwards = [link.path, ...roots.map((root) => root.real)].some((path) => isAtOrBelow(real, path));
    return upwards ? [] : [target];
  } catch (error) {
    walk.log.info(`the link ${link.path} is left out: ${messageOf(error)}`);
    return [];
  }
}

function joined(folder: string, name: string): string {
  return folder.endsWith('/') || folder.endsWith('\\') ? folder + name : `${folder}${folder.includes('\\') ? '\\' : '/'}${name}`;
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
