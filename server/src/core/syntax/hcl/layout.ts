import { lineStart } from '../../text/lines';
import type { TextEdit } from '../../text/span';
import { formatLines, type FormatLine } from './format-lines';
import { INDENTATION } from './print-hcl';
import { createRevision, editsOfRevision, originalOffsets, revisedText, reviseText } from './revision';

/** A token and how many blanks belong in front of it. */
interface Gap {
  readonly token: number;
  readonly blanks: number;
}

/** The gaps of neighbouring lines, which depend on each other, in order. */
type GapRun = readonly Gap[];

/** From what is first on a line to what is last: each of them moves the next one. */
const GAP_KINDS: readonly ((text: string) => readonly GapRun[])[] = [indentations, assignmentGaps, commentGaps];

/**
 * The edits of a text with those that they make necessary to lay it out as `terraform fmt` does: lines are indented by what is open, equals
 * signs and comments of neighbouring lines are in one column. Lines that were laid out otherwise before stay as they are.
 *
 * @param edits in the order of the text, none within another
 */
export function withLayout(text: string, edits: readonly TextEdit[]): readonly TextEdit[] {
  if (edits.length === 0) return edits;
  let revision = createRevision(text, edits);
  for (const gapsOf of GAP_KINDS) {
    const unusualTokens = new Set(gapsOf(text).flat().filter((gap) => !hasGap(text, gap)).map(({ token }) => token));
    const revised = revisedText(revision);
    const runs = gapsOf(revised).filter((run) => {
      for (const offset of originalOffsets(revision, run.map(({ token }) => token))) if (unusualTokens.has(offset)) return false;
      return true;
    });
    revision = reviseText(revision, gapEdits(revised, runs));
  }
  return editsOfRevision(revision);
}

/** A text that is new as `terraform fmt` lays it out. */
export function laidOut(text: string): string {
  return GAP_KINDS.reduce((result, gapsOf) => revisedText(createRevision(result, gapEdits(result, gapsOf(result)))), text);
}

function gapEdits(text: string, runs: readonly GapRun[]): TextEdit[] {
  return runs.flat().filter((gap) => !hasGap(text, gap))
    .map(({ token, blanks }) => ({ span: { start: gapStart(text, token), end: token }, newText: ' '.repeat(blanks) }));
}

function hasGap(text: string, { token, blanks }: Gap): boolean {
  return text.slice(gapStart(text, token), token) === ' '.repeat(blanks);
}

function gapStart(text: string, token: number): number {
  let start = token;
  while (start > 0 && /[ \t]/.test(text.charAt(start - 1))) start--;
  return start;
}

/** A line that opens more brackets than it closes indents what follows by one level, however many they are. */
function indentations(text: string): readonly GapRun[] {
  /** The brackets that are open, by the lines that opened them. */
  const levels: number[] = [];
  return [formatLines(text).flatMap(({ start, bracketChange }) => {
    if (start === undefined) return [];
    for (let closed = -bracketChange; closed > 0 && levels.length > 0;) {
      const levelOfOpening = levels.pop() ?? 0;
      if (levelOfOpening > closed) levels.push(levelOfOpening - closed);
      closed -= levelOfOpening;
    }
    const blanks = levels.length * INDENTATION.length;
    if (bracketChange > 0) levels.push(bracketChange);
    return { token: start, blanks };
  })];
}

function assignmentGaps(text: string): readonly GapRun[] {
  const isInColumn = ({ equalsSign, hasWholeValue }: FormatLine): boolean => equalsSign !== undefined && hasWholeValue;
  const others = formatLines(text).flatMap((line) => (line.equalsSign === undefined || isInColumn(line) ? []
    : [[{ token: line.equalsSign, blanks: 1 }]]));
  const columns = columnGaps(text, (line) => (isInColumn(line) ? line.equalsSign : undefined));
  return [...columns, ...others].sort(([a], [b]) => (a?.token ?? 0) - (b?.token ?? 0));
}

function commentGaps(text: string): readonly GapRun[] {
  return columnGaps(text, ({ comment }) => comment);
}

/** Neighbouring lines have the token in one column, a blank behind the longest text in front of it. */
function columnGaps(text: string, tokenOf: (line: FormatLine) => number | undefined): readonly GapRun[] {
  const runs: GapRun[] = [];
  let run: { readonly token: number; readonly width: number }[] = [];
  const finishRun = (): void => {
    const column = Math.max(...run.map(({ width }) => width)) + 1;
    if (run.length > 0) runs.push(run.map(({ token, width }) => ({ token, blanks: column - width })));
    run = [];
  };
  for (const line of formatLines(text)) {
    const token = tokenOf(line);
    if (token === undefined) finishRun();
    else run.push({ token, width: widthOf(text.slice(lineStart(text, line.start ?? 0), gapStart(text, token))) });
  }
  finishRun();
  return runs;
}

/** What people see as one character counts as one. */
function widthOf(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : [...new Intl.Segmenter().segment(text.replace('\ufeff', ''))].length;
}
