import { coldCheck } from './cold-check';
import { keystroke } from './keystroke';
import { matrix } from './matrix';
import type { Comparison } from './measure';
import { startUp } from './start-up';
import { verdict } from './verdict';

/** `npm run bench`: every figure beside the baseline it is compared with, both taken in this run. `--strict` fails when a goal is missed. */
async function main(): Promise<void> {
  const rows: Comparison[] = [];
  for (const suite of [coldCheck, keystroke, startUp, verdict, matrix]) rows.push(...await suite());
  for (const row of rows) print(row);
  if (process.argv.includes('--strict') && rows.some(({ met }) => !met)) process.exitCode = 1;
}

function print({ what, measured, baselineWhat, baseline, ratio, goal, met }: Comparison): void {
  console.log(`${what}\n    ${shown(measured)}\n    ${shown(baseline)}  ${baselineWhat}\n    ratio ${ratio.toPrecision(3)}; goal: ${goal}: ${met ? 'met' : 'MISSED'}\n`);
}

function shown(milliseconds: number): string {
  const text = milliseconds >= 1 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds * 1000).toFixed(1)} µs`;
  return text.padStart(10);
}

void main();
