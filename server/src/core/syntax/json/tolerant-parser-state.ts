import type { Span, TextEdit } from '../../text/span';
import { lineBreak } from '../../text/lines';
import { NO_PLACEHOLDERS, placeholdersUnder } from '../placeholders';
import type { ParseOptions } from '../syntax';
import { syntaxFault, type SyntaxFault } from '../syntax-fault';
import type { Member, Node, ScalarNode } from '../tree';
import { tooDeepFault, withLimitedNesting } from './nesting-limit';
import { MISSING_BRACES, type SyntaxFaultCollector } from './syntax-faults';
import type { JsonToken, TolerantLexer } from './tolerant-lexer';

interface TolerantFrameBase {
  readonly start: number;
  /** The indentation and start of the line on which the container opens. */
  readonly indent: number;
  readonly lineStart: number;
  /** The key that it is the value of, or, for an item, the key of the list around; empty at the top. */
  readonly name: string;
  /** Where a container stands that nobody wrote: the whole text, an item of a list, one member behind a key. */
  readonly implied: 'no' | 'root' | 'item' | 'single';
  /** Stands where no value can stand, and is read nevertheless. */
  readonly orphan: boolean;
  /** The comma read last, while nothing follows it. */
  pendingComma: JsonToken | undefined;
}

export interface TolerantObjectFrame extends TolerantFrameBase {
  readonly kind: 'object';
  readonly members: Member[];
  expects: 'key' | 'colon' | 'value' | 'comma';
  key: ScalarNode | undefined;
  /** How far the keys that start a line are indented; -1 while there is none. */
  keyIndent: number;
  keysWithoutColon: number;
}

export interface TolerantListFrame extends TolerantFrameBase {
  readonly kind: 'list';
  readonly items: Node[];
  expects: 'item' | 'comma';
}

export type TolerantFrame = TolerantObjectFrame | TolerantListFrame;

/** Whether a token is part of the document, is passed over, or is to be looked at again in the changed state. */
export type TokenOutcome = 'taken' | 'dropped' | 'again';

/** All that the recovering parser has in hand while it goes through one text. */
export interface TolerantParserState {
  readonly text: string;
  readonly lexer: TolerantLexer;
  readonly options: ParseOptions;
  readonly faults: SyntaxFaultCollector;
  readonly mayHavePlaceholders: boolean;
  readonly stack: TolerantFrame[];
  readonly roots: Node[];
  /** Containers that stand where none can stand. */
  readonly orphans: Node[];
  readonly prose: { readonly start: number; end: number; readonly behind: number }[];
  readonly rootCommas: { readonly token: JsonToken; readonly behind: number }[];
  /** The token read last. */
  lastToken: JsonToken | undefined;
  /** The line of the fault reported last: what follows on it is the consequence. */
  suppressCascadeOnLine: number;
  /** Something is nested too deep to be read, which is reported. */
  tooDeep: boolean;
  /** The first document is a row of members without braces around. */
  braceless: boolean;
}

/** Expected names tell where a key belongs when brackets don't. */
export function isExpectedName({ options: { hints } }: TolerantParserState, name: string): boolean {
  return hints !== undefined && (hints.itemMembers.includes(name) || hints.documentMembers.includes(name));
}

export function innermostFrame(state: TolerantParserState): TolerantFrame | undefined {
  return state.stack[state.stack.length - 1];
}

export function endOfLastToken(state: TolerantParserState): number {
  return state.lastToken?.span.end ?? 0;
}

/** Reports a fault of the grammar, unless it follows from another that is reported already. */
export function reportUnlessCascading(state: TolerantParserState, token: JsonToken, fault: SyntaxFault): void {
  if (isCascading(state, token)) return;
  state.suppressCascadeOnLine = token.lineStart;
  state.faults.add(fault);
}

function isCascading(state: TolerantParserState, token: JsonToken): boolean {
  return state.suppressCascadeOnLine === token.lineStart || state.lastToken?.string?.closed === false;
}

export function openObject(state: TolerantParserState, token: JsonToken, name: string, implied: TolerantObjectFrame['implied'] = 'no',
  orphan = false): TolerantObjectFrame {
  const frame: TolerantObjectFrame = {
    kind: 'object', start: token.span.start, indent: token.indent, lineStart: token.lineStart, name, implied, orphan,
    pendingComma: undefined, members: [], expects: 'key', key: undefined, keyIndent: -1, keysWithoutColon: 0,
  };
  state.stack.push(frame);
  return frame;
}

export function openList(state: TolerantParserState, token: JsonToken, name: string, orphan = false): void {
  state.stack.push({
    kind: 'list', start: token.span.start, indent: token.indent, lineStart: token.lineStart, name, implied: 'no', orphan,
    pendingComma: undefined, items: [], expects: 'item',
  });
}

/** A scalar of the tree from a string, a bare word or a template expression. */
export function scalarNodeOf(state: TolerantParserState, { span, string }: JsonToken, under: string | undefined): ScalarNode {
  const value = string?.value ?? state.text.slice(span.start, span.end);
  const type = string ? 'string' : scalarTypeOf(value);
  const { content, offsets, closed } = string ?? { content: span, offsets: undefined, closed: true };
  const placeholders = state.mayHavePlaceholders && type === 'string'
    ? placeholdersUnder(under, value, content.start, state.options.hints)
    : NO_PLACEHOLDERS;
  return { kind: 'scalar', type, span, content, value, offsets, placeholders, closed };
}

function scalarTypeOf(word: string): ScalarNode['type'] {
  if (word === 'true' || word === 'false') return 'boolean';
  if (word === 'null') return 'null';
  return /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word) ? 'number' : 'string';
}

export function setKey(state: TolerantParserState, frame: TolerantObjectFrame, token: JsonToken): void {
  frame.key = scalarNodeOf(state, token, undefined);
  frame.expects = 'colon';
  frame.pendingComma = undefined;
  if (token.startsLine && frame.keyIndent < 0) frame.keyIndent = token.indent;
}

export function endMemberWithoutValue(frame: TolerantObjectFrame): void {
  if (!frame.key) return;
  frame.members.push({ span: frame.key.span, key: frame.key, value: undefined });
  frame.key = undefined;
}

/** Puts a value where it belongs. */
export function placeValue(state: TolerantParserState, node: Node): void {
  const frame = innermostFrame(state);
  if (!frame) {
    state.roots.push(node);
  } else if (frame.kind === 'list') {
    frame.items.push(node);
    frame.expects = 'comma';
    frame.pendingComma = undefined;
  } else if (frame.key) {
    frame.members.push({ span: { start: frame.key.span.start, end: node.span.end }, key: frame.key, value: node });
    frame.key = undefined;
    frame.expects = 'comma';
    if (frame.implied === 'single') closeInnermost(state, node.span.end, false);
  }
}

/** A text with more is a row of opening braces and nothing else. */
const MAX_ORPHANS = 100;

/** Ends the innermost container and puts it where it belongs. */
export function closeInnermost(state: TolerantParserState, end: number, closed: boolean): void {
  const frame = state.stack.pop();
  if (!frame) return;
  const node = nodeOfFrame(state, frame, { start: frame.start, end: Math.max(end, frame.start) }, closed);
  const limitedNode = withLimitedNesting(node, state.stack.length, (span) => {
    if (!state.tooDeep) state.faults.add(tooDeepFault(span));
    state.tooDeep = true;
  });
  if (!frame.orphan) placeValue(state, limitedNode);
  else if (state.orphans.length < MAX_ORPHANS) state.orphans.push(limitedNode);
}

function nodeOfFrame(state: TolerantParserState, frame: TolerantFrame, span: Span, closed: boolean): Node {
  if (frame.kind === 'list') return { kind: 'list', span, items: frame.items, closed };
  endMemberWithoutValue(frame);
  const { members } = frame;
  const isList = closed && members.length > 0 && frame.keysWithoutColon === members.length
    && state.options.hints?.namesOfLists.test(frame.name) === true;
  if (!isList) return { kind: 'object', span, members, closed };
  const opening = { start: span.start, end: span.start + 1 };
  state.faults.add(syntaxFault('unexpected', opening, 'A list is written in brackets [ ], not in braces { }', 'Use brackets',
    [{ span: opening, newText: '[' }, { span: { start: span.end - 1, end: span.end }, newText: ']' }]));
  return { kind: 'list', span, items: members.map((member) => member.key), closed };
}

/** Closes the containers from the innermost down to the one at `depth`, excluded, whose brackets are missing. */
export function closeDownTo(state: TolerantParserState, depth: number, token: JsonToken, separator: '' | ','): void {
  if (state.stack.length > depth && !isCascading(state, token)) {
    state.suppressCascadeOnLine = token.lineStart;
    reportMissingBrackets(state, depth, separator);
  }
  closeFrames(state, depth);
}

/** The document stops before its containers do. */
export function closeAllFrames(state: TolerantParserState): void {
  reportMissingBrackets(state, 0, '');
  closeFrames(state, 0);
}

function reportMissingBrackets(state: TolerantParserState, depth: number, separator: '' | ','): void {
  const end = endOfLastToken(state);
  state.faults.addOccurrence(MISSING_BRACES, { start: Math.max(0, end - 1), end }, closingBracketEdits(state, depth, separator));
}

/** Ends the containers below that depth without brackets. */
export function closeFrames(state: TolerantParserState, depth: number): void {
  const end = endOfLastToken(state);
  while (state.stack.length > depth) closeInnermost(state, end, false);
}

/** The text that closes the containers below a depth, innermost first, in place of a comma that stands there. */
export function closingBracketEdits(state: TolerantParserState, depth: number, separator: '' | ','): TextEdit[] {
  const end = endOfLastToken(state);
  const frames = state.stack.slice(depth).reverse();
  const comma = frames[0]?.pendingComma?.span;
  const newText = frames.map((frame) => (frame.implied === 'single' ? '' : closingBracketOf(state, frame))).join('');
  return newText === '' ? [] : [{ span: { start: comma?.end === end ? comma.start : end, end }, newText: newText + separator }];
}

function closingBracketOf(state: TolerantParserState, frame: TolerantFrame): string {
  const [closer, parts] = frame.kind === 'list' ? [']', frame.items] : ['}', frame.members];
  const { lastToken } = state;
  if (frame.lineStart === lastToken?.lineStart || parts.length === 0 && lastToken?.span.start === frame.start) return closer;
  return `${lineBreak(state.text)}${' '.repeat(frame.implied === 'root' ? 0 : frame.indent)}${closer}`;
}
