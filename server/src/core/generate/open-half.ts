import type { LocatedPolicy } from '../locate/located';
import type { PolicyKind, ResourceElement } from '../model/policy';
import { readPolicy } from '../model/read-policy';
import type { JsonValue } from '../parse/edit';
import { fileLayer } from '../parse/layer';
import type { Node, ObjectNode, ScalarNode } from '../parse/tree';
import { conditionElement, type CarriedCondition } from './carried-conditions';

/*
 * Halves that allow everything. With one of them in place of the real half, the engine tells what the other half alone
 * gives: the counterpart is worked out by the same procedure that judges it later.
 */
const NOWHERE = { start: 0, end: 0 };

/** Lets its identity do everything with every key, as far as its own account is concerned. */
export const OPEN_IDENTITY_POLICY: LocatedPolicy = openIdentityPolicy([]);

/** Lets everybody in for everything. */
export const OPEN_KEY_POLICY: LocatedPolicy = openKeyPolicy([]);

/** The same under conditions. */
export function openIdentityPolicy(conditions: readonly CarriedCondition[]): LocatedPolicy {
  return invented('identity', { Effect: 'Allow', Action: 'kms:*', Resource: '*', ...under(conditions) });
}

/** The same under conditions. */
export function openKeyPolicy(conditions: readonly CarriedCondition[]): LocatedPolicy {
  return invented('key', { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*', ...under(conditions) });
}

function under(conditions: readonly CarriedCondition[]): Readonly<Record<string, JsonValue>> {
  const element = conditionElement(conditions);
  return element === undefined ? {} : { Condition: element };
}

/** The key policy, letting everybody in for everything besides: only what it denies is left of it. */
export function openedKeyPolicy(located: LocatedPolicy): LocatedPolicy {
  const { policy } = located;
  return { ...located, policy: { ...policy, statements: [...policy.statements, ...OPEN_KEY_POLICY.policy.statements] } };
}

/** `"Resource": "*"` */
export const ANY_RESOURCE: ResourceElement | undefined = OPEN_IDENTITY_POLICY.policy.statements[0]?.resource;

function invented(kind: PolicyKind, statement: JsonValue): LocatedPolicy {
  const node = treeOf({ Version: '2012-10-17', Statement: [statement] });
  if (node.kind !== 'object') throw new TypeError('a policy document is an object');
  return {
    uri: '', pointer: '', layer: fileLayer(''), policy: readPolicy(node, { kind, fragment: false }),
    wrapper: { says: undefined, keyArn: undefined, keyId: undefined, identityArn: undefined, identityName: undefined, account: undefined, policyName: undefined },
  };
}

function treeOf(value: JsonValue): Node {
  if (Array.isArray(value)) return { kind: 'list', span: NOWHERE, items: value.map((item: JsonValue) => treeOf(item)), closed: true };
  if (typeof value === 'object' && value !== null) return objectTree(value as Readonly<Record<string, JsonValue>>);
  return scalarTree(String(value));
}

function objectTree(value: Readonly<Record<string, JsonValue>>): ObjectNode {
  const members = Object.entries(value).map(([key, item]) => ({ span: NOWHERE, key: scalarTree(key), value: treeOf(item) }));
  return { kind: 'object', span: NOWHERE, members, closed: true };
}

function scalarTree(value: string): ScalarNode {
  return { kind: 'scalar', type: 'string', span: NOWHERE, content: NOWHERE, value, offsets: undefined, holes: [], closed: true };
}
