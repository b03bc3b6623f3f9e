import { pointerOfAddress } from '../../../server/src/core/discovery/policy-address';
import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { emptyWorkspace, updateWorkspace, type Workspace, type WorkspaceChange } from '../../../server/src/core/workspace/workspace';
import { locationInFile, type DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import type { World } from '../../../server/src/core/workspace/world';
import {
  CONSUMER, identityPolicy, keyArn, keyIdFromNumber, keyPolicy, keyPolicyAllow, OWNER, ownerKeyPolicy, ownerStatement, policyDocument,
  roleArn, rootArn,
} from '../../support/fixtures';
import { identityPath, syntheticFiles, syntheticKeyArn } from '../../support/synthetic-workspace';
import { fileText, fileUri, workspaceOfFiles } from '../../support/world-of-files';

const KEY = keyPolicy({ Principal: { AWS: [rootArn(CONSUMER), roleArn(CONSUMER, 'App')] } });

/** All that a world says, with policies by their place and text, so that two worlds can be compared. */
function contentOf(world: World): unknown {
  const policy = (discoveredPolicy: DiscoveredPolicy | undefined) =>
    discoveredPolicy
    && [discoveredPolicy.uri, pointerOfAddress(discoveredPolicy.address), discoveredPolicy.policy.kind, discoveredPolicy.layer.text,
      locationInFile(discoveredPolicy, discoveredPolicy.policy.node.span)];
  return {
    keys: world.keys.map((key) => ({ ...key, policy: policy(key.policy) })),
    identities: world.identities.map((identity) => ({ ...identity, policies: identity.policies.map(policy) })),
    keyOf: [...world.keyByPolicy].map(([item, key]) => [policy(item), world.keys.indexOf(key)]).sort(byText),
    identitiesOf: [...world.identitiesByPolicy].map((
      [entry, list],
    ) => [policy(entry), list.map((identity) => world.identities.indexOf(identity))]).sort(byText),
    keysByArn: [...world.keysByArn].map(([arn, keys]) => [arn, keys.map((key) => world.keys.indexOf(key))]).sort(byText),
    // In their order: choices and quick fixes come in it.
    accounts: [...world.accounts],
    organizations: [...world.organizations],
    facts: world.keyFacts,
    report: {
      ...world.linkReport,
      ambiguous: world.linkReport.ambiguous.map((ambiguousLink) => ({ ...ambiguousLink, policy: policy(ambiguousLink.policy),
        competingPolicies: ambiguousLink.competingPolicies.map(policy),
        candidates: ambiguousLink.candidates.map((key) => world.keys.indexOf(key)) })
      ),
    },
    manifests: world.manifests.map(({ uri, folder, keys }) => [uri, folder, keys.length]),
  };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function rebuildWorkspace({ folders, files }: Workspace): World {
  return updateWorkspace(emptyWorkspace({ folders }), Array.from(files.values(), ({ source }) => ({ put: source }))).workspace.world;
}

function put(workspace: Workspace, path: string, content: string | object): Workspace {
  return updateWorkspace(workspace, [{ put: { uri: fileUri(path), text: fileText(content) } }]).workspace;
}

/** The ARNs of the records that only one of the two has. */
function differingRecords<T extends { readonly arn: string | undefined }>(before: readonly T[],
  now: readonly T[]): { readonly gone: (string | undefined)[]; readonly added: (string | undefined)[] } {
  return { gone: before.filter((t) => !now.includes(t)).map(({ arn }) => arn),
    added: now.filter((subject) => !before.includes(subject)).map(({ arn }) => arn) };
}

/** The files that were read anew. */
function rereadDiscoveries(before: Workspace, now: Workspace): string[] {
  return [...now.readings].filter(([uri, reading]) => before.readings.get(uri) !== reading).map(([uri]) => uri).sort();
}

describe('a change of one file', () => {
  const start = workspaceOfFiles(syntheticFiles({ keys: 20, identities: 20, links: 'declared' }));
  const path = `w/${identityPath(3, 'declared')}`;
  const text = start.files.get(fileUri(path))?.source.text ?? '';

  it('swaps the policy in its own records and leaves the others as they are', () => {
    const workspace = put(start, path, text.replace('kms:Encrypt', 'kms:Sign'));
    assert.deepEqual(differingRecords(start.world.identities, workspace.world.identities), { gone: [roleArn(CONSUMER, 'Role3')],
      added: [roleArn(CONSUMER, 'Role3')] });
    assert.deepEqual(differingRecords(start.world.keys, workspace.world.keys), { gone: [], added: [] });
    assert.deepEqual(rereadDiscoveries(start, workspace), [fileUri(path)]);
    assert.equal(workspace.linkState.links, start.linkState.links);
    assert.equal(workspace.world.keys[5], start.world.keys[5]);
    assert.equal(workspace.world.identities[4], start.world.identities[4]);
    assert.equal(workspace.ruleSettings, start.ruleSettings);
    assert.equal(workspace.world.organizations, start.world.organizations);
    assert.deepEqual(contentOf(workspace.world), contentOf(rebuildWorkspace(workspace)));
  });

  it('changes nothing at all when the text is the same', () => {
    const workspace = updateWorkspace(start, [{ put: { uri: fileUri(path), text, version: 7 } }]).workspace;
    assert.equal(workspace.world, start.world);
    assert.equal(workspace.readings, start.readings);
    assert.equal(workspace.files.get(fileUri(path))?.source.version, 7);
  });

  it('keeps records that come out equal when links are made anew', () => {
    const workspace = put(start, path, text.replace(syntheticKeyArn(3), keyArn(keyIdFromNumber(999))));
    assert.notEqual(workspace.linkState.links, start.linkState.links);
    assert.deepEqual(differingRecords(start.world.keys, workspace.world.keys), { gone: [], added: [keyArn(keyIdFromNumber(999))] });
    assert.deepEqual(differingRecords(start.world.identities, workspace.world.identities), { gone: [roleArn(CONSUMER, 'Role3')],
      added: [roleArn(CONSUMER, 'Role3')] });
    assert.deepEqual(contentOf(workspace.world), contentOf(rebuildWorkspace(workspace)));
  });

  it('moves the places that links point to', () => {
    const element = workspaceOfFiles({ 'w/key.json': KEY, 'w/app.json': identityPolicy() });
    const moved = put(element, 'w/app.json', `\n\n${fileText(identityPolicy())}`);
    assert.equal(moved.linkState.links, element.linkState.links);
    assert.equal(moved.world.keys[0]?.link?.at?.span.start, (element.world.keys[0]?.link?.at?.span.start ?? 0) + 2);
    assert.deepEqual(contentOf(moved.world), contentOf(rebuildWorkspace(moved)));
  });

  it('does not link anew for a template in which everything moves', () => {
    const template = (comment: string): string => `${comment}AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  DataKey:\n`
      + '    Type: AWS::KMS::Key\n  Worker:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n        - PolicyName: kms\n'
      + '          PolicyDocument:\n            Statement: {Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt DataKey.Arn}\n';
    const before = workspaceOfFiles({ 'w/stack.yaml': template('') });
    const change = { put: { uri: fileUri('w/stack.yaml'), text: template('# What the service uses\n') } };
    const after = updateWorkspace(before, [change]).workspace;
    assert.equal(after.linkState.links, before.linkState.links);
    assert.deepEqual(contentOf(after.world), contentOf(rebuildWorkspace(after)));
    assert.notDeepEqual(after.world.keyFacts, before.world.keyFacts);
    assert.notDeepEqual(after.world.identities[0]?.template, before.world.identities[0]?.template);
  });

  it('does not link anew for a file without policies', () => {
    const workspace = put(start, 'w/package.json', '{ "name": "x" }');
    assert.equal(workspace.world, start.world);
    assert.equal(updateWorkspace(workspace, [{ remove: fileUri('w/package.json') }]).workspace.world, start.world);
  });

  it('reads again the files that a manifest reads otherwise', () => {
    const files = { 'w/producer/key.json': policyDocument(ownerStatement('${owner}')), 'w/app.json': identityPolicy() };
    const before = workspaceOfFiles(files);
    assert.equal(before.world.keys.find(({ policy }) => policy)?.account, undefined);
    const workspace = put(before, 'w/kms-handshake.json', { placeholders: [{ files: ['producer'], values: { owner: OWNER } }] });
    assert.equal(workspace.world.keys.find(({ policy }) => policy)?.arn, keyArn());
    assert.deepEqual(rereadDiscoveries(before, workspace), [fileUri('w/kms-handshake.json'), fileUri('w/producer/key.json')]);
    const back = updateWorkspace(workspace, [{ remove: fileUri('w/kms-handshake.json') }]).workspace;
    assert.deepEqual(contentOf(back.world), contentOf(before.world));
  });

  it('looks again at all paths when the folders change', () => {
    const files = { 'w/a/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'key.json' }] }, 'w/a/key.json': KEY };
    const outside = workspaceOfFiles(files, ['v']);
    assert.equal(outside.world.keys[0]?.arn, undefined);
    const inside = updateWorkspace(outside, [{ folders: [{ uri: fileUri('w') }, { uri: fileUri('w/a') }] }]).workspace;
    assert.equal(inside.world.keys[0]?.link?.reason, 'declared');
    const elsewhere = updateWorkspace(inside, [{ folders: [{ uri: fileUri('w/a'), manifest: fileUri('w/other.json') }] }]).workspace;
    assert.equal(elsewhere.world.keys[0]?.arn, undefined);
  });
});

describe('any row of changes', () => {
  const contents: readonly (string | object)[] = [
    KEY, ownerKeyPolicy(), policyDocument(ownerStatement(CONSUMER), keyPolicyAllow(roleArn(OWNER, 'App'), 'kms:Decrypt')),
    keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), identityPolicy(),
    identityPolicy({ Resource: [keyArn(keyIdFromNumber(1)), keyArn(keyIdFromNumber(1), 'eu-west-1')] }),
    { RoleName: 'App', PolicyName: 'p', PolicyDocument: identityPolicy({ Resource: '*' }) },
    { KeyId: keyArn(keyIdFromNumber(1)), Policy: JSON.stringify(KEY) },
    { Aliases: [{ AliasName: 'alias/x', AliasArn: `arn:aws:kms:us-west-2:${OWNER}:alias/x`, TargetKeyId: keyIdFromNumber(1) }] },
    { KeyMetadata: { Arn: keyArn(keyIdFromNumber(1)), KeyId: keyIdFromNumber(1), KeySpec: 'SYMMETRIC_DEFAULT' } },
    '{ "Statement": [{ "Effect": "Allow", ', '', { name: 'x' },
  ];
  const metadata: readonly (string | object)[] = [{ arn: roleArn(CONSUMER, 'App') }, { arn: keyArn(keyIdFromNumber(1)) }, {
    arn: `arn:aws:iam::${CONSUMER}:policy/P`,
  }, { arn: 'x' }, '{ "arn": "arn:aws:iam::'];
  const manifests: readonly object[] = [
    {}, { accounts: { [CONSUMER]: 'x' } },
    { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'a.json' }], identities: [{ arn: roleArn(), policies: ['*.json'] }] },
    { keys: [{ arn: keyArn(), policy: 'b/k.json' }, { arn: keyArn(keyIdFromNumber(1)), policy: 'b/k.json' }],
      identities: [{ account: CONSUMER, policies: ['b'] }] },
    { kinds: [{ files: ['**'], kind: 'ignore' }] },
    { exclude: ['b'] },
    { exclude: ['*/kms-handshake.json'] },
    { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'k.json', keySpec: 'RSA_2048' }], accounts: { [CONSUMER]: 'y' } },
    { keys: [{ arn: keyArn(), policy: 'a.json', keySpec: 'RSA_4096' }],
      identities: [{ account: CONSUMER, policies: ['a.json', '**'] }] },
    { kinds: [{ files: ['a.json'], kind: 'key' }], organizations: { 'o-exampleorgid': [OWNER] } },
  ];
  const policyPaths = ['w/a.json', 'w/b/k.json', `w/${CONSUMER}/role/App.json`, `w/${CONSUMER}/role/App/x.json`,
    `w/us-west-2/${keyIdFromNumber(1)}.json`, 'v/c.json', 'untitled:Untitled-1'];
  const blanks = fc.nat(3).map((n) => ' '.repeat(n));
  const change: fc.Arbitrary<WorkspaceChange> = fc.oneof(
    { weight: 6,
      arbitrary: fc.tuple(fc.constantFrom(...policyPaths), fc.constantFrom(...contents), blanks).map(([path, content, blank]) => ({
        put: { uri: fileUri(path), text: blank + fileText(content) },
      })) },
    { weight: 2,
      arbitrary: fc.tuple(fc.constantFrom('w', 'w/b', 'v', `w/${CONSUMER}/role`), fc.constantFrom(...manifests)).map((
        [folder, content],
      ) => ({ put: { uri: fileUri(`${folder}/kms-handshake.json`), text: fileText(content) } })) },
    { weight: 1,
      arbitrary: fc.tuple(fc.constantFrom('w', 'w/b', `w/${CONSUMER}/role/App`), fc.constantFrom(...metadata)).map((
        [folder, content],
      ) => ({ put: { uri: fileUri(`${folder}/metadata.json`), text: fileText(content) } })) },
    { weight: 2,
      arbitrary: fc.constantFrom(...policyPaths, 'w/kms-handshake.json', 'w/b/kms-handshake.json', 'w/b/metadata.json').map((path) => ({
        remove: fileUri(path),
      })) },
    { weight: 1,
      arbitrary: fc.constantFrom(['w'], ['w', 'v'], ['w/b', 'w'], ['w/b'], []).map((paths) => ({
        folders: paths.map((path) => ({ uri: fileUri(path) })),
      })) },
  );

  it('ends in the world that the files make when they are read at once', () => {
    fc.assert(fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (rounds) => {
      let workspace = emptyWorkspace({ folders: [{ uri: fileUri('w') }] });
      for (const changes of rounds) {
        workspace = updateWorkspace(workspace, changes).workspace;
        assert.deepEqual(contentOf(workspace.world), contentOf(rebuildWorkspace(workspace)));
        assert.deepEqual([...workspace.readings.keys()].sort(), [...workspace.files.keys()].sort());
      }
    }), { numRuns: 150 });
  });
});

describe('a thousand policies', () => {
  for (const links of ['declared', 'path'] as const) {
    it(`are linked (${links})`, () => {
      const { world } = workspaceOfFiles(syntheticFiles({ keys: 500, identities: 500, links }));
      assert.equal(world.keys.length, 500);
      assert.ok(world.keys.every(({ link, arn }) => link?.certain && arn !== undefined));
      assert.ok(world.identities.every(({ link, policies }) => link.certain && (policies.length === 1 || policies.length === 0)));
    });
  }
});
