import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from './elements';
import { DEEPEST, hasContent, tooDeepFault, withoutContent } from './depth';
import type { Edit, FaultBook } from './fault-book';
import { fault } from './fault-book';
import { MISSING_BRACES } from './causes';
import type { SyntaxFault } from './fault';
import type { Lexer, Token } from './lex';
import type { SyntaxOptions } from './result';
import { scalar } from './scalar';
import type { ListNode, Member, Node, ObjectNode, ScalarNode } from './tree';

interface FrameBase {
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
  comma: Token | undefined;
}

export interface ObjectFrame extends FrameBase {
  readonly kind: 'object';
  readonly members: Member[];
  expects: 'key' | 'colon' | 'value' | 'comma';
  key: ScalarNode | undefined;
  /** How far the keys that start a line are indented; -1 while there is none. */
  keyIndent: number;
  /** Keys without a colon. */
  bare: number;
}

export interface ListFrame extends FrameBase {
  readonly kind: 'list';
  readonly items: Node[];
  expects: 'item' | 'comma';
}

export type Frame = ObjectFrame | ListFrame;

/** Whether a token is part of the document, is passed over, or is to be looked at again in the changed state. */
export type Outcome = 'taken' | 'dropped' | 'again';

/** All that the recovering parser has in hand while it goes through one text. */
export interface Recovery {
  readonly text: string;
  readonly lexer: Lexer;
  readonly options: SyntaxOptions;
  readonly faults: FaultBook;
  readonly holes: boolean;
  readonly stack: Frame[];
  readonly roots: Node[];
  /** Containers found where none can stand. */
  readonly orphans: Node[];
  readonly prose: { readonly start: number; end: number; readonly behind: number }[];
  readonly rootCommas: { readonly token: Token; readonly behind: number }[];
  /** The token read last. */
  last: Token | undefined;
  /** The line whose faults are told: what follows on it is their consequence. */
  quietLine: number;
  /** Something is nested too deep to be read, which is told. */
  tooDeep: boolean;
  /** The first document is a row of members without braces around. */
  braceless: boolean;
}

/** Elements tell where a key belongs when brackets don't. */
export function isElement(name: string): boolean {
  return isStatementElement(name) || DOCUMENT_ELEMENTS.includes(name);
}

export function isStatementElement(name: string): boolean {
  return STATEMENT_ELEMENTS.includes(name);
}

export function topOf(state: Recovery): Frame | undefined {
  return state.stack[state.stack.length - 1];
}

export function endOfLast(state: Recovery): number {
  return state.last?.end ?? 0;
}

/** Reports a fault of the grammar, unless it follows from one that is told already. */
export function complain(state: Recovery, token: Token, found: SyntaxFault): void {
  if (told(state, token)) return;
  state.quietLine = token.lineStart;
  state.faults.add(found);
}

function told(state: Recovery, token: Token): boolean {
  return state.quietLine === token.lineStart || state.last?.string?.closed === false;
}

export function openObject(state: Recovery, token: Token, name: string, implied: ObjectFrame['implied'] = 'no', orphan = false): ObjectFrame {
  const { start, indent, lineStart } = token;
  const frame: ObjectFrame = {
    kind: 'object', start, indent, lineStart, name, implied, orphan, comma: undefined,
    members: [], expects: 'key', key: undefined, keyIndent: -1, bare: 0,
  };
  state.stack.push(frame);
  return frame;
}

export function openList(state: Recovery, token: Token, name: string, orphan = false): ListFrame {
  const { start, indent, lineStart } = token;
  const frame: ListFrame = { kind: 'list', start, indent, lineStart, name, implied: 'no', orphan, comma: undefined, items: [], expects: 'item' };
  state.stack.push(frame);
  return frame;
}

/** A scalar of the tree from a string, a bare word or a template expression. */
export function scalarOf(state: Recovery, token: Token, under: string | undefined): ScalarNode {
  const span = { start: token.start, end: token.end };
  if (token.string) return scalar({ type: 'string', ...token.string }, under, state.holes);
  const value = state.text.slice(token.start, token.end);
  const type = value === 'true' || value === 'false' ? 'boolean' : value === 'null' ? 'null' : /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value) ? 'number' : 'string';
  return scalar({ type, span, content: span, value, offsets: undefined, closed: true }, under, state.holes);
}

export function setKey(state: Recovery, frame: ObjectFrame, token: Token): void {
  frame.key = scalarOf(state, token, undefined);
  frame.expects = 'colon';
  frame.comma = undefined;
  if (token.first && frame.keyIndent < 0) frame.keyIndent = token.indent;
}

/** Ends a member whose value is not there. */
export function endKey(frame: ObjectFrame): void {
  if (!frame.key) return;
  frame.members.push({ span: frame.key.span, key: frame.key, value: undefined });
  frame.key = undefined;
}

/** Puts a value where it belongs. */
export function placeValue(state: Recovery, node: Node): void {
  const frame = topOf(state);
  if (!frame) {
    state.roots.push(node);
  } else if (frame.kind === 'list') {
    frame.items.push(node);
    frame.expects = 'comma';
    frame.comma = undefined;
  } else if (frame.key) {
    frame.members.push({ span: { start: frame.key.span.start, end: node.span.end }, key: frame.key, value: node });
    frame.key = undefined;
    frame.expects = 'comma';
    if (frame.implied === 'single') closeTop(state, node.span.end, false);
  }
}

/** Ends the innermost container and puts it where it belongs. */
export function closeTop(state: Recovery, end: number, closed: boolean): void {
  const frame = state.stack.pop();
  if (!frame) return;
  const node = bounded(state, nodeOf(state, frame, Math.max(end, frame.start), closed));
  if (frame.orphan && state.orphans.length < MOST_ORPHANS) state.orphans.push(node);
  else if (frame.orphan) return;
  else placeValue(state, node);
}

function bounded(state: Recovery, node: Node): Node {
  if (state.stack.length < DEEPEST) return node;
  if (!state.tooDeep && state.stack.length === DEEPEST && hasContent(node)) {
    state.faults.add(tooDeepFault(node.span));
    state.tooDeep = true;
  }
  return withoutContent(node);
}

/** A text with more is a row of opening braces and nothing else. */
const MOST_ORPHANS = 100;
const LISTED = /^(?:Not)?(?:Action|Resource)$|^(?:AWS|Service)$|^[a-z][\w-]*:\w/;

function nodeOf(state: Recovery, frame: Frame, end: number, closed: boolean): Node {
  const span = { start: frame.start, end };
  if (frame.kind === 'list') return { kind: 'list', span, items: frame.items, closed } satisfies ListNode;
  endKey(frame);
  const { members } = frame;
  if (closed && members.length > 0 && frame.bare === members.length && LISTED.test(frame.name)) {
    const edits: Edit[] = [{ span: { start: frame.start, end: frame.start + 1 }, newText: '[' }, { span: { start: end - 1, end }, newText: ']' }];
    state.faults.add(fault('unexpected', { start: frame.start, end: frame.start + 1 }, 'A list is written in brackets [ ], not in braces { }', 'Use brackets', edits));
    return { kind: 'list', span, items: members.map((member) => member.key), closed };
  }
  return { kind: 'object', span, members, closed } satisfies ObjectNode;
}

/** Closes the containers from the innermost down to the one at `depth`, excluded, whose brackets are missing. */
export function closeDownTo(state: Recovery, depth: number, token: Token, separator: '' | ','): void {
  const missing = state.stack.slice(depth).reverse();
  const end = endOfLast(state);
  if (missing.length > 0 && !told(state, token)) {
    state.quietLine = token.lineStart;
    state.faults.note(MISSING_BRACES, { start: Math.max(0, end - 1), end }, closers(state, missing, separator));
  }
  while (state.stack.length > depth) closeTop(state, end, false);
}

/** The document stops before its containers do. */
export function endAll(state: Recovery): void {
  const end = endOfLast(state);
  const edits = closers(state, [...state.stack].reverse(), '');
  state.faults.note(MISSING_BRACES, { start: Math.max(0, end - 1), end }, edits);
  while (state.stack.length > 0) closeTop(state, end, false);
}

/** The text that closes the containers, innermost first, in place of a comma that stands there. */
export function closers(state: Recovery, frames: readonly Frame[], separator: string): Edit[] {
  const end = endOfLast(state);
  const [innermost] = frames;
  const comma = innermost?.comma;
  const from = comma?.end === end ? comma.start : end;
  let newText = '';
  for (const frame of frames) if (frame.implied !== 'single') newText += closerOf(state, frame);
  return newText === '' ? [] : [{ span: { start: from, end }, newText: newText + separator }];
}

function closerOf(state: Recovery, frame: Frame): string {
  const closer = frame.kind === 'list' ? ']' : '}';
  const empty = (frame.kind === 'list' ? frame.items : frame.members).length === 0;
  if (frame.lineStart === state.last?.lineStart || empty && state.last?.start === frame.start) return closer;
  return `${lineBreak(state.text)}${' '.repeat(frame.implied === 'root' ? 0 : frame.indent)}${closer}`;
}

export function lineBreak(text: string): string {
  const end = text.indexOf('\n');
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n';
}
