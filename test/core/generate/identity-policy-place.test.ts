import * as assert from 'node:assert/strict';
import { generateIdentityPolicy, type IdentityPolicyRequest } from '../../../server/src/core/generate/identity-policy';
import { emptyWorkspace, updateWorkspace } from '../../../server/src/core/workspace/workspace';
import { actionsWith, applied, done, type Files, identityIn, manifest, open, pathOf } from './support';
import {
  CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, OWNER, ownerKeyPolicy, policyDocument, ROLE_ARN, rootArn,
} from '../../support/fixtures';
import { KEY_USER, FOR_AWS, workspace, generate, pathsOf } from './identity-policy-of-files';

describe('where the consumer policy goes', () => {
  const given = keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt']);
  const change = (files: Files, more: Partial<IdentityPolicyRequest> = {}) => {
    const [only] = done(generate(files, more)).changes;
    assert.ok(only);
    return { path: pathOf(only.uri), isNew: 'create' in only };
  };

  const undeclared = { ...workspace(given), 'kms-handshake.json': { keys: manifest.keys } };

  it('where kms-handshake.json expects policies of the role, or of its account', () => {
    assert.deepEqual(change(workspace(given)), { path: 'consumer/kms-1234abcd-app.json', isNew: true });
    const declare = (entry: object): Files => ({ ...workspace(given), 'kms-handshake.json': { ...manifest, identities: [entry] } });
    assert.equal(change(declare({ arn: ROLE_ARN, policies: ['a/kms.json'] })).path, 'a/kms.json');
    assert.equal(change(declare({ account: CONSUMER, policies: ['a/**/*.json'] })).path, 'a/kms-1234abcd-app.json');
    assert.equal(change(declare({ arn: ROLE_ARN, policies: ['a/x-*.json'] })).path, `producer/kms-1234abcd-${CONSUMER}-app.json`);
  });

  it('a new file beside the key policy, named for key and target', () => {
    assert.deepEqual(change(undeclared), { path: `producer/kms-1234abcd-${CONSUMER}-app.json`, isNew: true });
  });

  it('never outside of the folder, wherever kms-handshake.json would have it', () => {
    const declare = (path: string): Files => ({ ...workspace(given),
      'kms-handshake.json': { ...manifest, identities: [{ arn: ROLE_ARN, policies: [path] }] } });
    const beside = `producer/kms-1234abcd-${CONSUMER}-app.json`;
    for (const path of ['../escape/pwn.json', 'sub/../../escape/pwn.json', './../escape/', 'sub/../../escape/*.json', '/escape/pwn.json',
      'a/*/../../../*.json', 'a\u0000.json']) {
      assert.equal(change(declare(path)).path, beside, path);
    }
    assert.equal(change(declare('sub/../inside/x.json')).path, 'inside/x.json');
    assert.equal(change(declare('./a/./x.json')).path, 'a/x.json');
    assert.equal(change(declare('.')).path, 'kms-1234abcd-app.json');
  });

  it('in the folder of the workspace, although an account id is above it', () => {
    const folder = `file:///accounts/${OWNER}/w`;
    const key = { uri: `${folder}/key-policy.json`, text: JSON.stringify(ownerKeyPolicy(given)) };
    const { world } = updateWorkspace(emptyWorkspace({ folders: [{ uri: folder }] }), [{ put: key }]).workspace;
    const [known] = world.keys;
    assert.ok(known);
    assert.deepEqual(done(generateIdentityPolicy({ world, key: known, target: { account: CONSUMER } })).changes.map(({ uri }) => uri), [
      `${folder}/kms-${CONSUMER}.json`,
    ]);
  });

  it('in the first folder of the workspace for a key policy that lies in none', () => {
    const key = { uri: 'file:///elsewhere/key-policy.json', text: JSON.stringify(ownerKeyPolicy(given)) };
    const { world } = updateWorkspace(open({}).workspace, [{ put: key }]).workspace;
    const [known] = world.keys;
    assert.ok(known);
    assert.deepEqual(done(generateIdentityPolicy({ world, key: known, target: { account: CONSUMER } })).changes.map(({ uri }) => uri), [
      `file:///w/kms-${CONSUMER}.json`,
    ]);
  });

  it('a folder of the target in place of one of the owner', () => {
    const files = { [`accounts/${OWNER}/key-policy.json`]: ownerKeyPolicy(given) };
    assert.equal(change(files).path, `accounts/${CONSUMER}/kms-app.json`);
  });

  it('the folder where policies of the account are', () => {
    const files = { ...undeclared,
      [`teams/${CONSUMER}/other.json`]: policyDocument({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }, { Effect: 'Allow',
        Action: 'kms:ListAliases', Resource: '*' }) };
    assert.deepEqual(change(files), { path: `teams/${CONSUMER}/kms-1234abcd-app.json`, isNew: true });
  });

  it('not the place of a document that was never saved', () => {
    const key = { uri: 'untitled:Untitled-1', text: JSON.stringify(ownerKeyPolicy(given)) };
    const place = (files: Files) => {
      const { world } = updateWorkspace(open(files).workspace, [{ put: key }]).workspace;
      const own = world.keys.find((candidate) => candidate.policy?.uri === key.uri);
      assert.ok(own);
      return done(generateIdentityPolicy({ world, key: own, target: { account: CONSUMER } })).changes.map(({ uri }) => uri);
    };
    assert.deepEqual(place({ 'policies/x.json': policyDocument({ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' }) }), [
      `file:///w/policies/kms-${CONSUMER}.json`,
    ]);
  });

  it('never a file that is there', () => {
    const files = undeclared;
    const taken = `file:///w/producer/kms-1234abcd-${CONSUMER}-app.json`;
    assert.equal(change(files, { existingUris: [taken] }).path, `producer/kms-1234abcd-${CONSUMER}-app-2.json`);
  });

  it('the statement for the key that the role has already', () => {
    const files = { ...workspace(given), 'consumer/a.json': policyDocument(identityPolicyAllow('kms:ListAliases', { Resource: '*' })),
      'consumer/b.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    const opened = open(files);
    const result = done(generate(files));
    const after = applied(opened, result.changes);
    assert.deepEqual(JSON.parse(after.files['consumer/b.json'] ?? ''), policyDocument(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])));
    assert.deepEqual(result.document, policyDocument(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])));
    assert.match(result.summary, /^Adds actions/);
  });

  it('a statement of its own where the other one has more keys or other conditions', () => {
    const two = identityPolicyAllow('kms:Decrypt', { Resource: [KEY_ARN, `${KEY_ARN.slice(0, -1)}c`] });
    const files = { ...workspace(given), 'consumer/b.json': policyDocument(two) };
    const after = applied(open(files), done(generate(files)).changes);
    assert.deepEqual(JSON.parse(after.files['consumer/b.json'] ?? ''),
      policyDocument(two, { Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: 'kms:Encrypt', Resource: KEY_ARN }));
  });

  it('a policy of the account that deals with the key, else a new one', () => {
    const declared = { ...manifest, identities: [{ account: CONSUMER, policies: ['consumer/*.json'] }] };
    const other = { ...workspace(given), 'kms-handshake.json': declared,
      'consumer/a.json': policyDocument(identityPolicyAllow('kms:Decrypt', { Resource: '*' })) };
    assert.deepEqual(change(other, { target: { account: CONSUMER } }), { path: 'consumer/kms-1234abcd.json', isNew: true });
    const dealing = { ...other, 'consumer/b.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    assert.deepEqual(change(dealing, { target: { account: CONSUMER } }), { path: 'consumer/b.json', isNew: false });
  });

  it('a new file on request', () => {
    const files = { ...workspace(given), 'consumer/b.json': policyDocument(identityPolicyAllow('kms:Decrypt')) };
    assert.deepEqual(change(files, { policyToExtend: 'new' }), { path: 'consumer/kms-1234abcd-app.json', isNew: true });
  });
});

describe('after the consumer policy is written', () => {
  const given = [keyPolicyAllow(rootArn(CONSUMER), KEY_USER), keyPolicyAllow(rootArn(CONSUMER), ['kms:CreateGrant'], FOR_AWS)];

  it('the handshake is closed, and generating again adds nothing', () => {
    const before = open({ ...workspace(...given),
      'consumer/a.json': policyDocument(identityPolicyAllow('kms:ListAliases', { Resource: '*' })) });
    const result = done(generateIdentityPolicy({ world: before.world, key: before.key, target: { arn: ROLE_ARN } }));
    const after = applied(before, result.changes);
    const app = identityIn(after.world, ROLE_ARN);
    assert.deepEqual(actionsWith(app, after.key, ['conditional']), ['kms:CreateGrant']);
    assert.equal(actionsWith(app, after.key, ['allowed']).length, 9);
    assert.equal(done(generateIdentityPolicy({ world: after.world, key: after.key, target: { arn: ROLE_ARN } })).nothingToDo, true);
  });

  describe('kms-handshake.json says to whom it is attached', () => {
    const declared = (json: object, target: IdentityPolicyRequest['target'] = { arn: ROLE_ARN }) => {
      const before = open({ ...workspace(...given), 'kms-handshake.json': json });
      const result = done(generateIdentityPolicy({ world: before.world, key: before.key, target }));
      return { result, after: result.manifestChange && applied(before, [...result.changes, result.manifestChange]) };
    };
    const identitiesAfter = (json: object, target?: IdentityPolicyRequest['target']): unknown => {
      const { after } = declared(json, target);
      return after && (JSON.parse(after.files['kms-handshake.json'] ?? '') as { identities: unknown }).identities;
    };
    const PATH = `producer/kms-1234abcd-${CONSUMER}-app.json`;

    it('in an entry of its own, or in the one that the role has, after which the handshake is closed', () => {
      const { after } = declared({ keys: manifest.keys });
      assert.ok(after);
      assert.deepEqual(identitiesAfter({ keys: manifest.keys }), [{ arn: ROLE_ARN, policies: [PATH] }]);
      assert.equal(actionsWith(identityIn(after.world, ROLE_ARN), after.key, ['allowed']).length, 9);
      assert.equal(done(generateIdentityPolicy({ world: after.world, key: after.key, target: { arn: ROLE_ARN } })).nothingToDo, true);
      assert.deepEqual(identitiesAfter({ ...manifest, identities: [{ arn: ROLE_ARN, policies: ['a/x-*.json'] }] }), [{ arn: ROLE_ARN,
        policies: ['a/x-*.json', PATH] }]);
    });

    it('but not where that is reported already, by it or by the path', () => {
      assert.equal(declared(manifest).after, undefined);
      assert.equal(declared({ ...manifest, identities: [{ account: CONSUMER, policies: ['producer/kms*'] }] }).after, undefined);
      assert.equal(declared({ keys: manifest.keys }, { account: CONSUMER }).after, undefined);
      assert.deepEqual(pathsOf(declared({ keys: manifest.keys }, { account: CONSUMER }).result), [
        `producer/kms-1234abcd-${CONSUMER}.json`,
      ]);
    });

    it('for an account that is not in the path', () => {
      const away = { ...manifest, identities: [{ account: CONSUMER, policies: ['elsewhere/one.json'] }] };
      const before = open({ ...workspace(...given), 'kms-handshake.json': away,
        'elsewhere/one.json': policyDocument(identityPolicyAllow('kms:ListAliases', { Resource: '*' })) });
      const { manifestChange } = done(generateIdentityPolicy({ world: before.world, key: before.key, target: { account: CONSUMER } }));
      assert.ok(manifestChange);
      const after = applied(before, [manifestChange]).files['kms-handshake.json'] ?? '';
      assert.deepEqual((JSON.parse(after) as { identities: unknown }).identities, [{ account: CONSUMER,
        policies: ['elsewhere/one.json', 'elsewhere/kms-1234abcd.json'] }]);
    });

    it('in the one nearest to the new file', () => {
      const { 'kms-handshake.json': _, ...files } = workspace(...given);
      const before = open({ ...files, 'kms-handshake.json': { accounts: {} },
        'producer/kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key-policy.json' }] } });
      const result = done(generateIdentityPolicy({ world: before.world, key: before.key, target: { arn: ROLE_ARN } }));
      const after = applied(before, [...result.changes, ...result.manifestChange ? [result.manifestChange] : []]);
      assert.deepEqual((JSON.parse(after.files['producer/kms-handshake.json'] ?? '') as { identities: unknown }).identities, [{
        arn: ROLE_ARN,
        policies: [PATH.replace('producer/', '')],
      }]);
    });

    it('also where the path has the name of the role, which nothing else in the workspace has', () => {
      const folder = `accounts/${CONSUMER}/role/App`;
      const before = open({ ...workspace(...given), 'kms-handshake.json': { keys: manifest.keys },
        [`${folder}/one.json`]: policyDocument(identityPolicyAllow('kms:ListAliases', { Resource: '*' })) });
      const { manifestChange: declares, changes } = done(
        generateIdentityPolicy({ world: before.world, key: before.key, target: { arn: ROLE_ARN } }),
      );
      assert.ok(declares, pathsOf({ changes }).join());
    });

    it('and is not made for it', () => {
      const { 'kms-handshake.json': _, ...files } = workspace(...given);
      const { world, key } = open(files);
      assert.equal(done(generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN } })).manifestChange, undefined);
    });
  });

  it('a second time finds the first result, even if it is not attached yet', () => {
    const { 'kms-handshake.json': _, ...files } = workspace(...given);
    for (const target of [{ arn: ROLE_ARN }, { account: CONSUMER }]) {
      const before = open(files);
      const after = applied(before, done(generateIdentityPolicy({ world: before.world, key: before.key, target })).changes);
      const again = done(generateIdentityPolicy({ world: after.world, key: after.key, target }));
      assert.deepEqual([again.nothingToDo, again.changes], [true, []]);
    }
  });
});
