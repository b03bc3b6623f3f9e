import {
  arnResource, findKeyByArn, handshakeOutcome, isLinkedToKey, manifestForFile, plainLine, samePolicyIn, workspaceAfter,
  type Counterpart, type DiscoveredPolicy, type FileChange, type HandshakeOutcome, type Key, type Workspace,
} from '../../core/index';
import type { GenerateParams, LinkToDeclare } from '../protocol/generate';
import type { Session } from '../session';
import { policyLabel, policyRefOf, workspacePath } from './policy-lookup';

/** What an edit that writes a half comes to. */
export interface GenerateOutcome {
  readonly outcome: string;
  readonly links: readonly LinkToDeclare[];
}

/** "Created app.json.", "Changed key.json and created app.json; kms-handshake.json links them." */
export function describeWrittenFiles(session: Session, changes: readonly FileChange[], manifestChange: FileChange | undefined): string {
  const names = (isCreated: boolean): string[] =>
    changes.filter((change) => 'create' in change === isCreated).map(({ uri }) => workspacePath(session, uri));
  const [changed, created] = [names(false), names(true)];
  const parts = [...changed.length > 0 ? [`changed ${changed.join(' and ')}`] : [],
    ...created.length > 0 ? [`created ${created.join(' and ')}`] : [],
    ...manifestChange ? [`declared the link in ${workspacePath(session, manifestChange.uri)}`] : []];
  const text = parts.length > 2 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}` : parts.join(' and ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Says how the identity and the key stand after the edit, by judging the workspace as it leaves it, and which links it leaves open.
 *
 * @param changes that the edit makes
 */
export function outcomeOfGenerated(session: Session, policy: DiscoveredPolicy, params: GenerateParams, result: Counterpart,
  { changes, manifestChange }: Pick<Counterpart, 'changes' | 'manifestChange'>): GenerateOutcome {
  const workspace = session.analysisHost.workspace();
  const after = workspaceAfter(workspace, [...changes, ...manifestChange ? [manifestChange] : []]);
  const files = describeWrittenFiles(session, changes, manifestChange);
  const start = result.nothingToDo ? result.summary.replace(/\.$/, '') : files;
  if (result.placeholders.length > 0) {
    const names = result.placeholders.map((name) => `<${name}>`).join(', ');
    return { outcome: `${start}: fill in ${names}.`, links: openLinks(session, after, policy, params) };
  }
  const handshake = outcomeIn(session, after, policy, params, changes);
  const links = [...openLinks(session, after, policy, params), ...handshake?.links ?? []];
  const prefix = result.nothingToDo && manifestChange === undefined ? '' : `${files}: `;
  const text = handshake ? `${prefix}${handshake.text}` : start;
  return { outcome: `${text.charAt(0).toUpperCase()}${text.slice(1)}.`, links };
}

function outcomeIn(session: Session, after: Workspace, policy: DiscoveredPolicy, { generate, keyArn, target }: GenerateParams,
  changes: readonly FileChange[]): (HandshakeOutcome & { readonly links: readonly LinkToDeclare[] }) | undefined {
  const { world } = after;
  const start = samePolicyIn(after, policy);
  const [change] = changes;
  const createdPolicy = change && after.readings.get(change.uri)?.policies[0];
  const [keyPolicy, identityPolicy] = generate === 'consumer' ? [start, createdPolicy] : [createdPolicy, start];
  if (!identityPolicy) return undefined;
  const key = keyOf(after, keyPolicy, keyArn);
  const handshake = key && handshakeOutcome({ world, identityPolicy, key, target });
  if (!handshake) return undefined;
  if (target === undefined || handshake.isLinked || !manifestForFile(world, identityPolicy.uri).declarable)
    return { ...handshake, links: [] };
  const name = 'arn' in target ? arnResource(target.arn) : `account ${target.account}`;
  const title = `Link ${policyLabel(session, identityPolicy)} to ${name}`;
  return { ...handshake, links: [{ title: plainLine(title), policy: policyRefOf(session, identityPolicy), link: { target } }] };
}

/** The key policy is that of the key, whatever the workspace knows of it. */
function keyOf({ world }: Workspace, keyPolicy: DiscoveredPolicy | undefined, keyArn: string | undefined): Key | undefined {
  const linked = keyPolicy && world.keyByPolicy.get(keyPolicy);
  if (keyArn === undefined || linked?.arn === keyArn) return linked;
  const key = findKeyByArn(world, keyArn);
  return key && { ...key, policy: keyPolicy ?? key.policy };
}

/** The key that was named for a key policy that nothing ties to it. */
function openLinks(session: Session, after: Workspace, policy: DiscoveredPolicy,
  { generate, keyArn }: GenerateParams): readonly LinkToDeclare[] {
  const keyPolicy = samePolicyIn(after, policy);
  if (generate !== 'consumer' || keyArn === undefined || isLinkedToKey(after, keyPolicy, keyArn)
    || !manifestForFile(after.world, policy.uri).declarable) return [];
  return [{ title: plainLine(`Link ${policyLabel(session, policy)} to the key`), policy: policyRefOf(session, policy), link: { keyArn } }];
}
