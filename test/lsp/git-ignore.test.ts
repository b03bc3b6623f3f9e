import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { isGitIgnored, appendGitignore } from '../../server/src/host/gitignore-chain';
import { matchesGitignoreRule, parseGitignore } from '../../server/src/host/gitignore-pattern';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { skipTest } from '../support/skip-test';

/** As the walk asks: from the outermost folder inwards, since nothing in an ignored folder can be taken back. */
function ignored(text: string, path: string): boolean {
  const chain = appendGitignore([], '/w', parseGitignore(text).rules);
  const names = path.replace(/\/$/, '').split('/');
  return names.some((_, depth) =>
    isGitIgnored(chain, `/w/${names.slice(0, depth + 1).join('/')}`, depth < names.length - 1 || path.endsWith('/'))
  );
}

/** What stands in https://git-scm.com/docs/gitignore, with neighbours. */
const CASES: readonly (readonly [text: string, ignores: readonly string[], leaves: readonly string[]])[] = [
  ['hello.*', ['hello.txt', 'a/hello.java', '.hello/hello.x'], ['hello', 'xhello.txt']],
  ['/hello.*', ['hello.txt'], ['a/hello.java']],
  ['foo/', ['foo/', 'a/foo/', 'foo/bar'], ['foo', 'a/foo']],
  ['doc/frotz', ['doc/frotz', 'doc/frotz/x'], ['a/doc/frotz']],
  ['frotz/', ['frotz/', 'a/frotz/'], ['frotz']],
  ['foo/*', ['foo/test.json', 'foo/bar/', 'foo/bar/hello.c'], ['foo', 'foo/', 'x/foo/a']],
  ['**/foo', ['foo', 'a/foo', 'a/b/foo'], ['afoo']],
  ['**/foo/bar', ['foo/bar', 'a/foo/bar'], ['foo/x/bar']],
  ['abc/**', ['abc/x', 'abc/x/y'], ['abc', 'abc/', 'x/abc/y']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'x/a/b']],
  ['foo**bar', ['foobar', 'fooxbar', 'a/fooxbar'], ['foo/bar']],
  ['a?c', ['abc', 'x/a.c'], ['ac', 'a/c', 'abbc']],
  ['[a-c]x[!0-9]', ['axx', 'c/bx-'], ['dxx', 'ax1', 'ax']],
  ['[]a]x', [']x', 'ax'], ['bx']],
  ['[[:digit:]_]x', ['1x', '_x'], ['ax']],
  ['[a', [], ['[a', 'a']],
  ['[[:no:]]', [], ['n', '[[:no:]]']],
  ['\\!important!.txt\n\\#x\n\\*', ['!important!.txt', '#x', '*'], ['important!.txt', 'x']],
  ['# a comment\n\n!\n/\n', [], ['# a comment', 'a', 'b/']],
  ['spaces  \nkept\\ \n', ['spaces', 'kept '], ['spaces  ', 'kept']],
  ['*.json\n!keep.json\nkeep.json/x', ['a.json'], ['keep.json', 'x/keep.json']],
  ['build/\n!build/keep.json', ['build/keep.json'], ['builds/a']],
  ['a{b,c}d\na(b|c)', ['a{b,c}d', 'a(b|c)'], ['abd', 'ab']],
  ['trailing\\', [], ['trailing', 'trailing\\']],
];

describe('host: .gitignore, as git reads it', () => {
  afterEach(removeTestFolders);

  for (const [text, ignores, leaves] of CASES) {
    it(JSON.stringify(text), () => {
      for (const path of ignores) assert.equal(ignored(text, path), true, path);
      for (const path of leaves) assert.equal(ignored(text, path), false, path);
    });
  }

  it('reads lines that end as on Windows', () => {
    assert.equal(ignored('a.json\r\nb.json\r\n', 'a.json'), true);
  });

  it('agrees with git for any pattern and path', function () {
    if (spawnSync('git', ['--version']).status !== 0) return skipTest(this, 'git is not installed');
    const folder = createTestFolder({});
    execFileSync('git', ['init', '-q', folder.path]);
    const random = generator(7);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const word = (parts: readonly string[], most: number): string =>
      Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(parts)).join('');
    for (let round = 0; round < 40; round++) {
      // Left aside is what git's documentation knows nothing of: `a**/b`, of which git takes the `a` off and reads the rest as `**/b`, and
      // `a/*`, which `check-ignore` holds against the text `a/` where a folder is asked for.
      const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
        `${pick(['', '', '!'])}${word(['a', 'b', '*', '**', '?', '/', '[ab]', '[!a]', '[a-]', 'a/', '/**/', '.', '\\a'], 5)}`)
        .filter((line) => !/[^!/]\*\*|\*\/?$/.test(line));
      const paths = [
        ...new Set(Array.from({ length: 30 }, () => `${word(['a', 'b', '.', '/a', '/b', 'ab'], 5).replace(/^\/+/, '')}${pick(['', '/'])}`)),
      ]
        .filter((path) => !/(^|\/)\.{0,2}(\/|$)/.test(path.replace(/\/$/, '')));
      const text = `${lines.join('\n')}\n`;
      folder.write('.gitignore', text);
      const { stdout } = spawnSync('git', ['-C', folder.path, '-c', 'core.excludesFile=', 'check-ignore', '--no-index', '--stdin'], {
        input: paths.join('\n'),
        encoding: 'utf8',
      });
      const expected = new Set(stdout.split('\n'));
      for (const path of paths) assert.equal(ignored(text, path), expected.has(path), `${JSON.stringify(text)} and ${path}`);
    }
  });

  it('takes steps that grow with the length of a name, not with a power of it', () => {
    const { rules: [rule] } = parseGitignore(`${'*a'.repeat(40)}*b`);
    assert.ok(rule);
    const steps = (length: number): number => {
      let looked = 0;
      const characters = new Proxy({}, { get: (_, key) => (key === 'length' ? length : (looked++, 'a')) });
      assert.equal(matchesGitignoreRule(rule, [characters as unknown as string]), false);
      return looked;
    };
    assert.ok(steps(400) < 3 * steps(200), `${steps(200)}, then ${steps(400)}`);
  });

  it('takes steps that grow so with the depth of a path, too', () => {
    const { rules: [rule] } = parseGitignore(`${'**/a/'.repeat(20)}b`);
    assert.ok(rule);
    const steps = (depth: number): number => {
      let looked = 0;
      const names = new Proxy([] as string[], { get: (_, key) => (key === 'length' ? depth : (looked++, 'a')) });
      assert.equal(matchesGitignoreRule(rule, names), false);
      return looked;
    };
    assert.ok(steps(400) < 3 * steps(200), `${steps(200)}, then ${steps(400)}`);
  });
});

/** Numbers from 0 to 1, the same ones in each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
