// `npm run package [-- --out FILE]`: the .vsix, which needs nothing beside it.
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './lib/bundle.mjs';
import { ROOT } from './lib/paths.mjs';
import { pack } from './lib/vsix.mjs';

const { version } = createRequire(import.meta.url)('../package.json');
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(ROOT, `kms-handshake-${version}.vsix`) } } });
try {
  await build({ production: true });
  await pack({ file: path.resolve(values.out), echo: true });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
