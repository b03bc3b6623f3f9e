import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import { refusal, type Refusal } from '../../generate/counterpart';
import type { Manifest } from '../../manifest/manifest';
import type { PolicyString } from '../../policy/policy-string';
import type { FileChange } from '../../text/file-change';
import type { Location, TextEdit } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { filesReferencedBy, findManifestTarget, manifestTargets, manifestWithUri } from '../manifest-targets';
import { findSyntaxTarget } from '../syntax-target';

/** The Sid of a statement. */
export interface SidAt {
  readonly policy: DiscoveredPolicy;
  readonly sid: PolicyString;
}

/** The Sid at an offset of the file: of the statement itself, or in an entry of `kms-handshake.json` about it. */
export function sidAt(workspace: Workspace, uri: string, offset: number): (SidAt & { readonly location: Location }) | undefined {
  const manifest = manifestWithUri(workspace.world, uri);
  if (manifest) {
    const target = findManifestTarget(manifest, offset);
    if (target?.kind !== 'sid') return undefined;
    const [policy, sid] = filesReferencedBy(workspace, manifest, target.owner ?? '').flatMap(({ policies }) => policies)
      .flatMap((candidate) => candidate.policy.statements.flatMap((statement) =>
        (statement.sid?.value === target.node.value ? [[candidate, statement.sid] as const] : [])))[0] ?? [];
    return policy && sid && { policy, sid, location: { uri, span: manifest.layer.toFileSpan(target.node.content) } };
  }
  const target = findSyntaxTarget(workspace.readings.get(uri)?.policies ?? [], offset);
  if (target?.node.kind !== 'sid') return undefined;
  const { policy, node: { text } } = target;
  return { policy, sid: text, location: locationInFile(policy, text.node.content) };
}

/** Gives the statement another Sid, and the entries of `kms-handshake.json` about it. */
export function renameSid(workspace: Workspace, { policy, sid }: SidAt,
  newSid: string): { readonly title: string; readonly changes: readonly FileChange[] } | Refusal {
  const reason = reasonSidUnusable(policy, sid.value, newSid);
  if (reason !== undefined) return refusal(reason);
  const { layer } = policy;
  const refused = layer.syntax.refusalOf(newSid, sid.node) ?? layer.refusalOf(newSid);
  if (refused !== undefined) return refusal(refused);
  const edit: TextEdit = { span: layer.toFileSpan(sid.node.content), newText: layer.escape(layer.syntax.escape(newSid, sid.node)) };
  const changes = workspace.world.manifests.flatMap((manifest): FileChange[] => {
    const edits = suppressionEdits(workspace, manifest, policy.uri, sid.value, newSid);
    return edits.length === 0 ? [] : [{ uri: manifest.uri, edits }];
  });
  return { title: `Rename ${sid.value} to ${newSid}`, changes: [{ uri: policy.uri, edits: [edit] }, ...changes] };
}

/** docs/aws-rules.md 1.1: free text in a key policy; in an IAM policy letters and digits only, and each Sid once. */
function reasonSidUnusable({ policy: { kind, statements } }: DiscoveredPolicy, oldSid: string, newSid: string): string | undefined {
  if (newSid.trim() === '') return 'A Sid cannot be empty: delete the element instead.';
  if (kind === 'identity' && !/^[A-Za-z0-9]+$/.test(newSid))
    return `"${newSid}" cannot be a Sid of an IAM policy: it contains only letters and digits there.`;
  return newSid !== oldSid && statements.some(({ sid }) => sid?.value === newSid)
    ? `Another statement of the policy has the Sid "${newSid}" already.` : undefined;
}

function suppressionEdits(workspace: Workspace, manifest: Manifest, uri: string, oldSid: string, newSid: string): TextEdit[] {
  return [...manifestTargets(manifest)].flatMap(({ kind, node, owner }): TextEdit[] => {
    const isMeant = kind === 'sid' && node.value === oldSid
      && filesReferencedBy(workspace, manifest, owner ?? '').some((file) => file.uri === uri);
    return isMeant ? [{ span: manifest.layer.toFileSpan(node.content), newText: manifest.layer.syntax.escape(newSid, node) }] : [];
  });
}
