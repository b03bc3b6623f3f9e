import type { Span } from '../text/span';
import { withoutTrailing } from '../text/trailing';
import { QUOTES, TEMPLATES } from './causes';
import { fault, type Edit, type FaultBook } from './fault-book';
import { templateEnd } from './holes';
import type { SyntaxOptions } from './result';

/** A string as the parser takes it, mended: `value` is what it most likely should say. */
export interface StringToken {
  readonly span: Span;
  readonly content: Span;
  readonly value: string;
  readonly offsets: readonly number[] | undefined;
  readonly closed: boolean;
}

const DOUBLE = '\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02';
const SINGLE = "'\u2018\u2019\u201a\u201b\u2032\u00b4`";

/** The characters that end a string opened by this one; undefined when it opens none. */
export function closersOf(opening: string): string | undefined {
  if (opening === '"') return '"';
  if (DOUBLE.includes(opening)) return `"${DOUBLE}`;
  return SINGLE.includes(opening) ? SINGLE : undefined;
}

export function readString(text: string, start: number, closers: string, options: SyntaxOptions, faults: FaultBook): StringToken {
  const templates: Span[] = [];
  const end = findEnd(text, start, closers, options, templates);
  if (options.templates === 'fault') for (const span of templates) faults.note(TEMPLATES, span, []);
  const reader = contentReader(text, start + 1, end.content, end.lines, faults);
  const content = { start: start + 1, end: end.content };
  const token: StringToken = { span: { start, end: end.string }, content, ...reader, closed: end.string > end.content };
  if (!token.closed) {
    faults.add(fault('unterminated-string', token.span, 'This string has no closing quote', 'Close the string', [{ span: { start: end.content, end: end.content }, newText: '"' }]));
  }
  noteQuotes(text, token, faults);
  return token;
}

/** A string whose opening quote is missing; it ends in one. */
export function unopenedString(text: string, start: number, end: number, faults: FaultBook): StringToken {
  const span = { start, end };
  const content = { start, end: end - 1 };
  faults.add(fault('unterminated-string', span, 'This string has no opening quote', 'Open the string', [{ span: { start, end: start }, newText: '"' }]));
  return { span, content, ...contentReader(text, start, end - 1, false, faults), closed: true };
}

function noteQuotes(text: string, { span, closed }: StringToken, faults: FaultBook): void {
  if (text[span.start] !== '"') faults.note(QUOTES, { start: span.start, end: span.start + 1 }, [{ span: { start: span.start, end: span.start + 1 }, newText: '"' }]);
  if (closed && text[span.end - 1] !== '"') faults.note(QUOTES, { start: span.end - 1, end: span.end }, [{ span: { start: span.end - 1, end: span.end }, newText: '"' }]);
}

interface StringEnd {
  readonly content: number;
  /** Behind the closing quote; equal to `content` when there is none. */
  readonly string: number;
  /** The string goes over several lines. */
  readonly lines: boolean;
}

/** `templates` collects the expressions that hold quotes: such a string is JSON only in the eyes of the template language. */
function findEnd(text: string, start: number, closers: string, options: SyntaxOptions, templates: Span[]): StringEnd {
  let lines = false;
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '\\' && !isLineBreak(text[i + 1])) {
      i++;
    } else if (c === '$' || c === '{' || c === '#') {
      // Quotes inside `${lookup("x")}` do not end the string around it.
      const end = templateEnd(text, i);
      if (end !== undefined && skipTemplate(text, i, end, closers, options)) {
        if (text.slice(i, end).includes('"')) templates.push({ start: i, end });
        i = end - 1;
      }
    } else if (closers.includes(c)) {
      return { content: i, string: i + 1, lines };
    } else if (isLineBreak(c) && !lines) {
      if (!goesOn(text, i, closers)) return unterminated(text, start, i);
      lines = true;
    }
  }
  return unterminated(text, start, text.length);
}

function skipTemplate(text: string, start: number, end: number, closers: string, options: SyntaxOptions): boolean {
  const inner = text.slice(start, end);
  if (/[\r\n]/.test(inner)) return false;
  const quote = /^(?:[^"\\]|\\[^])*"/.exec(inner);
  if (!quote) return !Array.from(inner).some((c) => closers.includes(c));
  // In a plain file `["${", "}"]` is JSON; what follows a quote inside an expression is no comma or bracket.
  return options.templates === 'allowed' || !/^"\s*(?:[,:\]}]|$)/.test(inner.slice(quote[0].length - 1));
}

/** Whether a string whose line ends without a quote really goes on: the next quote must look like an end, not like a beginning. */
function goesOn(text: string, lineEnd: number, closers: string): boolean {
  for (let i = lineEnd; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '\\') i++;
    else if (closers.includes(c)) return looksLikeEnd(text, i + 1) && !text.slice(lineEnd, i).split(/[\r\n]/).some((line, index) => index > 0 && /^[\s\u00a0]*[{}[\]]/.test(line));
  }
  return false;
}

function looksLikeEnd(text: string, at: number): boolean {
  let i = at;
  while (text[i] === ' ' || text[i] === '\t' || text[i] === '\u00a0') i++;
  return i >= text.length || ',]}\r\n'.includes(text[i] ?? '');
}

const BLANK = /[\s\u00a0]/;

/** Ends the string at its line's end; commas and brackets there are taken as what follows the string, unless they are opened in it. */
function unterminated(text: string, start: number, lineEnd: number): StringEnd {
  const line = text.slice(start + 1, lineEnd);
  // A curly quote at the end, behind a straight one at the beginning, is meant to end the string.
  const content = withoutTrailing(withoutTrailing(withoutTrailing(line, BLANK), /[,:\]}]/), BLANK);
  if (/[\u201c\u201d]$/.test(content)) return { content: start + content.length, string: start + 1 + content.length, lines: false };
  let end = line.length;
  for (; end > 0; end--) {
    const c = line[end - 1] ?? '';
    const opening = c === '}' ? '{' : c === ']' ? '[' : undefined;
    if (opening === undefined ? !/[\s,\u00a0]/.test(c) : count(line, opening, end) >= count(line, c, end)) break;
  }
  return { content: start + 1 + end, string: start + 1 + end, lines: false };
}

function count(line: string, character: string, end: number): number {
  return line.slice(0, end).split(character).length - 1;
}

function isLineBreak(c: string | undefined): boolean {
  return c === '\n' || c === '\r';
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The value of a string's content, with line breaks taken out, and where its characters stand. */
function contentReader(text: string, start: number, end: number, lines: boolean, faults: FaultBook): Pick<StringToken, 'value' | 'offsets'> {
  const joiner = lines && /\S[ \t]+\S/.test(text.slice(start, end)) ? ' ' : '';
  const offsets: number[] = [];
  const breaks: Edit[] = [];
  let value = '';
  let exact = true;
  let i = start;
  const push = (characters: string, width: number): void => {
    value += characters;
    if (characters !== '') offsets.push(i);
    i += width;
  };
  while (i < end) {
    const c = text[i] ?? '';
    const run = lines ? breakAt(text, i, end) : i;
    if (run > i) {
      const inner = value !== '' && run < end ? joiner : '';
      breaks.push({ span: { start: i, end: run }, newText: inner });
      exact = false;
      push(inner, run - i);
    } else if (c === '\\') {
      exact = false;
      const escape = escapeAt(text, i, end);
      if (escape.invalid) faults.add(invalidEscape(i, escape.width));
      push(escape.value, escape.width);
    } else {
      if (c < ' ') faults.add(rawControl(text, i));
      push(c, 1);
    }
  }
  offsets.push(end);
  const [first] = breaks;
  if (first) faults.add(fault('raw-newline', first.span, 'This string is broken over several lines', 'Join the lines of the string', breaks));
  return { value, offsets: exact ? undefined : offsets };
}

/** Behind the blanks around the line break that starts at `at`; `at` when there is none. */
function breakAt(text: string, at: number, end: number): number {
  let i = at;
  let found = false;
  while (i < end && /[\s\u00a0]/.test(text[i] ?? '')) found = isLineBreak(text[i++]) || found;
  return found ? i : at;
}

function escapeAt(text: string, at: number, end: number): { value: string; width: number; invalid: boolean } {
  const c = at + 1 < end ? text[at + 1] ?? '' : '';
  const simple = ESCAPES[c];
  if (simple !== undefined) return { value: simple, width: 2, invalid: false };
  const code = c === 'u' && at + 6 <= end ? /^[0-9a-f]{4}$/i.exec(text.slice(at + 2, at + 6)) : null;
  if (code) return { value: String.fromCharCode(parseInt(code[0], 16)), width: 6, invalid: false };
  return { value: '\\', width: 1, invalid: true };
}

function invalidEscape(at: number, width: number): ReturnType<typeof fault> {
  const edit = { span: { start: at, end: at }, newText: '\\' };
  return fault('invalid-escape', { start: at, end: at + width }, 'A backslash in a JSON string starts an escape such as \\n or \\u00e9; this is not one', 'Write the backslash twice', [edit]);
}

function rawControl(text: string, at: number): ReturnType<typeof fault> {
  const span = { start: at, end: at + 1 };
  return text[at] === '\t'
    ? fault('raw-newline', span, 'This string contains a tab character; JSON requires \\t', 'Replace the tab with a space', [{ span, newText: ' ' }])
    : fault('raw-newline', span, 'This string contains a control character, which JSON does not allow', 'Delete the control character', [{ span, newText: '' }]);
}
