import { isSameAddress, type PolicyAddress } from '../../discovery/policy-address';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { FileDiscovery } from '../../discovery/read-file';
import type { Statement } from '../../policy/policy';
import type { ObjectNode } from '../../syntax/tree';
import { spanContainsOffset } from '../../text/span';
import { discoverInText } from '../../workspace/workspace-file';
import { declaredKindAt } from '../../linking/declared-kinds';
import type { Workspace } from '../../workspace/workspace';
import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { CURSOR_MARK, completionTargetAt, type CompletionTarget } from './completion-target';

/** What all lists of candidates start from: what is being typed, and what the workspace knows of the policy that it is typed in. */
export interface PolicyCompletionContext extends CompletionTarget {
  /** `open`: it may become either. */
  readonly kind: 'key' | 'identity' | 'open';
  readonly world: World;
  /** Of a key policy. */
  readonly key: Key | undefined;
  /** Whom an IAM policy is attached to, as far as it is known. */
  readonly identities: readonly Identity[];
  /** A file as its reader names it. */
  readonly formatFile: (uri: string) => string;
}

/** Undefined in files and policies that are no matter of KMS, and where nothing is to be typed. */
export function policyCompletionContextAt({ files, world }: Workspace, uri: string, offset: number,
  formatFile: (uri: string) => string): PolicyCompletionContext | undefined {
  const file = files.get(uri);
  if (file === undefined) return undefined;
  const target = completionTargetAt(file.reading, offset, (text) => discoverInText(file, text));
  if (target === undefined) return undefined;
  const { address, container } = target.policy;
  const isDeclared = container.declaredKind !== undefined || declaredKindAt(file.fileSettings.context, address) !== undefined;
  const kind = policyKindForCompletion(target, isDeclared);
  if (kind === undefined) return undefined;
  const policy = policyInWorkspace(file.reading, address, offset);
  const identities = policy && world.identitiesByPolicy.get(policy);
  return { ...target, kind, world, key: policy && world.keyByPolicy.get(policy), identities: identities ?? [], formatFile };
}

/** The policy as the workspace has it, which links are tied to. */
function policyInWorkspace({ policies }: FileDiscovery, address: PolicyAddress, offset: number): DiscoveredPolicy | undefined {
  return policies.find((policy) => isSameAddress(policy.address, address))
    ?? policies.find(({ layer, policy }) => spanContainsOffset(layer.toFileSpan(policy.node.span), offset));
}

/** @param isDeclared that somebody declared the kind */
function policyKindForCompletion({ policy: { policy: { kind, statements } } }: CompletionTarget,
  isDeclared: boolean): PolicyCompletionContext['kind'] | undefined {
  if (kind === 'key') return 'key';
  // A principal alone tells no service: as long as no action does, it may be a key's.
  if (kind === 'other-resource') return !isDeclared && statements.every(namesNoService) ? 'key' : undefined;
  if (kind !== 'identity') return undefined;
  return isDeclared || statements.some(isIdentityPolicyStatement) ? 'identity' : 'open';
}

function namesNoService({ action, resource }: Statement): boolean {
  return (action?.patterns ?? []).every(({ text }) => text.value === CURSOR_MARK)
    && (resource?.patterns ?? []).every(({ form, text }) => form === 'any' || text.value.includes(CURSOR_MARK));
}

/** Written as far as its resource, and without a principal. KMS actions on `*` are what a key policy has there too. */
function isIdentityPolicyStatement({ resource, action }: Statement): boolean {
  const resourcePatterns = resource?.patterns.filter(({ text }) => !text.value.includes(CURSOR_MARK)) ?? [];
  const actions = action?.patterns.filter(({ text }) => !text.value.includes(CURSOR_MARK)) ?? [];
  return resourcePatterns.some(({ form }) => form !== 'any')
    || resourcePatterns.length > 0 && actions.some(({ service }) => service !== 'kms');
}

/** The values that stand in the same list already. */
export function otherElementValues(statement: Statement | undefined, element: 'action' | 'resource'): readonly string[] {
  return (statement?.[element]?.patterns ?? []).map(({ text }) => text.value).filter((value) => !value.includes(CURSOR_MARK));
}

/** The names that an object has already, without the one that is being typed. */
export function memberNamesIn(object: ObjectNode): ReadonlySet<string> {
  return new Set(object.members.map(({ key }) => key.value).filter((name) => !name.includes(CURSOR_MARK)));
}
