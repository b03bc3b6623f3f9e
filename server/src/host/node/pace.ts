/**
 * How fast the disk answers. What the file system has in memory is read fastest without the detour over a thread; as soon as
 * one answer takes longer, or the disk is a network away, reading in the background wins and does not hold up the editor.
 */
export interface Pace {
  slow: boolean;
  /** When others last had their turn. */
  rested: number;
}

const SLOW_MS = 4;
const TURN_MS = 8;
/** Reads that wait for a slow disk at the same time. */
export const WIDTH = 16;

export function newPace(): Pace {
  return { slow: false, rested: performance.now() };
}

/** Runs `sync` while the disk is quick, `background` once it was slow. */
export function paced<T>(pace: Pace, sync: () => T, background: () => Promise<T>): T | Promise<T> {
  if (pace.slow) return background();
  const from = performance.now();
  try {
    return sync();
  } finally {
    if (performance.now() - from > SLOW_MS) pace.slow = true;
  }
}

/** Lets others have their turn when they have waited long enough. */
export async function rest(pace: Pace): Promise<void> {
  if (performance.now() - pace.rested < TURN_MS) return;
  await breathe();
  pace.rested = performance.now();
}

export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Works off a queue that may grow meanwhile, at most `WIDTH` items at a time. `work` must not throw. */
export async function drain<T>(queue: T[], work: (item: T) => Promise<void>): Promise<void> {
  const active = new Set<Promise<void>>();
  for (;;) {
    while (active.size < WIDTH) {
      const item = queue.pop();
      if (item === undefined) break;
      const done: Promise<void> = work(item).finally(() => active.delete(done));
      active.add(done);
    }
    if (active.size === 0) return;
    await Promise.race(active);
  }
}
