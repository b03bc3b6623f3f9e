import { globTest } from '../core/index';

/** Whether a path, relative to the folder and with `/` between its parts, matches any of the patterns. */
export type PathTest = (path: string) => boolean;

export function anyGlob(patterns: readonly string[]): PathTest {
  return globTest(patterns.map(tidy));
}

/** Matches when the path, or a folder above it, matches: a pattern may name a folder, with or without what is in it. */
export function anyGlobAbove(patterns: readonly string[]): PathTest {
  const test = anyGlob(patterns);
  if (patterns.length === 0) return test;
  return (path) => {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) if (test(path.slice(0, end))) return true;
    return test(path);
  };
}

function tidy(pattern: string): string {
  return pattern.replace(/^\.?\//, '').replace(/\/$/, '');
}
