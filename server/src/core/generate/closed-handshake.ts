import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { isSameAddress } from '../discovery/policy-address';
import type { Key } from '../linking/entities';
import { declareAttachment, declareKeyPolicy, manifestForFile } from '../manifest/manifest-edit';
import type { FileChange } from '../text/file-change';
import type { Workspace } from '../workspace/workspace';
import { changeOfFile, workspaceAfter } from '../workspace/workspace-after';
import { isRefusal, lacksKeyPolicyStatement, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { generateIdentityPolicy } from './identity-policy';
import { findKeyByArn } from './key-reference';
import { generateKeyPolicy } from './key-policy';
import { generateKeyPolicyForUseCase } from './key-policy-for-use-case';
import { identityPolicyChoices, keyPolicyChoices } from './target-choices';

/** What a person has answered on the way to the other half. */
export interface ClosedHandshakeRequest {
  readonly workspace: Workspace;
  /** The half that is there. */
  readonly policy: DiscoveredPolicy;
  readonly keyArn?: string | undefined;
  readonly target?: Target | undefined;
  readonly useCase?: string | undefined;
  /** Where the key policy allows the target nothing, it gets a statement for it too. */
  readonly bothHalves?: boolean | undefined;
  /** `kms-handshake.json` is made where there is none, to declare the answers. */
  readonly mayCreateManifest?: boolean | undefined;
  readonly existingUris?: readonly string[] | undefined;
}

/**
 * The IAM policy for a key policy, with the answers declared in `kms-handshake.json`: of which key the policy is, and to whom the new one
 * is attached. Each step sees the workspace as the one before leaves it.
 */
export function closeHandshakeOfKeyPolicy(request: ClosedHandshakeRequest): Counterpart | Refusal {
  const { workspace, policy, keyArn, useCase, existingUris, mayCreateManifest } = request;
  const linked = keyArn === undefined || isLinkedToKey(workspace, policy, keyArn)
    ? workspace
    : workspaceAfter(workspace, declarationOfKey(request, keyArn));
  const linkedPolicy = samePolicyIn(linked, policy);
  const choices = identityPolicyChoices(linked.world, linkedPolicy);
  const key = keyOf(linked, linkedPolicy, keyArn, choices.keys);
  if (!key) return refusal('This is not the key policy of a known key.');
  const [firstChoice, ...otherChoices] = choices.targets.filter(({ lacksHalf }) => lacksHalf);
  const target = request.target ?? (otherChoices.length === 0 ? firstChoice?.target : undefined);
  if (target === undefined) return refusal('For whom? Name an account, user, role or group.');
  const generateFor = ({ world }: Workspace, keyWithPolicy: Key): Counterpart | Refusal =>
    generateIdentityPolicy({ world, key: keyWithPolicy, target, useCase, existingUris, mayCreateManifest });
  const consumerPolicy = generateFor(linked, key);
  if (!isRefusal(consumerPolicy) || request.bothHalves !== true || !lacksKeyPolicyStatement(consumerPolicy))
    return isRefusal(consumerPolicy) ? consumerPolicy : withChangesSince(workspace, linked, consumerPolicy);
  const statement = generateKeyPolicyForUseCase({ world: linked.world, key, target, useCase });
  if (isRefusal(statement)) return statement;
  const allowed = workspaceAfter(linked, statement.changes);
  const allowedPolicy = samePolicyIn(allowed, policy);
  const result = generateFor(allowed, { ...key, policy: allowedPolicy });
  return isRefusal(result) ? result : withChangesSince(workspace, allowed, result);
}

/** The key policy for an IAM policy; to whom that is attached, where it was asked for, is declared in `kms-handshake.json`. */
export function closeHandshakeOfIdentityPolicy(request: ClosedHandshakeRequest): Counterpart | Refusal {
  const { workspace, policy, target, useCase, existingUris } = request;
  const [firstArn, ...otherArns] = keyPolicyChoices(workspace.world, policy).keyArns;
  const keyArn = request.keyArn ?? (otherArns.length === 0 ? firstArn : undefined);
  if (keyArn === undefined) return refusal('For which key? Name it by its ARN.');
  const attached = target === undefined || isAttachedTo(workspace, policy, target)
    ? workspace
    : workspaceAfter(workspace, declarationOfTarget(request, target));
  const result = generateKeyPolicy({ world: attached.world, policy: samePolicyIn(attached, policy), keyArn, target, useCase,
    existingUris, namesIdentity: true });
  return isRefusal(result) ? result : withChangesSince(workspace, attached, result);
}

/** The answer to which key the policy belongs; nothing where it cannot, or may not, be declared. */
function declarationOfKey({ workspace: { world }, policy, mayCreateManifest }: ClosedHandshakeRequest, keyArn: string): FileChange[] {
  const change = findKeyByArn(world, keyArn) && mayDeclare(world, policy, mayCreateManifest)
    ? declareKeyPolicy(world, policy, keyArn)
    : undefined;
  return change ? [change] : [];
}

function declarationOfTarget({ workspace: { world }, policy, mayCreateManifest }: ClosedHandshakeRequest, target: Target): FileChange[] {
  const change = mayDeclare(world, policy, mayCreateManifest) ? declareAttachment(world, policy, target) : undefined;
  return change ? [change] : [];
}

function mayDeclare(world: Workspace['world'], { uri }: DiscoveredPolicy, mayCreateManifest: boolean | undefined): boolean {
  return mayCreateManifest === true || manifestForFile(world, uri).uri !== undefined;
}

export function isAttachedTo({ world }: Workspace, policy: DiscoveredPolicy, target: Target): boolean {
  return (world.identitiesByPolicy.get(policy) ?? []).some(({ arn, account, link }) =>
    link.certain && ('arn' in target ? arn === target.arn : account === target.account));
}

/** What is only assumed counts as a link once a person has said so: then it is declared. */
export function isLinkedToKey({ world }: Workspace, policy: DiscoveredPolicy, keyArn: string): boolean {
  const key = world.keyByPolicy.get(policy);
  return key?.arn === keyArn && key.link?.certain === true;
}

/** The key that the policy is tied to, or the one that the person says it is of. */
function keyOf({ world }: Workspace, policy: DiscoveredPolicy, keyArn: string | undefined, keys: readonly Key[]): Key | undefined {
  if (keyArn === undefined) return keys[0];
  const key = keys.find(({ arn }) => arn === keyArn) ?? findKeyByArn(world, keyArn);
  return key && { ...key, policy, link: world.keyByPolicy.get(policy)?.link };
}

/** The policy at the same place of its file. */
export function samePolicyIn({ readings }: Workspace, policy: DiscoveredPolicy): DiscoveredPolicy {
  return readings.get(policy.uri)?.policies.find(({ address }) => isSameAddress(address, policy.address)) ?? policy;
}

/**
 * The result that was worked out on `after`, as changes of `before`: its own change first, then those that lie between the two. A file that
 * both change is changed once.
 */
function withChangesSince(before: Workspace, after: Workspace, result: Counterpart): Counterpart {
  if (before === after) return result;
  const generatedChanges = [...result.changes, ...result.manifestChange ? [result.manifestChange] : []];
  const final = workspaceAfter(after, generatedChanges);
  const uris = new Set([...generatedChanges.map(({ uri }) => uri), ...changedUris(before, after)]);
  const changes = [...uris].flatMap((uri) => changeOfFile(before, final, uri) ?? []);
  const isManifest = ({ uri }: FileChange): boolean => final.world.manifests.some((manifest) => manifest.uri === uri);
  return { ...result, changes: changes.filter((change) => !isManifest(change)), manifestChange: changes.find(isManifest) };
}

function changedUris(before: Workspace, after: Workspace): string[] {
  return [...after.files.keys()].filter((uri) => before.files.get(uri)?.source !== after.files.get(uri)?.source);
}
