import * as assert from 'node:assert/strict';
import { CONSUMER, identityPolicy, keyArn, keyIdFromNumber, keyPolicy, OWNER, roleArn } from '../../support/fixtures';
import { fileText, identitiesAtPath, keyAtPath, workspaceOfFiles, worldOfFiles, type FolderFiles } from '../../support/world-of-files';
import type { World } from '../../../server/src/core/workspace/world';
import { emptyWorkspace, isExcluded, updateWorkspace } from '../../../server/src/core/workspace/workspace';

const KEY = keyPolicy();
const APP = identityPolicy();

/** The problems of all manifests, with the text that is marked. */
function manifestProblemsOf(files: FolderFiles, folders?: readonly string[]): string[] {
  return worldOfFiles(files, folders).linkReport.manifest.map(({ uri, span, message }) =>
    `${fileText(files[uri.slice('file:///'.length)] ?? '').slice(span.start, span.end)} ${message}`
  );
}

describe('what a manifest points to', () => {
  it('must be there', () => {
    const manifest = { keys: [{ arn: keyArn(), policy: 'none.json' }],
      identities: [{ arn: roleArn(), policies: ['none/*.json', 'app.json'] }] };
    assert.deepEqual(manifestProblemsOf({ 'w/kms-handshake.json': manifest, 'w/app.json': APP }), [
      '"none.json" There is no file "none.json".',
      '"none/*.json" No file matches "none/*.json".',
    ]);
  });

  it('must be a policy of the right kind', () => {
    const manifest = { keys: [{ arn: keyArn(), policy: 'note.json' }],
      identities: [{ arn: roleArn(), policies: ['dump.json#/Policy'] }, { arn: roleArn(CONSUMER, 'B'), policies: ['keys/*.json'] }] };
    const dump = { KeyId: keyIdFromNumber(1), PolicyName: 'default', Policy: fileText(KEY) };
    assert.deepEqual(
      manifestProblemsOf({ 'w/kms-handshake.json': manifest, 'w/note.json': { a: 1 }, 'w/dump.json': [dump], 'w/keys/key.json': KEY }),
      [
        '"note.json" "note.json" contains no key policy.',
        '"dump.json#/Policy" "dump.json" has no policy at /Policy.',
        '"keys/*.json" "keys/*.json" contains no identity policy, but another kind of policy.',
      ],
    );
  });

  it('must be at its pointer, and one policy for a key', () => {
    const dump = { Keys: [{ KeyId: keyIdFromNumber(1), Policy: fileText(KEY) }, { Policy: fileText(KEY) }, { Policy: fileText(KEY) }] };
    const manifest = {
      keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'dump.json#/Keys/7/Policy' }, { arn: keyArn(keyIdFromNumber(2)),
        policy: 'dump.json' }],
    };
    assert.deepEqual(manifestProblemsOf({ 'w/kms-handshake.json': manifest, 'w/dump.json': dump }), [
      '"dump.json#/Keys/7/Policy" "dump.json" has no policy at /Keys/7/Policy.',
      '"dump.json" A key has one policy, but "dump.json" means 3. Say which: #/Keys/0/Policy, #/Keys/1/Policy, #/Keys/2/Policy.',
    ]);
    const told = { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'dump.json' }] };
    assert.deepEqual(manifestProblemsOf({ 'w/kms-handshake.json': told, 'w/dump.json': dump }), []);
  });

  it('is not reported twice in one manifest', () => {
    const manifest = {
      keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'key.json' }, { arn: keyArn(keyIdFromNumber(2)), policy: 'key.json' }, {
        arn: keyArn(keyIdFromNumber(1)),
      }],
    };
    const said = manifestProblemsOf({ 'w/kms-handshake.json': manifest, 'w/key.json': KEY });
    assert.equal(said.length, 2);
    assert.match(said[0] ?? '', new RegExp(`^"${keyArn(keyIdFromNumber(1))}" This key is declared above`));
    assert.match(said[1] ?? '', /^"key.json" The same key policy is declared for 2 keys/);
  });

  it('of one policy for a thousand keys is reported without listing all of them each time', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => ({ arn: keyArn(keyIdFromNumber(i + 1)), policy: 'key.json' }));
    const messages = manifestProblemsOf({ 'w/kms-handshake.json': { keys }, 'w/key.json': KEY });
    assert.equal(messages.length, 999);
    assert.ok(messages.every((message) => message.length < 1000), messages[0]);
    assert.match(messages[0] ?? '', /and 995 more\. A key policy belongs to one key/);
  });

  it('says where the manifest itself is broken', () => {
    assert.ok(manifestProblemsOf({ 'w/kms-handshake.json': '{ "keys": [ } ' }).length > 0);
    assert.ok(manifestProblemsOf({ 'w/kms-handshake.json': '{ "kyes": [] } ' })[0]?.startsWith('"kyes" '));
  });
});

describe('the folders of a workspace', () => {
  it('form one workspace: declarations are united and links cross folders', () => {
    const files = {
      'a/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'key.json' }], accounts: { [OWNER]: 'security' } },
      'a/key.json': KEY,
      'b/kms-handshake.json': { identities: [{ arn: roleArn(), policies: ['../a/app.json', 'app.json'] }],
        accounts: { [CONSUMER]: 'analytics' }, organizations: { 'o-exampleorgid': [OWNER] } },
      'b/app.json': APP,
      'a/app.json': APP,
    };
    const world = worldOfFiles(files, ['a', 'b']);
    assert.equal(world.manifests.length, 2);
    assert.deepEqual(world.identities.map(({ arn, policies }) => [arn, policies.map(({ uri }) => uri)]), [[roleArn(), ['file:///a/app.json',
      'file:///b/app.json']]]);
    assert.deepEqual([world.accounts.get(OWNER), world.accounts.get(CONSUMER)], ['security', 'analytics']);
    assert.deepEqual([...world.organizations], [['o-exampleorgid', [OWNER]]]);
    assert.deepEqual([world.linkReport.conflicts, world.linkReport.manifest], [[], []]);
  });

  it('may contradict each other, which is reported at each place', () => {
    const files = {
      'a/kms-handshake.json': { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'key.json', keySpec: 'SYMMETRIC_DEFAULT' }],
        accounts: { [OWNER]: 'security' } },
      'b/kms-handshake.json': {
        keys: [{ arn: keyArn(keyIdFromNumber(2)), policy: '../a/key.json' }, { arn: keyArn(keyIdFromNumber(1)), policy: 'key.json',
          keySpec: 'RSA_2048' }],
        accounts: { [OWNER]: 'safety' },
      },
      'a/key.json': KEY,
      'b/key.json': KEY,
    };
    const { conflicts, manifest } = worldOfFiles(files, ['a', 'b']).linkReport;
    assert.deepEqual(conflicts.map(({ about, places }) => [about, places.map(({ uri }) => uri)]), [
      ['policy-of-two-keys', ['file:///a/kms-handshake.json', 'file:///b/kms-handshake.json']],
      ['key-with-two-policies', ['file:///a/kms-handshake.json', 'file:///b/kms-handshake.json']],
      ['account-with-two-names', ['file:///a/kms-handshake.json', 'file:///b/kms-handshake.json']],
      ['key-with-two-values', ['file:///a/kms-handshake.json', 'file:///b/kms-handshake.json']],
    ]);
    assert.deepEqual(manifest, []);
  });

  it('reports two policies with equally good links to one key, and prefers the better link', () => {
    const path = (name: string): string => `w/us-west-2/${OWNER}/${keyIdFromNumber(1)}/${name}.json`;
    const equal = worldOfFiles({ [path('a')]: KEY, [path('b')]: KEY });
    assert.deepEqual(equal.linkReport.conflicts.map(({ about, places }) => [about, places.length]), [['key-with-two-policies', 2]]);
    assert.deepEqual(equal.keys.map(({ arn }) => arn), [keyArn(keyIdFromNumber(1)), keyArn(keyIdFromNumber(1))]);
    assert.equal(new Set(equal.keys.map(({ id }) => id)).size, 2);
    const better = worldOfFiles({ [path('a')]: KEY,
      'w/kms-handshake.json': { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'mine.json' }] }, 'w/mine.json': KEY });
    assert.deepEqual(better.linkReport.conflicts, []);
    assert.equal(better.keysByArn.get(keyArn(keyIdFromNumber(1)))?.[0]?.policy?.uri, 'file:///w/mine.json');
    assert.equal(keyAtPath(better, path('a'))?.arn, undefined);
  });
});

describe('kms-handshake.json below a workspace folder', () => {
  const OUTER = 'w/kms-handshake.json';
  const INNER = 'w/sub/kms-handshake.json';

  it('counts for what lies below it, with paths from its own folder', () => {
    const world = worldOfFiles({
      [INNER]: { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'key.json' }],
        identities: [{ arn: roleArn(CONSUMER, 'A'), policies: ['deep/*.json'] }], accounts: { [OWNER]: 'security' } },
      'w/sub/key.json': KEY,
      'w/key.json': KEY,
      'w/sub/deep/app.json': APP,
      'w/deep/app.json': APP,
    });
    assert.deepEqual(world.manifests.map(({ uri, folder }) => [uri, folder]), [[`file:///${INNER}`, 'file:///w/sub']]);
    assert.deepEqual([keyAtPath(world, 'w/sub/key.json')?.arn, keyAtPath(world, 'w/key.json')?.link?.reason], [keyArn(keyIdFromNumber(1)),
      'text']);
    assert.equal(identitiesAtPath(world, 'w/sub/deep/app.json')[0]?.arn, roleArn(CONSUMER, 'A'));
    assert.notEqual(identitiesAtPath(world, 'w/deep/app.json')[0]?.arn, roleArn(CONSUMER, 'A'));
    assert.equal(world.accounts.get(OWNER), 'security');
  });

  it('goes before the ones further out, where they contradict each other, without a report', () => {
    const files = {
      [OUTER]: {
        keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'sub/key.json' }, { arn: keyArn(keyIdFromNumber(2)), keySpec: 'RSA_2048',
          keyUsage: 'SIGN_VERIFY' }],
        accounts: { [OWNER]: 'outer', [CONSUMER]: 'outer' },
        placeholders: [{ files: ['**'], values: { a: 'outer', b: 'outer' } }],
        kinds: [{ files: ['sub/**'], kind: 'session' }],
        organizations: { 'o-exampleorgid': [OWNER] },
      },
      [INNER]: {
        keys: [{ arn: keyArn(keyIdFromNumber(2)), policy: 'key.json', keySpec: 'SYMMETRIC_DEFAULT' }],
        accounts: { [OWNER]: 'inner' },
        placeholders: [{ files: ['**'], values: { a: 'inner' } }], kinds: [{ files: ['limits/**'], kind: 'boundary' }],
        organizations: { 'o-exampleorgid': [CONSUMER] },
      },
      'w/sub/key.json': KEY, 'w/sub/limits/app.json': APP, 'w/sub/other.json': APP,
    };
    for (const order of [files, Object.fromEntries(Object.entries(files).reverse())]) {
      const { world, readings, files: all } = workspaceOfFiles(order);
      const key = keyAtPath(world, 'w/sub/key.json');
      assert.deepEqual([key?.arn, key?.keySpec, key?.keyUsage], [keyArn(keyIdFromNumber(2)), 'SYMMETRIC_DEFAULT', 'SIGN_VERIFY']);
      assert.deepEqual([world.accounts.get(OWNER), world.accounts.get(CONSUMER)], ['inner', 'outer']);
      assert.deepEqual(all.get('file:///w/sub/key.json')?.fileSettings.context.placeholderValues, { a: 'inner', b: 'outer' });
      assert.equal(readings.get('file:///w/sub/limits/app.json')?.policies[0]?.policy.kind, 'boundary');
      assert.equal(readings.get('file:///w/sub/other.json')?.policies[0]?.policy.kind, 'session');
      assert.deepEqual([...world.organizations], [['o-exampleorgid', [OWNER, CONSUMER]]]);
      assert.deepEqual([world.linkReport.conflicts, world.linkReport.manifest], [[], []]);
    }
  });

  it('contradicts its neighbour like the one of another workspace folder', () => {
    const declared = (keySpec: string): object => ({ keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'key.json', keySpec }] });
    const { linkReport: report } = worldOfFiles({ 'w/a/kms-handshake.json': declared('RSA_2048'),
      'w/b/kms-handshake.json': declared('RSA_4096'), 'w/a/key.json': KEY, 'w/b/key.json': KEY });
    assert.deepEqual(report.conflicts.map(({ about, places }) => [about, places.map(({ uri }) => uri)]), [
      ['key-with-two-policies', ['file:///w/a/kms-handshake.json', 'file:///w/b/kms-handshake.json']],
      ['key-with-two-values', ['file:///w/a/kms-handshake.json', 'file:///w/b/kms-handshake.json']],
    ]);
  });

  it('is left out by one further out, and never by itself', () => {
    const inner = { exclude: ['**/*.json'], accounts: { [OWNER]: 'x' } };
    assert.equal(worldOfFiles({ [INNER]: inner, 'w/sub/key.json': KEY }).manifests.length, 1);
    for (const exclude of ['sub', 'sub/**', 's*', '**/kms-handshake.json']) {
      const workspace = workspaceOfFiles({ [OUTER]: { exclude: [exclude] }, [INNER]: inner, 'w/key.json': KEY });
      assert.deepEqual(workspace.world.manifests.map(({ uri }) => uri), [`file:///${OUTER}`], exclude);
      assert.ok(!isExcluded(workspace, 'file:///w/key.json'));
      assert.ok(isExcluded(workspace, `file:///${INNER}`) && !isExcluded(workspace, `file:///${OUTER}`));
    }
    const excluding = workspaceOfFiles({ [INNER]: { exclude: ['old'] }, 'w/sub/old/key.json': KEY, 'w/old/key.json': KEY });
    assert.ok(isExcluded(excluding, 'file:///w/sub/old') && !isExcluded(excluding, 'file:///w/old'));
    assert.deepEqual(excluding.world.keys.map(({ policy }) => policy?.uri), ['file:///w/old/key.json']);
  });

  it('stays beside the file that stands in for the one of the workspace folder, unless it is that file', () => {
    const files = {
      [OUTER]: { accounts: { [OWNER]: 'outer' } },
      'w/ci.json': { accounts: { [OWNER]: 'ci' }, keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'key.json' }] },
      [INNER]: { accounts: { [CONSUMER]: 'inner' } }, 'w/key.json': KEY,
    };
    const read = (manifest: string): World => {
      const empty = emptyWorkspace({
        folders: [{ uri: 'file:///w', manifest: `file:///${manifest}` }, { uri: 'file:///v', manifest: `file:///${manifest}` }],
      });
      return updateWorkspace(empty,
        Object.entries(files).map(([path, content]) => ({ put: { uri: `file:///${path}`, text: fileText(content) } }))).workspace.world;
    };
    const replaced = read('w/ci.json');
    assert.deepEqual(replaced.manifests.map(({ uri, folder }) => [uri, folder]), [
      ['file:///w/ci.json', 'file:///w'], [`file:///${INNER}`, 'file:///w/sub'], ['file:///w/ci.json', 'file:///v'],
    ]);
    assert.deepEqual([replaced.accounts.get(OWNER), keyAtPath(replaced, 'w/key.json')?.arn], ['ci', keyArn(keyIdFromNumber(1))]);
    assert.deepEqual(read(INNER).manifests.map(({ folder }) => folder), ['file:///w', 'file:///v']);
  });

  it('has the levels and suppressions of its files', () => {
    const { ruleSettings } = workspaceOfFiles({
      [OUTER]: { rules: { 'wildcard-principal': 'off', 'region-mismatch': 'info' } },
      [INNER]: { rules: { 'wildcard-principal': 'error' }, suppress: [{ rule: 'region-mismatch', file: 'key.json', reason: 'r' }] },
    });
    assert.deepEqual(
      ['w/a.json', 'w/sub/a.json', 'w/sub/x/a.json'].map((path) => ruleSettings.levelOf('wildcard-principal', `file:///${path}`)),
      ['off', 'error', 'error'],
    );
    assert.equal(ruleSettings.levelOf('region-mismatch', 'file:///w/sub/a.json'), 'info');
    assert.deepEqual(
      ruleSettings.suppressions.map(({ coversFile }) => [coversFile('file:///w/sub/key.json'), coversFile('file:///w/key.json')]),
      [[true, false]],
    );
  });
});

describe('exclude, rules and suppress', () => {
  const manifest = {
    exclude: ['vendor/**'], rules: { 'wildcard-principal': 'off' },
    suppress: [{ rule: 'region-mismatch', file: 'a/*.json', sid: 'S', reason: 'r' }],
  };

  it('leave files out', () => {
    const workspace = workspaceOfFiles({ 'w/kms-handshake.json': manifest, 'w/vendor/key.json': KEY });
    assert.ok(isExcluded(workspace, 'file:///w/vendor/key.json') && isExcluded(workspace, 'file:///w/vendor'));
    assert.ok(!isExcluded(workspace, 'file:///w/key.json') && !isExcluded(workspace, 'file:///other/vendor/key.json'));
    assert.deepEqual(workspace.world.keys, []);
  });

  it('hold for the files of their folder', () => {
    const { ruleSettings } = workspaceOfFiles({ 'w/kms-handshake.json': manifest,
      'v/kms-handshake.json': { rules: { 'wildcard-principal': 'info' } } }, ['w', 'v', 'u']);
    assert.deepEqual(['w', 'v', 'u'].map((folder) => ruleSettings.levelOf('wildcard-principal', `file:///${folder}/a.json`)), ['off',
      'info', undefined]);
    assert.equal(ruleSettings.levelOf('region-mismatch', 'file:///w/a.json'), undefined);
    assert.deepEqual(
      ruleSettings.suppressions.map((
        suppressionSetting,
      ) => [suppressionSetting.rule, suppressionSetting.sid, suppressionSetting.coversFile('file:///w/a/x.json'),
        suppressionSetting.coversFile('file:///v/a/x.json')]
      ),
      [['region-mismatch', 'S', true, false]],
    );
  });
});
