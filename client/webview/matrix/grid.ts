import type { MatrixParty } from '../../../server/src/lsp/protocol/matrix';
import { element } from '../element';
import { t } from '../l10n';
import type { Shown } from './shown';
import { SIGNS, STANDINGS, tallyText, type Tally } from './standings';
import { cellAfter, rangeInView, scrollTo, type CellPlace, type Range } from './window';

/** Sizes in pixels; panel.css says the same. */
const ROW = 38;
const COLUMN = 150;
const ROW_HEADER = 250;
const COLUMN_HEADER = 46;

export interface Grid {
  /** Draws another matrix; what is scrolled stays scrolled. */
  show(shown: Shown, selected: CellPlace | undefined): void;
  /** Brings a cell into view. */
  reveal(place: CellPlace): void;
  scrollTo(place: { readonly top: number; readonly left: number }): void;
  focus(): void;
  /** Cells that are in the page. */
  readonly cellCount: () => number;
}

interface GridEvents {
  readonly onSelect: (place: CellPlace) => void;
  /** Enter on a cell: its details are wanted. */
  readonly onEnter: () => void;
  readonly onScroll: (place: { readonly top: number; readonly left: number }) => void;
}

/** What is drawn at the moment. */
interface Drawing {
  shown: Shown;
  selected: CellPlace | undefined;
  rows: Range;
  columns: Range;
}

const NOTHING: Range = { from: 0, to: 0 };

/**
 * The grid of identities (rows) and keys (columns). Only what is in view is in the page; header row and header column stay in
 * view. One element has the keyboard, and names its active cell: cells come and go.
 */
export function matrixGrid(root: HTMLElement, events: GridEvents): Grid {
  const head = element('div', { role: 'row', 'class': 'grid-head', 'aria-rowindex': '1' });
  const body = element('div', { role: 'rowgroup', 'class': 'grid-body' });
  const grid = element('div', { role: 'grid', 'class': 'grid', tabindex: '0', 'aria-label': t('Access of identities (rows) to keys (columns)') }, element('div', { role: 'rowgroup', 'class': 'grid-headgroup' }, head), body);
  root.append(grid);
  const drawing: Drawing = { shown: { identities: [], keys: [], tallyAt: () => undefined }, selected: undefined, rows: NOTHING, columns: NOTHING };

  const inView = (): { readonly rows: Range; readonly columns: Range } => ({
    rows: rangeInView(grid.scrollTop, grid.clientHeight - COLUMN_HEADER, ROW, drawing.shown.identities.length),
    columns: rangeInView(grid.scrollLeft, grid.clientWidth - ROW_HEADER, COLUMN, drawing.shown.keys.length),
  });
  const draw = (anew: boolean): void => {
    const { rows, columns } = inView();
    if (!anew && sameRange(rows, drawing.rows) && sameRange(columns, drawing.columns)) return;
    Object.assign(drawing, { rows, columns });
    head.replaceChildren(...headCells(drawing));
    body.replaceChildren(...rowsOf(drawing));
    nameActive();
  };
  const nameActive = (): void => {
    const { selected } = drawing;
    const cell = selected && document.getElementById(cellId(selected));
    if (cell) grid.setAttribute('aria-activedescendant', cell.id);
    else grid.removeAttribute('aria-activedescendant');
  };
  const reveal = ({ row, column }: CellPlace): void => {
    grid.scrollTop = scrollTo(row, grid.scrollTop, grid.clientHeight - COLUMN_HEADER, ROW);
    grid.scrollLeft = scrollTo(column, grid.scrollLeft, grid.clientWidth - ROW_HEADER, COLUMN);
  };
  const select = (place: CellPlace): void => {
    drawing.selected = place;
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
  new ResizeObserver(() => draw(false)).observe(grid);
  grid.addEventListener('click', ({ target }) => {
    const cell = target instanceof Element ? target.closest('[data-row]') : null;
    if (cell instanceof HTMLElement) select({ row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) });
  });
  grid.addEventListener('keydown', (event) => {
    const { shown: { identities, keys }, selected } = drawing;
    if (identities.length === 0 || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' && selected !== undefined) {
      event.preventDefault();
      events.onEnter();
      return;
    }
    const page = Math.max(1, Math.floor((grid.clientHeight - COLUMN_HEADER) / ROW) - 1);
    const next = cellAfter(event.key, event.ctrlKey, selected ?? { row: 0, column: 0 }, { rows: identities.length, columns: keys.length, page });
    if (next === undefined) return;
    event.preventDefault();
    select(selected === undefined ? { row: 0, column: 0 } : next);
  });

  return {
    show: (shown, selected) => {
      Object.assign(drawing, { shown, selected });
      grid.setAttribute('aria-rowcount', String(shown.identities.length + 1));
      grid.setAttribute('aria-colcount', String(shown.keys.length + 1));
      body.style.height = `${shown.identities.length * ROW}px`;
      const width = `${ROW_HEADER + shown.keys.length * COLUMN}px`;
      body.style.width = width;
      head.style.width = width;
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

function sameRange(a: Range, b: Range): boolean {
  return a.from === b.from && a.to === b.to;
}

function indexes({ from, to }: Range): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function headCells({ shown: { keys }, columns }: Drawing): HTMLElement[] {
  const corner = element('div', { role: 'columnheader', 'class': 'grid-corner', 'aria-colindex': '1' }, t('Identity \\ Key'));
  return [corner, ...indexes(columns).flatMap((column) => {
    const key = keys[column];
    if (key === undefined) return [];
    const cell = element('div', { role: 'columnheader', 'class': 'grid-column', 'aria-colindex': String(column + 2), title: key.name }, ...partyParts(key));
    cell.style.left = `${ROW_HEADER + column * COLUMN}px`;
    return [cell];
  })];
}

function rowsOf(drawing: Drawing): HTMLElement[] {
  const { shown: { identities, keys, tallyAt }, rows, columns, selected } = drawing;
  return indexes(rows).flatMap((row) => {
    const identity = identities[row];
    if (identity === undefined) return [];
    const header = element('div', { role: 'rowheader', 'class': 'grid-rowheader', 'aria-colindex': '1', title: identity.name }, ...partyParts(identity));
    const cells = indexes(columns).flatMap((column) => {
      const key = keys[column];
      return key === undefined ? [] : [cellOf({ row, column }, identity, key, tallyAt(row, column), selected?.row === row && selected.column === column)];
    });
    const made = element('div', { role: 'row', 'class': 'grid-row', 'aria-rowindex': String(row + 2) }, header, ...cells);
    made.style.top = `${row * ROW}px`;
    return [made];
  });
}

function partyParts({ label, account, accountName }: MatrixParty): HTMLElement[] {
  const where = [account ?? t('account not known'), accountName].filter((part) => part !== '').join(' · ');
  return [element('span', { 'class': 'party' }, label), element('span', { 'class': 'party-account' }, where)];
}

function cellId({ row, column }: CellPlace): string {
  return `cell-${row}-${column}`;
}

function cellOf(place: CellPlace, identity: MatrixParty, key: MatrixParty, tally: Tally | undefined, selected: boolean): HTMLElement {
  const says = tally === undefined ? t('they are not related') : tallyText(tally);
  const cell = element('div', {
    role: 'gridcell', id: cellId(place), 'class': `grid-cell${tally === undefined ? ' none' : ''}`, 'data-row': String(place.row), 'data-column': String(place.column),
    'aria-colindex': String(place.column + 2), 'aria-selected': String(selected), 'aria-label': `${identity.label}, ${key.label}: ${says}`, title: says,
  }, ...(tally === undefined ? [] : marks(tally)));
  cell.style.left = `${ROW_HEADER + place.column * COLUMN}px`;
  return cell;
}

function marks(tally: Tally): HTMLElement[] {
  return STANDINGS.filter((standing) => tally[standing] > 0).map((standing) => element('span', { 'class': `mark ${standing}`, 'aria-hidden': 'true' }, `${SIGNS[standing].sign} ${tally[standing]}`));
}
