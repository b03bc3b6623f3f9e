/**
 * How fast the disk answers. What the file system has in memory is read fastest without the detour over a thread; where
 * answers take longer, because the disk turns or is a network away, reading in the background wins and does not hold up the editor.
 */
export interface DiskLatency {
  slow: boolean;
  /** How many answers in a row took long; a single one is the machine's doing, not the disk's. */
  slowReadsInARow: number;
  /** When others last had their turn. */
  lastYieldAt: number;
}

const SLOW_READ_MS = 4;
const SLOW_READS_TO_SWITCH = 3;
const YIELD_INTERVAL_MS = 8;
/** Reads that wait for a slow disk at the same time. */
const MAX_PARALLEL_READS = 16;

/** Milliseconds from some fixed moment; never goes back. Not by `performance`, whose first use loads a module for three of them. */
export function now(): number {
  return process.uptime() * 1000;
}

export function createDiskLatency(): DiskLatency {
  return { slow: false, slowReadsInARow: 0, lastYieldAt: now() };
}

/** Runs `sync` while the disk is quick, `background` once it was slow. */
export function readSyncOrAsync<T>(diskLatency: DiskLatency, sync: () => T, background: () => Promise<T>): T | Promise<T> {
  return diskLatency.slow ? background() : measureRead(diskLatency, sync);
}

/** Asks the disk and notes how fast it answers. */
export function measureRead<T>(diskLatency: DiskLatency, ask: () => T): T {
  const from = now();
  try {
    return ask();
  } finally {
    diskLatency.slowReadsInARow = now() - from > SLOW_READ_MS ? diskLatency.slowReadsInARow + 1 : 0;
    diskLatency.slow = diskLatency.slowReadsInARow >= SLOW_READS_TO_SWITCH;
  }
}

/** Lets others have their turn when they have waited long enough; undefined when they have not, which is nearly always. */
export function yieldIfDue(diskLatency: DiskLatency): Promise<void> | undefined {
  if (now() - diskLatency.lastYieldAt < YIELD_INTERVAL_MS) return undefined;
  return yieldToEventLoop().then(() => {
    diskLatency.lastYieldAt = now();
  });
}

export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Works off a queue that may grow meanwhile, at most `WIDTH` items at a time; the first failure ends it. */
export function processQueue<T>(queue: T[], work: (item: T) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let active = 0;
    const next = (): void => {
      while (active < MAX_PARALLEL_READS) {
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
