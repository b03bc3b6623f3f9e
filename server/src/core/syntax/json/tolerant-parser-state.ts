import { MAX_NESTING, hasContent, tooDeepFault, withoutContent } from './nesting-limit';
import type { LayerEdit, SyntaxFaultCollector } from './fault-collector';
import { syntaxFault } from './fault-collector';
import { MISSING_BRACES } from './fault-causes';
import type { SyntaxFault } from '../syntax-fault';
import type { TolerantLexer, JsonToken } from './tolerant-lexer';
import type { ParseOptions } from '../syntax';
import { scalarNode } from './scalar-node';
import type { ListNode, Member, Node, ObjectNode, ScalarNode } from '../tree';

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
  /** Keys without a colon. */
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
  /** Containers found where none can stand. */
  readonly orphans: Node[];
  readonly prose: { readonly start: number; end: number; readonly behind: number }[];
  readonly rootCommas: { readonly token: JsonToken; readonly behind: number }[];
  /** The token read last. */
  lastToken: JsonToken | undefined;
  /** The line whose faults are told: what follows on it is their consequence. */
  suppressCascadeOnLine: number;
  /** Something is nested too deep to be read, which is told. */
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
  return state.lastToken?.end ?? 0;
}

/** Reports a fault of the grammar, unless it follows from one that is told already. */
export function reportUnlessCascading(state: TolerantParserState, jsonToken: JsonToken, found: SyntaxFault): void {
  if (isCascading(state, jsonToken)) return;
  state.suppressCascadeOnLine = jsonToken.lineStart;
  state.faults.add(found);
}

function isCascading(state: TolerantParserState, jsonToken: JsonToken): boolean {
  return state.suppressCascadeOnLine === jsonToken.lineStart || state.lastToken?.string?.closed === false;
}

export function openObject(state: TolerantParserState, jsonToken: JsonToken, name: string, implied: TolerantObjectFrame['implied'] = 'no',
  orphan = false): TolerantObjectFrame {
  const { start, indent, lineStart } = jsonToken;
  const frame: TolerantObjectFrame = {
    kind: 'object', start, indent, lineStart, name, implied, orphan, pendingComma: undefined,
    members: [], expects: 'key', key: undefined, keyIndent: -1, keysWithoutColon: 0,
  };
  state.stack.push(frame);
  return frame;
}

export function openList(state: TolerantParserState, jsonToken: JsonToken, name: string, orphan = false): TolerantListFrame {
  const { start, indent, lineStart } = jsonToken;
  const frame: TolerantListFrame = { kind: 'list', start, indent, lineStart, name, implied: 'no', orphan, pendingComma: undefined,
    items: [], expects: 'item' };
  state.stack.push(frame);
  return frame;
}

/** A scalar of the tree from a string, a bare word or a template expression. */
export function scalarNodeOf(state: TolerantParserState, jsonToken: JsonToken, under: string | undefined): ScalarNode {
  const span = { start: jsonToken.start, end: jsonToken.end };
  if (jsonToken.string) return scalarNode({ type: 'string', ...jsonToken.string }, under, state.mayHavePlaceholders, state.options.hints);
  const value = state.text.slice(jsonToken.start, jsonToken.end);
  const type = value === 'true' || value === 'false'
    ? 'boolean'
    : value === 'null'
    ? 'null'
    : /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value)
    ? 'number'
    : 'string';
  return scalarNode({ type, span, content: span, value, offsets: undefined, closed: true }, under, state.mayHavePlaceholders,
    state.options.hints);
}

export function setKey(state: TolerantParserState, frame: TolerantObjectFrame, jsonToken: JsonToken): void {
  frame.key = scalarNodeOf(state, jsonToken, undefined);
  frame.expects = 'colon';
  frame.pendingComma = undefined;
  if (jsonToken.startsLine && frame.keyIndent < 0) frame.keyIndent = jsonToken.indent;
}

/** Ends a member whose value is not there. */
export function endMemberWithoutValue(frame: TolerantObjectFrame): void {
  if (!frame.key) return;
  frame.members.push({ span: frame.key.span, key: frame.key, value: undefined });
  frame.key = undefined;
}

/** Puts a value where it belongs. */
export function placeValue(state: TolerantParserState, node: Node): void {
  const tolerantFrame = innermostFrame(state);
  if (!tolerantFrame) {
    state.roots.push(node);
  } else if (tolerantFrame.kind === 'list') {
    tolerantFrame.items.push(node);
    tolerantFrame.expects = 'comma';
    tolerantFrame.pendingComma = undefined;
  } else if (tolerantFrame.key) {
    tolerantFrame.members.push({ span: { start: tolerantFrame.key.span.start, end: node.span.end }, key: tolerantFrame.key, value: node });
    tolerantFrame.key = undefined;
    tolerantFrame.expects = 'comma';
    if (tolerantFrame.implied === 'single') closeInnermost(state, node.span.end, false);
  }
}

/** Ends the innermost container and puts it where it belongs. */
export function closeInnermost(state: TolerantParserState, end: number, closed: boolean): void {
  const tolerantFrame = state.stack.pop();
  if (!tolerantFrame) return;
  const node = withLimitedNesting(state, nodeOfFrame(state, tolerantFrame, Math.max(end, tolerantFrame.start), closed));
  if (tolerantFrame.orphan && state.orphans.length < MAX_ORPHANS) state.orphans.push(node);
  else if (tolerantFrame.orphan) return;
  else placeValue(state, node);
}

function withLimitedNesting(state: TolerantParserState, node: Node): Node {
  if (state.stack.length < MAX_NESTING) return node;
  if (!state.tooDeep && state.stack.length === MAX_NESTING && hasContent(node)) {
    state.faults.add(tooDeepFault(node.span));
    state.tooDeep = true;
  }
  return withoutContent(node);
}

/** A text with more is a row of opening braces and nothing else. */
const MAX_ORPHANS = 100;

function nodeOfFrame(state: TolerantParserState, tolerantFrame: TolerantFrame, end: number, closed: boolean): Node {
  const span = { start: tolerantFrame.start, end };
  if (tolerantFrame.kind === 'list') return { kind: 'list', span, items: tolerantFrame.items, closed } satisfies ListNode;
  endMemberWithoutValue(tolerantFrame);
  const { members } = tolerantFrame;
  if (closed && members.length > 0 && tolerantFrame.keysWithoutColon === members.length
    && state.options.hints?.namesOfLists.test(tolerantFrame.name)) {
    const layerEdits: LayerEdit[] = [{ span: { start: tolerantFrame.start, end: tolerantFrame.start + 1 }, newText: '[' }, {
      span: { start: end - 1, end },
      newText: ']',
    }];
    state.faults.add(
      syntaxFault('unexpected', { start: tolerantFrame.start, end: tolerantFrame.start + 1 },
        'A list is written in brackets [ ], not in braces { }', 'Use brackets', layerEdits),
    );
    return { kind: 'list', span, items: members.map((member) => member.key), closed };
  }
  return { kind: 'object', span, members, closed } satisfies ObjectNode;
}

/** Closes the containers from the innermost down to the one at `depth`, excluded, whose brackets are missing. */
export function closeDownTo(state: TolerantParserState, depth: number, jsonToken: JsonToken, separator: '' | ','): void {
  const missing = state.stack.slice(depth).reverse();
  const end = endOfLastToken(state);
  if (missing.length > 0 && !isCascading(state, jsonToken)) {
    state.suppressCascadeOnLine = jsonToken.lineStart;
    state.faults.addOccurrence(MISSING_BRACES, { start: Math.max(0, end - 1), end }, closingBracketEdits(state, missing, separator));
  }
  while (state.stack.length > depth) closeInnermost(state, end, false);
}

/** The document stops before its containers do. */
export function closeAllFrames(state: TolerantParserState): void {
  const end = endOfLastToken(state);
  const layerEdits = closingBracketEdits(state, [...state.stack].reverse(), '');
  state.faults.addOccurrence(MISSING_BRACES, { start: Math.max(0, end - 1), end }, layerEdits);
  while (state.stack.length > 0) closeInnermost(state, end, false);
}

/** The text that closes the containers, innermost first, in place of a comma that stands there. */
export function closingBracketEdits(state: TolerantParserState, tolerantFrames: readonly TolerantFrame[], separator: string): LayerEdit[] {
  const end = endOfLastToken(state);
  const [innermost] = tolerantFrames;
  const comma = innermost?.pendingComma;
  const from = comma?.end === end ? comma.start : end;
  let newText = '';
  for (const tolerantFrame of tolerantFrames) if (tolerantFrame.implied !== 'single') newText += closingBracketOf(state, tolerantFrame);
  return newText === '' ? [] : [{ span: { start: from, end }, newText: newText + separator }];
}

function closingBracketOf(state: TolerantParserState, tolerantFrame: TolerantFrame): string {
  const closer = tolerantFrame.kind === 'list' ? ']' : '}';
  const empty = (tolerantFrame.kind === 'list' ? tolerantFrame.items : tolerantFrame.members).length === 0;
  if (tolerantFrame.lineStart === state.lastToken?.lineStart || empty && state.lastToken?.start === tolerantFrame.start) return closer;
  return `${lineBreak(state.text)}${' '.repeat(tolerantFrame.implied === 'root' ? 0 : tolerantFrame.indent)}${closer}`;
}

export function lineBreak(text: string): string {
  const end = text.indexOf('\n');
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n';
}
