// `npm test`: everything, from a fresh clone.
//   --only NAME[,NAME]   only these suites (core, rules, syntax, lsp, cli, client, package, vscode, person)
//   --grep TEXT          only tests whose title has TEXT
//   --verbose            each test as it runs, not only what failed
import { parseArgs } from 'node:util';
import { build } from './lib/bundle.mjs';
import { seconds, setup } from './lib/setup.mjs';
import { runSuite, SUITES } from './lib/suites.mjs';
import { pack } from './lib/vsix.mjs';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, grep: { type: 'string' }, verbose: { type: 'boolean', default: false } },
});

/** The suites asked for; an unknown name is an error, not an empty run. */
function chosen() {
  const names = values.only?.flatMap((list) => list.split(','));
  const unknown = names?.filter((name) => !SUITES.some((suite) => suite.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no such suite: ${unknown.join(', ')} (there are ${SUITES.map((suite) => suite.name).join(', ')})`);
  return names === undefined ? SUITES : SUITES.filter((suite) => names.includes(suite.name));
}

/** @param {string} text */
const indented = (text) => text.trimEnd().replace(/^/gm, '    ');

async function main() {
  const total = { passed: 0, failed: 0, skipped: 0, repeated: 0 };
  const suites = chosen();
  await setup();
  const made = await make(suites);
  for (const suite of suites) {
    const from = Date.now();
    if (suite.needs !== undefined && !made) {
      total.failed += 1;
      console.log(`${suite.name}: not run, as the build failed`);
      continue;
    }
    const outcome = await runSuite(suite, { echo: values.verbose, grep: values.grep });
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.skipped += outcome.skipped.length;
    total.repeated += outcome.repeated?.length ?? 0;
    console.log(`${suite.name}: ${counts(outcome.passed, outcome.failed, outcome.skipped.length)} (${seconds(from)})`);
    for (const { title, reason } of outcome.skipped) console.log(`  skipped: ${title}: ${reason}`);
    for (const failure of outcome.repeated ?? []) console.log(`  played again after a failure: ${failure}`);
    if (outcome.trouble !== undefined) console.log(`  failed: ${outcome.trouble}`);
    if (outcome.failed > 0 && !values.verbose) console.log(indented(outcome.output));
  }
  return total;
}

/**
 * What is tested is what ships: production bundles and the package of them. Suites that need neither run even if this fails.
 * @param {typeof SUITES} suites
 * @returns {Promise<boolean>} whether it worked
 */
async function make(suites) {
  try {
    if (suites.some((suite) => suite.needs !== undefined)) await build({ production: true });
    if (suites.some((suite) => suite.needs === 'vsix')) await pack();
    return true;
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    return false;
  }
}

/**
 * @param {number} passed
 * @param {number} failed
 * @param {number} skipped
 */
const counts = (passed, failed, skipped) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

const total = await main().catch((/** @type {unknown} */ error) => {
  console.log(error instanceof Error ? error.message : error);
  return { passed: 0, failed: 1, skipped: 0, repeated: 0 }; // nothing could run: that is a failure too
});
// Said at the end too: a scenario that passes only when it is played again is a fault to look at.
if (total.repeated > 0) console.log(`${total.repeated} ${total.repeated === 1 ? 'scenario' : 'scenarios'} played again`);
console.log(counts(total.passed, total.failed, total.skipped));
process.exitCode = total.failed > 0 ? 1 : 0;
