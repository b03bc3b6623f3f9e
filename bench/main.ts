import { spawnSync } from 'node:child_process';
import { measureColdCheck } from './cold-check';
import { measureKeystroke } from './keystroke';
import { measureMatrix } from './matrix';
import type { BenchmarkResult } from './measure';
import { measureStartUp } from './start-up';
import { measureTemplates } from './templates';
import { measureVerdict } from './verdict';
import { measureYamlTree } from './yaml-tree';

const SUITES: Readonly<Record<string, () => BenchmarkResult[] | Promise<BenchmarkResult[]>>> = { coldCheck: measureColdCheck,
  keystroke: measureKeystroke, startUp: measureStartUp, verdict: measureVerdict, matrix: measureMatrix,
  yamlTree: measureYamlTree, templates: measureTemplates };

/**
 * `npm run bench`: every figure beside the baseline it is compared with, both taken in this run. `--strict` fails when a goal is missed.
 * Each suite has a process of its own: what one leaves behind, garbage and code that the engine made for other data, slowed the next.
 */
async function main(args: readonly string[]): Promise<void> {
  const [name] = args;
  const suite = name === undefined ? undefined : SUITES[name];
  if (suite) {
    const rows = await suite();
    for (const row of rows) printComparison(row);
    if (args.includes('--strict') && rows.some(({ isGoalMet }) => !isGoalMet)) process.exitCode = 1;
    return;
  }
  if (name !== undefined && !name.startsWith('-')) throw new Error(`no suite "${name}": there are ${Object.keys(SUITES).join(', ')}`);
  for (const item of Object.keys(SUITES)) {
    const { status } = spawnSync(process.execPath, [__filename, item, ...args], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

function printComparison({ name: what, measured, baselineName, baseline, ratio, goal, isGoalMet }: BenchmarkResult): void {
  console.log(`${what}\n    ${formatDuration(measured)}\n    ${formatDuration(baseline)}  ${baselineName}\n    ratio `
    + `${ratio.toPrecision(3)}; goal: ${goal}: ${isGoalMet ? 'met' : 'MISSED'}\n`);
}

function formatDuration(milliseconds: number): string {
  const text = milliseconds >= 1 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds * 1000).toFixed(1)} µs`;
  return text.padStart(10);
}

void main(process.argv.slice(2));
