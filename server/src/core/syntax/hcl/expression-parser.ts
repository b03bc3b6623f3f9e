import * as CODE from './character-codes';
import {
  addFault, codeAt, type HclReader, isAtBodyItem, isAtEnd, isAtTopLevelBlock, isIdentifierStart, MAX_DEPTH, missingExpression,
  readIdentifier, skipBlanks, skipCode, skipText,
} from './hcl-reader';
import type { CallExpression, Expression, TraversalStep } from './hcl-tree';
import { readObject, readTuple } from './collection-parser';
import { readHeredoc } from './heredoc-parser';
import { readQuotedTemplate } from './template-parser';

/** @param inBrackets line ends mean nothing there */
export function readExpression(reader: HclReader, inBrackets: boolean): Expression {
  if (reader.depth >= MAX_DEPTH) return missingExpression(reader);
  reader.depth++;
  const expression = readConditional(reader, inBrackets);
  reader.depth--;
  return expression;
}

function readConditional(reader: HclReader, inBrackets: boolean): Expression {
  const condition = readOperation(reader, 0, inBrackets);
  const end = reader.offset;
  skipBlanks(reader, inBrackets);
  if (!skipCode(reader, CODE.QUESTION_MARK)) {
    reader.offset = end;
    return condition;
  }
  skipBlanks(reader, true);
  const whenTrue = readExpression(reader, inBrackets);
  const trueEnd = reader.offset;
  skipBlanks(reader, true);
  const hasColon = skipCode(reader, CODE.COLON);
  if (!hasColon) reader.offset = trueEnd;
  else skipBlanks(reader, true);
  const whenFalse = hasColon ? readExpression(reader, inBrackets) : missingExpression(reader);
  return { kind: 'conditional', span: { start: condition.span.start, end: whenFalse.span.end }, condition, whenTrue, whenFalse };
}

/** From the loosest to the tightest; operators of one row have the same precedence. */
const OPERATORS = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']];
const OPERATOR_START = /[|&=!<>+\-*/%]/;

function operatorAt({ text, offset }: HclReader): { readonly operator: string; readonly precedence: number } | undefined {
  if (!OPERATOR_START.test(text.charAt(offset))) return undefined;
  for (const [precedence, operators] of OPERATORS.entries()) {
    const operator = operators.find((candidate) => text.startsWith(candidate, offset));
    if (operator !== undefined) return { operator, precedence };
  }
  return undefined;
}

/** By precedence climbing: operators of one precedence are one node, however many they are. */
function readOperation(reader: HclReader, minPrecedence: number, inBrackets: boolean): Expression {
  const first = readNegation(reader, inBrackets);
  let row: OperationRow | undefined;
  for (;;) {
    const end = reader.offset;
    skipBlanks(reader, inBrackets);
    const next = operatorAt(reader);
    if (!next || next.precedence < minPrecedence) {
      reader.offset = end;
      return row ? operationOf(row) : first;
    }
    reader.offset += next.operator.length;
    skipBlanks(reader, true);
    const operand = readOperation(reader, next.precedence + 1, inBrackets);
    if (row?.precedence !== next.precedence)
      row = { precedence: next.precedence, operands: [row ? operationOf(row) : first], operators: [] };
    row.operands.push(operand);
    row.operators.push(next.operator);
  }
}

interface OperationRow {
  readonly precedence: number;
  readonly operands: Expression[];
  readonly operators: string[];
}

function operationOf({ operands, operators }: OperationRow): Expression {
  const spans = operands.map(({ span }) => span);
  return { kind: 'operation', span: { start: spans[0]?.start ?? 0, end: spans.at(-1)?.end ?? 0 }, operands, operators };
}

function readNegation(reader: HclReader, inBrackets: boolean): Expression {
  skipBlanks(reader, inBrackets);
  const start = reader.offset;
  const code = codeAt(reader);
  const isNot = code === CODE.EXCLAMATION_MARK && reader.text.charCodeAt(start + 1) !== CODE.EQUALS;
  const operator = isNot ? '!' : code === CODE.MINUS ? '-' : undefined;
  if (!operator) return readTraversal(reader, readTerm(reader, inBrackets), inBrackets);
  if (reader.depth >= MAX_DEPTH) return missingExpression(reader);
  reader.offset++;
  reader.depth++;
  const operand = readNegation(reader, inBrackets);
  reader.depth--;
  return { kind: 'negation', span: { start, end: operand.span.end }, operator, operand };
}

function readTraversal(reader: HclReader, source: Expression, inBrackets: boolean): Expression {
  let steps: TraversalStep[] | undefined;
  for (;;) {
    const end = reader.offset;
    skipBlanks(reader, inBrackets);
    const step = readStep(reader);
    if (step) {
      (steps ??= []).push(step);
    } else {
      reader.offset = end;
      return steps ? { kind: 'traversal', span: { start: source.span.start, end }, source, steps } : source;
    }
  }
}

function readStep(reader: HclReader): TraversalStep | undefined {
  const start = reader.offset;
  if (codeAt(reader) === CODE.OPEN_BRACKET) return readIndex(reader);
  if (codeAt(reader) !== CODE.DOT || reader.text.charCodeAt(start + 1) === CODE.DOT) return undefined;
  reader.offset++;
  const nameStart = reader.offset;
  if (skipCode(reader, CODE.ASTERISK)) return { kind: 'splat', span: { start, end: reader.offset } };
  const number = readNumber(reader, LEGACY_INDEX);
  if (number !== undefined) {
    const span = { start: nameStart, end: reader.offset };
    return { kind: 'index', span: { start, end: span.end }, index: { kind: 'literal', type: 'number', span, value: number } };
  }
  const name = isIdentifierStart(codeAt(reader)) ? readIdentifier(reader) : '';
  if (name === '') addFault(reader, start, start + 1);
  return { kind: 'attribute', span: { start: nameStart, end: reader.offset }, name };
}

function readIndex(reader: HclReader): TraversalStep {
  const start = reader.offset;
  reader.offset++;
  skipBlanks(reader, true);
  const isSplat = skipCode(reader, CODE.ASTERISK);
  const index = isSplat ? undefined : reader.readExpression(reader, true);
  skipBlanks(reader, true);
  if (!skipCode(reader, CODE.CLOSE_BRACKET)) addFault(reader, start, start + 1);
  const span = { start, end: reader.offset };
  return index ? { kind: 'index', span, index } : { kind: 'splat', span };
}

function readTerm(reader: HclReader, inBrackets: boolean): Expression {
  const start = reader.offset;
  const code = codeAt(reader);
  if (code === CODE.QUOTE) return readQuotedTemplate(reader);
  if (code === CODE.OPEN_BRACKET) return readTuple(reader);
  if (code === CODE.OPEN_BRACE) return readObject(reader);
  if (code === CODE.OPEN_PARENTHESIS) return readParenthesized(reader);
  if (isIdentifierStart(code)) return readName(reader, inBrackets);
  const number = readNumber(reader, NUMBER);
  if (number !== undefined) return { kind: 'literal', type: 'number', span: { start, end: reader.offset }, value: number };
  return code === CODE.LESS && readHeredoc(reader) || missingExpression(reader);
}

const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LEGACY_INDEX = /\d+/y;

function readNumber(reader: HclReader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.offset;
  const number = pattern.exec(reader.text)?.[0];
  if (number !== undefined) reader.offset += number.length;
  return number;
}

function readParenthesized(reader: HclReader): Expression {
  const start = reader.offset;
  reader.offset++;
  skipBlanks(reader, true);
  const expression = reader.readExpression(reader, true);
  const end = reader.offset;
  skipBlanks(reader, true);
  if (!skipCode(reader, CODE.CLOSE_PARENTHESIS)) {
    addFault(reader, start, start + 1);
    reader.offset = end;
  }
  return { kind: 'parenthesized', span: { start, end: reader.offset }, expression };
}

/** A variable, a function call, or one of the words that are values. */
function readName(reader: HclReader, inBrackets: boolean): Expression {
  const start = reader.offset;
  let name = readIdentifier(reader);
  while (reader.text.startsWith('::', reader.offset) && isIdentifierStart(reader.text.charCodeAt(reader.offset + 2))) {
    reader.offset += 2;
    name += `::${readIdentifier(reader)}`;
  }
  const span = { start, end: reader.offset };
  skipBlanks(reader, inBrackets);
  if (codeAt(reader) === CODE.OPEN_PARENTHESIS) return { ...readArguments(reader, start), name, nameSpan: span };
  reader.offset = span.end;
  if (name === 'true' || name === 'false') return { kind: 'literal', type: 'boolean', span, value: name };
  if (name === 'null') return { kind: 'literal', type: 'null', span, value: name };
  return { kind: 'variable', span, name };
}

function readArguments(reader: HclReader, start: number): Omit<CallExpression, 'name' | 'nameSpan'> {
  const parenthesis = reader.offset;
  const values: Expression[] = [];
  let isExpanded = false;
  reader.offset++;
  let { offset: end } = reader;
  for (let hasNext = true; hasNext && !isAtEndOfArguments(reader);) {
    const value = reader.readExpression(reader, true);
    if (value.kind === 'missing') break;
    values.push(value);
    end = reader.offset;
    skipBlanks(reader, true);
    if (skipText(reader, '...')) isExpanded = true;
    skipBlanks(reader, true);
    hasNext = skipCode(reader, CODE.COMMA) || codeAt(reader) === CODE.CLOSE_PARENTHESIS;
    if (hasNext) end = reader.offset;
  }
  const closed = skipCode(reader, CODE.CLOSE_PARENTHESIS);
  if (!closed) {
    addFault(reader, parenthesis, parenthesis + 1);
    reader.offset = end;
  }
  return { kind: 'call', span: { start, end: reader.offset }, arguments: values, isExpanded, closed };
}

/** In front of the parenthesis, or of what cannot be an argument: the parenthesis is missing. */
function isAtEndOfArguments(reader: HclReader): boolean {
  skipBlanks(reader, true);
  const code = codeAt(reader);
  return code === CODE.CLOSE_PARENTHESIS || code === CODE.CLOSE_BRACE || code === CODE.CLOSE_BRACKET || isAtEnd(reader)
    || isAtTopLevelBlock(reader) || isAtBodyItem(reader);
}
