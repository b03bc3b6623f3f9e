/** Three-valued answer of a matcher: `unknown` while it hangs on a placeholder, a policy variable or a field that nobody told. */
export type Match = 'yes' | 'no' | 'unknown';

/**
 * Texts are compared in an encoded form in which wildcards and unknown parts are characters of their own. Policies hold
 * U+0009 and up only (docs/aws-rules.md 1.4), so that these cannot be meant otherwise.
 */
export const ANY_RUN = '\u0001';
export const ANY_ONE = '\u0002';
/** A part of which nothing is known, possibly empty. */
export const UNKNOWN_RUN = '\u0003';
/** The same within one field of an ARN: it holds no colon. */
export const UNKNOWN_FIELD = '\u0004';
/** The same within one part of a host name: it holds neither a colon nor a dot. */
export const UNKNOWN_LABEL = '\u0005';

/** Whether the text holds a part that is not known. */
export function hasUnknown(text: string): boolean {
  return text.includes(UNKNOWN_RUN) || text.includes(UNKNOWN_FIELD) || text.includes(UNKNOWN_LABEL);
}

/**
 * Whether a pattern (literal characters, wildcards, `UNKNOWN_RUN`) matches a subject (literal characters and unknown parts): `yes` when it does whatever the unknown parts are, `no` when it cannot.
 */
export function matchPattern(pattern: string, subject: string): Match {
  if (pattern === ANY_RUN) return 'yes';
  const certain = !hasUnknown(pattern);
  if (certain && covers(pattern, subject, ENCODED)) return 'yes';
  if (certain && !hasUnknown(subject)) return 'no';
  return canMeet(pattern, subject) ? 'unknown' : 'no';
}

/** Whether a pattern as it is written in a policy (`*`, `?`) covers a text of which all is known: what nearly every question comes to. */
export function matchGlob(pattern: string, subject: string): boolean {
  return covers(pattern, subject, AS_WRITTEN);
}

/** The character codes of the wildcards. */
interface Wildcards {
  readonly run: number;
  readonly one: number;
}

const AS_WRITTEN: Wildcards = { run: '*'.charCodeAt(0), one: '?'.charCodeAt(0) };
const ENCODED: Wildcards = { run: ANY_RUN.charCodeAt(0), one: ANY_ONE.charCodeAt(0) };

/** Plain glob matching; an unknown run of the subject is covered by a wildcard run only. */
function covers(pattern: string, subject: string, { run, one }: Wildcards): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let mark = 0;
  while (from < subject.length) {
    const wanted = pattern.charCodeAt(at);
    const found = subject.charCodeAt(from);
    if (wanted === run) {
      star = at++;
      mark = from;
    } else if ((wanted === found || wanted === one) && !isRunCode(found)) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(at) === run) at++;
  return at === pattern.length;
}

/** Whether some text fits both; runs of any kind, on either side, stand for any characters. */
function canMeet(a: string, b: string): boolean {
  // row[j]: the part of `a` read so far and the first j characters of `b` can be the same text.
  let row = new Array<boolean>(b.length + 1).fill(false);
  row[0] = true;
  for (let j = 0; j < b.length && isRun(b[j]); j++) row[j + 1] = true;
  for (const wanted of a) {
    const next = new Array<boolean>(b.length + 1).fill(false);
    next[0] = isRun(wanted) && row[0] === true;
    for (let j = 1; j <= b.length; j++) {
      const found = b[j - 1] ?? '';
      if (isRun(wanted)) next[j] = row[j] === true || next[j - 1] === true && fitsIn(wanted, found) || isRun(found) && row[j - 1] === true;
      else if (isRun(found)) next[j] = row[j] === true && fitsIn(found, wanted) || next[j - 1] === true;
      else next[j] = row[j - 1] === true && (wanted === found || wanted === ANY_ONE || found === ANY_ONE);
    }
    row = next;
  }
  return row[b.length] === true;
}

function fitsIn(run: string, character: string): boolean {
  if (run === UNKNOWN_LABEL) return character !== '.' && character !== ':';
  return run !== UNKNOWN_FIELD || character !== ':';
}

const RUNS = [ANY_RUN, UNKNOWN_RUN, UNKNOWN_FIELD, UNKNOWN_LABEL];
const RUN_CODES = RUNS.map((run) => run.charCodeAt(0));
const LAST_RUN = Math.max(...RUN_CODES);

function isRun(character: string | undefined): boolean {
  return character !== undefined && RUNS.includes(character);
}

function isRunCode(code: number): boolean {
  return code <= LAST_RUN && RUN_CODES.includes(code);
}
