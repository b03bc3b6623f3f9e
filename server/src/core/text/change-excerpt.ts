import { applyEdits } from './apply-edits';
import type { FileChange } from './file-change';

/** A line of an excerpt of a change. */
export interface ExcerptLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  /** In the text before the change, from 1; of a line that is new, that of the line behind it. */
  readonly line: number;
}

/** So many lines around a change say where it is. */
const CONTEXT_LINES = 2;

/** The lines that a change takes and gives, with some around them; the whole text of a new file. */
export function changeExcerpt(before: string, change: FileChange): ExcerptLine[] {
  if ('create' in change) return linesOf(change.create.replace(/\n$/, '')).map((text, i) => ({ sign: '+', text, line: i + 1 }));
  const old = linesOf(before);
  const now = linesOf(applyEdits(before, change.edits));
  const start = commonPrefixLength(old, now);
  const end = commonPrefixLength(old.slice(start).reverse(), now.slice(start).reverse());
  const kept = (from: number, to: number): ExcerptLine[] => old.slice(from, to).map((text, i) => ({ sign: ' ', text, line: from + i + 1 }));
  const last = old.length - end;
  return [
    ...kept(Math.max(0, start - CONTEXT_LINES), start),
    ...old.slice(start, last).map((text, i): ExcerptLine => ({ sign: '-', text, line: start + i + 1 })),
    ...now.slice(start, now.length - end).map((text): ExcerptLine => ({ sign: '+', text, line: last + 1 })),
    ...kept(last, Math.min(old.length, last + CONTEXT_LINES)),
  ];
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

function commonPrefixLength(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}
