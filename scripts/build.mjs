// Bundles what runs: the extension, its panel, the server and the command line, to dist/.  [--production] [--watch]
import { parseArgs } from 'node:util';
import { build, watch } from './lib/bundle.mjs';

const { values } = parseArgs({ options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } } });
await (values.watch ? watch() : build({ production: values.production })).catch((/** @type {Error} */ error) => {
  console.error(error.message);
  process.exitCode = 1;
});
