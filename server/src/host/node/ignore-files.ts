import * as fs from 'node:fs';
import * as path from 'node:path';
import { isIgnored, withIgnoreFile, type IgnoreChain } from '../git-ignore';
import { readIgnoreRules, type IgnoreRule } from '../ignore-pattern';
import { isLink } from './links';
import { readAtOnce } from './read';

/** Told what is left out of `.gitignore` files, and why. */
export type NoteLeftOut = (message: string) => void;

/** Larger ones are made to be large. */
const MAX_IGNORE_BYTES = 256 * 1024;

/**
 * The folder's `.gitignore`; undefined when there is none that can be read. Git follows no link of that name either
 * (https://git-scm.com/docs/gitignore#_notes).
 */
export function readIgnoreFile(folder: string, note: NoteLeftOut): readonly IgnoreRule[] | undefined {
  const file = path.join(folder, '.gitignore');
  if (isLink(file)) {
    note(`${file} is left out: it is a link`);
    return undefined;
  }
  const content = readAtOnce(file, MAX_IGNORE_BYTES);
  if (content.kind === 'left-out') note(`${file} is left out: ${content.why}`);
  if (content.kind !== 'text') return undefined;
  const { rules, leftOut } = readIgnoreRules(content.text);
  if (leftOut > 0) note(`${leftOut} lines of ${file} are left out: there are too many, or they are too long`);
  return rules;
}

/**
 * The `.gitignore` files of the folders above, up to the root of the repository. A folder that they name was opened on purpose:
 * then they do not count.
 */
export function ignoreFilesAbove(folder: string, note: NoteLeftOut): IgnoreChain {
  const above = foldersAbove(folder);
  const chain = above.reduce<IgnoreChain>((outer, inner) => withFolder(outer, inner, note), []);
  const named = [...above.slice(1), folder].some((one) => isIgnored(chain, slashed(one), true));
  return named ? [] : chain;
}

/** The chain that holds for what lies in `inner`, a folder at or below `folder`; undefined when git ignores `inner` itself. */
export function ignoreFilesDownTo(folder: string, inner: string, note: NoteLeftOut): IgnoreChain | undefined {
  let chain = withFolder(ignoreFilesAbove(folder, note), folder, note);
  let current = folder;
  for (const name of path.relative(folder, inner).split(path.sep).filter((part) => part !== '')) {
    current = path.join(current, name);
    if (isIgnored(chain, slashed(current), true)) return undefined;
    chain = withFolder(chain, current, note);
  }
  return chain;
}

function withFolder(chain: IgnoreChain, folder: string, note: NoteLeftOut): IgnoreChain {
  const rules = readIgnoreFile(folder, note);
  return rules === undefined ? chain : withIgnoreFile(chain, slashed(folder), rules);
}

/** Outermost first; empty when the folder is a repository's root, or in none. */
function foldersAbove(folder: string): string[] {
  const above: string[] = [];
  for (let current = folder; !fs.existsSync(path.join(current, '.git')); ) {
    const parent = path.dirname(current);
    if (parent === current) return [];
    above.unshift(parent);
    current = parent;
  }
  return above;
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/');
}
