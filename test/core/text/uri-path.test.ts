import * as assert from 'node:assert/strict';
import { createAnyFileMatcher, createFileMatcher } from '../../../server/src/core/manifest/path-glob';
import { accountOfPath, readPathHints } from '../../../server/src/core/linking/path-hints';
import { valuesForFile, createPathIndex } from '../../../server/src/core/manifest/path-index';
import { innermostFolderOf, pathBelow, plainUri, relativePath, resolvePath, uriInFolder } from '../../../server/src/core/text/uri-path';
import { CONSUMER, OWNER } from '../../support/fixtures';

describe('paths of a workspace', () => {
  it('always spells a URI the same', () => {
    assert.equal(plainUri('file:///c%3A/Keys/key%20policy.json'), 'file:///c:/Keys/key policy.json');
    assert.equal(plainUri('file:///C:/Keys/'), 'file:///c:/Keys');
    assert.equal(plainUri('FILE:///a/100%/%C3%A9.json'), 'file:///a/100%/é.json');
    assert.equal(plainUri('untitled:Untitled-1'), 'untitled:Untitled-1');
    assert.equal(plainUri('file:///'), 'file://');
  });

  it('finds paths below folders', () => {
    assert.equal(relativePath('file:///w', 'file:///w/a/b.json'), 'a/b.json');
    assert.equal(relativePath('file:///w', 'file:///work/b.json'), undefined);
    assert.equal(relativePath(plainUri('file:///'), 'file:///b.json'), 'b.json');
    assert.equal(innermostFolderOf(['file:///w', 'file:///w/in'], 'file:///w/in/a.json'), 'file:///w/in');
    assert.equal(innermostFolderOf(['file:///w'], 'untitled:Untitled-1'), undefined);
  });

  it('resolves and encodes paths', () => {
    assert.equal(resolvePath('file:///w/a', './b//c.json'), 'file:///w/a/b/c.json');
    assert.equal(resolvePath('file:///w/a', '../b/c.json'), 'file:///w/b/c.json');
    assert.equal(resolvePath('file:///w', '../../../c.json'), 'file:///c.json');
    assert.equal(resolvePath('file:///w/a', 'b/../c/./d.json'), 'file:///w/a/c/d.json');
    assert.equal(resolvePath('file:///w/a', 'b/../../c.json'), 'file:///w/c.json');
    assert.deepEqual(['a/./b//c', 'a/../b', '.', 'a/../../b', '../a', '/a', '/..'].map(pathBelow), ['a/b/c', 'b', '', undefined, undefined,
      undefined, undefined]);
    assert.equal(uriInFolder('file:///w/', 'key policy/ü#.json'), 'file:///w/key%20policy/%C3%BC%23.json');
  });

  it('matches paths, folders and globs of a manifest', () => {
    const matches = (pattern: string, path: string): boolean => createFileMatcher('file:///w/a', pattern)(`file:///w/${path}`);
    assert.ok(matches('k.json', 'a/k.json'));
    assert.ok(!matches('k.json', 'a/b/k.json'));
    assert.ok(matches('keys', 'a/keys/b/k.json') && matches('keys/', 'a/keys/k.json') && matches('.', 'a/k.json'));
    assert.ok(matches('**/*.json', 'a/k.json') && matches('**/*.json', 'a/.hidden/k.json'));
    assert.ok(matches('*/x-{a,b}.json', 'a/n/x-b.json') && !matches('*.json', 'a/n/x.json'));
    assert.ok(matches('../b/*.json', 'b/k.json') && !matches('../b/*.json', 'a/b/k.json'));
    assert.ok(matches('./k.json', 'a/k.json'));
    assert.ok(matches('old (1)/[x].json', 'a/old (1)/[x].json'));
    assert.ok(createAnyFileMatcher('file:///w', ['x', 'y'])('file:///w/y'));
  });

  it('looks up many patterns at once, in their order', () => {
    const patterns = ['**/*.json', 'a/k.json', 'a', 'b/*.json', '../w/a/*.json', 'a/**/k.json'];
    const index = createPathIndex(patterns.map((pattern) => ({ folder: 'file:///w', pattern, value: pattern })));
    assert.deepEqual(valuesForFile(index, 'file:///w/a/k.json'), ['**/*.json', 'a/k.json', 'a', '../w/a/*.json', 'a/**/k.json']);
    assert.deepEqual(valuesForFile(index, 'file:///w/b/k.txt'), []);
    assert.deepEqual(valuesForFile(index, 'untitled:Untitled-1'), []);
  });
});

describe('what a path contains', () => {
  const KEY = '1234abcd-12ab-34cd-56ef-123456789012';
  const MRK = `mrk-${'0123456789abcdef'.repeat(2)}`;

  it('key ids and Regions, as folders or parts of names', () => {
    assert.equal(readPathHints('w', `keys/${KEY}/policy.json`).keyId, KEY);
    assert.equal(readPathHints('w', `key-${MRK}.policy.json`).keyId, MRK);
    assert.equal(readPathHints('w', `us-west-2/app_eu-central-1.json`).region, 'eu-central-1');
    assert.equal(readPathHints('w', 'us-gov-west-1/app.json').region, 'us-gov-west-1');
    assert.equal(readPathHints('w', 'bus-west-2x/app.json').region, undefined);
    assert.equal(readPathHints(KEY, 'app.json').keyId, undefined);
  });

  it('known accounts, the innermost first, never the digits of a key id', () => {
    const hints = readPathHints('acme-111122223333', `444455556666/202401011200/${KEY}.json`);
    const known = new Set([OWNER, CONSUMER, '123456789012']);
    assert.deepEqual(accountOfPath(hints, (account) => known.has(account)), { account: CONSUMER, isConfirmed: true });
    assert.deepEqual(accountOfPath(readPathHints('acme-111122223333', 'a.json'), (account) => known.has(account)),
      { account: OWNER, isConfirmed: true });
    assert.equal(accountOfPath(readPathHints('w', '444455556666-to-111122223333.json'), (account) => known.has(account)), undefined);
    assert.equal(accountOfPath(readPathHints('w', '202401011200/a.json'), (account) => known.has(account)), undefined);
  });

  it('accounts of folders that nothing else names, for which anything of 12 digits but a date is taken', () => {
    const accountIn = (folder: string, path: string, ...known: readonly string[]): unknown =>
      accountOfPath(readPathHints(folder, path), (account) => known.includes(account));
    const guess = { account: CONSUMER, isConfirmed: false };
    assert.deepEqual(accountIn(`consumer-${CONSUMER}`, 'role/App/policy.json'), guess);
    assert.deepEqual(accountIn('w', `consumer-${CONSUMER}/role/App/policy.json`), guess, 'opened one folder higher');
    assert.deepEqual(accountIn('w', `accounts/${OWNER}/${CONSUMER}/a.json`, OWNER), guess, 'not the account further out');
    assert.deepEqual(accountIn(CONSUMER, '202401311259/a.json'), guess, 'a date with a time');
    assert.deepEqual(accountIn(`consumer-${CONSUMER}`, 'a.json', CONSUMER), { account: CONSUMER, isConfirmed: true });
    assert.equal(accountIn('w', `${CONSUMER}.json`), undefined, 'the name of a file is more often a number of something else');
    assert.equal(accountIn(`${OWNER}-${CONSUMER}`, 'a.json'), undefined);
    assert.equal(accountIn('w', '1234444555566667/a.json'), undefined, 'part of a longer number');
  });

  it('roles and users, as folder or file', () => {
    const names = (path: string): unknown =>
      readPathHints('w', path).identity?.names.map(({ kind, parentPath: above, name }) => `${kind} ${above}|${name}`);
    assert.deepEqual(names('444455556666/role/App/inline.json'), ['role App/|inline', 'role |App']);
    assert.deepEqual(names('users/Ann.json.tpl'), ['user |Ann']);
    assert.deepEqual(names('Roles/team/users/role/Job.json'), ['role |Job', 'role |team'], 'the innermost first');
    assert.deepEqual(names('role/a b/c.json'), ['role a b/|c'], 'what cannot be a name in IAM is left out');
    const scope = (path: string): string | undefined => readPathHints('w', path).identity?.identityFolder;
    assert.deepEqual([scope('444455556666/role/App/inline.json'), scope('role/App.json'), scope('role/team/Job/a.json')], [
      '444455556666/role/App',
      'role/App',
      'role/team/Job',
    ]);
    assert.equal(readPathHints('user', 'work/a.json').identity, undefined);
    assert.equal(readPathHints('w', 'super-role/App.json').identity, undefined);
  });
});
