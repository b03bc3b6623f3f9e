import type { TextDocumentIdentifier } from 'vscode-languageserver';
import { pointerOfAddress, arnResource, offsetAt, locationInFile, spanContains, type DiscoveredPolicy, type Finding, type Location,
  type PairVerdicts, type LocationLabels, type World } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { invalidParametersError } from '../parameter-validation';
import { toLocation } from '../protocol-conversion';
import type { CommandPlace, PoliciesParams, PolicyItem, PolicyRef } from '../protocol/policies';
import type { Session } from '../session';

/** See `kmsHandshake/policies`. */
export function policyItems(session: Session, { textDocument, position }: PoliciesParams): PolicyItem[] {
  const items = policiesOf(session, textDocument).flatMap((policy) => toPolicyItem(session, policy) ?? []);
  if (textDocument === undefined || position === undefined) return items;
  const lines = session.analysisHost.lineIndexOf(canonicalUri(textDocument.uri));
  if (lines === undefined) return items;
  const offset = offsetAt(lines, position);
  const isAtPosition = ({ range }: PolicyItem): boolean => offsetAt(lines, range.start) <= offset && offset <= offsetAt(lines, range.end);
  return [...items.filter(isAtPosition), ...items.filter((item) => !isAtPosition(item))];
}

/** The policy that a client names. Throws an error of the protocol when it has gone. */
export function requirePolicy(session: Session, { uri, pointer }: PolicyRef): DiscoveredPolicy {
  const policy = policiesOf(session, { uri }).find(({ address }) => pointerOfAddress(address) === pointer);
  if (policy === undefined) throw invalidParametersError(`there is no policy ${pointer === '' ? '' : `at ${pointer} `}in ${uri}`);
  return policy;
}

/** The policy at the place, else the first of the document. Throws an error of the protocol when it has none. */
export function requirePolicyAt(session: Session, place: CommandPlace): DiscoveredPolicy {
  const [first] = policyItems(session, place);
  return requirePolicy(session, first ?? { uri: place.textDocument.uri, pointer: '' });
}

/** The policy of one of the two halves in which the finding lies. */
export function policyOfFinding(session: Session, { at }: Finding): DiscoveredPolicy | undefined {
  return policiesOf(session, at).find((policy) => spanContains(locationInFile(policy, policy.policy.node.span).span, at.span));
}

export function policyRefOf(session: Session, policy: DiscoveredPolicy): PolicyRef {
  return { uri: session.conversionContext.editorUri(policy.uri), pointer: pointerOfAddress(policy.address) };
}

function policiesOf({ analysisHost }: Session, document: TextDocumentIdentifier | undefined): DiscoveredPolicy[] {
  const { readings } = analysisHost.workspace();
  const requested = document === undefined ? [...readings.values()] : [readings.get(canonicalUri(document.uri))];
  return requested.flatMap((reading) => reading?.policies ?? [])
    .filter(({ policy: { kind } }) => kind === 'key' || kind === 'identity');
}

function toPolicyItem(session: Session, policy: DiscoveredPolicy): PolicyItem | undefined {
  const { kind, node } = policy.policy;
  const location = toLocation(session.conversionContext, locationInFile(policy, node.span));
  if (location === undefined || kind !== 'key' && kind !== 'identity') return undefined;
  const description = describePolicy(session.analysisHost.workspace().world, policy);
  return { ...policyRefOf(session, policy), kind, range: location.range, label: policyLabel(session, policy), description };
}

/** The path below the workspace folder, with the place inside the file where that is not the whole of it. */
export function policyLabel(session: Session, { uri, address }: DiscoveredPolicy): string {
  const pointer = pointerOfAddress(address);
  return workspacePath(session, uri) + (pointer === '' ? '' : ` ${pointer}`);
}

/** The path below the workspace folder; of a file outside all folders its name. */
export function workspacePath(session: Session, uri: string): string {
  if (session.workspaceFolders().some((root) => canonicalUri(root).replace(/\/$/, '') === uri)) return '.';
  const folder = workspaceFolderOf(session, uri);
  const path = folder === undefined ? uri.slice(uri.lastIndexOf('/') + 1) : uri.slice(folder.length + 1);
  return decodeURIComponent(path);
}

/** The workspace folder of the file, as its path says, without a slash at the end; links are not looked at. */
export function workspaceFolderOf(session: Session, uri: string): string | undefined {
  return session.workspaceFolders().map((folder) => canonicalUri(folder).replace(/\/$/, '')).find((folder) => uri.startsWith(`${folder}/`));
}

/** The verdicts on all related identities and keys, as the analysis has them. */
export function allPairVerdicts({ analysisHost }: Session): readonly PairVerdicts[] {
  return [...analysisHost.analysis().pairsByIdentity.values()].flat();
}

/** Names of files and lines, as texts for people have them. */
export function locationNames(session: Session): LocationLabels {
  const line = (at: Location): number => (toLocation(session.conversionContext, at)?.range.start.line ?? 0) + 1;
  return { file: (uri) => workspacePath(session, uri), line };
}

/** `producer/key.json:12` */
export function locationLabel(session: Session, at: Location): string {
  const { file, line } = locationNames(session);
  return `${file(at.uri)}:${line(at)}`;
}

function describePolicy(world: World, policy: DiscoveredPolicy): string {
  if (policy.policy.kind === 'key') {
    const key = world.keyByPolicy.get(policy);
    return `key policy of ${key?.keyId === undefined ? 'a key' : `key ${key.keyId}`}${accountPhrase(world, key?.account)}`;
  }
  const [identity, ...others] = (world.identitiesByPolicy.get(policy) ?? [])
    .filter(({ arn, account }) => arn !== undefined || account !== undefined);
  if (identity === undefined) return 'IAM policy, not known to whom it is attached';
  const name = identity.arn === undefined ? 'someone' : arnResource(identity.arn);
  return `IAM policy of ${name}${accountPhrase(world, identity.account)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** " of account 111122223333 (security)" */
export function accountPhrase(world: World, account: string | undefined): string {
  if (account === undefined) return '';
  const name = world.accounts.get(account) ?? '';
  return ` of account ${account}${name === '' ? '' : ` (${name})`}`;
}
