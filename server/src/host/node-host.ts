import * as fs from 'node:fs';
import * as path from 'node:path';
import { MANIFEST_NAME } from '../core/index';
import type { HostFiles, Host, Log, FileSelection } from './host';
import { createOpenDocuments } from './open-documents';
import { isGitIgnored } from './gitignore-chain';
import { gitignoreChainDownTo, type SkipListener } from './node/gitignore-files';
import { reasonTooLarge } from './node/large-files';
import { resolvesInto } from './node/symbolic-links';
import { listFiles } from './node/list-files';
import { yieldToEventLoop, now } from './node/disk-latency';
import { pathOf, readFile } from './node/read-file';
import { readManyFiles, readNamedFile } from './node/read-files';
import { isManifestPath, createPathSelector } from './path-selector';

/** The host over Node's file system and timers. */
export function createNodeHost(log: Log): Host {
  const hostFiles: HostFiles = {
    list: (fileSelection, stop) => listFiles(fileSelection, log, stop),
    // What is wrong with a .gitignore is told when everything is listed.
    isSelected: (selection, uri) => Promise.resolve(isSelectedFile(selection, uri, () => undefined)),
    readMany: readManyFiles,
    read: readFile,
    readNamedFile,
    reasonTooLarge,
    kindOf: (uri) => Promise.resolve(fileKindOf(uri)),
    resolvesInto: (folders, uri) => Promise.resolve(resolvesIntoUris(folders, uri)),
  };
  const schedule = (milliseconds: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  };
  return { files: hostFiles, documents: createOpenDocuments(), clock: { now, schedule, yieldToEventLoop }, log };
}

function fileKindOf(uri: string): 'file' | 'folder' | undefined {
  const file = pathOf(uri);
  if (file === undefined) return undefined;
  try {
    return fs.statSync(file).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined; // it does not exist, is a link to itself, has too long a name, or lies in a folder that may not be searched
  }
}

function resolvesIntoUris(folders: readonly string[], uri: string): boolean {
  const file = pathOf(uri);
  return file !== undefined && resolvesInto(folders.flatMap((folder) => pathOf(folder) ?? []), file);
}

function isSelectedFile(fileSelection: FileSelection, uri: string, note: SkipListener): boolean {
  const file = pathOf(uri);
  if (file === undefined) return false;
  const around = fileSelection.folders.flatMap((folder) => {
    const root = pathOf(folder.uri);
    const inside = root === undefined ? undefined : relativePathBelow(root, file);
    return root === undefined || inside === undefined ? [] : [{ root, inside, own: createPathSelector(folder, fileSelection.files) }];
  });
  if (around.length === 0)
    return createPathSelector({ exclude: [] }, fileSelection.files).selectsFile(file.replaceAll('\\', '/').replace(/^\//, ''));
  const selected = around.some(({ root, inside, own }) => (
    inside === MANIFEST_NAME
    || own.selectsPath(inside) && !isGitIgnoredBelow(root, file, isManifestPath(inside), note) && fileSelection.isExcluded?.(uri) !== true
  ));
  return selected && (fileSelection.followLinks === true || resolvesIntoUris(fileSelection.folders.map((folder) => folder.uri), uri));
}

/** @param byFolder only the folders around the file count */
function isGitIgnoredBelow(root: string, file: string, byFolder: boolean, note: SkipListener): boolean {
  const chain = gitignoreChainDownTo(root, path.dirname(file), note);
  return chain === undefined || !byFolder && isGitIgnored(chain, file.replaceAll('\\', '/'), false);
}

/** Path of the file below the folder, `/` between the parts. */
function relativePathBelow(folder: string, file: string): string | undefined {
  const inside = path.relative(folder, file);
  return inside === '' || inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)
    ? undefined
    : inside.replaceAll(path.sep, '/');
}
