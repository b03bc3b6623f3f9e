import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { isStringNode, itemsOf, memberOf, type Member, type Node, type ObjectNode, type ScalarNode } from '../syntax/tree';
import type { Workspace } from '../workspace/workspace';
import { toPolicyString } from './manifest-targets';
import { parseName, type NameReference } from './parsed-name';
import { templateNamesIn } from './template-names';

/**
 * The texts of a template outside of its policies that name an account or an identity: ARNs anywhere, account ids where an account is
 * expected, and names of roles, users and groups where they are given and where policies are attached to them.
 */
export function* templateTextReferences(workspace: Workspace, uri: string): Generator<NameReference> {
  const reading = workspace.readings.get(uri);
  const template = templateNamesIn(workspace, uri);
  if (!reading || !template) return;
  const file = { uri, layer: reading.layer, isDeclaration: false };
  for (const section of ['Parameters', 'Mappings', 'Resources']) {
    for (const { node, mayBeAccount } of scalarsIn(memberOf(template.root, section)?.value, section === 'Mappings', new Set())) {
      const name = parseName(toPolicyString(node), mayBeAccount);
      if (name) yield { ...name, ...file };
    }
  }
  for (const { node, arn } of identityNames(workspace, uri, template.root))
    yield { ...file, text: toPolicyString(node), arn: undefined, account: undefined, fields: {}, identityArn: arn };
}

interface TemplateScalar {
  readonly node: ScalarNode;
  readonly mayBeAccount: boolean;
}

/** The values of parameters, and principals. */
const MEMBERS_WITH_ACCOUNTS = /^(?:Default|AllowedValues|AWS|Principal|kms:CallerAccount|aws:\w*Account|TrustedAccounts?)$/i;

function* scalarsIn(node: Node | undefined, mayBeAccount: boolean, visited: Set<Node>): Generator<TemplateScalar> {
  if (!node || visited.has(node)) return;
  visited.add(node);
  if (node.kind === 'scalar') yield { node, mayBeAccount };
  else if (node.kind === 'list') for (const item of node.items) yield* scalarsIn(item, mayBeAccount, visited);
  else for (const { key, value } of node.members) yield* scalarsIn(value, mayBeAccount || MEMBERS_WITH_ACCOUNTS.test(key.value), visited);
}

interface IdentityNameText {
  readonly node: ScalarNode;
  readonly arn: string;
}

const NAME_PROPERTIES: Readonly<Partial<Record<string, string>>> = {
  'AWS::IAM::Role': 'RoleName', 'AWS::IAM::User': 'UserName', 'AWS::IAM::Group': 'GroupName',
};
/** By the property that names who has a policy, or who is in a group, the kind of identity. */
const HOLDER_PROPERTIES: readonly (readonly [string, string])[] = [
  ['Roles', 'role'], ['RoleName', 'role'], ['Users', 'user'], ['UserName', 'user'], ['Groups', 'group'], ['GroupName', 'group'],
];

/** Literal names: where a resource gets its own, and where it is attached to, or is a member of, others by name. */
function* identityNames(workspace: Workspace, uri: string, root: ObjectNode): Generator<IdentityNameText> {
  const resources = memberOf(root, 'Resources')?.value;
  if (resources?.kind !== 'object') return;
  for (const resource of resources.members) {
    const properties = memberOf(resource.value, 'Properties')?.value;
    const nameProperty = NAME_PROPERTIES[typeOf(resource)];
    const own = nameProperty === undefined ? undefined : memberOf(properties, nameProperty)?.value;
    const arn = own && arnOfResource(workspace, uri, resource.key.value);
    if (isStringNode(own) && arn?.endsWith(`/${own.value}`) === true) yield { node: own, arn };
    for (const [property, kind] of HOLDER_PROPERTIES) {
      if (property === nameProperty) continue;
      for (const node of itemsOf(memberOf(properties, property)?.value)) {
        const holder = isStringNode(node) ? arnOfName(workspace, uri, resource.key.value, `${kind}/${node.value}`) : undefined;
        if (isStringNode(node) && holder !== undefined) yield { node, arn: holder };
      }
    }
  }
}

function typeOf({ value }: Member): string {
  const type = memberOf(value, 'Type')?.value;
  return isStringNode(type) ? type.value : '';
}

function arnOfResource({ world }: Workspace, uri: string, logicalId: string): string | undefined {
  return world.identities.find(({ template }) => template?.uri === uri && template.logicalId === logicalId)?.arn;
}

/** Of the identities that the policy is attached to, else of those of the template, the one with that name. */
function arnOfName({ world, readings }: Workspace, uri: string, logicalId: string, kindAndName: string): string | undefined {
  const [kind = '', name = ''] = kindAndName.split('/');
  const policies = readings.get(uri)?.policies.filter(({ template }) => template?.logicalId === logicalId) ?? [];
  const ofTemplate = world.identities.filter(({ template }) => template?.uri === uri).flatMap(({ arn }) => arn ?? []);
  return [...policies.flatMap(attachmentsOf), ...ofTemplate].find((arn) => arn.includes(`:${kind}/`) && arn.endsWith(`/${name}`));
}

function attachmentsOf({ container: { attachments } }: DiscoveredPolicy): readonly string[] {
  return attachments ?? [];
}
