import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fromRoot, ROOT } from './paths.mjs';

/** @typedef {{ production?: boolean }} BundleOptions production: smaller and without source maps, as it ships */

const YAML_MODULES = fromRoot('node_modules/yaml/browser/dist');

/**
 * Of the package `yaml` its lexer and parser are used, a quarter of it. Its build for Node cannot be shaken, and the one for browsers does
 * not say that its modules have no side effects.
 * @type {import('esbuild').Plugin}
 */
export const yamlParserOnly = {
  name: 'yaml-parser-only',
  setup({ onResolve }) {
    onResolve({ filter: /^yaml$/ }, () => ({ path: path.join(YAML_MODULES, 'index.js'), sideEffects: false }));
    onResolve({ filter: /^\./ }, ({ importer, path: imported, resolveDir }) =>
      importer.startsWith(YAML_MODULES) ? { path: path.join(resolveDir, imported), sideEffects: false } : undefined);
  },
};

/**
 * The bundles of the extension.
 * @param {BundleOptions} options
 * @returns {import('esbuild').BuildOptions[]}
 */
function bundles({ production = false }) {
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // ES module builds can be shaken: what is not used does not ship.
    mainFields: ['module', 'main'],
    // Names stay readable: a stack trace in a bug report has no source map.
    minifyWhitespace: production,
    minifySyntax: production,
    sourcemap: production ? false : 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [yamlParserOnly],
  };
  return [
    { ...common, entryPoints: ['client/src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
    { ...common, entryPoints: ['server/src/main-cli.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
    // The core ships once: this starts the language server that is in the bundle of the command line.
    { ...common, bundle: false, sourcemap: false, stdin: { contents: "process.argv.splice(2, 0, 'lsp');\nrequire('./cli.js');\n" },
      outfile: 'dist/server.js' },
    // Its page runs in a browser: the Chromium of the oldest VS Code that is supported.
    { ...common, platform: 'browser', format: 'iife', target: 'chrome122',
      entryPoints: [
        { in: 'client/webview/main.ts', out: 'webview' }, { in: 'client/webview/panel.css', out: 'webview' },
        { in: 'client/webview/explanation/main.ts', out: 'explanation' },
        { in: 'client/webview/explanation/explanation.css', out: 'explanation' },
      ],
      outdir: 'dist' },
  ];
}

/**
 * Writes dist/. esbuild is loaded late: before setup it is not there.
 * @param {BundleOptions} [options]
 */
export async function build(options = {}) {
  const { build: bundle } = await import('esbuild');
  if (options.production === true) {
    for (const name of ['extension.js', 'server.js', 'cli.js', 'webview.js', 'webview.css', 'explanation.js', 'explanation.css'])
      rmSync(fromRoot(`dist/${name}.map`), { force: true });
  }
  await Promise.all(bundles(options).map((one) => bundle(one)));
  chmodSync(fromRoot('dist/cli.js'), 0o755);
}

/** Builds again at every change until interrupted. */
export async function watch() {
  const { context } = await import('esbuild');
  for (const one of bundles({})) await (await context({ ...one, logLevel: 'info' })).watch();
}
