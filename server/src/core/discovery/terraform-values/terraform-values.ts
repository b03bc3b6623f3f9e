import { parseKeyArn } from '../../aws/key-arn';
import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode } from '../../syntax/tree';
import { factOfKeyMetadata } from '../aws-output/key-facts';
import { readEmbeddedJson } from '../embedded-document';
import { NO_CONTAINER, type ContainerFacts, type PoliciesWithoutDocument } from '../discovery-result';
import { isInfrastructureTemplate, isPolicyDocument, stringMemberOf } from '../policy-documents/document-shapes';
import type { Discoverer, DiscoverySink, DiscoveryValue } from '../discoverer';
import { mayHoldPolicy } from '../may-hold-policy';
import { addressOfPointer } from '../policy-address';

/**
 * What `terraform show -json` prints of a plan or a state. Other output of Terraform and CloudFormation templates contain no plain
 * policies.
 */
export const TERRAFORM_VALUES: Discoverer = {
  id: 'terraform-values',
  syntaxes: ['json'],
  mayContain: ({ text }) => mayHoldPolicy(text),
  discover(values, sink) {
    for (const value of values) discoverTerraformValues(value, sink);
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
 * The values that are planned; of a state, those that it has. What a plan found before (`prior_state`) and its changes are the same
 * policies again. Empty for what `terraform show -json` does not print.
 *
 * Source: https://developer.hashicorp.com/terraform/internals/json-format
 */
function resourcesOfRootModule(node: Node): TerraformResource[] {
  if (stringMemberOf(node, 'format_version') === undefined) return [];
  for (const member of ['planned_values', 'values']) {
    const module = memberOf(memberOf(node, member)?.value, 'root_module')?.value;
    if (module) return resourcesOfModule(module, `/${member}/root_module`);
  }
  return [];
}

function resourcesOfModule(module: Node, pointer: string): TerraformResource[] {
  const resources = itemsOf(memberOf(module, 'resources')?.value).flatMap((resource, index): TerraformResource[] => {
    const values = memberOf(resource, 'values')?.value;
    const type = stringMemberOf(resource, 'type');
    if (type === undefined || values?.kind !== 'object' || stringMemberOf(resource, 'mode') === 'data') return [];
    return [{ type, values, address: stringMemberOf(resource, 'address') ?? type, pointer: `${pointer}/resources/${index}/values` }];
  });
  const modules = itemsOf(memberOf(module, 'child_modules')?.value);
  return [...resources, ...modules.flatMap((child, index) => resourcesOfModule(child, `${pointer}/child_modules/${index}`))];
}

/** The key policies and identity policies of a plan or state, modules inside of modules included. */
function discoverTerraformValues({ node, layer }: DiscoveryValue, sink: DiscoverySink): void {
  const resources = resourcesOfRootModule(node);
  const arns = terraformArnsOf(resources);
  const holdersOfResources = new Set(resources.filter((resource) => !repeatsOtherResources(resource)).flatMap((resource) =>
    terraformPoliciesOf(resource).map(({ name }) => policyHolderOf(containerFactsOf(resource, name, arns)))
  ));
  for (const resource of resources) {
    if (KEY_RESOURCE_TYPES.has(resource.type) && parseKeyArn(stringMemberOf(resource.values, 'arn') ?? ''))
      sink.keyFacts.push({ ...factOfKeyMetadata(resource.values, { uri: sink.uri, span: layer.toFileSpan(resource.values.span) }),
        manager: 'CUSTOMER' });
    for (const { value, pointer, name } of terraformPoliciesOf(resource)) {
      const container = containerFactsOf(resource, name, arns);
      if (repeatsOtherResources(resource) && holdersOfResources.has(policyHolderOf(container))) continue;
      const document = isStringNode(value) ? readEmbeddedJson(layer, value) : undefined;
      if (!document || !isPolicyDocument(document.root)) continue;
      sink.faults.push(...document.faults);
      sink.documents.push({ content: document.root, address: addressOfPointer(pointer), layer: document.layer, container,
        kind: container.declaredKind });
    }
  }
  sink.policiesWithoutDocument.push(...unresolvedPoliciesOf(resources, arns));
}

/** The types whose `policy` is the policy of a key. */
const KEY_RESOURCE_TYPES: ReadonlySet<string> = new Set(['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key',
  'aws_kms_replica_external_key', 'aws_kms_key_policy']);
/** Identities, inline policies of them, and attachments of managed policies: `aws_iam_role`, `aws_iam_role_policy`. */
const IDENTITY_RESOURCE_TYPE = /^aws_iam_(role|user|group)(_policy|_policy_attachment)?$/;

/** The kind of the identity that a resource is, or is a part of. */
function identityKindOfType(type: string, part: '' | '_policy' | '_policy_attachment'): string | undefined {
  const [, kind, suffix = ''] = IDENTITY_RESOURCE_TYPE.exec(type) ?? [];
  return suffix === part ? kind : undefined;
}

/** A state repeats here what resources of their own say: the policy of the key, and the inline policies of the role. */
function repeatsOtherResources({ type }: TerraformResource): boolean {
  return type === 'aws_iam_role' || KEY_RESOURCE_TYPES.has(type) && type !== 'aws_kms_key_policy';
}

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
  const policyIn = (node: Node, at: string): TerraformPolicy[] => {
    const value = memberOf(node, 'policy')?.value;
    return value ? [{ value, pointer: `${at}/policy`, name: stringMemberOf(node, 'name') }] : [];
  };
  if (type === 'aws_iam_role')
    return itemsOf(memberOf(values, 'inline_policy')?.value).flatMap((inline, index) =>
      policyIn(inline, `${pointer}/inline_policy/${index}`)
    );
  return KEY_RESOURCE_TYPES.has(type) || type === 'aws_iam_policy' || identityKindOfType(type, '_policy') !== undefined
    ? policyIn(values, pointer)
    : [];
}

/** ARNs of identities by `role/NAME`, and of identities by the ARN of the managed policy that is attached to them. */
interface TerraformArns {
  readonly identityArnsByName: ReadonlyMap<string, string>;
  readonly identityArnsByPolicy: ReadonlyMap<string, readonly string[]>;
}

function terraformArnsOf(resources: readonly TerraformResource[]): TerraformArns {
  const identities = new Map<string, string>();
  for (const { type, values } of resources) {
    const [kind, name, arn] = [identityKindOfType(type, ''), stringMemberOf(values, 'name'), stringMemberOf(values, 'arn')];
    if (kind !== undefined && name !== undefined && arn !== undefined) identities.set(`${kind}/${name}`, arn);
  }
  const attached = new Map<string, string[]>();
  for (const { type, values } of resources) {
    const kind = identityKindOfType(type, '_policy_attachment') ?? '';
    const identity = type === 'aws_iam_role'
      ? stringMemberOf(values, 'arn')
      : identities.get(`${kind}/${stringMemberOf(values, kind) ?? ''}`);
    if (identity === undefined) continue;
    for (const policy of attachedPolicyArnsOf(values)) attached.set(policy, [...new Set([...attached.get(policy) ?? [], identity])]);
  }
  return { identityArnsByName: identities, identityArnsByPolicy: attached };
}

/** `policy_arn` of an attachment, `managed_policy_arns` of a role. */
function attachedPolicyArnsOf(values: ObjectNode): readonly string[] {
  const nodes = [memberOf(values, 'policy_arn')?.value, ...itemsOf(memberOf(values, 'managed_policy_arns')?.value)];
  return nodes.flatMap((node) => (isStringNode(node) ? node.value : []));
}

function containerFactsOf({ type, values, address }: TerraformResource, name: string | undefined,
  { identityArnsByName, identityArnsByPolicy }: TerraformArns): ContainerFacts {
  const policyName = name ?? address;
  if (KEY_RESOURCE_TYPES.has(type)) {
    const id = stringMemberOf(values, 'key_id');
    const keyArn = [stringMemberOf(values, 'arn'), id].find((text) => text !== undefined && parseKeyArn(text) !== undefined);
    const key = parseKeyArn(keyArn ?? '');
    return { ...NO_CONTAINER, declaredKind: 'key', keyArn, keyId: key?.keyId ?? id, account: key?.account, policyName };
  }
  if (type === 'aws_iam_policy') {
    const attachments = identityArnsByPolicy.get(stringMemberOf(values, 'arn') ?? '');
    return { ...NO_CONTAINER, declaredKind: 'identity', identityArn: attachments?.length === 1 ? attachments[0] : undefined, policyName,
      ...attachments ? { attachments } : {} };
  }
  const inlineKind = identityKindOfType(type, '_policy');
  const kind = inlineKind ?? identityKindOfType(type, '') ?? '';
  const identity = stringMemberOf(values, inlineKind ?? 'name');
  const identityName = identity === undefined ? undefined : `${kind}/${identity}`;
  return { ...NO_CONTAINER, declaredKind: 'identity', identityArn: identityArnsByName.get(identityName ?? ''), identityName, policyName };
}

/** Managed policies of identities that the values attach without their documents. */
function unresolvedPoliciesOf(resources: readonly TerraformResource[], { identityArnsByPolicy }: TerraformArns): PoliciesWithoutDocument[] {
  const shown = new Set(resources.filter(({ type }) => type === 'aws_iam_policy').map(({ values }) => stringMemberOf(values, 'arn')));
  return [...identityArnsByPolicy].filter(([policy]) => !shown.has(policy)).flatMap(([policy, identities]) =>
    identities.map((identityArn) => ({ identityArn, policies: [policy] }))
  );
}
