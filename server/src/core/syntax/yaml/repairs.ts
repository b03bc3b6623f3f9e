import { lineEnd } from '../../text/lines';
import { trailingCharacters } from '../../text/trailing-characters';
import type { SyntaxFault } from '../syntax-fault';
import { lexemesOf } from './lexemes';
import { conflictMarker, specialBlank, unclosedQuote } from './yaml-faults';

export interface RepairedText {
  /** Of the same length, so that every offset stays. */
  readonly text: string;
  /** What was repaired and is not YAML. */
  readonly faults: readonly SyntaxFault[];
}

/**
 * Mends what people half-type and paste: conflict markers become comments, no-break spaces between tokens become spaces, and the opening
 * quote of a string that swallows the lines below it becomes a space, which leaves the same text as a plain scalar. Line breaks of a quoted
 * scalar whose lines are indented too little become spaces: SnakeYAML, which CloudFormation uses, reads it; that is not a fault.
 */
export function repairYaml(text: string): RepairedText {
  const faults: SyntaxFault[] = [];
  const withoutMarkers = text.replace(CONFLICT_MARKER, (marker, at: number) => {
    faults.push(conflictMarker({ start: at, end: at + marker.length }));
    return `#${marker.slice(1)}`;
  });
  return repairQuotes(repairSpecialBlanks(withoutMarkers, faults), faults);
}

const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)/gm;

/** Those at the edges of plain scalars, behind a dash and behind the colon of a name; within a value they are what the author wrote. */
function repairSpecialBlanks(text: string, faults: SyntaxFault[]): string {
  if (!/[\u00a0\ufeff]/.test(text)) return text;
  let repaired = '';
  for (const { lexeme, isScalar } of lexemesOf(text)) {
    const at = repaired.length;
    if (!isScalar) {
      repaired += lexeme;
      continue;
    }
    const leading = LEADING_BLANKS.exec(lexeme)?.[0].length ?? 0;
    const trailing = trailingCharacters(lexeme.slice(leading), BLANK).length;
    let from = 0;
    for (const [start, end] of [[0, leading], [lexeme.length - trailing, lexeme.length]] as const) {
      const blanks = lexeme.slice(start, end);
      const first = blanks.search(SPECIAL_BLANK);
      if (first >= 0) faults.push(specialBlank({ start: at + start + first, end: at + end }));
      repaired += lexeme.slice(from, start) + blanks.replace(SPECIAL_BLANKS, ' ');
      from = end;
    }
  }
  return repaired;
}

const SPECIAL_BLANK = /[\u00a0\ufeff]/;
const SPECIAL_BLANKS = /[\u00a0\ufeff]/g;
const BLANK = /[ \t\u00a0\ufeff]/;
/** Behind the dash of an item, or the colon of a name, too. */
const LEADING_BLANKS = /^(?:[ \t\u00a0\ufeff]*(?:-[ \t\u00a0\ufeff]+)*(?:[\w-]{0,64}:[ \t\u00a0\ufeff]+)?)/;

/** So many strings are mended, and of a long text fewer, since each takes another pass over it. */
const MAX_QUOTES = 20;
const MAX_CHARACTERS = 4_000_000;

function repairQuotes(text: string, faults: SyntaxFault[]): RepairedText {
  let repaired = text;
  const tries = Math.max(2, Math.min(MAX_QUOTES, Math.floor(MAX_CHARACTERS / (text.length + 1))));
  for (let i = 0; i < tries; i++) {
    const open = offsetOfBrokenString(repaired);
    if (open === undefined) break;
    const close = closingQuote(repaired, open);
    const string = close === undefined ? undefined : repaired.slice(open, close + 1);
    if (string !== undefined && (LOOKS_LIKE_JSON.test(string) || !MEMBER_LINE.test(string))) {
      repaired = repaired.slice(0, open) + string.replace(/[\r\n]/g, ' ') + repaired.slice(open + string.length);
    } else {
      const line = repaired.slice(open, lineEnd(repaired, open));
      const comment = line.indexOf(' #');
      const end = open + (comment < 0 ? line : line.slice(0, comment)).trimEnd().length;
      faults.push(unclosedQuote(open, end, repaired.charAt(open)));
      repaired = `${repaired.slice(0, open)} ${repaired.slice(open + 1)}`;
    }
  }
  return { text: repaired, faults };
}

const LOOKS_LIKE_JSON = /^.\s*[{[]/;
/** A line that looks like a member or an item of what is around the string. */
const MEMBER_LINE = /\n[ \t]*(?:- |-\r?$|["']?[\w:-]+["']?:(?:[ \r\n]|$))/m;

/** Where the first quoted scalar is that is cut off, or goes on over lines that look like members or items around it. */
function offsetOfBrokenString(text: string): number | undefined {
  let at = 0;
  for (const { lexeme, isScalar } of lexemesOf(text)) {
    if (!isScalar && (lexeme.startsWith('"') || lexeme.startsWith('\''))) {
      const isCut = lexeme.length < 2 || closingQuote(lexeme, 0) !== lexeme.length - 1;
      if (isCut || lexeme.includes('\n') && !LOOKS_LIKE_JSON.test(lexeme) && MEMBER_LINE.test(lexeme)) return at;
    }
    at += lexeme.length;
  }
  return undefined;
}

function closingQuote(text: string, open: number): number | undefined {
  const quote = text.charAt(open);
  for (let at = text.indexOf(quote, open + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (quote === '\'') {
      if (text.charAt(at + 1) !== '\'') return at;
      at++;
      continue;
    }
    let before = at;
    while (text.charAt(before - 1) === '\\') before--;
    if ((at - before) % 2 === 0) return at;
  }
  return undefined;
}
