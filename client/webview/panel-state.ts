import type { HandshakeRef, DisplayedHandshakeStatus } from '../../server/src/lsp/protocol/handshakes';
import type { AccessStanding } from '../../server/src/lsp/protocol/matrix';
import { EDGE_STATES } from './graph/graph';
import { STANDINGS } from './matrix/standing-labels';
import type { ViewName } from './messages';

/** What the panel keeps while it is hidden or VS Code is closed. */
export interface PanelState {
  readonly view: ViewName;
  readonly filter: MatrixFilter;
  readonly selected: HandshakeRef | undefined;
  /** The states that the map is narrowed to; its text is that of the filter. */
  readonly handshakes: readonly DisplayedHandshakeStatus[];
  readonly scroll: { readonly top: number; readonly left: number };
}

/** Narrows the matrix; what is empty or undefined does not. */
export interface MatrixFilter {
  /** Words that all have to be in the names of identity or key; the map has the same text. */
  readonly text: string;
  readonly account: string | undefined;
  readonly standing: AccessStanding | undefined;
}

export const NO_MATRIX_FILTER: MatrixFilter = { text: '', account: undefined, standing: undefined };

/** The kept state as far as this version understands it. */
export function parsePanelState(kept: unknown): PanelState {
  const { view, filter, selected, handshakes, scroll } = asRecord(kept);
  const { text, account, standing } = asRecord(filter);
  const { identity, key } = asRecord(selected);
  const { top, left } = asRecord(scroll);
  return {
    view: view === 'map' ? view : 'matrix',
    filter: {
      text: typeof text === 'string' ? text : '',
      account: typeof account === 'string' ? account : undefined,
      standing: STANDINGS.find((accessStanding) => accessStanding === standing),
    },
    selected: typeof identity === 'string' && typeof key === 'string' ? { identity, key } : undefined,
    handshakes: Array.isArray(handshakes) ? handshakes.filter(isShownState) : [],
    scroll: { top: typeof top === 'number' ? top : 0, left: typeof left === 'number' ? left : 0 },
  };
}

function isShownState(value: unknown): value is DisplayedHandshakeStatus {
  return typeof value === 'string' && value !== 'several' && Object.hasOwn(EDGE_STATES, value);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
}
