import type { Span } from '../text/span';
import { readGap, type Gap } from './json-gap';
import { isBlank, lineStart, startsLine, type ContainerLayout } from './json-layout';
import type { Edit } from './fault-book';
import type { ListNode, Member, Node, ObjectNode } from './tree';

export type Part = Node | Member;

/** New parts of a container, `first` of all, behind `after` or at the end. */
export interface Insertion {
  readonly first: boolean;
  readonly after: Part | undefined;
  readonly text: string;
}

export interface SequenceChange {
  readonly removed: ReadonlySet<Part>;
  readonly insertions: readonly Insertion[];
}

interface Sequence {
  readonly text: string;
  readonly layout: ContainerLayout;
  readonly eol: string;
  readonly parts: readonly Part[];
  readonly removed: ReadonlySet<Part>;
  /** Behind the opening bracket, before the closing one. */
  readonly inner: Span;
  readonly closed: boolean;
}

/** The edits that take parts out of a list or object and put others in, with commas, lines and comments as they should be. */
export function sequenceEdits(text: string, node: ListNode | ObjectNode, change: SequenceChange, layout: ContainerLayout, eol: string): Edit[] {
  const bracket = text[node.span.start] === (node.kind === 'list' ? '[' : '{');
  const sequence: Sequence = {
    text, layout, eol,
    parts: node.kind === 'list' ? node.items : node.members,
    removed: change.removed,
    inner: { start: node.span.start + (bracket ? 1 : 0), end: node.closed ? node.span.end - 1 : node.span.end },
    closed: node.closed,
  };
  const kept = sequence.parts.filter((part) => !change.removed.has(part));
  if (kept.length === 0) return refill(sequence, change.insertions.map(({ text: part }) => part));
  const edits = removals(sequence);
  const last = kept[kept.length - 1];
  const atEnd: string[] = [];
  for (const insertion of change.insertions) {
    if (insertion.first) edits.push(insertBefore(sequence, insertion.text));
    else if (insertion.after === undefined || insertion.after === last || !kept.includes(insertion.after)) atEnd.push(insertion.text);
    else edits.push(...insertBehind(sequence, insertion.after, insertion.text));
  }
  if (last) edits.push(...(atEnd.length > 0 ? append(sequence, last, atEnd) : dropComma(sequence, last)));
  return edits;
}

/** What closes a string that is still open, before anything can stand behind it. */
export function quoteAfter(part: Part): string {
  const node: Node | undefined = 'kind' in part ? part : part.value ?? part.key;
  return node.kind === 'scalar' && !node.closed ? '"' : '';
}

function gapBehind({ text, parts, inner }: Sequence, part: Part): Gap {
  const next = parts[parts.indexOf(part) + 1];
  return readGap(text, part.span.end, next ? next.span.start : inner.end);
}

/** Comments above the first part stay above. */
function insertBefore(sequence: Sequence, newText: string): Edit {
  const start = sequence.parts[0]?.span.start ?? sequence.inner.start;
  return at(start, `${newText},${lead(sequence, false)}`);
}

function insertBehind(sequence: Sequence, part: Part, newText: string): Edit[] {
  const gap = gapBehind(sequence, part);
  return [...commaAt(part, gap), at(gap.lineEnd, `${lead(sequence, gap.lineEndsInComment)}${newText},`)];
}

function append(sequence: Sequence, last: Part, newTexts: readonly string[]): Edit[] {
  const gap = gapBehind(sequence, last);
  const isLast = sequence.parts[sequence.parts.length - 1] === last;
  const lineComment = isLast ? gap.endsInComment : gap.lineEndsInComment;
  const start = lead(sequence, lineComment);
  const joined = newTexts.join(sequence.layout.lines ? `,${start}` : sequence.layout.comma);
  const end = isLast ? gap.end : gap.lineEnd;
  const comma = commaAt(last, gap);
  // A line comment behind the last part of one line: the closing bracket must not end up in it.
  return [...comma, at(end, `${start}${joined}`)];
}

function commaAt(part: Part, gap: Gap): Edit[] {
  const quote = quoteAfter(part);
  const newText = gap.comma === undefined ? `${quote},` : quote;
  return newText === '' ? [] : [at(part.span.end, newText)];
}

/** What stands before a new part. */
function lead({ layout, eol }: Sequence, behindComment: boolean): string {
  if (layout.lines || behindComment) return (eol || '\n') + layout.partIndent;
  return layout.comma.replace(/^[ \t]*,/, '');
}

/** All parts go, or there is none. */
function refill(sequence: Sequence, newTexts: readonly string[]): Edit[] {
  const { text, parts, inner, closed, layout, eol } = sequence;
  const [first] = parts;
  const last = parts[parts.length - 1];
  const start = lead(sequence, false);
  const joined = newTexts.join(layout.lines ? `,${start}` : layout.comma);
  if (first && last && newTexts.length > 0) return [{ span: { start: first.span.start, end: last.span.end }, newText: joined }];
  const gap = first ? undefined : readGap(text, inner.start, inner.end);
  const comments = gap?.hasComment ?? parts.some((part) => gapBehind(sequence, part).hasComment || readGap(text, inner.start, part.span.start).hasComment);
  if (newTexts.length === 0) return first && comments ? removals(sequence) : first ? [{ span: inner, newText: '' }] : [];
  if (gap && comments) {
    const rest = text.slice(gap.end, inner.end);
    const newLine = `${eol || '\n'}${layout.partIndent}`;
    return [at(gap.end, `${newLine}${joined}${closed && !rest.includes('\n') ? `${eol || '\n'}${layout.baseIndent}` : ''}`)];
  }
  if (!layout.lines) return [{ span: closed ? inner : { start: inner.start, end: inner.start }, newText: joined }];
  const newText = `${start}${joined}${closed ? `${eol}${layout.baseIndent}` : ''}`;
  return [{ span: closed ? inner : { start: inner.start, end: inner.start }, newText }];
}

function removals(sequence: Sequence): Edit[] {
  const { text, parts, removed, inner } = sequence;
  const edits: Edit[] = [];
  const lastKept = parts.reduce((last, part, index) => (removed.has(part) ? last : index), -1);
  parts.forEach((part, index) => {
    if (!removed.has(part)) return;
    const gap = gapBehind(sequence, part);
    const lines = ownLines(text, part, gap, inner);
    const next = parts[index + 1];
    if (lines) edits.push({ span: lines, newText: '' });
    else if (next && index < lastKept) edits.push({ span: { start: part.span.start, end: next.span.start }, newText: '' });
    else edits.push({ span: { start: backOverBlanks(text, part.span.start, inner.start), end: gap.comma === undefined ? part.span.end : gap.comma + 1 }, newText: '' });
  });
  return edits;
}

/** The lines that a part has to itself, with its comma and the comment behind it. */
function ownLines(text: string, part: Part, gap: Gap, inner: Span): Span | undefined {
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
function dropComma(sequence: Sequence, part: Part): Edit[] {
  const { parts } = sequence;
  if (parts[parts.length - 1] === part) return [];
  const { comma } = gapBehind(sequence, part);
  return comma === undefined ? [] : [{ span: { start: comma, end: comma + 1 }, newText: '' }];
}

function at(offset: number, newText: string): Edit {
  return { span: { start: offset, end: offset }, newText };
}
