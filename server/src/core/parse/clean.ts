import { createScanner, type JSONScanner, type ScanError, type SyntaxKind } from 'jsonc-parser';
import { mayHaveHoles } from './holes';
import { escapeOffsets, scalar } from './scalar';
import type { Member, Node, ScalarNode } from './tree';

// jsonc-parser's enums are declared `const`; modules that are compiled one by one cannot read those.
const OPEN_BRACE: SyntaxKind = 1;
const CLOSE_BRACE: SyntaxKind = 2;
const OPEN_BRACKET: SyntaxKind = 3;
const CLOSE_BRACKET: SyntaxKind = 4;
const COMMA: SyntaxKind = 5;
const COLON: SyntaxKind = 6;
const NULL: SyntaxKind = 7;
const TRUE: SyntaxKind = 8;
const FALSE: SyntaxKind = 9;
const STRING: SyntaxKind = 10;
const NUMBER: SyntaxKind = 11;
const LINE_COMMENT: SyntaxKind = 12;
const BLOCK_COMMENT: SyntaxKind = 13;
const UNKNOWN: SyntaxKind = 16;
const END: SyntaxKind = 17;
const NO_ERROR: ScanError = 0;

type Frame =
  | { readonly kind: 'object'; readonly start: number; readonly members: Member[]; key: ScalarNode | undefined }
  | { readonly kind: 'list'; readonly start: number; readonly items: Node[] };

/**
 * The tree of a text that is JSON (with comments, where they are allowed) and nothing but; undefined at the first sign of
 * trouble. Keeps its own stack, so that depth is bounded by memory alone.
 */
export function parseClean(text: string, comments: boolean): Node | undefined {
  const source = cleanSource(text, comments);
  const holes = mayHaveHoles(text);
  const stack: Frame[] = [];
  let kind = source.next();
  for (;;) {
    // One value is read here, from its first token on.
    let done: Node | undefined;
    if (kind === OPEN_BRACE) {
      const frame: Frame = { kind: 'object', start: source.start(), members: [], key: undefined };
      stack.push(frame);
      kind = source.next();
      if (kind !== CLOSE_BRACE) {
        if (!readKey(frame, kind)) return undefined;
        kind = source.next();
        continue;
      }
      done = close(stack, source.end());
    } else if (kind === OPEN_BRACKET) {
      stack.push({ kind: 'list', start: source.start(), items: [] });
      kind = source.next();
      if (kind !== CLOSE_BRACKET) continue;
      done = close(stack, source.end());
    } else {
      const top = stack[stack.length - 1];
      done = source.scalar(kind, top?.kind === 'object' ? top.key?.value : undefined, holes);
    }
    // And here it is put where it belongs, with every container that it ends.
    for (;;) {
      if (done === undefined) return undefined;
      const top = stack[stack.length - 1];
      kind = source.next();
      if (!top) return kind === END ? done : undefined;
      place(top, done);
      if (kind === COMMA) {
        kind = source.next();
        if (top.kind === 'object') {
          if (!readKey(top, kind)) return undefined;
          kind = source.next();
        } else if (kind === CLOSE_BRACKET) return undefined;
        break;
      }
      if (kind !== (top.kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET)) return undefined;
      done = close(stack, source.end());
    }
  }

  function readKey(frame: Frame, found: SyntaxKind): boolean {
    if (frame.kind !== 'object' || found !== STRING) return false;
    frame.key = source.scalar(found, undefined, holes);
    return frame.key !== undefined && source.next() === COLON;
  }
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
  readonly next: () => SyntaxKind;
  readonly start: () => number;
  readonly end: () => number;
  readonly scalar: (kind: SyntaxKind, under: string | undefined, holes: boolean) => ScalarNode | undefined;
}

function cleanSource(text: string, comments: boolean): CleanSource {
  const scanner: JSONScanner = createScanner(text, false);
  let position = 0;
  let start = 0;

  function next(): SyntaxKind {
    for (;;) {
      // The scanner collects blanks one by one; policies are full of indentation, so they are skipped here.
      let c = text.charCodeAt(position);
      while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++position);
      scanner.setPosition(position);
      start = position;
      const kind = scanner.scan();
      position = scanner.getPosition();
      if (scanner.getTokenError() !== NO_ERROR) return UNKNOWN;
      if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) return kind;
      if (!comments) return UNKNOWN;
    }
  }

  function read(kind: SyntaxKind, under: string | undefined, holes: boolean): ScalarNode | undefined {
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
