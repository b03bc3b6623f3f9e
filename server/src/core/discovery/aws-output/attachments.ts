import { itemsOf, type Node, type ObjectNode } from '../../syntax/tree';
import { configurationsOf } from './config-items';
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

/** Undefined for objects that list no identities. */
export function accountInventoryOf(node: ObjectNode): AccountInventory | undefined {
  const itemsNamed = (name: string): readonly Node[] | undefined => {
    const member = outputMember(node, name);
    return member && itemsOf(member.value);
  };
  const [users, groups, roles] = [itemsNamed('UserDetailList'), itemsNamed('GroupDetailList'), itemsNamed('RoleDetailList')];
  if (users ?? groups ?? roles)
    return { users: users ?? [], groups: groups ?? [], roles: roles ?? [], policies: itemsNamed('Policies') ?? [] };
  const configurations = configurationsOf(node);
  if (!configurations) return undefined;
  const ofType = (type: string): readonly Node[] => configurations.get(`AWS::IAM::${type}`) ?? [];
  const listing = { users: ofType('User'), groups: ofType('Group'), roles: ofType('Role'), policies: ofType('Policy') };
  return listing.users.length + listing.groups.length + listing.roles.length > 0 ? listing : undefined;
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
  const shown = new Set(
    policies.filter((policy) => outputMember(policy, 'PolicyVersionList')).map((policy) => outputString(policy, 'Arn')),
  );
  const unseen = new Map<string, string[]>();
  for (const [policy, identities] of identitiesByManagedPolicy)
    if (!shown.has(policy)) {for (const identity of identities) pushDistinctValue(unseen, identity, policy);}
  return Array.from(unseen, ([identityArn, arns]) => ({ identityArn, policies: arns }));
}

/** ARNs of the managed policies that an object about an identity lists: as IAM does, or as a row of Steampipe. */
export function attachedPolicyArns(identity: Node): readonly string[] {
  const managedPolicies = itemsOf(outputMember(identity, 'AttachedManagedPolicies')?.value).map((attached) =>
    outputString(attached, 'PolicyArn')
  );
  const arns = itemsOf(outputMember(identity, 'AttachedPolicyArns')?.value).map((
    item,
  ) => (item.kind === 'scalar' && item.type === 'string' ? item.value : undefined));
  return [...managedPolicies, ...arns].filter((arn) => arn !== undefined);
}

function pushDistinctValue(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (!known) map.set(key, [value]);
  else if (!known.includes(value)) known.push(value);
}
