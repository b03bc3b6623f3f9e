// `npm run package [-- --out FILE]`: the .vsix, which needs nothing beside it.
import { parseArgs } from 'node:util';
import { createRequire } from 'node:module';
import { ROOT } from './lib/paths.mjs';
import { pack } from './lib/vsix.mjs';
import path from 'node:path';

const { version } = createRequire(import.meta.url)('../package.json');
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(ROOT, `kms-handshake-${version}.vsix`) } } });
await pack(path.resolve(values.out)).catch((/** @type {Error} */ error) => {
  console.error(error.message);
  process.exitCode = 1;
});
