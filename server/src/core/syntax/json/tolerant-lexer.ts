import { SPECIAL_SPACES, COMMENT_IN_JSON, BYTE_ORDER_MARK, TEMPLATE_IN_JSON } from './fault-causes';
import { commentEnds } from './comments';
import type { SyntaxFaultCollector } from './fault-collector';
import { templateExpressionEnd } from '../placeholders';
import { closingQuotesFor, readTolerantString, readUnopenedString, type StringToken } from './tolerant-string';
import type { ParseOptions } from '../syntax';

/** A piece of a text that is not JSON all through. */
export interface JsonToken {
  readonly kind: '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'word' | 'template' | 'end';
  readonly start: number;
  readonly end: number;
  /** Whether nothing but blanks stands before it on its line, and how many characters the first token of that line is indented. */
  readonly startsLine: boolean;
  readonly indent: number;
  readonly lineStart: number;
  readonly string: StringToken | undefined;
}

/** Reads broken text: blanks of all kinds, comments and quotes are mended (and noted) here, so that the parser sees tokens only. */
export interface TolerantLexer {
  /** `outside`: outside of all containers, where a string is none unless it is a key. */
  readonly nextToken: (outside: boolean) => JsonToken;
  /** Whether the next token is a colon, that is, whether the token read last is a key. */
  readonly colonFollows: () => boolean;
  /** Passes prose: goes on behind `from`, at the line's end or where JSON begins within the line. Returns the end of what it passed. */
  readonly skipProse: (from: number) => number;
  /** The characters from the next token on, at most `length` of them. */
  readonly lookahead: (length: number) => string;
}

const SPECIAL_BLANK =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u00a0\u00ad\u1680\u180e\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]/;
const SPECIAL_BLANKS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u00a0\u00ad\u1680\u180e\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+/y;
const WORD_END = /[\s"{}[\],:\u0000-\u001f\u007f\u0085\u00a0\u00ad\u180e\u200b-\u200d\u2060\u201c\u201d\ufeff]|\/[/*]/g;
const PROSE_END = /\r|\n|\{(?=\s*(?:["}\u201c\r\n]|$))|\[(?=\s*(?:["{\]\u201c\r\n]|$))/g;
const BLANK_BEFORE_COLON = /[\s\u00a0\u200b\ufeff]/;
/** A string that lost its opening quote. */
const UNOPENED_STRING = /[^\s"{}[\],:'`\u00a0][^\s"{}[\],\u00a0]{0,200}"(?=[ \t\u00a0]*(?:[:,\]}\r\n]|$))/y;
/** A name with its colon. */
const QUOTED_KEY = /.[^"\u201c\u201d'\u2018\u2019\r\n]{1,200}["\u201d'\u2019][\s\u00a0]*:/y;
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

  function next(outside: boolean): JsonToken {
    skipBlanks();
    if (lineFirst < lineStart) lineFirst = position;
    if (position >= text.length) return token('end', position);
    const c = text[position] ?? '';
    const template = templateHere();
    if (template !== undefined) return token('template', template);
    if (STRUCTURAL_CHARACTERS.includes(c)) return token(c as JsonToken['kind'], position + 1);
    const closers = closingQuotesFor(c);
    if (closers !== undefined && outside && matchAt(QUOTED_KEY, position) === '') return token('word', position + 1);
    if (closers !== undefined) {
      const string = readTolerantString(text, position, closers, options, faults);
      return token('string', string.span.end, string);
    }
    const unopened = text[position - 1] === '"' ? '' : matchAt(UNOPENED_STRING, position);
    if (unopened !== '') {
      const string = readUnopenedString(text, position, position + unopened.length, faults);
      return token('string', string.span.end, string);
    }
    return token('word', wordEnd());
  }

  function token(kind: JsonToken['kind'], end: number, string?: StringToken): JsonToken {
    const start = position;
    const made: JsonToken = { kind, start, end, startsLine: lineFirst === start, indent: lineFirst - lineStart, lineStart, string };
    position = end;
    // A string, a template or a comment can go over several lines.
    if (string || kind === 'template') for (let i = start; i < end; i++) newLineAt(i);
    return made;
  }

  function newLineAt(i: number): void {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) lineStart = i + 1;
  }

  function skipBlanks(): void {
    for (;;) {
      const c = text.charCodeAt(position);
      if (c === 32 || c === 9 || c === 10 || c === 13) {
        newLineAt(position);
        position++;
      } else if (c === 35 && text.charCodeAt(position + 1) !== 123
        || c === 47 && (text.charCodeAt(position + 1) === 47 || text.charCodeAt(position + 1) === 42)) {
        skipComment(c === 35);
      } else if (!(c > 127 || c < 32 || c === 127) || !skipSpecial()) {
        const end = directiveEnd(text, position);
        if (end === undefined) return;
        noteTemplate(position, end);
        position = end;
      }
    }
  }

  function skipSpecial(): boolean {
    const run = matchAt(SPECIAL_BLANKS, position);
    if (run === '') return false;
    const start = position;
    position += run.length;
    if (start === 0 && run.startsWith('\ufeff')) {
      faults.addOccurrence(BYTE_ORDER_MARK, { start: 0, end: 1 }, [{ span: { start: 0, end: 1 }, newText: '' }]);
      lineStart = 1;
      if (run.length === 1) return true;
      faults.addOccurrence(SPECIAL_SPACES, { start: 1, end: position }, [{ span: { start: 1, end: position },
        newText: ' '.repeat(run.length - 1) }], run.length - 1);
      return true;
    }
    faults.addOccurrence(SPECIAL_SPACES, { start, end: position }, [{ span: { start, end: position }, newText: ' '.repeat(run.length) }],
      run.length);
    return true;
  }

  function skipComment(hash: boolean): void {
    const start = position;
    const block = text.charCodeAt(position + 1) === 42 && !hash;
    position = commentEnd(start) ?? position;
    if (block) for (let i = start; i < position; i++) newLineAt(i);
    if (!hash && options.comments === 'allowed' && (!block || position - start >= 4 && text.startsWith('*/', position - 2))) return;
    faults.addOccurrence(COMMENT_IN_JSON, { start, end: position }, [{ span: withBlanksBefore(start, position), newText: '' }]);
  }

  /** A comment with a line of its own goes with the line, one behind a value goes with the blanks before it. */
  function withBlanksBefore(start: number, end: number): { start: number; end: number } {
    let from = start;
    while (from > 0 && ' \t\u00a0'.includes(text[from - 1] ?? '')) from--;
    const ownLine = from === 0 || text[from - 1] === '\n';
    if (!ownLine || !/[\r\n]/.test(text[end] ?? '')) return { start: ownLine ? start : from, end };
    return { start: from, end: text.startsWith('\r\n', end) ? end + 2 : end + 1 };
  }

  function templateHere(): number | undefined {
    const c = text[position];
    if (c !== '$' && c !== '#' && c !== '<' && c !== '{') return undefined;
    if (c === '{' && !/^\{\{[^{}"\r\n]{1,200}\}\}/.test(text.slice(position, position + 210))) return undefined;
    const end = templateExpressionEnd(text, position);
    if (end !== undefined) noteTemplate(position, end);
    return end;
  }

  function noteTemplate(start: number, end: number): void {
    if (options.templates !== 'allowed') faults.addOccurrence(TEMPLATE_IN_JSON, { start, end }, []);
  }

  function wordEnd(): number {
    WORD_END.lastIndex = position + 1;
    return WORD_END.exec(text)?.index ?? text.length;
  }

  function matchAt(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? '';
  }

  function skipProse(from: number): number {
    PROSE_END.lastIndex = from;
    position = Math.max(position, PROSE_END.exec(text)?.index ?? text.length);
    let end = position;
    while (end > from && (SPECIAL_BLANK.test(text[end - 1] ?? '') || /\s/.test(text[end - 1] ?? ''))) end--;
    return end;
  }

  return {
    nextToken: next,
    colonFollows: () => {
      let at = position;
      while (BLANK_BEFORE_COLON.test(text.charAt(at))) at++;
      return text.charAt(at) === ':';
    },
    skipProse,
    lookahead: (length) => text.slice(position, position + length),
  };
}
