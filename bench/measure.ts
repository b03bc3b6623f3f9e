/** One row of the report: what was measured, beside what it is compared with in the same run. */
export interface BenchmarkResult {
  readonly name: string;
  /** Milliseconds; the smaller the better. */
  readonly measured: number;
  readonly baselineName: string;
  readonly baseline: number;
  /** What the ratio, or the time itself, should be. */
  readonly goal: string;
  readonly isGoalMet: boolean;
  readonly ratio: number;
}

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Milliseconds that `work` takes. */
export function measureDuration(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Runs both sides in turns, so that a slow moment of the machine meets both. */
export async function measureAlternately(rounds: number,
  sides: { readonly measured: () => Promise<number> | number; readonly baseline: () => Promise<number> | number }
): Promise<{ measured: number[]; baseline: number[] }> {
  const measured: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < rounds; round++) {
    measured.push(await sides.measured());
    baseline.push(await sides.baseline());
  }
  return { measured, baseline };
}
