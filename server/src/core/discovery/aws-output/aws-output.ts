import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, type Node, type ObjectNode } from '../../syntax/tree';
import { accountInventoryOf, attachedPolicyArns, outputAttachmentsOf, policiesWithoutDocumentOf,
  type OutputAttachments } from './attachments';
import { readEmbeddedJson } from '../embedded-document';
import { keyFactsOf } from './key-facts';
import type { Discoverer, DiscoverySink } from '../discoverer';
import { NO_CONTAINER, type PoliciesWithoutDocument, type ContainerFacts } from '../discovery-result';
import { mayHoldPolicy } from '../may-hold-policy';
import { addressOfPointer } from '../policy-address';
import { outputMember, outputString, normalizedMemberName } from './output-members';
import { isPolicyDocument, isInfrastructureTemplate } from '../policy-documents/document-shapes';
import { readContainerFacts, belongsToOtherResource } from './container-facts';

/** Output of the AWS CLI, AWS Config and Steampipe, with lists and objects around it. */
export const AWS_OUTPUT: Discoverer = {
  id: 'aws-output',
  syntaxes: ['json'],
  mayContain: ({ text }) => mayHoldPolicy(text),
  discover(values, sink) {
    for (const { node, pointer, layer } of values) {
      if (!isInfrastructureTemplate(node))
        searchNode(node, { pointer, layer, container: NO_CONTAINER, attachments: undefined, boundary: false, depth: 0 }, sink);
    }
    return [];
  },
};

interface SearchPosition {
  readonly pointer: string;
  readonly layer: SourceLayer;
  readonly container: ContainerFacts;
  readonly attachments: OutputAttachments | undefined;
  /** The policy around limits identities and is attached to none. */
  readonly boundary: boolean;
  readonly depth: number;
}

/** Output of AWS tools is some levels deep; what is nested deeper is something else, and recursion has an end. */
const MAX_SEARCH_DEPTH = 24;
const POLICY_MEMBERS = new Set(['Policy', 'PolicyDocument', 'KeyPolicy']);
/** The same as other tools write them: these count only where an ARN or a name beside them tells whose policy it is. */
const OTHER_POLICY_MEMBERS = new Set(['policy', 'policydocument', 'keypolicy']);
/** A trust policy says who may become the role, not what it may do. */
const IGNORED_MEMBERS = new Set(['assumerolepolicydocument', 'assumerolepolicy', 'assumerolepolicystd', 'permissionsboundary',
  'keymetadata']);
/**
 * Members that contain JSON text in output of the AWS CLI: `configuration` of `aws configservice get-resource-config-history` and
 * `batch-get-resource-config`, and the items of `Results` of `select-resource-config`.
 */
const MEMBERS_WITH_JSON = new Set(['configuration', 'supplementaryconfiguration', 'results']);
/** Steampipe has each policy twice, once with sorted lists and small letters. */
const NORMALIZED_MEMBER_SUFFIX = /_?std$/;

function searchNode(node: Node, position: SearchPosition, sink: DiscoverySink): void {
  if (position.depth > MAX_SEARCH_DEPTH) return;
  if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) {
      if (item.kind !== 'scalar') searchNode(item, childPosition(position, String(index)), sink);
    }
  else if (node.kind === 'object') searchObject(node, position, sink);
}

function childPosition(position: SearchPosition, step: string): SearchPosition {
  return { ...position, pointer: `${position.pointer}/${step.replace(/~/g, '~0').replace(/\//g, '~1')}`, depth: position.depth + 1 };
}

function searchObject(node: ObjectNode, around: SearchPosition, sink: DiscoverySink): void {
  sink.keyFacts.push(...keyFactsOf(node, sink.uri, around.layer));
  const inventory = accountInventoryOf(node);
  const attachments = inventory ? outputAttachmentsOf(inventory) : around.attachments;
  const container = withAttachments(node, readContainerFacts(node, around.container), attachments);
  if (inventory && attachments) sink.policiesWithoutDocument.push(...policiesWithoutDocumentOf(inventory, attachments));
  else if (!attachments) sink.policiesWithoutDocument.push(...policiesAttachedByArn(node, container));
  const position = { ...around, attachments, container, boundary: around.boundary || isPermissionsBoundary(node, container) };
  for (const { key, value } of node.members) {
    const name = normalizedMemberName(key.value);
    if (!value || IGNORED_MEMBERS.has(name) || isNormalizedCopy(node, key.value)) continue;
    const inner = childPosition(position, key.value);
    if (name === 'policyversionlist' && value.kind === 'list') searchVersions(value.items, inner, sink);
    else if (isPolicyMember(node, key.value, position)) discoverPolicyValue(value, inner, node, sink);
    else if (MEMBERS_WITH_JSON.has(name)) searchJsonTexts(value, inner, sink);
    else searchNode(value, inner, sink);
  }
}

/** The managed policies of an identity that stands alone, of which the output has the ARNs only. */
function policiesAttachedByArn(node: ObjectNode, { identityArn }: ContainerFacts): readonly PoliciesWithoutDocument[] {
  const policies = identityArn === undefined ? [] : attachedPolicyArns(node);
  return identityArn === undefined || policies.length === 0 ? [] : [{ identityArn, policies }];
}

function isNormalizedCopy(node: ObjectNode, name: string): boolean {
  return NORMALIZED_MEMBER_SUFFIX.test(name) && outputMember(node, name.replace(NORMALIZED_MEMBER_SUFFIX, '')) !== undefined;
}

/** JSON texts, alone or in a list, and all that is not a text. */
function searchJsonTexts(value: Node, position: SearchPosition, sink: DiscoverySink): void {
  if (value.kind === 'list')
    for (const [index, item] of value.items.entries()) searchJsonTexts(item, childPosition(position, String(index)), sink);
  else if (value.kind === 'object') searchNode(value, position, sink);
  else if (isStringNode(value) && /^\s*[[{"]/.test(value.value)) {
    const document = readEmbeddedJson(position.layer, value);
    if (document?.root) searchNode(document.root, { ...position, layer: document.layer }, sink);
  }
}

function isPolicyMember(node: ObjectNode, name: string, { pointer, container }: SearchPosition): boolean {
  if (POLICY_MEMBERS.has(name)) return true;
  const plain = normalizedMemberName(name).replace(NORMALIZED_MEMBER_SUFFIX, '');
  if (plain === 'document') return /\/policy_?version$/i.test(pointer) || outputMember(node, 'VersionId') !== undefined;
  return OTHER_POLICY_MEMBERS.has(plain) && (container.declaredKind !== undefined || outputString(node, 'Arn') !== undefined);
}

function searchVersions(versions: readonly Node[], position: SearchPosition, sink: DiscoverySink): void {
  for (const [index, version] of versions.entries()) {
    const isDefault = outputMember(version, 'IsDefaultVersion')?.value;
    if (isDefault?.kind === 'scalar' && isDefault.value === 'true') searchNode(version, childPosition(position, String(index)), sink);
  }
}

/** Adds the policy, which may be JSON in a string; what is not a policy is searched for some. */
function discoverPolicyValue(value: Node, position: SearchPosition, around: ObjectNode, sink: DiscoverySink): void {
  const { pointer, layer, container, boundary } = position;
  const document = isStringNode(value) ? readEmbeddedJson(layer, value) : { root: value, layer, faults: [] };
  if (!document || !isPolicyDocument(document.root)) {
    if (!isStringNode(value)) searchNode(value, position, sink);
    return;
  }
  const declaredKind = declaredKindOf(pointer.slice(pointer.lastIndexOf('/') + 1), container, around);
  sink.faults.push(...document.faults);
  sink.documents.push({
    content: document.root, address: addressOfPointer(pointer), layer: document.layer, container: { ...container, declaredKind },
    kind: boundary ? 'boundary' : belongsToOtherResource(around) ? 'other-resource' : declaredKind,
  });
}

/** `put-key-policy` and `get-key-policy` know one policy name only, "default". */
function declaredKindOf(name: string, container: ContainerFacts, around: ObjectNode): ContainerFacts['declaredKind'] {
  if (name === 'KeyPolicy' || name === 'Policy' && outputString(around, 'PolicyName') === 'default') return 'key';
  return normalizedMemberName(name) === 'document' ? 'identity' : container.declaredKind;
}

function isPermissionsBoundary(node: ObjectNode, { attachments }: ContainerFacts): boolean {
  const count = outputMember(node, 'PermissionsBoundaryUsageCount')?.value;
  return attachments?.length === 0 && count?.kind === 'scalar' && Number(count.value) > 0;
}

function withAttachments(node: ObjectNode, container: ContainerFacts, outputAttachments: OutputAttachments | undefined): ContainerFacts {
  if (!outputAttachments) return container;
  if (outputMember(node, 'PolicyVersionList')) {
    const attachments = outputAttachments.identitiesByManagedPolicy.get(outputString(node, 'Arn') ?? '') ?? [];
    return { ...container, declaredKind: 'identity', identityArn: attachments.length === 1 ? attachments[0] : undefined,
      identityName: undefined, attachments };
  }
  const group = outputString(node, 'GroupName');
  if (container.identityArn === undefined || container.attachments !== undefined && group === undefined) return container;
  return { ...container, attachments: [container.identityArn, ...outputAttachments.usersByGroup.get(group ?? '') ?? []] };
}
