import * as assert from 'node:assert/strict';
import { EXT, externalStatement, identityPolicy, keyArn, keyPolicy, KEY_ID, MRK_ID, OWN, rootArn, rootStatement, uuid } from '../../support/policies';
import { keyIn, worldOf, type WorldFiles } from '../../support/world';

const SHARED = keyPolicy(OWN, externalStatement(rootArn(EXT)));

/** What the key of `file` is and how it was found. */
function linked(files: WorldFiles, file: string, folders?: readonly string[]): string {
  const key = keyIn(worldOf(files, folders), file);
  return key ? `${key.link?.reason ?? 'no link'} ${key.arn ?? `${key.account ?? '?'} ${key.region ?? '?'} ${key.keyId ?? '?'}`}${key.link?.certain === true ? '' : ' (not certain)'}` : 'no key';
}

describe('the key of a key policy', () => {
  it('is the declared one, whatever else there is', () => {
    const files = {
      'w/kms-handshake.json': { keys: [{ arn: keyArn(uuid(1)), policy: `keys/${KEY_ID}.json` }] },
      [`w/keys/${KEY_ID}.json`]: SHARED,
      'w/app.json': identityPolicy(keyArn(uuid(2))),
    };
    assert.equal(linked(files, `w/keys/${KEY_ID}.json`), `declared ${keyArn(uuid(1))}`);
    const world = worldOf(files);
    const at = world.keysByArn.get(keyArn(uuid(1)))?.[0]?.link?.at;
    assert.equal(at?.uri, 'file:///w/kms-handshake.json');
    assert.equal(world.report.manifest.length, 0);
  });

  it('can be declared for one policy of a file', () => {
    const files = {
      'w/kms-handshake.json': { keys: [{ arn: keyArn(uuid(1)), policy: 'dump.json#/Keys/0/Policy' }, { arn: keyArn(uuid(2)), policy: 'dump.json#/Keys/1/Policy' }] },
      'w/dump.json': { Keys: [{ Policy: JSON.stringify(SHARED) }, { Policy: JSON.stringify(SHARED) }] },
    };
    assert.deepEqual(worldOf(files).keys.map(({ arn, policy }) => [arn, policy?.pointer]), [[keyArn(uuid(1)), '/Keys/0/Policy'], [keyArn(uuid(2)), '/Keys/1/Policy']]);
  });

  it('is the one of the CLI output around it, before that of the path', () => {
    const output = { KeyId: keyArn(uuid(3)), Policy: JSON.stringify(SHARED), PolicyName: 'default' };
    assert.equal(linked({ [`w/${KEY_ID}.json`]: output }, `w/${KEY_ID}.json`), `wrapper ${keyArn(uuid(3))}`);
  });

  it('is the one whose id is in the path, completed by what names it', () => {
    const app = { 'w/app.json': identityPolicy(keyArn()) };
    assert.equal(linked({ ...app, [`w/keys/${KEY_ID}/policy.json`]: SHARED }, `w/keys/${KEY_ID}/policy.json`), `path ${keyArn()}`);
    assert.equal(linked({ [`w/us-west-2/${OWN}/${KEY_ID}.json`]: SHARED }, `w/us-west-2/${OWN}/${KEY_ID}.json`), `path ${keyArn()}`);
    assert.equal(linked({ [`w/us-west-2/${KEY_ID}.json`]: SHARED }, `w/us-west-2/${KEY_ID}.json`), `path ${keyArn()} (not certain)`);
    assert.equal(linked({ [`w/${KEY_ID}.json`]: SHARED }, `w/${KEY_ID}.json`), `path ${OWN} ? ${KEY_ID} (not certain)`);
  });

  it('tells the replicas of a multi-Region key apart by the Region in the path', () => {
    const files = {
      'w/app.json': identityPolicy([keyArn(MRK_ID, 'us-west-2'), keyArn(MRK_ID, 'eu-west-1')]),
      [`w/us-west-2/${MRK_ID}.json`]: SHARED,
      [`w/eu-west-1/${MRK_ID}.json`]: SHARED,
    };
    assert.equal(linked(files, `w/us-west-2/${MRK_ID}.json`), `path ${keyArn(MRK_ID, 'us-west-2')}`);
    assert.equal(linked(files, `w/eu-west-1/${MRK_ID}.json`), `path ${keyArn(MRK_ID, 'eu-west-1')}`);
    assert.deepEqual(worldOf(files).report.sharedKeyIds, []);
  });

  it('is the one that describe-key tells of, not another ARN of its id in an identity policy', () => {
    const described = { KeyMetadata: { AWSAccountId: OWN, KeyId: KEY_ID, Arn: keyArn(KEY_ID, 'eu-west-1') } };
    const files = { 'w/key.json': SHARED, 'w/describe-key.json': described, 'w/app.json': identityPolicy(keyArn()) };
    assert.equal(linked(files, 'w/key.json'), `text ${keyArn(KEY_ID, 'eu-west-1')} (not certain)`);
  });

  it('is the only key of the account that owns the policy, if there is only one such policy', () => {
    const files = { 'w/key.json': SHARED, 'w/app.json': identityPolicy(keyArn()) };
    assert.equal(linked(files, 'w/key.json'), `text ${keyArn()} (not certain)`);
    assert.equal(keyIn(worldOf(files), 'w/key.json')?.link?.at?.uri, 'file:///w/app.json');
    assert.equal(worldOf(files).keys.length, 1);
  });

  it('is open while several keys or policies fit', () => {
    const files = { 'w/key.json': SHARED, 'w/app.json': identityPolicy([keyArn(uuid(1)), keyArn(uuid(2))]) };
    assert.equal(linked(files, 'w/key.json'), `text ${OWN} ? ? (not certain)`);
    const [open] = worldOf(files).report.ambiguous;
    assert.deepEqual(open?.candidates.map(({ arn }) => arn), [keyArn(uuid(1)), keyArn(uuid(2))]);
    assert.equal(open.at.uri, 'file:///w/key.json');
    const two = { 'w/key.json': SHARED, 'w/key2.json': SHARED, 'w/app.json': identityPolicy(keyArn()) };
    assert.deepEqual(worldOf(two).report.ambiguous.map(({ policy, rivals }) => [policy.uri, rivals.length]), [['file:///w/key.json', 2], ['file:///w/key2.json', 2]]);
  });

  it('is clear again when the Region in the path, or another link, leaves one choice', () => {
    const app = identityPolicy([keyArn(uuid(1), 'us-west-2'), keyArn(uuid(2), 'eu-west-1')]);
    const files = { 'w/us-west-2/key.json': SHARED, 'w/eu-west-1/key.json': SHARED, 'w/app.json': app };
    assert.equal(linked(files, 'w/eu-west-1/key.json'), `text ${keyArn(uuid(2), 'eu-west-1')} (not certain)`);
    const declared = { 'w/kms-handshake.json': { keys: [{ arn: keyArn(uuid(1)), policy: 'a.json' }] }, 'w/a.json': SHARED, 'w/b.json': SHARED, 'w/app.json': app };
    assert.equal(linked(declared, 'w/b.json'), `text ${keyArn(uuid(2), 'eu-west-1')} (not certain)`);
  });

  it('is not an ARN with the id of another policy\'s key and a wrong Region', () => {
    const files = {
      'w/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'a.json' }] },
      'w/a.json': SHARED, 'w/b.json': SHARED, 'w/app.json': identityPolicy(keyArn(KEY_ID, 'eu-west-1')),
    };
    const world = worldOf(files);
    assert.equal(keyIn(world, 'w/b.json')?.arn, undefined);
    assert.deepEqual(world.report.ambiguous, []);
    assert.deepEqual(world.report.sharedKeyIds.map(({ keyId, differs, arns }) => [keyId, differs, arns.map(({ arn, places }) => [arn, places.map(({ uri }) => uri)])]), [
      [KEY_ID, ['region'], [[keyArn(), ['file:///w/kms-handshake.json']], [keyArn(KEY_ID, 'eu-west-1'), ['file:///w/app.json']]]],
    ]);
  });

  it('is not an AWS managed key', () => {
    const aliases = { Aliases: [{ AliasName: 'alias/aws/s3', AliasArn: `arn:aws:kms:us-west-2:${OWN}:alias/aws/s3`, TargetKeyId: uuid(5) }] };
    const files = { 'w/key.json': SHARED, 'w/aliases.json': aliases };
    assert.equal(linked(files, 'w/key.json'), `text ${OWN} ? ? (not certain)`);
    const managed = worldOf(files).keysByArn.get(keyArn(uuid(5)))?.[0];
    assert.ok(managed?.awsManaged && managed.aliasesComplete);
  });

  it('is unknown without any hint at the owner', () => {
    const fragment = externalStatement(rootArn(EXT));
    assert.equal(linked({ 'w/key.json': fragment, 'w/app.json': identityPolicy(keyArn()) }, 'w/key.json'), 'guess ? ? ? (not certain)');
  });

  it('gets its account from a folder, if something else knows the account', () => {
    const fragment = { Version: '2012-10-17', Statement: [externalStatement(rootArn(EXT))] };
    const path = `w/${OWN}/key.json`;
    assert.equal(linked({ [path]: fragment }, path), 'guess ? ? ? (not certain)');
    assert.equal(linked({ [path]: fragment, 'w/kms-handshake.json': { accounts: { [OWN]: 'security' } } }, path), `path ${OWN} ? ?`);
    assert.equal(worldOf({ 'w/kms-handshake.json': { accounts: { [OWN]: 'security' } } }).accounts.get(OWN), 'security');
  });

  it('works without any folder, and for a text that was never saved', () => {
    const files = { 'untitled:Untitled-1': SHARED, 'x/app.json': identityPolicy(keyArn()) };
    assert.equal(keyIn(worldOf(files, []), 'untitled:Untitled-1')?.arn, keyArn());
  });
});

describe('the owner of a key policy', () => {
  const owner = (...statements: object[]): string | undefined => keyIn(worldOf({ 'w/key.json': { Version: '2012-10-17', Statement: statements } }), 'w/key.json')?.account;
  const full = (account: string, Sid?: string): object => ({ ...rootStatement(account), Sid });

  it('is the account whose root may do everything, or change the key policy', () => {
    assert.equal(owner(externalStatement(rootArn(EXT)), rootStatement(OWN)), OWN);
    assert.equal(owner({ ...rootStatement(OWN), Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'], Principal: { AWS: OWN } }), OWN);
    assert.equal(owner({ ...rootStatement(OWN), Action: 'kms:Decrypt' }), undefined);
    assert.equal(owner({ ...rootStatement(OWN), Effect: 'Deny' }), undefined);
  });

  it('is never told by a statement for somebody else', () => {
    assert.equal(owner({ ...externalStatement(rootArn(EXT)), Action: 'kms:*' }), undefined);
    assert.equal(owner({ ...externalStatement(rootArn(EXT)), Action: 'kms:*' }, full(OWN)), OWN);
  });

  it('is told by the statement\'s name when two accounts have full access, else not', () => {
    assert.equal(owner(full(OWN, 'Enable IAM User Permissions'), full(EXT, 'Allow use of the key')), OWN);
    assert.equal(owner(full(OWN), full(EXT)), undefined);
  });

  it('is the caller account that everyone is limited to', () => {
    const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'kms:CallerAccount': OWN, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } };
    assert.equal(owner(statement), OWN);
    assert.equal(owner({ ...statement, Principal: { AWS: rootArn(EXT) } }), undefined);
    assert.equal(owner({ ...statement, Condition: { StringNotEquals: { 'kms:CallerAccount': OWN } } }), undefined);
  });
});

describe('what is known of keys', () => {
  it('comes together from outputs, declarations and policies', () => {
    const files = {
      'w/kms-handshake.json': { keys: [{ arn: keyArn(), policy: 'key.json', keyUsage: 'ENCRYPT_DECRYPT' }] },
      'w/key.json': SHARED,
      'w/describe.json': { KeyMetadata: { Arn: keyArn(), KeyId: KEY_ID, KeySpec: 'SYMMETRIC_DEFAULT', MultiRegion: false, KeyManager: 'CUSTOMER' } },
      'w/aliases.json': { Aliases: [{ AliasName: 'alias/app', AliasArn: `arn:aws:kms:us-west-2:${OWN}:alias/app`, TargetKeyId: KEY_ID }] },
      'w/grants.json': { Grants: [{ KeyId: keyArn(), GrantId: 'x', GranteePrincipal: `arn:aws:iam::${EXT}:role/Granted`, Operations: ['Decrypt'] }] },
    };
    const world = worldOf(files);
    assert.equal(world.keys.length, 1);
    const [key] = world.keys;
    assert.deepEqual([key?.keySpec, key?.keyUsage, key?.multiRegion, key?.aliases, key?.aliasesComplete, key?.awsManaged, key?.grants.length],
      ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', false, ['alias/app'], true, false, 1]);
    assert.deepEqual(world.identities.map(({ arn, policies }) => [arn, policies.length]), [[`arn:aws:iam::${EXT}:role/Granted`, 0]]);
    assert.equal(world.facts.length, 3);
  });

  it('makes keys of what only identity policies or outputs name', () => {
    const world = worldOf({
      'w/app.json': identityPolicy([keyArn(uuid(1)), `arn:aws:kms:us-west-2:${OWN}:key/*`, `arn:aws:kms:us-west-2:${OWN}:alias/app`]),
      'w/grants.json': { Grants: [{ KeyId: uuid(2), GrantId: 'x', GranteePrincipal: `arn:aws:iam::${EXT}:role/Granted`, Operations: ['Decrypt'] }] },
    });
    assert.deepEqual(world.keys.map(({ id, policy }) => [id, policy]), [[keyArn(uuid(1)), undefined], [`key:${uuid(2)}`, undefined]]);
  });
});
