// `npm run bench`: from a fresh clone to the measurements, each beside what it is compared with.
import { spawnSync } from 'node:child_process';
import { build } from './lib/bundle.mjs';
import { fromRoot, ROOT } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

try {
  await setup();
  await build();
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', fromRoot('bench/main.ts'), ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
