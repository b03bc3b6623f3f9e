import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { policyFiles } from './policy-files';
import { unrelatedJsonFiles, writeTemporaryFolder } from './temporary-folder';
import { measureAlternately, median, measureDuration, type BenchmarkResult } from './measure';

const CLI = path.resolve('dist/cli.js');
const BASELINE = path.resolve('bench/baseline-parse.cjs');

function runScript(script: string, ...args: readonly string[]): number {
  return measureDuration(() => {
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${script} ended with ${String(status)}: ${stderr}`);
  });
}

/** A whole process each: `check` of a folder of 2,000 JSON files, 100 of them policies, against reading and parsing them all. */
export async function measureColdCheck(): Promise<BenchmarkResult[]> {
  const folder = writeTemporaryFolder('cold', { ...unrelatedJsonFiles(1900), ...policyFiles(100) });
  try {
    const times = await measureAlternately(7, {
      measured: () => runScript(CLI, 'check', folder.path, '--format', 'json', '--fail-on', 'never'),
      baseline: () => runScript(BASELINE, folder.path),
    });
    const measured = median(times.measured);
    const baseline = median(times.baseline);
    return [{
      name: 'cold check of 2,000 JSON files, 100 of them policies, median of 7', measured, baseline,
      baselineName: 'a process that reads and parses all of them with jsonc-parser', ratio: measured / baseline, goal: 'ratio below 1',
      isGoalMet: measured < baseline,
    }];
  } finally {
    folder.remove();
  }
}
