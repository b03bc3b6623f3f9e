import { access } from 'node:fs/promises';
import * as path from 'node:path';
import { isGitIgnored, appendGitignore, type GitignoreChain } from '../gitignore-chain';
import { parseGitignore } from '../gitignore-pattern';
import { readPath } from './read-file';
import { isSymbolicLink, withForwardSlashes } from './real-paths';

/** Told what is left out of `.gitignore` files, and why. */
export type SkipListener = (message: string) => void;

/** Larger ones are made to be large. */
const MAX_GITIGNORE_BYTES = 256 * 1024;

/**
 * The chain with the folder's `.gitignore`, where there is one that can be read. Git follows no link of that name either
 * (https://git-scm.com/docs/gitignore#_notes).
 */
export async function appendFolderGitignore(chain: GitignoreChain, folder: string, note: SkipListener): Promise<GitignoreChain> {
  const file = path.join(folder, '.gitignore');
  if (await isSymbolicLink(file)) {
    note(`${file} is left out: it is a link`);
    return chain;
  }
  const content = await readPath(file, () => MAX_GITIGNORE_BYTES);
  if (content.kind === 'left-out') note(`${file} is left out: ${content.why}`);
  if (content.kind !== 'text') return chain;
  const { rules, leftOut } = parseGitignore(content.text);
  if (leftOut > 0) note(`${leftOut} lines of ${file} are left out: there are too many, or they are too long`);
  return appendGitignore(chain, withForwardSlashes(folder), rules);
}

/**
 * The `.gitignore` files of the folders above, up to the root of the repository. A folder that they name was opened on purpose:
 * then they do not count.
 */
export async function gitignoreChainAbove(folder: string, note: SkipListener): Promise<GitignoreChain> {
  const above = await parentFolders(folder);
  let chain: GitignoreChain = [];
  for (const parent of above) chain = await appendFolderGitignore(chain, parent, note);
  const isNamed = [...above.slice(1), folder].some((inner) => isGitIgnored(chain, withForwardSlashes(inner), true));
  return isNamed ? [] : chain;
}

/** The chain that holds for what lies in `inner`, a folder at or below `folder`; undefined when git ignores `inner` itself. */
export async function gitignoreChainDownTo(folder: string, inner: string, note: SkipListener): Promise<GitignoreChain | undefined> {
  let chain = await appendFolderGitignore(await gitignoreChainAbove(folder, note), folder, note);
  let current = folder;
  for (const name of path.relative(folder, inner).split(path.sep).filter((part) => part !== '')) {
    current = path.join(current, name);
    if (isGitIgnored(chain, withForwardSlashes(current), true)) return undefined;
    chain = await appendFolderGitignore(chain, current, note);
  }
  return chain;
}

/** Outermost first; empty when the folder is a repository's root, or in none. */
async function parentFolders(folder: string): Promise<string[]> {
  const above: string[] = [];
  for (let current = folder; !await exists(path.join(current, '.git')); ) {
    const parent = path.dirname(current);
    if (parent === current) return [];
    above.unshift(parent);
    current = parent;
  }
  return above;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
