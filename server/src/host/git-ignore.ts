import ignore, { type Ignore } from 'ignore';

/** The `.gitignore` files that hold for a folder, outermost first. */
export type IgnoreChain = readonly IgnoreFile[];

interface IgnoreFile {
  /** Folder of the file, absolute, with `/` between its parts and none at the end. */
  readonly folder: string;
  readonly rules: Ignore;
}

/** The chain with one more file at its inner end. */
export function withIgnoreFile(chain: IgnoreChain, folder: string, text: string): IgnoreChain {
  return [...chain, { folder, rules: ignore({ ignorecase: false }).add(text) }];
}

/**
 * Whether git would ignore the path: the innermost file that says anything about it decides. The folders above the path must
 * not be ignored themselves, since nothing inside an ignored folder can be taken back.
 * @param path absolute, with `/` between its parts
 */
export function isIgnored(chain: IgnoreChain, path: string, isFolder: boolean): boolean {
  for (let i = chain.length - 1; i >= 0; i--) {
    const file = chain[i];
    if (file === undefined || !path.startsWith(`${file.folder}/`)) continue;
    const inside = path.slice(file.folder.length + 1);
    const { ignored, unignored } = file.rules.test(isFolder ? `${inside}/` : inside);
    if (ignored || unignored) return ignored;
  }
  return false;
}
