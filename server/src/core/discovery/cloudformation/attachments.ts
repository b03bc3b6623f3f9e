import { isDeploymentSymbol } from '../../aws/identifier-comparison';
import { isManagedPolicyWithoutKms } from '../../aws/managed-policies';
import { mayHaveMoreMembers, possibleValues } from '../../policy/template-function';
import { itemsOf, memberOf, type Node } from '../../syntax/tree';
import { decidedBranch, type TemplateChoices } from './template-functions';
import { identityArnOf, identityKindOf, identityNameOf, type TemplateReferences } from './template-references';
import { IDENTITY_TYPES, propertyOf, type Template, type TemplateResource } from './template';

/** Who has which policy of a template. */
export interface TemplateAttachments {
  /** ARNs of the identities that a policy resource is attached to, with the members of groups. Not complete where one is not known. */
  readonly identitiesOf: (policy: TemplateResource) => AttachedIdentities;
  /** Managed policies that are the permissions boundary of somebody, by logical id. */
  readonly boundaries: ReadonlySet<string>;
  /** ARNs of the users that are members of a group of the template. */
  readonly membersOf: (group: TemplateResource) => readonly string[];
}

interface AttachedIdentities {
  readonly arns: readonly string[];
  readonly isComplete: boolean;
  /** A condition decides whether one of them has the policy. */
  readonly isMaybe: boolean;
}

/** The property that names who has a policy, by the kind of the identity; one name or a list of them. */
export const HOLDER_PROPERTIES = [
  ['role', ['Roles', 'RoleName']], ['user', ['Users', 'UserName']], ['group', ['Groups', 'GroupName']],
] as const;

export type IdentityKind = typeof HOLDER_PROPERTIES[number][0];

export function templateAttachments(template: Template, references: TemplateReferences): TemplateAttachments {
  const identities = [...template.resources.values()].filter(({ type }) => IDENTITY_TYPES.has(type));
  const arnOf = (resource: TemplateResource): string | undefined => identityArnOf(resource, references, template);
  const identityNamed = createIdentityLookup(identities, references, template);
  const groupMembers = groupMembersOf(template, identities, identityNamed, references);
  const holdersByManagedPolicy = groupHolders(identities, template, references);
  const membersOf = (group: TemplateResource): readonly string[] =>
    [...groupMembers.get(group.logicalId) ?? []].flatMap((user) => arnOf(user) ?? []);
  return {
    membersOf,
    boundaries: new Set([...template.resources.values()].flatMap((resource) =>
      managedPoliciesIn(propertyOf(resource, 'PermissionsBoundary'), template, references))),
    identitiesOf: (policy) => {
      const arns: string[] = [];
      let isComplete = true;
      const holders = holdersByManagedPolicy.get(policy.logicalId) ?? [];
      const isMaybe = holders.some((holder) => hasUndecidedBranch(propertyOf(holder, 'ManagedPolicyArns'), references))
        || HOLDER_PROPERTIES.flatMap(([, properties]) => properties).some((name) => hasUndecidedBranch(propertyOf(policy, name),
          references));
      const add = (arn: string | undefined, holder: TemplateResource | undefined): void => {
        if (arn === undefined) isComplete = false;
        else arns.push(arn, ...holder ? membersOf(holder) : []);
      };
      for (const [kind, properties] of HOLDER_PROPERTIES) {
        for (const node of properties.flatMap((property) => listedValues(propertyOf(policy, property), references))) {
          const holder = identityNamed(node, kind);
          add(holder ? arnOf(holder) : arnOfName(node, kind, references), holder);
        }
      }
      for (const holder of holders) add(arnOf(holder), holder);
      return { arns: [...new Set(arns)], isComplete, isMaybe };
    },
  };
}

/** By the logical id of a managed policy the identities that have it in `ManagedPolicyArns`. */
function groupHolders(identities: readonly TemplateResource[], template: Template,
  choices: TemplateChoices): ReadonlyMap<string, readonly TemplateResource[]> {
  const holders = new Map<string, TemplateResource[]>();
  for (const identity of identities) {
    for (const policy of new Set(managedPoliciesIn(propertyOf(identity, 'ManagedPolicyArns'), template, choices)))
      holders.set(policy, [...holders.get(policy) ?? [], identity]);
  }
  return holders;
}

/** The values of a list, those in both branches of a condition included. */
export function listedValues(node: Node | undefined, choices: TemplateChoices): readonly Node[] {
  const branches = (value: Node): readonly Node[] => possibleValuesOrNode(value, choices);
  return node === undefined ? [] : branches(node).flatMap(itemsOf).flatMap(branches);
}

/** Whether a condition that is not decided chooses the value, or one of the items of a list. */
function hasUndecidedBranch(node: Node | undefined, choices: TemplateChoices): boolean {
  return [node, ...itemsOf(node)].some((value) =>
    value !== undefined && memberOf(value, 'Fn::If') !== undefined && !decidedBranch(value, choices));
}

/** `Ref` and the like are values here, not choices between them. */
function possibleValuesOrNode(node: Node, choices: TemplateChoices): readonly Node[] {
  const branch = decidedBranch(node, choices);
  return branch ? possibleValuesOrNode(branch, choices) : possibleValues(node);
}

/** Finds the identity of the template that a name means. */
type IdentityLookup = (node: Node, kind: IdentityKind) => TemplateResource | undefined;

/** `!Ref Worker`, or the text that is its name: these properties take names, not ARNs. */
function createIdentityLookup(identities: readonly TemplateResource[], references: TemplateReferences, template: Template): IdentityLookup {
  // The first of equal names counts.
  const byName = new Map([...identities].reverse().map((identity) =>
    [`${identityKindOf(identity)}/${identityNameOf(identity, references, template)}`, identity]));
  return (node, kind) => {
    const name = references.textOf(node);
    return name !== undefined && byName.get(`${kind}/${name}`) || identityOfArn(node, references);
  };
}

/** The identity of the template whose ARN is written in place of its name: it is read as it is meant. */
export function identityOfArn(node: Node, { textOf, identityWithArn }: TemplateReferences): TemplateResource | undefined {
  const arn = textOf(node);
  return arn?.startsWith('arn:') === true ? identityWithArn(arn) : undefined;
}

/** The ARN of an identity that the template does not make, be it one that another template makes. Its path is not known,
  and most have none. */
function arnOfName(node: Node, kind: IdentityKind, { textOf, partition, account }: TemplateReferences): string | undefined {
  const name = textOf(node);
  const isName = name !== undefined && (/^[\w+=,.@-]+$/.test(name) || isDeploymentSymbol(name, 'resource'));
  return !isName ? undefined : `arn:${partition}:iam::${account}:${kind}/${name}`;
}

/** Logical ids of the managed policies of the template among the ARNs of a list. */
function managedPoliciesIn(node: Node | undefined, template: Template, choices: TemplateChoices): readonly string[] {
  return listedValues(node, choices).flatMap((item) => managedPolicyAt(item, template) ?? []);
}

function managedPolicyAt(item: Node, { resources }: Template): string | undefined {
  const [member] = item.kind === 'object' ? item.members : [];
  const name = member?.value?.kind === 'scalar' ? member.value.value.split('.')[0] ?? '' : '';
  return (member?.key.value === 'Ref' || member?.key.value === 'Fn::GetAtt') && resources.get(name)?.type === 'AWS::IAM::ManagedPolicy'
    ? name : undefined;
}

/**
 * Policies that an identity has, or may have, and that the template does not make: ARNs of managed policies, but for those of AWS that have
 * nothing to do with KMS, and what functions and macros may add, in words. SAM takes the names of AWS's, too.
 */
export function policiesElsewhere(identity: TemplateResource, template: Template, references: TemplateReferences): readonly string[] {
  return [...managedPoliciesElsewhere(identity, template, references),
    ...mayHaveMoreMembers(identity.properties) || mayHaveMoreMembers(identity.member.value)
      ? [`what a function may add to ${identity.logicalId}`] : [],
    ...template.mayHaveMoreResources ? [`what a function or macro may add to ${template.fileName}`] : []];
}

function managedPoliciesElsewhere(identity: TemplateResource, template: Template, references: TemplateReferences): readonly string[] {
  const samPolicies = itemsOf(propertyOf(identity, 'Policies')).filter(({ kind }) => kind === 'scalar');
  return [...listedValues(propertyOf(identity, 'ManagedPolicyArns'), references), ...samPolicies]
    .filter((item) => managedPolicyAt(item, template) === undefined)
    .map((item) => references.textOf(item) ?? `a managed policy of ${identity.logicalId} that is not known`)
    .map((text) => (/^[\w-]+$/.test(text) ? `arn:aws:iam::aws:policy/${text}` : text))
    .filter((arn) => !isManagedPolicyWithoutKms(arn));
}

/** Users of the template by the group that has them, by `User.Groups` or `AWS::IAM::UserToGroupAddition`. */
function groupMembersOf(template: Template, identities: readonly TemplateResource[],
  identityNamed: IdentityLookup, choices: TemplateChoices): ReadonlyMap<string, ReadonlySet<TemplateResource>> {
  const members = new Map<string, Set<TemplateResource>>();
  const add = (groupNode: Node | undefined, user: TemplateResource | undefined): void => {
    const group = groupNode && identityNamed(groupNode, 'group');
    if (!group || !user) return;
    const users = members.get(group.logicalId) ?? new Set();
    members.set(group.logicalId, users.add(user));
  };
  for (const identity of identities)
    if (identity.type === 'AWS::IAM::User') for (const group of listedValues(propertyOf(identity, 'Groups'), choices)) add(group, identity);
  for (const resource of template.resources.values()) {
    if (resource.type !== 'AWS::IAM::UserToGroupAddition') continue;
    for (const user of listedValues(propertyOf(resource, 'Users'), choices))
      add(propertyOf(resource, 'GroupName'), identityNamed(user, 'user'));
  }
  return members;
}
