import * as assert from 'node:assert/strict';
import { generateIdentityPolicy, type IdentityPolicyRequest } from '../../../server/src/core/generate/identity-policy';
import { emptyWorkspace, updateWorkspace } from '../../../server/src/core/workspace/workspace';
import { placeholderNamesIn } from '../../../server/src/core/generate/placeholder-marker';
import { actionsWith, applied, done, type Files, identityIn, manifest, open, pathOf, refused, statementsOf } from './support';
import {
  CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, OWNER, ownerKeyPolicy, policyDocument, ROLE_ARN, rootArn,
} from '../../support/fixtures';

const KEY_USER = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
const FOR_AWS = { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } };

function workspace(...statements: readonly object[]): Files {
  return { 'kms-handshake.json': manifest, 'producer/key-policy.json': ownerKeyPolicy(...statements) };
}

function generate(files: Files, more: Partial<IdentityPolicyRequest> = {}) {
  const { world, key } = open(files);
  return generateIdentityPolicy({ world, key, target: { arn: ROLE_ARN }, ...more });
}

function pathsOf({ changes }: { readonly changes: readonly { readonly uri: string }[] }): string[] {
  return changes.map(({ uri }) => pathOf(uri));
}

function statements(files: Files, more: Partial<IdentityPolicyRequest> = {}) {
  return statementsOf(done(generate(files, more)));
}

describe('the consumer policy of a key policy', () => {
  it('has the key ARN and the actions in the words of the key policy', () => {
    const result = done(generate(workspace(keyPolicyAllow(rootArn(CONSUMER), KEY_USER))));
    assert.deepEqual(result.document, {
      Version: '2012-10-17',
      Statement: [{ Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: KEY_USER, Resource: KEY_ARN }],
    });
    assert.deepEqual([result.nothingToDo, result.placeholders, result.notes], [false, [], []]);
  });

  it('leaves out what a Deny of the IAM policy forbids under the condition of the key policy (docs/aws-rules.md 4.4)', () => {
    const via = (service: string): object => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const files = {
      ...workspace({ ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ...via('s3') }, {
        ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Encrypt'),
        ...via('sqs'),
      }),
      'consumer/app.json': policyDocument({ Effect: 'Deny', Action: 'kms:*', Resource: '*', ...via('s3') }),
    };
    const result = done(generate(files));
    assert.deepEqual(statementsOf(result).map((statement) => statement['Action']), ['kms:Encrypt']);
    assert.match(result.notes.join(), /Left out, since a Deny statement of role App .* forbids it: kms:Decrypt/);
  });

  it('leaves out what does not work across accounts, and says so where it is written out', () => {
    const result = done(generate(workspace(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:RetireGrant']))));
    assert.deepEqual(statementsOf(result)[0]?.['Action'], 'kms:Decrypt');
    assert.match(result.notes.join(), /never works on a key of another account: kms:PutKeyPolicy/);
  });

  it('spells kms:* out as what it gives', () => {
    const [statement] = statements(workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:*')));
    const actions = statement?.['Action'] as string[];
    assert.ok(actions.includes('kms:ReEncrypt*') && actions.includes('kms:Sign') && actions.includes('kms:ListGrants'));
    assert.ok(!actions.includes('kms:CreateGrant') && !actions.includes('kms:RetireGrant') && !actions.includes('kms:PutKeyPolicy'));
  });

  it('limits grants to those of AWS services where the key policy does not (KMS Developer Guide, default key policy, key users)', () => {
    const grants = { Sid: 'GrantsOnKmsKey1234abcd', Effect: 'Allow', Action: 'kms:CreateGrant', Resource: KEY_ARN, ...FOR_AWS };
    const open = [
      keyPolicyAllow(rootArn(CONSUMER), 'kms:*'), keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:CreateGrant']),
      { ...keyPolicyAllow(rootArn(CONSUMER), []), Action: undefined, NotAction: 'kms:PutKeyPolicy' },
    ];
    for (const statement of open) assert.deepEqual(statements(workspace(statement)).at(-1), grants);
  });

  it('takes the limits on grants that the key policy has, in place of its own (KMS Developer Guide, conditions-kms)', () => {
    const limits = [
      { StringEquals: { 'kms:GranteePrincipal': ROLE_ARN } },
      { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'DescribeKey'] } },
    ];
    for (const Condition of limits) {
      const expected = [{ Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: 'kms:CreateGrant', Resource: KEY_ARN, Condition }];
      assert.deepEqual(statements(workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', { Condition }))), expected);
      // Beside an open statement too: what is not asked for is not given.
      assert.deepEqual(
        statements(
          workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', { Condition }),
            keyPolicyAllow(rootArn(CONSUMER), 'kms:CreateGrant', { Sid: 'Open' })),
        ),
        expected,
      );
    }
  });

  it('keeps grants for AWS services in a statement of their own', () => {
    const grants = keyPolicyAllow(rootArn(CONSUMER), ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], FOR_AWS);
    assert.deepEqual(statements(workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), grants)), [
      { Sid: 'UseKmsKey1234abcd', Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN },
      { Sid: 'GrantsOnKmsKey1234abcd', Effect: 'Allow', Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Resource: KEY_ARN,
        ...FOR_AWS },
    ]);
  });

  it('carries conditions on the use of the key, and leaves those on the caller to the key policy', () => {
    const Condition = {
      StringEquals: { 'kms:ViaService': ['s3.us-west-2.amazonaws.com', 'sqs.us-west-2.amazonaws.com'], 'kms:CallerAccount': CONSUMER,
        'aws:PrincipalOrgID': 'o-exampleorgid' },
      StringLike: { 'kms:EncryptionContext:App': 'x*', 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/*` },
    };
    assert.deepEqual(statements(workspace(keyPolicyAllow('*', 'kms:Decrypt', { Condition })))[0]?.['Condition'], {
      StringEquals: { 'kms:ViaService': ['s3.us-west-2.amazonaws.com', 'sqs.us-west-2.amazonaws.com'] },
      StringLike: { 'kms:EncryptionContext:App': 'x*' },
    });
  });

  it('says what the key policy asks of the caller, as far as nobody can tell', () => {
    const Condition = {
      StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'kms:CallerAccount': CONSUMER,
        'kms:ViaService': 's3.us-west-2.amazonaws.com' },
    };
    assert.deepEqual(done(generate(workspace(keyPolicyAllow('*', 'kms:Decrypt', { Condition })))).notes, [
      'The key policy also requires of the '
      + 'caller: aws:PrincipalOrgID StringEquals o-exampleorgid.',
    ]);
  });

  it('says what a Deny of the key policy takes away under conditions that nobody can tell', () => {
    const deny = (element: Readonly<Record<string, unknown>>) => ({ ...keyPolicyAllow('*', ['kms:Decrypt', 'kms:PutKeyPolicy']),
      Effect: 'Deny', Condition: { StringNotEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }, ...element });
    const notes = (element: Readonly<Record<string, unknown>>) =>
      done(generate(workspace(keyPolicyAllow(rootArn(CONSUMER), KEY_USER), deny(element)))).notes;
    assert.deepEqual(notes({}), ['A Deny statement of the key policy still forbids kms:Decrypt where kms:ViaService StringNotEquals '
      + 's3.us-west-2.amazonaws.com.']);
    assert.deepEqual(notes({ Condition: { StringNotEquals: { 'kms:CallerAccount': CONSUMER } } }), []);
    assert.deepEqual(notes({ Principal: { AWS: rootArn(OWNER) } }), []);
    assert.deepEqual(notes({ Action: 'kms:Sign' }), []);
  });

  it('says that resources in another Region cannot use the key', () => {
    const identities = [{ ...manifest.identities[0], resourceRegions: ['eu-west-1'] }];
    const far = { ...workspace(keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')), 'kms-handshake.json': { ...manifest, identities } };
    assert.match(done(generate(far)).notes.join(), /in eu-west-1 cannot use this key, which is in us-west-2/);
    assert.deepEqual(done(generate(workspace(keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')))).notes, []);
  });

  it('does not ask for what a condition can never allow', () => {
    const viaWrongRegion = keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', {
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    });
    assert.match(refused(generate(workspace(viaWrongRegion))), /gives role App of account 444455556666 nothing/);
    const context = keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'], {
      Condition: { StringEquals: { 'kms:EncryptionContext:App': 'x' } },
    });
    assert.deepEqual(statements(workspace(context)).map((statement) => statement['Action']), ['kms:Decrypt']);
  });

  it('does not ask with conditions for what is given without', () => {
    const viaS3 = keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt'], {
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
    });
    assert.deepEqual(statements(workspace(keyPolicyAllow(ROLE_ARN, 'kms:Decrypt'), viaS3)).map((statement) => statement['Action']), [
      'kms:Decrypt',
      'kms:Encrypt',
    ]);
  });

  it('takes Deny statements into account', () => {
    const deny = { ...keyPolicyAllow(rootArn(CONSUMER), ['kms:Encrypt', 'kms:ReEncryptTo']), Effect: 'Deny' };
    assert.deepEqual(statements(workspace(keyPolicyAllow(rootArn(CONSUMER), KEY_USER), deny))[0]?.['Action'], ['kms:Decrypt',
      'kms:GenerateDataKey*', 'kms:DescribeKey', 'kms:ReEncryptFrom']);
  });

  it('gives an account what all its identities get, a role what itself gets', () => {
    const files = workspace(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), keyPolicyAllow(ROLE_ARN, 'kms:Encrypt'));
    assert.deepEqual(statements(files, { target: { account: CONSUMER } }).map((statement) => statement['Action']), ['kms:Decrypt']);
    assert.deepEqual(statements(files).map((statement) => statement['Action']), [['kms:Decrypt', 'kms:Encrypt']]);
  });

  it('has placeholders for what nobody knows of the key', () => {
    const result = done(generate({ 'producer/key-policy.json': ownerKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')) }));
    assert.deepEqual(result.placeholders, ['REGION', 'KEY_ID']);
    assert.deepEqual(placeholderNamesIn(result.document), ['REGION', 'KEY_ID']);
    assert.match(JSON.stringify(result.changes), new RegExp(`arn:aws:kms:<REGION>:${OWNER}:key/<KEY_ID>`));
    assert.match(result.notes.join(), /whole ARN/);
  });

  it('writes the key in the partition of the principals that its policy names (docs/aws-rules.md 2.3), also for an account and where '
    + 'nobody knows the owner', () => {
    const files = {
      'producer/key-policy.json': policyDocument(keyPolicyAllow(rootArn(CONSUMER).replace('arn:aws:', 'arn:aws-cn:'), 'kms:Decrypt')),
    };
    const { changes } = done(generate(files, { target: { account: CONSUMER } }));
    assert.match(JSON.stringify(changes), /arn:aws-cn:kms:<REGION>:<KEY_ACCOUNT_ID>:key\/<KEY_ID>/);
  });
});

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

  it('in the folder of the workspace, although an account id stands above it', () => {
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
      const own = world.keys.find((one) => one.policy?.uri === key.uri);
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

  it('a new file when that is asked for', () => {
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

    it('but not where that is said already, by it or by the path', () => {
      assert.equal(declared(manifest).after, undefined);
      assert.equal(declared({ ...manifest, identities: [{ account: CONSUMER, policies: ['producer/kms*'] }] }).after, undefined);
      assert.equal(declared({ keys: manifest.keys }, { account: CONSUMER }).after, undefined);
      assert.deepEqual(pathsOf(declared({ keys: manifest.keys }, { account: CONSUMER }).result), [
        `producer/kms-1234abcd-${CONSUMER}.json`,
      ]);
    });

    it('for an account that the path does not tell', () => {
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

  it('a second time finds the first result, even if it is attached to nobody yet', () => {
    const { 'kms-handshake.json': _, ...files } = workspace(...given);
    for (const target of [{ arn: ROLE_ARN }, { account: CONSUMER }]) {
      const before = open(files);
      const after = applied(before, done(generateIdentityPolicy({ world: before.world, key: before.key, target })).changes);
      const again = done(generateIdentityPolicy({ world: after.world, key: after.key, target }));
      assert.deepEqual([again.nothingToDo, again.changes], [true, []]);
    }
  });
});

describe('no consumer policy', () => {
  const given = keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt');

  it('for the owner, service-linked roles, wrong ids, other partitions', () => {
    const files = workspace(given);
    assert.match(refused(generate(files, { target: { account: OWNER } })), /owns the key/);
    assert.match(refused(generate(files, { target: { account: '4444' } })), /12 digits/);
    assert.match(
      refused(
        generate(files, {
          target: { arn: `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling` },
        }),
      ),
      /grant/,
    );
    assert.match(refused(generate(files, { target: { arn: `arn:aws-cn:iam::${CONSUMER}:role/App` } })), /partition/);
    assert.match(refused(generate(files, { target: { arn: 'arn:aws:s3:::bucket' } })), /12 digits/);
  });

  it('where the key policy gives nothing, or there is none', () => {
    assert.match(refused(generate(workspace())), /gives role App of account 444455556666 nothing/);
    assert.match(refused(generate({ 'consumer/a.json': policyDocument(identityPolicyAllow('kms:Decrypt')) })), /no key policy/);
  });

  it('for AWS managed keys', () => {
    const opened = open(workspace(given));
    assert.match(
      refused(generateIdentityPolicy({ world: opened.world, key: { ...opened.key, awsManaged: true }, target: { arn: ROLE_ARN } })),
      /AWS managed key/,
    );
  });

  it('in a fragment', () => {
    const opened = open({ ...workspace(given), 'consumer/part.json': identityPolicyAllow('kms:Decrypt') });
    const into = opened.policy('consumer/part.json');
    assert.match(refused(generateIdentityPolicy({ world: opened.world, key: opened.key, target: { arn: ROLE_ARN }, policyToExtend: into })),
      /fragment/);
  });

  it('against a Deny of its own', () => {
    const files = { ...workspace(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:Encrypt'])),
      'consumer/b.json': policyDocument({ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' }) };
    const result = done(generate(files));
    assert.deepEqual(statementsOf(result).map((statement) => statement['Action']), ['kms:Decrypt']);
    assert.match(result.notes.join(), /a Deny statement of role App of account 444455556666 forbids it: kms:Encrypt/);
    assert.match(refused(generate({ ...files, 'consumer/b.json': policyDocument({ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }) })),
      /deny all/);
  });

  it('for a use case that nobody knows', () => {
    assert.match(refused(generate(workspace(given), { useCase: 'nonsense' })), /no use case "nonsense"/);
  });

});
