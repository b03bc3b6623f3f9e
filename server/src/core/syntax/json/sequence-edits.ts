import type { Span } from '../../text/span';
import { readGap, type PartGap } from './gap';
import { isBlank, lineStart, startsLine, type ContainerLayout } from './layout';
import type { LayerEdit } from './fault-collector';
import type { ListNode, Member, Node, ObjectNode } from '../tree';

export type ContainerPart = Node | Member;

/** New parts of a container, `first` of all, behind `after` or at the end. */
export interface Insertion {
  readonly first: boolean;
  readonly after: ContainerPart | undefined;
  readonly text: string;
}

export interface SequenceChange {
  readonly removedParts: ReadonlySet<ContainerPart>;
  readonly insertions: readonly Insertion[];
}

interface PartSequence {
  readonly text: string;
  readonly layout: ContainerLayout;
  readonly eol: string;
  readonly parts: readonly ContainerPart[];
  readonly removedParts: ReadonlySet<ContainerPart>;
  /** Behind the opening bracket, before the closing one. */
  readonly innerSpan: Span;
  readonly closed: boolean;
}

/** The edits that take parts out of a list or object and put others in, with commas, lines and comments as they should be. */
export function sequenceEdits(text: string, node: ListNode | ObjectNode, change: SequenceChange, layout: ContainerLayout, eol: string): LayerEdit[] {
  const bracket = text[node.span.start] === (node.kind === 'list' ? '[' : '{');
  const sequence: PartSequence = {
    text, layout, eol,
    parts: node.kind === 'list' ? node.items : node.members,
    removedParts: change.removedParts,
    innerSpan: { start: node.span.start + (bracket ? 1 : 0), end: node.closed ? node.span.end - 1 : node.span.end },
    closed: node.closed,
  };
  const kept = sequence.parts.filter((part) => !change.removedParts.has(part));
  if (kept.length === 0) return replaceAllParts(sequence, change.insertions.map(({ text: part }) => part));
  const edits = removalEdits(sequence);
  const last = kept[kept.length - 1];
  const atEnd: string[] = [];
  for (const insertion of change.insertions) {
    if (insertion.first) edits.push(insertBefore(sequence, insertion.text));
    else if (insertion.after === undefined || insertion.after === last || !kept.includes(insertion.after)) atEnd.push(insertion.text);
    else edits.push(...insertAfter(sequence, insertion.after, insertion.text));
  }
  if (last) edits.push(...(atEnd.length > 0 ? appendParts(sequence, last, atEnd) : removeTrailingComma(sequence, last)));
  return edits;
}

/** What closes a string that is still open, before anything can stand behind it. */
export function quoteAfter(part: ContainerPart): string {
  const node: Node | undefined = 'kind' in part ? part : part.value ?? part.key;
  return node.kind === 'scalar' && !node.closed ? '"' : '';
}

function gapAfter({ text, parts, innerSpan: inner }: PartSequence, part: ContainerPart): PartGap {
  const next = parts[parts.indexOf(part) + 1];
  return readGap(text, part.span.end, next ? next.span.start : inner.end);
}

/** Comments above the first part stay above. */
function insertBefore(sequence: PartSequence, newText: string): LayerEdit {
  const start = sequence.parts[0]?.span.start ?? sequence.innerSpan.start;
  return insertAt(start, `${newText},${separatorBefore(sequence, false)}`);
}

function insertAfter(sequence: PartSequence, part: ContainerPart, newText: string): LayerEdit[] {
  const gap = gapAfter(sequence, part);
  return [...missingCommaEdits(part, gap), insertAt(gap.lineEnd, `${separatorBefore(sequence, gap.lineEndsInComment)}${newText},`)];
}

function appendParts(sequence: PartSequence, last: ContainerPart, newTexts: readonly string[]): LayerEdit[] {
  const gap = gapAfter(sequence, last);
  const isLast = sequence.parts[sequence.parts.length - 1] === last;
  const lineComment = isLast ? gap.endsInComment : gap.lineEndsInComment;
  const start = separatorBefore(sequence, lineComment);
  const joined = newTexts.join(sequence.layout.onePartPerLine ? `,${start}` : sequence.layout.comma);
  const end = isLast ? gap.end : gap.lineEnd;
  const comma = missingCommaEdits(last, gap);
  // A line comment behind the last part of one line: the closing bracket must not end up in it.
  return [...comma, insertAt(end, `${start}${joined}`)];
}

function missingCommaEdits(part: ContainerPart, gap: PartGap): LayerEdit[] {
  const quote = quoteAfter(part);
  const newText = gap.comma === undefined ? `${quote},` : quote;
  return newText === '' ? [] : [insertAt(part.span.end, newText)];
}

/** What stands before a new part. */
function separatorBefore({ layout, eol }: PartSequence, behindComment: boolean): string {
  if (layout.onePartPerLine || behindComment) return (eol || '\n') + layout.partIndent;
  return layout.comma.replace(/^[ \t]*,/, '');
}

/** All parts go, or there is none. */
function replaceAllParts(sequence: PartSequence, newTexts: readonly string[]): LayerEdit[] {
  const { text, parts, innerSpan: inner, closed, layout, eol } = sequence;
  const [first] = parts;
  const last = parts[parts.length - 1];
  const start = separatorBefore(sequence, false);
  const joined = newTexts.join(layout.onePartPerLine ? `,${start}` : layout.comma);
  if (first && last && newTexts.length > 0) return [{ span: { start: first.span.start, end: last.span.end }, newText: joined }];
  const gap = first ? undefined : readGap(text, inner.start, inner.end);
  const comments = gap?.hasComment ?? parts.some((part) => gapAfter(sequence, part).hasComment || readGap(text, inner.start, part.span.start).hasComment);
  if (newTexts.length === 0) return first && comments ? removalEdits(sequence) : first ? [{ span: inner, newText: '' }] : [];
  if (gap && comments) {
    const rest = text.slice(gap.end, inner.end);
    const newLine = `${eol || '\n'}${layout.partIndent}`;
    return [insertAt(gap.end, `${newLine}${joined}${closed && !rest.includes('\n') ? `${eol || '\n'}${layout.baseIndent}` : ''}`)];
  }
  if (!layout.onePartPerLine) return [{ span: closed ? inner : { start: inner.start, end: inner.start }, newText: joined }];
  const newText = `${start}${joined}${closed ? `${eol}${layout.baseIndent}` : ''}`;
  return [{ span: closed ? inner : { start: inner.start, end: inner.start }, newText }];
}

function removalEdits(sequence: PartSequence): LayerEdit[] {
  const { text, parts, removedParts: removed, innerSpan: inner } = sequence;
  const edits: LayerEdit[] = [];
  const lastKept = parts.reduce((last, part, index) => (removed.has(part) ? last : index), -1);
  parts.forEach((part, index) => {
    if (!removed.has(part)) return;
    const gap = gapAfter(sequence, part);
    const lines = wholeLinesOf(text, part, gap, inner);
    const next = parts[index + 1];
    if (lines) edits.push({ span: lines, newText: '' });
    else if (next && index < lastKept) edits.push({ span: { start: part.span.start, end: next.span.start }, newText: '' });
    else edits.push({ span: { start: backOverBlanks(text, part.span.start, inner.start), end: gap.comma === undefined ? part.span.end : gap.comma + 1 }, newText: '' });
  });
  return edits;
}

/** The lines that a part has to itself, with its comma and the comment behind it. */
function wholeLinesOf(text: string, part: ContainerPart, gap: PartGap, inner: Span): Span | undefined {
  if (!startsLine(text, part.span.start)) return undefined;
  const start = lineStart(text, part.span.start);
  let end = gap.lineEnd;
  while (isBlank(text[end]) || text[end] === '\r') end++;
  return text[end] === '\n' && end < inner.end && start >= inner.start ? { start, end: end + 1 } : undefined;
}

function backOverBlanks(text: string, from: number, limit: number): number {
  let at = from;
  while (at > limit && /\s/.test(text[at - 1] ?? '')) at--;
  // The line break that ends a line comment stays.
  const line = text.slice(lineStart(text, at), at);
  return /\/\/|#/.test(line.slice(line.lastIndexOf('"') + 1)) ? from : at;
}

/** The part is the last one now: the comma behind it goes. */
function removeTrailingComma(sequence: PartSequence, part: ContainerPart): LayerEdit[] {
  const { parts } = sequence;
  if (parts[parts.length - 1] === part) return [];
  const { comma } = gapAfter(sequence, part);
  return comma === undefined ? [] : [{ span: { start: comma, end: comma + 1 }, newText: '' }];
}

function insertAt(offset: number, newText: string): LayerEdit {
  return { span: { start: offset, end: offset }, newText };
}
