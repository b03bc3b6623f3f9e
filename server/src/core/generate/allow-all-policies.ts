import { NO_CONTAINER, type DiscoveredPolicy } from '../discovery/discovery-result';
import { WHOLE_DOCUMENT } from '../discovery/policy-address';
import type { PolicyKind, ResourceElement } from '../policy/policy';
import { readPolicy } from '../policy/read-policy';
import { fileLayer } from '../syntax/syntax';
import type { JsonValue } from '../syntax/tree-edit';
import type { ConditionEntry } from './condition-entries';
import { NEW_DOCUMENT_SYNTAX } from './render';
import { policyDocument, statementObject } from './statement-additions';

/*
 * Policies that allow everything. With one of them in place of the real policy, the evaluation shows what the other policy alone gives: the
 * counterpart is worked out by the same procedure that checks it later.
 */

/** Allows everything with every key, as far as the identity's own account is concerned. */
export const ALLOW_ALL_IDENTITY_POLICY: DiscoveredPolicy = allowAllIdentityPolicy([]);

/** Allows everybody everything. */
export const ALLOW_ALL_KEY_POLICY: DiscoveredPolicy = allowAllKeyPolicy([]);

/** `"Resource": "*"` */
export const WILDCARD_RESOURCE: ResourceElement | undefined = ALLOW_ALL_IDENTITY_POLICY.policy.statements[0]?.resource;

export function allowAllIdentityPolicy(conditions: readonly ConditionEntry[]): DiscoveredPolicy {
  return syntheticPolicy('identity', undefined, conditions);
}

export function allowAllKeyPolicy(conditions: readonly ConditionEntry[]): DiscoveredPolicy {
  return syntheticPolicy('key', { AWS: '*' }, conditions);
}

/** Leaves everything to the IAM policies of the account (docs/aws-rules.md 2.1): there a statement for everybody would be enough alone. */
export function delegatingKeyPolicy(partition: string, account: string): DiscoveredPolicy {
  return syntheticPolicy('key', { AWS: `arn:${partition}:iam::${account}:root` }, []);
}

/** The key policy, allowing everybody everything besides: only its denials are left of it. */
export function withAllowAllStatement(keyPolicy: DiscoveredPolicy): DiscoveredPolicy {
  const { policy } = keyPolicy;
  return { ...keyPolicy, policy: { ...policy, statements: [...policy.statements, ...ALLOW_ALL_KEY_POLICY.policy.statements] } };
}

function syntheticPolicy(kind: PolicyKind, principal: JsonValue | undefined, conditions: readonly ConditionEntry[]): DiscoveredPolicy {
  const statement = statementObject({ sid: undefined, principal, actions: ['kms:*'], resource: '*', conditions });
  const text = NEW_DOCUMENT_SYNTAX.print(policyDocument([statement]));
  const { root } = NEW_DOCUMENT_SYNTAX.parse(text, { comments: 'fault' });
  if (root?.kind !== 'object') throw new TypeError('a policy document is an object');
  return {
    uri: '', address: WHOLE_DOCUMENT, layer: fileLayer(text, NEW_DOCUMENT_SYNTAX),
    policy: readPolicy(root, { declaredKind: kind }), container: NO_CONTAINER,
  };
}
