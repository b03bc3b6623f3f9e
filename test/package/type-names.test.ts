import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const FOLDERS = ['server/src', 'client', 'test', 'bench', 'scripts'];

/** Of interfaces, type aliases, classes and enums, whether their file exports them or not. */
const DECLARATION = /^\s*(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|enum) (\w+)\s*(?:<|=|\{|extends |implements )/gm;

describe('the names of types', () => {
  it('are declared once in the whole project, those of one file alone too', () => {
    const files = FOLDERS.flatMap((folder) => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts')).map((name) => path.posix.join(folder, name.replaceAll('\\', '/'))));
    const filesByName = new Map<string, string[]>();
    for (const file of files) {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      for (const [, name = ''] of text.matchAll(DECLARATION)) filesByName.set(name, [...filesByName.get(name) ?? [], file]);
    }
    assert.ok(filesByName.size > 500);
    assert.deepEqual([...filesByName].filter(([, declaring]) => declaring.length > 1)
      .map(([name, declaring]) => `${name}: ${declaring.join(', ')}`).sort(), []);
  });
});
