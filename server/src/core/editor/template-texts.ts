import { HOLDER_PROPERTIES, type IdentityKind } from '../discovery/cloudformation/attachments';
import { IDENTITY_TYPES, propertyOf, type Template, type TemplateResource } from '../discovery/cloudformation/template';
import { IDENTITY_NAME_PROPERTIES, identityKindOf } from '../discovery/cloudformation/template-references';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { isStringNode, itemsOf, memberOf, type Node, type ScalarNode } from '../syntax/tree';
import type { Workspace } from '../workspace/workspace';
import { toPolicyString } from './manifest-targets';
import { parseName, type NameReference } from './parsed-name';

/**
 * The texts of a template outside of its policies that name an account or an identity: ARNs anywhere, account ids where an account is
 * expected, and names of roles, users and groups where they are given and where policies are attached to them.
 */
export function* templateTextReferences(workspace: Workspace, uri: string): Generator<NameReference> {
  const reading = workspace.readings.get(uri);
  const file = reading?.template;
  if (!reading || !file) return;
  const place = { uri, layer: reading.layer, isDeclaration: false };
  for (const section of ['Parameters', 'Mappings', 'Resources']) {
    for (const { node, mayBeAccount } of scalarsIn(memberOf(file.root, section)?.value, section === 'Mappings', new Set())) {
      const name = parseName(toPolicyString(node), mayBeAccount);
      if (name) yield { ...name, ...place };
    }
  }
  for (const { node, arn } of identityNames(workspace, uri, file.template))
    yield { ...place, text: toPolicyString(node), arn: undefined, account: undefined, fields: {}, identityArn: arn };
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

/** Literal names: where a resource gets its own, and where it is attached to, or is a member of, others by name. */
function* identityNames(workspace: Workspace, uri: string, { resources }: Template): Generator<IdentityNameText> {
  for (const resource of resources.values()) {
    const nameProperty = IDENTITY_TYPES.has(resource.type) ? IDENTITY_NAME_PROPERTIES[identityKindOf(resource)] : undefined;
    const nameNode = nameProperty === undefined ? undefined : propertyOf(resource, nameProperty);
    const arn = nameNode && arnOfResource(workspace, uri, resource);
    if (isStringNode(nameNode) && arn?.endsWith(`/${nameNode.value}`) === true) yield { node: nameNode, arn };
    for (const [kind, properties] of HOLDER_PROPERTIES) {
      for (const node of properties.filter((property) => property !== nameProperty)
        .flatMap((property) => itemsOf(propertyOf(resource, property)))) {
        const holder = isStringNode(node) ? arnOfName(workspace, uri, resource, kind, node.value) : undefined;
        if (isStringNode(node) && holder !== undefined) yield { node, arn: holder };
      }
    }
  }
}

function arnOfResource({ world }: Workspace, uri: string, { logicalId }: TemplateResource): string | undefined {
  return world.identities.find(({ template }) => template?.uri === uri && template.logicalId === logicalId)?.arn;
}

/** Of the identities that the policy is attached to, else of those of the template, the one with that name. */
function arnOfName({ world, readings }: Workspace, uri: string, { logicalId }: TemplateResource, kind: IdentityKind,
  name: string): string | undefined {
  const policies = readings.get(uri)?.policies.filter(({ template }) => template?.logicalId === logicalId) ?? [];
  const ofTemplate = world.identities.filter(({ template }) => template?.uri === uri).flatMap(({ arn }) => arn ?? []);
  return [...policies.flatMap(attachmentsOf), ...ofTemplate].find((arn) => arn.includes(`:${kind}/`) && arn.endsWith(`/${name}`));
}

function attachmentsOf({ container: { attachments } }: DiscoveredPolicy): readonly string[] {
  return attachments ?? [];
}
