import { lineEnd, lineStart } from '../../text/lines';
import type { Span, TextEdit } from '../../text/span';
import { insertAt, removeSpan } from '../text-edits';
import { indentationAt, isFirstInLine } from './edit-target';
import { skipBlanksOfHcl } from './skip-blanks';

/** The items of a list or of an object between its brackets. */
export interface Sequence {
  readonly text: string;
  readonly eol: string;
  /** With the brackets. */
  readonly span: Span;
  readonly closed: boolean;
  readonly parts: readonly Span[];
  readonly removed: ReadonlySet<Span>;
  /** Parts that are on lines of their own have commas between them. */
  readonly hasCommas: boolean;
}

export interface AddedPart {
  /** @param eol a line break with the indentation of the part; empty for a part that has to be on one line */
  readonly print: (eol: string) => string;
  /** Behind that part, or `first` of all; at the end where it is undefined. */
  readonly place: Span | 'first' | undefined;
}

/** Takes parts out and puts others in. Something has to stay. */
export function sequenceEdits(sequence: Sequence, added: readonly AddedPart[]): TextEdit[] {
  const { parts, removed } = sequence;
  const remainingParts = parts.filter((part) => !removed.has(part));
  const [first] = remainingParts;
  const last = remainingParts.at(-1);
  const lastPart = parts.at(-1);
  const edits = parts.flatMap((part) => (removed.has(part) ? removalEdit(sequence, part) : []));
  if (!first || !last || !lastPart) return edits;
  const byPlace = new Map<Span | 'first', AddedPart[]>();
  for (const part of added) {
    const place = part.place === 'first' || part.place && remainingParts.includes(part.place) ? part.place : last;
    byPlace.set(place, [...byPlace.get(place) ?? [], part]);
  }
  for (const [place, newParts] of byPlace)
    edits.push(...place === 'first' ? insertionsBefore(sequence, first, newParts) : insertionsBehind(sequence, place, newParts));
  const { comma } = gapBehind(sequence, last);
  if (last !== lastPart && !byPlace.has(last) && comma !== undefined && gapBehind(sequence, lastPart).comma === undefined)
    edits.push(removeSpan({ start: comma, end: comma + 1 }));
  return edits;
}

interface SequenceGap {
  readonly comma: number | undefined;
  /** Behind the part, its comma and a comment that ends the line. */
  readonly end: number;
  /** Nothing else is in the line behind that. */
  readonly endsLine: boolean;
}

function gapBehind({ text, span, parts, closed }: Sequence, part: Span): SequenceGap {
  const next = parts[parts.indexOf(part) + 1]?.start ?? (closed ? span.end - 1 : span.end);
  const at = skipBlanksOfHcl(text, part.end);
  const comma = at < next && text.charAt(at) === ',' ? at : undefined;
  const codeEnd = Math.max(part.end, (comma ?? 0) + 1);
  const end = lineEnd(text, codeEnd);
  // A comment that goes on in the next line would take the mark with it.
  const restOfLine = `${text.slice(codeEnd, end)}\n`;
  const isComment = skipBlanksOfHcl(`${restOfLine}.`, 0) === restOfLine.length;
  return { comma, end: isComment ? end : codeEnd, endsLine: isComment };
}

function insertionsBefore(sequence: Sequence, first: Span, added: readonly AddedPart[]): TextEdit[] {
  const { text } = sequence;
  const isOnLine = isFirstInLine(text, first.start);
  const eol = isOnLine ? sequence.eol + indentationAt(text, first.start) : '';
  const separator = isOnLine ? (sequence.hasCommas ? ',' : '') + eol : ', ';
  return [insertAt(first.start, added.map(({ print }) => print(eol) + separator).join(''))];
}

function insertionsBehind(sequence: Sequence, part: Span, added: readonly AddedPart[]): TextEdit[] {
  const { text, span, parts, hasCommas, removed } = sequence;
  const isOnLine = isFirstInLine(text, part.start);
  const { comma, end, endsLine } = gapBehind(sequence, part);
  const hasPartBehind = parts.slice(parts.indexOf(part) + 1).some((other) => !removed.has(other));
  // A list whose last bracket is behind its last item in one line is written on as it begins.
  const isOneLine = !isOnLine && !text.slice(span.start, span.end).includes('\n');
  const eol = isOneLine ? '' : sequence.eol + indentationAt(text, isOnLine ? part.start : span.start);
  const between = isOnLine ? (hasCommas ? ',' : '') + eol : ', ';
  const printed = added.map(({ print }) => print(eol)).join(between);
  const lastComma = gapBehind(sequence, parts.at(-1) ?? part).comma;
  const commaBehind = hasPartBehind ? comma !== undefined || !isOnLine || hasCommas : lastComma !== undefined;
  const needsComma = comma === undefined && (hasCommas || !isOnLine);
  const newText = (isOnLine ? eol : ' ') + printed + (commaBehind ? ',' : '');
  const at = isOnLine || endsLine && comma === undefined && !isOneLine ? end : Math.max(part.end, (comma ?? 0) + 1);
  if (!needsComma) return [insertAt(at, newText)];
  return at === part.end ? [insertAt(at, `,${newText}`)] : [insertAt(part.end, ','), insertAt(at, newText)];
}

/** A part goes with its line and the comment there; one that shares its line, with what leads to the next part. */
function removalEdit(sequence: Sequence, part: Span): TextEdit {
  const { text, parts, removed } = sequence;
  const { comma, end, endsLine } = gapBehind(sequence, part);
  if (isFirstInLine(text, part.start) && endsLine && end < text.length)
    return removeSpan({ start: lineStart(text, part.start), end: text.indexOf('\n', end) + 1 });
  const index = parts.indexOf(part);
  const next = parts[index + 1];
  if (next && parts.slice(index + 1).some((other) => !removed.has(other))) return removeSpan({ start: part.start, end: next.start });
  const previous = parts.slice(0, index).filter((other) => !removed.has(other)).at(-1);
  const behind = comma === undefined ? part.end : comma + 1;
  return removeSpan({ start: previous ? gapStartBehind(sequence, previous) : part.start, end: behind });
}

/** Before the comma behind a part that becomes the last one, unless it stays a comma at the end. */
function gapStartBehind(sequence: Sequence, part: Span): number {
  const { comma } = gapBehind(sequence, part);
  const lastComma = gapBehind(sequence, sequence.parts.at(-1) ?? part).comma;
  return comma !== undefined && lastComma !== undefined ? comma + 1 : part.end;
}
