import type { ViewName } from './messages';

/** What the panel keeps while it is hidden or VS Code is closed. */
export interface PanelState {
  readonly view: ViewName;
}

const FRESH: PanelState = { view: 'matrix' };

/** The kept state as far as this version understands it. */
export function readState(kept: unknown): PanelState {
  if (typeof kept !== 'object' || kept === null) return FRESH;
  const { view } = kept as Readonly<Record<keyof PanelState, unknown>>;
  return { view: view === 'map' ? view : FRESH.view };
}
