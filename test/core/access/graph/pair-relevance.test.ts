import { createMemoize } from '../../../../server/src/core/workspace/memoize';
import assert from 'node:assert';
import { relevantPairsOf } from '../../../../server/src/core/access/graph/access-graph';
import * as pairRelevance from '../../../../server/src/core/access/graph/pair-relevance';
import { deploymentSymbol } from '../../../../server/src/core/aws/identifier-comparison';
import type { Identity, Key } from '../../../../server/src/core/linking/entities';
import {
  discoveredIdentityPolicy, discoveredKeyPolicy, grantWith, identityWithPolicies, keyWithPolicyOf,
} from '../../../support/access-builders';
import { CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, OWNER, roleArn, rootArn, userArn } from '../../../support/fixtures';

function isRelevantPair(identity: Identity, key: Key): boolean {
  return pairRelevance.isRelevantPair(identity, key, createMemoize());
}

describe('access: who meets which key', () => {
  const key = keyWithPolicyOf(
    discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')),
  );

  it('meets where a half names the other', () => {
    assert(isRelevantPair(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'))), key));
    assert(
      isRelevantPair(identityWithPolicies(roleArn('999988887777'), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'))), key),
    );
    assert(
      isRelevantPair(
        identityWithPolicies(roleArn(CONSUMER),
          discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') }))),
        key,
      ),
    );
    assert(
      isRelevantPair(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('*', { Resource: '*' }))), key),
    );
    assert(
      isRelevantPair(identityWithPolicies(roleArn(OWNER)),
        keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(OWNER), 'kms:Decrypt')))),
    );
    assert(
      isRelevantPair(identityWithPolicies(roleArn(CONSUMER)),
        keyWithPolicyOf(undefined, {
          grants: [grantWith({ granteePrincipal: roleArn(CONSUMER), operations: ['Decrypt', 'RetireGrant'] })],
        })),
    );
  });

  it('takes everyone, limited to an account by a condition, for that account (KMS Developer Guide, kms:CallerAccount)', () => {
    const limited = keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'),
        keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': [OWNER, CONSUMER] } } })),
    );
    const everything = discoveredIdentityPolicy(identityPolicyAllow('*', { Resource: '*' }));
    const app = identityWithPolicies(roleArn(CONSUMER), everything);
    assert(isRelevantPair(app, limited));
    assert(!isRelevantPair(identityWithPolicies(roleArn('999988887777'), everything), limited));
    assert.deepEqual(relevantPairsOf({ keys: [limited], identities: [app], memoize: createMemoize() }).map(({ identity }) => identity.id), [
      roleArn(CONSUMER),
    ]);
    assert.deepEqual(relevantPairsOf({ keys: [limited], identities: [], memoize: createMemoize() }).map(({ identity }) => identity.id), [
      CONSUMER,
    ]);
  });

  it('does not meet where neither does', () => {
    const star = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '*' }));
    assert(!isRelevantPair(identityWithPolicies(roleArn('999988887777'), star), key));
    assert(
      !isRelevantPair(
        identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('s3:GetObject', { Resource: '*' }))),
        key,
      ),
    );
    assert(
      !isRelevantPair(
        identityWithPolicies(roleArn(CONSUMER),
          discoveredIdentityPolicy(
            identityPolicyAllow('kms:Decrypt', {
              Resource: KEY_ARN.replace(/key\/.*/, 'alias/x').replace(OWNER, CONSUMER),
            }),
          )),
        key,
      ),
    );
    assert(
      !isRelevantPair(identityWithPolicies(roleArn('999988887777'), discoveredIdentityPolicy(identityPolicyAllow('*', { Resource: '*' }))),
        key),
    );
  });

  it('lists no session of a role that is known: it has the policies of its role (docs/aws-rules.md 5.6, example 21)', () => {
    const key = keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(`arn:aws:sts::${CONSUMER}:assumed-role/App/s1`, 'kms:Decrypt'),
        keyPolicyAllow(`arn:aws:sts::${CONSUMER}:assumed-role/Other/s1`, 'kms:Decrypt')),
    );
    const role = identityWithPolicies(roleArn(CONSUMER, 'path/App'), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt')));
    assert.deepEqual(relevantPairsOf({ keys: [key], identities: [role], memoize: createMemoize() }).map(({ identity }) => identity.arn), [
      roleArn(CONSUMER, 'path/App'),
      `arn:aws:sts::${CONSUMER}:assumed-role/Other/s1`,
    ]);
  });

  it('adds those that only the key policy names', () => {
    const user = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt')));
    const other = keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'),
        keyPolicyAllow([roleArn(OWNER), userArn(CONSUMER), rootArn('999988887777'), rootArn(CONSUMER)],
          'kms:Decrypt')),
      { id: 'other', arn: undefined, account: OWNER },
    );
    const found = relevantPairsOf({ keys: [key, other], identities: [user], memoize: createMemoize() }).map((pair) =>
      `${pair.identity.id} ${pair.key === key ? 1 : 2}`
    );
    assert.deepEqual(found, [`${roleArn(CONSUMER)} 1`, `${roleArn(CONSUMER)} 2`, `${roleArn(OWNER)} 2`,
      `${userArn(CONSUMER)} 2`, '999988887777 2']);
  });

  it('finds the same pairs of keys whose accounts only a deployment tells', () => {
    const scopes = ['file:///a.yaml', 'file:///b.yaml', 'file:///c.yaml'];
    const accountOf = (scope: string): string => deploymentSymbol('account', 'AWS::AccountId', scope);
    const arnOf = (scope: string, name: string): string =>
      `arn:aws:kms:us-west-2:${accountOf(scope)}:key/${deploymentSymbol('resource', name, scope)}`;
    const keys = scopes.flatMap((scope) => ['One', 'Two'].map((name, index) => keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(rootArn(accountOf(scope)), 'kms:*'),
        keyPolicyAllow(index === 0 ? rootArn(CONSUMER) : '*', 'kms:Decrypt')),
      { id: `${scope}#${name}`, arn: arnOf(scope, name), account: accountOf(scope), keyId: deploymentSymbol('resource', name, scope) })));
    const resources = [...scopes.flatMap((scope) => [arnOf(scope, 'One'), arnOf(scope, 'Two')]), KEY_ARN, '*',
      `arn:aws:kms:*:${OWNER}:key/*`, `arn:aws:kms:us-west-2:${accountOf(scopes[0] ?? '')}:key/*`,
      `arn:aws:kms:us-west-2:${accountOf(scopes[1] ?? '')}:key/1234abcd-12ab-34cd-56ef-1234567890ab`];
    const identities = [CONSUMER, OWNER, ...scopes.map(accountOf)].flatMap((account) => resources.map((Resource, index) =>
      identityWithPolicies(roleArn(account, `R${index}`), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource })))));
    const relevantPairs = identities.flatMap((identity) =>
      keys.filter((each) => isRelevantPair(identity, each)).map((each) => `${identity.id} ${each.id}`)
    );
    const pairs = relevantPairsOf({ keys, identities, memoize: createMemoize() }).filter(({ identity }) => identity.policies.length > 0);
    assert.deepEqual(pairs.map((pair) => `${pair.identity.id} ${pair.key.id}`), relevantPairs);
    assert(relevantPairs.length > identities.length);
  });

  it('finds the same pairs by its index as by a look at each pair', () => {
    const accounts = Array.from({ length: 50 }, (_, index) => String(100000000000 + index));
    const keys = accounts.flatMap((account, index) =>
      Array.from({ length: 10 }, (_, each) =>
        keyWithPolicyOf(
          discoveredKeyPolicy(keyPolicyAllow(rootArn(account), 'kms:*'),
            keyPolicyAllow(rootArn(accounts[(index + each) % 50] ?? ''), 'kms:Decrypt')),
          { id: `${account}/${each}`, arn: `arn:aws:kms:us-west-2:${account}:key/1234abcd-12ab-34cd-56ef-${account.slice(0, 11)}${each}` },
        ))
    );
    const identities = accounts.flatMap((account, index) =>
      Array.from({ length: 10 }, (_, each) =>
        identityWithPolicies(
          roleArn(account, `R${each}`),
          discoveredIdentityPolicy(
            identityPolicyAllow('kms:Decrypt', { Resource: each === 0 ? '*' : keys[(index * 10 + each * 7) % 500]?.arn ?? '' }),
          ),
        ))
    );
    const found = relevantPairsOf({ keys, identities, memoize: createMemoize() }).filter(({ identity }) => identity.policies.length > 0);
    const relevantPairs = identities.flatMap((identity) =>
      keys.filter((each) => isRelevantPair(identity, each)).map((each) => `${identity.id} ${each.id}`)
    );
    assert.deepEqual(found.map((pair) => `${pair.identity.id} ${pair.key.id}`), relevantPairs);
  });
});
