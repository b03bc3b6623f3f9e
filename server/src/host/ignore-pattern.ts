/** One line of a `.gitignore`. */
export interface IgnoreRule {
  /** Takes back what an earlier line ignores. */
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Parts of the path that the line names, below the folder of its file. */
  readonly segments: readonly Segment[];
}

type Segment = typeof ANY_FOLDERS | readonly Token[];
type Token = typeof STAR | typeof ANY_CHARACTER | { readonly fits: (character: string) => boolean };

const ANY_FOLDERS = '**';
const STAR = '*';
const ANY_CHARACTER = '?';

/** More than people write. Each line is held against each path, so that their number and length bound what a path costs. */
const MOST_RULES = 2000;
const LONGEST_RULE = 512;

/** The lines of a `.gitignore` (https://git-scm.com/docs/gitignore), and how many are left out because they are too long or too many. */
export function readIgnoreRules(text: string): { readonly rules: readonly IgnoreRule[]; readonly leftOut: number } {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const short = lines.filter((line) => line.length <= LONGEST_RULE).slice(0, MOST_RULES);
  return { rules: short.flatMap((line) => readRule(line) ?? []), leftOut: lines.length - short.length };
}

function readRule(line: string): IgnoreRule | undefined {
  const negated = line.startsWith('!');
  const pattern = withoutTrailingSpaces(negated ? line.slice(1) : line);
  const foldersOnly = pattern.endsWith('/');
  const path = foldersOnly ? pattern.slice(0, -1) : pattern;
  if (path === '' || /^(?:[^\\]|\\[^])*\\$/.test(path)) return undefined;
  const segments = path.replace(/^\//, '').split('/').map(readSegment);
  const known = segments.filter((segment) => segment !== undefined);
  if (known.length < segments.length) return undefined;
  return { negated, foldersOnly, segments: placed(known, path.includes('/')) };
}

/** A name without a slash may stand in any folder; `a/**` is what lies in `a`, not `a` itself. */
function placed(segments: readonly Segment[], anchored: boolean): readonly Segment[] {
  if (!anchored) return [ANY_FOLDERS, ...segments.map((segment) => (segment === ANY_FOLDERS ? [STAR] as const : segment))];
  return segments.at(-1) === ANY_FOLDERS ? [...segments, [STAR]] : segments;
}

function withoutTrailingSpaces(pattern: string): string {
  let end = pattern.length;
  while (end > 0 && pattern[end - 1] === ' ' && pattern[end - 2] !== '\\') end--;
  return pattern.slice(0, end);
}

/** Undefined for what git lets match nothing: brackets that are not closed, classes that do not exist. */
function readSegment(text: string): Segment | undefined {
  if (text === ANY_FOLDERS) return ANY_FOLDERS;
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '*') {
      if (tokens.at(-1) !== STAR) tokens.push(STAR);
    } else if (character === '?') tokens.push(ANY_CHARACTER);
    else if (character === '[') {
      const bracket = readBracket(text, at);
      if (bracket === undefined) return undefined;
      tokens.push(bracket);
      at = bracket.end;
    } else {
      const literal = character === '\\' ? text[++at] : character;
      tokens.push({ fits: (other) => other === literal });
    }
  }
  return tokens;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/, alpha: /[A-Za-z]/, blank: /[ \t]/, cntrl: /[\0-\x1f\x7f]/, digit: /[0-9]/, graph: /[!-~]/,
  lower: /[a-z]/, print: /[ -~]/, punct: /[!-/:-@[-`{-~]/, space: /[ \t\n\r]/, upper: /[A-Z]/, xdigit: /[0-9A-Fa-f]/,
};

interface Bracket {
  readonly fits: (character: string) => boolean;
  /** Where its closing bracket stands. */
  readonly end: number;
}

/** `[a-z]`, `[!a]`, `[]a]`, `[[:digit:]]`, as git's wildmatch.c reads them. */
function readBracket(text: string, start: number): Bracket | undefined {
  const negated = text[start + 1] === '!' || text[start + 1] === '^';
  const first = negated ? start + 2 : start + 1;
  const members: ((character: string) => boolean)[] = [];
  for (let at = first; at < text.length; at++) {
    if (text[at] === ']' && at > first) return { end: at, fits: (character) => members.some((has) => has(character)) !== negated };
    const name = text.startsWith('[:', at) ? /^\[:([^\]]*):\]/.exec(text.slice(at, at + LONGEST_CLASS))?.[1] : undefined;
    if (name !== undefined) {
      const inClass = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
      if (inClass === undefined) return undefined;
      members.push((character) => inClass.test(character));
      at += name.length + 3;
      continue;
    }
    if (text[at] === '\\') at++;
    const from = text[at] ?? '';
    if (text[at + 1] !== '-' || text[at + 2] === ']' || text[at + 2] === undefined) {
      members.push((character) => character === from);
      continue;
    }
    at += text[at + 2] === '\\' ? 3 : 2;
    const to = text[at] ?? '';
    members.push((character) => from <= character && character <= to || character === from);
  }
  return undefined;
}

const LONGEST_CLASS = '[:xdigit:]'.length + 1;

/** @param names the parts of a path below the folder of the file */
export function matchesRule({ segments }: IgnoreRule, names: readonly string[]): boolean {
  const fits = (segment: Segment, name: string): boolean => segment !== ANY_FOLDERS && matchesName(segment, name);
  return matchesInOrder(segments, names, (segment) => segment === ANY_FOLDERS, fits);
}

function matchesName(tokens: readonly Token[], name: string): boolean {
  const fits = (token: Token, character: string): boolean => token === ANY_CHARACTER || typeof token === 'object' && token.fits(character);
  return matchesInOrder(tokens, name, (token) => token === STAR, fits);
}

/**
 * Whether the parts fit all items in order, where a gap stands for any number of them. Only the last gap is ever tried again, with one item
 * more: what lies before it fits as early as it can. So the steps grow with the parts times the items, never with a power of them.
 */
function matchesInOrder<P, I>(
  parts: readonly P[], items: ArrayLike<I>, isGap: (part: P) => boolean, fits: (part: P, item: I) => boolean,
): boolean {
  let [part, item, gap, resume] = [0, 0, -1, 0];
  while (item < items.length) {
    const current = parts[part];
    if (current !== undefined && isGap(current)) {
      gap = part++;
      resume = item;
    } else if (current !== undefined && fits(current, items[item] as I)) {
      part++;
      item++;
    } else if (gap >= 0) {
      part = gap + 1;
      item = ++resume;
    } else return false;
  }
  while (part < parts.length && isGap(parts[part] as P)) part++;
  return part === parts.length;
}
