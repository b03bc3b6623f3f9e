import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles test/vscode/suites for the extension host, which knows no TypeScript.
 * @returns the module that exports run(), absolute, without `.js`
 */
export async function bundleSuites(root: string): Promise<string> {
  const sources = path.join(root, 'test/vscode/suites');
  const out = path.join(root, 'out/vscode');
  const names = readdirSync(sources).filter((name) => name.endsWith('.test.ts')).sort();
  mkdirSync(out, { recursive: true });
  // describe() and it() exist only once run() has made a Mocha, so each suite is loaded by a call, not at the top.
  const list = path.join(out, 'suites.generated.js');
  writeFileSync(list,
    `exports.load = () => {\n${names.map((name) => `  require(${JSON.stringify(path.join(sources, name))});\n`).join('')}};\n`);
  await build({
    entryPoints: [path.join(sources, 'index.ts')],
    outfile: path.join(out, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha'],
    alias: { 'suites-to-run': list },
    logLevel: 'warning',
  });
  return path.join(out, 'index');
}
