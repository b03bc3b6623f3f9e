import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, memberOf, type Node, type ObjectNode } from '../../syntax/tree';
import type { Discoverer, DiscoverySink, DiscoveryValue } from '../discoverer';
import { NO_CONTAINER, type ContainerFacts } from '../discovery-result';
import { readEmbeddedJson } from '../embedded-document';
import { accountArn, defaultKeyPolicy } from '../default-key-policy';
import { addressOfPointer } from '../policy-address';
import { ALWAYS, type Presence } from '../../policy/presence';
import { isNoValue, mayHaveMoreMembers } from '../../policy/template-function';
import type { UnitValues } from '../unit-part';
import type { TemplateFault } from '../template-fault';
import { isCloudFormationTemplate } from '../policy-documents/document-shapes';
import { accountIdFaults } from './account-id-faults';
import { attachmentFaults } from './attachment-faults';
import { policiesElsewhere, templateAttachments, type TemplateAttachments } from './attachments';
import { layerOfDefaultKeyPolicy } from './default-key-policy';
import { documentBranches, joinedDocument } from './document-branches';
import { keyFactOf } from './key-properties';
import { policyPlacesOf, type PolicyPlace } from './policy-holders';
import { principalFaults } from './principal-faults';
import { samFaults } from './sam-faults';
import { samPoliciesOf } from './sam-policies';
import { subFaults } from './sub-faults';
import { IDENTITY_TYPES, propertyOf, readTemplate, type Template, type TemplateResource } from './template';
import { createTemplateFile, type TemplateFile, type PolicyInTemplate } from './template-file';
import { decidedBranch, resolveFunctions, type TemplateChoices } from './template-functions';
import { generatedRole, identityArnOf, keyArnOf, type GivenValues } from './template-references';
import { literalPartition } from '../literal-partition';
import { templateFingerprint } from './template-fingerprint';
import { importsOf } from './template-imports';
import type { WrittenDocument } from './written-document';

/** Templates of CloudFormation and SAM, in any syntax. */
export const CLOUDFORMATION: Discoverer = {
  id: 'cloudformation',
  syntaxes: ['json', 'yaml'],
  mayContain: ({ text }) => mayHoldTemplate(text),
  discover: (values, sink) => values.filter((value) => !discoverTemplate(value, sink)),
};

const TEMPLATE_WORDS = /AWSTemplateFormatVersion|AWS::(?:KMS|IAM|Serverless|SSO|Organizations)::/;
const KMS_WORDS = /kms:|AWS::KMS::|KMSDecryptPolicy|KMSEncryptPolicy|Action["']?[ \t]{0,8}:\s{0,40}(?:[[-]\s{0,40})?["']?\*/i;

/** Stacks in a stack, and identities that other stacks may learn of. */
const NESTED_STACK_WORDS = /AWS::(?:CloudFormation::Stack|Serverless::Application)\b/;
const IDENTITY_WORDS = /AWS::IAM::(?:Role|User)\b/;

/** Whether a text is worth parsing as a template: whether it can hold a policy that is a KMS matter, or what one of another stack names. */
export function mayHoldTemplate(text: string): boolean {
  return text.includes('::') && (TEMPLATE_WORDS.test(text) && KMS_WORDS.test(text)
    || NESTED_STACK_WORDS.test(text) || text.includes('Outputs') && IDENTITY_WORDS.test(text));
}

/** What the policies of one template are found with. */
interface TemplateContext extends TemplateFile {
  readonly file: TemplateFile;
  readonly attachments: TemplateAttachments;
  readonly assumedEnvironment: UnitValues['assumedEnvironment'];
  readonly pointer: string;
}

/** False for a value that is not a template. */
function discoverTemplate({ node, pointer, layer }: DiscoveryValue, sink: DiscoverySink): boolean {
  if (!isCloudFormationTemplate(node)) return false;
  const template = readTemplate(node, sink.uri);
  const partition = literalPartition(layer.text);
  const imports = layer.text.includes('ImportValue') ? importsOf(template) : [];
  sink.unitParts.push({ kind: 'template', template, partition, imports, fingerprint: templateFingerprint(template, imports, partition) });
  const file = createTemplateFile(template, node, layer, givenValuesOf(sink), partition);
  const { references } = file;
  const context: TemplateContext = { ...file, file, attachments: templateAttachments(template, references), pointer,
    assumedEnvironment: sink.unitValues.assumedEnvironment };
  sink.template ??= file;
  for (const resource of template.resources.values()) {
    if (resource.condition !== undefined && references.isConditionTrue(resource.condition) === false) continue;
    discoverKey(resource, context, sink);
    discoverIdentity(resource, context, sink);
    for (const place of policyPlacesOf(resource, references)) discoverPolicies(resource, place, context, sink);
    discoverSamPolicies(resource, context, sink);
    sink.templateFaults.push(...attachmentFaults(resource, template, references, layer));
  }
  return true;
}

/** What is declared comes before what other files of the unit say. */
function givenValuesOf({ placeholderValues, unitValues: { values, alternatives } }: DiscoverySink): GivenValues {
  return {
    valueOf: (name) => placeholderValues?.(name) ?? (Object.hasOwn(values, name) ? values[name] : undefined),
    hasSeveralValues: (name) => Object.hasOwn(alternatives, name),
  };
}

function isKey({ type }: TemplateResource): boolean {
  return type === 'AWS::KMS::Key' || type === 'AWS::KMS::ReplicaKey';
}

function discoverKey(resource: TemplateResource, context: TemplateContext, sink: DiscoverySink): void {
  const { template, references, layer, pointer } = context;
  if (!isKey(resource)) return;
  const span = resource.member.key.span;
  const keyArn = keyArnOf(resource, references);
  sink.keyFacts.push({ ...keyFactOf(resource, keyArn, template, references, { uri: sink.uri, span: layer.toFileSpan(span) }),
    presence: presenceOf(resource, references) });
  if (hasValue(propertyOf(resource, 'KeyPolicy'), references) || mayHoldMore(resource, template)) return;
  const content = defaultKeyPolicy(accountArn(references), span);
  sink.documents.push({
    content, address: addressOfPointer(pointerOfResource(pointer, resource)), isImplicit: true, kind: 'key',
    layer: layerOfDefaultKeyPolicy(layer, resource, content, references), template: placeInTemplate(resource, context),
    container: { ...containerOfResource(resource, context), declaredKind: 'key', keyArn },
  });
}

/** Whether a property has a value, or a condition that is not decided may give it one. */
function hasValue(node: Node | undefined, choices: TemplateChoices): boolean {
  const branch = node && decidedBranch(node, choices);
  return branch ? hasValue(branch, choices) : node !== undefined && !isNoValue(node);
}

/** A macro may add a policy where the template has none. */
function mayHoldMore({ member, properties }: TemplateResource, { hasMacro }: Template): boolean {
  return hasMacro || mayHaveMoreMembers(properties) || mayHaveMoreMembers(member.value);
}

function pointerOfResource(pointer: string, { logicalId }: TemplateResource): string {
  return `${pointer}/Resources/${logicalId}`;
}

function discoverIdentity(resource: TemplateResource, context: TemplateContext, sink: DiscoverySink): void {
  const { template, references, attachments, assumedEnvironment, layer } = context;
  const generatedIdentity = generatedRole(`${resource.logicalId}Role`, template);
  const identity = IDENTITY_TYPES.has(resource.type) ? resource : generatedIdentity;
  const arn = identity && identityArnOf(identity, references, template);
  if (arn === undefined) return;
  const { key } = resource.member;
  const location = { uri: sink.uri, span: layer.toFileSpan(key.span) };
  const policies = policiesElsewhere(resource, template, references);
  const holders = [arn, ...resource.type === 'AWS::IAM::Group' ? attachments.membersOf(resource) : []];
  if (policies.length > 0) sink.policiesWithoutDocument.push(...holders.map((identityArn) => ({ identityArn, policies })));
  sink.identities.push({ arn, logicalId: identity?.logicalId ?? resource.logicalId, location,
    presence: presenceOf(resource, references),
    ...assumedEnvironment ? { assumedEnvironment } : {} });
}

function discoverPolicies(resource: TemplateResource, place: PolicyPlace, context: TemplateContext, sink: DiscoverySink): void {
  const { template, references, attachments, layer } = context;
  const container = containerOf(resource, place, context);
  const isAttachmentMaybe = place.holder === 'attached' && attachments.identitiesOf(resource).isMaybe;
  const kind = attachments.boundaries.has(resource.logicalId) && container.attachments?.length === 0 ? 'boundary' : place.kind;
  const pointerOfPlace = `${pointerOfResource(context.pointer, resource)}${place.pointer}`;
  const presenceOfPlace = [...place.presence, ...place.holder === 'attached' ? presenceOf(resource, references) : []];
  const policy = place.holder === 'key'
    ? joinedDocument(place.node, references, defaultKeyPolicy(accountArn(references), place.node.span)) : place.node;
  for (const { node, pointer, presence } of documentBranches(policy, pointerOfPlace, references, presenceOfPlace)) {
    const document = documentIn(node, layer, sink);
    if (!document) continue;
    const resolved = resolveFunctions(document.node, { template, sub: document.sub, choices: references });
    const content = resolved.kind === 'object' ? resolved : document.node;
    if (content.kind !== 'object') continue;
    sink.documents.push({
      content, address: addressOfPointer(pointer), container, kind,
      layer: memberOf(place.node, 'Fn::If') && node === policy ? refusingLayer(layer, content, JOINED_DOCUMENT_REFUSAL) : document.layer,
      isMaybe: isAttachmentMaybe, presence, choiceOf: references.choiceOf,
      referenceValues: references.valueOf,
      template: placeInTemplate(resource, context, referenceFormIn(document)),
      templateFaults: documentFaults(resource, document, context),
    });
  }
}

/** The policies of the role that SAM makes for a function. With `Role` it makes none, and `Policies` has no effect. */
function discoverSamPolicies(resource: TemplateResource, context: TemplateContext, sink: DiscoverySink): void {
  const { template, references, layer, pointer } = context;
  const role = generatedRole(`${resource.logicalId}Role`, template);
  const identityArn = role && identityArnOf(role, references, template);
  if (identityArn === undefined) {
    sink.templateFaults.push(...samFaults(resource, template, layer));
    return;
  }
  const container: ContainerFacts = { ...containerOfResource(resource, context), declaredKind: 'identity', identityArn,
    account: references.account };
  for (const policy of samPoliciesOf(resource)) {
    const content = resolveFunctions(policy.document, { template, choices: references });
    if (content.kind !== 'object') continue;
    sink.documents.push({ content, address: addressOfPointer(`${pointerOfResource(pointer, resource)}${policy.pointer}`),
      layer: policy.refusal === undefined ? layer : refusingLayer(layer, content, policy.refusal), container, kind: 'identity',
      referenceValues: references.valueOf, choiceOf: references.choiceOf, template: placeInTemplate(resource, context),
      templateFaults: documentFaults(resource, { node: policy.document, layer }, context) });
  }
}

const JOINED_DOCUMENT_REFUSAL = 'A condition of the template decides which key policy the key has: change it there.';

/** Refuses edits of what has no text: the document around the statements. */
function refusingLayer(layer: SourceLayer, document: ObjectNode, refusal: string): SourceLayer {
  const withoutText = new Set<unknown>([document, ...document.members]);
  return { ...layer, syntax: { ...layer.syntax, renderEdits: (source, edits) =>
    (edits.some((edit) => 'object' in edit && withoutText.has(edit.object) || 'member' in edit && withoutText.has(edit.member))
      ? { refusal } : layer.syntax.renderEdits(source, edits)) } };
}

/** The condition under which a resource is made. */
function presenceOf({ condition }: TemplateResource, { isConditionTrue, choiceOf }: TemplateChoices): Presence {
  return condition === undefined || isConditionTrue(condition) === true ? ALWAYS : [choiceOf(condition, true)];
}

/** The document, which may be the text of a string or of an `Fn::Sub`. */
function documentIn(node: Node, layer: SourceLayer, sink: DiscoverySink): WrittenDocument | undefined {
  const sub = memberOf(node, 'Fn::Sub')?.value;
  const [text, substitutions] = sub?.kind === 'list' ? sub.items : [sub ?? node];
  if (!isStringNode(text)) return { node, layer };
  const embedded = readEmbeddedJson(layer, text);
  // All of the text may be a reference.
  if (embedded?.root?.kind !== 'object') return sub && { node, layer };
  sink.faults.push(...embedded.faults);
  return { node: embedded.root, layer: embedded.layer, string: { node: text, layer }, sub: sub && { substitutions } };
}

function referenceFormIn({ string, sub }: WrittenDocument): PolicyInTemplate['referenceForm'] {
  if (!string) return 'function';
  return sub ? 'sub' : 'none';
}

function documentFaults(resource: TemplateResource, document: WrittenDocument,
  { file, template, layer }: TemplateContext): readonly TemplateFault[] {
  return [
    ...accountIdFaults(document, template, layer),
    ...subFaults(document, template),
    ...isKey(resource) ? principalFaults(document, resource, file) : [],
  ];
}

function placeInTemplate({ logicalId }: TemplateResource, { file }: TemplateContext,
  referenceForm: PolicyInTemplate['referenceForm'] = 'function'): PolicyInTemplate {
  return { file, logicalId, referenceForm };
}

function containerOfResource({ logicalId }: TemplateResource, { assumedEnvironment }: TemplateContext): ContainerFacts {
  return { ...NO_CONTAINER, logicalId, ...assumedEnvironment ? { assumedEnvironment } : {} };
}

function containerOf(resource: TemplateResource, { kind, holder, policyName }: PolicyPlace, context: TemplateContext): ContainerFacts {
  const { template, references, attachments } = context;
  const container: ContainerFacts = { ...containerOfResource(resource, context), policyName: references.textOf(policyName),
    account: references.account, declaredKind: kind === 'key' ? 'key' : kind === 'identity' ? 'identity' : undefined };
  if (holder === 'key') return { ...container, keyArn: keyArnOf(resource, references) };
  if (holder === 'identity') {
    const identityArn = identityArnOf(resource, references, template);
    const members = resource.type === 'AWS::IAM::Group' ? attachments.membersOf(resource) : [];
    return { ...container, identityArn, attachments: identityArn === undefined ? undefined : [identityArn, ...members] };
  }
  if (holder === 'nobody') return container;
  const { arns, isComplete } = attachments.identitiesOf(resource);
  return { ...container, attachments: arns.length === 0 && !isComplete ? undefined : arns };
}
