import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fromRoot, VSIX } from './paths.mjs';
import { run } from './run.mjs';

/**
 * Packs what .vscodeignore allows. The bundles in dist/ hold their dependencies, so none is packed beside them; they must have been built.
 * @param {{ file?: string, echo?: boolean }} [options] file: where to write the .vsix
 */
export async function pack({ file = VSIX, echo = false } = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links',
    '--readme-path', 'docs/install-page.md', '--out', file];
  const { code, output } = await run(process.execPath, [fromRoot('node_modules/@vscode/vsce/vsce'), 'package', ...options], { echo });
  if (code !== 0) throw new Error(`vsce package failed:\n${output}`);
}
