import { lineIndex, positionAt, type LineIndex, type Location } from '../core/index';

/** Lines and columns as people count them, from 1. */
export interface LineAndColumnRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Turns locations into places, with one line index for each file. */
export function createLineAndColumnLookup(texts: ReadonlyMap<string, string>): (at: Location) => LineAndColumnRange {
  const indexes = new Map<string, LineIndex>();
  return ({ uri, span }) => {
    let index = indexes.get(uri);
    if (!index) indexes.set(uri, index = lineIndex(texts.get(uri) ?? ''));
    const start = positionAt(index, span.start);
    const end = positionAt(index, span.end);
    return { line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
  };
}
