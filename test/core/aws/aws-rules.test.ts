import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..', '..', '..');
const PAGE = 'docs/aws-rules.md';
/** Where sources are named; this test, which has the wrong ways to do it, aside. */
const FOLDERS = ['server/src', 'client/src', 'client/webview', 'test', 'bench', 'scripts', 'docs'];

/** Numbers that lead nowhere: a reader has no document with them. */
const NOWHERE = /\breferences?,? (?:\d|rows?\b|section)|\bend of section \d|\bsections? [\d.]+ of the reference/i;
const MENTION = /aws-rules\.md(?:`|\))? (\d+(?:\.\d+)?)(?: (?:to|and) (\d+(?:\.\d+)?))?/g;

describe('docs/aws-rules.md', () => {
  const page = readFileSync(path.join(ROOT, PAGE), 'utf8');
  const sections = Array.from(page.matchAll(/^##+ (\d+(?:\.\d+)?) \S/gm), ([, number]) => number ?? '');

  it('has the section of every mention, and no source names another document by number', () => {
    const texts = FOLDERS.flatMap((folder) => filesIn(folder)).filter((file) => !__filename.endsWith(path.normalize(file)));
    let mentions = 0;
    for (const file of texts) {
      for (const [index, line] of readFileSync(path.join(ROOT, file), 'utf8').split('\n').entries()) {
        const at = `${file}:${index + 1}: ${line.trim()}`;
        assert.ok(!NOWHERE.test(line), at);
        for (const [, ...numbers] of line.matchAll(MENTION)) {
          mentions += 1;
          for (const number of numbers.filter((candidate) => candidate !== undefined))
            assert.ok(sections.includes(number), `${PAGE} has no section ${number}: ${at}`);
        }
      }
    }
    assert.ok(mentions > 50, `${mentions} mentions`);
  });

  it('has its sections once, in order', () => {
    const order = (number: string): number => number.split('.').reduce((sum, part, i) => sum + Number(part) * 100 ** (1 - i), 0);
    assert.deepEqual(sections, [...new Set(sections)].sort((a, b) => order(a) - order(b)));
  });

  it('names a page for every fact, or says that the fact is our own', () => {
    const links = new Set(Array.from(page.matchAll(/^\[([\w-]+)\]: https:\/\/\S+$/gm), ([, name]) => name ?? ''));
    const used = Array.from(page.replace(/^\[[^\]]+\]:.*$/gm, '').matchAll(/\[([a-z][\w-]*)\](?!\()/g), ([, name]) => name ?? '');
    assert.deepEqual([...new Set(used)].sort(), [...links].sort());
    for (const section of page.split(/^(?=## )/m).filter((text) => !text.includes('\nAll of it *own*'))) {
      for (const [, title = '', text = ''] of section.matchAll(/^### (.*)\n([^]*?)(?=^##|(?![^]))/gm))
        assert.match(text, /\[[a-z][\w-]*\]|\bown\*|\.ts`/i, `${title} has no source`);
    }
  });
});

function filesIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder)).flatMap((name): string[] => {
    const file = `${folder}/${name}`;
    if (statSync(path.join(ROOT, file)).isDirectory()) return filesIn(file);
    return /\.(?:ts|mjs|cjs|md)$/.test(name) ? [file] : [];
  });
}
