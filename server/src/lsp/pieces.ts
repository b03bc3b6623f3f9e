import type { Clock } from '../host/host';

/** No piece of work holds the editor up for much longer. Milliseconds. */
export const PIECE = 8;

/** Does something with each item, in pieces between which others have their turn. `stop` ends it early. */
export async function inPieces<T>(clock: Clock, items: Iterable<T>, work: (item: T) => void, stop: () => boolean = () => false): Promise<void> {
  let rested = clock.now();
  for (const item of items) {
    if (stop()) return;
    work(item);
    if (clock.now() - rested < PIECE) continue;
    await clock.yieldToEventLoop();
    rested = clock.now();
  }
}
