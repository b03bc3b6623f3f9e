import picomatch from 'picomatch';

/** Whether a path, relative to the folder and with `/` between its parts, matches any of the patterns. */
export type PathTest = (path: string) => boolean;

/** As VS Code reads globs: a leading dot is nothing special, and `**` stands for any number of folders. */
export function anyGlob(patterns: readonly string[]): PathTest {
  if (patterns.length === 0) return () => false;
  return picomatch(patterns.map(tidy), { dot: true, nonegate: true });
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
