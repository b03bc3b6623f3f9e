import type { Span } from '../../text/span';
import { mayHavePlaceholders, NO_PLACEHOLDERS, placeholdersUnder } from '../placeholders';
import type { ParseOptions } from '../syntax';
import type { Member, Node, ScalarNode } from '../tree';
import { withLimitedNesting } from './nesting-limit';
import { strictCommentEnd } from './trivia';

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
  readonly comments: Span[];
  /** The token that is looked at: its kind, `unknown` for whatever is not JSON, and from where to where it stands. */
  kind: TokenKind;
  start: number;
  end: number;
}

export interface StrictParseResult {
  readonly root: Node;
  readonly tooDeep: Span | undefined;
  readonly comments: readonly Span[];
}

/**
 * The tree of a text that is JSON (with comments, where they are allowed) and nothing but; undefined at the first sign of
 * trouble. Keeps its own stack, so that no depth is too much for it.
 */
export function parseStrictJson(text: string, options: ParseOptions): StrictParseResult | undefined {
  const state: StrictParserState = {
    text, options, mayHavePlaceholders: mayHavePlaceholders(text), stack: [], tooDeep: undefined, kind: 'unknown', start: 0, end: 0,
    comments: [],
  };
  nextToken(state);
  for (;;) {
    const value = readStrictValue(state);
    if (value === 'open') continue;
    const settled = value && placeInContainers(state, value);
    if (settled !== 'open') return settled && { root: settled, tooDeep: state.tooDeep, comments: state.comments };
  }
}

/** Reads a scalar or an empty container, or opens a container and goes to its first value. */
function readStrictValue(state: StrictParserState): Node | 'open' | undefined {
  const { stack } = state;
  switch (state.kind) {
    case '{': {
      const frame: StrictFrame = { kind: 'object', start: state.start, members: [], key: undefined };
      stack.push(frame);
      return nextToken(state) === '}' ? closeContainer(state) : readMemberKey(state, frame) ? 'open' : undefined;
    }
    case '[':
      stack.push({ kind: 'list', start: state.start, items: [] });
      return nextToken(state) === ']' ? closeContainer(state) : 'open';
    default: {
      const top = stack[stack.length - 1];
      return readScalar(state, top?.kind === 'object' ? top.key?.value : undefined);
    }
  }
}

/** Puts a value where it belongs, with every container that ends behind it. The root when all is read. */
function placeInContainers(state: StrictParserState, value: Node): Node | 'open' | undefined {
  const { stack } = state;
  let closedNode: Node | undefined = value;
  while (closedNode) {
    const top = stack[stack.length - 1];
    const kind = nextToken(state);
    if (!top) return kind === 'end' ? closedNode : undefined;
    addToContainer(top, closedNode);
    if (kind === ',') {
      const after = nextToken(state);
      return (top.kind === 'object' ? readMemberKey(state, top) : after !== ']') ? 'open' : undefined;
    }
    if (kind !== (top.kind === 'object' ? '}' : ']')) return undefined;
    closedNode = closeContainer(state);
  }
  return undefined;
}

/** Reads a key and its colon, and goes to the value. */
function readMemberKey(state: StrictParserState, frame: StrictFrame): boolean {
  if (frame.kind !== 'object' || state.kind !== 'string') return false;
  frame.key = readScalar(state, undefined);
  if (!frame.key || nextToken(state) !== ':') return false;
  nextToken(state);
  return true;
}

function addToContainer(frame: StrictFrame, node: Node): void {
  if (frame.kind === 'list') frame.items.push(node);
  else if (frame.key)
    frame.members.push({ span: { start: frame.key.span.start, end: node.span.end }, key: frame.key, value: node });
}

function closeContainer(state: StrictParserState): Node | undefined {
  const { stack, end } = state;
  const frame = stack.pop();
  if (!frame) return undefined;
  const span = { start: frame.start, end };
  // A list that grew has room for many more: of thousands of trees that is a fifth of their memory, which the first collections of garbage
  // move about.
  const node: Node = frame.kind === 'object'
    ? { kind: 'object', span, members: frame.members.slice(), closed: true }
    : { kind: 'list', span, items: frame.items.slice(), closed: true };
  return withLimitedNesting(node, stack.length, () => state.tooDeep ??= span);
}

/** Goes to the next token and gives its kind. Most tokens are told by their first character. */
function nextToken(state: StrictParserState): TokenKind {
  const { text } = state;
  for (;;) {
    let at = state.end;
    let c = text.charCodeAt(at);
    while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++at);
    switch (c) {
      case 34: return setToken(state, 'string', at, endOfMatch(PLAIN_STRING, text, at) ?? endOfString(text, at));
      case 44: return setToken(state, ',', at, at + 1);
      case 58: return setToken(state, ':', at, at + 1);
      case 91: return setToken(state, '[', at, at + 1);
      case 93: return setToken(state, ']', at, at + 1);
      case 123: return setToken(state, '{', at, at + 1);
      case 125: return setToken(state, '}', at, at + 1);
      case 102: case 116: return setToken(state, 'boolean', at, endOfMatch(BOOLEAN, text, at));
      case 110: return setToken(state, 'null', at, endOfMatch(NULL, text, at));
      case 47: {
        const end = state.options.comments === 'allowed' ? strictCommentEnd(text, at) : undefined;
        if (end === undefined) return setToken(state, 'unknown', at, at);
        state.comments.push({ start: at, end });
        state.end = end;
        break;
      }
      default: return at >= text.length ? setToken(state, 'end', at, at) : setToken(state, 'number', at, endOfMatch(NUMBER, text, at));
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

function setToken(state: StrictParserState, kind: TokenKind, start: number, end: number | undefined): TokenKind {
  state.kind = end === undefined ? 'unknown' : kind;
  state.start = start;
  state.end = end ?? start;
  return state.kind;
}

/** @param under the key that it stands behind */
function readScalar({ text, kind, start, end, mayHavePlaceholders, options }: StrictParserState,
  under: string | undefined): ScalarNode | undefined {
  const span = { start, end };
  if (kind === 'number' || kind === 'boolean' || kind === 'null') {
    return { kind: 'scalar', type: kind, span, content: span, value: text.slice(start, end), offsets: undefined,
      placeholders: NO_PLACEHOLDERS, closed: true };
  }
  if (kind !== 'string') return undefined;
  const content = { start: start + 1, end: end - 1 };
  const raw = text.slice(content.start, content.end);
  const value = raw.includes('\\') ? JSON.parse(text.slice(start, end)) as string : raw;
  const offsets = value.length === raw.length ? undefined : escapeOffsets(text, content);
  const placeholders = mayHavePlaceholders ? placeholdersUnder(under, value, content.start, options.hints) : NO_PLACEHOLDERS;
  return { kind: 'scalar', type: 'string', span, content, value, offsets, placeholders, closed: true };
}

/** Where each character of a valid JSON string's value starts, one more entry for the end. */
function escapeOffsets(text: string, { start, end }: Span): number[] {
  const offsets: number[] = [];
  for (let i = start; i < end;) {
    offsets.push(i);
    if (text.charCodeAt(i) !== 92) i++;
    else i += text.charCodeAt(i + 1) === 117 ? 6 : 2;
  }
  offsets.push(end);
  return offsets;
}
