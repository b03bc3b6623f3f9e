/** One line of a `.gitignore`. */
export interface GitignoreRule {
  /** Takes back what an earlier line ignores. */
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Parts of the path that the line names, below the folder of its file. */
  readonly segments: readonly GitignoreSegment[];
}

type GitignoreSegment = typeof ANY_FOLDERS | readonly GitignoreToken[];
type GitignoreToken = typeof ANY_CHARACTERS | typeof ANY_CHARACTER | { readonly matches: (character: string) => boolean };

const ANY_FOLDERS = '**';
const ANY_CHARACTERS = '*';
const ANY_CHARACTER = '?';

/** More than people write. Each line is held against each path, so that their number and length bound what a path costs. */
const MAX_RULES = 2000;
const MAX_RULE_LENGTH = 512;

/** The lines of a `.gitignore` (https://git-scm.com/docs/gitignore), and how many are left out because they are too long or too many. */
export function parseGitignore(text: string): { readonly rules: readonly GitignoreRule[]; readonly leftOut: number } {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const short = lines.filter((line) => line.length <= MAX_RULE_LENGTH).slice(0, MAX_RULES);
  return { rules: short.flatMap((line) => parseRule(line) ?? []), leftOut: lines.length - short.length };
}

function parseRule(line: string): GitignoreRule | undefined {
  const negated = line.startsWith('!');
  const pattern = withoutTrailingSpaces(negated ? line.slice(1) : line);
  const foldersOnly = pattern.endsWith('/');
  const path = foldersOnly ? pattern.slice(0, -1) : pattern;
  if (path === '' || /^(?:[^\\]|\\[^])*\\$/.test(path)) return undefined;
  const gitignoreSegments = path.replace(/^\//, '').split('/').map(parseSegment);
  const known = gitignoreSegments.filter((gitignoreSegment) => gitignoreSegment !== undefined);
  if (known.length < gitignoreSegments.length) return undefined;
  return { negated, foldersOnly, segments: anchorSegments(known, path.includes('/')) };
}

/** A name without a slash may stand in any folder; `a/**` is what lies in `a`, not `a` itself. */
function anchorSegments(gitignoreSegments: readonly GitignoreSegment[], anchored: boolean): readonly GitignoreSegment[] {
  if (!anchored)
    return [ANY_FOLDERS,
      ...gitignoreSegments.map((gitignoreSegment) => (gitignoreSegment === ANY_FOLDERS ? [ANY_CHARACTERS] as const : gitignoreSegment))];
  return gitignoreSegments.at(-1) === ANY_FOLDERS ? [...gitignoreSegments, [ANY_CHARACTERS]] : gitignoreSegments;
}

function withoutTrailingSpaces(pattern: string): string {
  let end = pattern.length;
  while (end > 0 && pattern[end - 1] === ' ' && pattern[end - 2] !== '\\') end--;
  return pattern.slice(0, end);
}

/** Undefined for what git lets match nothing: brackets that are not closed, classes that do not exist. */
function parseSegment(text: string): GitignoreSegment | undefined {
  if (text === ANY_FOLDERS) return ANY_FOLDERS;
  const gitignoreTokens: GitignoreToken[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '*') {
      if (gitignoreTokens.at(-1) !== ANY_CHARACTERS) gitignoreTokens.push(ANY_CHARACTERS);
    } else if (character === '?') gitignoreTokens.push(ANY_CHARACTER);
    else if (character === '[') {
      const bracketExpression = parseBracketExpression(text, at);
      if (bracketExpression === undefined) return undefined;
      gitignoreTokens.push(bracketExpression);
      at = bracketExpression.end;
    } else {
      const literal = character === '\\' ? text[++at] : character;
      gitignoreTokens.push({ matches: (other) => other === literal });
    }
  }
  return gitignoreTokens;
}

const CHARACTER_CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/, alpha: /[A-Za-z]/, blank: /[ \t]/, cntrl: /[\0-\x1f\x7f]/, digit: /[0-9]/, graph: /[!-~]/,
  lower: /[a-z]/, print: /[ -~]/, punct: /[!-/:-@[-`{-~]/, space: /[ \t\n\r]/, upper: /[A-Z]/, xdigit: /[0-9A-Fa-f]/,
};

interface BracketExpression {
  readonly matches: (character: string) => boolean;
  /** Where its closing bracket stands. */
  readonly end: number;
}

/** `[a-z]`, `[!a]`, `[]a]`, `[[:digit:]]`, as git's wildmatch.c reads them. */
function parseBracketExpression(text: string, start: number): BracketExpression | undefined {
  const negated = text[start + 1] === '!' || text[start + 1] === '^';
  const first = negated ? start + 2 : start + 1;
  const members: ((character: string) => boolean)[] = [];
  for (let at = first; at < text.length; at++) {
    if (text[at] === ']' && at > first) return { end: at, matches: (character) => members.some((has) => has(character)) !== negated };
    const name = text.startsWith('[:', at) ? /^\[:([^\]]*):\]/.exec(text.slice(at, at + MAX_CLASS_LENGTH))?.[1] : undefined;
    if (name !== undefined) {
      const inClass = Object.hasOwn(CHARACTER_CLASSES, name) ? CHARACTER_CLASSES[name] : undefined;
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

const MAX_CLASS_LENGTH = '[:xdigit:]'.length + 1;

/** @param names the parts of a path below the folder of the file */
export function matchesGitignoreRule({ segments: gitignoreSegments }: GitignoreRule, names: readonly string[]): boolean {
  const fits = (gitignoreSegment: GitignoreSegment, name: string): boolean =>
    gitignoreSegment !== ANY_FOLDERS && matchesName(gitignoreSegment, name);
  return matchesInOrder(gitignoreSegments, names, (segment) => segment === ANY_FOLDERS, fits);
}

function matchesName(gitignoreTokens: readonly GitignoreToken[], name: string): boolean {
  const fits = (gitignoreToken: GitignoreToken, character: string): boolean =>
    gitignoreToken === ANY_CHARACTER || typeof gitignoreToken === 'object' && gitignoreToken.matches(character);
  return matchesInOrder(gitignoreTokens, name, (token) => token === ANY_CHARACTERS, fits);
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
