import type { PolicyKind } from '../../policy/policy';
import type { Expression } from '../../syntax/hcl/hcl-tree';
import { expandBlock } from './dynamic-blocks';
import { argumentOf, nestedBlocksOf, scopeOfBlock, type ModuleBlock, type Scope, type TerraformModule } from './module';
import { textOfArgument } from './names';
import { attributeIn } from './terraform-file';

/** An argument of a resource that takes a policy which counts. */
export interface PolicyUse {
  readonly resource: ModuleBlock;
  readonly expression: Expression;
  readonly scope: Scope;
  readonly kind: PolicyKind;
  /** Whose policy it is: that of the resource itself, or of what an argument names, or of whom the resource is attached to. */
  readonly holder: 'itself' | 'key' | 'role' | 'user' | 'group' | 'attached' | 'nobody';
  /** Below the resource. */
  readonly pointer: string;
  readonly isMaybe: boolean;
}

type PolicyArgument = Pick<PolicyUse, 'kind' | 'holder'> & { readonly argument: string };

const POLICY_ARGUMENTS: ReadonlyMap<string, PolicyArgument> = new Map(Object.entries({
  aws_kms_key: { argument: 'policy', kind: 'key', holder: 'itself' },
  aws_kms_external_key: { argument: 'policy', kind: 'key', holder: 'itself' },
  aws_kms_replica_key: { argument: 'policy', kind: 'key', holder: 'itself' },
  aws_kms_replica_external_key: { argument: 'policy', kind: 'key', holder: 'itself' },
  aws_kms_key_policy: { argument: 'policy', kind: 'key', holder: 'key' },
  aws_iam_role_policy: { argument: 'policy', kind: 'identity', holder: 'role' },
  aws_iam_user_policy: { argument: 'policy', kind: 'identity', holder: 'user' },
  aws_iam_group_policy: { argument: 'policy', kind: 'identity', holder: 'group' },
  aws_iam_policy: { argument: 'policy', kind: 'identity', holder: 'attached' },
  aws_ssoadmin_permission_set_inline_policy: { argument: 'inline_policy', kind: 'identity', holder: 'nobody' },
  aws_organizations_policy: { argument: 'content', kind: 'ignore', holder: 'nobody' },
} satisfies Record<string, PolicyArgument>));

/** The policies that count, by the type of the resource. Trust policies and those of other resources are not among them. */
export function policyUsesOf(resource: ModuleBlock, module: TerraformModule): readonly PolicyUse[] {
  if (resource.isData) return [];
  if (resource.type === 'aws_iam_role') return inlinePoliciesOf(resource, module);
  const entry = POLICY_ARGUMENTS.get(resource.type);
  const source = entry && argumentOf(resource, entry.argument);
  if (!source) return [];
  const kind = resource.type === 'aws_organizations_policy' ? organizationPolicyKind(resource, module) : entry.kind;
  return [{ resource, expression: source.expression, scope: scopeOfBlock(resource, source.file, module), kind, holder: entry.holder,
    pointer: `/${entry.argument}`, isMaybe: false }];
}

/** The argument of a resource of that type that takes a policy. */
export function policyArgumentOf(type: string): string | undefined {
  return POLICY_ARGUMENTS.get(type)?.argument;
}

/** Whether a policy is written where it is used, so that no other resource has it. */
export function hasInlinePolicy(expression: Expression): boolean {
  return expression.kind === 'call' && expression.name === 'jsonencode' || expression.kind === 'template' && expression.parts.length > 1;
}

/** Without `type` it is a service control policy (provider documentation, aws_organizations_policy). */
function organizationPolicyKind(resource: ModuleBlock, module: TerraformModule): PolicyKind {
  const type = argumentOf(resource, 'type') ? textOfArgument(resource, 'type', module) : 'SERVICE_CONTROL_POLICY';
  return type === 'SERVICE_CONTROL_POLICY' ? 'service-control' : type === 'RESOURCE_CONTROL_POLICY' ? 'resource-control' : 'ignore';
}

function inlinePoliciesOf(resource: ModuleBlock, module: TerraformModule): readonly PolicyUse[] {
  return nestedBlocksOf(resource, 'inline_policy').flatMap(({ block, file }, index) =>
    expandBlock(block, 'inline_policy', scopeOfBlock(resource, file, module)).flatMap(({ block: content, scope, isMaybe }): PolicyUse[] => {
      const policy = attributeIn(content.body, 'policy');
      return policy ? [{ resource, expression: policy.value, scope, kind: 'identity', holder: 'itself',
        pointer: `/inline_policy/${index}/policy`, isMaybe }] : [];
    }));
}
