import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from './bundle.mjs';
import { ROOT, VSIX } from './paths.mjs';

/**
 * Packs what .vscodeignore allows. The bundles hold their dependencies, so none is packed beside them.
 * @param {string} [file] where to write the .vsix
 */
export async function pack(file = VSIX) {
  mkdirSync(path.dirname(file), { recursive: true });
  await build({ production: true });
  const { createVSIX } = await import('@vscode/vsce');
  await createVSIX({ cwd: ROOT, packagePath: file, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
  return file;
}
