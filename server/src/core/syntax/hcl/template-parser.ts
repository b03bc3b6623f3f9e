import * as CODE from './character-codes';
import {
  addFault, codeAt, type HclReader, isAtBodyItem, isAtEnd, missingExpression, readIdentifier, skipBlanks, skipCode,
} from './hcl-reader';
import type { TemplateExpression, TemplateSegment } from './hcl-tree';
import { readForIntroduction } from './collection-parser';
import { appendEscape, createTextBuilder, finishText, sliceText, type TextBuilder } from './template-text';

/** From its quote on. It ends with its line at the latest. */
export function readQuotedTemplate(reader: HclReader): TemplateExpression {
  const start = reader.offset;
  const plainText = readPlainText(reader);
  if (plainText) return plainText;
  reader.offset++;
  const parts: TemplateSegment[] = [];
  const strips = readParts(reader, parts, isAtEndOfQuoted, readEscape);
  const end = reader.offset;
  const closed = skipCode(reader, CODE.QUOTE);
  if (!closed) addFault(reader, start, end);
  return { kind: 'template', span: { start, end: reader.offset }, content: { start: start + 1, end },
    parts: withStrippedBlanks(parts, strips), heredoc: undefined, closed };
}

/** Nearly every string is text without escapes. */
function readPlainText(reader: HclReader): TemplateExpression | undefined {
  const start = reader.offset;
  PLAIN_TEXT.lastIndex = start;
  if (!PLAIN_TEXT.test(reader.text)) return undefined;
  reader.offset = PLAIN_TEXT.lastIndex;
  const content = { start: start + 1, end: reader.offset - 1 };
  const value = reader.text.slice(content.start, content.end);
  const parts: TemplateSegment[] = value === '' ? [] : [{ kind: 'text', span: content, value, offsets: undefined }];
  return { kind: 'template', span: { start, end: reader.offset }, content, parts, heredoc: undefined, closed: true };
}

const PLAIN_TEXT = /"[^"\\$%\n]*"/y;

function isAtEndOfQuoted(reader: HclReader): boolean {
  const code = codeAt(reader);
  return code === CODE.QUOTE || code === CODE.NEWLINE || isAtEnd(reader);
}

/** Which parts have a `~` at their beginning or end, which takes away the blanks of the text beside it. */
export interface BlankStrips {
  readonly before: ReadonlySet<number>;
  readonly after: ReadonlySet<number>;
}

/**
 * Reads texts, interpolations and directives.
 *
 * @param isAtEndOfTemplate is asked at each character of the text, in order
 * @param readBackslash reads the escape that begins there; a backslash is an ordinary character where it is not given
 */
export function readParts(reader: HclReader, parts: TemplateSegment[], isAtEndOfTemplate: (reader: HclReader) => boolean,
  readBackslash?: (reader: HclReader, builder: TextBuilder) => void): BlankStrips {
  const before = new Set<number>();
  const after = new Set<number>();
  let builder = createTextBuilder(reader.text, reader.offset);
  while (!isAtEndOfTemplate(reader)) {
    const { text, offset } = reader;
    const code = text.charCodeAt(offset);
    const isMarker = code === CODE.DOLLAR || code === CODE.PERCENT;
    if (isMarker && text.charCodeAt(offset + 1) === CODE.OPEN_BRACE) {
      finishText(builder, offset, parts);
      if (text.charCodeAt(offset + 2) === CODE.TILDE) before.add(parts.length);
      const part = readSequence(reader);
      if (text.charCodeAt(reader.offset - 2) === CODE.TILDE) after.add(parts.length);
      parts.push(part);
      builder = createTextBuilder(text, reader.offset);
    } else if (isMarker && text.charCodeAt(offset + 1) === code && text.charCodeAt(offset + 2) === CODE.OPEN_BRACE) {
      appendEscape(builder, offset, offset + 3, `${text.charAt(offset)}{`);
      reader.offset += 3;
    } else if (code === CODE.BACKSLASH && readBackslash) {
      readBackslash(reader, builder);
    } else {
      reader.offset++;
    }
  }
  finishText(builder, reader.offset, parts);
  return { before, after };
}

/** `${ … }` or `%{ … }` */
function readSequence(reader: HclReader): TemplateSegment {
  const start = reader.offset;
  const isInterpolation = codeAt(reader) === CODE.DOLLAR;
  reader.offset += 2;
  skipCode(reader, CODE.TILDE);
  const contentStart = reader.offset;
  skipBlanks(reader, true);
  const isBegun = isAtBodyItem(reader);
  if (isBegun) reader.offset = contentStart;
  const content = !isInterpolation ? readDirective(reader)
    : { expression: isBegun ? missingExpression(reader) : reader.readExpression(reader, true) };
  skipBlanks(reader, !isBegun);
  skipCode(reader, CODE.TILDE);
  if (!skipCode(reader, CODE.CLOSE_BRACE)) {
    addFault(reader, start, start + 2);
    SEQUENCE_END.lastIndex = reader.offset;
    const match = SEQUENCE_END.exec(reader.text);
    reader.offset = match ? match.index + (match[0] === '}' ? 1 : 0) : reader.text.length;
  }
  const span = { start, end: reader.offset };
  return 'keyword' in content ? { kind: 'directive', span, ...content } : { kind: 'interpolation', span, ...content };
}

/** Where a sequence ends that is not closed. */
const SEQUENCE_END = /[}"\n]/g;

function readDirective(reader: HclReader): Pick<TemplateSegment & { kind: 'directive' }, 'keyword' | 'expression'> {
  const start = reader.offset;
  const keyword = readIdentifier(reader);
  if (keyword === 'if') return { keyword, expression: reader.readExpression(reader, true) };
  if (keyword !== 'for') return { keyword, expression: undefined };
  reader.offset = start;
  return { keyword, expression: readForIntroduction(reader).collection };
}

/** `\n`, `\"`, `\u00e9` (HCL native syntax specification, "Quoted templates"). An unknown escape stands for its character. */
function readEscape(reader: HclReader, builder: TextBuilder): void {
  const { text, offset } = reader;
  const character = text.charAt(offset + 1);
  const digits = character === 'u' ? 4 : character === 'U' ? 8 : 0;
  const codePoint = digits > 0 ? hexadecimalAt(text, offset + 2, digits) : undefined;
  let end = offset + 2;
  let value = ESCAPES[character];
  if (codePoint !== undefined) {
    value = String.fromCodePoint(codePoint);
    end += digits;
  } else if (value === undefined) {
    if (character === '\n' || character === '') end = offset + 1;
    addFault(reader, offset, end);
    value = end === offset + 1 ? '\\' : character;
  }
  appendEscape(builder, offset, end, value);
  reader.offset = end;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function hexadecimalAt(text: string, start: number, digits: number): number | undefined {
  const hexadecimal = text.slice(start, start + digits);
  const codePoint = hexadecimal.length === digits && /^[\da-f]+$/i.test(hexadecimal) ? parseInt(hexadecimal, 16) : Infinity;
  return codePoint <= 0x10ffff ? codePoint : undefined;
}

/** Takes away the blanks and line ends beside a `~` (HCL native syntax specification, "Template interpolation sequence"). */
export function withStrippedBlanks(parts: readonly TemplateSegment[], { before, after }: BlankStrips): readonly TemplateSegment[] {
  if (before.size === 0 && after.size === 0) return parts;
  const segments = parts.map((part, index) => {
    if (part.kind !== 'text') return part;
    const end = before.has(index + 1) ? part.value.trimEnd().length : part.value.length;
    const start = after.has(index - 1) ? Math.min(part.value.length - part.value.trimStart().length, end) : 0;
    return sliceText(part, start, end);
  });
  return segments.filter((part) => part.kind !== 'text' || part.value !== '');
}
