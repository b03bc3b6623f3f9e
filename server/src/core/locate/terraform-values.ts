import { parseKeyArn } from '../aws/key-arn';
import { isString, itemsOf, memberOf, type Node, type ObjectNode } from '../parse/tree';
import type { Layer } from '../parse/layer';
import { embeddedDocument } from './embedded-document';
import type { KeyFact, WrapperFacts } from './located';
import { NO_WRAPPER } from './located';
import { isDocument, stringOf } from './shapes';
import type { Findings } from './wrappers';

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
export function isTerraformValues(node: Node | undefined): node is ObjectNode {
  return rootModules(node).length > 0;
}

/** The values that are planned; of a state, those that it has. What a plan found before (`prior_state`) and its changes are the same policies again. */
function rootModules(node: Node | undefined): readonly { readonly module: Node; readonly pointer: string }[] {
  for (const member of ['planned_values', 'values']) {
    const module = memberOf(memberOf(node, member)?.value, 'root_module')?.value;
    if (module && stringOf(node, 'format_version') !== undefined) return [{ module, pointer: `/${member}/root_module` }];
  }
  return [];
}

/** The key policies and identity policies of a plan or state, modules inside of modules included. */
export function searchTerraformValues(root: ObjectNode, layer: Layer, findings: Findings): void {
  const resources = rootModules(root).flatMap(({ module, pointer }) => [...resourcesOf(module, pointer)]);
  const arns = arnsOf(resources);
  const ownersOfOthers = new Set(resources.filter(({ type }) => !REPEATING.has(type)).flatMap((resource) => (
    policiesOf(resource).map(({ name }) => ownerOf(wrapperOf(resource, name, arns))))));
  for (const resource of resources) {
    const fact = keyFactOf(resource, layer, findings.uri);
    if (fact) findings.keyFacts.push(fact);
    for (const { value, pointer, name } of policiesOf(resource)) {
      const wrapper = wrapperOf(resource, name, arns);
      if (REPEATING.has(resource.type) && ownersOfOthers.has(ownerOf(wrapper))) continue;
      const document = isString(value) ? embeddedDocument(layer, value) : undefined;
      if (!document || !isDocument(document.root)) continue;
      for (const fault of document.faults) findings.faults.push({ fault, layer: document.layer });
      findings.found({ node: document.root, pointer, layer: document.layer, wrapper, kind: wrapper.says });
    }
  }
  findings.unseen.push(...unseenOf(resources, arns));
}

function* resourcesOf(module: Node, pointer: string): Generator<TerraformResource> {
  const resources = itemsOf(memberOf(module, 'resources')?.value);
  for (const [index, resource] of resources.entries()) {
    const values = memberOf(resource, 'values')?.value;
    const type = stringOf(resource, 'type');
    if (type === undefined || values?.kind !== 'object' || stringOf(resource, 'mode') === 'data') continue;
    yield { type, values, address: stringOf(resource, 'address') ?? type, pointer: `${pointer}/resources/${index}/values` };
  }
  const modules = itemsOf(memberOf(module, 'child_modules')?.value);
  for (const [index, child] of modules.entries()) yield* resourcesOf(child, `${pointer}/child_modules/${index}`);
}

/** The types whose `policy` is the policy of a key. */
const OF_KEYS: ReadonlySet<string> = new Set(['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key', 'aws_kms_replica_external_key', 'aws_kms_key_policy']);
/** The types of identities, and of policies inside of them with the attribute that has the identity's name. */
const IDENTITIES: ReadonlyMap<string, string> = new Map([['aws_iam_role', 'role'], ['aws_iam_user', 'user'], ['aws_iam_group', 'group']]);
const INLINE_POLICIES: ReadonlyMap<string, string> = new Map([['aws_iam_role_policy', 'role'], ['aws_iam_user_policy', 'user'], ['aws_iam_group_policy', 'group']]);
const ATTACHMENTS: ReadonlyMap<string, string> = new Map([
  ['aws_iam_role_policy_attachment', 'role'], ['aws_iam_user_policy_attachment', 'user'], ['aws_iam_group_policy_attachment', 'group'],
]);

/** A state repeats here what resources of their own say: the policy of the key, and the inline policies of the role. */
const REPEATING: ReadonlySet<string> = new Set(['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key', 'aws_kms_replica_external_key', 'aws_iam_role']);

/** What has the policy; for identities with the policy's name, since they may have several. A key without id is not that of another resource. */
function ownerOf({ says, keyId, identityName, policyName }: WrapperFacts): string {
  if (says === 'key') return keyId ?? `${policyName ?? ''} without id`;
  return `${identityName ?? ''} ${policyName ?? ''}`;
}

interface TerraformPolicy {
  readonly value: Node;
  readonly pointer: string;
  readonly name: string | undefined;
}

function policiesOf({ type, values, pointer }: TerraformResource): readonly TerraformPolicy[] {
  if (type === 'aws_iam_role') {
    return itemsOf(memberOf(values, 'inline_policy')?.value).flatMap((inline, index) => {
      const value = memberOf(inline, 'policy')?.value;
      return value ? [{ value, pointer: `${pointer}/inline_policy/${index}/policy`, name: stringOf(inline, 'name') }] : [];
    });
  }
  if (!OF_KEYS.has(type) && !INLINE_POLICIES.has(type) && type !== 'aws_iam_policy') return [];
  const value = memberOf(values, 'policy')?.value;
  return value ? [{ value, pointer: `${pointer}/policy`, name: stringOf(values, 'name') }] : [];
}

/** ARNs of identities by `role/NAME`, and of identities by the ARN of the managed policy that is attached to them. */
interface TerraformArns {
  readonly identities: ReadonlyMap<string, string>;
  readonly attached: ReadonlyMap<string, readonly string[]>;
}

function arnsOf(resources: readonly TerraformResource[]): TerraformArns {
  const identities = new Map<string, string>();
  for (const { type, values } of resources) {
    const [kind, name, arn] = [IDENTITIES.get(type), stringOf(values, 'name'), stringOf(values, 'arn')];
    if (kind !== undefined && name !== undefined && arn !== undefined) identities.set(`${kind}/${name}`, arn);
  }
  const attached = new Map<string, string[]>();
  for (const { type, values } of resources) {
    const kind = ATTACHMENTS.get(type);
    const identity = type === 'aws_iam_role' ? stringOf(values, 'arn') : identities.get(`${kind ?? ''}/${stringOf(values, kind ?? '') ?? ''}`);
    if (identity === undefined) continue;
    for (const policy of attachedArns(values)) attached.set(policy, [...new Set([...attached.get(policy) ?? [], identity])]);
  }
  return { identities, attached };
}

/** `policy_arn` of an attachment, `managed_policy_arns` of a role. */
function attachedArns(values: ObjectNode): readonly string[] {
  return [memberOf(values, 'policy_arn')?.value, ...itemsOf(memberOf(values, 'managed_policy_arns')?.value)].flatMap((node) => (isString(node) ? [node.value] : []));
}

function wrapperOf({ type, values, address }: TerraformResource, name: string | undefined, { identities, attached }: TerraformArns): WrapperFacts {
  const policyName = name ?? address;
  if (OF_KEYS.has(type)) {
    const id = stringOf(values, 'key_id');
    const keyArn = [stringOf(values, 'arn'), id].find((text) => text !== undefined && parseKeyArn(text) !== undefined);
    return { ...NO_WRAPPER, says: 'key', keyArn, keyId: parseKeyArn(keyArn ?? '')?.keyId ?? id, account: parseKeyArn(keyArn ?? '')?.account, policyName };
  }
  if (type === 'aws_iam_policy') {
    const attachments = attached.get(stringOf(values, 'arn') ?? '');
    return { ...NO_WRAPPER, says: 'identity', identityArn: attachments?.length === 1 ? attachments[0] : undefined, policyName, ...(attachments ? { attachments } : {}) };
  }
  const kind = IDENTITIES.get(type) ?? INLINE_POLICIES.get(type) ?? '';
  const identity = stringOf(values, IDENTITIES.has(type) ? 'name' : kind);
  const identityName = identity === undefined ? undefined : `${kind}/${identity}`;
  return { ...NO_WRAPPER, says: 'identity', identityArn: identities.get(identityName ?? ''), identityName, policyName };
}

function keyFactOf({ type, values }: TerraformResource, layer: Layer, uri: string): KeyFact | undefined {
  const key = parseKeyArn(stringOf(values, 'arn') ?? '');
  if (!key || !OF_KEYS.has(type)) return undefined;
  const multiRegion = memberOf(values, 'multi_region')?.value;
  return {
    uri, span: layer.toFile(values.span), source: 'describe-key', keyArn: stringOf(values, 'arn'), keyId: key.keyId, aliases: [],
    keySpec: stringOf(values, 'customer_master_key_spec'), keyUsage: stringOf(values, 'key_usage'),
    multiRegion: multiRegion?.kind === 'scalar' && multiRegion.type === 'boolean' ? multiRegion.value === 'true' : undefined, manager: 'CUSTOMER', grants: [],
  };
}

/** Managed policies of identities that the values attach without their documents. */
function unseenOf(resources: readonly TerraformResource[], { attached }: TerraformArns): Findings['unseen'] {
  const shown = new Set(resources.filter(({ type }) => type === 'aws_iam_policy').map(({ values }) => stringOf(values, 'arn')));
  return [...attached].filter(([policy]) => !shown.has(policy)).flatMap(([policy, identities]) => identities.map((identityArn) => ({ identityArn, policies: [policy] })));
}
