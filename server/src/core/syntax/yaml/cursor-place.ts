import { lineStart } from '../../text/lines';
import { lexemesOf } from './lexemes';
import { repairYaml } from './repairs';
import { columnOf, nameColumn } from './yaml-layout';

/** Where a cursor stands in a YAML text, by the text in front of it. */
export interface CursorPlace {
  /** The bracket around the cursor; undefined in a block. */
  readonly bracket: '{' | '[' | undefined;
  /** The sign in front of what is being typed; `line-start` where it is the first on its line, outside of brackets. */
  readonly sign: 'colon' | 'dash' | 'comma' | 'bracket' | 'value' | 'line-start';
  /** Behind the sign; where the line begins for `line-start`. */
  readonly signEnd: number;
  /** Where what is being typed begins, and the quote that it begins with. Blanks in front of it do not count. */
  readonly start: number;
  readonly quote: '\'' | '"' | '';
  /** What is being typed is the argument of a function whose tag is in front of it. */
  readonly hasTag: boolean;
}

/** The place of the cursor; undefined in comments, block scalars and strings over several lines, and directly behind a closed value. */
export function cursorPlaceAt(text: string, cursor: number): CursorPlace | undefined {
  const start = lineStart(text, cursor);
  const brackets = bracketsBeforeLine(text, start, cursor);
  return brackets && scanLine(text, start, cursor, brackets);
}

interface OpenBracket {
  readonly bracket: '{' | '[';
  /** Of the line that it is on. */
  readonly indentation: number;
  readonly end: number;
}

/** The brackets that are open where a line begins; undefined where the line is part of a scalar. */
function bracketsBeforeLine(text: string, start: number, cursor: number): OpenBracket[] | undefined {
  const before = repairYaml(text.slice(0, start)).text;
  const brackets: OpenBracket[] = [];
  let at = 0;
  let last = { lexeme: '', isScalar: false, at: 0 };
  let blockHeaderAt: number | undefined;
  for (const { lexeme, isScalar } of lexemesOf(before)) {
    if (!isScalar && (lexeme === '{' || lexeme === '['))
      brackets.push({ bracket: lexeme, indentation: indentationAt(before, at), end: at + 1 });
    else if (!isScalar && (lexeme === '}' || lexeme === ']')) brackets.pop();
    if (!/^(?:[ \t]*|[ \t]*#.*|\r?\n)$/.test(lexeme) || isScalar) {
      if (!isScalar) blockHeaderAt = /^[|>]/.test(lexeme) ? at : undefined;
      last = { lexeme, isScalar, at };
    }
    at += lexeme.length;
  }
  const content = /\S/.exec(text.slice(start, cursor));
  const column = content ? content.index : cursor - start;
  const isInBlockScalar = blockHeaderAt !== undefined && column > parentColumn(before, blockHeaderAt);
  const isInString = !last.isScalar && /^["']/.test(last.lexeme) && !isClosedString(last.lexeme);
  // What is in brackets is deeper than the line that they begin in: others are not closed yet.
  return isInBlockScalar || isInString ? undefined : brackets.filter(({ indentation }) => column > indentation);
}

function indentationAt(text: string, offset: number): number {
  return /^ */.exec(text.slice(lineStart(text, offset), offset))?.[0].length ?? 0;
}

/** The column of the name or the dash in front of a block scalar: its lines are deeper. */
function parentColumn(text: string, header: number): number {
  const before = withoutProperties(text.slice(lineStart(text, header), header));
  return before.endsWith('-') ? columnOf(text, lineStart(text, header) + before.length - 1) : nameColumn(text, header);
}

/** The text in front of the tag and the anchor at its end, without blanks. */
function withoutProperties(text: string): string {
  let end = text.trimEnd().length;
  for (;;) {
    const start = Math.max(text.lastIndexOf(' ', end - 1), text.lastIndexOf('\t', end - 1)) + 1;
    if (start >= end || !/[!&]/.test(text.charAt(start))) return text.slice(0, end);
    end = text.slice(0, start).trimEnd().length;
  }
}

function isClosedString(lexeme: string): boolean {
  return closingQuote(lexeme, 0, lexeme.length) === lexeme.length - 1;
}

/** The offset of the quote that closes a string, before a limit. */
export function closingQuote(text: string, start: number, limit: number): number | undefined {
  const quote = text.charAt(start);
  for (let at = start + 1; at < limit; at++) {
    const character = text.charAt(at);
    if (character === '\\' && quote === '"') at++;
    else if (character === quote && quote === '\'' && text.charAt(at + 1) === quote) at++;
    else if (character === quote) return at;
  }
  return undefined;
}

function scanLine(text: string, start: number, cursor: number, brackets: OpenBracket[]): CursorPlace | undefined {
  const outer = brackets.at(-1);
  let sign: CursorPlace['sign'] = outer ? 'value' : 'line-start';
  let signEnd = start;
  let hasTag = false;
  if (outer) ({ sign, signEnd } = lastSignInBrackets(text, outer.end, start));
  const placeOf = (at: number, quote: CursorPlace['quote']): CursorPlace =>
    ({ bracket: brackets.at(-1)?.bracket, sign, signEnd, start: at, quote, hasTag });
  const setSign = (name: CursorPlace['sign'], end: number): void => {
    sign = name;
    signEnd = end;
    hasTag = false;
  };
  let at = start;
  while (at < cursor) {
    const character = text.charAt(at);
    if (character === ' ' || character === '\t') {
      at++;
    } else if (character === '#' && /^$|\s/.test(text.slice(start, at).slice(-1))) {
      return undefined;
    } else if (character === '"' || character === '\'') {
      const close = closingQuote(text, at, cursor);
      if (close === undefined) return placeOf(at, character);
      setSign('value', close + 1);
      at = close + 1;
    } else if (character === '{' || character === '[') {
      brackets.push({ bracket: character, indentation: 0, end: at + 1 });
      setSign('bracket', ++at);
    } else if (brackets.length > 0 && (character === '}' || character === ']')) {
      brackets.pop();
      setSign('value', ++at);
    } else if (brackets.length > 0 && character === ',') {
      setSign('comma', ++at);
    } else if (character === ':' && sign === 'value') {
      setSign('colon', ++at);
    } else if (character === '-' && brackets.length === 0 && /^(?:line-start|dash)$/.test(sign) && isBlankOrEnd(text, at + 1, cursor)) {
      setSign('dash', ++at);
    } else if ((character === '!' || character === '&') && tagEnd(text, at) < cursor) {
      hasTag ||= character === '!';
      at = tagEnd(text, at);
    } else {
      const end = plainEnd(text, at, { limit: cursor, isInBrackets: brackets.length > 0, isValue: sign === 'colon' });
      if (end === cursor) return placeOf(at, '');
      setSign('value', end);
      at = end;
    }
  }
  if (sign === 'value' && signEnd === cursor) return undefined;
  return placeOf(cursor, '');
}

/** The last sign between an open bracket and the line, which may have no sign before the cursor. */
function lastSignInBrackets(text: string, from: number, to: number): Pick<CursorPlace, 'sign' | 'signEnd'> {
  const between = text.slice(from, to).replace(/(^|[ \t])#[^\r\n]*/g, (comment) => ' '.repeat(comment.length)).trimEnd();
  const signEnd = from + between.length;
  if (between === '') return { sign: 'bracket', signEnd };
  return { sign: between.endsWith(',') ? 'comma' : between.endsWith(':') ? 'colon' : 'value', signEnd };
}

function isBlankOrEnd(text: string, at: number, cursor: number): boolean {
  return at === cursor || /\s/.test(text.charAt(at));
}

/** Behind a tag or an anchor. */
function tagEnd(text: string, start: number): number {
  const word = /^[!&][^\s,[\]{}]*/.exec(text.slice(start, start + 256));
  return start + (word?.[0].length ?? 1);
}

interface PlainScalarContext {
  readonly limit: number;
  readonly isInBrackets: boolean;
  /** It is behind a colon, so that it is not a name. */
  readonly isValue: boolean;
}

/**
 * Behind a plain scalar. A colon at the end of what is typed belongs to it where it can be the one of `kms:` or `arn:aws:`, which names of
 * elements and operators never look like.
 */
export function plainEnd(text: string, start: number, { limit, isInBrackets, isValue }: PlainScalarContext): number {
  for (let at = start; at < limit; at++) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r') return at;
    if (character === '#' && /\s/.test(text.charAt(at - 1))) return at;
    if (isInBrackets && /[,[\]{}]/.test(character)) return at;
    if (character !== ':') continue;
    const next = text.charAt(at + 1);
    const isLast = next === '' || /\s/.test(next) || isInBrackets && /[,[\]{}]/.test(next);
    if (isLast && !isValue && !/^(?:arn:.*|[a-z][a-z0-9-]*)$/.test(text.slice(start, at))) return at;
  }
  return limit;
}

/** The line of a word that is the first on it, in a block. */
export interface LineContext {
  /** The word is where the dashes of a list are: it lacks its own. */
  readonly isItem: boolean;
  /** The line above ends with the colon of a name whose value begins here. */
  readonly isBelowName: boolean;
}

export function lineContextAt(text: string, start: number): LineContext {
  const column = columnOf(text, start);
  let isBelowDash = false;
  let isFirst = true;
  for (let end = lineStart(text, start) - 1; end > 0; end = lineStart(text, end) - 1) {
    const from = lineStart(text, end);
    const line = withoutComment(text.slice(from, end)).trimEnd();
    const indentation = line.length - line.trimStart().length;
    if (line.trim() === '') continue;
    const isDash = /^ *-(?: |$)/.test(line);
    if (indentation === column && isDash) isBelowDash = true;
    else if (indentation <= column) {
      const isParent = indentation < column && nameColumn(text, from + line.length) < column;
      return { isItem: isParent && isBelowDash, isBelowName: isParent && isFirst && line.endsWith(':') };
    }
    isFirst = false;
  }
  return { isItem: false, isBelowName: false };
}

/** A comment begins with `#` at the beginning of the line or behind a blank. */
function withoutComment(line: string): string {
  const start = line.startsWith('#') ? 0 : line.search(/\s#/);
  return start < 0 ? line : line.slice(0, start);
}
