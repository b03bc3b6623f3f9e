/** Where each line of a text starts, so that offsets and line/column pairs can be exchanged in O(log lines). */
export interface LineIndex {
  readonly length: number;
  readonly starts: readonly number[];
}

/** A place as editors count it: line and character from 0, characters in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Lines end at LF, CRLF or a lone CR, as in the Language Server Protocol. */
export function lineIndex(text: string): LineIndex {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    return { length: text.length, starts };
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return { length: text.length, starts };
}

/** Offsets beyond the text are taken as its end, negative ones as its start. */
export function positionAt(index: LineIndex, offset: number): Position {
  const at = Math.max(0, Math.min(offset, index.length));
  let low = 0;
  let high = index.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((index.starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return { line: low, character: at - (index.starts[low] ?? 0) };
}

/** The reverse of `positionAt`; a character beyond its line is taken as the line's end. */
export function offsetAt(index: LineIndex, position: Position): number {
  if (position.line < 0) return 0;
  const start = index.starts[position.line];
  if (start === undefined) return index.length;
  const next = index.starts[position.line + 1] ?? index.length;
  return Math.min(start + Math.max(0, position.character), next);
}
