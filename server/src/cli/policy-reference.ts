import * as path from 'node:path';
import { isRefusal, pointerOfAddress, policyFragment, resolveIdentity, resolveKey, splitPolicyReference, splitResourceName,
  type DiscoveredPolicy, type Refusal, type Workspace } from '../core/index';
import { fileUriOf, relativePathOf } from './load-workspace';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

/** The file of a policy, and which of its policies is meant. */
export interface PolicyReference {
  readonly file: string;
  readonly pointer: string | undefined;
  /** Of the resource of a template that has the policy. */
  readonly logicalId: string | undefined;
}

/** `output.json#/Policy`, `template.yaml#DataKey`; a `#` in the name of a file stays. */
export async function parsePolicyReference(reference: string, terminal: Terminal): Promise<PolicyReference> {
  const resource = splitResourceName(reference);
  if (resource && await terminal.kindOf(path.resolve(terminal.cwd, reference)) === undefined) return { ...resource, pointer: undefined };
  const { path: file, pointer } = resource ? { path: reference, pointer: undefined } : splitPolicyReference(reference);
  return { file, pointer, logicalId: undefined };
}

const POLICY_NAMES = { key: 'key policy', identity: 'IAM policy' } as const;

/** The policy of that kind in a file. Where there are several, the reference has to say which. */
export function requirePolicyOf({ file, pointer, logicalId }: PolicyReference, kind: 'key' | 'identity', workspace: Workspace,
  terminal: Terminal): DiscoveredPolicy {
  const uri = fileUriOf(path.resolve(terminal.cwd, file));
  const name = POLICY_NAMES[kind];
  const candidates = (workspace.readings.get(uri)?.policies ?? []).filter((policy) => policy.policy.kind === kind);
  const matching = candidates.filter((policy) => (pointer === undefined || pointerOfAddress(policy.address) === pointer)
    && (logicalId === undefined || policy.container.logicalId === logicalId));
  const [only, ...others] = matching;
  if (!only) {
    const names = candidates.map((policy) => referenceTo(policy, candidates, file));
    const place = logicalId === undefined ? pointer === undefined ? '' : ` at ${pointer}` : ` in a resource ${logicalId}`;
    const alternatives = place === '' || names.length === 0 ? '' : `; there is: ${names.join(', ')}`;
    throw new UsageError(`${relativePathOf(terminal, uri)} contains no ${name}${place}${alternatives}`);
  }
  if (others.length > 0) throw new UsageError(`${relativePathOf(terminal, uri)} contains ${matching.length} such policies, say which one: `
    + matching.map((policy) => referenceTo(policy, matching, file)).join(', '));
  return only;
}

function referenceTo(policy: DiscoveredPolicy, policies: readonly DiscoveredPolicy[], file: string): string {
  return file + (policyFragment(policy, policies) || '#');
}

/** The ARN of `template.yaml#Worker`; any other text is an ARN already. */
export function identityArnOf(name: string, { world }: Workspace): string {
  return isTemplateName(name) ? requireArn(name, resolveIdentity(world, name)) : name;
}

export function keyArnOf(name: string, { world }: Workspace): string {
  return isTemplateName(name) ? requireArn(name, resolveKey(world, name)) : name;
}

function isTemplateName(name: string): boolean {
  return splitResourceName(name) !== undefined;
}

function requireArn(name: string, resolved: Refusal | { readonly records: readonly { readonly arn: string | undefined }[] }): string {
  if (isRefusal(resolved)) throw new UsageError(resolved.refused);
  const [record] = resolved.records;
  if (record?.arn === undefined) throw new UsageError(`the ARN of ${name} depends on a path that is not known`);
  return record.arn;
}
