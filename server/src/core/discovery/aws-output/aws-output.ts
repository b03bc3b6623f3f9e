import type { PolicyKind } from '../../policy/policy';
import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, type Node, type ObjectNode, type ScalarNode } from '../../syntax/tree';
import { accountInventoryOf, attachedPolicyArns, outputAttachmentsOf, policiesWithoutDocumentOf,
  type OutputAttachments } from './attachments';
import { MEMBERS_WITH_JSON } from './config-items';
import { readEmbeddedJson } from '../embedded-document';
import { keyFactsOf } from './key-facts';
import type { DiscoveredDocument, Discoverer, DiscoverySink } from '../discoverer';
import { NO_CONTAINER, type PoliciesWithoutDocument, type ContainerFacts } from '../discovery-result';
import { mayHoldPolicy } from '../may-hold-policy';
import { addressOfPointer } from '../policy-address';
import { outputMember, outputString, normalizedMemberName } from './output-members';
import { isPolicyDocument, isInfrastructureTemplate } from '../policy-documents/document-shapes';
import { readContainerFacts, belongsToOtherResource } from './container-facts';

/** Output of the AWS CLI, AWS Config and Steampipe, with lists and objects around it. */
export const AWS_OUTPUT: Discoverer = {
  id: 'aws-output',
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
/** Steampipe has each policy twice, once with sorted lists and small letters. */
const NORMALIZED_MEMBER_SUFFIX = /_?std$/;

function searchNode(node: Node, searchPosition: SearchPosition, discoverySink: DiscoverySink): void {
  if (searchPosition.depth > MAX_SEARCH_DEPTH) return;
  if (node.kind === 'list')
    node.items.forEach((item, index) => {
      if (item.kind !== 'scalar') searchNode(item, childPosition(searchPosition, String(index)), discoverySink);
    });
  else if (node.kind === 'object') searchObject(node, searchPosition, discoverySink);
}

function childPosition(searchPosition: SearchPosition, step: string): SearchPosition {
  return { ...searchPosition, pointer: `${searchPosition.pointer}/${step.replace(/~/g, '~0').replace(/\//g, '~1')}`,
    depth: searchPosition.depth + 1 };
}

function searchObject(node: ObjectNode, around: SearchPosition, discoverySink: DiscoverySink): void {
  discoverySink.addKeyFacts(keyFactsOf(node, discoverySink.uri, around.layer));
  const listing = accountInventoryOf(node);
  const ofListing = listing && outputAttachmentsOf(listing);
  if (listing && ofListing) discoverySink.addPoliciesWithoutDocument(policiesWithoutDocumentOf(listing, ofListing));
  const outputAttachments = ofListing ?? around.attachments;
  const wrapper = withAttachments(node, readContainerFacts(node, around.container), outputAttachments);
  if (!outputAttachments) discoverySink.addPoliciesWithoutDocument(policiesAttachedByArn(node, wrapper));
  const searchPosition: SearchPosition = { ...around, attachments: outputAttachments, container: wrapper,
    boundary: around.boundary || isPermissionsBoundary(node, wrapper) };
  for (const { key, value } of node.members) {
    const name = normalizedMemberName(key.value);
    if (!value || IGNORED_MEMBERS.has(name) || isNormalizedCopy(node, key.value)) continue;
    const inner = childPosition(searchPosition, key.value);
    if (name === 'policyversionlist' && value.kind === 'list') searchVersions(value.items, inner, discoverySink);
    else if (isPolicyMember(node, key.value, searchPosition)) discoverPolicyValue(value, inner, node, discoverySink);
    else if (MEMBERS_WITH_JSON.has(name)) searchJsonTexts(value, inner, discoverySink);
    else if (value.kind !== 'scalar') searchNode(value, inner, discoverySink);
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

/** JSON texts, alone or in a list, and all that is no text. */
function searchJsonTexts(value: Node, searchPosition: SearchPosition, discoverySink: DiscoverySink): void {
  if (value.kind === 'list')
    value.items.forEach((item, index) => {
      searchJsonTexts(item, childPosition(searchPosition, String(index)), discoverySink);
    });
  else if (value.kind === 'object') searchNode(value, searchPosition, discoverySink);
  else if (isStringNode(value) && /^\s*[[{"]/.test(value.value)) {
    const document = readEmbeddedJson(searchPosition.layer, value);
    if (document?.root) searchNode(document.root, { ...searchPosition, layer: document.layer }, discoverySink);
  }
}

function isPolicyMember(node: ObjectNode, name: string, { pointer, container }: SearchPosition): boolean {
  if (POLICY_MEMBERS.has(name)) return true;
  const plain = normalizedMemberName(name).replace(NORMALIZED_MEMBER_SUFFIX, '');
  if (plain === 'document') return /\/policy_?version$/i.test(pointer) || outputMember(node, 'VersionId') !== undefined;
  return OTHER_POLICY_MEMBERS.has(plain) && (container.declaredKind !== undefined || outputString(node, 'Arn') !== undefined);
}

function searchVersions(versions: readonly Node[], searchPosition: SearchPosition, discoverySink: DiscoverySink): void {
  versions.forEach((version, index) => {
    const isDefault = outputMember(version, 'IsDefaultVersion')?.value;
    if (isDefault?.kind === 'scalar' && isDefault.value === 'true')
      searchNode(version, childPosition(searchPosition, String(index)), discoverySink);
  });
}

function discoverPolicyValue(value: Node, searchPosition: SearchPosition, around: ObjectNode, discoverySink: DiscoverySink): void {
  if (isStringNode(value)) discoverEmbeddedPolicy(value, searchPosition, around, discoverySink);
  else if (isPolicyDocument(value)) discoverySink.addDocument({ ...discoveredDocumentOf(searchPosition, around, value) });
  else searchNode(value, searchPosition, discoverySink);
}

function discoverEmbeddedPolicy(value: ScalarNode, searchPosition: SearchPosition, around: ObjectNode, discoverySink: DiscoverySink): void {
  const document = readEmbeddedJson(searchPosition.layer, value);
  if (!isPolicyDocument(document?.root)) return;
  const { layer: sourceLayer, root, faults } = document;
  discoverySink.addFaults(faults, sourceLayer);
  discoverySink.addDocument({ ...discoveredDocumentOf(searchPosition, around, root), layer: sourceLayer });
}

function discoveredDocumentOf(searchPosition: SearchPosition, around: ObjectNode, node: ObjectNode): DiscoveredDocument {
  const name = searchPosition.pointer.slice(searchPosition.pointer.lastIndexOf('/') + 1);
  const wrapper = { ...searchPosition.container, declaredKind: declaredKindOf(name, searchPosition.container, around) };
  return { node, address: addressOfPointer(searchPosition.pointer), layer: searchPosition.layer, container: wrapper,
    kind: policyKindOf(searchPosition, wrapper, around) };
}

function policyKindOf({ boundary }: SearchPosition, { declaredKind }: ContainerFacts, around: ObjectNode): PolicyKind | undefined {
  if (boundary) return 'boundary';
  return belongsToOtherResource(around) ? 'other-resource' : declaredKind;
}

/** `put-key-policy` and `get-key-policy` know one policy name only, "default". */
function declaredKindOf(name: string, wrapper: ContainerFacts, around: ObjectNode): ContainerFacts['declaredKind'] {
  if (name === 'KeyPolicy' || name === 'Policy' && outputString(around, 'PolicyName') === 'default') return 'key';
  if (normalizedMemberName(name) === 'document') return 'identity';
  return wrapper.declaredKind;
}

function isPermissionsBoundary(node: ObjectNode, wrapper: ContainerFacts): boolean {
  return wrapper.attachments?.length === 0 && Number(scalarMemberOf(node, 'PermissionsBoundaryUsageCount') ?? 0) > 0;
}

function scalarMemberOf(node: ObjectNode, name: string): string | undefined {
  const value = outputMember(node, name)?.value;
  return value?.kind === 'scalar' ? value.value : undefined;
}

function withAttachments(node: ObjectNode, wrapper: ContainerFacts, outputAttachments: OutputAttachments | undefined): ContainerFacts {
  if (!outputAttachments) return wrapper;
  if (outputMember(node, 'PolicyVersionList')) {
    const arns = outputAttachments.identitiesByManagedPolicy.get(outputString(node, 'Arn') ?? '') ?? [];
    return { ...wrapper, declaredKind: 'identity', identityArn: arns.length === 1 ? arns[0] : undefined, identityName: undefined,
      attachments: arns };
  }
  const group = outputString(node, 'GroupName');
  if (wrapper.identityArn === undefined || wrapper.attachments !== undefined && group === undefined) return wrapper;
  return { ...wrapper, attachments: [wrapper.identityArn, ...(outputAttachments.usersByGroup.get(group ?? '') ?? [])] };
}
