import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import picomatch from 'picomatch';
import { matchGlob } from '../../../server/src/core/access/pattern-matching';
import { globProblem } from '../../../server/src/core/text/glob-alternatives';
import { createGlobMatcher, matchesWildcards } from '../../../server/src/core/text/glob';
import { createFileMatcher } from '../../../server/src/core/manifest/path-glob';

describe('globs', () => {
  const matches = (pattern: string, path: string): boolean => createGlobMatcher([pattern])(path);

  it('are read as VS Code reads them (VS Code API, GlobPattern)', () => {
    assert.ok(matches('**/*.json', 'k.json') && matches('**/*.json', 'a/.hidden/k.json') && !matches('*.json', 'a/k.json'));
    assert.ok(matches('k?.json', 'k1.json') && !matches('k?.json', 'k.json'));
    assert.ok(matches('k[12].json', 'k1.json') && !matches('k[12].json', 'k3.json'));
    assert.ok(matches('k[!12].json', 'k3.json') && !matches('k[!12].json', 'k1.json'));
    assert.ok(matches('{keys,roles}/*.json', 'roles/a.json'));
    assert.ok(createGlobMatcher(['x', 'y'])('y') && !createGlobMatcher([])('y'));
  });

  it('take brackets, bars and plus signs as characters of names', () => {
    for (const folder of ['old (1)', 'c++', 'a|b', '@(a)', '+(a)', '!(a)', 'a+(b|c)']) {
      assert.ok(matches(`${folder}/*.json`, `${folder}/k.json`), folder);
      assert.ok(matches(`${folder}/k.json`, `${folder}/k.json`), folder);
      assert.ok(!matches(`${folder}/*.json`, 'a/k.json'), folder);
    }
    assert.ok(matches('old \\(1\\)/*.json', 'old (1)/k.json'));
    assert.ok(createFileMatcher('file:///w', '../v/old (1)/*.json')('file:///v/old (1)/k.json'));
  });

  it('go through any number of folders with "**" as a whole part of a path only', () => {
    for (const path of ['a', 'a/b', 'a/b/c.json']) assert.ok(matches('a/**', path), path);
    for (const path of ['k.json', 'a/k.json', 'a/b/k.json']) assert.ok(matches('**/k.json', path), path);
    assert.ok(matches('a/**/**/b', 'a/b') && matches('a/**/b/**/c', 'a/x/b/c') && !matches('a/**/b', 'ab'));
    assert.ok(matches('{**/*.json,**/*.jsonc}', 'k.jsonc'));
    assert.ok(matches('k**.json', 'k1.json') && !matches('**.json', 'a/k.json'));
  });

  it('take braces without a comma, brackets that are not closed, and a name that is written as a pattern for names', () => {
    assert.ok(matches('{a}.json', '{a}.json') && matches('{a,b', '{a,b') && matches('a}', 'a}') && matches('[a', '[a'));
    assert.ok(matches('{a,{b,c}}/k', 'c/k') && matches('{,old-}k', 'k') && matches('{a/b,c}/k', 'a/b/k') && matches('\\{a,b}', '{a,b}'));
    assert.ok(matches('app/[id]/*.json', 'app/[id]/k.json') && matches('app/[id]/*.json', 'app/d/k.json'));
    assert.ok(!matches('a[!b]c', 'a/c') && matches('[]a]', ']'));
  });

  it('agree with picomatch on small patterns and names', () => {
    const names = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '-'), minLength: 1, maxLength: 4 }).filter((name) => !/^\.{1,2}$/.test(name)),
      { minLength: 1, maxLength: 4 },
    )
      .map((parts) => parts.join('/'));
    const piece = fc.constantFrom('a', 'b', 'c', '.', '-', '*', '?', '[ab]', '[!ab]', '[a-b]', '{a,b}', '{a,bc,?}', '{a,{b,c}}', '{,a}',
      '(', '+(', '|', ')', '!', '@(', '\\a');
    // Left out: "./", which the callers of ours take away; stars beside braces, which picomatch takes for a group that repeats, and parts
    // that can be empty. "**" with other characters beside it goes beyond its part of the path in picomatch, not in VS Code.
    const segment = fc.oneof(fc.constant('**'),
      fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('').replaceAll(/\*+/g, '*')));
    const patterns = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
      .filter((pattern) => !pattern.startsWith('./') && !/\*\{|\}\*|(?:^|\/)(?:\{,a\})+(?:\/|$)/.test(pattern));
    fc.assert(fc.property(patterns, names, (pattern, name) => {
      const escaped = pattern.replace(/\\?([()|+])/g, '\\$1').replaceAll('[!', '[^');
      assert.equal(matches(pattern, name), picomatch(escaped, { dot: true, nonegate: true, windows: false })(name),
        `${pattern} on ${name}`);
    }), { numRuns: 5_000 });
  });

  it('cost no more than the length of the pattern times that of the path', () => {
    const stepsOf = (pattern: string, path: string): number => {
      let steps = 0;
      createGlobMatcher([pattern], () => steps++)(path);
      return steps;
    };
    const hostile = ['*a*a*a*a*b', '**/a/**/a/**/a/**/b', '{a,aa}{a,aa}{a,aa}{a,aa}b', '+(a+)+b', '*(+(a|a?))b', '?*?*?*b',
      '[ab]*[ab]*[ab]*b'];
    for (const pattern of hostile) {
      for (const path of ['a'.repeat(200), 'a/'.repeat(200).slice(0, -1), `${'a'.repeat(50)}/`.repeat(4)]) {
        assert.ok(stepsOf(pattern, path) <= 20 * pattern.length * path.length, `${pattern} on ${path.slice(0, 10)}`);
      }
    }
    const [short, long] = [200, 2000].map((length) => stepsOf('*a*a*a*a*b', 'a'.repeat(length)));
    assert.ok((long ?? 0) <= 11 * (short ?? 0));
  });

  it('are not used when they are longer than any that people write, or expand to too many', () => {
    assert.equal(globProblem('*a'.repeat(512)), undefined);
    assert.equal(globProblem('*a'.repeat(513)), 'is longer than 1024 characters');
    assert.equal(globProblem(`{${'123456789012,'.repeat(35)}x}/**`), undefined);
    assert.equal(globProblem('{a,b}'.repeat(20)), 'stands for more than 16384 characters when the alternatives in { } are written out');
    assert.equal(globProblem('{'.repeat(1024)), undefined);
    assert.ok(!matches('{a,b}'.repeat(20), 'a'.repeat(20)));
  });
});

describe('wildcards in names of actions', () => {
  it('are those of policies', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
    fc.assert(fc.property(text, text, (pattern, name) => {
      assert.equal(matchesWildcards(pattern, name), matchGlob(pattern, name), `${pattern} on ${name}`);
    }), { numRuns: 3_000 });
  });
});
