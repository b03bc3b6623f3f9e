import picomatch from 'picomatch';

/** More than any path has; of a pattern without end the engine would refuse the expression. */
const LONGEST = 4096;

/**
 * Whether a path with `/` between its parts matches any of the globs, as VS Code reads them: `*`, `?`, `**` for any number of folders,
 * `[ab]`, `[!ab]` and `{a,b}`. Everything else is a character of a name, a leading dot and `(`, `|` and `+` too: read as groups that repeat,
 * they would keep the engine busy for ever with a single name.
 */
export function globTest(patterns: readonly string[]): (path: string) => boolean {
  const readable = patterns.filter((pattern) => pattern.length <= LONGEST).map((pattern) => pattern.replace(/\\?([()|+])/g, '\\$1').replaceAll('[!', '[^'));
  return readable.length === 0 ? () => false : picomatch(readable, { dot: true, nonegate: true, windows: false });
}
