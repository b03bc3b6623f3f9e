import { deploymentSymbol, type Identifier } from '../../aws/identifier-comparison';
import { readPolicyString } from '../../policy/read-policy-string';
import type { PlaceholderValues } from '../../policy/policy-string';
import type { Node } from '../../syntax/tree';
import { resolveFunctions } from './template-functions';
import { propertyOf, type Template, type TemplateResource } from './template';

/** What the names of a template stand for: identifiers, in which symbols stand in for what only a deployment gives. */
export interface TemplateReferences {
  /** By the name of a placeholder; undefined for what is not known. */
  readonly valueOf: PlaceholderValues;
  /** The text of a value; undefined where a part of it is not known. */
  readonly textOf: (node: Node | undefined) => string | undefined;
  readonly account: Identifier;
  readonly region: Identifier;
  readonly partition: Identifier;
}

/**
 * @param declaredValues what else is known of placeholders, which comes before all that the template says
 * @param partition that of the ARNs in the template; undefined where they have none, or several
 */
export function templateReferences(template: Template, declaredValues: PlaceholderValues | undefined,
  partition: string | undefined): TemplateReferences {
  const { uri, fileName } = template;
  const values = new Map<string, string | undefined>([
    ['AWS::AccountId', deploymentSymbol('account', `AWS::AccountId of ${fileName}`, uri)],
    ['AWS::Region', deploymentSymbol('region', `AWS::Region of ${fileName}`, uri)],
    ['AWS::Partition', partition ?? deploymentSymbol('partition', 'AWS::Partition', uri)],
    ['AWS::StackName', deploymentSymbol('text', 'AWS::StackName', uri)],
  ]);
  const valueOf = (name: string): string | undefined => {
    const declaredValue = declaredValues?.(name);
    if (declaredValue !== undefined || values.has(name)) return declaredValue ?? values.get(name);
    // A name of a resource can refer to itself by way of others.
    values.set(name, undefined);
    const value = valueOfResource(name, references, template);
    values.set(name, value);
    return value;
  };
  const textOf = (node: Node | undefined): string | undefined => {
    const resolved = node && resolveFunctions(node, { template, isInsideSub: false });
    if (resolved?.kind !== 'scalar') return undefined;
    const { value, placeholders } = readPolicyString(resolved, valueOf, 'any');
    return placeholders.length > 0 ? undefined : value;
  };
  const pseudoParameter = (name: string): Identifier => valueOf(name) ?? '';
  const references: TemplateReferences = { valueOf, textOf, account: pseudoParameter('AWS::AccountId'),
    region: pseudoParameter('AWS::Region'), partition: pseudoParameter('AWS::Partition') };
  return references;
}

/**
 * What `Ref` (a logical id) or `Fn::GetAtt` (`LogicalId.Attribute`) gives.
 *
 * Source: "Return values" of the page of each resource in
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html
 */
function valueOfResource(name: string, references: TemplateReferences, template: Template): string | undefined {
  const dot = name.indexOf('.');
  const logicalId = dot < 0 ? name : name.slice(0, dot);
  const attribute = dot < 0 ? undefined : name.slice(dot + 1);
  const resource = template.resources.get(logicalId) ?? generatedRole(logicalId, template);
  if (!resource) return undefined;
  switch (resource.type) {
    case 'AWS::KMS::Key':
    case 'AWS::KMS::ReplicaKey':
      if (attribute === 'Arn') return keyArnOf(resource, references, template);
      return attribute === undefined || attribute === 'KeyId' ? generatedName(resource, template) : undefined;
    case 'AWS::KMS::Alias':
      return attribute === undefined ? nameOf(resource, 'AliasName', references, template) : undefined;
    case 'AWS::IAM::Role':
    case 'AWS::IAM::User':
    case 'AWS::IAM::Group':
      if (attribute === 'Arn') return identityArnOf(resource, references, template);
      return attribute === undefined ? identityNameOf(resource, references, template) : undefined;
    case 'AWS::IAM::ManagedPolicy':
      return attribute === undefined || attribute === 'PolicyArn' ? iamArn('policy', 'ManagedPolicyName', resource, references, template)
        : undefined;
    default:
      return attribute?.endsWith('Arn') === true ? arnOfOtherService(resource, references, template) : undefined;
  }
}

/**
 * The role that SAM makes for a function without one: `FunctionRole` (SAM Developer Guide, generated resources of
 * AWS::Serverless::Function).
 */
export function generatedRole(logicalId: string, template: Template): TemplateResource | undefined {
  if (!template.isServerless || !logicalId.endsWith('Role')) return undefined;
  const owner = template.resources.get(logicalId.slice(0, -'Role'.length));
  return owner && hasGeneratedRole(owner)
    ? { logicalId, type: 'AWS::IAM::Role', member: owner.member, properties: undefined, condition: owner.condition } : undefined;
}

/** A function or state machine of SAM without `Role` gets a role of its own. */
export function hasGeneratedRole(resource: TemplateResource): boolean {
  return (resource.type === 'AWS::Serverless::Function' || resource.type === 'AWS::Serverless::StateMachine')
    && propertyOf(resource, 'Role') === undefined;
}

export function keyArnOf(resource: TemplateResource, { partition, region, account }: TemplateReferences, template: Template): string {
  return `arn:${partition}:kms:${region}:${account}:key/${generatedName(resource, template)}`;
}

/** The ARN of a role, user or group; undefined where its path is not known. */
export function identityArnOf(resource: TemplateResource, references: TemplateReferences, template: Template): string | undefined {
  const kind = identityKindOf(resource);
  return iamArn(kind, IDENTITY_NAME_PROPERTIES[kind], resource, references, template);
}

/** Of a resource of the type `AWS::IAM::Role`, `User` or `Group`. */
export function identityKindOf({ type }: TemplateResource): 'role' | 'user' | 'group' {
  return type === 'AWS::IAM::User' ? 'user' : type === 'AWS::IAM::Group' ? 'group' : 'role';
}

const IDENTITY_NAME_PROPERTIES = { role: 'RoleName', user: 'UserName', group: 'GroupName' } as const;

export function identityNameOf(resource: TemplateResource, references: TemplateReferences, template: Template): string {
  return nameOf(resource, IDENTITY_NAME_PROPERTIES[identityKindOf(resource)], references, template);
}

function iamArn(kind: string, nameProperty: string, resource: TemplateResource, references: TemplateReferences,
  template: Template): string | undefined {
  const pathNode = propertyOf(resource, 'Path');
  const path = pathNode === undefined ? '/' : references.textOf(pathNode);
  if (path === undefined) return undefined;
  return `arn:${references.partition}:iam::${references.account}:${kind}${path}${nameOf(resource, nameProperty, references, template)}`;
}

/** The name that the template gives to a resource, or a symbol for the one that the deployment gives, or that is not known. */
function nameOf(resource: TemplateResource, property: string, references: TemplateReferences, template: Template): string {
  const node = propertyOf(resource, property);
  if (node === undefined) return generatedName(resource, template);
  return references.textOf(node) ?? deploymentSymbol('text', `${resource.logicalId} of ${template.fileName}`, template.uri);
}

function generatedName({ logicalId }: TemplateResource, { uri, fileName }: Template): string {
  return deploymentSymbol('resource', `${logicalId} of ${fileName}`, uri);
}

/** Enough to see that it is not a key: the fields of other services' ARNs do not matter. */
function arnOfOtherService({ type, logicalId }: TemplateResource, { partition, region, account }: TemplateReferences,
  { uri }: Template): string | undefined {
  const [provider, service] = type.split('::');
  if (provider !== 'AWS' || service === undefined || service === 'KMS') return undefined;
  return `arn:${partition}:${service.toLowerCase()}:${region}:${account}:${deploymentSymbol('text', logicalId, uri)}`;
}
