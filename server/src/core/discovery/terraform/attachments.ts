import { isDeploymentSymbol } from '../../aws/identifier-comparison';
import { isManagedPolicyWithoutKms } from '../../aws/managed-policies';
import { evaluate } from './evaluate';
import { instanceScopesOf, isMaybeBeside } from './instances';
import { argumentOf, type ModuleBlock, type TerraformModule } from './module';
import { resourceName } from './names';
import { identityArnOf } from './references';
import { identityKindOf, type IdentityTypeWord } from './resource-types';
import type { Value } from './value';

/** Who has which policy of a module. */
export interface ModuleAttachments {
  /** The identities that an inline policy, or a policy that is attached, belongs to, members of groups included. */
  readonly identitiesOf: (policy: ModuleBlock, holder: IdentityTypeWord | 'attached') => AttachedIdentitiesInModule;
  readonly membersOf: (group: ModuleBlock) => readonly string[];
  /** Addresses of the policies that are the permissions boundary of somebody. */
  readonly boundaries: ReadonlySet<string>;
  /** ARNs of managed policies that an identity has and that the module does not make. */
  readonly policiesElsewhere: (identity: ModuleBlock) => readonly string[];
}

interface AttachedIdentitiesInModule {
  /** ARNs. */
  readonly arns: readonly string[];
  readonly isComplete: boolean;
  /** It is not known whether they have it. */
  readonly isMaybe: boolean;
}

/** A policy that somebody has, as one resource says it. */
interface AttachmentInModule {
  readonly resource: ModuleBlock;
  /** Undefined where it is not known. */
  readonly policyArn: string | undefined;
  readonly kind: IdentityTypeWord;
  /** Undefined where it is not known. */
  readonly name: string | undefined;
}

const SINGLE_ATTACHMENTS = [
  ['aws_iam_role_policy_attachment', 'role', 'role'], ['aws_iam_user_policy_attachment', 'user', 'user'],
  ['aws_iam_group_policy_attachment', 'group', 'group'],
] as const;
const EXCLUSIVE_ATTACHMENTS = [
  ['aws_iam_role_policy_attachments_exclusive', 'role_name', 'role'], ['aws_iam_user_policy_attachments_exclusive', 'user_name', 'user'],
  ['aws_iam_group_policy_attachments_exclusive', 'group_name', 'group'],
] as const;
const LISTED_HOLDERS = [['roles', 'role'], ['users', 'user'], ['groups', 'group']] as const;

export function moduleAttachments(module: TerraformModule): ModuleAttachments {
  const resources = [...module.blocks.values()].filter(({ isData }) => !isData);
  const attachments = resources.flatMap((resource) => attachmentsIn(resource, module));
  const identities = resources.filter((resource) => identityKindOf(resource) !== undefined);
  const identityNamed = (kind: IdentityTypeWord, name: string | undefined): ModuleBlock | undefined =>
    (name === undefined ? undefined : identities.find((identity) => identityKindOf(identity) === kind
      && (resourceName(identity, module) === name || identityArnOf(identity, module) === name)));
  const members = groupMembers(resources, identityNamed, module);
  const membersOf = (group: ModuleBlock): readonly string[] =>
    [...members.get(group.address) ?? []].flatMap((user) => identityArnOf(user, module) ?? []);
  const arnsOf = (kind: IdentityTypeWord, name: string | undefined): readonly string[] => {
    const identity = identityNamed(kind, name);
    const arn = identity ? identityArnOf(identity, module) : arnOfName(kind, name, module);
    return arn === undefined ? [] : [arn, ...identity ? membersOf(identity) : []];
  };
  return {
    membersOf,
    boundaries: new Set(identities.flatMap((identity) => {
      const arn = textsOfArgument(identity, 'permissions_boundary', module)[0];
      return resources.flatMap((policy) => (arn !== undefined && policyArnOf(policy, module) === arn ? policy.address : []));
    })),
    identitiesOf: (policy, holder) => {
      if (holder !== 'attached') {
        const names = textsOfArgument(policy, holder, module);
        const identity = identityNamed(holder, names[0]);
        const arns = names.flatMap((name) => arnsOf(holder, name));
        return { arns: [...new Set(arns)], isComplete: names.every((name) => arnsOf(holder, name).length > 0),
          isMaybe: isMaybeBeside(policy, identity, module) };
      }
      const policyArn = policyArnOf(policy, module);
      const attachmentsOfPolicy = attachments.filter((attachment) => policyArn !== undefined && attachment.policyArn === policyArn);
      return {
        arns: [...new Set(attachmentsOfPolicy.flatMap(({ kind, name }) => arnsOf(kind, name)))],
        isComplete: attachmentsOfPolicy.length > 0 && attachmentsOfPolicy.every(({ kind, name }) => arnsOf(kind, name).length > 0),
        isMaybe: attachmentsOfPolicy.some(({ resource, kind, name }) => isMaybeBeside(resource, identityNamed(kind, name), module)),
      };
    },
    policiesElsewhere: (identity) => {
      const name = resourceName(identity, module);
      const arns = attachments.filter(({ kind, name: holder, resource }) =>
        kind === identityKindOf(identity) && (holder === name || resource === identity))
        .map(({ policyArn, resource }) => policyArn ?? `a managed policy of ${resource.address} that is not known`);
      const ownArns = new Set(resources.flatMap((policy) => policyArnOf(policy, module) ?? []));
      return [...new Set(arns)].filter((arn) => !ownArns.has(arn) && !isManagedPolicyWithoutKms(arn));
    },
  };
}

function policyArnOf(block: ModuleBlock, module: TerraformModule): string | undefined {
  if (block.type !== 'aws_iam_policy' || block.isData) return undefined;
  const value = module.attributeValue(block, 'arn');
  return value.kind === 'text' ? value.text : undefined;
}

/** The texts of an argument that is one text or a list of them, of all instances; undefined for one that is not known. */
function textsOfArgument(block: ModuleBlock, name: string, module: TerraformModule): readonly (string | undefined)[] {
  const source = argumentOf(block, name);
  if (!source) return [];
  return instanceScopesOf(block, source.file, module).flatMap((scope) => textsIn(evaluate(source.expression, scope)));
}

function textsIn(value: Value): readonly (string | undefined)[] {
  switch (value.kind) {
    case 'text': return [value.assumptions.length > 0 ? undefined : value.text];
    case 'list': return value.items.flatMap(textsIn);
    case 'null': return [];
    default: return [undefined];
  }
}

function attachmentsIn(resource: ModuleBlock, module: TerraformModule): readonly AttachmentInModule[] {
  const texts = (name: string): readonly (string | undefined)[] => textsOfArgument(resource, name, module);
  const single = SINGLE_ATTACHMENTS.find(([type]) => type === resource.type);
  if (single) {
    return pairsOf(texts(single[1]), texts('policy_arn'))
      .map(([name, policyArn]) => ({ resource, kind: single[2], name, policyArn }));
  }
  const exclusive = EXCLUSIVE_ATTACHMENTS.find(([type]) => type === resource.type);
  if (exclusive) {
    return texts(exclusive[1]).flatMap((name) => texts('policy_arns').map((policyArn): AttachmentInModule =>
      ({ resource, kind: exclusive[2], name, policyArn })));
  }
  if (resource.type === 'aws_iam_policy_attachment') {
    return LISTED_HOLDERS.flatMap(([argument, kind]) => texts(argument).flatMap((name) =>
      texts('policy_arn').map((policyArn): AttachmentInModule => ({ resource, kind, name, policyArn }))));
  }
  return resource.type !== 'aws_iam_role' ? [] : texts('managed_policy_arns').map((policyArn): AttachmentInModule =>
    ({ resource, kind: 'role', name: resourceName(resource, module), policyArn }));
}

/** Of several instances the first of one list belongs to the first of the other; a single value belongs to all of them. */
function pairsOf<T>(first: readonly T[], second: readonly T[]): readonly (readonly [T, T])[] {
  return Array.from({ length: Math.max(first.length, second.length) }, (_, index): [T | undefined, T | undefined] =>
    [first[first.length === 1 ? 0 : index], second[second.length === 1 ? 0 : index]]) as [T, T][];
}

/** Of an identity that the module does not make. Its path is not known, and most have none. */
function arnOfName(kind: IdentityTypeWord, name: string | undefined, module: TerraformModule): string | undefined {
  const isName = name !== undefined && (/^[\w+=,.@-]+$/.test(name) || isDeploymentSymbol(name));
  if (!isName) return undefined;
  const { partition, account } = module.environmentNamed('aws');
  return `arn:${partition}:iam::${account}:${kind}/${name}`;
}

/** Users of the module by the address of the group that has them. */
function groupMembers(resources: readonly ModuleBlock[],
  identityNamed: (kind: IdentityTypeWord, name: string | undefined) => ModuleBlock | undefined,
  module: TerraformModule): ReadonlyMap<string, ReadonlySet<ModuleBlock>> {
  const members = new Map<string, Set<ModuleBlock>>();
  for (const resource of resources) {
    const [usersArgument, groupsArgument] = resource.type === 'aws_iam_user_group_membership' ? ['user', 'groups']
      : resource.type === 'aws_iam_group_membership' ? ['users', 'group'] : [];
    if (usersArgument === undefined || groupsArgument === undefined) continue;
    const users = textsOfArgument(resource, usersArgument, module).flatMap((name) => identityNamed('user', name) ?? []);
    for (const name of textsOfArgument(resource, groupsArgument, module)) {
      const group = identityNamed('group', name);
      if (group) members.set(group.address, new Set([...members.get(group.address) ?? [], ...users]));
    }
  }
  return members;
}
