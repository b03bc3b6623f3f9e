import { createFileMatcher, isGlob, type FileMatcher } from './path-glob';
import { parentFolder, resolvePath, type PlainUri } from '../text/uri-path';

/** Finds which of many paths and globs mean a file, without trying each of them. */
export interface PathIndex<T> {
  /** By the longest folder (or path) that a file must lie in. */
  readonly entriesByBase: ReadonlyMap<PlainUri, readonly IndexEntry<T>[]>;
  /** Length of the shortest of them: no file has to be looked for further up. */
  readonly shortestBaseLength: number;
}

interface IndexEntry<T> {
  readonly matches: FileMatcher;
  readonly value: T;
  /** Position among the patterns: answers come in the order in which they were declared. */
  readonly position: number;
}

export interface IndexedPattern<T> {
  readonly folder: PlainUri;
  readonly pattern: string;
  readonly value: T;
}

export function createPathIndex<T>(patterns: readonly IndexedPattern<T>[]): PathIndex<T> {
  const byBase = new Map<PlainUri, IndexEntry<T>[]>();
  for (const [position, { folder, pattern, value }] of patterns.entries()) {
    const base = literalBasePath(folder, pattern);
    const entry = { matches: createFileMatcher(folder, pattern), value, position };
    const entries = byBase.get(base);
    if (entries) entries.push(entry);
    else byBase.set(base, [entry]);
  }
  const shortestBaseLength = [...byBase.keys()].reduce((shortest, { length }) => Math.min(shortest, length), Infinity);
  return { entriesByBase: byBase, shortestBaseLength };
}

/** The folder or file that the leading parts of a pattern without wildcards lead to: all that the pattern means is it or lies below it. */
export function literalBasePath(folder: PlainUri, pattern: string): PlainUri {
  return resolvePath(folder, literalPrefix(pattern));
}

/** The leading parts of a pattern that have no wildcard. */
function literalPrefix(pattern: string): string {
  if (!isGlob(pattern)) return pattern;
  const parts = pattern.split('/');
  return parts.slice(0, parts.findIndex(isGlob)).join('/');
}

/** The values of all patterns that mean the file, in the order of the patterns. */
export function valuesForFile<T>(index: PathIndex<T>, file: PlainUri): T[] {
  const entries: IndexEntry<T>[] = [];
  for (let base = file; base.length >= index.shortestBaseLength; base = parentFolder(base)) {
    for (const entry of index.entriesByBase.get(base) ?? []) if (entry.matches(file)) entries.push(entry);
    if (!base.includes('/')) break;
  }
  return entries.sort((a, b) => a.position - b.position).map(({ value }) => value);
}
