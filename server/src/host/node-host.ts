import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { MANIFEST_NAME } from '../core/index';
import type { Clock, FileContent, FileSelection, Host, HostFiles, Log } from './host';
import { createOpenDocuments } from './open-documents';
import { isGitIgnored } from './gitignore-chain';
import { gitignoreChainDownTo } from './node/gitignore-files';
import { namedFileLimit, reasonTooLarge } from './node/large-files';
import { relativePathInside, resolvesInto, withForwardSlashes } from './node/real-paths';
import { listFiles } from './node/list-files';
import { MISSING_FILE, pathOf, readPath, type SizeLimit } from './node/read-file';
import { readManyFiles } from './node/read-many-files';
import { isManifestPath, createPathSelector } from './path-selector';

/** The host over Node's file system and timers. */
export function createNodeHost(log: Log): Host {
  const files: HostFiles = {
    list: (selection, stop) => listFiles(selection, log, stop),
    isSelected: isSelectedFile,
    readMany: readManyFiles,
    read: (uri, maxBytes) => readUri(uri, () => maxBytes),
    readNamedFile: (uri) => readUri(uri, namedFileLimit),
    reasonTooLarge,
    kindOf: fileKindOf,
    resolvesInto: resolvesIntoUris,
  };
  return { files, documents: createOpenDocuments(), clock: NODE_CLOCK, log };
}

const NODE_CLOCK: Clock = {
  // Not by `performance`, whose first use loads a module for three milliseconds.
  now: () => process.uptime() * 1000,
  schedule: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
  yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
};

async function readUri(uri: string, limitOf: SizeLimit): Promise<FileContent> {
  const file = pathOf(uri);
  return file === undefined ? MISSING_FILE : readPath(file, limitOf);
}

async function fileKindOf(uri: string): Promise<'file' | 'folder' | undefined> {
  const file = pathOf(uri);
  if (file === undefined) return undefined;
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined; // it does not exist, is a link to itself, has too long a name, or lies in a folder that may not be searched
  }
}

async function resolvesIntoUris(folders: readonly string[], uri: string): Promise<boolean> {
  const file = pathOf(uri);
  return file !== undefined && resolvesInto(folders.flatMap((folder) => pathOf(folder) ?? []), file);
}

async function isSelectedFile(selection: FileSelection, uri: string): Promise<boolean> {
  const { folders, followLinks, isExcluded } = selection;
  const file = pathOf(uri);
  if (file === undefined) return false;
  const around = folders.flatMap((folder) => {
    const root = pathOf(folder.uri);
    const inside = root && relativePathInside(root, file);
    return root === undefined || inside === undefined || inside === '' ? [] : [{ folder, root, inside: inside.replaceAll(path.sep, '/') }];
  });
  if (around.length === 0) return createPathSelector({ exclude: [] }, selection).selectsFile(withForwardSlashes(file).replace(/^\//, ''));
  for (const { folder, root, inside } of around) {
    const selector = createPathSelector(folder, selection);
    const isSelected = inside === MANIFEST_NAME || selector.selectsPath(inside) && isExcluded?.(uri) !== true
      && !(selector.usesGitignore(inside) && await isGitIgnoredBelow(root, file));
    if (isSelected) return followLinks === true || resolvesIntoUris(folders.map((selected) => selected.uri), uri);
  }
  return false;
}

/** Of a `kms-handshake.json` only the folders around it count. */
async function isGitIgnoredBelow(root: string, file: string): Promise<boolean> {
  // What is wrong with a .gitignore is told when everything is listed.
  const chain = await gitignoreChainDownTo(root, path.dirname(file), () => undefined);
  return chain === undefined || !isManifestPath(withForwardSlashes(file)) && isGitIgnored(chain, withForwardSlashes(file), false);
}
