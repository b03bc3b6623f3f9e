import * as assert from 'node:assert/strict';
import { EXT, KEY_ARN, OWN, roleOf, rootOf, type StatementJson } from '../../support/access';
import { handshake, undeclared, type Handshake } from '../../support/handshake';
import { lensesIn, type LensInTest } from '../../support/lenses';

const KEY = 'producer/key-policy.json';
const APP = 'consumer/app.json';
const OTHER = '777788889999';
const CRYPTO = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** The lenses of the key policy with one statement besides the owner's. */
function ofKey(statement: StatementJson, given: Omit<Handshake, 'keyPolicy'> = {}): LensInTest[] {
  return lensesIn(handshake({ owner: false, ...given, keyPolicy: [statement] }), KEY);
}

/** What the only lens of it says. */
function above(statement: StatementJson, given: Omit<Handshake, 'keyPolicy'> = {}): string {
  const lenses = ofKey(statement, given);
  assert.equal(lenses.length, 1, lenses.map(({ title }) => title).join(' | '));
  return lenses[0]?.title ?? '';
}

/** What the only lens of the IAM policy says. */
function aboveIam(statement: StatementJson, keyPolicy: Handshake['keyPolicy'], more: Partial<Handshake> = {}): string {
  const lenses = lensesIn(handshake({ iam: [statement], ...keyPolicy === undefined ? {} : { keyPolicy }, ...more }), APP);
  assert.equal(lenses.length, 1, lenses.map(({ title }) => title).join(' | '));
  return lenses[0]?.title ?? '';
}

describe('editor/lenses of key policies', () => {
  const account = { Sid: 'Ext', Principal: { AWS: EXT }, Action: CRYPTO };

  it('count policies, the actions that they use, and what is blocked of these', () => {
    const two: Handshake['others'] = { 'consumer/other.json': { to: roleOf(EXT, 'Other'), policy: [{ Action: ['kms:Encrypt', 'kms:ReEncrypt*'] }] } };
    assert.equal(above(account, { iam: [{ Action: ['kms:Decrypt', 'kms:DescribeKey'] }], others: two }), `${EXT}: 2 policies, 5 of 9 actions used`);
    const denied = { iam: [{ Action: ['kms:Decrypt', 'kms:DescribeKey'] }, { Effect: 'Deny', Action: 'kms:Decrypt' }], others: two };
    assert.equal(above(account, denied), `${EXT}: 2 policies, 5 of 9 actions used, 1 blocked`);
  });

  for (const [what, action, iam, expected] of [
    ['one policy', CRYPTO, [{ Action: 'kms:Decrypt' }], '1 policy, 1 of 9 actions used'],
    ['one policy that has all', CRYPTO, [{ Action: CRYPTO }], '1 policy, all 9 actions used'],
    ['two actions', ['kms:Decrypt', 'kms:Encrypt'], [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }], '1 policy, both actions used'],
    ['the only action', 'kms:Decrypt', [{ Action: 'kms:Decrypt' }], '1 policy, the one action used'],
    ['another action', 'kms:Decrypt', [{ Action: 'kms:Encrypt' }], '1 policy, the one action not used'],
    ['none of several', CRYPTO, [{ Action: 'kms:CreateGrant' }], '1 policy, none of 9 actions used'],
    ['everything', CRYPTO, [{ Action: '*', Resource: '*' }], '1 policy, all 9 actions used'],
    // KMS permissions reference: ScheduleKeyDeletion is for the key's own account only.
    ['an action that does not work across accounts', ['kms:Decrypt', 'kms:ScheduleKeyDeletion'], [{ Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'] }], '1 policy, both actions used, 1 blocked'],
    ['a wrong Region', 'kms:Decrypt', [{ Action: 'kms:Decrypt', Resource: KEY_ARN.replace('us-west-2', 'us-east-1') }], '1 policy, the one action used, 1 blocked'],
    ['a placeholder among the actions', CRYPTO, [{ Action: ['kms:Decrypt', 'kms:${more}'] }], '1 policy, at least 1 of 9 actions used'],
  ] as const) {
    it(`say for ${what}: ${expected}`, () => assert.equal(above({ ...account, Action: action }, { iam }), `${EXT}: ${expected}`));
  }

  it('count neither as used nor as blocked what a condition keeps from the statement, and as blocked what no request meets (docs/aws-rules.md 8.2, 4.4)', () => {
    const context = { Condition: { StringEquals: { 'kms:EncryptionContext:app': 'x' } } };
    const via = (service: string): StatementJson => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const both = { ...account, Action: ['kms:Encrypt', 'kms:Sign'] };
    assert.equal(above(both, { iam: [{ Action: ['kms:Encrypt', 'kms:Sign'], ...context }] }), `${EXT}: 1 policy, 1 of 2 actions used`);
    assert.equal(aboveIam({ Action: ['kms:Encrypt', 'kms:Sign'], ...context }, [{ ...account, Action: 'kms:Encrypt' }]), 'key 1234abcd…: the action works under conditions');
    assert.equal(above({ ...account, Action: 'kms:Decrypt', ...via('s3') }, { iam: [{ Action: 'kms:Decrypt', ...via('sqs') }] }), `${EXT}: 1 policy, the one action used, 1 blocked`);
    assert.equal(aboveIam({ Action: 'kms:Decrypt', ...via('sqs') }, [{ ...account, Action: 'kms:Decrypt', ...via('s3') }]), 'key 1234abcd…: the action is blocked');
  });

  it('say so when the account has no IAM policy here, or none for this key', () => {
    assert.equal(above(account), `no IAM policy of ${EXT} in the workspace`);
    assert.equal(above(account, { iam: [{ Action: 's3:GetObject', Resource: '*' }] }), `${EXT}: no IAM policy uses this key`);
    assert.equal(above({ ...account, Principal: { AWS: roleOf(EXT) } }), `no IAM policy of role/App of ${EXT} in the workspace`);
    assert.equal(above({ ...account, Principal: { AWS: roleOf(EXT) } }, { iam: [{ Action: 'kms:Decrypt' }], identity: roleOf(EXT, 'Other') }), `no IAM policy of role/App of ${EXT} in the workspace`);
  });

  it('stand above each principal of another account, and above the statement for all together', () => {
    const principals = { AWS: [rootOf(OWN), rootOf(EXT), roleOf(OTHER)] };
    const others: Handshake['others'] = { 'other.json': { to: roleOf(OTHER), policy: [{ Action: 'kms:Encrypt' }] } };
    const lenses = ofKey({ Sid: 'All', Principal: principals, Action: CRYPTO }, { iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }], others });
    assert.deepEqual(lenses.map(({ above: text, title }) => [text.startsWith('{') ? 'statement' : text, title]), [
      ['statement', '2 policies of 2 accounts use 2 of 9 actions'],
      [`"${rootOf(EXT)}"`, `${EXT}: 1 policy, 2 of 9 actions used`],
      [`"${roleOf(OTHER)}"`, `role/App of ${OTHER}: 1 policy, 1 of 9 actions used`],
    ]);
  });

  it('stand above the statement alone where it is for the owner', () => {
    const own = { Sid: 'Own', Principal: { AWS: rootOf(OWN) }, Action: 'kms:*' };
    assert.equal(above(own), `no IAM policy of ${OWN} in the workspace uses this key`);
    assert.equal(above(own, { iam: [{ Action: CRYPTO }], identity: roleOf(OWN) }), `1 policy of ${OWN} uses 9 of 46 actions`);
  });

  it('tell everybody from everybody of an account', () => {
    const anyone = { Principal: '*', Action: 'kms:Decrypt' };
    assert.equal(above(anyone), 'no IAM policy in the workspace uses this key');
    assert.equal(above(anyone, { iam: [{ Action: 'kms:Decrypt' }] }), 'everybody: 1 policy, the one action used');
    const limited = { ...anyone, Condition: { StringEquals: { 'kms:CallerAccount': [EXT, OTHER] } } };
    assert.deepEqual(ofKey(limited, { iam: [{ Action: 'kms:Decrypt' }] }).map(({ title }) => title), [
      `1 policy of ${EXT} uses the one action`, `${EXT}: 1 policy, the one action used`, `no IAM policy of ${OTHER} in the workspace`,
    ]);
  });

  it('say of a Deny what it stops', () => {
    const deny = { ...account, Effect: 'Deny', Action: ['kms:Decrypt', 'kms:CreateGrant'] };
    assert.equal(above(deny, { iam: [{ Action: 'kms:Decrypt' }] }), `${EXT}: 1 policy, 1 of 2 denied actions asked for`);
  });

  it('mark policies of which nobody declared whose they are', () => {
    const files = undeclared(handshake({ keyPolicy: [account], iam: [{ Action: 'kms:Decrypt' }] }));
    assert.equal(lensesIn(files, KEY).at(-1)?.title, `${EXT}: 1 policy (assumed), 1 of 9 actions used`);
    assert.equal(lensesIn(files, KEY)[0]?.title, `no IAM policy of ${OWN} in the workspace uses this key`, 'not above the owner\'s statement: what works across accounts is the consumer\'s');
  });

  it('are none above services, deleted identities, wrong principals and statements for another resource', () => {
    for (const principal of [{ Service: 's3.amazonaws.com' }, { AWS: 'AIDAEXAMPLEEXAMPLE123' }, { AWS: 'not a principal' }]) assert.deepEqual(ofKey({ ...account, Principal: principal }), []);
    assert.deepEqual(ofKey({ ...account, Resource: 'arn:aws:s3:::bucket' }), []);
    assert.deepEqual(ofKey({ ...account, Action: 'kms:ListKeys' }), [], 'no key policy gives that');
  });

  it('show the statements of the IAM policies that use it', () => {
    const iam = [{ Sid: 'Decrypts', Action: 'kms:Decrypt' }, { Sid: 'Elsewhere', Action: 'kms:Decrypt', Resource: KEY_ARN.replace(/.$/, '0') }, { Action: 'kms:Encrypt' }];
    assert.deepEqual(ofKey(account, { iam })[0]?.places, [`${APP}: "Decrypts"`, `${APP}: "Action"`]);
    assert.deepEqual(ofKey(account)[0]?.places, []);
  });
});

describe('editor/lenses of IAM policies', () => {
  const ask = { Sid: 'Ask', Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey', 'kms:CreateGrant'] };
  const give = (...actions: string[]): StatementJson[] => [{ Sid: 'Give', Principal: { AWS: rootOf(EXT) }, Action: actions }];
  const HEAD = 'key 1234abcd…';

  for (const [what, statement, keyPolicy, expected] of [
    ['a gap', ask, give('kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey'), '3 of 4 actions work, 1 blocked by the key policy'],
    ['one that works', ask, give('kms:Decrypt'), '1 of 4 actions works, 3 blocked by the key policy'],
    ['none', ask, [{ Principal: { AWS: rootOf(OTHER) }, Action: 'kms:Decrypt' }], 'all 4 actions blocked by the key policy'],
    ['all', ask, give('kms:*'), 'all 4 actions work'],
    ['both', { Action: ['kms:Decrypt', 'kms:Encrypt'] }, give('kms:*'), 'both actions work'],
    ['one action', { Action: 'kms:Decrypt' }, give('kms:*'), 'the action works'],
    ['one action that is not given', { Action: 'kms:Decrypt' }, give('kms:Encrypt'), 'the action is blocked by the key policy'],
    ['a condition', ask, [{ ...give('kms:*')[0], Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }], 'all 4 actions work under conditions'],
    ['a condition on some', ask, [...give('kms:Decrypt', 'kms:Encrypt'), { ...give('kms:CreateGrant')[0], Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }],
      '3 of 4 actions work, 1 of them under conditions, 1 blocked by the key policy'],
    ['actions that do not work across accounts', { Action: ['kms:Decrypt', 'kms:PutKeyPolicy'] }, give('kms:*'), '1 of 2 actions works, 1 blocked, not possible across accounts'],
    ['a wrong Region', { Action: 'kms:Decrypt', Resource: KEY_ARN.replace('us-west-2', 'us-east-1') }, give('kms:*'), 'the action is blocked, the ARN has another Region'],
  ] as const) {
    it(`say for ${what}: ${expected}`, () => assert.equal(aboveIam(statement, keyPolicy), `${HEAD}: ${expected}`));
  }

  it('say when the key policy is not there', () => {
    assert.equal(aboveIam(ask, undefined), `${HEAD}: is unknown, its key policy is not in the workspace`);
  });

  it('call a key by its alias', () => {
    const files = handshake({ iam: [{ Action: 'kms:Decrypt' }], keyPolicy: give('kms:*') });
    files['aliases.json'] = { Aliases: [{ AliasName: 'alias/app', AliasArn: KEY_ARN.replace(/key\/.*/, 'alias/app'), TargetKeyId: KEY_ARN.replace(/.*key\//, '') }] };
    assert.deepEqual(lensesIn(files, APP).map(({ title }) => title), ['key alias/app: the action works']);
  });

  it('take several keys together', () => {
    const other = KEY_ARN.replace(/1234abcd/, '9999abcd');
    const files = handshake({ iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:CreateGrant'], Resource: [KEY_ARN, other] }], keyPolicy: give('kms:Decrypt', 'kms:Encrypt') });
    files['producer/other-key.json'] = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: rootOf(EXT) }, Action: 'kms:Decrypt', Resource: '*' }] };
    files['kms-handshake.json'] = { keys: [{ arn: KEY_ARN, policy: KEY }, { arn: other, policy: 'producer/other-key.json' }], identities: [{ arn: roleOf(EXT), policies: [APP] }] };
    assert.deepEqual(lensesIn(files, APP).map(({ title }) => title), ['2 keys: 1 of 3 actions works with all of them, 1 with some, 1 blocked by the key policies']);
  });

  it('take several identities together', () => {
    const files = handshake({ iam: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }], keyPolicy: [
      { Principal: { AWS: [roleOf(EXT), roleOf(EXT, 'Other')] }, Action: 'kms:Decrypt' }, { Principal: { AWS: roleOf(EXT) }, Action: 'kms:Encrypt' },
    ] });
    files['kms-handshake.json'] = { keys: [{ arn: KEY_ARN, policy: KEY }], identities: [{ arn: roleOf(EXT), policies: [APP] }, { arn: roleOf(EXT, 'Other'), policies: [APP] }] };
    assert.deepEqual(lensesIn(files, APP).map(({ title }) => title), [`${HEAD}: 1 of 2 actions works for both identities, 1 for some`]);
  });

  it('count what a Deny takes away', () => {
    const deny = { Effect: 'Deny', Action: ['kms:Decrypt', 'kms:Encrypt'] };
    assert.equal(lensesIn(handshake({ iam: [ask, deny], keyPolicy: give('kms:*') }), APP).at(-1)?.title, `${HEAD}: denies 2 actions`);
  });

  it('say when no key is meant or known', () => {
    assert.equal(aboveIam({ Action: 'kms:Decrypt', Resource: 'arn:aws:s3:::bucket/*' }, give('kms:*')), 'names no key');
    assert.equal(aboveIam({ Action: 'kms:Decrypt', Resource: `arn:aws:kms:eu-west-1:${OTHER}:key/*` }, give('kms:*')), 'reaches no key that the workspace knows');
  });

  it('are none where no KMS action is named, or none that takes a key', () => {
    for (const Action of ['s3:GetObject', '*', 'kms:ListKeys']) assert.deepEqual(lensesIn(handshake({ iam: [{ Action, Resource: '*' }], keyPolicy: give('kms:*') }), APP), []);
    assert.deepEqual(lensesIn(handshake({ iam: [{ NotAction: 'kms:Decrypt', Resource: '*' }] }), APP), []);
  });

  it('show the statements of the key policy that decide, or the policy that has none', () => {
    assert.deepEqual(lensesIn(handshake({ iam: [ask], keyPolicy: give('kms:Decrypt') }), APP)[0]?.places, [`${KEY}: "Give"`]);
    assert.deepEqual(lensesIn(handshake({ iam: [ask], keyPolicy: [], owner: true }), APP)[0]?.places, [`${KEY}: "Statement"`]);
  });

  it('stand above policies inside of CLI output, and above nothing in other files', () => {
    const files = handshake({ iam: [ask], keyPolicy: give('kms:*') });
    files['dump.json'] = { RoleName: 'App', PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN }] } };
    assert.equal(lensesIn(files, 'dump.json').length, 1);
    assert.deepEqual(lensesIn({ 'package.json': { Statement: 'kms:Decrypt' } }, 'package.json'), []);
  });
});
