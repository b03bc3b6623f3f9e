import { compareIdentifiers, containsSymbol, isDeploymentSymbol } from '../../aws/identifier-comparison';
import { arnResource, parseArn } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { functionOfReadText } from '../../discovery/cloudformation/reference-in-template';
import { importNameOfPlaceholder } from '../../discovery/cloudformation/template-functions';
import type { TemplateFile } from '../../discovery/cloudformation/template-file';
import { propertyOf } from '../../discovery/cloudformation/template';
import type { TemplateResourceRef } from '../../linking/entities';
import { hasSubstitutedPlaceholder, type PolicyString } from '../../policy/policy-string';
import { nodeToJson } from '../../syntax/canonical-value';
import type { ScalarNode } from '../../syntax/tree';
import type { JsonValue } from '../../syntax/tree-edit';
import { describeSymbols } from '../../text/symbol-text';
import { exportNameOf } from '../../units/templates/export-names';
import { exportsOf } from '../../units/templates/template-member';
import type { World } from '../../workspace/world';
import { fixPolicy, type Fix } from './fix';

/**
 * What a reference gives in place of an ARN, `the id of DataKey`; undefined for a value that is not that of a reference to a resource. Of a
 * resource of another template, as an import or a parameter gives it, the type is not at hand.
 */
export function describeReference({ template }: DiscoveredPolicy, policyString: PolicyString): string | undefined {
  const { node, value } = policyString;
  if (!template || !hasSubstitutedPlaceholder(policyString)) return undefined;
  const [logicalId = ''] = wholePlaceholderName(node)?.split('.') ?? [];
  const type = template.file.template.resources.get(logicalId)?.type;
  if (type !== undefined && RESOURCES_WITH_NAME_OR_ID.test(type)) return `the ${type.endsWith('Key') ? 'id' : 'name'} of ${logicalId}`;
  return isDeploymentSymbol(value, 'resource') ? `the Ref of ${describeSymbols(value).replace(' of ', ' in ')}` : undefined;
}

const RESOURCES_WITH_NAME_OR_ID = /^AWS::(?:KMS::(?:Key|ReplicaKey|Alias)|IAM::(?:Role|User|Group))$/;

/** Of the placeholder that is all of the value. */
function wholePlaceholderName({ value, placeholders: [placeholder] }: ScalarNode): string | undefined {
  return placeholder && value === `\${${placeholder.name}}` ? placeholder.name : undefined;
}

/** A key or an identity of the workspace, as far as a reference to it is concerned. */
interface TemplateSubject {
  readonly arn: string | undefined;
  readonly template?: TemplateResourceRef | undefined;
}

/** Fixes that refer to the ARN of a key whose id or alias a reference gives. */
export function fixesByKeyArn(world: World, policy: DiscoveredPolicy, policyString: PolicyString): readonly Fix[] {
  const { value } = policyString;
  return fixesByArn(world, policy, policyString, world.keys.filter(({ keyId, aliases }) =>
    compareIdentifiers(keyId, value) === 'same' || aliases.includes(value)));
}

/** Fixes that refer to the ARN of a role or user whose name a reference gives. */
export function fixesByIdentityArn(world: World, policy: DiscoveredPolicy, policyString: PolicyString): readonly Fix[] {
  return fixesByArn(world, policy, policyString, world.identities.filter(({ arn = '', kind }) =>
    (kind === 'role' || kind === 'user') && compareIdentifiers(nameOfArn(arn), policyString.value) === 'same'));
}

function nameOfArn(arn: string): string | undefined {
  return arnResource(arn).split('/').at(-1);
}

/** Fixes that name the key behind an alias of the same template as its `TargetKeyId` does. */
export function fixesByAliasTarget(world: World, policy: DiscoveredPolicy, policyString: PolicyString): readonly Fix[] {
  const file = policy.template?.file;
  const alias = /(?:^|:)(alias\/[^:]+)$/.exec(policyString.value)?.[1];
  if (!file || alias === undefined) return [];
  const { template, references } = file;
  const aliasArn = parseArn(policyString.value);
  if (aliasArn && (compareIdentifiers(aliasArn.account, references.account) !== 'same'
    || compareIdentifiers(aliasArn.region, references.region) !== 'same')) return [];
  const resource = [...template.resources.values()].find(({ type, logicalId }) =>
    type === 'AWS::KMS::Alias' && references.valueOf(logicalId)?.text === alias);
  const targetNode = resource && propertyOf(resource, 'TargetKeyId');
  const target = references.valueOfNode(targetNode)?.text;
  if (!resource || !targetNode || target === undefined) return [];
  const ownKey = world.keys.find((key) => key.template?.uri === policy.uri
    && (compareIdentifiers(key.arn, target) === 'same' || compareIdentifiers(key.keyId, target) === 'same'));
  if (ownKey) return fixesByOwnArn(policy, policyString, ownKey);
  if (!target.startsWith('arn:')) return [];
  return [fixPolicy(`Use the key of ${resource.logicalId}`, policy,
    [{ edit: 'replace', node: policyString.node, value: nodeToJson(targetNode) }], { preferred: true })];
}

/** Those of the same template come first; one of another template is known by an import, a parameter or an output. */
function fixesByArn(world: World, policy: DiscoveredPolicy, policyString: PolicyString,
  subjects: readonly TemplateSubject[]): readonly Fix[] {
  const ownSubject = subjects.find(({ template }) => template?.uri === policy.uri);
  if (ownSubject) return fixesByOwnArn(policy, policyString, ownSubject);
  const [subject, ...otherSubjects] = subjects.filter(({ template }) => template !== undefined);
  if (!subject || otherSubjects.length > 0 || !policy.template || !hasSubstitutedPlaceholder(policyString)) return [];
  return [...fixesByExport(world, policy, policyString, subject), ...fixesAroundReference(policy, policyString, subject)];
}

function fixesByOwnArn(policy: DiscoveredPolicy, policyString: PolicyString, { arn, template }: TemplateSubject): readonly Fix[] {
  if (arn === undefined || !template || !hasSubstitutedPlaceholder(policyString)) return [];
  return [fixPolicy(`Use the ARN of ${template.logicalId}`, policy, [{ edit: 'replace', node: policyString.node, value: arn }],
    { preferred: true })];
}

/** Imports the ARN, where a template exports it. */
function fixesByExport({ templates }: World, policy: DiscoveredPolicy, { node }: PolicyString, { arn }: TemplateSubject): readonly Fix[] {
  const name = wholePlaceholderName(node);
  if (policy.template?.referenceForm !== 'function' || name === undefined || importNameOfPlaceholder(name) === undefined) return [];
  const names = [...templates.values()].flatMap((file) => exportNamesOf(arn, file));
  return names.slice(0, 1).map((exportName) => fixPolicy(`Import ${exportName}`, policy,
    [{ edit: 'replace', node, value: { 'Fn::ImportValue': exportName } }], { preferred: true }));
}

/** The names under which a template exports a value. */
function exportNamesOf(value: string | undefined, { template, references }: TemplateFile): readonly string[] {
  return exportsOf(template).flatMap((templateExport) => {
    const exportedValue = references.valueOfNode(templateExport.value);
    return exportedValue?.text === value ? exportNameOf(templateExport.name, template, references).text ?? [] : [];
  });
}

/**
 * Puts the ARN together around the reference: a stack imports only from its own account and Region, and a nested stack is in those of its
 * parent.
 */
function fixesAroundReference(policy: DiscoveredPolicy, { node, value }: PolicyString, { arn = '' }: TemplateSubject): readonly Fix[] {
  const { service, region, resource } = parseArn(arn) ?? {};
  const name = wholePlaceholderName(node);
  if (name === undefined || resource?.endsWith(`/${value}`) !== true) return [];
  const importName = importNameOfPlaceholder(name);
  const variable = importName === undefined ? name : service === 'kms' ? 'KeyId' : 'Name';
  const path = resource.slice(0, -value.length);
  const text = `arn:\${AWS::Partition}:${service}:${region === '' ? '' : '${AWS::Region}'}:\${AWS::AccountId}:${path}\${${variable}}`;
  const replacement = importName === undefined ? text : subOfImport(text, variable, importName, policy);
  if (replacement === undefined || containsSymbol(path)) return [];
  return [fixPolicy('Build the ARN with Fn::Sub', policy, [{ edit: 'replace', node, value: replacement }])];
}

function subOfImport(text: string, variable: string, importName: string, { template }: DiscoveredPolicy): JsonValue | undefined {
  if (template?.referenceForm !== 'function') return undefined;
  const name = functionOfReadText(importName) ?? { value: importName };
  return 'refusal' in name ? undefined : { 'Fn::Sub': [text, { [variable]: { 'Fn::ImportValue': name.value } }] };
}
