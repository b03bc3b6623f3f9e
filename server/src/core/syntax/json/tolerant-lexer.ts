import type { Span } from '../../text/span';
import { templateExpressionEnd } from '../placeholders';
import type { ParseOptions } from '../syntax';
import { removeSpan } from '../text-edits';
import { BYTE_ORDER_MARK, COMMENT_IN_JSON, SPECIAL_SPACES, TEMPLATE_IN_JSON, type SyntaxFaultCollector } from './syntax-faults';
import { closingQuotesFor, readTolerantString, readUnopenedString, type StringToken } from './tolerant-string';
import { commentEnds, SPECIAL_BLANK } from './trivia';

/** A piece of a text that is not JSON all through. */
export interface JsonToken {
  readonly kind: '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'word' | 'template' | 'end';
  readonly span: Span;
  /** Whether nothing but blanks stands before it on its line, and how many characters the first token of that line is indented. */
  readonly startsLine: boolean;
  readonly indent: number;
  readonly lineStart: number;
  readonly string: StringToken | undefined;
}

/** Reads broken text: blanks of all kinds, comments and quotes are mended (and reported) here, so that the parser sees tokens only. */
export interface TolerantLexer {
  /** `outside`: outside of all containers, where only a key is a string. */
  readonly nextToken: (outside: boolean) => JsonToken;
  /** Whether the next token is a colon, that is, whether the token read last is a key. */
  readonly colonFollows: () => boolean;
  /** Passes prose: goes on behind `from`, at the line's end or where JSON begins within the line. Returns the end of what it passed. */
  readonly skipProse: (from: number) => number;
  /** The characters from the next token on, at most `length` of them. */
  readonly lookahead: (length: number) => string;
  /** Those so far that are not faults. */
  readonly comments: readonly Span[];
}

const WORD_END = /[\s"{}[\],:\u0000-\u001f\u007f\u0085\u00ad\u180e\u200b-\u200d\u2060\u201c\u201d]|\/[/*]/g;
const PROSE_END = /\r|\n|\{(?=\s*(?:["}\u201c\r\n]|$))|\[(?=\s*(?:["{\]\u201c\r\n]|$))/g;
/** A string that lost its opening quote. */
const UNOPENED_STRING = /[^\s"{}[\],:'`][^\s"{}[\],]{0,200}"(?=[ \t\u00a0]*(?:[:,\]}\r\n]|$))/y;
/** A name with its colon. */
const QUOTED_KEY = /.[^"\u201c\u201d'\u2018\u2019\r\n]{1,200}["\u201d'\u2019]\s*:/y;
const STRUCTURAL_CHARACTERS = '{}[],:';
/** How directives of template languages begin, and how they end on the same line. */
const DIRECTIVES: readonly (readonly [string, string])[] = [['%{', '}'], ['{%', '%}'], ['<%', '%>']];
/** No directive is longer: bounds the search in a line full of openings. */
const MAX_DIRECTIVE_LENGTH = 800;

function directiveEnd(text: string, at: number): number | undefined {
  const [open, close] = DIRECTIVES.find(([opening]) => text.startsWith(opening, at)) ?? [];
  // "<%= … %>" is a value.
  if (open === undefined || close === undefined || text.startsWith('<%=', at)) return undefined;
  const [line = ''] = text.slice(at + open.length, at + MAX_DIRECTIVE_LENGTH).split(/[\r\n]/, 1);
  const end = line.indexOf(close);
  return end < 0 ? undefined : at + open.length + end + close.length;
}

export function createTolerantLexer(text: string, options: ParseOptions, faults: SyntaxFaultCollector): TolerantLexer {
  let position = 0;
  let lineStart = 0;
  let lineFirst = -1;
  const commentEnd = commentEnds(text);
  const comments: Span[] = [];

  function nextToken(outside: boolean): JsonToken {
    skipBlanks();
    if (lineFirst < lineStart) lineFirst = position;
    if (position >= text.length) return token('end', position);
    const c = text[position] ?? '';
    const template = templateEnd();
    if (template !== undefined) return token('template', template);
    if (STRUCTURAL_CHARACTERS.includes(c)) return token(c as JsonToken['kind'], position + 1);
    const closers = closingQuotesFor(c);
    if (closers !== undefined) {
      if (outside && matchAt(QUOTED_KEY, position) === '') return token('word', position + 1);
      return stringToken(readTolerantString(text, position, closers, options, faults));
    }
    const unopened = text[position - 1] === '"' ? '' : matchAt(UNOPENED_STRING, position);
    if (unopened !== '') return stringToken(readUnopenedString(text, position, position + unopened.length, faults));
    WORD_END.lastIndex = position + 1;
    return token('word', WORD_END.exec(text)?.index ?? text.length);
  }

  function stringToken(string: StringToken): JsonToken {
    return token('string', string.span.end, string);
  }

  function token(kind: JsonToken['kind'], end: number, string?: StringToken): JsonToken {
    const start = position;
    const startsLine = lineFirst === start;
    const jsonToken: JsonToken = { kind, span: { start, end }, startsLine, indent: lineFirst - lineStart, lineStart, string };
    position = end;
    // A string or a template can go over several lines.
    if (string || kind === 'template') recordLines(start, end);
    return jsonToken;
  }

  function recordLines(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const c = text.charCodeAt(i);
      if (c === 10 || c === 13) lineStart = i + 1;
    }
  }

  function skipBlanks(): void {
    for (;;) {
      const c = text.charCodeAt(position);
      if (c === 32 || c === 9 || c === 10 || c === 13) {
        recordLines(position, position + 1);
        position++;
      } else if (c === 35 && text.charCodeAt(position + 1) !== 123
        || c === 47 && (text.charCodeAt(position + 1) === 47 || text.charCodeAt(position + 1) === 42)) {
        skipComment(c === 35);
      } else if (!(c > 127 || c < 32 || c === 127) || !skipSpecialBlanks()) {
        const end = directiveEnd(text, position);
        if (end === undefined) return;
        reportTemplate(position, end);
        position = end;
      }
    }
  }

  function skipSpecialBlanks(): boolean {
    let start = position;
    while (SPECIAL_BLANK.test(text.charAt(position))) position++;
    if (position === start) return false;
    if (start === 0 && text.startsWith('\ufeff')) {
      const span = { start, end: 1 };
      faults.addOccurrence(BYTE_ORDER_MARK, span, [removeSpan(span)]);
      lineStart = start = 1;
    }
    const count = position - start;
    const span = { start, end: position };
    if (count > 0) faults.addOccurrence(SPECIAL_SPACES, span, [{ span, newText: ' '.repeat(count) }], count);
    return true;
  }

  function skipComment(isHash: boolean): void {
    const start = position;
    const isBlock = text.charCodeAt(position + 1) === 42 && !isHash;
    position = commentEnd(start) ?? position;
    if (isBlock) recordLines(start, position);
    const isClosed = !isBlock || position - start >= 4 && text.startsWith('*/', position - 2);
    if (isHash || options.comments !== 'allowed' || !isClosed)
      faults.addOccurrence(COMMENT_IN_JSON, { start, end: position }, [removeSpan(withBlanksBefore(start, position))]);
    else comments.push({ start, end: position });
  }

  /** A comment with a line of its own goes with the line, one behind a value goes with the blanks before it. */
  function withBlanksBefore(start: number, end: number): Span {
    let from = start;
    while (from > 0 && ' \t\u00a0'.includes(text[from - 1] ?? '')) from--;
    const startsLine = from === 0 || text[from - 1] === '\n';
    if (!startsLine || !/[\r\n]/.test(text[end] ?? '')) return { start: startsLine ? start : from, end };
    return { start: from, end: text.startsWith('\r\n', end) ? end + 2 : end + 1 };
  }

  /** The end of the template expression that begins at the position. */
  function templateEnd(): number | undefined {
    const c = text[position];
    if (c !== '$' && c !== '#' && c !== '<' && c !== '{') return undefined;
    if (c === '{' && !/^\{\{[^{}"\r\n]{1,200}\}\}/.test(text.slice(position, position + 210))) return undefined;
    const end = templateExpressionEnd(text, position);
    if (end !== undefined) reportTemplate(position, end);
    return end;
  }

  function reportTemplate(start: number, end: number): void {
    if (options.templates !== 'allowed') faults.addOccurrence(TEMPLATE_IN_JSON, { start, end }, []);
  }

  function matchAt(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? '';
  }

  return {
    nextToken,
    colonFollows: () => {
      let at = position;
      while (/[\s\u200b]/.test(text.charAt(at))) at++;
      return text.charAt(at) === ':';
    },
    skipProse: (from) => {
      PROSE_END.lastIndex = from;
      position = Math.max(position, PROSE_END.exec(text)?.index ?? text.length);
      let end = position;
      while (end > from && (SPECIAL_BLANK.test(text.charAt(end - 1)) || /\s/.test(text.charAt(end - 1)))) end--;
      return end;
    },
    lookahead: (length) => text.slice(position, position + length),
    comments,
  };
}
