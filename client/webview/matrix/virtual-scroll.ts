/** A half-open range of rows or columns. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Which of `count` rows of equal size are within the viewport, and `beyond` more on both sides, so that nothing is missing while
 * one scrolls. Sizes in pixels.
 */
export function rangeInView(scroll: number, viewport: number, size: number, count: number, beyond = 2): IndexRange {
  const from = Math.max(0, Math.min(count, Math.floor(scroll / size) - beyond));
  const to = Math.max(from, Math.min(count, Math.ceil((scroll + viewport) / size) + beyond));
  return { from, to };
}

/** The scroll offset at which the row is in full view, as near as possible to the one there is. */
export function scrollOffsetFor(index: number, scroll: number, viewport: number, size: number): number {
  const start = index * size;
  if (start < scroll) return start;
  return Math.max(scroll, start + size - viewport);
}

export interface CellPosition {
  readonly row: number;
  readonly column: number;
}

/** Where a key of the keyboard leads from a cell, as in the grid pattern of the ARIA Authoring Practices; undefined for other keys. */
export function cellAfterKey(key: string, ctrl: boolean, { row, column }: CellPosition,
  size: { readonly rows: number; readonly columns: number; readonly page: number }): CellPosition | undefined {
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  switch (key) {
    case 'ArrowLeft': return { row, column: Math.max(0, column - 1) };
    case 'ArrowRight': return { row, column: Math.min(lastColumn, column + 1) };
    case 'ArrowUp': return { row: Math.max(0, row - 1), column };
    case 'ArrowDown': return { row: Math.min(lastRow, row + 1), column };
    case 'PageUp': return { row: Math.max(0, row - size.page), column };
    case 'PageDown': return { row: Math.min(lastRow, row + size.page), column };
    case 'Home': return { row: ctrl ? 0 : row, column: 0 };
    case 'End': return { row: ctrl ? lastRow : row, column: lastColumn };
    default: return undefined;
  }
}
