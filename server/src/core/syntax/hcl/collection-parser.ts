import * as CODE from './character-codes';
import {
  addFault, codeAt, type HclReader, isAtAssignment, isAtBodyItem, isAtEnd, isAtTopLevelBlock, readIdentifier, skipBlanks, skipCode,
  skipKeyword, skipText,
} from './hcl-reader';
import type { Expression, ForExpression, ObjectItem } from './hcl-tree';

/** From its bracket on. */
export function readTuple(reader: HclReader): Expression {
  const start = reader.offset;
  reader.offset++;
  const forExpression = readForExpression(reader, start, CODE.CLOSE_BRACKET);
  if (forExpression) return forExpression;
  const items: Expression[] = [];
  for (;;) {
    const before = reader.offset;
    skipBlanks(reader, true);
    if (skipCode(reader, CODE.CLOSE_BRACKET)) return { kind: 'tuple', span: { start, end: reader.offset }, items, closed: true };
    const code = codeAt(reader);
    const isOtherBracket = code === CODE.CLOSE_BRACE || code === CODE.CLOSE_PARENTHESIS;
    if (isOtherBracket || isAtEnd(reader) || isAtTopLevelBlock(reader) || isAtBodyItem(reader)) {
      reader.offset = before;
      addFault(reader, start, start + 1);
      return { kind: 'tuple', span: { start, end: before }, items, closed: false };
    }
    const itemStart = reader.offset;
    const item = code === CODE.COMMA ? undefined : reader.readExpression(reader, true);
    if (!item || reader.offset === itemStart) {
      addFault(reader, itemStart, itemStart + 1);
      reader.offset = itemStart + 1;
      continue;
    }
    items.push(item);
    skipBlanks(reader, true);
    if (!skipCode(reader, CODE.COMMA) && codeAt(reader) !== CODE.CLOSE_BRACKET) addFault(reader, item.span.end, item.span.end);
  }
}

/** From its brace on. */
export function readObject(reader: HclReader): Expression {
  const start = reader.offset;
  reader.offset++;
  const forExpression = readForExpression(reader, start, CODE.CLOSE_BRACE);
  if (forExpression) return forExpression;
  const items: ObjectItem[] = [];
  for (;;) {
    const before = reader.offset;
    skipBlanks(reader, true);
    if (skipCode(reader, CODE.CLOSE_BRACE)) return { kind: 'object', span: { start, end: reader.offset }, items, closed: true };
    const code = codeAt(reader);
    if (isAtEnd(reader) || code === CODE.CLOSE_BRACKET || code === CODE.CLOSE_PARENTHESIS || isAtTopLevelBlock(reader)) {
      reader.offset = before;
      addFault(reader, start, start + 1);
      return { kind: 'object', span: { start, end: before }, items, closed: false };
    }
    const item = code === CODE.COMMA ? undefined : readObjectItem(reader);
    if (item) items.push(item);
    else if (!skipCode(reader, CODE.COMMA)) reader.offset++;
  }
}

/** @returns undefined where nothing was read */
function readObjectItem(reader: HclReader): ObjectItem | undefined {
  const start = reader.offset;
  const key = reader.readExpression(reader, false);
  if (reader.offset === start) return undefined;
  skipBlanks(reader, false);
  const value = readObjectValue(reader, key);
  const end = value?.span.end ?? reader.offset;
  skipBlanks(reader, false);
  const code = codeAt(reader);
  const isLast = code === CODE.NEWLINE || code === CODE.CLOSE_BRACE || isAtEnd(reader);
  if (!isLast && !skipCode(reader, CODE.COMMA)) addFault(reader, reader.offset, reader.offset);
  return { key, value, span: { start, end } };
}

function readObjectValue(reader: HclReader, { span }: Expression): Expression | undefined {
  if (!isAtAssignment(reader)) {
    addFault(reader, span.start, span.end);
    return undefined;
  }
  reader.offset++;
  const end = reader.offset;
  skipBlanks(reader, true);
  const code = codeAt(reader);
  if (code !== CODE.CLOSE_BRACE && code !== CODE.COMMA && !(reader.text.slice(end, reader.offset).includes('\n') && isAtBodyItem(reader)))
    return reader.readExpression(reader, false);
  reader.offset = end;
  addFault(reader, end, end);
  return undefined;
}

/** From behind the bracket: `for name in collection : value if condition`, with what closes it. */
function readForExpression(reader: HclReader, start: number, closingCode: number): ForExpression | undefined {
  const contentStart = reader.offset;
  skipBlanks(reader, true);
  if (!isForExpression(reader)) {
    reader.offset = contentStart;
    return undefined;
  }
  const { variables, collection } = readForIntroduction(reader);
  if (!skipCode(reader, CODE.COLON)) addFault(reader, reader.offset, reader.offset);
  const first = reader.readExpression(reader, true);
  skipBlanks(reader, true);
  const hasKey = closingCode === CODE.CLOSE_BRACE;
  if (hasKey && !skipText(reader, '=>')) addFault(reader, reader.offset, reader.offset);
  const value = hasKey ? reader.readExpression(reader, true) : first;
  skipBlanks(reader, true);
  if (hasKey) skipText(reader, '...');
  skipBlanks(reader, true);
  const condition = skipKeyword(reader, 'if') ? reader.readExpression(reader, true) : undefined;
  skipBlanks(reader, true);
  if (!skipCode(reader, closingCode)) addFault(reader, start, start + 1);
  return { kind: 'for', span: { start, end: reader.offset }, variables, collection, key: hasKey ? first : undefined, value, condition };
}

/** `for` is a name, too: `{ for = 1 }`. */
function isForExpression({ text, offset }: HclReader): boolean {
  FOR_INTRODUCTION.lastIndex = offset;
  return FOR_INTRODUCTION.test(text);
}

const FOR_INTRODUCTION = /for\s+[A-Za-z_]/y;

/** `for key, value in collection`, of an expression or of a directive. */
export function readForIntroduction(reader: HclReader): { readonly variables: readonly string[]; readonly collection: Expression } {
  skipKeyword(reader, 'for');
  const variables: string[] = [];
  do {
    skipBlanks(reader, true);
    variables.push(readIdentifier(reader));
    skipBlanks(reader, true);
  } while (variables.length < 2 && skipCode(reader, CODE.COMMA));
  if (!skipKeyword(reader, 'in')) addFault(reader, reader.offset, reader.offset);
  const collection = reader.readExpression(reader, true);
  skipBlanks(reader, true);
  return { variables, collection };
}
