import { isStringNode, itemsOf, type Node, type ObjectNode } from '../../syntax/tree';
import type { PoliciesWithoutDocument } from '../discovery-result';
import { outputMember, outputString } from './output-members';

/** Who has which policies, as `aws iam get-account-authorization-details` and snapshots of AWS Config tell it. */
export interface OutputAttachments {
  /** ARN of a managed policy to the ARNs of the identities that have it, users in a group that has it included. */
  readonly identitiesByManagedPolicy: ReadonlyMap<string, readonly string[]>;
  /** Name of a group to the ARNs of its users. */
  readonly usersByGroup: ReadonlyMap<string, readonly string[]>;
}

/** The identities and managed policies of an account in one output. */
interface AccountInventory {
  readonly users: readonly Node[];
  readonly groups: readonly Node[];
  readonly roles: readonly Node[];
  readonly policies: readonly Node[];
}

/**
 * What `aws iam get-account-authorization-details` or a snapshot or history of AWS Config lists; undefined for objects that list no
 * identities.
 *
 * Source: https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html
 */
export function accountInventoryOf(node: ObjectNode): AccountInventory | undefined {
  const [users, groups, roles] = ['UserDetailList', 'GroupDetailList', 'RoleDetailList'].map((name) => outputMember(node, name));
  if (users ?? groups ?? roles) return { users: itemsOf(users?.value), groups: itemsOf(groups?.value), roles: itemsOf(roles?.value),
    policies: itemsOf(outputMember(node, 'Policies')?.value) };
  const items = outputMember(node, 'ConfigurationItems') ?? outputMember(node, 'BaseConfigurationItems');
  if (!items) return undefined;
  const ofType = (type: string): readonly Node[] => itemsOf(items.value).flatMap((item) => {
    const configuration = outputString(item, 'ResourceType') === type ? outputMember(item, 'Configuration')?.value : undefined;
    return configuration?.kind === 'object' ? configuration : [];
  });
  const inventory = { users: ofType('AWS::IAM::User'), groups: ofType('AWS::IAM::Group'), roles: ofType('AWS::IAM::Role'),
    policies: ofType('AWS::IAM::Policy') };
  return inventory.users.length + inventory.groups.length + inventory.roles.length > 0 ? inventory : undefined;
}

export function outputAttachmentsOf({ users, groups, roles }: AccountInventory): OutputAttachments {
  const managed = new Map<string, string[]>();
  const members = new Map<string, string[]>();
  for (const user of users) {
    const arn = outputString(user, 'Arn');
    if (arn === undefined) continue;
    for (const group of itemsOf(outputMember(user, 'GroupList')?.value))
      if (group.kind === 'scalar') pushDistinctValue(members, group.value, arn);
  }
  for (const identity of [...users, ...groups, ...roles]) {
    const arns = [outputString(identity, 'Arn') ?? [], members.get(outputString(identity, 'GroupName') ?? '') ?? []].flat();
    for (const policy of attachedPolicyArns(identity)) for (const arn of arns) pushDistinctValue(managed, policy, arn);
  }
  return { identitiesByManagedPolicy: managed, usersByGroup: members };
}

/** The managed policies of each identity whose documents the same output leaves out, as it does under `--filter`. */
export function policiesWithoutDocumentOf({ policies }: AccountInventory,
  { identitiesByManagedPolicy }: OutputAttachments): PoliciesWithoutDocument[] {
  const policiesWithDocument = new Set(
    policies.filter((policy) => outputMember(policy, 'PolicyVersionList')).map((policy) => outputString(policy, 'Arn')),
  );
  const unseen = new Map<string, string[]>();
  for (const [policy, identities] of identitiesByManagedPolicy)
    if (!policiesWithDocument.has(policy)) for (const identity of identities) pushDistinctValue(unseen, identity, policy);
  return Array.from(unseen, ([identityArn, arns]) => ({ identityArn, policies: arns }));
}

/** ARNs of the managed policies that an object about an identity lists: as IAM does, or as a row of Steampipe. */
export function attachedPolicyArns(identity: Node): readonly string[] {
  const managed = itemsOf(outputMember(identity, 'AttachedManagedPolicies')?.value).map((policy) =>
    outputMember(policy, 'PolicyArn')?.value
  );
  const arns = itemsOf(outputMember(identity, 'AttachedPolicyArns')?.value);
  return [...managed, ...arns].flatMap((node) => (isStringNode(node) ? node.value : []));
}

function pushDistinctValue(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key);
  if (!values) map.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}
