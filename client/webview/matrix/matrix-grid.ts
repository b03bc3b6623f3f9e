import type { MatrixHeading } from '../../../server/src/lsp/protocol/matrix';
import { createElement } from '../element';
import { contextMenu } from '../context-menu';
import { t } from '../l10n';
import type { MapTarget } from '../messages';
import type { FilteredMatrix } from './filtered-matrix';
import { isBlockedStanding, STANDING_LABELS, STANDINGS, standingCountsText, type StandingCounts } from './standing-labels';
import { cellAfterKey, rangeInView, scrollOffsetFor, type CellPosition, type IndexRange } from './virtual-scroll';

/** Sizes in pixels; panel.css says the same. */
const ROW_HEIGHT = 38;
const COLUMN_HEADER_HEIGHT = 46;

interface ColumnWidths {
  readonly rowHeader: number;
  readonly column: number;
}

const WIDE: ColumnWidths = { rowHeader: 250, column: 150 };
const NARROW: ColumnWidths = { rowHeader: 140, column: 124 };
/** A grid that is not as wide as this has room for names, or for cells. */
const NARROW_GRID = 620;

export interface MatrixGrid {
  /** Draws another matrix; what is scrolled stays scrolled. */
  show(filteredMatrix: FilteredMatrix, selected: CellPosition | undefined): void;
  /** Brings a cell into view. */
  reveal(place: CellPosition): void;
  scrollTo(place: { readonly top: number; readonly left: number }): void;
  focus(): void;
  /** Cells that are in the page. */
  readonly cellCount: () => number;
}

interface MatrixGridEvents {
  readonly onSelect: (place: CellPosition) => void;
  /** Enter on a cell: its details are wanted. */
  readonly onEnter: () => void;
  readonly onScroll: (place: { readonly top: number; readonly left: number }) => void;
}

/** What is drawn at the moment. */
interface GridState {
  shown: FilteredMatrix;
  selected: CellPosition | undefined;
  rows: IndexRange;
  columns: IndexRange;
  widths: ColumnWidths;
}

const EMPTY_RANGE: IndexRange = { from: 0, to: 0 };

/**
 * The grid of identities (rows) and keys (columns). Only what is in view is in the page; header row and header column stay in
 * view. One element has the keyboard, and names its active cell: cells come and go.
 */
export function createMatrixGrid(root: HTMLElement, events: MatrixGridEvents): MatrixGrid {
  const head = createElement('div', { role: 'row', 'class': 'grid-head', 'aria-rowindex': '1' });
  const body = createElement('div', { role: 'rowgroup', 'class': 'grid-body' });
  const grid = createElement('div', { role: 'grid', 'class': 'grid', tabindex: '0',
    'aria-label': t('Access of identities (rows) to keys (columns)') },
    createElement('div', { role: 'rowgroup', 'class': 'grid-headgroup' }, head), body);
  root.append(grid);
  const gridState: GridState = { shown: { identities: [], keys: [], countsAt: () => undefined }, selected: undefined, rows: EMPTY_RANGE,
    columns: EMPTY_RANGE, widths: WIDE };

  const inView = (): { readonly rows: IndexRange; readonly columns: IndexRange } => ({
    rows: rangeInView(grid.scrollTop, grid.clientHeight - COLUMN_HEADER_HEIGHT, ROW_HEIGHT, gridState.shown.identities.length),
    columns: rangeInView(grid.scrollLeft, grid.clientWidth - gridState.widths.rowHeader, gridState.widths.column,
      gridState.shown.keys.length),
  });
  const setWidths = (): void => {
    const { rowHeader, column } = gridState.widths = grid.clientWidth < NARROW_GRID ? NARROW : WIDE;
    grid.style.setProperty('--row-header-width', `${rowHeader}px`);
    grid.style.setProperty('--column-width', `${column}px`);
    const width = `${rowHeader + gridState.shown.keys.length * column}px`;
    body.style.width = width;
    head.style.width = width;
  };
  const draw = (anew: boolean): void => {
    const { rows, columns } = inView();
    if (!anew && sameRange(rows, gridState.rows) && sameRange(columns, gridState.columns)) return;
    Object.assign(gridState, { rows, columns });
    head.replaceChildren(...headerCells(gridState));
    body.replaceChildren(...rowsOf(gridState));
    nameActive();
  };
  const nameActive = (): void => {
    const { selected } = gridState;
    const cell = selected && document.getElementById(cellId(selected));
    // The grid has the keyboard: its menu is that of the active cell.
    grid.setAttribute('data-vscode-context', cell?.getAttribute('data-vscode-context') ?? '{}');
    if (cell) grid.setAttribute('aria-activedescendant', cell.id);
    else grid.removeAttribute('aria-activedescendant');
  };
  const reveal = ({ row, column }: CellPosition): void => {
    grid.scrollTop = scrollOffsetFor(row, grid.scrollTop, grid.clientHeight - COLUMN_HEADER_HEIGHT, ROW_HEIGHT);
    const { widths } = gridState;
    grid.scrollLeft = scrollOffsetFor(column, grid.scrollLeft, grid.clientWidth - widths.rowHeader, widths.column);
  };
  const select = (place: CellPosition): void => {
    gridState.selected = place;
    reveal(place);
    draw(true);
    events.onSelect(place);
  };

  let waiting = false;
  grid.addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw(false);
      events.onScroll({ top: grid.scrollTop, left: grid.scrollLeft });
    });
  });
  new ResizeObserver(() => {
    const before = gridState.widths;
    setWidths();
    draw(gridState.widths !== before);
  }).observe(grid);
  grid.addEventListener('click', ({ target }) => {
    const cell = target instanceof Element ? target.closest('[data-row]') : null;
    if (cell instanceof HTMLElement) select({ row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) });
  });
  grid.addEventListener('keydown', (event) => {
    const { shown: { identities, keys }, selected } = gridState;
    if (identities.length === 0 || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' && selected !== undefined) {
      event.preventDefault();
      events.onEnter();
      return;
    }
    const page = Math.max(1, Math.floor((grid.clientHeight - COLUMN_HEADER_HEIGHT) / ROW_HEIGHT) - 1);
    const next = cellAfterKey(event.key, event.ctrlKey, selected ?? { row: 0, column: 0 }, { rows: identities.length, columns: keys.length,
      page });
    if (next === undefined) return;
    event.preventDefault();
    select(selected === undefined ? { row: 0, column: 0 } : next);
  });

  return {
    show: (filteredMatrix, selected) => {
      Object.assign(gridState, { shown: filteredMatrix, selected });
      grid.setAttribute('aria-rowcount', String(filteredMatrix.identities.length + 1));
      grid.setAttribute('aria-colcount', String(filteredMatrix.keys.length + 1));
      body.style.height = `${filteredMatrix.identities.length * ROW_HEIGHT}px`;
      setWidths();
      draw(true);
    },
    reveal,
    scrollTo: ({ top, left }) => {
      grid.scrollTop = top;
      grid.scrollLeft = left;
      draw(false);
    },
    focus: () => grid.focus(),
    cellCount: () => body.querySelectorAll('[role=gridcell]').length,
  };
}

function sameRange(a: IndexRange, b: IndexRange): boolean {
  return a.from === b.from && a.to === b.to;
}

function indexes({ from, to }: IndexRange): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function headerCells({ shown: { keys }, columns, widths }: GridState): HTMLElement[] {
  const corner = createElement('div', { role: 'columnheader', 'class': 'grid-corner', 'aria-colindex': '1' }, t('Identity \\ Key'));
  return [corner, ...indexes(columns).flatMap((column) => {
    const key = keys[column];
    if (key === undefined) return [];
    const cell = createElement('div', { role: 'columnheader', 'class': 'grid-column', 'aria-colindex': String(column + 2),
      'title': key.name, 'data-vscode-context': headingMenu({ key: key.id }, key) }, ...partyElements(key));
    cell.style.left = `${widths.rowHeader + column * widths.column}px`;
    return [cell];
  })];
}

function rowsOf(gridState: GridState): HTMLElement[] {
  const { shown: { identities, keys, countsAt }, rows, columns, selected, widths } = gridState;
  return indexes(rows).flatMap((row) => {
    const identity = identities[row];
    if (identity === undefined) return [];
    const header = createElement('div', { role: 'rowheader', 'class': 'grid-rowheader', 'aria-colindex': '1', 'title': identity.name,
      'data-vscode-context': headingMenu({ identity: identity.id }, identity) },
      ...partyElements(identity));
    const cells = indexes(columns).flatMap((column) => {
      const key = keys[column];
      if (key === undefined) return [];
      const cell = cellElement({ row, column }, identity, key, countsAt(row, column),
        selected?.row === row && selected.column === column);
      cell.style.left = `${widths.rowHeader + column * widths.column}px`;
      return [cell];
    });
    const made = createElement('div', { role: 'row', 'class': 'grid-row', 'aria-rowindex': String(row + 2) }, header, ...cells);
    made.style.top = `${row * ROW_HEIGHT}px`;
    return [made];
  });
}

function partyElements({ label, account, accountName }: MatrixHeading): HTMLElement[] {
  const where = [account ?? t('account not known'), accountName].filter((part) => part !== '').join(' · ');
  return [createElement('span', { 'class': 'party' }, label), createElement('span', { 'class': 'party-account' }, where)];
}

function cellId({ row, column }: CellPosition): string {
  return `cell-${row}-${column}`;
}

function cellElement(place: CellPosition, identity: MatrixHeading, key: MatrixHeading, tally: StandingCounts | undefined,
  selected: boolean): HTMLElement {
  const says = tally === undefined ? t('they are not related') : standingCountsText(tally);
  return createElement('div', {
    role: 'gridcell', id: cellId(place), 'class': `grid-cell${tally === undefined ? ' none' : ''}`, 'data-row': String(place.row),
    'data-column': String(place.column),
    'aria-colindex': String(place.column + 2), 'aria-selected': String(selected), 'aria-label': `${identity.label}, ${key.label}: ${says}`,
    title: says, 'data-vscode-context': tally === undefined ? '{}' : cellMenu(identity, key, tally),
  }, ...(tally === undefined ? [] : standingCountElements(tally)));
}

function headingMenu(target: MapTarget, { arn }: MatrixHeading): string {
  return contextMenu(target, ['opens', 'generates', ...arn === undefined ? [] : ['copiesArn'] as const, 'copiesCommand']);
}

function cellMenu(identity: MatrixHeading, key: MatrixHeading, tally: StandingCounts): string {
  const isBlocked = STANDINGS.some((standing) => isBlockedStanding(standing) && tally[standing] > 0);
  const areArnsKnown = identity.arn !== undefined && key.arn !== undefined;
  return contextMenu({ identity: identity.id, key: key.id }, ['opens', ...areArnsKnown ? ['explains'] as const : [],
    ...isBlocked ? ['fixes'] as const : [], ...isBlocked || tally['not-requested'] > 0 ? ['generates'] as const : []]);
}

function standingCountElements(tally: StandingCounts): HTMLElement[] {
  return STANDINGS.filter((standing) => tally[standing] > 0).map((standing) =>
    createElement('span', { 'class': `mark ${standing}`, 'aria-hidden': 'true' }, `${STANDING_LABELS[standing].sign} ${tally[standing]}`)
  );
}
