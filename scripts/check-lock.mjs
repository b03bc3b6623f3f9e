// The lock file names no registry, so that it installs from any; versions in the manifest are exact.
import { readFileSync } from 'node:fs';
import { fromRoot } from './lib/paths.mjs';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(fromRoot(name), 'utf8'));

const manifest = read('package.json');
/** @type {string[]} */
const faults = [];
for (const [place, one] of Object.entries(read('package-lock.json').packages)) {
  if (one.resolved !== undefined)
    faults.push(`package-lock.json: ${place} has "resolved": remove it (.npmrc has omit-lockfile-registry-resolved)`);
}
for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
  if (!/^\d+\.\d+\.\d+$/.test(String(version))) faults.push(`package.json: ${name} "${version}" is not an exact version`);
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
