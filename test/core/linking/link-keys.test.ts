import { pointerOfAddress } from '../../../server/src/core/discovery/policy-address';
import * as assert from 'node:assert/strict';
import { CONSUMER, identityPolicy, KEY_ID, keyArn, keyIdFromNumber, keyPolicy, keyPolicyAllow, MULTI_REGION_KEY_ID, OWNER, ownerStatement,
  roleArn, rootArn } from '../../support/fixtures';
import { keyAtPath, worldOfFiles, type FolderFiles } from '../../support/world-of-files';

const SHARED = keyPolicy();

/** What the key of `file` is and how it was found. */
function linkedKey(files: FolderFiles, file: string, folders?: readonly string[]): string {
  const key = keyAtPath(worldOfFiles(files, folders), file);
  return key
    ? `${key.link?.reason ?? 'no link'} `
      + `${key.arn ?? `${key.account ?? '?'} ${key.region ?? '?'} ${key.keyId ?? '?'}`}${
        key.link?.certain === true ? '' : ' (not certain)'
      }`
    : 'no key';
}

describe('the key of a key policy', () => {
  it('is the declared one, whatever else there is', () => {
    const files = {
      'w/kms-handshake.json': { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: `keys/${KEY_ID}.json` }] },
      [`w/keys/${KEY_ID}.json`]: SHARED,
      'w/app.json': identityPolicy({ Resource: keyArn(keyIdFromNumber(2)) }),
    };
    assert.equal(linkedKey(files, `w/keys/${KEY_ID}.json`), `declared ${keyArn(keyIdFromNumber(1))}`);
    const world = worldOfFiles(files);
    const at = world.keysByArn.get(keyArn(keyIdFromNumber(1)))?.[0]?.link?.at;
    assert.equal(at?.uri, 'file:///w/kms-handshake.json');
    assert.equal(world.linkReport.manifest.length, 0);
  });

  it('can be declared for one policy of a file', () => {
    const files = {
      'w/kms-handshake.json': {
        keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'dump.json#/Keys/0/Policy' }, { arn: keyArn(keyIdFromNumber(2)),
          policy: 'dump.json#/Keys/1/Policy' }],
      },
      'w/dump.json': { Keys: [{ Policy: JSON.stringify(SHARED) }, { Policy: JSON.stringify(SHARED) }] },
    };
    assert.deepEqual(worldOfFiles(files).keys.map(({ arn, policy }) => [arn, policy && pointerOfAddress(policy.address)]), [[
      keyArn(keyIdFromNumber(1)),
      '/Keys/0/Policy',
    ], [keyArn(keyIdFromNumber(2)), '/Keys/1/Policy']]);
  });

  it('is the one of the CLI output around it, before that of the path', () => {
    const output = { KeyId: keyArn(keyIdFromNumber(3)), Policy: JSON.stringify(SHARED), PolicyName: 'default' };
    assert.equal(linkedKey({ [`w/${KEY_ID}.json`]: output }, `w/${KEY_ID}.json`), `wrapper ${keyArn(keyIdFromNumber(3))}`);
  });

  it('is the one whose id is in the path, completed by what names it', () => {
    const app = { 'w/app.json': identityPolicy() };
    assert.equal(linkedKey({ ...app, [`w/keys/${KEY_ID}/policy.json`]: SHARED }, `w/keys/${KEY_ID}/policy.json`), `path ${keyArn()}`);
    assert.equal(
      linkedKey({ [`w/us-west-2/${OWNER}/${KEY_ID}.json`]: SHARED }, `w/us-west-2/${OWNER}/${KEY_ID}.json`),
      `path ${keyArn()}`,
    );
    assert.equal(linkedKey({ [`w/us-west-2/${KEY_ID}.json`]: SHARED }, `w/us-west-2/${KEY_ID}.json`), `path ${keyArn()} (not certain)`);
    assert.equal(linkedKey({ [`w/${KEY_ID}.json`]: SHARED }, `w/${KEY_ID}.json`), `path ${OWNER} ? ${KEY_ID} (not certain)`);
  });

  it('tells the replicas of a multi-Region key apart by the Region in the path', () => {
    const files = {
      'w/app.json': identityPolicy({ Resource: [keyArn(MULTI_REGION_KEY_ID, 'us-west-2'), keyArn(MULTI_REGION_KEY_ID, 'eu-west-1')] }),
      [`w/us-west-2/${MULTI_REGION_KEY_ID}.json`]: SHARED,
      [`w/eu-west-1/${MULTI_REGION_KEY_ID}.json`]: SHARED,
    };
    assert.equal(linkedKey(files, `w/us-west-2/${MULTI_REGION_KEY_ID}.json`), `path ${keyArn(MULTI_REGION_KEY_ID, 'us-west-2')}`);
    assert.equal(linkedKey(files, `w/eu-west-1/${MULTI_REGION_KEY_ID}.json`), `path ${keyArn(MULTI_REGION_KEY_ID, 'eu-west-1')}`);
    assert.deepEqual(worldOfFiles(files).linkReport.sharedKeyIds, []);
  });

  it('is the one that describe-key tells of, not another ARN of its id in an identity policy', () => {
    const described = { KeyMetadata: { AWSAccountId: OWNER, KeyId: KEY_ID, Arn: keyArn(KEY_ID, 'eu-west-1') } };
    const files = { 'w/key.json': SHARED, 'w/describe-key.json': described, 'w/app.json': identityPolicy() };
    assert.equal(linkedKey(files, 'w/key.json'), `text ${keyArn(KEY_ID, 'eu-west-1')} (not certain)`);
  });

  it('is the only key of the account that owns the policy, if there is only one such policy', () => {
    const files = { 'w/key.json': SHARED, 'w/app.json': identityPolicy() };
    assert.equal(linkedKey(files, 'w/key.json'), `text ${keyArn()} (not certain)`);
    assert.equal(keyAtPath(worldOfFiles(files), 'w/key.json')?.link?.at?.uri, 'file:///w/app.json');
    assert.equal(worldOfFiles(files).keys.length, 1);
  });

  it('is open while several keys or policies fit', () => {
    const files = { 'w/key.json': SHARED,
      'w/app.json': identityPolicy({ Resource: [keyArn(keyIdFromNumber(1)), keyArn(keyIdFromNumber(2))] }) };
    assert.equal(linkedKey(files, 'w/key.json'), `text ${OWNER} ? ? (not certain)`);
    const [open] = worldOfFiles(files).linkReport.ambiguous;
    assert.deepEqual(open?.candidates.map(({ arn }) => arn), [keyArn(keyIdFromNumber(1)), keyArn(keyIdFromNumber(2))]);
    assert.equal(open.at.uri, 'file:///w/key.json');
    const two = { 'w/key.json': SHARED, 'w/key2.json': SHARED, 'w/app.json': identityPolicy() };
    assert.deepEqual(worldOfFiles(two).linkReport.ambiguous.map(({ policy, competingPolicies: rivals }) => [policy.uri, rivals.length]), [[
      'file:///w/key.json',
      2,
    ], ['file:///w/key2.json', 2]]);
  });

  it('is clear again when the Region in the path, or another link, leaves one choice', () => {
    const app = identityPolicy({ Resource: [keyArn(keyIdFromNumber(1), 'us-west-2'), keyArn(keyIdFromNumber(2), 'eu-west-1')] });
    const files = { 'w/us-west-2/key.json': SHARED, 'w/eu-west-1/key.json': SHARED, 'w/app.json': app };
    assert.equal(linkedKey(files, 'w/eu-west-1/key.json'), `text ${keyArn(keyIdFromNumber(2), 'eu-west-1')} (not certain)`);
    const declared = { 'w/kms-handshake.json': { keys: [{ arn: keyArn(keyIdFromNumber(1)), policy: 'a.json' }] }, 'w/a.json': SHARED,
      'w/b.json': SHARED, 'w/app.json': app };
    assert.equal(linkedKey(declared, 'w/b.json'), `text ${keyArn(keyIdFromNumber(2), 'eu-west-1')} (not certain)`);
  });

  it('is not an ARN with the id of another policy\'s key and a wrong Region', () => {
    const files = {
      'w/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'a.json' }] },
      'w/a.json': SHARED, 'w/b.json': SHARED, 'w/app.json': identityPolicy({ Resource: keyArn(KEY_ID, 'eu-west-1') }),
    };
    const world = worldOfFiles(files);
    assert.equal(keyAtPath(world, 'w/b.json')?.arn, undefined);
    assert.deepEqual(world.linkReport.ambiguous, []);
    assert.deepEqual(
      world.linkReport.sharedKeyIds.map((
        { keyId, differingFields: differs, arns },
      ) => [keyId, differs, arns.map(({ arn, places }) => [arn, places.map(({ uri }) => uri)])]),
      [
        [KEY_ID, ['region'], [[keyArn(), ['file:///w/kms-handshake.json']], [keyArn(KEY_ID, 'eu-west-1'), ['file:///w/app.json']]]],
      ],
    );
  });

  it('is not an AWS managed key', () => {
    const aliases = {
      Aliases: [{ AliasName: 'alias/aws/s3', AliasArn: `arn:aws:kms:us-west-2:${OWNER}:alias/aws/s3`,
        TargetKeyId: keyIdFromNumber(5) }],
    };
    const files = { 'w/key.json': SHARED, 'w/aliases.json': aliases };
    assert.equal(linkedKey(files, 'w/key.json'), `text ${OWNER} ? ? (not certain)`);
    const managed = worldOfFiles(files).keysByArn.get(keyArn(keyIdFromNumber(5)))?.[0];
    assert.ok(managed?.awsManaged && managed.aliasesComplete);
  });

  it('is unknown without any hint at the owner', () => {
    const fragment = keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt');
    assert.equal(linkedKey({ 'w/key.json': fragment, 'w/app.json': identityPolicy() }, 'w/key.json'),
      'guess ? ? ? (not certain)');
  });

  it('gets its account from a folder, for certain if something else knows the account', () => {
    const fragment = { Version: '2012-10-17', Statement: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')] };
    const path = `w/${OWNER}/key.json`;
    assert.equal(linkedKey({ [path]: fragment }, path), `path ${OWNER} ? ? (not certain)`);
    const date = 'w/202401311200/key.json';
    assert.equal(linkedKey({ [date]: fragment }, date), 'guess ? ? ? (not certain)');
    assert.equal(linkedKey({ [path]: fragment, 'w/kms-handshake.json': { accounts: { [OWNER]: 'security' } } }, path),
      `path ${OWNER} ? ?`);
    assert.equal(worldOfFiles({ 'w/kms-handshake.json': { accounts: { [OWNER]: 'security' } } }).accounts.get(OWNER),
      'security');
  });

  it('does not lose the key that its id tells to a folder that only looks like an account', () => {
    const path = `w/build-987654321098/${KEY_ID}/key.json`;
    const fragment = { Version: '2012-10-17', Statement: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')] };
    assert.equal(keyAtPath(worldOfFiles({ [path]: fragment, 'w/app.json': identityPolicy() }), path)?.arn, keyArn());
  });

  it('works without any folder, and for a text that was never saved', () => {
    const files = { 'untitled:Untitled-1': SHARED, 'x/app.json': identityPolicy() };
    assert.equal(keyAtPath(worldOfFiles(files, []), 'untitled:Untitled-1')?.arn, keyArn());
  });
});

describe('the owner of a key policy', () => {
  const owner = (...statements: object[]): string | undefined =>
    keyAtPath(worldOfFiles({ 'w/key.json': { Version: '2012-10-17', Statement: statements } }), 'w/key.json')?.account;
  const full = (account: string, Sid?: string): object => ({ ...ownerStatement(account), Sid });

  it('is the account whose root may do everything, or change the key policy', () => {
    assert.equal(owner(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), ownerStatement(OWNER)), OWNER);
    assert.equal(
      owner({ ...ownerStatement(OWNER), Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'], Principal: { AWS: OWNER } }),
      OWNER,
    );
    assert.equal(owner({ ...ownerStatement(OWNER), Action: 'kms:Decrypt' }), undefined);
    assert.equal(owner({ ...ownerStatement(OWNER), Effect: 'Deny' }), undefined);
  });

  it('is never decided by a statement for another account', () => {
    const external = full(CONSUMER, 'Allow an external account to use this key');
    assert.equal(owner(external), undefined);
    assert.equal(owner(external, full(OWNER)), OWNER);
  });

  it('is decided by the statement\'s name when two accounts have full access, else not', () => {
    assert.equal(owner(full(OWNER, 'Enable IAM User Permissions'), full(CONSUMER, 'Allow use of the key')),
      OWNER);
    assert.equal(owner(full(OWNER), full(CONSUMER)), undefined);
  });

  it('is the caller account that everyone is limited to', () => {
    const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*',
      Condition: { StringEquals: { 'kms:CallerAccount': OWNER, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
    assert.equal(owner(statement), OWNER);
    assert.equal(owner({ ...statement, Principal: { AWS: rootArn(CONSUMER) } }), undefined);
    assert.equal(owner({ ...statement, Condition: { StringNotEquals: { 'kms:CallerAccount': OWNER } } }), undefined);
  });
});

describe('what is known about keys', () => {
  it('comes together from outputs, declarations and policies', () => {
    const files = {
      'w/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'key.json', keyUsage: 'ENCRYPT_DECRYPT' }] },
      'w/key.json': SHARED,
      'w/describe.json': {
        KeyMetadata: { Arn: keyArn(), KeyId: KEY_ID, KeySpec: 'SYMMETRIC_DEFAULT', MultiRegion: false, KeyManager: 'CUSTOMER' },
      },
      'w/aliases.json': {
        Aliases: [{ AliasName: 'alias/app', AliasArn: `arn:aws:kms:us-west-2:${OWNER}:alias/app`, TargetKeyId: KEY_ID }],
      },
      'w/grants.json': {
        Grants: [{ KeyId: keyArn(), GrantId: 'x', GranteePrincipal: roleArn(CONSUMER, 'Granted'),
          Operations: ['Decrypt'] }],
      },
    };
    const world = worldOfFiles(files);
    assert.equal(world.keys.length, 1);
    const [key] = world.keys;
    assert.deepEqual([key?.keySpec, key?.keyUsage, key?.multiRegion, key?.aliases, key?.aliasesComplete, key?.awsManaged,
      key?.grants.length], ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', false, ['alias/app'], true, false, 1]);
    assert.deepEqual(world.identities.map(({ arn, policies }) => [arn, policies.length]), [[
      roleArn(CONSUMER, 'Granted'),
      0,
    ]]);
    assert.equal(world.keyFacts.length, 3);
  });

  it('makes keys of what only identity policies or outputs name', () => {
    const world = worldOfFiles({
      'w/app.json': identityPolicy({ Resource: [keyArn(keyIdFromNumber(1)), `arn:aws:kms:us-west-2:${OWNER}:key/*`,
        `arn:aws:kms:us-west-2:${OWNER}:alias/app`] }),
      'w/grants.json': {
        Grants: [{ KeyId: keyIdFromNumber(2), GrantId: 'x', GranteePrincipal: roleArn(CONSUMER, 'Granted'),
          Operations: ['Decrypt'] }],
      },
    });
    assert.deepEqual(world.keys.map(({ id, policy }) => [id, policy]), [[keyArn(keyIdFromNumber(1)), undefined], [
      `key:${keyIdFromNumber(2)}`,
      undefined,
    ]]);
  });
});
