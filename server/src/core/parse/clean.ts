import { createScanner, type JSONScanner } from 'jsonc-parser';
import { mayHaveHoles } from './holes';
import { escapeOffsets, scalar } from './scalar';
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
  readonly source: CleanSource;
  /** Whether strings of the text can have holes. */
  readonly holes: boolean;
  readonly stack: Frame[];
  /** The token that is looked at. */
  kind: number;
}

/**
 * The tree of a text that is JSON (with comments, where they are allowed) and nothing but; undefined at the first sign of
 * trouble. Keeps its own stack, so that depth is bounded by memory alone.
 */
export function parseClean(text: string, comments: boolean): Node | undefined {
  const source = cleanSource(text, comments);
  const parse: CleanParse = { source, holes: mayHaveHoles(text), stack: [], kind: source.next() };
  for (;;) {
    const value = startValue(parse);
    if (value === 'open') continue;
    const settled = value && settle(parse, value);
    if (settled !== 'open') return settled;
  }
}

/** Reads a scalar or an empty container, or opens a container and goes to its first value. */
function startValue(parse: CleanParse): Node | 'open' | undefined {
  const { source, stack } = parse;
  switch (parse.kind) {
    case OPEN_BRACE: {
      const frame: Frame = { kind: 'object', start: source.start(), members: [], key: undefined };
      stack.push(frame);
      parse.kind = source.next();
      return parse.kind === CLOSE_BRACE ? close(stack, source.end()) : readKey(parse, frame) ? 'open' : undefined;
    }
    case OPEN_BRACKET:
      stack.push({ kind: 'list', start: source.start(), items: [] });
      parse.kind = source.next();
      return parse.kind === CLOSE_BRACKET ? close(stack, source.end()) : 'open';
    default: {
      const top = stack[stack.length - 1];
      return source.scalar(parse.kind, top?.kind === 'object' ? top.key?.value : undefined, parse.holes);
    }
  }
}

/** Puts a value where it belongs, with every container that ends behind it. The root when all is read. */
function settle(parse: CleanParse, value: Node): Node | 'open' | undefined {
  const { source, stack } = parse;
  let done: Node | undefined = value;
  while (done) {
    const top = stack[stack.length - 1];
    parse.kind = source.next();
    if (!top) return parse.kind === END ? done : undefined;
    place(top, done);
    if (parse.kind === COMMA) {
      parse.kind = source.next();
      return (top.kind === 'object' ? readKey(parse, top) : parse.kind !== CLOSE_BRACKET) ? 'open' : undefined;
    }
    if (parse.kind !== (top.kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET)) return undefined;
    done = close(stack, source.end());
  }
  return undefined;
}

/** Reads a key and its colon, and goes to the value. */
function readKey(parse: CleanParse, frame: Frame): boolean {
  const { source } = parse;
  if (frame.kind !== 'object' || parse.kind !== STRING) return false;
  frame.key = source.scalar(parse.kind, undefined, parse.holes);
  if (!frame.key || source.next() !== COLON) return false;
  parse.kind = source.next();
  return true;
}

function place(frame: Frame, node: Node): void {
  if (frame.kind === 'list') frame.items.push(node);
  else if (frame.key) frame.members.push({ span: { start: frame.key.span.start, end: node.span.end }, key: frame.key, value: node });
}

function close(stack: Frame[], end: number): Node | undefined {
  const frame = stack.pop();
  if (!frame) return undefined;
  const span = { start: frame.start, end };
  return frame.kind === 'object'
    ? { kind: 'object', span, members: frame.members, closed: true }
    : { kind: 'list', span, items: frame.items, closed: true };
}

interface CleanSource {
  /** The kind of the next token; `UNKNOWN` for every trouble. */
  readonly next: () => number;
  readonly start: () => number;
  readonly end: () => number;
  readonly scalar: (kind: number, under: string | undefined, holes: boolean) => ScalarNode | undefined;
}

function cleanSource(text: string, comments: boolean): CleanSource {
  const scanner: JSONScanner = createScanner(text, false);
  let position = 0;
  let start = 0;

  function next(): number {
    for (;;) {
      // The scanner collects blanks one by one; policies are full of indentation, so they are skipped here.
      let c = text.charCodeAt(position);
      while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++position);
      scanner.setPosition(position);
      start = position;
      const kind: number = scanner.scan();
      position = scanner.getPosition();
      const error: number = scanner.getTokenError();
      if (error !== NO_ERROR) return UNKNOWN;
      if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) return kind;
      if (!comments) return UNKNOWN;
    }
  }

  function read(kind: number, under: string | undefined, holes: boolean): ScalarNode | undefined {
    const span = { start, end: position };
    if (kind === STRING) {
      const value = scanner.getTokenValue();
      const content = { start: start + 1, end: position - 1 };
      const offsets = value.length === content.end - content.start ? undefined : escapeOffsets(text, content.start, content.end);
      return scalar({ type: 'string', span, content, value, offsets, closed: true }, under, holes);
    }
    const type = kind === NUMBER ? 'number' : kind === TRUE || kind === FALSE ? 'boolean' : kind === NULL ? 'null' : undefined;
    if (type === undefined) return undefined;
    return scalar({ type, span, content: span, value: text.slice(start, position), offsets: undefined, closed: true }, under, false);
  }

  return { next, start: () => start, end: () => position, scalar: read };
}
