import { createScanner, type JSONScanner } from 'jsonc-parser';
import type { Span } from '../text/span';
import { DEEPEST, hasContent, withoutContent } from './depth';
import { mayHaveHoles } from './holes';
import { escapeOffsets, NO_HOLES, scalar } from './scalar';
import type { Member, Node, ScalarNode } from './tree';

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

type Frame =
  | { readonly kind: 'object'; readonly start: number; readonly members: Member[]; key: ScalarNode | undefined }
  | { readonly kind: 'list'; readonly start: number; readonly items: Node[] };

interface CleanParse {
  readonly text: string;
  /** Whether comments are allowed. */
  readonly comments: boolean;
  /** Whether strings of the text can have holes. */
  readonly holes: boolean;
  readonly stack: Frame[];
  /** The first container that is nested too deep to be read. */
  tooDeep: Span | undefined;
  /** Made for the first token that needs it: most policies have none. */
  scanner: JSONScanner | undefined;
  /** The token that is looked at: its kind, `UNKNOWN` for every trouble, and from where to where it stands. */
  kind: number;
  start: number;
  end: number;
  /** The token is a string without escapes. */
  plain: boolean;
}

export interface CleanTree {
  readonly root: Node;
  readonly tooDeep: Span | undefined;
}

/**
 * The tree of a text that is JSON (with comments, where they are allowed) and nothing but; undefined at the first sign of
 * trouble. Keeps its own stack, so that no depth is too much for it.
 */
export function parseClean(text: string, comments: boolean): CleanTree | undefined {
  const parse: CleanParse = { text, comments, holes: mayHaveHoles(text), stack: [], tooDeep: undefined, scanner: undefined, kind: UNKNOWN, start: 0, end: 0, plain: false };
  next(parse);
  for (;;) {
    const value = startValue(parse);
    if (value === 'open') continue;
    const settled = value && settle(parse, value);
    if (settled !== 'open') return settled && { root: settled, tooDeep: parse.tooDeep };
  }
}

/** Reads a scalar or an empty container, or opens a container and goes to its first value. */
function startValue(parse: CleanParse): Node | 'open' | undefined {
  const { stack } = parse;
  switch (parse.kind) {
    case OPEN_BRACE: {
      const frame: Frame = { kind: 'object', start: parse.start, members: [], key: undefined };
      stack.push(frame);
      return next(parse) === CLOSE_BRACE ? close(parse) : readKey(parse, frame) ? 'open' : undefined;
    }
    case OPEN_BRACKET:
      stack.push({ kind: 'list', start: parse.start, items: [] });
      return next(parse) === CLOSE_BRACKET ? close(parse) : 'open';
    default: {
      const top = stack[stack.length - 1];
      return readScalar(parse, top?.kind === 'object' ? top.key?.value : undefined);
    }
  }
}

/** Puts a value where it belongs, with every container that ends behind it. The root when all is read. */
function settle(parse: CleanParse, value: Node): Node | 'open' | undefined {
  const { stack } = parse;
  let done: Node | undefined = value;
  while (done) {
    const top = stack[stack.length - 1];
    const kind = next(parse);
    if (!top) return kind === END ? done : undefined;
    place(top, done);
    if (kind === COMMA) {
      const after = next(parse);
      return (top.kind === 'object' ? readKey(parse, top) : after !== CLOSE_BRACKET) ? 'open' : undefined;
    }
    if (kind !== (top.kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET)) return undefined;
    done = close(parse);
  }
  return undefined;
}

/** Reads a key and its colon, and goes to the value. */
function readKey(parse: CleanParse, frame: Frame): boolean {
  if (frame.kind !== 'object' || parse.kind !== STRING) return false;
  frame.key = readScalar(parse, undefined);
  if (!frame.key || next(parse) !== COLON) return false;
  next(parse);
  return true;
}

function place(frame: Frame, node: Node): void {
  if (frame.kind === 'list') frame.items.push(node);
  else if (frame.key) frame.members.push({ span: { start: frame.key.span.start, end: node.span.end }, key: frame.key, value: node });
}

function close(parse: CleanParse): Node | undefined {
  const { stack, end } = parse;
  const frame = stack.pop();
  if (!frame) return undefined;
  const span = { start: frame.start, end };
  // A list that grew has room for many more: of thousands of trees that is a fifth of their memory, which the first collections of garbage move about.
  const node: Node = frame.kind === 'object'
    ? { kind: 'object', span, members: frame.members.slice(), closed: true }
    : { kind: 'list', span, items: frame.items.slice(), closed: true };
  if (stack.length < DEEPEST) return node;
  if (stack.length === DEEPEST && hasContent(node)) parse.tooDeep ??= span;
  return withoutContent(node);
}

/**
 * Goes to the next token and gives its kind. Brackets, commas and plain strings, which is all that most policies have, are read here:
 * a start spends much of its time at this, and the scanner goes through strings character by character.
 */
function next(parse: CleanParse): number {
  const { text } = parse;
  for (;;) {
    let at = parse.end;
    let c = text.charCodeAt(at);
    while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++at);
    switch (c) {
      case 34:
        PLAIN_STRING.lastIndex = at;
        if (PLAIN_STRING.test(text)) return token(parse, STRING, at, PLAIN_STRING.lastIndex, true);
        break;
      case 44: return token(parse, COMMA, at, at + 1);
      case 58: return token(parse, COLON, at, at + 1);
      case 91: return token(parse, OPEN_BRACKET, at, at + 1);
      case 93: return token(parse, CLOSE_BRACKET, at, at + 1);
      case 123: return token(parse, OPEN_BRACE, at, at + 1);
      case 125: return token(parse, CLOSE_BRACE, at, at + 1);
    }
    const kind = scan(parse, at);
    if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) return kind;
    if (!parse.comments) return parse.kind = UNKNOWN;
  }
}

/** A string whose value is what stands between its quotes. */
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;

function token(parse: CleanParse, kind: number, start: number, end: number, plain = false): number {
  parse.kind = kind;
  parse.start = start;
  parse.end = end;
  parse.plain = plain;
  return kind;
}

/** The token as jsonc-parser sees it. */
function scan(parse: CleanParse, from: number): number {
  const scanner = parse.scanner ??= createScanner(parse.text, false);
  scanner.setPosition(from);
  const kind: number = scanner.scan();
  const error: number = scanner.getTokenError();
  return token(parse, error === NO_ERROR ? kind : UNKNOWN, from, scanner.getPosition());
}

function readScalar({ text, kind, start, end, plain, holes, scanner }: CleanParse, under: string | undefined): ScalarNode | undefined {
  const span = { start, end };
  if (kind !== STRING) {
    const type = kind === NUMBER ? 'number' : kind === TRUE || kind === FALSE ? 'boolean' : kind === NULL ? 'null' : undefined;
    return type && { kind: 'scalar', type, span, content: span, value: text.slice(start, end), offsets: undefined, holes: NO_HOLES, closed: true };
  }
  const content = { start: start + 1, end: end - 1 };
  const value = plain || !scanner ? text.slice(start + 1, end - 1) : scanner.getTokenValue();
  const offsets = value.length === end - start - 2 ? undefined : escapeOffsets(text, content.start, content.end);
  const node: ScalarNode = { kind: 'scalar', type: 'string', span, content, value, offsets, holes: NO_HOLES, closed: true };
  return holes ? scalar(node, under, true) : node;
}
