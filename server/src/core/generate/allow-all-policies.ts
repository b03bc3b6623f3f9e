import { WHOLE_DOCUMENT } from '../discovery/policy-address';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { PolicyKind, ResourceElement } from '../policy/policy';
import { readPolicy } from '../policy/read-policy';
import type { JsonValue } from '../syntax/tree-edit';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import { fileLayer } from '../syntax/syntax';
import type { Node, ObjectNode, ScalarNode } from '../syntax/tree';
import { conditionElement, type ConditionEntry } from './condition-entries';

/*
 * Halves that allow everything. With one of them in place of the real half, the engine tells what the other half alone
 * gives: the counterpart is worked out by the same procedure that judges it later.
 */
const EMPTY_SPAN = { start: 0, end: 0 };

/** Lets its identity do everything with every key, as far as its own account is concerned. */
export const ALLOW_ALL_IDENTITY_POLICY: DiscoveredPolicy = allowAllIdentityPolicy([]);

/** Lets everybody in for everything. */
export const ALLOW_ALL_KEY_POLICY: DiscoveredPolicy = allowAllKeyPolicy([]);

/** The same under conditions. */
export function allowAllIdentityPolicy(conditions: readonly ConditionEntry[]): DiscoveredPolicy {
  return syntheticPolicy('identity', { Effect: 'Allow', Action: 'kms:*', Resource: '*', ...conditionElementMember(conditions) });
}

/** The same under conditions. */
export function allowAllKeyPolicy(conditions: readonly ConditionEntry[]): DiscoveredPolicy {
  return syntheticPolicy('key', { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*',
    ...conditionElementMember(conditions) });
}

function conditionElementMember(conditions: readonly ConditionEntry[]): Readonly<Record<string, JsonValue>> {
  const element = conditionElement(conditions);
  return element === undefined ? {} : { Condition: element };
}

/** The key policy, letting everybody in for everything besides: only what it denies is left of it. */
export function withAllowAllStatement(located: DiscoveredPolicy): DiscoveredPolicy {
  const { policy } = located;
  return { ...located, policy: { ...policy, statements: [...policy.statements, ...ALLOW_ALL_KEY_POLICY.policy.statements] } };
}

/** `"Resource": "*"` */
export const WILDCARD_RESOURCE: ResourceElement | undefined = ALLOW_ALL_IDENTITY_POLICY.policy.statements[0]?.resource;

function syntheticPolicy(kind: PolicyKind, statement: JsonValue): DiscoveredPolicy {
  const node = syntheticNode({ Version: '2012-10-17', Statement: [statement] });
  if (node.kind !== 'object') throw new TypeError('a policy document is an object');
  return {
    uri: '', address: WHOLE_DOCUMENT, layer: fileLayer('', JSON_SYNTAX),
    policy: readPolicy(node, { declaredKind: kind, isFragment: false }),
    container: { declaredKind: undefined, keyArn: undefined, keyId: undefined, identityArn: undefined, identityName: undefined,
      account: undefined, policyName: undefined },
  };
}

function syntheticNode(value: JsonValue): Node {
  if (Array.isArray(value))
    return { kind: 'list', span: EMPTY_SPAN, items: value.map((item: JsonValue) => syntheticNode(item)), closed: true };
  if (typeof value === 'object' && value !== null) return syntheticObject(value as Readonly<Record<string, JsonValue>>);
  return syntheticScalar(String(value));
}

function syntheticObject(value: Readonly<Record<string, JsonValue>>): ObjectNode {
  const members = Object.entries(value).map(([key, item]) => ({ span: EMPTY_SPAN, key: syntheticScalar(key), value: syntheticNode(item) }));
  return { kind: 'object', span: EMPTY_SPAN, members, closed: true };
}

function syntheticScalar(value: string): ScalarNode {
  return { kind: 'scalar', type: 'string', span: EMPTY_SPAN, content: EMPTY_SPAN, value, offsets: undefined, placeholders: [],
    closed: true };
}
