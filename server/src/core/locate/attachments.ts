import { itemsOf, memberOf, type ObjectNode } from '../parse/tree';
import type { UnseenPolicies } from './located';
import { stringOf } from './shapes';

/** Who has which policies, as `aws iam get-account-authorization-details` tells it. */
export interface Attachments {
  /** ARN of a managed policy to the ARNs of the identities that have it, users in a group that has it included. */
  readonly managed: ReadonlyMap<string, readonly string[]>;
  /** Name of a group to the ARNs of its users. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Undefined for every other object. */
export function attachmentsOf(node: ObjectNode): Attachments | undefined {
  if (!memberOf(node, 'RoleDetailList') && !memberOf(node, 'UserDetailList') && !memberOf(node, 'GroupDetailList')) return undefined;
  const managed = new Map<string, string[]>();
  const members = new Map<string, string[]>();
  for (const user of itemsOf(memberOf(node, 'UserDetailList')?.value)) {
    const arn = stringOf(user, 'Arn');
    if (arn === undefined) continue;
    for (const group of itemsOf(memberOf(user, 'GroupList')?.value)) if (group.kind === 'scalar') push(members, group.value, arn);
  }
  for (const list of ['UserDetailList', 'GroupDetailList', 'RoleDetailList']) {
    for (const identity of itemsOf(memberOf(node, list)?.value)) {
      const arns = [stringOf(identity, 'Arn') ?? [], members.get(stringOf(identity, 'GroupName') ?? '') ?? []].flat();
      for (const attached of itemsOf(memberOf(identity, 'AttachedManagedPolicies')?.value)) {
        const policy = stringOf(attached, 'PolicyArn');
        if (policy !== undefined) for (const arn of arns) push(managed, policy, arn);
      }
    }
  }
  return { managed, members };
}

/** The managed policies of each identity whose documents the same output leaves out, as it does under `--filter`. */
export function unseenPolicies(node: ObjectNode, { managed }: Attachments): UnseenPolicies[] {
  const shown = new Set(itemsOf(memberOf(node, 'Policies')?.value).filter((policy) => memberOf(policy, 'PolicyVersionList')).map((policy) => stringOf(policy, 'Arn')));
  const unseen = new Map<string, string[]>();
  for (const [policy, identities] of managed) if (!shown.has(policy)) for (const identity of identities) push(unseen, identity, policy);
  return Array.from(unseen, ([identityArn, policies]) => ({ identityArn, policies }));
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (!known) map.set(key, [value]);
  else if (!known.includes(value)) known.push(value);
}
