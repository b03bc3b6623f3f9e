import { createMemoize } from '../../../../server/src/core/workspace/memoize';
import assert from 'node:assert';
import { isRelevantPair, relevantPairsOf } from '../../../../server/src/core/access/graph/access-graph';
import { identityPolicyAllow, EXTERNAL_ACCOUNT, grantWith, identityWithPolicies, identityPolicy, KEY_ARN, keyWithPolicyOf, keyPolicy,
  keyPolicyAllow, OWNER_ACCOUNT, roleArnOf, rootArnOf, userArnOf } from '../../../support/access-builders';

describe('access: who meets which key', () => {
  const key = keyWithPolicyOf(
    keyPolicy(keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*'), keyPolicyAllow(rootArnOf(EXTERNAL_ACCOUNT), 'kms:Decrypt')),
  );

  it('meets where a half names the other', () => {
    assert(isRelevantPair(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:Decrypt'))), key));
    assert(isRelevantPair(identityWithPolicies(roleArnOf('999988887777'), identityPolicy(identityPolicyAllow('kms:Decrypt'))), key));
    assert(
      isRelevantPair(
        identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT),
          identityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') }))),
        key,
      ),
    );
    assert(
      isRelevantPair(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('*', { Resource: '*' }))), key),
    );
    assert(
      isRelevantPair(identityWithPolicies(roleArnOf(OWNER_ACCOUNT)),
        keyWithPolicyOf(keyPolicy(keyPolicyAllow(roleArnOf(OWNER_ACCOUNT), 'kms:Decrypt')))),
    );
    assert(isRelevantPair(identityWithPolicies(undefined, identityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '*' }))), key));
    assert(
      isRelevantPair(identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT)),
        keyWithPolicyOf(undefined, {
          grants: [grantWith({ granteePrincipal: roleArnOf(EXTERNAL_ACCOUNT), operations: ['Decrypt', 'RetireGrant'] })],
        })),
    );
  });

  it('takes everyone, limited to an account by a condition, for that account (KMS Developer Guide, kms:CallerAccount)', () => {
    const limited = keyWithPolicyOf(
      keyPolicy(keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*'),
        keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': [OWNER_ACCOUNT, EXTERNAL_ACCOUNT] } } })),
    );
    const everything = identityPolicy(identityPolicyAllow('*', { Resource: '*' }));
    const app = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), everything);
    assert(isRelevantPair(app, limited));
    assert(!isRelevantPair(identityWithPolicies(roleArnOf('999988887777'), everything), limited));
    assert.deepEqual(relevantPairsOf({ keys: [limited], identities: [app], memoize: createMemoize() }).map(({ identity }) => identity.id), [
      roleArnOf(EXTERNAL_ACCOUNT),
    ]);
    assert.deepEqual(relevantPairsOf({ keys: [limited], identities: [], memoize: createMemoize() }).map(({ identity }) => identity.id), [
      EXTERNAL_ACCOUNT,
    ]);
  });

  it('does not meet where neither does', () => {
    const star = identityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '*' }));
    assert(!isRelevantPair(identityWithPolicies(roleArnOf('999988887777'), star), key));
    assert(
      !isRelevantPair(
        identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('s3:GetObject', { Resource: '*' }))),
        key,
      ),
    );
    assert(
      !isRelevantPair(
        identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT),
          identityPolicy(
            identityPolicyAllow('kms:Decrypt', {
              Resource: KEY_ARN.replace(/key\/.*/, 'alias/x').replace(OWNER_ACCOUNT, EXTERNAL_ACCOUNT),
            }),
          )),
        key,
      ),
    );
    assert(
      !isRelevantPair(identityWithPolicies(roleArnOf('999988887777'), identityPolicy(identityPolicyAllow('*', { Resource: '*' }))), key),
    );
  });

  it('lists no session of a role that is known: it has the policies of its role (docs/aws-rules.md 5.6, example 21)', () => {
    const key = keyWithPolicyOf(
      keyPolicy(keyPolicyAllow(`arn:aws:sts::${EXTERNAL_ACCOUNT}:assumed-role/App/s1`, 'kms:Decrypt'),
        keyPolicyAllow(`arn:aws:sts::${EXTERNAL_ACCOUNT}:assumed-role/Other/s1`, 'kms:Decrypt')),
    );
    const role = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT, 'path/App'), identityPolicy(identityPolicyAllow('kms:Decrypt')));
    assert.deepEqual(relevantPairsOf({ keys: [key], identities: [role], memoize: createMemoize() }).map(({ identity }) => identity.arn), [
      roleArnOf(EXTERNAL_ACCOUNT, 'path/App'),
      `arn:aws:sts::${EXTERNAL_ACCOUNT}:assumed-role/Other/s1`,
    ]);
  });

  it('adds those that only the key policy names', () => {
    const user = identityWithPolicies(roleArnOf(EXTERNAL_ACCOUNT), identityPolicy(identityPolicyAllow('kms:Decrypt')));
    const other = keyWithPolicyOf(
      keyPolicy(keyPolicyAllow(rootArnOf(OWNER_ACCOUNT), 'kms:*'),
        keyPolicyAllow([roleArnOf(OWNER_ACCOUNT), userArnOf(EXTERNAL_ACCOUNT), rootArnOf('999988887777'), rootArnOf(EXTERNAL_ACCOUNT)],
          'kms:Decrypt')),
      { id: 'other', arn: undefined, account: OWNER_ACCOUNT },
    );
    const found = relevantPairsOf({ keys: [key, other], identities: [user], memoize: createMemoize() }).map((pair) =>
      `${pair.identity.id} ${pair.key === key ? 1 : 2}`
    );
    assert.deepEqual(found, [`${roleArnOf(EXTERNAL_ACCOUNT)} 1`, `${roleArnOf(EXTERNAL_ACCOUNT)} 2`, `${roleArnOf(OWNER_ACCOUNT)} 2`,
      `${userArnOf(EXTERNAL_ACCOUNT)} 2`, '999988887777 2']);
  });

  it('finds the same pairs by its index as one by one, in little time', () => {
    const accounts = Array.from({ length: 50 }, (_, index) => String(100000000000 + index));
    const keys = accounts.flatMap((account, index) => Array.from({ length: 10 }, (_, each) => keyWithPolicyOf(
      keyPolicy(keyPolicyAllow(rootArnOf(account), 'kms:*'), keyPolicyAllow(rootArnOf(accounts[(index + each) % 50] ?? ''), 'kms:Decrypt')),
      { id: `${account}/${each}`, arn: `arn:aws:kms:us-west-2:${account}:key/1234abcd-12ab-34cd-56ef-${account.slice(0, 11)}${each}` },
    )));
    const identities = accounts.flatMap((account, index) => Array.from({ length: 10 }, (_, each) => identityWithPolicies(
      roleArnOf(account, `R${each}`),
      identityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: each === 0 ? '*' : keys[(index * 10 + each * 7) % 500]?.arn ?? '' })),
    )));
    const start = performance.now();
    const found = relevantPairsOf({ keys, identities, memoize: createMemoize() }).filter(({ identity }) => identity.policies.length > 0);
    const took = performance.now() - start;
    const one = identities.flatMap((identity) =>
      keys.filter((each) => isRelevantPair(identity, each)).map((each) => `${identity.id} ${each.id}`)
    );
    assert.deepEqual(found.map((pair) => `${pair.identity.id} ${pair.key.id}`), one);
    assert(took < 2000, `${Math.round(took)} ms`);
  });
});
