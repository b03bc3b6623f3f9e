import type { Span } from '../../text/span';
import * as CODE from './character-codes';
import type { Expression } from './hcl-tree';

/** A text while it is read. */
export interface HclReader {
  readonly text: string;
  offset: number;
  /** How many blocks, brackets and operands are open. */
  depth: number;
  /** Where the text is not HCL. Nobody is told: they keep rules from claiming that something is missing. */
  readonly faults: Span[];
  readonly comments: Span[];
  /** The last line that consists of that word alone, for each such word; computed when a heredoc asks. */
  lastLineOfWord: ReadonlyMap<string, number> | undefined;
  /** @param inBrackets line ends mean nothing there */
  readonly readExpression: (reader: HclReader, inBrackets: boolean) => Expression;
}

/** More levels than any file has; a stack has room for ten times as many. */
export const MAX_DEPTH = 200;
const MAX_FAULTS = 200;


export function codeAt({ text, offset }: HclReader): number {
  return text.charCodeAt(offset);
}

export function isAtEnd({ text, offset }: HclReader): boolean {
  return offset >= text.length;
}

export function addFault({ faults }: HclReader, start: number, end: number): void {
  if (faults.length < MAX_FAULTS) faults.push({ start, end });
}

/** Skips the character if it is the next one. */
export function skipCode(reader: HclReader, code: number): boolean {
  if (codeAt(reader) !== code) return false;
  reader.offset++;
  return true;
}

export function skipText(reader: HclReader, text: string): boolean {
  if (!reader.text.startsWith(text, reader.offset)) return false;
  reader.offset += text.length;
  return true;
}

/** Skips blanks and comments, and line ends where they mean nothing. */
export function skipBlanks(reader: HclReader, withLineEnds: boolean): void {
  const { text } = reader;
  let { offset } = reader;
  for (;;) {
    const code = text.charCodeAt(offset);
    if (code === CODE.SPACE || code === CODE.TAB || code === CODE.CARRIAGE_RETURN || code === CODE.NEWLINE && withLineEnds) {
      offset++;
    } else if (code === CODE.HASH || code === CODE.SLASH && text.charCodeAt(offset + 1) === CODE.SLASH) {
      offset = readComment(reader, offset, text.indexOf('\n', offset));
    } else if (code === CODE.SLASH && text.charCodeAt(offset + 1) === CODE.ASTERISK) {
      const end = text.indexOf('*/', offset + 2);
      offset = readComment(reader, offset, end < 0 ? -1 : end + 2);
    } else {
      reader.offset = offset;
      return;
    }
  }
}

/** What looked ahead comes by a comment again: it counts once. */
function readComment({ text, comments }: HclReader, start: number, end: number): number {
  const span = { start, end: end < 0 ? text.length : end };
  if (start >= (comments.at(-1)?.end ?? 0)) comments.push(span);
  return span.end;
}

/** `=` or `:`, in front of a value. */
export function isAtAssignment({ text, offset }: HclReader): boolean {
  const code = text.charCodeAt(offset);
  return code === CODE.EQUALS && text.charCodeAt(offset + 1) !== CODE.EQUALS || code === CODE.COLON;
}

export function skipLine(reader: HclReader): void {
  const end = reader.text.indexOf('\n', reader.offset);
  reader.offset = end < 0 ? reader.text.length : end + 1;
}

export function isIdentifierStart(code: number): boolean {
  return code >= 97 && code <= 122 || code >= 65 && code <= 90 || code === 95
    || code > 127 && (code >= 0xd800 && code <= 0xdfff || /\p{ID_Start}/u.test(String.fromCharCode(code)));
}

function isIdentifierPart(code: number): boolean {
  return isIdentifierStart(code) || code >= 48 && code <= 57 || code === CODE.MINUS;
}

/** The identifier that begins here; empty where none does. */
export function readIdentifier(reader: HclReader): string {
  const start = reader.offset;
  const { text } = reader;
  let end = start;
  while (end < text.length && isIdentifierPart(text.charCodeAt(end))) end++;
  reader.offset = end;
  return text.slice(start, end);
}

/** Skips a keyword, but not the beginning of a longer word. */
export function skipKeyword(reader: HclReader, keyword: string): boolean {
  const end = reader.offset + keyword.length;
  if (!reader.text.startsWith(keyword, reader.offset) || isIdentifierPart(reader.text.charCodeAt(end))) return false;
  reader.offset = end;
  return true;
}

/** Whether a block of the file begins in the first column here: whatever is open was left unclosed. */
export function isAtTopLevelBlock(reader: HclReader): boolean {
  return (reader.offset === 0 || reader.text.charCodeAt(reader.offset - 1) === CODE.NEWLINE) && isTopLevelBlock(reader.text, reader.offset);
}

export function isTopLevelBlock(text: string, offset: number): boolean {
  TOP_LEVEL_BLOCK.lastIndex = offset;
  return TOP_LEVEL_BLOCK.test(text);
}

const TOP_LEVEL_BLOCK =
  /(?:resource|data|module|variable|output|provider|locals|terraform|moved|import|removed|check|ephemeral)[ \t]*(?:"|\{)/y;

/** Whether a line `name = value` or the head of a block begins here, as no list contains them: an open list was left unclosed. */
export function isAtBodyItem(reader: HclReader): boolean {
  BODY_ITEM.lastIndex = reader.offset;
  return BODY_ITEM.test(reader.text);
}

/** Bounded, since it is tried at each word of a list. */
const BODY_ITEM =
  /[A-Za-z_][\w-]{0,80}[ \t]{0,80}=(?![=>])|(?:statement|(?:not_)?principals|condition|dynamic|content)[ \t]{0,80}(?:"\w{0,80}"[ \t]{0,80})?\{/y;

export function missingExpression(reader: HclReader): Expression {
  addFault(reader, reader.offset, reader.offset);
  return { kind: 'missing', span: { start: reader.offset, end: reader.offset } };
}
