import assert from 'node:assert/strict';
import { describeIdentity } from '../../../server/src/core/access/text/describe-access';
import { deploymentSymbol } from '../../../server/src/core/aws/identifier-comparison';
import type { DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import {
  discoveredIdentityPolicy, discoveredKeyPolicy, identityWithPolicies, keyWithPolicyOf, verdictOn,
} from '../../support/access-builders';
import { CONSUMER, identityPolicyAllow, KEY_ID, keyPolicyAllow, OWNER, roleArn, rootArn } from '../../support/fixtures';
import { escapeDeceptiveCharacters } from '../../../server/src/core/text/deceptive-characters';

const STACK = deploymentSymbol('account', 'AWS::AccountId of template.yaml', 'template.yaml');
const STACK_KEY_ARN = `arn:aws:kms:us-west-2:${STACK}:key/${KEY_ID}`;

function stackKey(policy: DiscoveredPolicy, more: Partial<Key> = {}): Key {
  return keyWithPolicyOf(policy, { arn: STACK_KEY_ARN, partition: 'aws', region: 'us-west-2', account: STACK, keyId: KEY_ID, ...more });
}

/** The policy with its principals in the account of the stack: no reader of a syntax makes symbols yet. */
function withPrincipalsInStack(discovered: DiscoveredPolicy): DiscoveredPolicy {
  const statements = discovered.policy.statements.map((statement) => (statement.principal
    ? { ...statement,
      principal: { ...statement.principal,
        principals: statement.principal.principals.map((principal) => ({ ...principal, account: STACK })) } }
    : statement)
  );
  return { ...discovered, policy: { ...discovered.policy, statements } };
}

const stackRole = (policy: DiscoveredPolicy): Identity => identityWithPolicies(roleArn(STACK), policy);

describe('access: accounts that only a deployment gives', () => {
  const decryptAnyKey = discoveredIdentityPolicy(identityPolicyAllow('kms:Decrypt', { Resource: '*' }));

  it('a key policy that allows the account of the stack delegates to a role of the same stack, and to no other for certain', () => {
    const key = stackKey(withPrincipalsInStack(discoveredKeyPolicy(keyPolicyAllow(rootArn(OWNER), 'kms:*'))));
    assert.equal(verdictOn(stackRole(decryptAnyKey), key).outcome, 'allowed');
    assert.equal(verdictOn(identityWithPolicies(roleArn(CONSUMER), decryptAnyKey), key).outcome, 'unknown');
    const otherStack = roleArn(deploymentSymbol('account', 'AWS::AccountId of other.yaml', 'other.yaml'));
    assert.equal(verdictOn(identityWithPolicies(otherStack, decryptAnyKey), key).outcome, 'unknown');
  });

  it('a role of another name is denied, whatever the account', () => {
    const key = stackKey(discoveredKeyPolicy(keyPolicyAllow(roleArn(OWNER, 'Other'), 'kms:*')));
    assert.equal(verdictOn(stackRole(decryptAnyKey), key).outcome, 'denied');
  });

  it('a session of a role of this name is not for certain one of this role', () => {
    const key = stackKey(discoveredKeyPolicy(keyPolicyAllow(`arn:aws:sts::${OWNER}:assumed-role/App/s1`, 'kms:*')));
    assert.equal(verdictOn(stackRole(decryptAnyKey), key).outcome, 'unknown');
  });

  it('a symbol is shown by the name of what it stands for', () => {
    assert.equal(escapeDeceptiveCharacters(describeIdentity(stackRole(decryptAnyKey))), 'role/App of the account of template.yaml');
  });
});
