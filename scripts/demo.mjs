// `npm start`: from a fresh clone to the main job on examples/: checks both halves and shows the counterpart it would write.
import { spawnSync } from 'node:child_process';
import { build } from './lib/bundle.mjs';
import { fromRoot, ROOT } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

/** The key policy of the examples whose consumer is still missing. */
const PENDING = 'examples/owner-111122223333/backup-key.json';

/**
 * @param {string} what it shows
 * @param {...string} args of the command line tool
 */
function cli(what, ...args) {
  console.log(`\n${what}\n$ kms-handshake ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [fromRoot('dist/cli.js'), ...args], { cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'] });
  return status ?? 1;
}

try {
  await setup();
  await build();
  process.exitCode = cli('Both halves of examples/ (what they hold: examples/README.md):', 'check', 'examples', '--fail-on', 'never')
    || cli('The half that backup-key.json waits for:', 'generate', 'consumer', '--key-policy', PENDING);
  if (process.exitCode === 0) console.log('\nThe same while you type: npm run code opens examples/ in VS Code.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
