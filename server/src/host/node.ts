import * as fs from 'node:fs';
import * as path from 'node:path';
import { MANIFEST_NAME } from '../core/index';
import type { Files, Host, Log, Selection } from './contract';
import { openDocuments } from './documents';
import { isIgnored } from './git-ignore';
import { ignoreFilesDownTo, type NoteLeftOut } from './node/ignore-files';
import { whyTooLarge } from './node/large-files';
import { leadsInto } from './node/links';
import { listFiles } from './node/list';
import { breathe, now } from './node/pace';
import { pathOf, readFile } from './node/read';
import { readMany, readNamed } from './node/read-many';
import { store } from './node/store';
import { isManifest, selector } from './selector';

/** The host over Node's file system and timers. */
export function nodeHost(log: Log): Host {
  const files: Files = {
    list: (selection, stop) => listFiles(selection, log, stop),
    // What is wrong with a .gitignore is told when everything is listed.
    selects: (selection, uri) => Promise.resolve(selects(selection, uri, () => undefined)),
    readMany,
    read: readFile,
    readNamed,
    whyTooLarge,
    kindOf: (uri) => Promise.resolve(kindOf(uri)),
    leadsInto: (folders, uri) => Promise.resolve(leadsIntoUris(folders, uri)),
  };
  const schedule = (milliseconds: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  };
  return { files, documents: openDocuments(), clock: { now, schedule, breathe }, log, store };
}

function kindOf(uri: string): 'file' | 'folder' | undefined {
  const file = pathOf(uri);
  if (file === undefined) return undefined;
  try {
    return fs.statSync(file).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined; // it does not exist, is a link to itself, has too long a name, or lies in a folder that may not be searched
  }
}

function leadsIntoUris(folders: readonly string[], uri: string): boolean {
  const file = pathOf(uri);
  return file !== undefined && leadsInto(folders.flatMap((folder) => pathOf(folder) ?? []), file);
}

function selects(selection: Selection, uri: string, note: NoteLeftOut): boolean {
  const file = pathOf(uri);
  if (file === undefined) return false;
  const around = selection.folders.flatMap((folder) => {
    const root = pathOf(folder.uri);
    const inside = root === undefined ? undefined : insideOf(root, file);
    return root === undefined || inside === undefined ? [] : [{ root, inside, own: selector(folder, selection.files) }];
  });
  if (around.length === 0) return selector({ exclude: [] }, selection.files).takesFile(file.replaceAll('\\', '/').replace(/^\//, ''));
  const selected = around.some(({ root, inside, own }) => (
    inside === MANIFEST_NAME || own.takes(inside) && !ignoredBelow(root, file, isManifest(inside), note) && selection.leavesOut?.(uri) !== true));
  return selected && (selection.followLinks === true || leadsIntoUris(selection.folders.map((folder) => folder.uri), uri));
}

/** @param byFolder only the folders around the file count */
function ignoredBelow(root: string, file: string, byFolder: boolean, note: NoteLeftOut): boolean {
  const chain = ignoreFilesDownTo(root, path.dirname(file), note);
  return chain === undefined || !byFolder && isIgnored(chain, file.replaceAll('\\', '/'), false);
}

/** Path of the file below the folder, `/` between the parts. */
function insideOf(folder: string, file: string): string | undefined {
  const inside = path.relative(folder, file);
  return inside === '' || inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside) ? undefined : inside.replaceAll(path.sep, '/');
}
