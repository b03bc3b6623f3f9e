import { ALWAYS, type Presence } from '../../policy/presence';
import type { PolicyKind } from '../../policy/policy';
import { isTemplateFunction, mayHaveMoreMembers } from '../../policy/template-function';
import { isStringNode, itemsOf, memberOf, type Node } from '../../syntax/tree';
import { documentBranches } from './document-branches';
import { propertyOf, type TemplateResource } from './template';
import type { TemplateChoices } from './template-functions';

/** A place of a resource where a policy stands. */
export interface PolicyPlace {
  /** The document, its text, or a function that gives one of them. */
  readonly node: Node;
  /** Below the resource: `/Properties/KeyPolicy`. */
  readonly pointer: string;
  readonly kind: PolicyKind;
  /** Whose policy it is: that of the key itself, of the identity itself, or of whom the resource is attached to. */
  readonly holder: 'key' | 'identity' | 'attached' | 'nobody';
  /** Conditions that decide whether it is there. */
  readonly presence: Presence;
  readonly policyName: Node | undefined;
}

/**
 * The policies that count, by the type of the resource. Trust policies and the policies of buckets, queues and other resources are not
 * among them (docs/aws-rules.md 1.5).
 */
export function policyPlacesOf(resource: TemplateResource, choices: TemplateChoices): readonly PolicyPlace[] {
  switch (resource.type) {
    case 'AWS::KMS::Key':
    case 'AWS::KMS::ReplicaKey':
      return placeOf(resource, 'KeyPolicy', 'key', 'key');
    case 'AWS::IAM::Role':
    case 'AWS::IAM::User':
    case 'AWS::IAM::Group':
      return inlinePolicyPlaces(resource, choices);
    case 'AWS::IAM::Policy':
    case 'AWS::IAM::ManagedPolicy':
    case 'AWS::IAM::RolePolicy':
    case 'AWS::IAM::UserPolicy':
    case 'AWS::IAM::GroupPolicy':
      return placeOf(resource, 'PolicyDocument', 'identity', 'attached');
    case 'AWS::SSO::PermissionSet':
      return placeOf(resource, 'InlinePolicy', 'identity', 'nobody');
    case 'AWS::Organizations::Policy':
      return placeOf(resource, 'Content', organizationPolicyKind(resource), 'nobody');
    default:
      return [];
  }
}

function placeOf(resource: TemplateResource, property: string, kind: PolicyKind, holder: PolicyPlace['holder']): readonly PolicyPlace[] {
  const node = propertyOf(resource, property);
  const policyName = propertyOf(resource, 'PolicyName') ?? propertyOf(resource, 'ManagedPolicyName');
  return node ? [{ node, pointer: `/Properties/${property}`, kind, holder, presence: ALWAYS, policyName }] : [];
}

/** Of `Policies: [{ PolicyName, PolicyDocument }]`; one of them may be the value of a condition. */
function inlinePolicyPlaces(resource: TemplateResource, choices: TemplateChoices): readonly PolicyPlace[] {
  return itemsOf(propertyOf(resource, 'Policies')).flatMap((item, index) =>
    documentBranches(item, `/Properties/Policies/${index}`, choices).flatMap(({ node, pointer, presence }): PolicyPlace[] => {
      // A function in place of the item, or in it, may give any document.
      const document = memberOf(node, 'PolicyDocument')?.value ?? (isTemplateFunction(node) || mayHaveMoreMembers(node) ? node : undefined);
      return document
        ? [{ node: document, pointer: `${pointer}/PolicyDocument`, kind: 'identity', holder: 'identity', presence,
          policyName: memberOf(node, 'PolicyName')?.value }]
        : [];
    }));
}

function organizationPolicyKind(resource: TemplateResource): PolicyKind {
  const type = propertyOf(resource, 'Type');
  const name = isStringNode(type) ? type.value : '';
  return name === 'SERVICE_CONTROL_POLICY' ? 'service-control' : name === 'RESOURCE_CONTROL_POLICY' ? 'resource-control' : 'ignore';
}
