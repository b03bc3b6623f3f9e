import type { Span, TextEdit } from '../../text/span';
import { withoutTrailingCharacters } from '../../text/trailing-characters';
import { templateExpressionEnd } from '../placeholders';
import type { ParseOptions } from '../syntax';
import { syntaxFault, type SyntaxFault } from '../syntax-fault';
import type { ScalarNode } from '../tree';
import { insertAt, removeSpan } from '../text-edits';
import { NON_STANDARD_QUOTES, TEMPLATE_IN_JSON, type SyntaxFaultCollector } from './syntax-faults';

/** A string as the parser takes it, mended: `value` is what it most likely should say. */
export type StringToken = Pick<ScalarNode, 'span' | 'content' | 'value' | 'offsets' | 'closed'>;

const DOUBLE_QUOTES = '\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02';
const SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b\u2032\u00b4`";

/** The characters that end a string opened by this one; undefined when it opens none. */
export function closingQuotesFor(opening: string): string | undefined {
  if (opening === '"') return '"';
  if (DOUBLE_QUOTES.includes(opening)) return `"${DOUBLE_QUOTES}`;
  return SINGLE_QUOTES.includes(opening) ? SINGLE_QUOTES : undefined;
}

export function readTolerantString(text: string, start: number, closers: string, options: ParseOptions,
  faults: SyntaxFaultCollector): StringToken {
  const templates: Span[] = [];
  const { contentEnd, stringEnd, isMultiline } = findStringEnd(text, start, closers, options, templates);
  if (options.templates !== 'allowed') for (const span of templates) faults.addOccurrence(TEMPLATE_IN_JSON, span, []);
  const content = { start: start + 1, end: contentEnd };
  const span = { start, end: stringEnd };
  const closed = stringEnd > contentEnd;
  const token: StringToken = { span, content, ...readStringContent(text, content, isMultiline, faults), closed };
  const fix = [insertAt(contentEnd, '"')];
  if (!closed) faults.add(syntaxFault('unterminated-string', span, 'This string has no closing quote', 'Close the string', fix));
  reportQuote(text, start, faults);
  if (closed) reportQuote(text, contentEnd, faults);
  return token;
}

/** A string whose opening quote is missing; it ends in one. */
export function readUnopenedString(text: string, start: number, end: number, faults: SyntaxFaultCollector): StringToken {
  const span = { start, end };
  const content = { start, end: end - 1 };
  faults.add(syntaxFault('unterminated-string', span, 'This string has no opening quote', 'Open the string', [insertAt(start, '"')]));
  return { span, content, ...readStringContent(text, content, false, faults), closed: true };
}

function reportQuote(text: string, at: number, faults: SyntaxFaultCollector): void {
  const span = { start: at, end: at + 1 };
  if (text[at] !== '"') faults.addOccurrence(NON_STANDARD_QUOTES, span, [{ span, newText: '"' }]);
}

interface StringEnd {
  readonly contentEnd: number;
  /** Behind the closing quote; equal to `contentEnd` when there is none. */
  readonly stringEnd: number;
  readonly isMultiline: boolean;
}

/** `templates` collects the expressions that hold quotes: such a string is JSON only in the eyes of the template language. */
function findStringEnd(text: string, start: number, closers: string, options: ParseOptions, templates: Span[]): StringEnd {
  let isMultiline = false;
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '\\' && !isLineBreak(text[i + 1])) {
      i++;
    } else if (c === '$' || c === '{' || c === '#') {
      // Quotes inside `${lookup("x")}` do not end the string around it.
      const end = templateExpressionEnd(text, i);
      if (end !== undefined && skipTemplate(text, i, end, closers, options)) {
        if (text.slice(i, end).includes('"')) templates.push({ start: i, end });
        i = end - 1;
      }
    } else if (closers.includes(c)) {
      return { contentEnd: i, stringEnd: i + 1, isMultiline };
    } else if (isLineBreak(c) && !isMultiline) {
      if (!continuesOnNextLine(text, i, closers)) return endAtLineEnd(text, start, i);
      isMultiline = true;
    }
  }
  return endAtLineEnd(text, start, text.length);
}

function skipTemplate(text: string, start: number, end: number, closers: string, options: ParseOptions): boolean {
  const inner = text.slice(start, end);
  if (/[\r\n]/.test(inner)) return false;
  const quote = /^(?:[^"\\]|\\[^])*"/.exec(inner);
  if (!quote) return !Array.from(inner).some((c) => closers.includes(c));
  // In a plain file `["${", "}"]` is JSON; what follows a quote inside an expression is no comma or bracket.
  return options.templates === 'allowed' || !/^"\s*(?:[,:\]}]|$)/.test(inner.slice(quote[0].length - 1));
}

/** Whether a string whose line ends without a quote really goes on: the next quote must look like an end, not like a beginning. */
function continuesOnNextLine(text: string, lineEnd: number, closers: string): boolean {
  for (let i = lineEnd; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '\\') i++;
    else if (closers.includes(c))
      return looksLikeEnd(text, i + 1)
        && !text.slice(lineEnd, i).split(/[\r\n]/).some((line, index) => index > 0 && /^\s*[{}[\]]/.test(line));
  }
  return false;
}

function looksLikeEnd(text: string, at: number): boolean {
  let i = at;
  while (text[i] === ' ' || text[i] === '\t' || text[i] === '\u00a0') i++;
  return i >= text.length || ',]}\r\n'.includes(text[i] ?? '');
}

/** Ends the string at its line's end; commas and brackets there are taken as what follows the string, unless they are opened in it. */
function endAtLineEnd(text: string, start: number, lineEnd: number): StringEnd {
  const line = text.slice(start + 1, lineEnd);
  // A curly quote at the end, behind a straight one at the beginning, is meant to end the string.
  const content = withoutTrailingCharacters(line.trimEnd(), /[,:\]}]/).trimEnd();
  if (/[\u201c\u201d]$/.test(content))
    return { contentEnd: start + content.length, stringEnd: start + 1 + content.length, isMultiline: false };
  let end = line.length;
  for (; end > 0; end--) {
    const c = line[end - 1] ?? '';
    const opening = c === '}' ? '{' : c === ']' ? '[' : undefined;
    if (opening === undefined ? !/[\s,]/.test(c) : countBefore(line, opening, end) >= countBefore(line, c, end)) break;
  }
  return { contentEnd: start + 1 + end, stringEnd: start + 1 + end, isMultiline: false };
}

function countBefore(line: string, character: string, end: number): number {
  return line.slice(0, end).split(character).length - 1;
}

function isLineBreak(c: string | undefined): boolean {
  return c === '\n' || c === '\r';
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The value of a string's content, with line breaks taken out, and where its characters stand. */
function readStringContent(text: string, { start, end }: Span, isMultiline: boolean,
  faults: SyntaxFaultCollector): Pick<StringToken, 'value' | 'offsets'> {
  const joiner = isMultiline && /\S[ \t]+\S/.test(text.slice(start, end)) ? ' ' : '';
  const offsets: number[] = [];
  const joins: TextEdit[] = [];
  let value = '';
  let isExact = true;
  let i = start;
  const push = (characters: string, width: number): void => {
    value += characters;
    if (characters !== '') offsets.push(i);
    i += width;
  };
  while (i < end) {
    const c = text[i] ?? '';
    const breakEnd = isMultiline ? endOfBreak(text, i, end) : i;
    if (breakEnd > i) {
      const newText = value !== '' && breakEnd < end ? joiner : '';
      joins.push({ span: { start: i, end: breakEnd }, newText });
      isExact = false;
      push(newText, breakEnd - i);
    } else if (c === '\\') {
      isExact = false;
      const escape = escapeAt(text, i, end);
      if (escape.invalid) faults.add(invalidEscape(i, escape.width));
      push(escape.value, escape.width);
    } else {
      if (c < ' ') faults.add(rawControl(text, i));
      push(c, 1);
    }
  }
  offsets.push(end);
  const [first] = joins;
  if (first)
    faults.add(syntaxFault('raw-newline', first.span, 'This string is broken over several lines', 'Join the lines of the string', joins));
  return { value, offsets: isExact ? undefined : offsets };
}

/** Behind the blanks around the line break that starts at `at`; `at` when there is none. */
function endOfBreak(text: string, at: number, end: number): number {
  let i = at;
  let hasBreak = false;
  while (i < end && /\s/.test(text[i] ?? '')) hasBreak = isLineBreak(text[i++]) || hasBreak;
  return hasBreak ? i : at;
}

function escapeAt(text: string, at: number, end: number): { value: string; width: number; invalid: boolean } {
  const c = at + 1 < end ? text[at + 1] ?? '' : '';
  const simple = ESCAPES[c];
  if (simple !== undefined) return { value: simple, width: 2, invalid: false };
  const code = c === 'u' && at + 6 <= end ? /^[0-9a-f]{4}$/i.exec(text.slice(at + 2, at + 6)) : null;
  if (code) return { value: String.fromCharCode(parseInt(code[0], 16)), width: 6, invalid: false };
  return { value: '\\', width: 1, invalid: true };
}

function invalidEscape(at: number, width: number): SyntaxFault {
  return syntaxFault('invalid-escape', { start: at, end: at + width },
    'A backslash in a JSON string starts an escape such as \\n or \\u00e9; this is not one', 'Write the backslash twice',
    [insertAt(at, '\\')]);
}

function rawControl(text: string, at: number): SyntaxFault {
  const span = { start: at, end: at + 1 };
  if (text[at] === '\t')
    return syntaxFault('control-character', span, 'This string contains a tab character; JSON requires \\t', 'Replace the tab with a space',
      [{ span, newText: ' ' }]);
  return syntaxFault('control-character', span, 'This string contains a control character, which JSON does not allow',
    'Delete the control character', [removeSpan(span)]);
}
