import type { HandshakeRef } from '../../../server/src/lsp/protocol/handshakes';
import type { MatrixCell, MatrixDocumentParams, MatrixSummary } from '../../../server/src/lsp/protocol/matrix';
import { createElement } from '../element';
import { t } from '../l10n';
import type { MessageToExtension } from '../messages';
import { NO_MATRIX_FILTER, type PanelState } from '../panel-state';
import { createCellDetails } from './cell-details';
import { createMatrixGrid } from './matrix-grid';
import { matrixAccountNames, cellPositionOf, filterMatrix, type FilteredMatrix } from './filtered-matrix';
import { createMatrixToolbar } from './matrix-toolbar';
import type { CellPosition } from './virtual-scroll';

export interface MatrixView {
  show(matrix: MatrixSummary): void;
  showCell(of: HandshakeRef, cell: MatrixCell | undefined): void;
  /** Selects a cell; a filter that hides it goes. */
  select(cell: HandshakeRef): void;
  /** Shows what has all words of the text in its names, and nothing else. */
  filter(text: string): void;
}

interface MatrixViewOptions {
  readonly state: () => PanelState;
  readonly keep: (change: Partial<PanelState>) => void;
  readonly post: (message: MessageToExtension) => void;
}

const EMPTY = [
  t('No identity is related to a key here yet. The matrix fills once the workspace contains a key policy and an IAM policy about its key.'),
  t('What the files do not say can be declared in kms-handshake.json.'),
].join(' ');

/** The tab "Matrix": toolbar, grid, and details of the selected cell. */
export function createMatrixView(root: HTMLElement, { state, keep, post }: MatrixViewOptions): MatrixView {
  let matrix: MatrixSummary | undefined;
  let filteredMatrix: FilteredMatrix | undefined;
  let cell: MatrixCell | 'on its way' | 'none' = 'on its way';
  let toReveal = false;
  let toScroll = true;

  const matrixToolbar = createMatrixToolbar(root, {
    onFilter: (matrixFilter) => {
      keep({ filter: matrixFilter });
      draw();
    },
    onExport: (format) => post({ type: 'export', document: documentParams(format, filteredMatrix, state()) }),
  });
  const message = createElement('p', { 'class': 'message', hidden: '' });
  // The grid comes first for keyboard and screen reader.
  const gridPlace = createElement('div', { 'class': 'grid-place' });
  const split = createElement('div', { 'class': 'split' }, gridPlace);
  root.append(message, split);
  const cellDetails = createCellDetails(split, {
    onOpen: (place) => post({ type: 'open', place }),
    onExplain: (accessQuestion) => post({ type: 'explain', question: accessQuestion }),
    onFix: (handshake, action) => post({ type: 'fix', handshake, action }),
    onLeave: () => matrixGrid.focus(),
    onClose: () => {
      keep({ selected: undefined });
      draw();
      matrixGrid.focus();
    },
  });
  const matrixGrid = createMatrixGrid(gridPlace, {
    onSelect: (place) => {
      const selected = handshakeRefAt(filteredMatrix, place);
      if (selected === undefined) return;
      keep({ selected });
      cell = 'on its way';
      drawDetail();
      post({ type: 'cell', cell: selected });
    },
    onEnter: () => cellDetails.focus(),
    onScroll: (scroll) => keep({ scroll }),
  });
  matrixToolbar.setFilter(state().filter);

  const drawDetail = (): void => {
    const { selected } = state();
    const identity = matrix?.identities.find(({ id }) => id === selected?.identity);
    const key = matrix?.keys.find(({ id }) => id === selected?.key);
    if (identity === undefined || key === undefined) cellDetails.clear();
    else cellDetails.show(identity, key, cell);
  };
  const draw = (): void => {
    if (matrix === undefined) return;
    const { filter, selected, scroll } = state();
    filteredMatrix = filterMatrix(matrix, filter);
    const empty = matrix.identities.length === 0;
    const nothing = filteredMatrix.identities.length === 0;
    message.textContent = empty ? EMPTY : nothing ? t('Nothing matches the filter.') : '';
    message.hidden = !nothing;
    split.hidden = nothing;
    const place = cellPositionOf(filteredMatrix, selected);
    matrixGrid.show(filteredMatrix, place);
    if (toScroll) matrixGrid.scrollTo(scroll);
    toScroll = false;
    if (toReveal && place !== undefined) matrixGrid.reveal(place);
    toReveal = false;
    matrixToolbar.say(
      empty
        ? t('Nothing to show')
        : t('{0} of {1} identities, {2} of {3} keys', filteredMatrix.identities.length, matrix.identities.length,
          filteredMatrix.keys.length, matrix.keys.length),
    );
    drawDetail();
  };
  const tell = (): void => post({ type: 'drawn', drawn: {
    identities: filteredMatrix?.identities.length ?? 0, keys: filteredMatrix?.keys.length ?? 0, cells: matrixGrid.cellCount(),
    says: typeof cell === 'string' ? [] : cell.outcomes.map(({ says }) => says),
  } });

  return {
    show: (next) => {
      matrix = next;
      matrixToolbar.setAccounts(matrixAccountNames(next));
      matrixToolbar.setFilter(state().filter); // the map has the same text
      draw();
      const { selected } = state();
      if (selected === undefined) tell();
      else post({ type: 'cell', cell: selected }); // its statements may be other ones now
    },
    showCell: (of, found) => {
      const { selected } = state();
      if (selected?.identity !== of.identity || selected.key !== of.key) return;
      cell = found ?? 'none';
      drawDetail();
      tell();
    },
    select: (selected) => {
      keep({ selected,
        ...(matrix !== undefined && cellPositionOf(filterMatrix(matrix, state().filter), selected) === undefined
          ? { filter: NO_MATRIX_FILTER }
          : {}) });
      matrixToolbar.setFilter(state().filter);
      toReveal = true;
      cell = 'on its way';
      draw();
      post({ type: 'cell', cell: selected });
    },
    filter: (text) => {
      keep({ filter: { ...NO_MATRIX_FILTER, text } });
      matrixToolbar.setFilter(state().filter);
      draw();
      tell();
    },
  };
}

function handshakeRefAt(filteredMatrix: FilteredMatrix | undefined, { row, column }: CellPosition): HandshakeRef | undefined {
  const identity = filteredMatrix?.identities[row];
  const key = filteredMatrix?.keys[column];
  return identity && key && { identity: identity.id, key: key.id };
}

/** What is shown, as a document. */
function documentParams(format: MatrixDocumentParams['format'], filteredMatrix: FilteredMatrix | undefined,
  { filter: matrixFilter }: PanelState): MatrixDocumentParams {
  const { text, account, standing } = matrixFilter;
  const cells = filteredMatrix === undefined || text === '' && account === undefined && standing === undefined
    ? undefined
    : visibleCells(filteredMatrix);
  return { format, ...(cells === undefined ? {} : { cells }), ...(standing === undefined ? {} : { standings: [standing] }) };
}

function visibleCells({ identities, keys, countsAt }: FilteredMatrix): HandshakeRef[] {
  return identities.flatMap((identity, row) =>
    keys.flatMap((key, column) => (countsAt(row, column) === undefined ? [] : [{ identity: identity.id, key: key.id }]))
  );
}
