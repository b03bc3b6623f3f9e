// `npm run docs`: brings what is made from the code up to date: the index of the rules, their setting and schema, the strings of the
// client.
// A test fails where one is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { bundleFile } from './client-strings';
import { grammarFile } from '../grammar/grammar-file';
import { generatedFiles } from './generated-files';

for (const { path: file, text } of [...generatedFiles(), bundleFile(), grammarFile()]) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  writeFileSync(file, text);
  console.log(`changed ${path.relative(process.cwd(), file)}`);
}
