import * as fs from 'node:fs';
import * as path from 'node:path';
import { isGitIgnored, appendGitignore, type GitignoreChain } from '../gitignore-chain';
import { parseGitignore, type GitignoreRule } from '../gitignore-pattern';
import { isSymbolicLink } from './symbolic-links';
import { readPathSync } from './read-file';

/** Told what is left out of `.gitignore` files, and why. */
export type SkipListener = (message: string) => void;

/** Larger ones are made to be large. */
const MAX_GITIGNORE_BYTES = 256 * 1024;

/**
 * The folder's `.gitignore`; undefined when there is none that can be read. Git follows no link of that name either
 * (https://git-scm.com/docs/gitignore#_notes).
 */
export function readGitignore(folder: string, note: SkipListener): readonly GitignoreRule[] | undefined {
  const file = path.join(folder, '.gitignore');
  if (isSymbolicLink(file)) {
    note(`${file} is left out: it is a link`);
    return undefined;
  }
  const content = readPathSync(file, MAX_GITIGNORE_BYTES);
  if (content.kind === 'left-out') note(`${file} is left out: ${content.why}`);
  if (content.kind !== 'text') return undefined;
  const { rules, leftOut } = parseGitignore(content.text);
  if (leftOut > 0) note(`${leftOut} lines of ${file} are left out: there are too many, or they are too long`);
  return rules;
}

/**
 * The `.gitignore` files of the folders above, up to the root of the repository. A folder that they name was opened on purpose:
 * then they do not count.
 */
export function gitignoreChainAbove(folder: string, note: SkipListener): GitignoreChain {
  const above = parentFolders(folder);
  const chain = above.reduce<GitignoreChain>((outer, inner) => appendFolderGitignore(outer, inner, note), []);
  const named = [...above.slice(1), folder].some((one) => isGitIgnored(chain, withForwardSlashes(one), true));
  return named ? [] : chain;
}

/** The chain that holds for what lies in `inner`, a folder at or below `folder`; undefined when git ignores `inner` itself. */
export function gitignoreChainDownTo(folder: string, inner: string, note: SkipListener): GitignoreChain | undefined {
  let chain = appendFolderGitignore(gitignoreChainAbove(folder, note), folder, note);
  let current = folder;
  for (const name of path.relative(folder, inner).split(path.sep).filter((part) => part !== '')) {
    current = path.join(current, name);
    if (isGitIgnored(chain, withForwardSlashes(current), true)) return undefined;
    chain = appendFolderGitignore(chain, current, note);
  }
  return chain;
}

function appendFolderGitignore(chain: GitignoreChain, folder: string, note: SkipListener): GitignoreChain {
  const rules = readGitignore(folder, note);
  return rules === undefined ? chain : appendGitignore(chain, withForwardSlashes(folder), rules);
}

/** Outermost first; empty when the folder is a repository's root, or in none. */
function parentFolders(folder: string): string[] {
  const above: string[] = [];
  for (let current = folder; !fs.existsSync(path.join(current, '.git')); ) {
    const parent = path.dirname(current);
    if (parent === current) return [];
    above.unshift(parent);
    current = parent;
  }
  return above;
}

function withForwardSlashes(file: string): string {
  return file.replaceAll('\\', '/');
}
