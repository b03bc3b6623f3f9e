import { ErrorCodes, ResponseError, type TextDocumentIdentifier } from 'vscode-languageserver';
import { pointerOfAddress, arnResource, offsetAt, locationInFile, positionAt, type DiscoveredPolicy, type Location, type PairVerdicts,
  type LocationLabels, type World } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toRange } from '../protocol-conversion';
import type { CommandPlace, PoliciesParams, PolicyItem, PolicyRef } from '../protocol/policies';
import type { Session } from '../session';

/** See `kmsHandshake/policies`. */
export function policyItems(session: Session, { textDocument, position }: PoliciesParams): PolicyItem[] {
  const items = policiesOf(session, textDocument).flatMap((policy) => toPolicyItem(session, policy) ?? []);
  if (textDocument === undefined || position === undefined) return items;
  const lines = session.analysisHost.lineIndexOf(canonicalUri(textDocument.uri));
  const offset = lines === undefined ? 0 : offsetAt(lines, position);
  const holds = ({ range }: PolicyItem): boolean =>
    lines !== undefined && offsetAt(lines, range.start) <= offset && offset <= offsetAt(lines, range.end);
  return [...items.filter(holds), ...items.filter((item) => !holds(item))];
}

/** The policy that a client names. Throws an error of the protocol when it has gone. */
export function requirePolicy(session: Session, { uri, pointer }: PolicyRef): DiscoveredPolicy {
  const found = policiesOf(session, { uri }).find((policy) => pointerOfAddress(policy.address) === pointer);
  if (found === undefined)
    throw new ResponseError(ErrorCodes.InvalidParams, `there is no policy ${pointer === '' ? '' : `at ${pointer} `}in ${uri}`);
  return found;
}

/** The policy at the place, else the first of the document. Throws an error of the protocol when it has none. */
export function requirePolicyAt(session: Session, place: CommandPlace): DiscoveredPolicy {
  const [first] = policyItems(session, place);
  return requirePolicy(session, first ?? { uri: place.textDocument.uri, pointer: '' });
}

export function policyRefOf(session: Session, policy: DiscoveredPolicy): PolicyRef {
  return { uri: session.conversionContext.editorUri(policy.uri), pointer: pointerOfAddress(policy.address) };
}

function policiesOf({ analysisHost }: Session, document: TextDocumentIdentifier | undefined): DiscoveredPolicy[] {
  const { readings } = analysisHost.workspace();
  const read = document === undefined ? [...readings.values()] : [readings.get(canonicalUri(document.uri))];
  return read.flatMap((reading) => reading?.policies ?? []).filter(({ policy }) => policy.kind === 'key' || policy.kind === 'identity');
}

function toPolicyItem(session: Session, policy: DiscoveredPolicy): PolicyItem | undefined {
  const { kind, node } = policy.policy;
  const place = locationInFile(policy, node.span);
  const lines = session.analysisHost.lineIndexOf(place.uri);
  if (lines === undefined || kind !== 'key' && kind !== 'identity') return undefined;
  return {
    ...policyRefOf(session, policy), kind,
    range: toRange(lines, place.span),
    label: policyLabel(session, policy),
    description: describePolicy(session.analysisHost.workspace().world, policy),
  };
}

/** The path below the workspace folder, with the place inside the file where that is not the whole of it. */
export function policyLabel(session: Session, { uri, address }: DiscoveredPolicy): string {
  const pointer = pointerOfAddress(address);
  return workspacePath(session, uri) + (pointer === '' ? '' : ` ${pointer}`);
}

/** The path below the workspace folder; of a file outside all folders its name. */
export function workspacePath(session: Session, uri: string): string {
  const folder = workspaceFolderOf(session, uri);
  const path = folder === undefined ? uri.slice(uri.lastIndexOf('/') + 1) : uri.slice(folder.length + 1);
  return decodeURIComponent(path);
}

/** The workspace folder of the file, as its path says, without a slash at the end; links are not looked at. */
export function workspaceFolderOf(session: Session, uri: string): string | undefined {
  return session.workspaceFolders().map((folder) => canonicalUri(folder).replace(/\/$/, '')).find((folder) => uri.startsWith(`${folder}/`));
}

/** The verdicts on all that meet. The analysis has them: nothing is decided twice. */
export function allPairVerdicts({ analysisHost }: Session): readonly PairVerdicts[] {
  return [...analysisHost.analysis().pairsByIdentity.values()].flat();
}

/** Names of files and lines, as texts for people have them. */
export function locationNames(session: Session): LocationLabels {
  return {
    file: (uri) => workspacePath(session, uri),
    line: ({ uri, span }) => {
      const lines = session.analysisHost.lineIndexOf(uri);
      return lines === undefined ? 1 : positionAt(lines, span.start).line + 1;
    },
  };
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
  const attached = (world.identitiesByPolicy.get(policy) ?? []).filter(({ arn, account }) => arn !== undefined || account !== undefined);
  const [first, ...others] = attached;
  if (first === undefined) return 'IAM policy, not known to whom it is attached';
  const name = first.arn === undefined ? 'someone' : arnResource(first.arn);
  return `IAM policy of ${name}${accountPhrase(world, first.account)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

/** " of account 111122223333 (security)" */
export function accountPhrase(world: World, account: string | undefined): string {
  if (account === undefined) return '';
  const name = world.accounts.get(account) ?? '';
  return ` of account ${account}${name === '' ? '' : ` (${name})`}`;
}
