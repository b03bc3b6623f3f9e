import { decidePair } from '../access/pair-verdicts';
import { KEY_ACTIONS, NO_ACTIONS, unionOfActions, unionOfSets } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { sidsOf, statementObject, uniqueSid, type JsonObject } from './statement-additions';
import { explicitKmsActions, namesKeyInResource, type AccessSubject } from './statement-permissions';

/**
 * The statement that every key policy should have: with it IAM policies of the key's own account count, and no lost
 * identity can lock the key (KMS Developer Guide, default key policy).
 */
export function ownerStatement(key: { readonly partition: string; readonly account: string }, keyPolicy?: DiscoveredPolicy): JsonObject {
  return statementObject({
    sid: uniqueSid('Enable IAM User Permissions', sidsOf(keyPolicy)), principal: { AWS: `arn:${key.partition}:iam::${key.account}:root` },
    actions: ['kms:*'], resource: '*', conditions: [],
  });
}

/** Whether actions that the policy names for the key have no effect because the key policy does not leave them to IAM policies. */
export function isDelegationMissing(policy: DiscoveredPolicy, { world, key, grantee }: AccessSubject): boolean {
  const identity = { ...grantee.identity, partition: key.partition, policies: [policy] };
  const stopped = decidePair(identity, key, world).filter(({ verdict }) =>
    verdict.outcome === 'denied' && verdict.decidingGate === 'key-policy' && verdict.reason !== 'key-policy-denies');
  const statements = policy.policy.statements.filter((statement) => statement.effect === 'Allow'
    && (namesKeyInResource(statement, key) || statement.resource?.patterns.some((pattern) => pattern.form === 'any')));
  return (unionOfSets(statements.map(explicitKmsActions)) & KEY_ACTIONS & unionOfActions(stopped)) !== NO_ACTIONS;
}
