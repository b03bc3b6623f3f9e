/**
 * How fast the disk answers. What the file system has in memory is read fastest without the detour over a thread; where
 * answers take longer, because the disk turns or is a network away, reading in the background wins and does not hold up the editor.
 */
export interface Pace {
  slow: boolean;
  /** How many answers in a row took long; a single one is the machine's doing, not the disk's. */
  delays: number;
  /** When others last had their turn. */
  rested: number;
}

const SLOW_MS = 4;
const DELAYS = 3;
const TURN_MS = 8;
/** Reads that wait for a slow disk at the same time. */
const WIDTH = 16;

/** Milliseconds from some fixed moment; never goes back. Not by `performance`, whose first use loads a module for three of them. */
export function now(): number {
  return process.uptime() * 1000;
}

export function newPace(): Pace {
  return { slow: false, delays: 0, rested: now() };
}

/** Runs `sync` while the disk is quick, `background` once it was slow. */
export function paced<T>(pace: Pace, sync: () => T, background: () => Promise<T>): T | Promise<T> {
  return pace.slow ? background() : timed(pace, sync);
}

/** Asks the disk and notes how fast it answers. */
export function timed<T>(pace: Pace, ask: () => T): T {
  const from = now();
  try {
    return ask();
  } finally {
    pace.delays = now() - from > SLOW_MS ? pace.delays + 1 : 0;
    pace.slow = pace.delays >= DELAYS;
  }
}

/** Lets others have their turn when they have waited long enough; undefined when they have not, which is nearly always. */
export function rest(pace: Pace): Promise<void> | undefined {
  if (now() - pace.rested < TURN_MS) return undefined;
  return breathe().then(() => {
    pace.rested = now();
  });
}

export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Works off a queue that may grow meanwhile, at most `WIDTH` items at a time; the first failure ends it. */
export function drain<T>(queue: T[], work: (item: T) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let active = 0;
    const next = (): void => {
      while (active < WIDTH) {
        const item = queue.pop();
        if (item === undefined) break;
        active++;
        work(item).then(done, reject);
      }
      if (active === 0) resolve();
    };
    const done = (): void => {
      active--;
      next();
    };
    next();
  });
}
