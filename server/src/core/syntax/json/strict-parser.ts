import type { Span } from '../../text/span';
import { lineEnd } from './comments';
import { MAX_NESTING, hasContent, withoutContent } from './nesting-limit';
import { mayHavePlaceholders } from '../placeholders';
import { escapeOffsets, WITHOUT_PLACEHOLDERS, scalarNode } from './scalar-node';
import type { ParseOptions } from '../syntax';
import type { Member, Node, ScalarNode } from '../tree';

type TokenKind = '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'number' | 'boolean' | 'null' | 'end' | 'unknown';

type StrictFrame =
  | { readonly kind: 'object'; readonly start: number; readonly members: Member[]; key: ScalarNode | undefined }
  | { readonly kind: 'list'; readonly start: number; readonly items: Node[] };

interface StrictParserState {
  readonly text: string;
  readonly options: ParseOptions;
  readonly mayHavePlaceholders: boolean;
  readonly stack: StrictFrame[];
  /** The first container that is nested too deep to be read. */
  tooDeep: Span | undefined;
  /** The token that is looked at: its kind, `unknown` for whatever is not JSON, and from where to where it stands. */
  kind: TokenKind;
  start: number;
  end: number;
}

export interface StrictParseResult {
  readonly root: Node;
  readonly tooDeep: Span | undefined;
}

/**
 * The tree of a text that is JSON (with comments, where they are allowed) and nothing but; undefined at the first sign of
 * trouble. Keeps its own stack, so that no depth is too much for it.
 */
export function parseStrictJson(text: string, options: ParseOptions): StrictParseResult | undefined {
  const parse: StrictParserState = {
    text, options, mayHavePlaceholders: mayHavePlaceholders(text), stack: [], tooDeep: undefined, kind: 'unknown', start: 0, end: 0,
  };
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
    case '{': {
      const strictFrame: StrictFrame = { kind: 'object', start: parse.start, members: [], key: undefined };
      stack.push(strictFrame);
      return nextToken(parse) === '}' ? closeContainer(parse) : readMemberKey(parse, strictFrame) ? 'open' : undefined;
    }
    case '[':
      stack.push({ kind: 'list', start: parse.start, items: [] });
      return nextToken(parse) === ']' ? closeContainer(parse) : 'open';
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
    if (!top) return kind === 'end' ? done : undefined;
    addToContainer(top, done);
    if (kind === ',') {
      const after = nextToken(parse);
      return (top.kind === 'object' ? readMemberKey(parse, top) : after !== ']') ? 'open' : undefined;
    }
    if (kind !== (top.kind === 'object' ? '}' : ']')) return undefined;
    done = closeContainer(parse);
  }
  return undefined;
}

/** Reads a key and its colon, and goes to the value. */
function readMemberKey(parse: StrictParserState, strictFrame: StrictFrame): boolean {
  if (strictFrame.kind !== 'object' || parse.kind !== 'string') return false;
  strictFrame.key = readScalar(parse, undefined);
  if (!strictFrame.key || nextToken(parse) !== ':') return false;
  nextToken(parse);
  return true;
}

function addToContainer(strictFrame: StrictFrame, node: Node): void {
  if (strictFrame.kind === 'list') strictFrame.items.push(node);
  else if (strictFrame.key)
    strictFrame.members.push({ span: { start: strictFrame.key.span.start, end: node.span.end }, key: strictFrame.key, value: node });
}

function closeContainer(parse: StrictParserState): Node | undefined {
  const { stack, end } = parse;
  const strictFrame = stack.pop();
  if (!strictFrame) return undefined;
  const span = { start: strictFrame.start, end };
  // A list that grew has room for many more: of thousands of trees that is a fifth of their memory, which the first collections of garbage
  // move about.
  const node: Node = strictFrame.kind === 'object'
    ? { kind: 'object', span, members: strictFrame.members.slice(), closed: true }
    : { kind: 'list', span, items: strictFrame.items.slice(), closed: true };
  if (stack.length < MAX_NESTING) return node;
  if (stack.length === MAX_NESTING && hasContent(node)) parse.tooDeep ??= span;
  return withoutContent(node);
}

/** Goes to the next token and gives its kind. Most tokens are told by their first character. */
function nextToken(parse: StrictParserState): TokenKind {
  const { text } = parse;
  for (;;) {
    let at = parse.end;
    let c = text.charCodeAt(at);
    while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++at);
    switch (c) {
      case 34: return setToken(parse, 'string', at, endOfMatch(PLAIN_STRING, text, at) ?? endOfString(text, at));
      case 44: return setToken(parse, ',', at, at + 1);
      case 58: return setToken(parse, ':', at, at + 1);
      case 91: return setToken(parse, '[', at, at + 1);
      case 93: return setToken(parse, ']', at, at + 1);
      case 123: return setToken(parse, '{', at, at + 1);
      case 125: return setToken(parse, '}', at, at + 1);
      case 102: case 116: return setToken(parse, 'boolean', at, endOfMatch(BOOLEAN, text, at));
      case 110: return setToken(parse, 'null', at, endOfMatch(NULL, text, at));
      case 47: {
        const end = parse.options.comments === 'allowed' ? endOfComment(text, at) : undefined;
        if (end === undefined) return setToken(parse, 'unknown', at, at);
        parse.end = end;
        break;
      }
      default: return at >= text.length ? setToken(parse, 'end', at, at) : setToken(parse, 'number', at, endOfMatch(NUMBER, text, at));
    }
  }
}

// RFC 8259; a string whose value is what stands between its quotes is looked for first, since nearly all are of that kind.
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const BOOLEAN = /(?:true|false)(?!\w)/y;
const NULL = /null(?!\w)/y;

function endOfMatch(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The end of a string that has escapes. */
function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 34) return at + 1;
    if (c < 32) return undefined;
    if (c !== 92) continue;
    const end = endOfMatch(ESCAPE, text, at);
    if (end === undefined) return undefined;
    at = end - 1;
  }
  return undefined;
}

function endOfComment(text: string, start: number): number | undefined {
  if (text.startsWith('//', start)) return lineEnd(text, start);
  const close = text.startsWith('/*', start) ? text.indexOf('*/', start + 2) : -1;
  return close < 0 ? undefined : close + 2;
}

function setToken(parse: StrictParserState, kind: TokenKind, start: number, end: number | undefined): TokenKind {
  parse.kind = end === undefined ? 'unknown' : kind;
  parse.start = start;
  parse.end = end ?? start;
  return parse.kind;
}

function readScalar({ text, kind, start, end, mayHavePlaceholders, options }: StrictParserState, under: string | undefined): ScalarNode
  | undefined {
  const span = { start, end };
  if (kind === 'number' || kind === 'boolean' || kind === 'null') {
    return { kind: 'scalar', type: kind, span, content: span, value: text.slice(start, end), offsets: undefined,
      placeholders: WITHOUT_PLACEHOLDERS, closed: true };
  }
  if (kind !== 'string') return undefined;
  const content = { start: start + 1, end: end - 1 };
  const raw = text.slice(content.start, content.end);
  const value = raw.includes('\\') ? JSON.parse(text.slice(start, end)) as string : raw;
  const offsets = value.length === raw.length ? undefined : escapeOffsets(text, content.start, content.end);
  const node: ScalarNode = { kind: 'scalar', type: 'string', span, content, value, offsets, placeholders: WITHOUT_PLACEHOLDERS,
    closed: true };
  return mayHavePlaceholders ? scalarNode(node, under, true, options.hints) : node;
}
