import assert from 'node:assert/strict';
import { globTest } from '../../../server/src/core/text/glob';
import { fileMatcher } from '../../../server/src/core/workspace/globs';

describe('globs', () => {
  const matches = (pattern: string, path: string): boolean => globTest([pattern])(path);

  it('are read as VS Code reads them (VS Code API, GlobPattern)', () => {
    assert.ok(matches('**/*.json', 'k.json') && matches('**/*.json', 'a/.hidden/k.json') && !matches('*.json', 'a/k.json'));
    assert.ok(matches('k?.json', 'k1.json') && !matches('k?.json', 'k.json'));
    assert.ok(matches('k[12].json', 'k1.json') && !matches('k[12].json', 'k3.json'));
    assert.ok(matches('k[!12].json', 'k3.json') && !matches('k[!12].json', 'k1.json'));
    assert.ok(matches('{keys,roles}/*.json', 'roles/a.json'));
    assert.ok(globTest(['x', 'y'])('y') && !globTest([])('y'));
  });

  it('take brackets, bars and plus signs as characters of names', () => {
    for (const folder of ['old (1)', 'c++', 'a|b', '@(a)', '+(a)', '!(a)', 'a+(b|c)']) {
      assert.ok(matches(`${folder}/*.json`, `${folder}/k.json`), folder);
      assert.ok(matches(`${folder}/k.json`, `${folder}/k.json`), folder);
      assert.ok(!matches(`${folder}/*.json`, 'a/k.json'), folder);
    }
    assert.ok(matches('old \\(1\\)/*.json', 'old (1)/k.json'));
    assert.ok(fileMatcher('file:///w', '../v/old (1)/*.json')('file:///v/old (1)/k.json'));
  });

  it('end soon whatever a stranger wrote into them, and take no pattern that is longer than any path', () => {
    for (const pattern of ['+(a+)+b', '+(*)b', '*(+(a|a?))b', '(a+)+b']) assert.ok(!matches(pattern, 'a'.repeat(40)), pattern);
    assert.ok(!matches('*a'.repeat(20_000), 'b'));
  });
});
