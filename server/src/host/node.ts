import * as fs from 'node:fs';
import * as path from 'node:path';
import { MANIFEST_NAME } from '../core/index';
import type { Files, Host, Log, Selection } from './contract';
import { openDocuments } from './documents';
import { isIgnored } from './git-ignore';
import { ignoreFilesDownTo } from './node/ignore-files';
import { listFiles } from './node/list';
import { breathe, now } from './node/pace';
import { pathOf, readFile, readMany } from './node/read';
import { store } from './node/store';
import { selector } from './selector';

/** The host over Node's file system and timers. */
export function nodeHost(log: Log): Host {
  const files: Files = {
    list: (selection, stop) => listFiles(selection, log, stop),
    selects: (selection, uri) => Promise.resolve(selects(selection, uri)),
    readMany,
    read: readFile,
    kindOf: (uri) => Promise.resolve(kindOf(uri)),
  };
  const schedule = (milliseconds: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  };
  return { files, documents: openDocuments(), clock: { now, schedule, breathe }, log, store };
}

function kindOf(uri: string): 'file' | 'folder' | undefined {
  const file = pathOf(uri);
  const stat = file === undefined ? undefined : fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isDirectory() ? 'folder' : 'file';
}

function selects(selection: Selection, uri: string): boolean {
  const file = pathOf(uri);
  if (file === undefined) return false;
  const around = selection.folders.flatMap((folder) => {
    const root = pathOf(folder.uri);
    const inside = root === undefined ? undefined : insideOf(root, file);
    return root === undefined || inside === undefined ? [] : [{ root, inside, own: selector(folder, selection.files) }];
  });
  if (around.length === 0) return selector({ exclude: [] }, selection.files).takesFile(file.replaceAll('\\', '/').replace(/^\//, ''));
  return around.some(({ root, inside, own }) => inside === MANIFEST_NAME || own.takes(inside) && !ignoredBelow(root, file) && selection.leavesOut?.(uri) !== true);
}

function ignoredBelow(root: string, file: string): boolean {
  const chain = ignoreFilesDownTo(root, path.dirname(file));
  return chain === undefined || isIgnored(chain, file.replaceAll('\\', '/'), false);
}

/** Path of the file below the folder, `/` between the parts. */
function insideOf(folder: string, file: string): string | undefined {
  const inside = path.relative(folder, file);
  return inside === '' || inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside) ? undefined : inside.replaceAll(path.sep, '/');
}
