import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { SHAPES } from './shapes';

describe('the cost of a policy grows in line with it', () => {
  let steps: Readonly<Record<string, readonly [number, number, number]>> = {};

  before(function () {
    this.timeout(240_000);
    // Optimized code does not count, and what is compiled anew starts at none.
    const output = execFileSync(process.execPath, ['--no-opt', '--no-sparkplug', '--no-flush-bytecode', '--require', 'tsx/cjs',
      path.join(__dirname, 'count-steps.ts')], { encoding: 'utf8', maxBuffer: 1 << 24 });
    steps = JSON.parse(output) as typeof steps;
  });

  for (const name of Object.keys(SHAPES)) {
    it(name, () => {
      const [few, twice, fourTimes] = steps[name] ?? [0, 0, 0];
      assert.ok(few > 1000, `${few} steps are too few to tell`);
      // In line: twice the growth. By the square: four times.
      const growth = (fourTimes - twice) / Math.max(1, twice - few);
      assert.ok(growth < 2.6, `${few}, ${twice}, ${fourTimes} steps: ${growth.toFixed(2)} times the growth for twice as many`);
    });
  }
});
