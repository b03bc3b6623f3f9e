import type { PolicyKind } from '../model/policy';
import { embeddedLayer } from '../parse/embedded';
import type { SyntaxFault } from '../parse/fault';
import type { Layer } from '../parse/layer';
import { parseJson } from '../parse/parse';
import { isString, memberOf, type Node, type ObjectNode, type ScalarNode } from '../parse/tree';
import { attachmentsOf, unseenPolicies, type Attachments } from './attachments';
import { keyFactsOf } from './key-facts';
import type { KeyFact, UnseenPolicies, WrapperFacts } from './located';
import { mayHoldPolicy } from './may-hold-policy';
import { isDocument, isTemplate, stringOf } from './shapes';
import { factsOf } from './wrapper-facts';

/** A policy document found inside of something. */
export interface Found {
  readonly node: ObjectNode;
  readonly pointer: string;
  readonly layer: Layer;
  readonly wrapper: WrapperFacts;
  readonly kind: PolicyKind | undefined;
}

/** Where the results of one file go. */
export interface Findings {
  readonly uri: string;
  readonly found: (found: Found) => void;
  readonly keyFacts: KeyFact[];
  readonly unseen: UnseenPolicies[];
  readonly faults: { readonly fault: SyntaxFault; readonly layer: Layer }[];
}

interface Place {
  readonly pointer: string;
  readonly layer: Layer;
  readonly wrapper: WrapperFacts;
  readonly attachments: Attachments | undefined;
  /** The policy around limits identities and is attached to none. */
  readonly boundary: boolean;
  readonly depth: number;
}

/** Output of AWS tools is some levels deep; what is nested deeper is something else, and recursion has an end. */
const DEEPEST = 24;
const POLICY_MEMBERS = new Set(['Policy', 'PolicyDocument', 'KeyPolicy']);
/** A trust policy says who may become the role, not what it may do. */
const PASSED_OVER = new Set(['AssumeRolePolicyDocument', 'PermissionsBoundary', 'KeyMetadata']);

/** Looks for policies and facts about keys in AWS CLI output, and in lists and objects around such output. */
export function searchWrapper(node: Node, start: Omit<Place, 'attachments' | 'boundary' | 'depth'>, findings: Findings): void {
  if (!isTemplate(node)) search(node, { ...start, attachments: undefined, boundary: false, depth: 0 }, findings);
}

function search(node: Node, place: Place, findings: Findings): void {
  if (place.depth > DEEPEST) return;
  if (node.kind === 'list') node.items.forEach((item, index) => { if (item.kind !== 'scalar') search(item, deeper(place, String(index)), findings); });
  else if (node.kind === 'object') searchObject(node, place, findings);
}

function deeper(place: Place, step: string): Place {
  return { ...place, pointer: `${place.pointer}/${step.replace(/~/g, '~0').replace(/\//g, '~1')}`, depth: place.depth + 1 };
}

function searchObject(node: ObjectNode, around: Place, findings: Findings): void {
  findings.keyFacts.push(...keyFactsOf(node, findings.uri, around.layer));
  const told = attachmentsOf(node);
  if (told) findings.unseen.push(...unseenPolicies(node, told));
  const attachments = told ?? around.attachments;
  const wrapper = withAttachments(node, factsOf(node, around.wrapper), attachments);
  const place: Place = { ...around, attachments, wrapper, boundary: around.boundary || isBoundary(node, wrapper) };
  for (const { key, value } of node.members) {
    if (!value || PASSED_OVER.has(key.value)) continue;
    const inner = deeper(place, key.value);
    if (key.value === 'PolicyVersionList' && value.kind === 'list') searchVersions(value.items, inner, findings);
    else if (isPolicyMember(node, key.value, place)) policyValue(value, inner, node, findings);
    else if (value.kind !== 'scalar') search(value, inner, findings);
  }
}

function isPolicyMember(node: ObjectNode, name: string, { pointer }: Place): boolean {
  return POLICY_MEMBERS.has(name) || name === 'Document' && (pointer.endsWith('/PolicyVersion') || memberOf(node, 'VersionId') !== undefined);
}

function searchVersions(versions: readonly Node[], place: Place, findings: Findings): void {
  versions.forEach((version, index) => {
    const isDefault = memberOf(version, 'IsDefaultVersion')?.value;
    if (isDefault?.kind === 'scalar' && isDefault.value === 'true') search(version, deeper(place, String(index)), findings);
  });
}

function policyValue(value: Node, place: Place, around: ObjectNode, findings: Findings): void {
  if (isString(value)) embedded(value, place, around, findings);
  else if (isDocument(value)) findings.found({ ...found(place, around, value) });
  else search(value, place, findings);
}

function embedded(value: ScalarNode, place: Place, around: ObjectNode, findings: Findings): void {
  if (!mayHoldPolicy(value.value)) return;
  const layer = embeddedLayer(place.layer, value);
  const { root, faults } = parseJson(layer.text, { comments: 'fault' });
  if (!isDocument(root)) return;
  for (const fault of faults) findings.faults.push({ fault, layer });
  findings.found({ ...found(place, around, root), layer });
}

function found(place: Place, around: ObjectNode, node: ObjectNode): Found {
  const name = place.pointer.slice(place.pointer.lastIndexOf('/') + 1);
  const wrapper = { ...place.wrapper, says: saysOf(name, place.wrapper, around) };
  return { node, pointer: place.pointer, layer: place.layer, wrapper, kind: place.boundary ? 'boundary' : wrapper.says };
}

/** `put-key-policy` and `get-key-policy` know one policy name only, "default". */
function saysOf(name: string, wrapper: WrapperFacts, around: ObjectNode): WrapperFacts['says'] {
  if (name === 'KeyPolicy' || name === 'Policy' && stringOf(around, 'PolicyName') === 'default') return 'key';
  if (name === 'Document') return 'identity';
  return wrapper.says;
}

function isBoundary(node: ObjectNode, wrapper: WrapperFacts): boolean {
  return wrapper.attachments?.length === 0 && Number(numberOf(node, 'PermissionsBoundaryUsageCount') ?? 0) > 0;
}

function numberOf(node: ObjectNode, name: string): string | undefined {
  const value = memberOf(node, name)?.value;
  return value?.kind === 'scalar' ? value.value : undefined;
}

function withAttachments(node: ObjectNode, wrapper: WrapperFacts, attachments: Attachments | undefined): WrapperFacts {
  if (!attachments) return wrapper;
  if (memberOf(node, 'PolicyVersionList')) {
    const arns = attachments.managed.get(stringOf(node, 'Arn') ?? '') ?? [];
    return { ...wrapper, says: 'identity', identityArn: arns.length === 1 ? arns[0] : undefined, identityName: undefined, attachments: arns };
  }
  const group = stringOf(node, 'GroupName');
  if (wrapper.identityArn === undefined || wrapper.attachments !== undefined && group === undefined) return wrapper;
  return { ...wrapper, attachments: [wrapper.identityArn, ...(attachments.members.get(group ?? '') ?? [])] };
}
