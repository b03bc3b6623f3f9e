import { createScanner, type JSONScanner } from 'jsonc-parser';
import type { Span } from '../../text/span';
import { MAX_NESTING, hasContent, withoutContent } from './nesting-limit';
import { mayHavePlaceholders } from '../placeholders';
import { escapeOffsets, WITHOUT_PLACEHOLDERS, scalarNode } from './scalar-node';
import type { Member, Node, ScalarNode } from '../tree';

// jsonc-parser's SyntaxKind and ScanError: enums declared `const`, which modules that are compiled one by one cannot read.
const OPEN_BRACE = 1;
const CLOSE_BRACE = 2;
const OPEN_BRACKET = 3;
const CLOSE_BRACKET = 4;
const COMMA = 5;
const COLON = 6;
const NULL = 7;
const TRUE = 8;
const FALSE = 9;
const STRING = 10;
const NUMBER = 11;
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const UNKNOWN = 16;
const END = 17;
const NO_ERROR = 0;

type StrictFrame =
  | { readonly kind: 'object'; readonly start: number; readonly members: Member[]; key: ScalarNode | undefined }
  | { readonly kind: 'list'; readonly start: number; readonly items: Node[] };

interface StrictParserState {
  readonly text: string;
  /** Whether comments are allowed. */
  readonly commentsAllowed: boolean;
  /** Whether strings of the text can have holes. */
  readonly mayHavePlaceholders: boolean;
  readonly stack: StrictFrame[];
  /** The first container that is nested too deep to be read. */
  tooDeep: Span | undefined;
  /** Made for the first token that needs it: most policies have none. */
  scanner: JSONScanner | undefined;
  /** The token that is looked at: its kind, `UNKNOWN` for every trouble, and from where to where it stands. */
  kind: number;
  start: number;
  end: number;
  /** The token is a string without escapes. */
  withoutEscapes: boolean;
}

export interface StrictParseResult {
  readonly root: Node;
  readonly tooDeep: Span | undefined;
}

/**
 * The tree of a text that is JSON (with comments, where they are allowed) and nothing but; undefined at the first sign of
 * trouble. Keeps its own stack, so that no depth is too much for it.
 */
export function parseStrictJson(text: string, comments: boolean): StrictParseResult | undefined {
  const parse: StrictParserState = { text, commentsAllowed: comments, mayHavePlaceholders: mayHavePlaceholders(text), stack: [], tooDeep: undefined, scanner: undefined, kind: UNKNOWN, start: 0, end: 0, withoutEscapes: false };
  nextToken(parse);
  for (;;) {
    const value = readStrictValue(parse);
    if (value === 'open') continue;
    const settled = value && placeInContainers(parse, value);
    if (settled !== 'open') return settled && { root: settled, tooDeep: parse.tooDeep };
  }
}

/** Reads a scalar or an empty container, or opens a container and goes to its first value. */
function readStrictValue(parse: StrictParserState): Node | 'open' | undefined {
  const { stack } = parse;
  switch (parse.kind) {
    case OPEN_BRACE: {
      const strictFrame: StrictFrame = { kind: 'object', start: parse.start, members: [], key: undefined };
      stack.push(strictFrame);
      return nextToken(parse) === CLOSE_BRACE ? closeContainer(parse) : readMemberKey(parse, strictFrame) ? 'open' : undefined;
    }
    case OPEN_BRACKET:
      stack.push({ kind: 'list', start: parse.start, items: [] });
      return nextToken(parse) === CLOSE_BRACKET ? closeContainer(parse) : 'open';
    default: {
      const top = stack[stack.length - 1];
      return readScalar(parse, top?.kind === 'object' ? top.key?.value : undefined);
    }
  }
}

/** Puts a value where it belongs, with every container that ends behind it. The root when all is read. */
function placeInContainers(parse: StrictParserState, value: Node): Node | 'open' | undefined {
  const { stack } = parse;
  let done: Node | undefined = value;
  while (done) {
    const top = stack[stack.length - 1];
    const kind = nextToken(parse);
    if (!top) return kind === END ? done : undefined;
    addToContainer(top, done);
    if (kind === COMMA) {
      const after = nextToken(parse);
      return (top.kind === 'object' ? readMemberKey(parse, top) : after !== CLOSE_BRACKET) ? 'open' : undefined;
    }
    if (kind !== (top.kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET)) return undefined;
    done = closeContainer(parse);
  }
  return undefined;
}

/** Reads a key and its colon, and goes to the value. */
function readMemberKey(parse: StrictParserState, strictFrame: StrictFrame): boolean {
  if (strictFrame.kind !== 'object' || parse.kind !== STRING) return false;
  strictFrame.key = readScalar(parse, undefined);
  if (!strictFrame.key || nextToken(parse) !== COLON) return false;
  nextToken(parse);
  return true;
}

function addToContainer(strictFrame: StrictFrame, node: Node): void {
  if (strictFrame.kind === 'list') strictFrame.items.push(node);
  else if (strictFrame.key) strictFrame.members.push({ span: { start: strictFrame.key.span.start, end: node.span.end }, key: strictFrame.key, value: node });
}

function closeContainer(parse: StrictParserState): Node | undefined {
  const { stack, end } = parse;
  const strictFrame = stack.pop();
  if (!strictFrame) return undefined;
  const span = { start: strictFrame.start, end };
  // A list that grew has room for many more: of thousands of trees that is a fifth of their memory, which the first collections of garbage move about.
  const node: Node = strictFrame.kind === 'object'
    ? { kind: 'object', span, members: strictFrame.members.slice(), closed: true }
    : { kind: 'list', span, items: strictFrame.items.slice(), closed: true };
  if (stack.length < MAX_NESTING) return node;
  if (stack.length === MAX_NESTING && hasContent(node)) parse.tooDeep ??= span;
  return withoutContent(node);
}

/**
 * Goes to the next token and gives its kind. Brackets, commas and plain strings, which is all that most policies have, are read here:
 * a start spends much of its time at this, and the scanner goes through strings character by character.
 */
function nextToken(parse: StrictParserState): number {
  const { text } = parse;
  for (;;) {
    let at = parse.end;
    let c = text.charCodeAt(at);
    while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++at);
    switch (c) {
      case 34:
        PLAIN_STRING.lastIndex = at;
        if (PLAIN_STRING.test(text)) return setToken(parse, STRING, at, PLAIN_STRING.lastIndex, true);
        break;
      case 44: return setToken(parse, COMMA, at, at + 1);
      case 58: return setToken(parse, COLON, at, at + 1);
      case 91: return setToken(parse, OPEN_BRACKET, at, at + 1);
      case 93: return setToken(parse, CLOSE_BRACKET, at, at + 1);
      case 123: return setToken(parse, OPEN_BRACE, at, at + 1);
      case 125: return setToken(parse, CLOSE_BRACE, at, at + 1);
    }
    const kind = scanToken(parse, at);
    if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) return kind;
    if (!parse.commentsAllowed) return parse.kind = UNKNOWN;
  }
}

/** A string whose value is what stands between its quotes. */
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;

function setToken(parse: StrictParserState, kind: number, start: number, end: number, plain = false): number {
  parse.kind = kind;
  parse.start = start;
  parse.end = end;
  parse.withoutEscapes = plain;
  return kind;
}

/** The token as jsonc-parser sees it. */
function scanToken(parse: StrictParserState, from: number): number {
  const scanner = parse.scanner ??= createScanner(parse.text, false);
  scanner.setPosition(from);
  const kind: number = scanner.scan();
  const error: number = scanner.getTokenError();
  return setToken(parse, error === NO_ERROR ? kind : UNKNOWN, from, scanner.getPosition());
}

function readScalar({ text, kind, start, end, withoutEscapes, mayHavePlaceholders, scanner }: StrictParserState, under: string | undefined): ScalarNode | undefined {
  const span = { start, end };
  if (kind !== STRING) {
    const type = kind === NUMBER ? 'number' : kind === TRUE || kind === FALSE ? 'boolean' : kind === NULL ? 'null' : undefined;
    return type && { kind: 'scalar', type, span, content: span, value: text.slice(start, end), offsets: undefined, placeholders: WITHOUT_PLACEHOLDERS, closed: true };
  }
  const content = { start: start + 1, end: end - 1 };
  const value = withoutEscapes || !scanner ? text.slice(start + 1, end - 1) : scanner.getTokenValue();
  const offsets = value.length === end - start - 2 ? undefined : escapeOffsets(text, content.start, content.end);
  const node: ScalarNode = { kind: 'scalar', type: 'string', span, content, value, offsets, placeholders: WITHOUT_PLACEHOLDERS, closed: true };
  return mayHavePlaceholders ? scalarNode(node, under, true) : node;
}
