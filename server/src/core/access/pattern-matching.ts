import { compareIdentifiers, containsSymbol, replaceSymbols, type IdentifierComparison } from '../aws/identifier-comparison';

/** Three-valued answer of a matcher: `unknown` while it hangs on a placeholder, a policy variable or a field that nobody told. */
export type MatchResult = 'yes' | 'no' | 'unknown';

/**
 * Texts are compared in an encoded form in which wildcards and unknown parts are characters of their own. Policies hold
 * U+0009 and up only (docs/aws-rules.md 1.4), so that these cannot be meant otherwise.
 */
export const WILDCARD_ANY_CHARACTERS = '\u0001';
export const WILDCARD_ANY_CHARACTER = '\u0002';
/** A part of which nothing is known, possibly empty. */
export const UNKNOWN_CHARACTERS = '\u0003';
/** The same within one field of an ARN: it holds no colon. */
export const UNKNOWN_FIELD = '\u0004';
/** The same within one part of a host name: it holds neither a colon nor a dot. */
export const UNKNOWN_LABEL = '\u0005';

const MATCH_RESULTS: Readonly<Record<IdentifierComparison, MatchResult>> = { same: 'yes', different: 'no', unknown: 'unknown' };

/** What it means for a pattern without wildcards that it is compared with an identifier. */
export function matchResultOf(comparison: IdentifierComparison): MatchResult {
  return MATCH_RESULTS[comparison];
}

/** Whether the text contains a part that is not known, be it one with a symbol. */
export function hasUnknown(text: string): boolean {
  return hasUnknownRun(text) || containsSymbol(text);
}

function hasUnknownRun(text: string): boolean {
  return text.includes(UNKNOWN_CHARACTERS) || text.includes(UNKNOWN_FIELD) || text.includes(UNKNOWN_LABEL);
}

export function hasWildcard(pattern: string): boolean {
  return pattern.includes(WILDCARD_ANY_CHARACTERS) || pattern.includes(WILDCARD_ANY_CHARACTER);
}

/** The texts that a pattern covers, as a subject for `matchPattern`. */
export function patternAsSubject(pattern: string): string {
  return pattern.replaceAll(WILDCARD_ANY_CHARACTERS, UNKNOWN_CHARACTERS).replaceAll(WILDCARD_ANY_CHARACTER, UNKNOWN_CHARACTERS);
}

/**
 * Whether a pattern (literal characters, wildcards, unknown parts) matches a subject (literal characters and unknown parts): `yes` when it
 * does whatever the unknown parts are, `no` when it cannot. Both may contain symbols.
 */
export function matchPattern(pattern: string, subject: string): MatchResult {
  if (pattern === WILDCARD_ANY_CHARACTERS) return 'yes';
  if (subject === UNKNOWN_CHARACTERS) return 'unknown';
  const certain = !hasUnknownRun(pattern);
  if (certain && globCovers(pattern, subject, ENCODED_WILDCARDS)) return 'yes';
  if (containsSymbol(pattern) || containsSymbol(subject)) return matchSymbols(pattern, subject);
  if (certain && !hasUnknownRun(subject)) return 'no';
  return canMatchSameText(pattern, subject) ? 'unknown' : 'no';
}

/** A symbol matches itself, which has been seen, and may match whatever else it can stand for. */
function matchSymbols(pattern: string, subject: string): MatchResult {
  const isLiteral = !hasWildcard(pattern) && !hasUnknownRun(pattern) && !hasUnknownRun(subject);
  if (isLiteral && compareIdentifiers(pattern, subject) === 'different') return 'no';
  return canMatchSameText(replaceSymbols(pattern, UNKNOWN_FIELD), replaceSymbols(subject, UNKNOWN_FIELD)) ? 'unknown' : 'no';
}

/** Whether a pattern as it is written in a policy (`*`, `?`) covers a text of which all is known: what nearly every question comes to. */
export function matchGlob(pattern: string, subject: string): boolean {
  return globCovers(pattern, subject, PLAIN_WILDCARDS);
}

/** The character codes of the wildcards. */
interface WildcardCodes {
  readonly anyCharacters: number;
  readonly anyCharacter: number;
}

const PLAIN_WILDCARDS: WildcardCodes = { anyCharacters: '*'.charCodeAt(0), anyCharacter: '?'.charCodeAt(0) };
const ENCODED_WILDCARDS: WildcardCodes = { anyCharacters: WILDCARD_ANY_CHARACTERS.charCodeAt(0),
  anyCharacter: WILDCARD_ANY_CHARACTER.charCodeAt(0) };

/** Plain glob matching; an unknown run of the subject is covered by a wildcard run only. */
function globCovers(pattern: string, subject: string, { anyCharacters, anyCharacter }: WildcardCodes): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let mark = 0;
  while (from < subject.length) {
    const patternCode = pattern.charCodeAt(at);
    const subjectCode = subject.charCodeAt(from);
    if (patternCode === anyCharacters) {
      star = at++;
      mark = from;
    } else if ((patternCode === subjectCode || patternCode === anyCharacter) && !isRunCode(subjectCode)) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(at) === anyCharacters) at++;
  return at === pattern.length;
}

/** Whether some text fits both; runs of any kind, on either side, stand for any characters. */
function canMatchSameText(a: string, b: string): boolean {
  // row[j]: the part of `a` read so far and the first j characters of `b` can be the same text; so they can for some j from first to last.
  let row = new Uint8Array(b.length + 1);
  let next = new Uint8Array(b.length + 1);
  let [first, last] = [0, 0];
  row[0] = 1;
  while (last < b.length && isRunCode(b.charCodeAt(last))) row[++last] = 1;
  // By UTF-16 units, as `b` is read, not by characters.
  for (let i = 0; i < a.length; i++) {
    const codeOfA = a.charCodeAt(i);
    let [from, to] = [b.length + 1, -1];
    next.fill(0);
    for (let j = first; j <= b.length && (j <= last + 1 || next[j - 1] === 1); j++) {
      const codeOfB = b.charCodeAt(j - 1); // no number before the first
      let meets = false;
      if (isRunCode(codeOfA))
        meets = row[j] === 1 || next[j - 1] === 1 && runCanContain(codeOfA, codeOfB) || isRunCode(codeOfB) && row[j - 1] === 1;
      else if (isRunCode(codeOfB)) meets = row[j] === 1 && runCanContain(codeOfB, codeOfA) || next[j - 1] === 1;
      else meets = row[j - 1] === 1
          && (codeOfA === codeOfB || codeOfA === ENCODED_WILDCARDS.anyCharacter || codeOfB === ENCODED_WILDCARDS.anyCharacter);
      if (!meets) continue;
      next[j] = 1;
      from = Math.min(from, j);
      to = j;
    }
    if (to < 0) return false;
    [row, next] = [next, row];
    [first, last] = [from, to];
  }
  return row[b.length] === 1;
}

/** Whether the run, by its code, can stand for the character. */
function runCanContain(run: number, character: number): boolean {
  if (run === UNKNOWN_LABEL_CODE) return character !== DOT_CODE && character !== COLON_CODE;
  return run !== UNKNOWN_FIELD_CODE || character !== COLON_CODE;
}

const UNKNOWN_FIELD_CODE = UNKNOWN_FIELD.charCodeAt(0);
const UNKNOWN_LABEL_CODE = UNKNOWN_LABEL.charCodeAt(0);
const DOT_CODE = '.'.charCodeAt(0);
const COLON_CODE = ':'.charCodeAt(0);
const RUN_CODES = [WILDCARD_ANY_CHARACTERS, UNKNOWN_CHARACTERS, UNKNOWN_FIELD, UNKNOWN_LABEL].map((run) => run.charCodeAt(0));
const MAX_RUN_CODE = Math.max(...RUN_CODES);

function isRunCode(code: number): boolean {
  return code <= MAX_RUN_CODE && RUN_CODES.includes(code);
}
