import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Context } from 'mocha';
import { skipTest } from './skip-test';

/**
 * File name to text, of the files with this suffix in the folder that an environment variable names; the test is skipped where it is not
 * set. Which files they are is not part of the project: a test that reads them asserts what holds for any.
 * @param context mocha's `this`
 * @param notation the folder in it, where it has one for each notation
 */
export function realFiles(context: Context, variable: 'KMS_HANDSHAKE_CORPUS' | 'KMS_HANDSHAKE_SEEDS', suffix: RegExp,
  notation: 'json' | 'cfn' | 'tf' = 'json'): Readonly<Record<string, string>> {
  const folder = process.env[variable];
  if (folder === undefined || folder === '') skipTest(context, `${variable} does not name a folder of real documents`);
  const files = readdirSync(folder).includes(notation) ? path.join(folder, notation) : folder;
  const names = readdirSync(files).filter((name) => suffix.test(name)).sort();
  assert.ok(names.length > 0, `no files in ${files}`);
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(files, name), 'utf8')]));
}

export const POLICY_FILE = /\.(json|jsonc|tpl|tftpl)$/;
