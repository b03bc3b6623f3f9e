/**
 * Runs test/vscode/person: the packed extension in code-server, driven by keyboard and mouse through a headless Chromium.
 * A scenario that fails is played once more, from its beginning and in a VS Code of its own: on a slow machine the browser, the workbench
 * and the clock of a wait do not always agree. What failed the first time is printed all the same; what fails twice is a failure.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Mocha from 'mocha';

/** What scripts/lib/result-reporter.cjs writes. */
interface Played {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
}

/** What scripts/lib/suites.mjs reads. */
interface Result extends Played {
  /** titles and errors of the tests that failed in a scenario that was played again */
  readonly repeated: readonly string[];
}

const FOLDER = path.join(__dirname, 'person');

/** What came of one file of scenarios, with titles and errors of what failed. */
interface ScenarioFileOutcome {
  readonly result: Played;
  readonly errors: readonly string[];
}

/** Plays one file of scenarios. */
function play(file: string, resultFile: string): Promise<ScenarioFileOutcome> {
  const grep = process.env['KMS_HANDSHAKE_GREP'];
  const mocha = new Mocha({
    timeout: 120_000,
    color: false,
    forbidOnly: true,
    reporter: path.join(__dirname, '../../scripts/lib/result-reporter.cjs'),
    ...(grep === undefined ? {} : { grep }),
  });
  mocha.addFile(file);
  mocha.unloadFiles(); // the second time it is to be read again: its scenarios are made as it loads
  const errors: string[] = [];
  return new Promise((resolve) => {
    const runner = mocha.run(() => {
      mocha.dispose(); // takes its listeners off the process
      resolve({ result: JSON.parse(readFileSync(resultFile, 'utf8')) as Played, errors });
    });
    runner.on('fail', (test, error: Error) => {
      errors.push(`${test.fullTitle()}: ${error.message.split('\n', 1)[0] ?? ''}`);
    });
  });
}

async function main(): Promise<number> {
  const goal = process.env['KMS_HANDSHAKE_RESULT'];
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-handshake-scenes-'));
  const resultFile = path.join(folder, 'result.json');
  process.env['KMS_HANDSHAKE_RESULT'] = resultFile; // for the reporter: one file of scenarios at a time
  let total: Result = { passed: 0, failed: 0, skipped: [], repeated: [] };
  try {
    for (const name of readdirSync(FOLDER).sort()) {
      if (!name.endsWith('.test.ts')) continue;
      const first = await play(path.join(FOLDER, name), resultFile);
      if (first.result.failed > 0) console.log(`  once more: ${name}`);
      const { result } = first.result.failed > 0 ? await play(path.join(FOLDER, name), resultFile) : first;
      total = sum(total, result, first.errors);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (goal !== undefined) writeFileSync(goal, JSON.stringify(total));
  return total.failed > 0 ? 1 : 0;
}

const sum = (total: Result, { passed, failed, skipped }: Played, repeated: readonly string[]): Result => ({
  passed: total.passed + passed,
  failed: total.failed + failed,
  skipped: [...total.skipped, ...skipped],
  repeated: [...total.repeated, ...repeated],
});

main().then(
  (status) => process.exit(status), // not exitCode: what a scenario left open may still wait
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
