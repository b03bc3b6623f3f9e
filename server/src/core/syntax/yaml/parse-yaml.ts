import { Lexer, Parser, type CST } from 'yaml';
import type { Span, TextEdit } from '../../text/span';
import type { ParseResult } from '../syntax';
import type { SyntaxFault } from '../syntax-fault';
import type { Node } from '../tree';
import { insertMissingText, moveTokens, placeInText, type InsertedText } from './inserted-text';
import { repairYaml } from './repairs';
import { reportTabs, spanOfToken, type TagMembers, type TreeBuilder } from './builder';
import { readNode } from './tree-builder';
import { reportTrailingText } from './scalar-builder';
import { addFault, firstFaultOfEachLine, tooDeep, unexpectedText, type YamlFaultCollector } from './yaml-faults';

/** More levels than any text has whose tree is read, as the parser counts them. */
const MAX_PARSER_LEVELS = 200;

/**
 * Reads any text as YAML, as far as that goes. Never throws. Spans count in `text`, whatever had to be mended to read it. A text that is
 * not YAML is mended where it is known how, and read again; the better reading counts.
 */
export function parseYaml(text: string, tagMembers: TagMembers): ParseResult {
  const first = readDocuments(text, { source: text, insertions: [] }, tagMembers);
  if (first.faults.length === 0 && !first.hasSpecialBlanks) return resultOf(first, first.faults, text);
  const repaired = repairYaml(text);
  const equalLength = repaired.text === text ? first : readDocuments(text, { source: repaired.text, insertions: [] }, tagMembers);
  const inserted = insertMissingText(repaired.text, equalLength);
  if (inserted.source === text) return resultOf(first, first.faults, text);
  const second = inserted.insertions.length === 0 ? equalLength : readDocuments(text, inserted, tagMembers);
  const hasColons = inserted.insertions === equalLength.missingColons;
  const colonFaults = equalLength.faults.filter(({ kind }) => hasColons && kind === 'missing-colon');
  return first.faults.length > 0 && second.faults.length > first.faults.length ? resultOf(first, first.faults, text)
    : resultOf(second, [...repaired.faults, ...colonFaults, ...second.faults], text);
}

function resultOf({ roots, comments }: DocumentReader, faults: readonly SyntaxFault[], text: string): ParseResult {
  return { root: roots[0], roots, isBraceless: false, faults: faults.length === 0 ? [] : firstFaultOfEachLine(faults, text), comments };
}

/** What the lexer gives in front of the text of a scalar. */
const SCALAR_FOLLOWS = '\u001f';

interface DocumentReader extends YamlFaultCollector {
  readonly tagMembers: TagMembers;
  readonly hasTabs: boolean;
  readonly mayHaveSpecialBlanks: boolean;
  readonly roots: Node[];
  readonly comments: Span[];
  hasSpecialBlanks: boolean;
}

/** @param source what the tokens come from: the text, or the text with repairs */
function readDocuments(text: string, { source, insertions }: InsertedText, tagMembers: TagMembers): DocumentReader {
  const reader: DocumentReader = { text, tagMembers, faults: [], missingBrackets: [], missingColons: [], hasTabs: text.includes('\t'),
    mayHaveSpecialBlanks: /[\u00a0\ufeff]/.test(text), roots: [], comments: [], hasSpecialBlanks: false };
  const parser = new Parser();
  let isScalar = false;
  for (const lexeme of new Lexer().lex(source)) {
    if (!isScalar && lexeme.startsWith('#')) readComment(reader, placeInText(parser.offset, insertions), lexeme.length);
    // What is behind it is the text of a scalar, whatever it begins with.
    isScalar = lexeme === SCALAR_FOLLOWS;
    for (const token of parser.next(lexeme)) readTopLevelToken(reader, token, insertions);
    if (parser.stack.length > MAX_PARSER_LEVELS) {
      addFault(reader, tooDeep({ start: Math.min(parser.offset, text.length), end: text.length }, MAX_PARSER_LEVELS));
      break;
    }
  }
  for (const token of parser.end()) readTopLevelToken(reader, token, insertions);
  return reader;
}

/** Not a line that a repair has made a comment. */
function readComment({ text, comments }: DocumentReader, start: number, length: number): void {
  if (text[start] === '#') comments.push({ start, end: start + length });
}

function readTopLevelToken(reader: DocumentReader, token: CST.Token, insertions: readonly TextEdit[]): void {
  moveTokens(token, reader.text, insertions);
  if (token.type === 'document') {
    const builder: TreeBuilder = { ...reader, readNode, anchors: new Map(), nodeCount: 0, aliasedNodeCount: 0, deepest: 0 };
    const root = readDocument(builder, token);
    reader.hasSpecialBlanks ||= builder.hasSpecialBlanks;
    if (root) reader.roots.push(root);
  } else if (token.type === 'error') {
    addFault(reader, unexpectedText(spanOfToken(token)));
  } else if (token.type === 'doc-end') {
    for (const part of token.end ?? [])
      if (part.type !== 'space' && part.type !== 'newline' && part.type !== 'comment') addFault(reader, unexpectedText(spanOfToken(part)));
  }
}

function readDocument(builder: TreeBuilder, { start, value, end }: CST.Document): Node | undefined {
  if (value?.type !== 'flow-collection') reportTabs(builder, start, { startsLine: true, next: value, parentIndentation: -1 });
  const root = readNode(builder, value, start, 0);
  reportTrailingText(builder, end);
  return root;
}
