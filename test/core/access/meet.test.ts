import assert from 'node:assert';
import { meets, pairsOf } from '../../../server/src/core/access/meet';
import { allows, EXT, grantOf, identityOf, identityPolicy, KEY_ARN, keyOf, keyPolicy, lets, OWN, roleOf, rootOf, userOf } from '../../support/access';

describe('access: who meets which key', () => {
  const key = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets(rootOf(EXT), 'kms:Decrypt')));

  it('meets where a half names the other', () => {
    assert(meets(identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt'))), key));
    assert(meets(identityOf(roleOf('999988887777'), identityPolicy(allows('kms:Decrypt'))), key));
    assert(meets(identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') }))), key));
    assert(meets(identityOf(roleOf(EXT), identityPolicy(allows('*', { Resource: '*' }))), key));
    assert(meets(identityOf(roleOf(OWN)), keyOf(keyPolicy(lets(roleOf(OWN), 'kms:Decrypt')))));
    assert(meets(identityOf(undefined, identityPolicy(allows('kms:Decrypt', { Resource: '*' }))), key));
    assert(meets(identityOf(roleOf(EXT)), keyOf(undefined, { grants: [grantOf({ granteePrincipal: roleOf(EXT), operations: ['Decrypt', 'RetireGrant'] })] })));
  });

  it('takes everyone, limited to an account by a condition, for that account (KMS Developer Guide, kms:CallerAccount)', () => {
    const limited = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': [OWN, EXT] } } })));
    const everything = identityPolicy(allows('*', { Resource: '*' }));
    const app = identityOf(roleOf(EXT), everything);
    assert(meets(app, limited));
    assert(!meets(identityOf(roleOf('999988887777'), everything), limited));
    assert.deepEqual(pairsOf({ keys: [limited], identities: [app] }).map(({ identity }) => identity.id), [roleOf(EXT)]);
    assert.deepEqual(pairsOf({ keys: [limited], identities: [] }).map(({ identity }) => identity.id), [EXT]);
  });

  it('does not meet where neither does', () => {
    const star = identityPolicy(allows('kms:Decrypt', { Resource: '*' }));
    assert(!meets(identityOf(roleOf('999988887777'), star), key));
    assert(!meets(identityOf(roleOf(EXT), identityPolicy(allows('s3:GetObject', { Resource: '*' }))), key));
    assert(!meets(identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt', { Resource: KEY_ARN.replace(/key\/.*/, 'alias/x').replace(OWN, EXT) }))), key));
    assert(!meets(identityOf(roleOf('999988887777'), identityPolicy(allows('*', { Resource: '*' }))), key));
  });

  it('lists no session of a role that is known: it has the policies of its role (docs/aws-rules.md 5.6, example 21)', () => {
    const key = keyOf(keyPolicy(lets(`arn:aws:sts::${EXT}:assumed-role/App/s1`, 'kms:Decrypt'), lets(`arn:aws:sts::${EXT}:assumed-role/Other/s1`, 'kms:Decrypt')));
    const role = identityOf(roleOf(EXT, 'path/App'), identityPolicy(allows('kms:Decrypt')));
    assert.deepEqual(pairsOf({ keys: [key], identities: [role] }).map(({ identity }) => identity.arn), [roleOf(EXT, 'path/App'), `arn:aws:sts::${EXT}:assumed-role/Other/s1`]);
  });

  it('adds those that only the key policy names', () => {
    const user = identityOf(roleOf(EXT), identityPolicy(allows('kms:Decrypt')));
    const other = keyOf(keyPolicy(lets(rootOf(OWN), 'kms:*'), lets([roleOf(OWN), userOf(EXT), rootOf('999988887777'), rootOf(EXT)], 'kms:Decrypt')), { id: 'other', arn: undefined, account: OWN });
    const found = pairsOf({ keys: [key, other], identities: [user] }).map((pair) => `${pair.identity.id} ${pair.key === key ? 1 : 2}`);
    assert.deepEqual(found, [`${roleOf(EXT)} 1`, `${roleOf(EXT)} 2`, `${roleOf(OWN)} 2`, `${userOf(EXT)} 2`, '999988887777 2']);
  });

  it('finds the same pairs by its index as one by one, in little time', () => {
    const accounts = Array.from({ length: 50 }, (_, index) => String(100000000000 + index));
    const keys = accounts.flatMap((account, index) => Array.from({ length: 10 }, (_, each) => keyOf(
      keyPolicy(lets(rootOf(account), 'kms:*'), lets(rootOf(accounts[(index + each) % 50] ?? ''), 'kms:Decrypt')),
      { id: `${account}/${each}`, arn: `arn:aws:kms:us-west-2:${account}:key/1234abcd-12ab-34cd-56ef-${account.slice(0, 11)}${each}` },
    )));
    const identities = accounts.flatMap((account, index) => Array.from({ length: 10 }, (_, each) => identityOf(
      roleOf(account, `R${each}`), identityPolicy(allows('kms:Decrypt', { Resource: each === 0 ? '*' : keys[(index * 10 + each * 7) % 500]?.arn ?? '' })),
    )));
    const start = performance.now();
    const found = pairsOf({ keys, identities }).filter(({ identity }) => identity.policies.length > 0);
    const took = performance.now() - start;
    const one = identities.flatMap((identity) => keys.filter((each) => meets(identity, each)).map((each) => `${identity.id} ${each.id}`));
    assert.deepEqual(found.map((pair) => `${pair.identity.id} ${pair.key.id}`), one);
    assert(took < 2000, `${Math.round(took)} ms`);
  });
});
