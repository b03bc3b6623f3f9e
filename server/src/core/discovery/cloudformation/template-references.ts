import { deploymentSymbol, isDeploymentSymbol, type DeploymentSymbol, type Identifier } from '../../aws/identifier-comparison';
import { partitionOfRegion } from '../../aws/regions';
import { readPolicyString } from '../../policy/read-policy-string';
import type { ConditionChoice } from '../../policy/presence';
import type { PlaceholderValue, PlaceholderValues } from '../../policy/policy-string';
import type { Node } from '../../syntax/tree';
import { conditionChoice } from './condition-choices';
import { conditionValueOf } from './template-conditions';
import { resolveFunctions, type TemplateChoices } from './template-functions';
import { parameterValueOf } from './template-parameters';
import { IDENTITY_TYPES, propertyOf, type Template, type TemplateResource } from './template';

/** What the names of a template stand for: identifiers, in which symbols stand in for what only a deployment gives. */
export interface TemplateReferences extends TemplateChoices {
  /** By the name of a placeholder; undefined for what is not known. */
  readonly valueOf: PlaceholderValues;
  /** A value of the template; undefined where a part of it is not known. */
  readonly valueOfNode: (node: Node | undefined) => PlaceholderValue | undefined;
  /** The role, user or group of the template with that ARN, the first of several. */
  readonly identityWithArn: (arn: string) => TemplateResource | undefined;
  readonly account: Identifier;
  readonly region: Identifier;
  readonly partition: Identifier;
}

/** What is known of the placeholders of a template besides what it says itself. */
export interface GivenValues {
  readonly valueOf: PlaceholderValues;
  /** Whether a parameter has several values, by deployments that differ: its default is then not more likely than these. */
  readonly hasSeveralValues: (name: string) => boolean;
}

/** The names of pseudo parameters with the symbols for what only the deployment of the template gives. */
export function pseudoParameterSymbols({ uri, fileName }: Template): Readonly<Record<PseudoParameter, DeploymentSymbol>> {
  return {
    'AWS::AccountId': deploymentSymbol('account', `AWS::AccountId of ${fileName}`, uri),
    'AWS::Region': deploymentSymbol('region', `AWS::Region of ${fileName}`, uri),
    'AWS::Partition': deploymentSymbol('partition', 'AWS::Partition', uri),
    'AWS::StackName': deploymentSymbol('text', 'AWS::StackName', uri),
  };
}

export type PseudoParameter = 'AWS::AccountId' | 'AWS::Region' | 'AWS::Partition' | 'AWS::StackName';

/**
 * @param given what else is known of placeholders, which comes before all that the template says
 * @param literalPartition that of the ARNs in the template; undefined where they have none, or several
 */
export function templateReferences(template: Template, given: GivenValues, literalPartition: string | undefined): TemplateReferences {
  const givenRegion = given.valueOf('AWS::Region')?.text;
  const partition = literalPartition ?? (givenRegion === undefined ? undefined : partitionOfRegion(givenRegion));
  const symbols = pseudoParameterSymbols(template);
  const values = new Map<string, PlaceholderValue | undefined>(Object.entries(symbols).map(([name, text]) => [name, { text }]));
  if (partition !== undefined) values.set('AWS::Partition', { text: partition });
  const valueOf: PlaceholderValues = (name) => {
    const givenValue = given.valueOf(name);
    if (givenValue !== undefined || values.has(name)) return givenValue ?? values.get(name);
    // A name of a resource can refer to itself by way of others.
    values.set(name, undefined);
    const text = valueOfResource(name, references, template);
    const value = text === undefined ? valueOfParameter(name) : { text };
    values.set(name, value);
    return value;
  };
  const valueOfParameter = (name: string): PlaceholderValue | undefined => {
    const value = given.hasSeveralValues(name) ? undefined : parameterValueOf(name, template);
    // A guess about a stack of which not even the account is known says nothing.
    return value?.assumptions && isDeploymentSymbol(references.account) ? undefined : value;
  };
  const valueOfNode = (node: Node | undefined): PlaceholderValue | undefined => {
    const valueNode = node && resolveFunctions(node, { template, choices: references });
    if (valueNode?.kind !== 'scalar') return undefined;
    const { value, placeholders, assumptions } = readPolicyString(valueNode, valueOf, 'any');
    return placeholders.length > 0 ? undefined : { text: value, ...assumptions ? { assumptions } : {} };
  };
  const textOf = (node: Node | undefined): string | undefined => {
    const value = valueOfNode(node);
    return value?.assumptions ? undefined : value?.text;
  };
  const pseudoParameter = (name: string): Identifier => valueOf(name)?.text ?? '';
  const isConditionTrue = (name: string): boolean | undefined => conditionValueOf(name, template, textOf);
  const choices = new Map<string, ConditionChoice>();
  const choiceOf = (name: string, isTrue: boolean): ConditionChoice => {
    const key = `${isTrue ? '' : '!'}${name}`;
    const choice = choices.get(key) ?? conditionChoice(name, isTrue, template, isConditionTrue);
    choices.set(key, choice);
    return choice;
  };
  let identitiesByArn: ReadonlyMap<string | undefined, TemplateResource> | undefined;
  const identityWithArn = (arn: string): TemplateResource | undefined =>
    (identitiesByArn ??= indexIdentities(references, template)).get(arn);
  const references: TemplateReferences = { valueOf, valueOfNode, textOf, isConditionTrue, choiceOf, identityWithArn,
    account: pseudoParameter('AWS::AccountId'), region: pseudoParameter('AWS::Region'), partition: pseudoParameter('AWS::Partition') };
  return references;
}

function indexIdentities(references: TemplateReferences, template: Template): ReadonlyMap<string | undefined, TemplateResource> {
  // The first of equal ARNs counts.
  const identities = [...template.resources.values()].filter(({ type }) => IDENTITY_TYPES.has(type)).reverse();
  return new Map(identities.map((identity) => [identityArnOf(identity, references, template), identity]));
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
      if (attribute === 'Arn') return keyArnOf(resource, references);
      if (attribute === 'KeyId') return references.valueOf(logicalId)?.text;
      return attribute === undefined ? generatedName(resource, template) : undefined;
    case 'AWS::KMS::Alias':
      return attribute === undefined ? aliasNameOf(resource, references, template) : undefined;
    case 'AWS::IAM::Role':
    case 'AWS::IAM::User':
    case 'AWS::IAM::Group':
      if (attribute === 'Arn') return identityArnOf(resource, references, template);
      return attribute === undefined ? identityNameOf(resource, references, template) : undefined;
    case 'AWS::IAM::ManagedPolicy':
      return attribute === undefined || attribute === 'PolicyArn' ? iamArn('policy', 'ManagedPolicyName', resource, references, template)
        : undefined;
    default:
      return attribute !== undefined && isArnOfResource(attribute, resource) ? arnOfOtherService(resource, references, template)
        : undefined;
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

export function keyArnOf(resource: TemplateResource, { valueOf, partition, region, account }: TemplateReferences): string {
  return `arn:${partition}:kms:${region}:${account}:key/${valueOf(resource.logicalId)?.text ?? ''}`;
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

export const IDENTITY_NAME_PROPERTIES = { role: 'RoleName', user: 'UserName', group: 'GroupName' } as const;

export function identityNameOf(resource: TemplateResource, references: TemplateReferences, template: Template): string {
  return nameOf(resource, IDENTITY_NAME_PROPERTIES[identityKindOf(resource)], references, template);
}

/** Also of one of which only the beginning is known (CloudFormation template reference, AWS::KMS::Alias: it begins with `alias/`). */
function aliasNameOf(resource: TemplateResource, references: TemplateReferences, template: Template): string {
  const name = nameOf(resource, 'AliasName', references, template);
  return isDeploymentSymbol(name) ? `alias/${name}` : name;
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

/** Whether the attribute is the ARN of the resource itself: not one of its key (`EncryptionConfigKeyArn` of EKS),
  nor an output of a stack. */
function isArnOfResource(attribute: string, { type }: TemplateResource): boolean {
  return /^\w*Arn$/.test(attribute) && !/key|kms|role|user/i.test(attribute) && !type.startsWith('AWS::CloudFormation::');
}

/** Enough to see that it is not a key: the fields of other services' ARNs do not matter. */
function arnOfOtherService({ type, logicalId }: TemplateResource, { partition, region, account }: TemplateReferences,
  { uri }: Template): string | undefined {
  const [provider, service] = type.split('::');
  if (provider !== 'AWS' || service === undefined || service === 'KMS') return undefined;
  return `arn:${partition}:${service.toLowerCase()}:${region}:${account}:${deploymentSymbol('text', logicalId, uri)}`;
}
