import { isSameAddress, type PolicyAddress } from '../../discovery/policy-address';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { FileDiscovery } from '../../discovery/read-file';
import type { Statement } from '../../policy/policy';
import type { ObjectNode } from '../../syntax/tree';
import { spanContains } from '../../text/span';
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
export function policyCompletionContextAt(
  workspace: Workspace, uri: string, offset: number, formatFile: (uri: string) => string,
): PolicyCompletionContext | undefined {
  const workspaceFile = workspace.files.get(uri);
  if (workspaceFile === undefined) return undefined;
  const completionTarget = completionTargetAt(workspaceFile.reading, offset, (text) => discoverInText(workspaceFile, text));
  if (completionTarget === undefined) return undefined;
  const kind = policyKindForCompletion(completionTarget,
    declaredKindAt(workspaceFile.fileSettings.context, completionTarget.policy.address) !== undefined
      || completionTarget.policy.container.declaredKind !== undefined);
  if (kind === undefined) return undefined;
  const policy = policyInWorkspace(workspaceFile.reading, completionTarget.policy.address, offset);
  const { world } = workspace;
  return { ...completionTarget, kind, world, key: policy && world.keyByPolicy.get(policy),
    identities: (policy && world.identitiesByPolicy.get(policy)) ?? [], formatFile };
}

/** The policy as the workspace has it, which links are tied to. */
function policyInWorkspace({ policies }: FileDiscovery, address: PolicyAddress, offset: number): DiscoveredPolicy | undefined {
  const point = { start: offset, end: offset };
  return policies.find((policy) => isSameAddress(policy.address, address))
    ?? policies.find(({ layer, policy }) => spanContains(layer.toFileSpan(policy.node.span), point));
}

/** @param isDeclared that somebody declared the kind */
function policyKindForCompletion(
  { policy: { policy } }: CompletionTarget, isDeclared: boolean,
): PolicyCompletionContext['kind'] | undefined {
  const { kind, statements } = policy;
  if (kind === 'key') return 'key';
  // A principal alone tells no service: as long as no action does, it may be a key's.
  if (kind === 'other-resource') return !isDeclared && statements.every(namesNoService) ? 'key' : undefined;
  if (kind !== 'identity') return undefined;
  return isDeclared || statements.some(isIdentityPolicyStatement) ? 'identity' : 'open';
}

function namesNoService({ action, resource }: Statement): boolean {
  return (action?.patterns ?? []).every(({ text: policyString }) => policyString.value === CURSOR_MARK)
    && (resource?.patterns ?? []).every(({ form, text }) => form === 'any' || text.value.includes(CURSOR_MARK));
}

/** Written as far as its resource, and without a principal. KMS actions on `*` are what a key policy has there too. */
function isIdentityPolicyStatement({ resource, action }: Statement): boolean {
  const written = resource?.patterns.filter(({ text: policyString }) => !policyString.value.includes(CURSOR_MARK)) ?? [];
  const actions = action?.patterns.filter(({ text }) => !text.value.includes(CURSOR_MARK)) ?? [];
  return written.some(({ form }) => form !== 'any') || written.length > 0 && actions.some(({ service }) => service !== 'kms');
}

/** The values that stand in the same list already. */
export function otherElementValues(statement: Statement | undefined, element: 'action' | 'resource'): readonly string[] {
  return (statement?.[element]?.patterns ?? []).map(({ text: policyString }) => policyString.value).filter((value) =>
    !value.includes(CURSOR_MARK)
  );
}

/** The names that an object has already, without the one that is being typed. */
export function memberNamesIn(object: ObjectNode): ReadonlySet<string> {
  return new Set(object.members.map(({ key }) => key.value).filter((name) => !name.includes(CURSOR_MARK)));
}
