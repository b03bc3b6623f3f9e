import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name as in `npm test -- --only NAME`
 * @property {readonly string[]} [files] mocha suites in this process tree: their globs
 * @property {string} [script] else a TypeScript program that runs mocha elsewhere and leaves the same result file
 * @property {number} minutes time limit for the whole suite
 * @property {'dist' | 'vsix'} [needs] the bundles, or the packed extension
 */

/** In this order; quick ones first. @type {readonly Suite[]} */
export const SUITES = [
  { name: 'core', files: ['test/core/**/*.test.ts'], minutes: 10 },
  { name: 'rules', files: ['test/rules/**/*.test.ts'], minutes: 10 },
  { name: 'syntax', files: ['test/syntax/**/*.test.ts'], minutes: 5 },
  { name: 'lsp', files: ['test/lsp/**/*.test.ts'], minutes: 10, needs: 'dist' },
  { name: 'cli', files: ['test/cli/**/*.test.ts'], minutes: 10, needs: 'dist' },
  { name: 'client', files: ['test/client/**/*.test.ts'], minutes: 5, needs: 'dist' },
  { name: 'package', files: ['test/package/**/*.test.ts'], minutes: 3, needs: 'vsix' },
  { name: 'vscode', script: 'test/vscode/run.ts', minutes: 15, needs: 'dist' },
  { name: 'person', script: 'test/vscode/run-person.ts', minutes: 25, needs: 'vsix' },
];

/**
 * What a suite reports. `repeated`: what failed the first time in a scenario that was played again.
 * @typedef {{ passed: number, failed: number, skipped: { title: string, reason: string }[], repeated?: string[] }} Result
 * @typedef {Result & { trouble?: string, output: string }} Outcome
 */

/**
 * Runs one suite in its own process. A crash, a time limit or no test at all is a failure.
 * @param {Suite} suite
 * @param {{ echo: boolean, grep?: string | undefined }} options
 * @returns {Promise<Outcome>}
 */
export async function runSuite(suite, { echo, grep }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-handshake-result-'));
  const file = path.join(folder, 'result.json');
  const env = { KMS_HANDSHAKE_RESULT: file, ...(grep === undefined ? {} : { KMS_HANDSHAKE_GREP: grep }) };
  const { code, output, timedOut } = await run(process.execPath, programOf(suite, grep), { env, echo, timeout: suite.minutes * 60_000 });
  const result = readResult(file);
  rmSync(folder, { recursive: true, force: true });
  const trouble = troubleOf(suite, { code, timedOut, result, selected: grep !== undefined });
  const counts = result ?? { passed: 0, failed: 0, skipped: [] };
  return trouble === undefined ? { ...counts, output } : { ...counts, failed: counts.failed + 1, trouble, output };
}

/**
 * @param {Suite} suite
 * @param {string | undefined} grep
 */
function programOf(suite, grep) {
  if (suite.script !== undefined) return ['--import', 'tsx', fromRoot(suite.script)];
  // --spec on the command line would be added to the ones of .mocharc.json: that is for `npm run test:unit`
  const mocha = [fromRoot('node_modules/mocha/bin/mocha.js'), '--no-config', '--require', 'tsx/cjs', '--extension', 'ts', '--timeout',
    '20000', '--no-color', '--forbid-only'];
  return [...mocha, '--reporter', fromRoot('scripts/lib/result-reporter.cjs'), ...(grep === undefined ? [] : ['--grep', grep]),
    ...(suite.files ?? [])];
}

/**
 * @param {string} file
 * @returns {Result | undefined}
 */
function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the process ended before its report: troubleOf says so
  }
}

/**
 * @param {Suite} suite
 * @param {{ code: number, timedOut: boolean, result: Result | undefined, selected: boolean }} end
 * @returns {string | undefined}
 */
function troubleOf(suite, { code, timedOut, result, selected }) {
  if (timedOut) return `not finished within ${suite.minutes} minutes`;
  if (result === undefined) return `ended with status ${code} before it reported a result`;
  if (result.passed + result.failed + result.skipped.length === 0) return selected ? undefined : 'no test was found';
  if (code !== 0 && result.failed === 0) return `ended with status ${code} although no test failed`;
  return undefined;
}
