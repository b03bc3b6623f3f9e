import type { Clock } from '../host/host';

/** Work that is asked for more often than it is worth doing. */
export interface Debouncer {
  /** Asks for the work: at once after a quiet time, else when the burst pauses. */
  readonly schedule: () => void;
  readonly stop: () => void;
}

export interface DebounceTiming {
  /** Asked for again within this time after the last run, it is a burst. Milliseconds. */
  readonly burstWindow: number;
  /** A burst is over when nobody asks for this long. */
  readonly quietPeriod: number;
  /** A burst that goes on gets its work done this often. */
  readonly maximumDelay: number;
}

/** A single key is answered without delay, fast typing is taken together. */
export const TYPING_TIMING: DebounceTiming = { burstWindow: 40, quietPeriod: 12, maximumDelay: 80 };

/** For views of the whole workspace: nobody reads them faster than this. */
export const VIEW_REFRESH_TIMING: DebounceTiming = { burstWindow: 300, quietPeriod: 100, maximumDelay: 300 };

export function createDebouncer(clock: Clock, debounceTiming: DebounceTiming, work: () => void): Debouncer {
  let cancel: (() => void) | undefined;
  let lastRequestAt = 0;
  let ran = Number.NEGATIVE_INFINITY;
  const run = (): void => {
    cancel = undefined;
    work();
    ran = clock.now();
  };
  return {
    schedule: () => {
      const now = clock.now();
      if (cancel !== undefined) {
        if (now - lastRequestAt >= debounceTiming.maximumDelay) return;
        cancel();
        cancel = clock.schedule(debounceTiming.quietPeriod, run);
        return;
      }
      lastRequestAt = now;
      cancel = clock.schedule(now - ran < debounceTiming.burstWindow ? debounceTiming.quietPeriod : 0, run);
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
