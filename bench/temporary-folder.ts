import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Writes the files into a new folder below the system's temporary one. */
export function writeTemporaryFolder(name: string,
  files: Readonly<Record<string, string>>): { readonly path: string; readonly remove: () => void } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), `kms-handshake-bench-${name}-`));
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
  return { path: root, remove: () => fs.rmSync(root, { recursive: true, force: true }) };
}

/**
 * JSON files as repositories have them beside their policies: manifests, lock files, translations, test data, API
 * descriptions. The same ones at each run.
 */
export function unrelatedJsonFiles(count: number): Record<string, string> {
  const makers = [manifest, lockFile, translations, records, apiDescription];
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [
    `packages/p${i % 40}/data-${i}.json`, `${JSON.stringify((makers[i % makers.length] ?? manifest)(i), null, 2)}\n`,
  ]));
}

function generateItems<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function manifest(seed: number): object {
  return {
    name: `@acme/package-${seed}`, version: `1.${seed % 50}.0`, main: 'dist/index.js',
    scripts: { build: 'tsc -b', test: 'mocha', lint: 'eslint .' },
    dependencies: Object.fromEntries(generateItems(30, (i) => [`library-${(seed * 7 + i) % 500}`, `^${i}.2.${seed % 9}`])),
  };
}

function lockFile(seed: number): object {
  return {
    lockfileVersion: 3, packages: Object.fromEntries(generateItems(120, (i) => [`node_modules/library-${(seed + i) % 500}`, {
      version: `${i}.${seed % 7}.1`, integrity: `sha512-${'abcdefghij'.repeat(8)}==`, license: 'MIT', engines: { node: '>=18' },
      dependencies: Object.fromEntries(generateItems(4, (j) => [`library-${(i * j) % 500}`, `^${j}.0.0`])),
    }])),
  };
}

function translations(seed: number): object {
  return Object.fromEntries(
    generateItems(250, (i) => [`screen.${seed % 30}.label.${i}`, `The text number ${i} that stands on the screen, with {name} in it`]),
  );
}

function records(seed: number): object {
  return generateItems(150,
    (i) => ({ id: seed * 1000 + i, name: `Customer ${i}`, active: i % 3 === 0, tags: ['a', 'b', `c${i % 5}`],
      address: { street: `Street ${i}`, zip: 10000 + i }, score: i / 7 }));
}

function apiDescription(seed: number): object {
  return { openapi: '3.0.0', info: { title: `Service ${seed}`, version: '1' },
    paths: Object.fromEntries(generateItems(60, (i) => [`/things/${i}/{id}`, {
      get: { operationId: `getThing${i}`, parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'One thing' }, 404: { description: 'None' } } },
    }])) };
}
