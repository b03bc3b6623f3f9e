import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { emptyWorkspace, putFile, removeFile, setFolders, updateWorkspace, type Workspace, type WorkspaceChange } from '../../../server/src/core/workspace/workspace';
import { placeOf, type LocatedPolicy } from '../../../server/src/core/locate/located';
import type { World } from '../../../server/src/core/workspace/world';
import { EXT, externalStatement, identityPolicy, keyArn, keyPolicy, OWN, roleArn, rootArn, uuid } from '../../support/policies';
import { identityPath, keyPath, syntheticFiles, syntheticKeyArn } from '../../support/synthetic';
import { fileText, fileUri, workspaceOf } from '../../support/world';

const KEY = keyPolicy(OWN, externalStatement([rootArn(EXT), roleArn('App')]));

/** All that a world says, with policies by their place and text, so that two worlds can be compared. */
function contentOf(world: World): unknown {
  const policy = (one: LocatedPolicy | undefined) => one && [one.uri, one.pointer, one.policy.kind, one.layer.text, placeOf(one, one.policy.node.span)];
  return {
    keys: world.keys.map((key) => ({ ...key, policy: policy(key.policy) })),
    identities: world.identities.map((identity) => ({ ...identity, policies: identity.policies.map(policy) })),
    keyOf: [...world.keyOf].map(([one, key]) => [policy(one), world.keys.indexOf(key)]).sort(byText),
    identitiesOf: [...world.identitiesOf].map(([one, list]) => [policy(one), list.map((identity) => world.identities.indexOf(identity))]).sort(byText),
    keysByArn: [...world.keysByArn].map(([arn, keys]) => [arn, keys.map((key) => world.keys.indexOf(key))]).sort(byText),
    accounts: [...world.accounts].sort(byText),
    organizations: [...world.organizations].sort(byText),
    facts: world.facts,
    report: {
      ...world.report,
      ambiguous: world.report.ambiguous.map((one) => ({ ...one, policy: policy(one.policy), rivals: one.rivals.map(policy), candidates: one.candidates.map((key) => world.keys.indexOf(key)) })),
    },
    manifests: world.manifests.map(({ uri, folder, keys }) => [uri, folder, keys.length]),
  };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function rebuilt({ folders, files }: Workspace): World {
  return updateWorkspace(emptyWorkspace({ folders }), Array.from(files.values(), ({ source }) => ({ put: source }))).workspace.world;
}

function put(workspace: Workspace, path: string, content: string | object): Workspace {
  return putFile(workspace, { uri: fileUri(path), text: fileText(content) }).workspace;
}

describe('a change of one file', () => {
  const start = workspaceOf(syntheticFiles({ keys: 20, identities: 20, links: 'declared' }));
  const path = `w/${identityPath(3, 'declared')}`;
  const text = start.files.get(fileUri(path))?.source.text ?? '';

  it('swaps the policy in its own records and leaves the others as they are', () => {
    const { workspace, changed } = putFile(start, { uri: fileUri(path), text: text.replace('kms:Encrypt', 'kms:Sign') });
    assert.deepEqual(changed.identities.map(({ arn }) => arn), [roleArn('Role3')]);
    assert.deepEqual(changed.formerIdentities.map(({ arn }) => arn), [roleArn('Role3')]);
    assert.deepEqual([changed.keys, changed.formerKeys, changed.files], [[], [], [fileUri(path)]]);
    assert.equal(workspace.memory.links, start.memory.links);
    assert.equal(workspace.world.keys[5], start.world.keys[5]);
    assert.equal(workspace.world.identities[4], start.world.identities[4]);
    assert.equal(workspace.rules, start.rules);
    assert.equal(workspace.world.organizations, start.world.organizations);
    assert.deepEqual(contentOf(workspace.world), contentOf(rebuilt(workspace)));
  });

  it('changes nothing at all when the text is the same', () => {
    const { workspace, changed } = putFile(start, { uri: fileUri(path), text, version: 7 });
    assert.equal(workspace.world, start.world);
    assert.deepEqual(changed.files, []);
    assert.equal(workspace.files.get(fileUri(path))?.source.version, 7);
  });

  it('keeps records that come out equal when links are made anew', () => {
    const { workspace, changed } = putFile(start, { uri: fileUri(path), text: text.replace(syntheticKeyArn(3), keyArn(uuid(999))) });
    assert.notEqual(workspace.memory.links, start.memory.links);
    assert.deepEqual(changed.keys.map(({ arn }) => arn), [keyArn(uuid(999))]);
    assert.deepEqual(changed.identities.map(({ arn }) => arn), [roleArn('Role3')]);
    assert.deepEqual(contentOf(workspace.world), contentOf(rebuilt(workspace)));
  });

  it('moves the places that links point to', () => {
    const one = workspaceOf({ 'w/key.json': KEY, 'w/app.json': identityPolicy(keyArn()) });
    const moved = put(one, 'w/app.json', `\n\n${fileText(identityPolicy(keyArn()))}`);
    assert.equal(moved.memory.links, one.memory.links);
    assert.equal(moved.world.keys[0]?.link?.at?.span.start, (one.world.keys[0]?.link?.at?.span.start ?? 0) + 2);
    assert.deepEqual(contentOf(moved.world), contentOf(rebuilt(moved)));
  });

  it('does not link anew for a file without policies', () => {
    const { workspace } = putFile(start, { uri: fileUri('w/package.json'), text: '{ "name": "x" }' });
    assert.equal(workspace.world, start.world);
    assert.equal(removeFile(workspace, fileUri('w/package.json')).workspace.world, start.world);
  });

  it('reads again the files that a manifest reads otherwise', () => {
    const files = { 'w/producer/key.json': keyPolicy('${owner}'), 'w/app.json': identityPolicy(keyArn()) };
    const before = workspaceOf(files);
    assert.equal(before.world.keys.find(({ policy }) => policy)?.account, undefined);
    const { workspace, changed } = putFile(before, { uri: fileUri('w/kms-handshake.json'), text: fileText({ placeholders: [{ files: ['producer'], values: { owner: OWN } }] }) });
    assert.equal(workspace.world.keys.find(({ policy }) => policy)?.arn, keyArn());
    assert.deepEqual([...changed.files].sort(), [fileUri('w/kms-handshake.json'), fileUri('w/producer/key.json')]);
    const back = removeFile(workspace, fileUri('w/kms-handshake.json')).workspace;
    assert.deepEqual(contentOf(back.world), contentOf(before.world));
  });

  it('looks again at all paths when the folders change', () => {
    const files = { 'w/a/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'key.json' }] }, 'w/a/key.json': KEY };
    const outside = workspaceOf(files);
    assert.equal(outside.world.keys[0]?.arn, undefined);
    const inside = setFolders(outside, [{ uri: fileUri('w') }, { uri: fileUri('w/a') }]).workspace;
    assert.equal(inside.world.keys[0]?.link?.reason, 'declared');
    const elsewhere = setFolders(outside, [{ uri: fileUri('w/a'), manifest: fileUri('w/other.json') }]).workspace;
    assert.equal(elsewhere.world.keys[0]?.arn, undefined);
  });
});

describe('any row of changes', () => {
  const contents: readonly (string | object)[] = [
    KEY, keyPolicy(OWN), keyPolicy(EXT, externalStatement(roleArn('App', OWN))), externalStatement(rootArn(EXT)), identityPolicy(keyArn()), identityPolicy([keyArn(uuid(1)), keyArn(uuid(1), 'eu-west-1')]),
    { RoleName: 'App', PolicyName: 'p', PolicyDocument: identityPolicy('*') }, { KeyId: keyArn(uuid(1)), Policy: JSON.stringify(KEY) },
    { Aliases: [{ AliasName: 'alias/x', AliasArn: `arn:aws:kms:us-west-2:${OWN}:alias/x`, TargetKeyId: uuid(1) }] },
    { KeyMetadata: { Arn: keyArn(uuid(1)), KeyId: uuid(1), KeySpec: 'SYMMETRIC_DEFAULT' } }, '{ "Statement": [{ "Effect": "Allow", ', '', { name: 'x' },
  ];
  const manifests: readonly object[] = [
    {}, { accounts: { [EXT]: 'x' } }, { keys: [{ arn: keyArn(uuid(1)), policy: 'a.json' }], identities: [{ arn: roleArn(), policies: ['*.json'] }] },
    { keys: [{ arn: keyArn(), policy: 'b/k.json' }, { arn: keyArn(uuid(1)), policy: 'b/k.json' }], identities: [{ account: EXT, policies: ['b'] }] },
    { kinds: [{ files: ['**'], kind: 'ignore' }] }, { exclude: ['b'] }, { kinds: [{ files: ['a.json'], kind: 'key' }], organizations: { 'o-exampleorgid': [OWN] } },
  ];
  const policyPaths = ['w/a.json', 'w/b/k.json', `w/${EXT}/role/App.json`, `w/${EXT}/role/App/x.json`, `w/us-west-2/${uuid(1)}.json`, 'v/c.json', 'untitled:Untitled-1'];
  const blanks = fc.nat(3).map((n) => ' '.repeat(n));
  const change: fc.Arbitrary<WorkspaceChange> = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...policyPaths), fc.constantFrom(...contents), blanks).map(([path, content, blank]) => ({ put: { uri: fileUri(path), text: blank + fileText(content) } })) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom('w', 'v'), fc.constantFrom(...manifests)).map(([folder, content]) => ({ put: { uri: fileUri(`${folder}/kms-handshake.json`), text: fileText(content) } })) },
    { weight: 2, arbitrary: fc.constantFrom(...policyPaths, 'w/kms-handshake.json').map((path) => ({ remove: fileUri(path) })) },
    { weight: 1, arbitrary: fc.constantFrom(['w'], ['w', 'v'], ['w/b'], []).map((paths) => ({ folders: paths.map((path) => ({ uri: fileUri(path) })) })) },
  );

  it('ends in the world that the files make when they are read at once', () => {
    fc.assert(fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (rounds) => {
      let workspace = emptyWorkspace({ folders: [{ uri: fileUri('w') }] });
      for (const changes of rounds) {
        const before = workspace;
        const update = updateWorkspace(before, changes);
        workspace = update.workspace;
        assert.deepEqual(contentOf(workspace.world), contentOf(rebuilt(workspace)));
        assert.deepEqual(new Set(update.changed.keys), new Set(workspace.world.keys.filter((key) => !before.world.keys.includes(key))));
        assert.deepEqual([...workspace.readings.keys()].sort(), [...workspace.files.keys()].sort());
      }
    }), { numRuns: 150 });
  });
});

describe('a thousand policies', () => {
  for (const links of ['declared', 'path'] as const) {
    it(`are linked fast (${links})`, () => {
      const files = syntheticFiles({ keys: 500, identities: 500, links });
      const changes = Object.entries(files).map(([path, content]) => ({ put: { uri: fileUri(path), text: fileText(content) } }));
      const empty = emptyWorkspace({ folders: [{ uri: fileUri('w') }] });
      const started = performance.now();
      let workspace = updateWorkspace(empty, changes).workspace;
      const all = performance.now() - started;
      assert.equal(workspace.world.keys.length, 500);
      assert.ok(workspace.world.keys.every(({ link, arn }) => link?.certain && arn !== undefined));
      assert.ok(workspace.world.identities.every(({ link, policies }) => link.certain && (policies.length === 1 || policies.length === 0)));
      const report: string[] = [`read and linked in ${all.toFixed(0)} ms`];
      for (const [what, path, edit] of [
        ['keystroke in an identity policy', identityPath(250, links), (text: string, i: number) => text.replace(/UseKey\d*/, `UseKey${i}`)],
        ['keystroke in a key policy', keyPath(250, links), (text: string, i: number) => text.replace(/this key\d*/, `this key${i}`)],
        ['another key named', identityPath(250, links), (text: string, i: number) => text.replace(/[0-9a-f]{12}"/, `${uuid(700 + i).slice(-12)}"`)],
      ] as const) {
        const uri = fileUri(`w/${path}`);
        const times = Array.from({ length: 60 }, (_, i) => {
          const text = edit(workspace.files.get(uri)?.source.text ?? '', i);
          const from = performance.now();
          workspace = putFile(workspace, { uri, text }).workspace;
          return performance.now() - from;
        }).sort((a, b) => a - b);
        report.push(`${what} ${(times[30] ?? 0).toFixed(2)} ms (p95 ${(times[57] ?? 0).toFixed(2)})`);
      }
      console.log(`      ${report.join('\n      ')}`);
    });
  }
});
