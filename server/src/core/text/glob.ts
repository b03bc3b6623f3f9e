import { globAlternatives, globProblem } from './glob-alternatives';

/**
 * Whether a path with `/` between its parts matches any of the globs, as VS Code reads them: `*`, `?`, `**` for any number of folders,
 * `[ab]`, `[!ab]` and `{a,b}`; `\` takes the next character as it is. Everything else is a character of a name, a leading dot and `(`, `|`
 * and `+` too. A pattern with a `globFault` matches nothing. What a match costs is at most the length of the pattern, its groups written
 * out, times that of the path.
 *
 * Source: https://code.visualstudio.com/api/references/vscode-api#GlobPattern
 *
 * @param onStep called for each comparison of a character or of a part of the path
 */
export function createGlobMatcher(patterns: readonly string[], onStep: () => void = () => undefined): (path: string) => boolean {
  const globs = patterns.filter((pattern) => globProblem(pattern) === undefined).flatMap(globInterpretations);
  return (path) => {
    const names = path.split('/');
    return globs.some((glob) => matchesSegments(glob, names, onStep));
  };
}

/** Whether a text matches a pattern in which only `*` and `?` stand for others, `/` among them. */
export function matchesWildcards(pattern: string, text: string): boolean {
  return matchesName(
    pattern.split('').map((character): GlobToken => (character === '*' ? 'run' : character === '?' ? () => true : character.charCodeAt(0))),
    text,
    () => undefined,
  );
}

/** One part of a pattern between two `/`; `run` for `**`. */
type GlobSegment = 'run' | readonly GlobToken[];
/** The UTF-16 unit of a character that stands for itself, or what stands for others. */
type GlobToken = number | 'run' | ((unit: number) => boolean);

/** A folder may be called `[id]`: a pattern with brackets is read in both ways. */
function globInterpretations(pattern: string): (readonly GlobSegment[])[] {
  return globAlternatives(pattern).flatMap((alternative) => {
    const withSets = segmentsOf(alternative, true);
    return alternative.includes('[') ? [withSets, segmentsOf(alternative, false)] : [withSets];
  });
}

function segmentsOf(pattern: string, brackets: boolean): readonly GlobSegment[] {
  const globSegments = pattern.split('/').map((part) => segmentOf(part, brackets));
  // "a/**" matches "a" too, but "*/**" only what lies in a folder.
  const last = globSegments.filter((globSegment) => globSegment !== 'run').at(-1);
  return globSegments.at(-1) === 'run' && last?.at(-1) === 'run' ? [...globSegments, ['run']] : globSegments;
}

function segmentOf(part: string, brackets: boolean): GlobSegment {
  if (part === '**') return 'run';
  const globTokens: GlobToken[] = [];
  for (let at = 0; at < part.length;) {
    const character = part.charAt(at);
    const set = character === '[' && brackets ? characterSetAt(part, at) : undefined;
    if (character === '*') {
      if (globTokens.at(-1) !== 'run') globTokens.push('run');
    } else if (character === '?') globTokens.push(() => true);
    else if (set) globTokens.push(set.takes);
    else if (character === '\\' && at + 1 < part.length) globTokens.push(part.charCodeAt(++at));
    else globTokens.push(part.charCodeAt(at));
    at = set?.end ?? at + 1;
  }
  return globTokens;
}

/** `[ab]`, `[a-z]`, `[!ab]`; undefined where it is not closed. */
function characterSetAt(part: string, at: number): { readonly takes: (unit: number) => boolean; readonly end: number } | undefined {
  const negated = part.charAt(at + 1) === '!' || part.charAt(at + 1) === '^';
  const start = at + (negated ? 2 : 1);
  const close = part.indexOf(']', start + 1);
  if (close < 0) return undefined;
  const ranges = characterRangesIn(part.slice(start, close));
  return { takes: (unit) => ranges.some(([first, last]) => unit >= first && unit <= last) !== negated, end: close + 1 };
}

function characterRangesIn(content: string): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (let i = 0; i < content.length; i++) {
    const first = content.charCodeAt(i);
    const isRange = content.charAt(i + 1) === '-' && i + 2 < content.length;
    if (isRange) i += 2;
    ranges.push([first, content.charCodeAt(i)]);
  }
  return ranges;
}

function matchesSegments(globSegments: readonly GlobSegment[], names: readonly string[], onStep: () => void): boolean {
  return matchesSequence(globSegments, names.length, (globSegment, index) =>
    globSegment !== 'run' && matchesName(globSegment, names[index] ?? '', onStep), onStep);
}

function matchesName(globTokens: readonly GlobToken[], name: string, onStep: () => void): boolean {
  return matchesSequence(globTokens, name.length, (globToken, index) => {
    const unit = name.charCodeAt(index);
    return globToken === unit || typeof globToken === 'function' && globToken(unit);
  }, onStep);
}

/** Only the last run is ever given more items: what one before it could take, it can take as well. */
function matchesSequence<T>(pattern: readonly (T | 'run')[], length: number, matchesAt: (part: T | 'run', index: number) => boolean,
  onStep: () => void): boolean {
  let at = 0;
  let index = 0;
  let run = -1;
  let retryAt = 0;
  while (index < length) {
    onStep();
    const part = pattern[at];
    if (part === 'run') {
      run = at++;
      retryAt = index;
    } else if (part !== undefined && matchesAt(part, index)) {
      at++;
      index++;
    } else if (run >= 0) {
      at = run + 1;
      index = ++retryAt;
    } else {
      return false;
    }
  }
  while (pattern[at] === 'run') at++;
  return at === pattern.length;
}
