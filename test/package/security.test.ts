import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

describe('SECURITY.md', () => {
  const page = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
  const promises = page.split('\n').filter((line) => /^\| (?!Promise|-)/.test(line));

  it('names a test for each promise, by its title', () => {
    assert.ok(promises.length > 15);
    for (const promise of promises) {
      const tests = [...promise.matchAll(/\[([^\]]+)\]\((test\/[\w/.-]+\.test\.ts)\)/g)];
      assert.ok(tests.length > 0, promise);
      for (const [, title = '', file = ''] of tests) {
        const text = readFileSync(path.join(ROOT, file), 'utf8').replaceAll('\\\'', '\'').replaceAll(/'\s*\+ '/g, '');
        assert.ok(text.includes(`describe('${title}'`) || text.includes(`it('${title}'`), `${file} has no test "${title}"`);
      }
    }
  });
});
