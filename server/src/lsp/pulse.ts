import type { Clock } from '../host/contract';

/** Work that is asked for more often than it is worth doing. */
export interface Pulse {
  /** Asks for the work: at once after a quiet time, else when the burst pauses. */
  readonly poke: () => void;
  readonly stop: () => void;
}

export interface Rhythm {
  /** Asked for again within this time after the last run, it is a burst. Milliseconds. */
  readonly burst: number;
  /** A burst is over when nobody asks for this long. */
  readonly pause: number;
  /** A burst that goes on gets its work done this often. */
  readonly longest: number;
}

/** A single key is answered without delay, fast typing is taken together. */
export const TYPING: Rhythm = { burst: 40, pause: 12, longest: 80 };

/** For views of the whole workspace: nobody reads them faster than this. */
export const VIEWING: Rhythm = { burst: 300, pause: 100, longest: 300 };

/** For what can wait until the person pauses. */
export const RESTING: Rhythm = { burst: Number.POSITIVE_INFINITY, pause: 2000, longest: 60_000 };

export function pulse(clock: Clock, rhythm: Rhythm, work: () => void): Pulse {
  let cancel: (() => void) | undefined;
  let asked = 0;
  let ran = Number.NEGATIVE_INFINITY;
  const run = (): void => {
    cancel = undefined;
    work();
    ran = clock.now();
  };
  return {
    poke: () => {
      const now = clock.now();
      if (cancel !== undefined) {
        if (now - asked >= rhythm.longest) return;
        cancel();
        cancel = clock.schedule(rhythm.pause, run);
        return;
      }
      asked = now;
      cancel = clock.schedule(now - ran < rhythm.burst ? rhythm.pause : 0, run);
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
