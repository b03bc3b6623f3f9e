import { createGlobMatcher } from '../core/index';

/** Whether a path, relative to the folder and with `/` between its parts, matches any of the patterns. */
export type PathPredicate = (path: string) => boolean;

export function matchesAnyGlob(patterns: readonly string[]): PathPredicate {
  return createGlobMatcher(patterns.map(normalizeGlob));
}

/** Matches when the path, or a folder above it, matches: a pattern may name a folder, with or without what is in it. */
export function matchesAnyGlobAtOrAbove(patterns: readonly string[]): PathPredicate {
  const test = matchesAnyGlob(patterns);
  if (patterns.length === 0) return test;
  return (path) => {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) if (test(path.slice(0, end))) return true;
    return test(path);
  };
}

function normalizeGlob(pattern: string): string {
  return pattern.replace(/^\.?\//, '').replace(/\/$/, '');
}
