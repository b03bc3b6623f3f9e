import { parseKeyArn } from '../../aws/key-arn';
import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode } from '../../syntax/tree';
import type { SourceLayer } from '../../syntax/syntax';
import { readEmbeddedJson } from '../embedded-document';
import type { KeyFact, ContainerFacts, PoliciesWithoutDocument } from '../discovery-result';
import { NO_CONTAINER } from '../discovery-result';
import { isInfrastructureTemplate, isPolicyDocument, stringMemberOf } from '../policy-documents/document-shapes';
import type { Discoverer, DiscoverySink } from '../discoverer';
import { mayHoldPolicy } from '../may-hold-policy';
import { addressOfPointer } from '../policy-address';

/**
 * What `terraform show -json` prints of a plan or a state. Other output of Terraform and CloudFormation templates contain no plain
 * policies.
 */
export const TERRAFORM_VALUES: Discoverer = {
  id: 'terraform-values',
  mayContain: ({ text }) => mayHoldPolicy(text),
  discover(values, sink) {
    for (const { node, layer } of values) if (isTerraformValues(node)) discoverTerraformValues(node, layer, sink);
    return values.filter(({ node }) => !isInfrastructureTemplate(node));
  },
};

/** A resource in the values of Terraform. */
interface TerraformResource {
  readonly type: string;
  /** `module.reports.aws_kms_key.main` */
  readonly address: string;
  readonly values: ObjectNode;
  readonly pointer: string;
}

/**
 * Whether the object is what `terraform show -json` prints of a plan or a state.
 *
 * Source: https://developer.hashicorp.com/terraform/internals/json-format
 */
function isTerraformValues(node: Node | undefined): node is ObjectNode {
  return rootModules(node).length > 0;
}

/**
 * The values that are planned; of a state, those that it has. What a plan found before (`prior_state`) and its changes are the same
 * policies again.
 */
function rootModules(node: Node | undefined): readonly { readonly module: Node; readonly pointer: string }[] {
  for (const member of ['planned_values', 'values']) {
    const module = memberOf(memberOf(node, member)?.value, 'root_module')?.value;
    if (module && stringMemberOf(node, 'format_version') !== undefined) return [{ module, pointer: `/${member}/root_module` }];
  }
  return [];
}

/** The key policies and identity policies of a plan or state, modules inside of modules included. */
function discoverTerraformValues(root: ObjectNode, sourceLayer: SourceLayer, discoverySink: DiscoverySink): void {
  const resources = rootModules(root).flatMap(({ module, pointer }) => [...terraformResourcesOf(module, pointer)]);
  const arns = terraformArnsOf(resources);
  const ownersOfOthers = new Set(resources.filter(({ type }) => !REPEATING_RESOURCE_TYPES.has(type)).flatMap((resource) => (
    terraformPoliciesOf(resource).map(({ name }) => policyHolderOf(containerFactsOf(resource, name, arns))))));
  for (const resource of resources) {
    const fact = keyFactOf(resource, sourceLayer, discoverySink.uri);
    if (fact) discoverySink.addKeyFacts([fact]);
    for (const { value, pointer, name } of terraformPoliciesOf(resource)) {
      const wrapper = containerFactsOf(resource, name, arns);
      if (REPEATING_RESOURCE_TYPES.has(resource.type) && ownersOfOthers.has(policyHolderOf(wrapper))) continue;
      const document = isStringNode(value) ? readEmbeddedJson(sourceLayer, value) : undefined;
      if (!document || !isPolicyDocument(document.root)) continue;
      discoverySink.addFaults(document.faults, document.layer);
      discoverySink.addDocument({ node: document.root, address: addressOfPointer(pointer), layer: document.layer, container: wrapper,
        kind: wrapper.declaredKind });
    }
  }
  discoverySink.addPoliciesWithoutDocument(unresolvedPoliciesOf(resources, arns));
}

function* terraformResourcesOf(module: Node, pointer: string): Generator<TerraformResource> {
  const resources = itemsOf(memberOf(module, 'resources')?.value);
  for (const [index, resource] of resources.entries()) {
    const values = memberOf(resource, 'values')?.value;
    const type = stringMemberOf(resource, 'type');
    if (type === undefined || values?.kind !== 'object' || stringMemberOf(resource, 'mode') === 'data') continue;
    yield { type, values, address: stringMemberOf(resource, 'address') ?? type, pointer: `${pointer}/resources/${index}/values` };
  }
  const modules = itemsOf(memberOf(module, 'child_modules')?.value);
  for (const [index, child] of modules.entries()) yield* terraformResourcesOf(child, `${pointer}/child_modules/${index}`);
}

/** The types whose `policy` is the policy of a key. */
const KEY_RESOURCE_TYPES: ReadonlySet<string> = new Set(['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key',
  'aws_kms_replica_external_key', 'aws_kms_key_policy']);
/** The types of identities, and of policies inside of them with the attribute that has the identity's name. */
const IDENTITY_RESOURCE_TYPES: ReadonlyMap<string, string> = new Map([['aws_iam_role', 'role'], ['aws_iam_user', 'user'], ['aws_iam_group',
  'group']]);
const INLINE_POLICY_TYPES: ReadonlyMap<string, string> = new Map([['aws_iam_role_policy', 'role'], ['aws_iam_user_policy', 'user'], [
  'aws_iam_group_policy',
  'group',
]]);
const ATTACHMENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['aws_iam_role_policy_attachment', 'role'], ['aws_iam_user_policy_attachment', 'user'], ['aws_iam_group_policy_attachment', 'group'],
]);

/** A state repeats here what resources of their own say: the policy of the key, and the inline policies of the role. */
const REPEATING_RESOURCE_TYPES: ReadonlySet<string> = new Set(['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key',
  'aws_kms_replica_external_key', 'aws_iam_role']);

/**
 * What has the policy; for identities with the policy's name, since they may have several. A key without id is not that of another
 * resource.
 */
function policyHolderOf({ declaredKind, keyId, identityName, policyName }: ContainerFacts): string {
  if (declaredKind === 'key') return keyId ?? `${policyName ?? ''} without id`;
  return `${identityName ?? ''} ${policyName ?? ''}`;
}

interface TerraformPolicy {
  readonly value: Node;
  readonly pointer: string;
  readonly name: string | undefined;
}

function terraformPoliciesOf({ type, values, pointer }: TerraformResource): readonly TerraformPolicy[] {
  if (type === 'aws_iam_role') {
    return itemsOf(memberOf(values, 'inline_policy')?.value).flatMap((inline, index) => {
      const value = memberOf(inline, 'policy')?.value;
      return value ? [{ value, pointer: `${pointer}/inline_policy/${index}/policy`, name: stringMemberOf(inline, 'name') }] : [];
    });
  }
  if (!KEY_RESOURCE_TYPES.has(type) && !INLINE_POLICY_TYPES.has(type) && type !== 'aws_iam_policy') return [];
  const value = memberOf(values, 'policy')?.value;
  return value ? [{ value, pointer: `${pointer}/policy`, name: stringMemberOf(values, 'name') }] : [];
}

/** ARNs of identities by `role/NAME`, and of identities by the ARN of the managed policy that is attached to them. */
interface TerraformArns {
  readonly identityArnsByName: ReadonlyMap<string, string>;
  readonly identityArnsByPolicy: ReadonlyMap<string, readonly string[]>;
}

function terraformArnsOf(resources: readonly TerraformResource[]): TerraformArns {
  const identities = new Map<string, string>();
  for (const { type, values } of resources) {
    const [kind, name, arn] = [IDENTITY_RESOURCE_TYPES.get(type), stringMemberOf(values, 'name'), stringMemberOf(values, 'arn')];
    if (kind !== undefined && name !== undefined && arn !== undefined) identities.set(`${kind}/${name}`, arn);
  }
  const attached = new Map<string, string[]>();
  for (const { type, values } of resources) {
    const kind = ATTACHMENT_TYPES.get(type);
    const identity = type === 'aws_iam_role'
      ? stringMemberOf(values, 'arn')
      : identities.get(`${kind ?? ''}/${stringMemberOf(values, kind ?? '') ?? ''}`);
    if (identity === undefined) continue;
    for (const policy of attachedPolicyArnsOf(values)) attached.set(policy, [...new Set([...attached.get(policy) ?? [], identity])]);
  }
  return { identityArnsByName: identities, identityArnsByPolicy: attached };
}

/** `policy_arn` of an attachment, `managed_policy_arns` of a role. */
function attachedPolicyArnsOf(values: ObjectNode): readonly string[] {
  return [memberOf(values, 'policy_arn')?.value, ...itemsOf(memberOf(values, 'managed_policy_arns')?.value)].flatMap((
    node,
  ) => (isStringNode(node) ? [node.value] : []));
}

function containerFactsOf({ type, values, address }: TerraformResource, name: string | undefined,
  { identityArnsByName, identityArnsByPolicy }: TerraformArns): ContainerFacts {
  const policyName = name ?? address;
  if (KEY_RESOURCE_TYPES.has(type)) {
    const id = stringMemberOf(values, 'key_id');
    const keyArn = [stringMemberOf(values, 'arn'), id].find((text) => text !== undefined && parseKeyArn(text) !== undefined);
    return { ...NO_CONTAINER, declaredKind: 'key', keyArn, keyId: parseKeyArn(keyArn ?? '')?.keyId ?? id,
      account: parseKeyArn(keyArn ?? '')?.account, policyName };
  }
  if (type === 'aws_iam_policy') {
    const attachments = identityArnsByPolicy.get(stringMemberOf(values, 'arn') ?? '');
    return { ...NO_CONTAINER, declaredKind: 'identity', identityArn: attachments?.length === 1 ? attachments[0] : undefined, policyName,
      ...(attachments ? { attachments } : {}) };
  }
  const kind = IDENTITY_RESOURCE_TYPES.get(type) ?? INLINE_POLICY_TYPES.get(type) ?? '';
  const identity = stringMemberOf(values, IDENTITY_RESOURCE_TYPES.has(type) ? 'name' : kind);
  const identityName = identity === undefined ? undefined : `${kind}/${identity}`;
  return { ...NO_CONTAINER, declaredKind: 'identity', identityArn: identityArnsByName.get(identityName ?? ''), identityName, policyName };
}

function keyFactOf({ type, values }: TerraformResource, sourceLayer: SourceLayer, uri: string): KeyFact | undefined {
  const key = parseKeyArn(stringMemberOf(values, 'arn') ?? '');
  if (!key || !KEY_RESOURCE_TYPES.has(type)) return undefined;
  const multiRegion = memberOf(values, 'multi_region')?.value;
  return {
    uri, span: sourceLayer.toFileSpan(values.span), source: 'describe-key', keyArn: stringMemberOf(values, 'arn'), keyId: key.keyId,
    aliases: [],
    keySpec: stringMemberOf(values, 'customer_master_key_spec'), keyUsage: stringMemberOf(values, 'key_usage'),
    multiRegion: multiRegion?.kind === 'scalar' && multiRegion.type === 'boolean' ? multiRegion.value === 'true' : undefined,
    manager: 'CUSTOMER', grants: [],
  };
}

/** Managed policies of identities that the values attach without their documents. */
function unresolvedPoliciesOf(resources: readonly TerraformResource[], { identityArnsByPolicy }: TerraformArns): PoliciesWithoutDocument[] {
  const shown = new Set(resources.filter(({ type }) => type === 'aws_iam_policy').map(({ values }) => stringMemberOf(values, 'arn')));
  return [...identityArnsByPolicy].filter(([policy]) => !shown.has(policy)).flatMap(([policy, identities]) =>
    identities.map((identityArn) => ({ identityArn, policies: [policy] }))
  );
}
