import { matchesGitignoreRule, type GitignoreRule } from './gitignore-pattern';

/** The `.gitignore` files that hold for a folder, outermost first. */
export type GitignoreChain = readonly GitignoreFile[];

interface GitignoreFile {
  /** Folder of the file, absolute, with `/` between its parts and none at the end. */
  readonly folder: string;
  readonly rules: readonly GitignoreRule[];
}

/** The chain with one more file at its inner end. */
export function appendGitignore(chain: GitignoreChain, folder: string, rules: readonly GitignoreRule[]): GitignoreChain {
  return [...chain, { folder, rules }];
}

/**
 * Whether git would ignore the path: the innermost file that says anything about it decides, in it the last line. The folders above the
 * path must not be ignored themselves, since nothing inside an ignored folder can be taken back.
 * @param path absolute, with `/` between its parts
 */
export function isGitIgnored(chain: GitignoreChain, path: string, isFolder: boolean): boolean {
  for (let i = chain.length - 1; i >= 0; i--) {
    const file = chain[i];
    if (file === undefined || !path.startsWith(`${file.folder}/`)) continue;
    const names = path.slice(file.folder.length + 1).split('/');
    for (let line = file.rules.length - 1; line >= 0; line--) {
      const rule = file.rules[line];
      if (rule !== undefined && (isFolder || !rule.foldersOnly) && matchesGitignoreRule(rule, names)) return !rule.negated;
    }
  }
  return false;
}
