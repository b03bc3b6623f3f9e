import { decidePair } from '../access/pair-verdicts';
import { KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { namesKeyInResource, explicitKmsActions } from './statement-permissions';
import { uniqueSid } from './sid';
import { statementObject, type JsonObject } from './statement-additions';

/**
 * The statement that every key policy should have: with it IAM policies of the key's own account count, and no lost
 * identity can lock the key (KMS Developer Guide, default key policy).
 */
export function ownerStatement(key: { readonly partition: string; readonly account: string }, beside?: DiscoveredPolicy): JsonObject {
  const taken = new Set(beside?.policy.statements.map((statement) => statement.sid?.value ?? ''));
  return statementObject({
    sid: uniqueSid('Enable IAM User Permissions', taken),
    principal: { AWS: `arn:${key.partition}:iam::${key.account}:root` },
    actions: ['kms:*'],
    resource: '*',
    conditions: [],
  });
}

/** Whether something that the policy names for the key comes to nothing because the key policy does not leave it to IAM policies. */
export function isDelegationMissing(policy: DiscoveredPolicy, identity: Identity, key: Key,
  organizations: World['organizations']): boolean {
  const stopped = decidePair({ ...identity, policies: [policy] }, key, organizations)
    .filter(({ verdict }) =>
      verdict.outcome === 'denied' && verdict.decidingGate === 'key-policy' && verdict.reason !== 'key-policy-denies'
    )
    .reduce<ActionSet>((set, group) => set | group.actions, NO_ACTIONS);
  return (explicitActionsForKey(policy, key) & stopped) !== NO_ACTIONS;
}

function explicitActionsForKey(policy: DiscoveredPolicy, key: Key): ActionSet {
  const about = policy.policy.statements.filter((statement) => statement.effect === 'Allow'
    && (namesKeyInResource(statement, key) || (statement.resource?.patterns.some((pattern) => pattern.form === 'any') ?? false)));
  return about.reduce<ActionSet>((set, statement) => set | explicitKmsActions(statement), NO_ACTIONS) & KEY_ACTIONS;
}
