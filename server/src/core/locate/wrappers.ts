import type { PolicyKind } from '../model/policy';
import type { SyntaxFault } from '../parse/fault';
import type { Layer } from '../parse/layer';
import { isString, type Node, type ObjectNode, type ScalarNode } from '../parse/tree';
import { accountListing, attachedTo, attachmentsOf, unseenPolicies, type Attachments } from './attachments';
import { MEMBERS_WITH_JSON } from './config-items';
import { embeddedDocument } from './embedded-document';
import { keyFactsOf } from './key-facts';
import type { KeyFact, UnseenPolicies, WrapperFacts } from './located';
import { outputMember, outputString, plainName } from './output-names';
import { isDocument, isTemplate } from './shapes';
import { factsOf, isOfOtherResource } from './wrapper-facts';

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
/** The same as other tools write them: these count only where an ARN or a name beside them tells whose policy it is. */
const OTHER_POLICY_MEMBERS = new Set(['policy', 'policydocument', 'keypolicy']);
/** A trust policy says who may become the role, not what it may do. */
const PASSED_OVER = new Set(['assumerolepolicydocument', 'assumerolepolicy', 'assumerolepolicystd', 'permissionsboundary', 'keymetadata']);
/** Steampipe has each policy twice, once with sorted lists and small letters. */
const NORMALIZED = /_?std$/;

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
  const listing = accountListing(node);
  const ofListing = listing && attachmentsOf(listing);
  if (listing && ofListing) findings.unseen.push(...unseenPolicies(listing, ofListing));
  const attachments = ofListing ?? around.attachments;
  const wrapper = withAttachments(node, factsOf(node, around.wrapper), attachments);
  if (!attachments) findings.unseen.push(...attachedElsewhere(node, wrapper));
  const place: Place = { ...around, attachments, wrapper, boundary: around.boundary || isBoundary(node, wrapper) };
  for (const { key, value } of node.members) {
    const name = plainName(key.value);
    if (!value || PASSED_OVER.has(name) || isRepetition(node, key.value)) continue;
    const inner = deeper(place, key.value);
    if (name === 'policyversionlist' && value.kind === 'list') searchVersions(value.items, inner, findings);
    else if (isPolicyMember(node, key.value, place)) policyValue(value, inner, node, findings);
    else if (MEMBERS_WITH_JSON.has(name)) searchTexts(value, inner, findings);
    else if (value.kind !== 'scalar') search(value, inner, findings);
  }
}

/** The managed policies of an identity that stands alone, of which the output has the ARNs only. */
function attachedElsewhere(node: ObjectNode, { identityArn }: WrapperFacts): readonly UnseenPolicies[] {
  const policies = identityArn === undefined ? [] : attachedTo(node);
  return identityArn === undefined || policies.length === 0 ? [] : [{ identityArn, policies }];
}

function isRepetition(node: ObjectNode, name: string): boolean {
  return NORMALIZED.test(name) && outputMember(node, name.replace(NORMALIZED, '')) !== undefined;
}

/** JSON texts, alone or in a list, and all that is no text. */
function searchTexts(value: Node, place: Place, findings: Findings): void {
  if (value.kind === 'list') value.items.forEach((item, index) => { searchTexts(item, deeper(place, String(index)), findings); });
  else if (value.kind === 'object') search(value, place, findings);
  else if (isString(value) && /^\s*[[{"]/.test(value.value)) {
    const document = embeddedDocument(place.layer, value);
    if (document?.root) search(document.root, { ...place, layer: document.layer }, findings);
  }
}

function isPolicyMember(node: ObjectNode, name: string, { pointer, wrapper }: Place): boolean {
  if (POLICY_MEMBERS.has(name)) return true;
  const plain = plainName(name).replace(NORMALIZED, '');
  if (plain === 'document') return /\/policy_?version$/i.test(pointer) || outputMember(node, 'VersionId') !== undefined;
  return OTHER_POLICY_MEMBERS.has(plain) && (wrapper.says !== undefined || outputString(node, 'Arn') !== undefined);
}

function searchVersions(versions: readonly Node[], place: Place, findings: Findings): void {
  versions.forEach((version, index) => {
    const isDefault = outputMember(version, 'IsDefaultVersion')?.value;
    if (isDefault?.kind === 'scalar' && isDefault.value === 'true') search(version, deeper(place, String(index)), findings);
  });
}

function policyValue(value: Node, place: Place, around: ObjectNode, findings: Findings): void {
  if (isString(value)) embedded(value, place, around, findings);
  else if (isDocument(value)) findings.found({ ...found(place, around, value) });
  else search(value, place, findings);
}

function embedded(value: ScalarNode, place: Place, around: ObjectNode, findings: Findings): void {
  const document = embeddedDocument(place.layer, value);
  if (!isDocument(document?.root)) return;
  const { layer, root, faults } = document;
  for (const fault of faults) findings.faults.push({ fault, layer });
  findings.found({ ...found(place, around, root), layer });
}

function found(place: Place, around: ObjectNode, node: ObjectNode): Found {
  const name = place.pointer.slice(place.pointer.lastIndexOf('/') + 1);
  const wrapper = { ...place.wrapper, says: saysOf(name, place.wrapper, around) };
  return { node, pointer: place.pointer, layer: place.layer, wrapper, kind: kindOf(place, wrapper, around) };
}

function kindOf({ boundary }: Place, { says }: WrapperFacts, around: ObjectNode): PolicyKind | undefined {
  if (boundary) return 'boundary';
  return isOfOtherResource(around) ? 'other-resource' : says;
}

/** `put-key-policy` and `get-key-policy` know one policy name only, "default". */
function saysOf(name: string, wrapper: WrapperFacts, around: ObjectNode): WrapperFacts['says'] {
  if (name === 'KeyPolicy' || name === 'Policy' && outputString(around, 'PolicyName') === 'default') return 'key';
  if (plainName(name) === 'document') return 'identity';
  return wrapper.says;
}

function isBoundary(node: ObjectNode, wrapper: WrapperFacts): boolean {
  return wrapper.attachments?.length === 0 && Number(numberOf(node, 'PermissionsBoundaryUsageCount') ?? 0) > 0;
}

function numberOf(node: ObjectNode, name: string): string | undefined {
  const value = outputMember(node, name)?.value;
  return value?.kind === 'scalar' ? value.value : undefined;
}

function withAttachments(node: ObjectNode, wrapper: WrapperFacts, attachments: Attachments | undefined): WrapperFacts {
  if (!attachments) return wrapper;
  if (outputMember(node, 'PolicyVersionList')) {
    const arns = attachments.managed.get(outputString(node, 'Arn') ?? '') ?? [];
    return { ...wrapper, says: 'identity', identityArn: arns.length === 1 ? arns[0] : undefined, identityName: undefined, attachments: arns };
  }
  const group = outputString(node, 'GroupName');
  if (wrapper.identityArn === undefined || wrapper.attachments !== undefined && group === undefined) return wrapper;
  return { ...wrapper, attachments: [wrapper.identityArn, ...(attachments.members.get(group ?? '') ?? [])] };
}
