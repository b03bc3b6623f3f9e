import type { Span } from '../../text/span';
import * as CODE from './character-codes';
import { readExpression } from './expression-parser';
import {
  addFault, codeAt, type HclReader, isAtAssignment, isAtEnd, isAtTopLevelBlock, isIdentifierStart, MAX_DEPTH, missingExpression,
  readIdentifier, skipBlanks, skipCode, skipLine,
} from './hcl-reader';
import type { HclAttribute, HclBlock, HclBody, HclLabel, TemplateExpression } from './hcl-tree';
import { readQuotedTemplate } from './template-parser';

export interface ParsedHcl {
  readonly body: HclBody;
  /** Where the text is not HCL, in the order in which it was read. */
  readonly faults: readonly Span[];
  readonly comments: readonly Span[];
}

/**
 * Reads any text as HCL native syntax, as far as that goes. Never throws, and reads each character a bounded number of times. A text that
 * is half typed keeps what stands around the place: a quoted string ends with its line, a list where a line `name =` begins, and everything
 * where a block of the file begins in the first column.
 */
export function parseHcl(text: string): ParsedHcl {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const reader: HclReader = { text, offset: start, depth: 0, faults: [], comments: [], lastLineOfWord: undefined, readExpression };
  const { body } = readBody(reader, start, false);
  return { body, faults: reader.faults, comments: reader.comments };
}

/** @param isBlock a closing brace ends it */
function readBody(reader: HclReader, start: number, isBlock: boolean): { readonly body: HclBody; readonly closed: boolean } {
  const items: (HclAttribute | HclBlock)[] = [];
  for (;;) {
    skipBlanks(reader, true);
    const code = codeAt(reader);
    if (isAtEnd(reader) || isBlock && (code === CODE.CLOSE_BRACE || isAtTopLevelBlock(reader)))
      return { body: { span: { start, end: reader.offset }, items }, closed: code === CODE.CLOSE_BRACE };
    const itemStart = reader.offset;
    const item = isIdentifierStart(code) || code === CODE.QUOTE ? readItem(reader) : undefined;
    if (item) {
      items.push(item);
    } else {
      addFault(reader, itemStart, Math.max(reader.offset, itemStart + 1));
      if (code === CODE.CLOSE_BRACE) reader.offset++;
      else skipLine(reader);
    }
  }
}

function readItem(reader: HclReader): HclAttribute | HclBlock | undefined {
  const start = reader.offset;
  const name = codeAt(reader) === CODE.QUOTE ? literalTextOf(readQuotedTemplate(reader)) : readIdentifier(reader);
  const nameSpan = { start, end: reader.offset };
  skipBlanks(reader, false);
  if (isAtAssignment(reader)) return readAttribute(reader, name, nameSpan);
  const labels = readLabels(reader);
  const hasBrace = codeAt(reader) === CODE.OPEN_BRACE;
  return hasBrace || isBlockWithoutBrace(reader, start, labels) ? readBlock(reader, name, nameSpan, labels) : undefined;
}

function readAttribute(reader: HclReader, name: string, nameSpan: Span): HclAttribute {
  if (codeAt(reader) === CODE.COLON) addFault(reader, reader.offset, reader.offset + 1);
  reader.offset++;
  skipBlanks(reader, false);
  const value = codeAt(reader) === CODE.NEWLINE || isAtEnd(reader) ? missingExpression(reader) : readExpression(reader, false);
  skipBlanks(reader, false);
  const code = codeAt(reader);
  if (code === CODE.COMMA) {
    addFault(reader, reader.offset, reader.offset + 1);
    reader.offset++;
  } else if (!isAtEnd(reader) && code !== CODE.NEWLINE && code !== CODE.CLOSE_BRACE && !isAtTopLevelBlock(reader)) {
    addFault(reader, reader.offset, reader.offset + 1);
    skipLine(reader);
  }
  return { kind: 'attribute', name, nameSpan, span: { start: nameSpan.start, end: value.span.end }, value };
}

function readLabels(reader: HclReader): HclLabel[] {
  const labels: HclLabel[] = [];
  for (;;) {
    skipBlanks(reader, false);
    const start = reader.offset;
    if (codeAt(reader) === CODE.QUOTE) {
      const template = readQuotedTemplate(reader);
      labels.push({ value: literalTextOf(template), span: template.span });
    } else if (isIdentifierStart(codeAt(reader))) {
      labels.push({ value: readIdentifier(reader), span: { start, end: reader.offset } });
    } else {
      return labels;
    }
  }
}

/** A head whose brace is missing: what stands below it is further to the right. */
function isBlockWithoutBrace({ text, offset }: HclReader, start: number, labels: readonly HclLabel[]): boolean {
  const lineStart = text.lastIndexOf('\n', start) + 1;
  if (labels.length === 0 && text.charCodeAt(offset) !== CODE.NEWLINE) return false;
  NEXT_LINE.lastIndex = offset;
  const indentation = NEXT_LINE.exec(text)?.[1];
  return indentation !== undefined && text.slice(lineStart, start).trim() === '' && indentation.length > start - lineStart;
}

const NEXT_LINE = /(?:\r?\n[ \t]*){0,3}\r?\n([ \t]*)[A-Za-z_"]/y;

function readBlock(reader: HclReader, type: string, typeSpan: Span, labels: readonly HclLabel[]): HclBlock | undefined {
  const brace = reader.offset;
  if (!skipCode(reader, CODE.OPEN_BRACE)) addFault(reader, brace, brace);
  if (reader.depth >= MAX_DEPTH) return undefined;
  reader.depth++;
  const { body, closed } = readBody(reader, reader.offset, true);
  reader.depth--;
  if (closed) reader.offset++;
  else addFault(reader, brace, brace + 1);
  return { kind: 'block', type, typeSpan, labels, body, span: { start: typeSpan.start, end: reader.offset }, closed };
}

function literalTextOf({ parts }: TemplateExpression): string {
  return parts.map((part) => (part.kind === 'text' ? part.value : '')).join('');
}
