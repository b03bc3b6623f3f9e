import * as assert from 'node:assert/strict';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn, type StatementJson } from '../../support/fixtures';
import { handshakeFiles, withoutManifest, type HandshakeSetup } from '../../support/handshake-files';
import { codeLensesOf, type CodeLensResult } from '../../support/code-lenses';

const KEY = 'producer/key-policy.json';
const APP = 'consumer/app.json';
const OTHER = '777788889999';
const CRYPTO = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** The lenses of the key policy with one statement besides the owner's. */
function ofKey(statement: StatementJson, given: Omit<HandshakeSetup, 'keyPolicy'> = {}): CodeLensResult[] {
  return codeLensesOf(handshakeFiles({ withOwnerStatement: false, ...given, keyPolicy: [statement] }), KEY);
}

/** What the only lens of it says. */
function above(statement: StatementJson, given: Omit<HandshakeSetup, 'keyPolicy'> = {}): string {
  const lenses = ofKey(statement, given);
  assert.equal(lenses.length, 1, lenses.map(({ title }) => title).join(' | '));
  return lenses[0]?.title ?? '';
}

/** What the only lens of the IAM policy says. */
function aboveIam(statement: StatementJson, keyPolicy: HandshakeSetup['keyPolicy'], more: Partial<HandshakeSetup> = {}): string {
  const lenses = codeLensesOf(handshakeFiles({ identityPolicy: [statement], ...keyPolicy === undefined ? {} : { keyPolicy }, ...more }),
    APP);
  assert.equal(lenses.length, 1, lenses.map(({ title }) => title).join(' | '));
  return lenses[0]?.title ?? '';
}

describe('editor/lenses of key policies', () => {
  const account = { Sid: 'Ext', Principal: { AWS: CONSUMER }, Action: CRYPTO };

  it('count policies, the actions that they use, and what is blocked of these', () => {
    const two: HandshakeSetup['others'] = {
      'consumer/other.json': { identityArn: roleArn(CONSUMER, 'Other'), policy: [{ Action: ['kms:Encrypt', 'kms:ReEncrypt*'] }] },
    };
    assert.equal(above(account, { identityPolicy: [{ Action: ['kms:Decrypt', 'kms:DescribeKey'] }], others: two }),
      `${CONSUMER}: 2 policies, 5 of 9 actions used`);
    const denied = { identityPolicy: [{ Action: ['kms:Decrypt', 'kms:DescribeKey'] }, { Effect: 'Deny', Action: 'kms:Decrypt' }],
      others: two };
    assert.equal(above(account, denied), `${CONSUMER}: 2 policies, 5 of 9 actions used, 1 blocked`);
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
    ['an action that does not work across accounts', ['kms:Decrypt', 'kms:ScheduleKeyDeletion'], [{
      Action: ['kms:Decrypt', 'kms:ScheduleKeyDeletion'],
    }], '1 policy, both actions used, 1 blocked'],
    ['a wrong Region', 'kms:Decrypt', [{ Action: 'kms:Decrypt', Resource: KEY_ARN.replace('us-west-2', 'us-east-1') }],
      '1 policy, the one action used, 1 blocked'],
    ['a placeholder among the actions', CRYPTO, [{ Action: ['kms:Decrypt', 'kms:${more}'] }], '1 policy, at least 1 of 9 actions used'],
  ] as const) {
    it(`say for ${what}: ${expected}`, () =>
      assert.equal(above({ ...account, Action: action }, { identityPolicy: iam }), `${CONSUMER}: ${expected}`));
  }

  it('count neither as used nor as blocked what a condition keeps from the statement, and as blocked what no request meets '
    + '(docs/aws-rules.md 8.2, 4.4)', () => {
    const context = { Condition: { StringEquals: { 'kms:EncryptionContext:app': 'x' } } };
    const via = (service: string): StatementJson => ({
      Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } },
    });
    const both = { ...account, Action: ['kms:Encrypt', 'kms:Sign'] };
    assert.equal(above(both, { identityPolicy: [{ Action: ['kms:Encrypt', 'kms:Sign'], ...context }] }),
      `${CONSUMER}: 1 policy, 1 of 2 actions used`);
    assert.equal(aboveIam({ Action: ['kms:Encrypt', 'kms:Sign'], ...context }, [{ ...account, Action: 'kms:Encrypt' }]),
      'key 1234abcd…: the action works under conditions');
    assert.equal(above({ ...account, Action: 'kms:Decrypt', ...via('s3') }, { identityPolicy: [{ Action: 'kms:Decrypt', ...via('sqs') }] }),
      `${CONSUMER}: 1 policy, the one action used, 1 blocked`);
    assert.equal(aboveIam({ Action: 'kms:Decrypt', ...via('sqs') }, [{ ...account, Action: 'kms:Decrypt', ...via('s3') }]),
      'key 1234abcd…: the action is blocked');
  });

  it('say so when the account has no IAM policy in the workspace, or none for this key', () => {
    assert.equal(above(account), `no IAM policy of ${CONSUMER} in the workspace`);
    assert.equal(above(account, { identityPolicy: [{ Action: 's3:GetObject', Resource: '*' }] }),
      `${CONSUMER}: no IAM policy uses this key`);
    assert.equal(above({ ...account, Principal: { AWS: roleArn(CONSUMER) } }),
      `no IAM policy of role/App of ${CONSUMER} in the workspace`);
    assert.equal(
      above({ ...account, Principal: { AWS: roleArn(CONSUMER) } }, { identityPolicy: [{ Action: 'kms:Decrypt' }],
        identity: roleArn(CONSUMER, 'Other') }),
      `no IAM policy of role/App of ${CONSUMER} in the workspace`,
    );
  });

  it('are shown above each principal of another account, and above the statement for all together', () => {
    const principals = { AWS: [rootArn(OWNER), rootArn(CONSUMER), roleArn(OTHER)] };
    const others: HandshakeSetup['others'] = { 'other.json': { identityArn: roleArn(OTHER), policy: [{ Action: 'kms:Encrypt' }] } };
    const lenses = ofKey({ Sid: 'All', Principal: principals, Action: CRYPTO }, {
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }],
      others,
    });
    assert.deepEqual(lenses.map(({ lineBelow: text, title }) => [text.startsWith('{') ? 'statement' : text, title]), [
      ['statement', 'used by 2 policies of 2 accounts: 2 of 9 actions'],
      [`"${rootArn(CONSUMER)}"`, `${CONSUMER}: 1 policy, 2 of 9 actions used`],
      [`"${roleArn(OTHER)}"`, `role/App of ${OTHER}: 1 policy, 1 of 9 actions used`],
    ]);
  });

  it('are shown above the statement alone where it is for the owner', () => {
    const own = { Sid: 'Own', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*' };
    assert.deepEqual(ofKey(own), [], 'every key policy has this statement');
    assert.equal(above(own, { identityPolicy: [{ Action: CRYPTO }], identity: roleArn(OWNER) }),
      `used by 1 policy of ${OWNER}: 9 of 46 actions`);
  });

  it('distinguish everyone from everyone of an account', () => {
    const anyone = { Principal: '*', Action: 'kms:Decrypt' };
    assert.equal(above(anyone), 'no IAM policy in the workspace uses this key');
    assert.equal(above(anyone, { identityPolicy: [{ Action: 'kms:Decrypt' }] }), 'everybody: 1 policy, the one action used');
    const limited = { ...anyone, Condition: { StringEquals: { 'kms:CallerAccount': [CONSUMER, OTHER] } } };
    assert.deepEqual(ofKey(limited, { identityPolicy: [{ Action: 'kms:Decrypt' }] }).map(({ title }) => title), [
      `used by 1 policy of ${CONSUMER}: 1 action`, `${CONSUMER}: 1 policy, the one action used`,
      `no IAM policy of ${OTHER} in the workspace`,
    ]);
  });

  it('say of a Deny what it stops', () => {
    const deny = { ...account, Effect: 'Deny', Action: ['kms:Decrypt', 'kms:CreateGrant'] };
    assert.equal(above(deny, { identityPolicy: [{ Action: 'kms:Decrypt' }] }),
      `${CONSUMER}: 1 policy, 1 of 2 denied actions asked for`);
  });

  it('mark policies whose identity is not declared', () => {
    const files = withoutManifest(handshakeFiles({ keyPolicy: [account], identityPolicy: [{ Action: 'kms:Decrypt' }] }));
    assert.equal(codeLensesOf(files, KEY).at(-1)?.title, `${CONSUMER}: 1 policy (assumed), 1 of 9 actions used`);
    assert.equal(codeLensesOf(files, KEY).length, 1, 'not above the owner\'s statement: what works across accounts is the consumer\'s');
  });

  it('are not shown above services, deleted identities, wrong principals and statements for another resource', () => {
    for (const principal of [{ Service: 's3.amazonaws.com' }, { AWS: 'AIDAEXAMPLEEXAMPLE123' }, { AWS: 'not a principal' }])
      assert.deepEqual(ofKey({ ...account, Principal: principal }), []);
    assert.deepEqual(ofKey({ ...account, Resource: 'arn:aws:s3:::bucket' }), []);
    assert.deepEqual(ofKey({ ...account, Action: 'kms:ListKeys' }), [], 'no key policy gives that');
  });

  it('show the statements of the IAM policies that use it', () => {
    const iam = [{ Sid: 'Decrypts', Action: 'kms:Decrypt' }, { Sid: 'Elsewhere', Action: 'kms:Decrypt',
      Resource: KEY_ARN.replace(/.$/, '0') }, { Action: 'kms:Encrypt' }];
    assert.deepEqual(ofKey(account, { identityPolicy: iam })[0]?.places, [`${APP}: "Decrypts"`, `${APP}: "Action"`]);
    assert.deepEqual(ofKey(account)[0]?.places, []);
  });
});

describe('editor/lenses of IAM policies', () => {
  const ask = { Sid: 'Ask', Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey', 'kms:CreateGrant'] };
  const give = (
    ...actions: string[]
  ): StatementJson[] => [{ Sid: 'Give', Principal: { AWS: rootArn(CONSUMER) }, Action: actions }];
  const HEAD = 'key 1234abcd…';

  for (const [what, statement, keyPolicy, expected] of [
    ['a gap', ask, give('kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey'), '3 of 4 actions work, 1 blocked by the key policy'],
    ['one that works', ask, give('kms:Decrypt'), '1 of 4 actions works, 3 blocked by the key policy'],
    ['none', ask, [{ Principal: { AWS: rootArn(OTHER) }, Action: 'kms:Decrypt' }], 'all 4 actions blocked by the key policy'],
    ['all', ask, give('kms:*'), 'all 4 actions work'],
    ['both', { Action: ['kms:Decrypt', 'kms:Encrypt'] }, give('kms:*'), 'both actions work'],
    ['one action', { Action: 'kms:Decrypt' }, give('kms:*'), 'the action works'],
    ['one action that is not given', { Action: 'kms:Decrypt' }, give('kms:Encrypt'), 'the action is blocked by the key policy'],
    ['a condition', ask, [{ ...give('kms:*')[0], Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }],
      'all 4 actions work under conditions'],
    ['a condition on some', ask, [...give('kms:Decrypt', 'kms:Encrypt'), { ...give('kms:CreateGrant')[0],
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }],
      '3 of 4 actions work, 1 of them under conditions, 1 blocked by the key policy'],
    ['actions that do not work across accounts', { Action: ['kms:Decrypt', 'kms:PutKeyPolicy'] }, give('kms:*'),
      '1 of 2 actions works, 1 blocked, not possible across accounts'],
    ['a wrong Region', { Action: 'kms:Decrypt', Resource: KEY_ARN.replace('us-west-2', 'us-east-1') }, give('kms:*'),
      'the action is blocked, the ARN has another Region'],
  ] as const) {
    it(`say for ${what}: ${expected}`, () => assert.equal(aboveIam(statement, keyPolicy), `${HEAD}: ${expected}`));
  }

  it('say when the key policy is not there', () => {
    assert.equal(aboveIam(ask, undefined), `${HEAD}: unknown (no key policy here)`);
  });

  it('call a key by its alias', () => {
    const files = handshakeFiles({ identityPolicy: [{ Action: 'kms:Decrypt' }], keyPolicy: give('kms:*') });
    files['aliases.json'] = {
      Aliases: [{ AliasName: 'alias/app', AliasArn: KEY_ARN.replace(/key\/.*/, 'alias/app'), TargetKeyId: KEY_ARN.replace(/.*key\//, '') }],
    };
    assert.deepEqual(codeLensesOf(files, APP).map(({ title }) => title), ['key alias/app: the action works']);
  });

  it('take several keys together', () => {
    const other = KEY_ARN.replace(/1234abcd/, '9999abcd');
    const files = handshakeFiles({
      identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:CreateGrant'], Resource: [KEY_ARN, other] }],
      keyPolicy: give('kms:Decrypt', 'kms:Encrypt'),
    });
    files['producer/other-key.json'] = { Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(CONSUMER) }, Action: 'kms:Decrypt', Resource: '*' }] };
    files['kms-handshake.json'] = { keys: [{ arn: KEY_ARN, policy: KEY }, { arn: other, policy: 'producer/other-key.json' }],
      identities: [{ arn: roleArn(CONSUMER), policies: [APP] }] };
    assert.deepEqual(codeLensesOf(files, APP).map(({ title }) => title), ['2 keys: 1 of 3 actions works with all of them, 1 with some, 1 '
      + 'blocked by the key policies']);
  });

  it('take several identities together', () => {
    const files = handshakeFiles({ identityPolicy: [{ Action: ['kms:Decrypt', 'kms:Encrypt'] }], keyPolicy: [
      { Principal: { AWS: [roleArn(CONSUMER), roleArn(CONSUMER, 'Other')] }, Action: 'kms:Decrypt' },
      { Principal: { AWS: roleArn(CONSUMER) }, Action: 'kms:Encrypt' },
    ] });
    files['kms-handshake.json'] = { keys: [{ arn: KEY_ARN, policy: KEY }],
      identities: [{ arn: roleArn(CONSUMER), policies: [APP] }, { arn: roleArn(CONSUMER, 'Other'), policies: [APP] }] };
    assert.deepEqual(codeLensesOf(files, APP).map(({ title }) => title), [`${HEAD}: 1 of 2 actions works for both identities, 1 for some`]);
  });

  it('count what a Deny takes away', () => {
    const deny = { Effect: 'Deny', Action: ['kms:Decrypt', 'kms:Encrypt'] };
    assert.equal(codeLensesOf(handshakeFiles({ identityPolicy: [ask, deny], keyPolicy: give('kms:*') }), APP).at(-1)?.title,
      `${HEAD}: denies 2 actions`);
  });

  it('say when the key is unclear or unknown', () => {
    assert.equal(aboveIam({ Action: 'kms:Decrypt', Resource: 'arn:aws:s3:::bucket/*' }, give('kms:*')), 'no key in Resource');
    assert.equal(aboveIam({ Action: 'kms:Decrypt', Resource: `arn:aws:kms:eu-west-1:${OTHER}:key/*` }, give('kms:*')),
      'reaches no key that the workspace knows');
  });

  it('are not shown where no KMS action is named, or none that takes a key', () => {
    for (const Action of ['s3:GetObject', '*', 'kms:ListKeys'])
      assert.deepEqual(codeLensesOf(handshakeFiles({ identityPolicy: [{ Action, Resource: '*' }], keyPolicy: give('kms:*') }), APP), []);
    assert.deepEqual(codeLensesOf(handshakeFiles({ identityPolicy: [{ NotAction: 'kms:Decrypt', Resource: '*' }] }), APP), []);
  });

  it('show the statements of the key policy that decide, or the policy that has none', () => {
    assert.deepEqual(codeLensesOf(handshakeFiles({ identityPolicy: [ask], keyPolicy: give('kms:Decrypt') }), APP)[0]?.places, [
      `${KEY}: "Give"`,
    ]);
    assert.deepEqual(codeLensesOf(handshakeFiles({ identityPolicy: [ask], keyPolicy: [], withOwnerStatement: true }), APP)[0]?.places, [
      `${KEY}: "Statement"`,
    ]);
  });

  it('are shown above policies inside of CLI output, and above nothing in other files', () => {
    const files = handshakeFiles({ identityPolicy: [ask], keyPolicy: give('kms:*') });
    files['dump.json'] = { RoleName: 'App', PolicyName: 'p',
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN }] } };
    assert.equal(codeLensesOf(files, 'dump.json').length, 1);
    assert.deepEqual(codeLensesOf({ 'package.json': { Statement: 'kms:Decrypt' } }, 'package.json'), []);
  });
});
