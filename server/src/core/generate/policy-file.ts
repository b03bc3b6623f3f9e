import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { NO_CONTAINER } from '../discovery/discovery-result';
import { declareAttachment, declareKeyPolicy, manifestForFile } from '../manifest/manifest-edit';
import { nodeToJson } from '../syntax/canonical-value';
import type { FileChange } from '../text/file-change';
import { baseName, plainUri } from '../text/uri-path';
import type { Workspace } from '../workspace/workspace';
import { changeOfFile, workspaceAfter } from '../workspace/workspace-after';
import { isAttachedTo, isLinkedToKey } from './closed-handshake';
import { refusal, type GeneratedFiles, type Refusal } from './counterpart';
import { savedPolicyUri } from './new-policy-uri';
import { NEW_DOCUMENT_SYNTAX } from './render';

/** A policy that is to be saved as a file of its own. */
export interface PolicyFileRequest {
  readonly workspace: Workspace;
  readonly policy: DiscoveredPolicy;
  /** URIs of files that the workspace does not know, which are not replaced either. */
  readonly existingUris: readonly string[];
}

/**
 * The policy inside AWS CLI output, or another larger file, as a new file beside that one. Where the output tells for certain to what the
 * policy belongs, `kms-handshake.json` declares it of the new file; there is one made where there is none.
 */
export function savePolicyAsFile({ workspace, policy, existingUris }: PolicyFileRequest): GeneratedFiles | Refusal {
  const reason = reasonNotSaved(workspace, policy);
  if (reason !== undefined) return refusal(reason);
  const { world } = workspace;
  const uri = savedPolicyUri({ world, existingUris }, policy, fileNameParts(workspace, policy));
  const created: FileChange = { uri, create: NEW_DOCUMENT_SYNTAX.print(nodeToJson(policy.policy.node)) };
  const before = workspaceAfter(workspace, [created]);
  const after = withDeclaredLinks(before, workspace, policy, uri);
  const manifestUri = after === before ? undefined : manifestForFile(after.world, uri).uri;
  return {
    changes: [created],
    manifestChange: manifestUri === undefined ? undefined : changeOfFile(workspace, after, manifestUri),
    summary: 'Saves the policy as a file of its own.',
    notes: [`${fileName(policy.uri)} still contains the same policy: delete one of the two before you change the other.`],
    placeholders: [],
    nothingToDo: false,
  };
}

/** A sentence that says why the policy cannot become a file of its own; undefined where it can. */
export function reasonNotSaved({ readings }: Workspace, { uri, address, layer, container, policy }: DiscoveredPolicy): string | undefined {
  const reading = readings.get(uri);
  if (address.kind === 'document' || layer === reading?.layer && container === NO_CONTAINER)
    return 'The policy is not part of AWS CLI output: its file is one for policies already.';
  if (policy.kind !== 'key' && policy.kind !== 'identity')
    return 'This is neither a key policy nor an IAM policy of a user, role or group.';
  // What is printed anew would not be what stands there.
  if (policy.isFragment || policy.malformed.some(({ kind }) => kind === 'duplicate-element')
    || reading?.faults.some((fault) => fault.layer === layer) === true)
    return 'The policy has syntax errors, or the same element twice: correct them first.';
  return undefined;
}

/** To what the policy belongs for certain: the ARN of the key, or of the identities that it is attached to. */
export function certainOwnersOf({ world }: Workspace, policy: DiscoveredPolicy): readonly string[] {
  const owners = policy.policy.kind === 'key' ? [world.keyByPolicy.get(policy) ?? []].flat() : world.identitiesByPolicy.get(policy) ?? [];
  return owners.flatMap(({ arn, link }) => (link?.certain === true ? arn ?? [] : []));
}

function withDeclaredLinks(after: Workspace, before: Workspace, policy: DiscoveredPolicy, uri: string): Workspace {
  let workspace = after;
  for (const arn of certainOwnersOf(before, policy)) {
    const [saved] = workspace.readings.get(uri)?.policies ?? [];
    if (!saved || (policy.policy.kind === 'key' ? isLinkedToKey(workspace, saved, arn) : isAttachedTo(workspace, saved, { arn }))) continue;
    const declaration = policy.policy.kind === 'key'
      ? declareKeyPolicy(workspace.world, saved, arn)
      : declareAttachment(workspace.world, saved, { arn });
    workspace = workspaceAfter(workspace, declaration ? [declaration] : []);
  }
  return workspace;
}

/** A path that contains the whole key id links the policy to its key. */
function fileNameParts(workspace: Workspace, policy: DiscoveredPolicy): readonly (string | undefined)[] {
  const { container: { identityName, policyName }, policy: { kind } } = policy;
  if (kind === 'key') {
    const keyId = workspace.world.keyByPolicy.get(policy)?.keyId;
    return keyId === undefined ? [stemWithoutCommand(policy.uri), 'key-policy'] : ['key-policy', keyId];
  }
  const [arn, ...otherArns] = certainOwnersOf(workspace, policy);
  const name = identityName ?? (otherArns.length > 0 ? undefined : arn);
  return policyName === undefined
    ? [name === undefined ? stemWithoutCommand(policy.uri) : baseName(name), 'policy']
    : [name === undefined ? undefined : baseName(name), policyName];
}

function fileName(uri: string): string {
  return baseName(plainUri(uri));
}

/** Output is often named after its command: `archive-get-key-policy.json` becomes `archive`, to which the kind of the policy is added. */
function stemWithoutCommand(uri: string): string {
  return fileName(uri).replace(/\.[^.]*$/, '')
    .replace(/(?:^|[-_.])(?:get[-_])?(?:(?:key|role|user|group)[-_])?policy(?:[-_](?:version|output))?$/i, '');
}
