import type { SourceLayer } from '../syntax/syntax';
import { insertAt } from '../syntax/text-edits';
import type { Node } from '../syntax/tree';
import { lineIndex, positionAt } from '../text/line-index';
import { lineBreak, lineStart } from '../text/lines';
import { spanContains, type Span, type TextEdit } from '../text/span';
import { locationInFile, type DiscoveredPolicy } from './discovery-result';

/**
 * A comment that says of findings that they are right as they are: `# kms-handshake:ignore wildcard-principal a public key`. It covers what
 * begins on the next line, or on its own line where it stands behind something.
 */
export interface SuppressionComment {
  /** In the file, as all spans here. */
  readonly span: Span;
  readonly codes: readonly SuppressedCode[];
  readonly reason: string;
  /** Statements, other items of lists, and members; empty where nothing begins there. */
  readonly coveredSpans: readonly Span[];
}

export interface SuppressedCode {
  readonly code: string;
  readonly span: Span;
}

const COMMENT = /^(?:#+|\/\/+|\/\*+)[ \t]*kms-handshake:[ \t]*ignore(?![\w-])[ \t]*/;
const CODES = /[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*/y;

/** @param policies those of the file: a comment above the first line of a statement covers all of it, also where no list is around it */
export function readSuppressionComments({ text }: SourceLayer, comments: readonly Span[], roots: readonly Node[],
  policies: readonly DiscoveredPolicy[]): readonly SuppressionComment[] {
  if (!text.includes('kms-handshake:')) return [];
  const suppressions = comments.flatMap((span) => readComment(text, span) ?? []);
  if (suppressions.length === 0) return [];
  const lines = lineIndex(text);
  const contentOffsets = offsetsOfContentBehind(comments, text);
  const lineOf = (offset: number): number => positionAt(lines, offset).line;
  const parts = partsByLine(roots, policies, lineOf);
  return suppressions.map((suppression): SuppressionComment => {
    const { span } = suppression;
    const { line, character } = positionAt(lines, span.start);
    const before = text.slice(span.start - character, span.start);
    if (!/^[\s-]*$/.test(before)) return { ...suppression, coveredSpans: parts.get(line) ?? [] };
    // A comment covers nothing that is further to the left: it is left over from what was there before.
    const column = before.search(/\S|$/);
    const covered = parts.get(lineOf(contentOffsets.get(span) ?? text.length)) ?? [];
    return { ...suppression, coveredSpans: covered.filter(({ start }) => positionAt(lines, start).character >= column) };
  });
}

function readComment(text: string, span: Span): Omit<SuppressionComment, 'coveredSpans'> | undefined {
  const [line = ''] = text.slice(span.start, span.end).split(/[\r\n]/, 1);
  const opening = COMMENT.exec(line)?.[0];
  if (opening === undefined) return undefined;
  CODES.lastIndex = opening.length;
  const [list = ''] = CODES.exec(line) ?? [];
  const codes = Array.from(list.matchAll(/[\w-]+/g), ({ 0: code, index }): SuppressedCode => {
    const start = span.start + opening.length + index;
    return { code, span: { start, end: start + code.length } };
  });
  const reason = line.slice(opening.length + list.length).replace(/\*\/$/, '').replace(/^[\s:–—-]+/, '').trim();
  return { span, codes, reason };
}

/** Where something follows behind each comment, and behind the comments that follow it. */
function offsetsOfContentBehind(comments: readonly Span[], text: string): ReadonlyMap<Span, number> {
  const offsets = new Map<Span, number>();
  let next: Span | undefined;
  for (const comment of [...comments].reverse()) {
    BLANKS.lastIndex = comment.end;
    BLANKS.exec(text);
    const offset = BLANKS.lastIndex;
    offsets.set(comment, next?.start === offset ? offsets.get(next) ?? offset : offset);
    next = comment;
  }
  return offsets;
}

const BLANKS = /\s*/y;

/** What begins on each line: the outermost items and members, and statements. */
function partsByLine(roots: readonly Node[], policies: readonly DiscoveredPolicy[],
  lineOf: (offset: number) => number): ReadonlyMap<number, readonly Span[]> {
  const statementStarts = new Set(policies.flatMap((policy) =>
    policy.policy.statements.map(({ node }) => locationInFile(policy, node.span).span.start)));
  const parts = new Map<number, Span[]>();
  /** Gives the line. @param outerLine that of the innermost part around it */
  const add = (span: Span, outerLine: number | undefined): number => {
    const line = lineOf(span.start);
    const spans = parts.get(line);
    if (!spans) parts.set(line, [span]);
    else if (line !== outerLine) spans.push(span);
    return line;
  };
  const visit = (node: Node, outerLine: number | undefined): void => {
    if (node.kind === 'list') {
      for (const item of node.items) visit(item, add(item.span, outerLine));
    } else if (node.kind === 'object') {
      for (const { span, value } of node.members) {
        const line = add(span, outerLine);
        if (!value) continue;
        // What begins with its first member is not a part beside that, but for a statement.
        const isPart = value.kind === 'scalar' || value.style !== 'block' || statementStarts.has(value.span.start);
        visit(value, isPart ? add(value.span, line) : line);
      }
    }
  };
  for (const root of roots) visit(root, undefined);
  return parts;
}

/** The comment that suppresses the findings of a rule. */
export interface NewSuppressionComment {
  readonly code: string;
  /** On one line. */
  readonly reason: string;
  /** What begins a comment. */
  readonly lineCommentStart: string;
}

/**
 * Writes a comment above what contains a place: above the statement, if that begins on a line of its own, else above the innermost part
 * that does. Undefined where there is none.
 */
export function insertSuppressionComment(text: string, roots: readonly Node[], { place, statement }: CommentTarget,
  { code, reason, lineCommentStart }: NewSuppressionComment): TextEdit | undefined {
  const start = statement && beginsLine(text, statement.start) ? statement.start : startOfInnermostPart(text, roots, place);
  if (start === undefined) return undefined;
  const line = lineStart(text, start);
  const [indentation = ''] = /^[ \t]*/.exec(text.slice(line, start)) ?? [];
  return insertAt(line, `${indentation}${lineCommentStart} kms-handshake:ignore ${code} ${reason}`.trimEnd() + lineBreak(text));
}

/** The place of a finding, and the statement around it. */
export interface CommentTarget {
  readonly place: Span;
  readonly statement: Span | undefined;
}

/** Whether nothing but blanks and the dashes of lists stand before it on its line. */
function beginsLine(text: string, offset: number): boolean {
  return /^[\s-]*$/.test(text.slice(lineStart(text, offset), offset));
}

function startOfInnermostPart(text: string, nodes: readonly Node[], place: Span): number | undefined {
  for (const node of nodes) {
    if (node.kind === 'scalar') continue;
    const parts = node.kind === 'object' ? node.members : node.items.map((item) => ({ span: item.span, value: item }));
    const part = parts.find(({ span }) => spanContains(span, place));
    if (!part) continue;
    const innerStart = part.value && startOfInnermostPart(text, [part.value], place);
    return innerStart ?? (beginsLine(text, part.span.start) ? part.span.start : undefined);
  }
  return undefined;
}
