// `npm start`: from a fresh clone to the main job on examples/: checks both halves and shows the counterpart it would write.
import { spawnSync } from 'node:child_process';
import { build } from './lib/bundle.mjs';
import { fromRoot, ROOT } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

/** The key policy of the examples whose consumer is still missing. */
const PENDING = 'examples/owner-111122223333/backup-key.json';

/** @param {...string} args of the command line tool */
function cli(...args) {
  console.log(`\n$ kms-handshake ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [fromRoot('dist/cli.js'), ...args], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  return status ?? 1;
}

try {
  await setup();
  await build();
  process.exitCode = cli('check', 'examples', '--fail-on', 'never') || cli('generate', 'consumer', '--key-policy', PENDING);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
