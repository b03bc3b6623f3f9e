import { skipBlanksAndComments } from '../../parse/comments';
import type { Span } from '../../text/span';
import { trailing } from '../../text/trailing';

/** What is being typed at a place of a JSON text, finished or not; told by the text before and behind it alone. */
export interface Token {
  /** What an insertion replaces: a string with its quotes, a word without any, or nothing at all. */
  readonly span: Span;
  readonly quoted: boolean;
  /** What stands between the opening quote and the cursor. */
  readonly typed: string;
  /** `name`: of a member; `value`: of one; `item`: of a list; `root`: outside of everything. */
  readonly place: 'name' | 'value' | 'item' | 'root';
  /** The name has its colon. */
  readonly colonFollows: boolean;
  /** Where a comma is missing before it. */
  readonly commaBefore: number | undefined;
  /** A comma is missing behind it. */
  readonly commaBehind: boolean;
}

/** The characters of actions, ARNs and names. */
const WORD_CHARACTER = /[\w*?:./@+=-]/;
const WORD_BEHIND = /^[\w*?:./@+=-]*/;
const CLOSING = /^"(?:[ \t]*(?:$|[,:\]}]|\/[/*])|[ \t]+")/m;

/** The token at an offset; undefined in comments, and directly behind a value that is closed. */
export function tokenAt(text: string, offset: number): Token | undefined {
  const before = scan(text, offset);
  if (before === undefined) return undefined;
  const found = before.string === undefined ? wordAt(text, offset, before) : stringAt(text, before.string, offset);
  return found && inPlace(text, found, before);
}

type Found = Pick<Token, 'span' | 'quoted' | 'typed'>;

function stringAt(text: string, start: number, offset: number): Found {
  const typed = text.slice(start + 1, offset);
  const rest = /^(?:\\.|[^"\\\r\n])*/.exec(text.slice(offset))?.[0] ?? '';
  const close = offset + rest.length;
  // `"kms:|, "Resource": …`: what looks like the closing quote opens the next string.
  const closed = !/[\s,[\]]/.test(rest) && CLOSING.test(lineFrom(text, close));
  const end = closed ? close + 1 : offset + (WORD_BEHIND.exec(lineFrom(text, offset))?.[0].length ?? 0);
  return { span: { start, end }, quoted: true, typed };
}

function wordAt(text: string, offset: number, { last, at }: Scan): Found | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const typed = trailing(line, WORD_CHARACTER).replace(/^:+/, '');
  if (typed === '' && at === offset - 1 && /^["}\]]$/.test(last)) return undefined;
  const behind = WORD_BEHIND.exec(lineFrom(text, offset))?.[0] ?? '';
  if (typed === '' && last === ':' && text[offset] === '"') return { ...stringAt(text, offset, offset + 1), typed: '' };
  return { span: { start: offset - typed.length, end: offset + (behind.startsWith(':') ? 0 : behind.length) }, quoted: false, typed };
}

/** From the offset to the end of its line, or of the document. */
function lineFrom(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? undefined : end).replace(/\r$/, '');
}

function inPlace(text: string, found: Found, before: Scan): Token {
  const place = before.last === ':' ? 'value' : placeIn(before);
  const next = text[skipBlanksAndComments(text, found.span.end)] ?? '';
  const missing = place !== 'value' && before.last !== '' && !'{[,'.includes(before.last);
  return {
    ...found, place,
    colonFollows: place === 'name' && next === ':',
    commaBefore: missing ? before.at + 1 : undefined,
    commaBehind: next === '"' || place !== 'name' && (next === '{' || next === '['),
  };
}

function placeIn({ open, last }: Scan): Token['place'] {
  if (open === '[') return 'item';
  return open === '{' || last !== '' ? 'name' : 'root';
}

interface Scan {
  /** The bracket around; undefined outside of all. */
  readonly open: '{' | '[' | undefined;
  /** The last sign before the word or string at the end, and where it stands; empty for none. `"` for a string of any kind. */
  readonly last: string;
  readonly at: number;
  /** Where the string starts that the end lies in. */
  readonly string: number | undefined;
}

/** Reads the text up to `end`. A string ends with its line at the latest, as JSON has it. Undefined in a comment. */
function scan(text: string, end: number): Scan | undefined {
  const stack: ('{' | '[')[] = [];
  let last = '';
  let at = -1;
  const sign = (c: string, i: number): void => {
    if (c === '{' || c === '[') stack.push(c);
    else if (c === '}' || c === ']') stack.pop();
    last = c;
    at = i;
  };
  for (let i = 0; i < end;) {
    const c = text[i] ?? '';
    if (c === '"') {
      const close = stringEnd(text, i);
      if (close === undefined || close >= end) {
        const lineEnd = i + lineFrom(text, i).length;
        if (close !== undefined || lineEnd >= end) return { open: stack.at(-1), last, at, string: i };
        // What stands at the end of the line is taken for what follows the string.
        const line = text.slice(i, lineEnd);
        const tail = trailing(line, /[\s,\]}]/).length;
        sign('"', lineEnd - tail - 1);
        for (let j = lineEnd - tail; j < lineEnd; j++) if (!/\s/.test(text[j] ?? '')) sign(text[j] ?? '', j);
        i = lineEnd;
        continue;
      }
      sign('"', close);
      i = close + 1;
    } else if (c === '#' || c === '/' && (text[i + 1] === '/' || text[i + 1] === '*')) {
      const close = text.indexOf(text[i + 1] === '*' && c === '/' ? '*/' : '\n', i);
      if (close < 0 || close >= end) return undefined;
      i = close + (text[close] === '*' ? 2 : 1);
    } else {
      // The word at the end is what is being typed.
      const word = /^[\w*?./@+=-]+/.exec(text.slice(i, i + 256))?.[0] ?? '';
      if (word !== '' && isTyped(text, i, end)) break;
      if (word !== '') sign('w', i + word.length - 1);
      else if (!/\s/.test(c)) sign(c, i);
      i += Math.max(word.length, 1);
    }
  }
  return { open: stack.at(-1), last, at, string: undefined };
}

/** Whether a word without quotes, colons included, goes on to the end. */
function isTyped(text: string, start: number, end: number): boolean {
  return /^[\w*?:./@+=-]*$/.test(text.slice(start, end));
}

/** Where the string that opens here closes, on its line. */
function stringEnd(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '"') return i;
    else if (c === '\n' || c === '\r') return undefined;
  }
  return undefined;
}
