import { mayHaveMoreMembers } from '../../policy/template-function';
import { baseName, plainUri } from '../../text/uri-path';
import { isStringNode, memberOf, type Member, type Node, type ObjectNode } from '../../syntax/tree';
import { stringMemberOf } from '../policy-documents/document-shapes';
import { constructPathOf } from './cdk-output';

/** A CloudFormation template, as far as policies depend on it. */
export interface Template {
  readonly uri: string;
  /** The name of the file, for messages. */
  readonly fileName: string;
  readonly parameters: Node | undefined;
  readonly mappings: Node | undefined;
  readonly conditions: Node | undefined;
  readonly outputs: Node | undefined;
  readonly resources: ReadonlyMap<string, TemplateResource>;
  /** SAM makes further resources of some of its own (SAM Developer Guide, generated resources). */
  readonly isServerless: boolean;
  /** A macro that is not AWS's makes something else of the template. */
  readonly hasMacro: boolean;
  /** A function or a macro may make further resources: policies of the identities, for one. */
  readonly mayHaveMoreResources: boolean;
}

export interface TemplateResource {
  readonly logicalId: string;
  /** `AWS::KMS::Key` */
  readonly type: string;
  /** Its member in `Resources`. */
  readonly member: Member;
  readonly properties: ObjectNode | undefined;
  /** The name of the condition under which it is made. */
  readonly condition: string | undefined;
  /** Of the construct of the CDK that it comes from. */
  readonly constructPath?: string | undefined;
}

export function readTemplate(root: ObjectNode, uri: string): Template {
  const transforms = transformsOf(memberOf(root, 'Transform')?.value);
  const hasMacro = transforms.some((name) => !name.startsWith('AWS::'));
  const resources = memberOf(root, 'Resources')?.value;
  return {
    uri, fileName: baseName(plainUri(uri)),
    parameters: memberOf(root, 'Parameters')?.value,
    mappings: memberOf(root, 'Mappings')?.value,
    conditions: memberOf(root, 'Conditions')?.value,
    outputs: memberOf(root, 'Outputs')?.value,
    resources: readResources(resources),
    isServerless: transforms.some((name) => name.startsWith('AWS::Serverless')),
    hasMacro,
    mayHaveMoreResources: hasMacro || transforms.includes('AWS::Include') || mayHaveMoreMembers(resources) || mayHaveMoreMembers(root),
  };
}

/** The names of `Transform`: a text, or an object with `Name` and `Parameters`, or a list of them. */
function transformsOf(node: Node | undefined): readonly string[] {
  if (node?.kind === 'list') return node.items.flatMap(transformsOf);
  const name = node?.kind === 'object' ? memberOf(node, 'Name')?.value : node;
  return isStringNode(name) ? [name.value] : [];
}

function readResources(node: Node | undefined): ReadonlyMap<string, TemplateResource> {
  const resources = new Map<string, TemplateResource>();
  if (node?.kind !== 'object') return resources;
  for (const member of node.members) {
    const type = stringMemberOf(member.value, 'Type');
    const properties = memberOf(member.value, 'Properties')?.value;
    if (type === undefined) continue;
    const constructPath = constructPathOf(member.value);
    resources.set(member.key.value, {
      logicalId: member.key.value, type, member, properties: properties?.kind === 'object' ? properties : undefined,
      condition: stringMemberOf(member.value, 'Condition'), ...constructPath === undefined ? {} : { constructPath },
    });
  }
  return resources;
}

export const IDENTITY_TYPES: ReadonlySet<string> = new Set(['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group']);

/** The value of a property of a resource. */
export function propertyOf({ properties }: TemplateResource, name: string): Node | undefined {
  return memberOf(properties, name)?.value;
}
