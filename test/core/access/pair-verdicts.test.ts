import assert from 'node:assert';
import { serviceIdentity } from '../../../server/src/core/access/caller';
import { isRelevantPair } from '../../../server/src/core/access/graph/pair-relevance';
import { createMemoize } from '../../../server/src/core/workspace/memoize';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import type { Grant } from '../../../server/src/core/discovery/discovery-result';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import {
  actionNamesOf, decryptGrantTo, discoveredIdentityPolicy, discoveredKeyPolicy, evaluationWorld, grantWith, identityWithPolicies,
  keyWithPolicyOf,
  verdictOn, verdictText,
} from '../../support/access-builders';
import {
  CONSUMER, identityPolicyAllow, identityPolicyDeny, KEY_ARN, keyPolicyAllow, keyPolicyDeny, OWNER, roleArn, rootArn, userArn,
} from '../../support/fixtures';

describe('access: verdicts of a pair', () => {
  it('groups actions by outcome and cause', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt', 'kms:PutKeyPolicy', 'kms:ListKeys'])));
    const key = keyWithPolicyOf(
      discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'),
        keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'])),
    );
    const groups = decidePair(identity, key, evaluationWorld()).map((group) =>
      `${verdictText(group.verdict)} ${actionNamesOf(group).join(' ')}`
    );
    assert.deepEqual(groups.sort(), [
      'allowed: both-allow kms:Decrypt',
      'denied: identity-policy-missing kms:DescribeKey',
      'denied: key-policy-action kms:Encrypt',
      'denied: not-cross-account kms:PutKeyPolicy',
    ]);
  });

  it('splits a statement whose condition suits only some of its actions', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*')));
    const condition = { Condition: { StringEquals: { 'kms:EncryptionContext:App': 'x' } } };
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'], condition)));
    assert.equal(verdictText(verdictOn(identity, key, 'Decrypt')), 'conditional: both-allow');
    assert.equal(verdictText(verdictOn(identity, key, 'DescribeKey')), 'denied: key-policy-condition');
  });

  it('names the conditions of the statement that asks least, and the alternatives', () => {
    const via = (service: string) => ({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    const two = { Condition: { ...via('ec2').Condition, StringLike: { 'kms:EncryptionContext:App': 'x' } } };
    const identity = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt')));
    const limited = discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', two),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', via('s3')));
    const verdict = verdictOn(identity, keyWithPolicyOf(limited));
    assert.deepEqual(verdict.conditions.map(({ condition }) => condition.values[0]?.value), ['s3.us-west-2.amazonaws.com']);
    assert.deepEqual(verdict.alternatives.map(({ conditions }) => conditions.length), [2]);
    const open = discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt', via('s3')),
      keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'));
    assert.equal(verdictText(verdictOn(identity, keyWithPolicyOf(open))), 'allowed: both-allow');
  });

  it('takes a Deny that may apply for a condition of the Allow', () => {
    const identity = identityWithPolicies(roleArn(CONSUMER),
      discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'),
        identityPolicyDeny('kms:*', { Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })));
    const verdict = verdictOn(identity, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))));
    assert.equal(verdict.outcome, 'conditional');
    assert.deepEqual(verdict.conditions.map(({ negated, condition }) => [negated, condition.key]), [[true, 'aws:SecureTransport']]);
  });

  it('names denying and allowing statements of an explicit Deny', () => {
    const verdict = verdictOn(
      identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'), identityPolicyDeny('kms:Decrypt'))),
      keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))),
    );
    assert.equal(verdictText(verdict), 'denied: identity-policy-denies');
    assert.deepEqual(verdict.decidedBy.map(({ gate, statement }) => `${gate} ${statement.effect}`), ['identity-policy Deny',
      'key-policy Allow', 'identity-policy Allow']);
  });

  it('leaves what depends on the key policy open while it is missing', () => {
    const key = keyWithPolicyOf(undefined);
    assert.equal(
      verdictText(verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'))), key)),
      'unknown: key-policy-missing',
    );
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:*'))), key, 'PutKeyPolicy'),
      ),
      'denied: not-cross-account',
    );
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(CONSUMER)), key)), 'denied: identity-policy-missing');
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(OWNER)), key)), 'unknown: key-policy-missing');
  });

  it('tells the account before the Region, and both before what the key policy says', () => {
    const named = (arn: string): string =>
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: arn }))),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')))),
      );
    assert.equal(named(KEY_ARN.replace(OWNER, CONSUMER)), 'denied: account');
    assert.equal(named(KEY_ARN.replace(OWNER, CONSUMER).replace('us-west-2', 'eu-west-1')), 'denied: account');
    assert.equal(named(KEY_ARN.replace('us-west-2', 'eu-west-1')), 'denied: region');
  });

  it('knows grants', () => {
    const key = (grant: Grant): Key => keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), { grants: [grant] });
    const bare = identityWithPolicies(roleArn(CONSUMER));
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER))))), 'allowed: grant');
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER), true)))), 'conditional: grant');
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER, 'B'))))), 'denied: key-policy-silent');
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(rootArn(CONSUMER))))), 'denied: key-policy-silent');
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'))),
          key(decryptGrantTo(rootArn(CONSUMER)))),
      ),
      'allowed: grant',
    );
    assert.equal(verdictText(verdictOn(bare, key(decryptGrantTo(roleArn(CONSUMER))), 'RetireGrant')), 'allowed: grant');
    const session = identityWithPolicies(`arn:aws:sts::${CONSUMER}:assumed-role/App/one`);
    assert.equal(verdictText(verdictOn(session, key(decryptGrantTo(`arn:aws:iam::${CONSUMER}:role/path/App`)))), 'allowed: grant');
    const denied = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyDeny(rootArn(CONSUMER), 'kms:*')), {
      grants: [decryptGrantTo(roleArn(CONSUMER))],
    });
    assert.equal(verdictText(verdictOn(bare, denied)), 'denied: key-policy-denies');
  });

  it('cannot tell whether a grant of rds.us-west-2.amazonaws.com is one of rds.amazonaws.com (AWS service principals)', () => {
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), {
      grants: [decryptGrantTo('rds.us-west-2.amazonaws.com')],
    });
    const asked = (service: string): string => verdictText(verdictOn(serviceIdentity(service), key, 'Decrypt'));
    assert.equal(asked('rds.us-west-2.amazonaws.com'), 'allowed: grant');
    assert.equal(asked('rds.amazonaws.com'), 'unknown: unresolved');
    assert.equal(asked('rds.eu-west-1.amazonaws.com'), 'denied: key-policy-silent');
  });

  it('lets the retiring principal and the account that made a grant retire it (KMS Developer Guide, Retiring and revoking grants)', () => {
    const key = (grant: Partial<Grant>): Key =>
      keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), {
        grants: [grantWith({ granteePrincipal: roleArn(CONSUMER, 'B'), operations: ['Decrypt'], ...grant })],
      });
    const bare = identityWithPolicies(roleArn(CONSUMER));
    assert.equal(verdictText(verdictOn(bare, key({ retiringPrincipal: roleArn(CONSUMER) }), 'RetireGrant')), 'allowed: grant');
    assert.equal(verdictText(verdictOn(bare, key({ retiringPrincipal: roleArn(CONSUMER) }))), 'denied: key-policy-silent');
    assert.equal(verdictText(verdictOn(identityWithPolicies(roleArn(CONSUMER, 'B')), key({}), 'RetireGrant')),
      'denied: identity-policy-missing');
    const byAccount = identityWithPolicies(roleArn(CONSUMER), discoveredIdentityPolicy(identityPolicyAllow('kms:RetireGrant')));
    assert.equal(verdictText(verdictOn(byAccount, key({ issuingAccount: rootArn(CONSUMER) }), 'RetireGrant')), 'allowed: grant');
    assert.equal(verdictText(verdictOn(bare, key({ issuingAccount: rootArn(CONSUMER) }), 'RetireGrant')),
      'denied: identity-policy-missing');
    assert.deepEqual(decidePair(bare, key({ retiringPrincipal: roleArn(CONSUMER) }), evaluationWorld()).map(actionNamesOf).flat(),
      ['kms:Decrypt', 'kms:RetireGrant']);
    assert(isRelevantPair(bare, key({ retiringPrincipal: roleArn(CONSUMER) }), createMemoize()));
  });

  it('holds the encryption context of a grant against operations that take one (KMS API Reference, GrantConstraints)', () => {
    const key = keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), { grants: [grantWith({
      granteePrincipal: roleArn(CONSUMER), operations: ['Decrypt', 'DescribeKey', 'RetireGrant', 'CreateGrant'],
      constraints: [{ name: 'EncryptionContextEquals', values: ['a=b'] }],
    })] });
    const outcomes = decidePair(identityWithPolicies(roleArn(CONSUMER)), key, evaluationWorld()).map((group) =>
      `${verdictText(group.verdict)} ${actionNamesOf(group).join(' ')}`
    );
    assert.deepEqual(outcomes.sort(), ['allowed: grant kms:DescribeKey kms:RetireGrant', 'conditional: grant kms:CreateGrant kms:Decrypt']);
  });
});

describe('access: identities that are not fully known', () => {
  const decrypts = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt'));
  const narrow = keyWithPolicyOf(
    discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')),
  );

  it('any identity of an account may be the named one', () => {
    assert.equal(verdictText(verdictOn(identityWithPolicies(CONSUMER, decrypts), narrow)), 'unknown: unresolved');
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(CONSUMER, decrypts),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')))),
      ),
      'allowed: both-allow',
    );
  });

  it('a group is not a principal, and its members are users', () => {
    const group = identityWithPolicies(`arn:aws:iam::${CONSUMER}:group/Dev`, decrypts);
    assert.equal(verdictText(verdictOn(group, narrow)), 'denied: identity-not-named');
    assert.equal(verdictText(verdictOn(group, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(userArn(CONSUMER), 'kms:Decrypt'))))),
      'unknown: unresolved');
    assert.equal(verdictText(verdictOn(group, keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'))))),
      'allowed: both-allow');
  });

  it('treats an unattached policy as a consumer\'s if the key policy allows other accounts and its actions work across accounts', () => {
    const unattached = (...actions: string[]): Identity =>
      identityWithPolicies(undefined, discoveredIdentityPolicy(identityPolicyAllow(actions)));
    assert.equal(verdictText(verdictOn(unattached('kms:Decrypt'), narrow)), 'allowed: both-allow');
    assert.equal(verdictText(verdictOn(unattached('kms:Decrypt', 'kms:Encrypt'), narrow, 'Encrypt')), 'denied: key-policy-action');
    assert.equal(verdictText(verdictOn(unattached('kms:Decrypt', 'kms:PutKeyPolicy'), narrow, 'PutKeyPolicy')), 'allowed: both-allow');
    assert.equal(
      verdictText(verdictOn(unattached('kms:Decrypt'), keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'))))),
      'allowed: both-allow',
    );
    // "Allow access for all principals in the account": nobody outside is let in (KMS Developer Guide, kms:CallerAccount).
    const everyoneAtHome = keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } });
    assert.equal(
      verdictText(
        verdictOn(unattached('kms:Encrypt'), keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), everyoneAtHome)),
          'Encrypt'),
      ),
      'allowed: both-allow',
    );
    assert.equal(
      verdictText(
        verdictOn(unattached('kms:Encrypt'),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'), keyPolicyAllow('*', 'kms:Decrypt'))), 'Encrypt'),
      ),
      'unknown: unresolved',
    );
  });

  it('a key of unknown account decides what holds for owner and consumer alike', () => {
    const hidden = { arn: undefined, id: 'k' };
    const star = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '*' }));
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER), star),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')), hidden)),
      ),
      'allowed: both-allow',
    );
    assert.equal(
      verdictText(
        verdictOn(identityWithPolicies(roleArn(CONSUMER)),
          keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(roleArn(CONSUMER), 'kms:Decrypt')), hidden)),
      ),
      'unknown: unresolved',
    );
    assert.equal(
      verdictOn(identityWithPolicies(roleArn(CONSUMER), star),
        keyWithPolicyOf(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*')), hidden)).outcome,
      'denied',
    );
  });
});
