import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Context } from 'mocha';
import { skipTest } from './skip-test';

/**
 * File name to text, of the files with this suffix in the folder that an environment variable names; the test is skipped where it is not
 * set. Which files they are is not part of the project: a test that reads them asserts what holds for any.
 * @param context mocha's `this`
 */
export function realFiles(context: Context, variable: 'KMS_HANDSHAKE_CORPUS' | 'KMS_HANDSHAKE_SEEDS', suffix: RegExp):
  Readonly<Record<string, string>> {
  const folder = process.env[variable];
  if (folder === undefined || folder === '') skipTest(context, `${variable} does not name a folder of real documents`);
  const json = readdirSync(folder).includes('json') ? path.join(folder, 'json') : folder;
  const names = readdirSync(json).filter((name) => suffix.test(name)).sort();
  assert.ok(names.length > 0, `no files in ${json}`);
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(json, name), 'utf8')]));
}

export const POLICY_FILE = /\.(json|jsonc|tpl|tftpl)$/;
