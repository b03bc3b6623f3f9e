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
export function sequenceEdits(text: string, node: ListNode | ObjectNode, change: SequenceChange, layout: ContainerLayout,
  eol: string): LayerEdit[] {
  const bracket = text[node.span.start] === (node.kind === 'list' ? '[' : '{');
  const partSequence: PartSequence = {
    text, layout, eol,
    parts: node.kind === 'list' ? node.items : node.members,
    removedParts: change.removedParts,
    innerSpan: { start: node.span.start + (bracket ? 1 : 0), end: node.closed ? node.span.end - 1 : node.span.end },
    closed: node.closed,
  };
  const kept = partSequence.parts.filter((containerPart) => !change.removedParts.has(containerPart));
  if (kept.length === 0) return replaceAllParts(partSequence, change.insertions.map(({ text: part }) => part));
  const layerEdits = removalEdits(partSequence);
  const last = kept[kept.length - 1];
  const atEnd: string[] = [];
  for (const insertion of change.insertions) {
    if (insertion.first) layerEdits.push(insertBefore(partSequence, insertion.text));
    else if (insertion.after === undefined || insertion.after === last || !kept.includes(insertion.after)) atEnd.push(insertion.text);
    else layerEdits.push(...insertAfter(partSequence, insertion.after, insertion.text));
  }
  if (last) layerEdits.push(...(atEnd.length > 0 ? appendParts(partSequence, last, atEnd) : removeTrailingComma(partSequence, last)));
  return layerEdits;
}

/** What closes a string that is still open, before anything can stand behind it. */
export function quoteAfter(containerPart: ContainerPart): string {
  const node: Node | undefined = 'kind' in containerPart ? containerPart : containerPart.value ?? containerPart.key;
  return node.kind === 'scalar' && !node.closed ? '"' : '';
}

function gapAfter({ text, parts: containerParts, innerSpan }: PartSequence, containerPart: ContainerPart): PartGap {
  const next = containerParts[containerParts.indexOf(containerPart) + 1];
  return readGap(text, containerPart.span.end, next ? next.span.start : innerSpan.end);
}

/** Comments above the first part stay above. */
function insertBefore(partSequence: PartSequence, newText: string): LayerEdit {
  const start = partSequence.parts[0]?.span.start ?? partSequence.innerSpan.start;
  return insertAt(start, `${newText},${separatorBefore(partSequence, false)}`);
}

function insertAfter(partSequence: PartSequence, containerPart: ContainerPart, newText: string): LayerEdit[] {
  const partGap = gapAfter(partSequence, containerPart);
  return [...missingCommaEdits(containerPart, partGap),
    insertAt(partGap.lineEnd, `${separatorBefore(partSequence, partGap.lineEndsInComment)}${newText},`)];
}

function appendParts(partSequence: PartSequence, last: ContainerPart, newTexts: readonly string[]): LayerEdit[] {
  const partGap = gapAfter(partSequence, last);
  const isLast = partSequence.parts[partSequence.parts.length - 1] === last;
  const lineComment = isLast ? partGap.endsInComment : partGap.lineEndsInComment;
  const start = separatorBefore(partSequence, lineComment);
  const joined = newTexts.join(partSequence.layout.onePartPerLine ? `,${start}` : partSequence.layout.comma);
  const end = isLast ? partGap.end : partGap.lineEnd;
  const comma = missingCommaEdits(last, partGap);
  // A line comment behind the last part of one line: the closing bracket must not end up in it.
  return [...comma, insertAt(end, `${start}${joined}`)];
}

function missingCommaEdits(containerPart: ContainerPart, partGap: PartGap): LayerEdit[] {
  const quote = quoteAfter(containerPart);
  const newText = partGap.comma === undefined ? `${quote},` : quote;
  return newText === '' ? [] : [insertAt(containerPart.span.end, newText)];
}

/** What stands before a new part. */
function separatorBefore({ layout, eol }: PartSequence, behindComment: boolean): string {
  if (layout.onePartPerLine || behindComment) return (eol || '\n') + layout.partIndent;
  return layout.comma.replace(/^[ \t]*,/, '');
}

/** All parts go, or there is none. */
function replaceAllParts(partSequence: PartSequence, newTexts: readonly string[]): LayerEdit[] {
  const { text, parts: containerParts, innerSpan, closed, layout, eol } = partSequence;
  const [first] = containerParts;
  const last = containerParts[containerParts.length - 1];
  const start = separatorBefore(partSequence, false);
  const joined = newTexts.join(layout.onePartPerLine ? `,${start}` : layout.comma);
  if (first && last && newTexts.length > 0) return [{ span: { start: first.span.start, end: last.span.end }, newText: joined }];
  const partGap = first ? undefined : readGap(text, innerSpan.start, innerSpan.end);
  const comments = partGap?.hasComment
    ?? containerParts.some((containerPart) =>
      gapAfter(partSequence, containerPart).hasComment || readGap(text, innerSpan.start, containerPart.span.start).hasComment
    );
  if (newTexts.length === 0) return first && comments ? removalEdits(partSequence) : first ? [{ span: innerSpan, newText: '' }] : [];
  if (partGap && comments) {
    const rest = text.slice(partGap.end, innerSpan.end);
    const newLine = `${eol || '\n'}${layout.partIndent}`;
    return [insertAt(partGap.end, `${newLine}${joined}${closed && !rest.includes('\n') ? `${eol || '\n'}${layout.baseIndent}` : ''}`)];
  }
  if (!layout.onePartPerLine) return [{ span: closed ? innerSpan : { start: innerSpan.start, end: innerSpan.start }, newText: joined }];
  const newText = `${start}${joined}${closed ? `${eol}${layout.baseIndent}` : ''}`;
  return [{ span: closed ? innerSpan : { start: innerSpan.start, end: innerSpan.start }, newText }];
}

function removalEdits(partSequence: PartSequence): LayerEdit[] {
  const { text, parts: containerParts, removedParts, innerSpan } = partSequence;
  const layerEdits: LayerEdit[] = [];
  const lastKept = containerParts.reduce((last, containerPart, index) => (removedParts.has(containerPart) ? last : index), -1);
  containerParts.forEach((part, index) => {
    if (!removedParts.has(part)) return;
    const partGap = gapAfter(partSequence, part);
    const lines = wholeLinesOf(text, part, partGap, innerSpan);
    const next = containerParts[index + 1];
    if (lines) layerEdits.push({ span: lines, newText: '' });
    else if (next && index < lastKept) layerEdits.push({ span: { start: part.span.start, end: next.span.start }, newText: '' });
    else layerEdits.push({
        span: { start: backOverBlanks(text, part.span.start, innerSpan.start),
          end: partGap.comma === undefined ? part.span.end : partGap.comma + 1 },
        newText: '',
      });
  });
  return layerEdits;
}

/** The lines that a part has to itself, with its comma and the comment behind it. */
function wholeLinesOf(text: string, containerPart: ContainerPart, partGap: PartGap, inner: Span): Span | undefined {
  if (!startsLine(text, containerPart.span.start)) return undefined;
  const start = lineStart(text, containerPart.span.start);
  let end = partGap.lineEnd;
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
function removeTrailingComma(partSequence: PartSequence, containerPart: ContainerPart): LayerEdit[] {
  const { parts: containerParts } = partSequence;
  if (containerParts[containerParts.length - 1] === containerPart) return [];
  const { comma } = gapAfter(partSequence, containerPart);
  return comma === undefined ? [] : [{ span: { start: comma, end: comma + 1 }, newText: '' }];
}

function insertAt(offset: number, newText: string): LayerEdit {
  return { span: { start: offset, end: offset }, newText };
}
