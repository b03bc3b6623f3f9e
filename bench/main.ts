import { spawnSync } from 'node:child_process';
import { coldCheck } from './cold-check';
import { keystroke } from './keystroke';
import { matrix } from './matrix';
import type { Comparison } from './measure';
import { startUp } from './start-up';
import { verdict } from './verdict';

const SUITES: Readonly<Record<string, () => Comparison[] | Promise<Comparison[]>>> = { coldCheck, keystroke, startUp, verdict, matrix };

/**
 * `npm run bench`: every figure beside the baseline it is compared with, both taken in this run. `--strict` fails when a goal is missed.
 * Each suite has a process of its own: what one leaves behind, garbage and code that the engine made for other data, slowed the next.
 */
async function main(args: readonly string[]): Promise<void> {
  const [name] = args;
  const suite = name === undefined ? undefined : SUITES[name];
  if (suite) {
    const rows = await suite();
    for (const row of rows) print(row);
    if (args.includes('--strict') && rows.some(({ met }) => !met)) process.exitCode = 1;
    return;
  }
  if (name !== undefined && !name.startsWith('-')) throw new Error(`no suite "${name}": there are ${Object.keys(SUITES).join(', ')}`);
  for (const one of Object.keys(SUITES)) {
    const { status } = spawnSync(process.execPath, [__filename, one, ...args], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

function print({ what, measured, baselineWhat, baseline, ratio, goal, met }: Comparison): void {
  console.log(`${what}\n    ${shown(measured)}\n    ${shown(baseline)}  ${baselineWhat}\n    ratio ${ratio.toPrecision(3)}; goal: ${goal}: ${met ? 'met' : 'MISSED'}\n`);
}

function shown(milliseconds: number): string {
  const text = milliseconds >= 1 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds * 1000).toFixed(1)} µs`;
  return text.padStart(10);
}

void main(process.argv.slice(2));
