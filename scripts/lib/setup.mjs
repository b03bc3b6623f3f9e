import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from './paths.mjs';
import { npm } from './run.mjs';

/** Brings node_modules in line with package-lock.json; one line of output when there was something to do. */
export async function setup() {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new Error(`Node 20 or newer is needed; this is Node ${process.versions.node}.`);
  if (dependenciesAreCurrent()) return;
  const from = Date.now();
  process.stdout.write('setup: installing dependencies (npm ci) ... ');
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  process.stdout.write(code === 0 ? `done in ${seconds(from)}\n` : 'failed\n');
  if (code !== 0) throw new Error(`npm ci failed:\n${output}`);
}

/**
 * Compares what npm noted in node_modules with the lock file. File times would do less: a clone, a copy or a cache may carry any.
 */
function dependenciesAreCurrent() {
  const noted = fromRoot('node_modules/.package-lock.json');
  if (!existsSync(noted)) return false;
  const installed = packagesOf(noted);
  return Object.entries(packagesOf(fromRoot('package-lock.json'))).every(
    ([place, wanted]) => place === '' || wanted.optional === true || installed[place]?.version === wanted.version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};

/** @param {number} from start time in milliseconds */
export const seconds = (from) => `${((Date.now() - from) / 1000).toFixed(1)} s`;
