import { createGlobMatcher } from '../text/glob';
import { relativePath, resolvePath, type PlainUri } from '../text/uri-path';
import { withoutTrailingCharacters } from '../text/trailing-characters';

/** Whether a file, given as a plain URI, is one that a path or glob of `kms-handshake.json` means. */
export type FileMatcher = (file: PlainUri) => boolean;

/**
 * A path or glob, seen from the folder of its `kms-handshake.json`. A path without wildcards means the file of that name or
 * everything in the folder of that name; `../` leads to sibling folders of the workspace.
 */
export function createFileMatcher(folder: PlainUri, pattern: string): FileMatcher {
  if (pattern === '') return () => false;
  const up = /^(?:\.{0,2}\/)*/.exec(pattern)?.[0] ?? '';
  const rest = pattern.slice(up.length);
  const base = resolvePath(folder, up);
  const path = withoutTrailingCharacters(rest, /\//);
  // Also for globs: "[" can be a character of a name.
  const literal = resolvePath(base, path);
  const below = `${literal}/`;
  const plain = (file: PlainUri): boolean => file === literal || file.startsWith(below);
  if (!isGlob(path)) return plain;
  const matches = createGlobMatcher([rest.endsWith('/') ? `${path}/**` : path]);
  return (file) => {
    const relative = relativePath(base, file);
    return relative !== undefined && (matches(relative) || plain(file));
  };
}

export function isGlob(pattern: string): boolean {
  return /[*?[\]{}]/.test(pattern);
}

/** Whether any of the patterns means the file. */
export function createAnyFileMatcher(folder: PlainUri, patterns: readonly string[]): FileMatcher {
  const matchers = patterns.map((pattern) => createFileMatcher(folder, pattern));
  return (file) => matchers.some((matches) => matches(file));
}
