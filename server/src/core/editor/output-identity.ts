import { locationInFile } from '../discovery/discovery-result';
import { normalizedMemberName } from '../discovery/aws-output/output-members';
import { parseIdentityArn } from '../linking/names';
import { isStringNode, type Node, type ObjectNode, type ScalarNode } from '../syntax/tree';
import { spanContains, spanContainsOffset } from '../text/span';
import type { Workspace } from '../workspace/workspace';
import { toPolicyString } from './manifest-targets';
import type { NamedEntityAt } from './named-entity';

const IDENTITY_NAME_MEMBERS: Readonly<Partial<Record<string, 'role' | 'user' | 'group'>>> = {
  rolename: 'role', username: 'user', groupname: 'group',
};

/** The identity that AWS CLI output names beside its policy at the offset: `"RoleName": "reporting"`. */
export function outputIdentityAt({ readings, world }: Workspace, uri: string, offset: number): NamedEntityAt | undefined {
  const reading = readings.get(uri);
  const identityName = reading && identityNameIn(reading.roots, offset);
  if (!identityName) return undefined;
  const { object, kind, node } = identityName;
  const policies = reading.policies.filter((policy) => policy.container.identityName === `${kind}/${node.value}`
    && spanContains(object.span, locationInFile(policy, policy.policy.node.span).span));
  const identities = policies.flatMap((policy) => world.identitiesByPolicy.get(policy) ?? []);
  const names = identities.flatMap(({ arn }) => parseIdentityArn(arn) ?? []).filter(({ name }) => name === `${kind}/${node.value}`);
  const [name] = names;
  if (!name) return undefined;
  const text = toPolicyString(node);
  return { entity: { kind: 'identity', name },
    reference: { uri, layer: reading.layer, text, arn: undefined, account: undefined, fields: {}, isDeclaration: false } };
}

/** The name of a policy that AWS CLI output gives at the offset: `"PolicyName": "use-keys"`. */
export function outputPolicyNameAt({ readings }: Workspace, uri: string, offset: number): string | undefined {
  const reading = readings.get(uri);
  if (!reading || reading.policies.length === 0) return undefined;
  const member = memberAt(reading.roots, offset, (name) => name === 'policyname');
  return member?.node.value;
}

interface IdentityName {
  readonly object: ObjectNode;
  readonly kind: 'role' | 'user' | 'group';
  readonly node: ScalarNode;
}

/** The member with the name, and the object whose policies it is about. */
function identityNameIn(nodes: readonly Node[], offset: number): IdentityName | undefined {
  const member = memberAt(nodes, offset, (name) => IDENTITY_NAME_MEMBERS[name] !== undefined);
  const kind = member && IDENTITY_NAME_MEMBERS[member.name];
  return member && kind && { object: member.object, kind, node: member.node };
}

interface TextMember {
  readonly object: ObjectNode;
  readonly name: string;
  readonly node: ScalarNode;
}

/** The innermost object that has a text at the offset under one of the names, which are compared without capitals. */
function memberAt(nodes: readonly Node[], offset: number, isWanted: (name: string) => boolean): TextMember | undefined {
  const node = nodes.find(({ span }) => spanContainsOffset(span, offset));
  if (node?.kind === 'list') return memberAt(node.items, offset, isWanted);
  if (node?.kind !== 'object') return undefined;
  const member = node.members.find(({ value }) => value && spanContainsOffset(value.span, offset));
  if (!member?.value) return undefined;
  const name = normalizedMemberName(member.key.value);
  return isWanted(name) && isStringNode(member.value)
    ? { object: node, name, node: member.value }
    : memberAt([member.value], offset, isWanted);
}
