import type { Span, TextEdit } from '../../text/span';
import { lineStart } from '../../text/lines';
import type { ListNode, Member, Node, ObjectNode } from '../tree';
import { insertAt, removeSpan } from '../text-edits';
import type { ContainerLayout } from './layout';
import { backOverBlanks, isBlank, readGap, startsLine, type PartGap } from './trivia';

export type ContainerPart = Node | Member;

/** A new part of a container: `first` of all, behind `after`, or at the end. */
export interface Insertion {
  readonly first: boolean;
  readonly after: ContainerPart | undefined;
  readonly text: string;
}

interface PartSequence {
  readonly text: string;
  readonly layout: ContainerLayout;
  readonly parts: readonly ContainerPart[];
  readonly removedParts: ReadonlySet<ContainerPart>;
  /** Behind the opening bracket, before the closing one. */
  readonly innerSpan: Span;
  readonly closed: boolean;
}

/** The edits that take parts out of a list or object and put others in, with commas, lines and comments as they should be. */
export function sequenceEdits(text: string, node: ListNode | ObjectNode, removedParts: ReadonlySet<ContainerPart>,
  insertions: readonly Insertion[], layout: ContainerLayout): TextEdit[] {
  const { span, closed } = node;
  const hasBracket = text[span.start] === (node.kind === 'list' ? '[' : '{');
  const parts = node.kind === 'list' ? node.items : node.members;
  const innerSpan = { start: span.start + (hasBracket ? 1 : 0), end: closed ? span.end - 1 : span.end };
  const sequence: PartSequence = { text, layout, parts, removedParts, innerSpan, closed };
  const remainingParts = parts.filter((part) => !removedParts.has(part));
  const last = remainingParts.at(-1);
  if (!last) return replaceAllParts(sequence, insertions.map((insertion) => insertion.text));
  const edits = removalEdits(sequence);
  const atEnd: string[] = [];
  for (const { first, after, text: newText } of insertions) {
    if (first) edits.push(insertBefore(sequence, newText));
    else if (after === undefined || after === last || !remainingParts.includes(after)) atEnd.push(newText);
    else edits.push(...insertAfter(sequence, after, newText));
  }
  return [...edits, ...atEnd.length > 0 ? appendParts(sequence, last, atEnd) : removeTrailingComma(sequence, last)];
}

/** What closes a string that is still open, before anything can stand behind it. */
export function quoteAfter(part: ContainerPart): string {
  const node: Node = 'kind' in part ? part : part.value ?? part.key;
  return node.kind === 'scalar' && !node.closed ? '"' : '';
}

function gapAfter({ text, parts, innerSpan }: PartSequence, part: ContainerPart): PartGap {
  const next = parts[parts.indexOf(part) + 1];
  return readGap(text, part.span.end, next ? next.span.start : innerSpan.end);
}

/** Comments above the first part stay above. */
function insertBefore(sequence: PartSequence, newText: string): TextEdit {
  const start = sequence.parts[0]?.span.start ?? sequence.innerSpan.start;
  return insertAt(start, `${newText},${separatorBefore(sequence, false)}`);
}

function insertAfter(sequence: PartSequence, part: ContainerPart, newText: string): TextEdit[] {
  const gap = gapAfter(sequence, part);
  return [...missingCommaEdits(part, gap), insertAt(gap.lineEnd, `${separatorBefore(sequence, gap.lineEndsInComment)}${newText},`)];
}

function appendParts(sequence: PartSequence, last: ContainerPart, newTexts: readonly string[]): TextEdit[] {
  const gap = gapAfter(sequence, last);
  const isLast = sequence.parts.at(-1) === last;
  // A line comment behind the last part of one line: the closing bracket must not end up in it.
  const start = separatorBefore(sequence, isLast ? gap.endsInComment : gap.lineEndsInComment);
  return [...missingCommaEdits(last, gap), insertAt(isLast ? gap.end : gap.lineEnd, start + joinParts(sequence, newTexts, start))];
}

function missingCommaEdits(part: ContainerPart, gap: PartGap): TextEdit[] {
  const newText = quoteAfter(part) + (gap.comma === undefined ? ',' : '');
  return newText === '' ? [] : [insertAt(part.span.end, newText)];
}

/** What stands before a new part. */
function separatorBefore({ layout }: PartSequence, isBehindComment: boolean): string {
  return layout.onePartPerLine || isBehindComment ? newLine(layout) + layout.partIndent : layout.comma.replace(/^[ \t]*,/, '');
}

function newLine({ eol }: ContainerLayout): string {
  return eol || '\n';
}

function joinParts({ layout }: PartSequence, newTexts: readonly string[], separator: string): string {
  return newTexts.join(layout.onePartPerLine ? `,${separator}` : layout.comma);
}

/** All parts go, or there is none. */
function replaceAllParts(sequence: PartSequence, newTexts: readonly string[]): TextEdit[] {
  const { text, parts, innerSpan, closed, layout } = sequence;
  const [first] = parts;
  const last = parts.at(-1);
  const start = separatorBefore(sequence, false);
  const joined = joinParts(sequence, newTexts, start);
  if (first && last) {
    if (newTexts.length > 0) return [{ span: { start: first.span.start, end: last.span.end }, newText: joined }];
    const hasComment = parts.some((part) =>
      gapAfter(sequence, part).hasComment || readGap(text, innerSpan.start, part.span.start).hasComment);
    return hasComment ? removalEdits(sequence) : [removeSpan(innerSpan)];
  }
  if (newTexts.length === 0) return [];
  const gap = readGap(text, innerSpan.start, innerSpan.end);
  if (gap.hasComment) {
    const closesOnSameLine = closed && !text.slice(gap.end, innerSpan.end).includes('\n');
    const end = closesOnSameLine ? newLine(layout) + layout.baseIndent : '';
    return [insertAt(gap.end, `${newLine(layout)}${layout.partIndent}${joined}${end}`)];
  }
  const newText = layout.onePartPerLine ? `${start}${joined}${closed ? layout.eol + layout.baseIndent : ''}` : joined;
  return [{ span: closed ? innerSpan : { start: innerSpan.start, end: innerSpan.start }, newText }];
}

function removalEdits(sequence: PartSequence): TextEdit[] {
  const { text, parts, removedParts, innerSpan } = sequence;
  const lastKept = parts.reduce((last, part, index) => (removedParts.has(part) ? last : index), -1);
  return parts.flatMap((part, index) => {
    if (!removedParts.has(part)) return [];
    const gap = gapAfter(sequence, part);
    const lines = wholeLinesOf(text, part, gap, innerSpan);
    if (lines) return [removeSpan(lines)];
    const next = parts[index + 1];
    if (next && index < lastKept) return [removeSpan({ start: part.span.start, end: next.span.start })];
    const end = gap.comma === undefined ? part.span.end : gap.comma + 1;
    return [removeSpan({ start: backOverBlanks(text, part.span.start, innerSpan.start), end })];
  });
}

/** The lines that a part has to itself, with its comma and the comment behind it. */
function wholeLinesOf(text: string, part: ContainerPart, gap: PartGap, inner: Span): Span | undefined {
  if (!startsLine(text, part.span.start)) return undefined;
  const start = lineStart(text, part.span.start);
  let end = gap.lineEnd;
  while (isBlank(text[end]) || text[end] === '\r') end++;
  return text[end] === '\n' && end < inner.end && start >= inner.start ? { start, end: end + 1 } : undefined;
}

/** The part is the last one now: the comma behind it goes. */
function removeTrailingComma(sequence: PartSequence, part: ContainerPart): TextEdit[] {
  if (sequence.parts.at(-1) === part) return [];
  const { comma } = gapAfter(sequence, part);
  return comma === undefined ? [] : [removeSpan({ start: comma, end: comma + 1 })];
}
