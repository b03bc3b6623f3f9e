import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { policyFiles } from './policies';
import { ordinaryJson, writeFolder } from './folder';
import { inTurns, median, timed, type Comparison } from './measure';

const CLI = path.resolve('dist/cli.js');
const BASELINE = path.resolve('bench/baseline-parse.cjs');

function run(script: string, ...args: readonly string[]): number {
  return timed(() => {
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${script} ended with ${String(status)}: ${stderr}`);
  });
}

/** A whole process each: `check` of a folder of 2,000 JSON files, 100 of them policies, against reading and parsing them all. */
export async function coldCheck(): Promise<Comparison[]> {
  const folder = writeFolder('cold', { ...ordinaryJson(1900), ...policyFiles(100) });
  try {
    const times = await inTurns(7, {
      measured: () => run(CLI, 'check', folder.path, '--format', 'json', '--fail-on', 'never'),
      baseline: () => run(BASELINE, folder.path),
    });
    const measured = median(times.measured);
    const baseline = median(times.baseline);
    return [{
      what: 'cold check of 2,000 JSON files, 100 of them policies, median of 7', measured, baseline,
      baselineWhat: 'a process that reads and parses all of them with jsonc-parser', ratio: measured / baseline, goal: 'ratio below 1', met: measured < baseline,
    }];
  } finally {
    folder.remove();
  }
}
