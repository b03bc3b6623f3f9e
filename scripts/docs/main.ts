// `npm run docs`: brings what is made from the rules up to date: their index, the setting and the schema. A test fails where it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { generatedFiles } from './generated';

for (const { path: file, text } of generatedFiles()) {
  if (readFileSync(file, 'utf8') === text) continue;
  writeFileSync(file, text);
  console.log(`changed ${path.relative(process.cwd(), file)}`);
}
