// `npm run bench`: from a fresh clone to the measurements, each beside what it is compared with.
import { spawnSync } from 'node:child_process';
import { build, yamlParserOnly } from './lib/bundle.mjs';
import { fromRoot, ROOT } from './lib/paths.mjs';
import { setup } from './lib/setup.mjs';

try {
  await setup();
  await build({ production: true }); // what ships is what is measured
  // Bundled like the product: a loader that translates on the fly would be measured along with it.
  const { build: bundle } = await import('esbuild');
  const outfile = fromRoot('out/bench/main.js');
  await bundle({ absWorkingDir: ROOT, entryPoints: ['bench/main.ts'], outfile, bundle: true, platform: 'node', target: 'node20',
    mainFields: ['module', 'main'], logLevel: 'warning', external: ['playwright-core'], plugins: [yamlParserOnly] });
  const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
