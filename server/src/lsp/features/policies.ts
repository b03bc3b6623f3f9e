import { ErrorCodes, ResponseError, type TextDocumentIdentifier } from 'vscode-languageserver';
import { offsetAt, placeOf, type LocatedPolicy, type World } from '../../core/index';
import { canonicalUri } from '../../host/contract';
import { toRange } from '../convert';
import type { CommandPlace, PoliciesParams, PolicyItem, PolicyRef } from '../protocol';
import type { Session } from '../session';

/** See `kmsHandshake/policies`. */
export function policies(session: Session, { textDocument, position }: PoliciesParams): PolicyItem[] {
  const items = policiesOf(session, textDocument).flatMap((policy) => itemOf(session, policy) ?? []);
  if (textDocument === undefined || position === undefined) return items;
  const lines = session.knowledge.linesOf(canonicalUri(textDocument.uri));
  const offset = lines === undefined ? 0 : offsetAt(lines, position);
  const holds = ({ range }: PolicyItem): boolean => lines !== undefined && offsetAt(lines, range.start) <= offset && offset <= offsetAt(lines, range.end);
  return [...items.filter(holds), ...items.filter((item) => !holds(item))];
}

/** The policy that a client names. Throws an error of the protocol when it has gone. */
export function policyOf(session: Session, { uri, pointer }: PolicyRef): LocatedPolicy {
  const found = policiesOf(session, { uri }).find((policy) => policy.pointer === pointer);
  if (found === undefined) throw new ResponseError(ErrorCodes.InvalidParams, `there is no policy ${pointer === '' ? '' : `at ${pointer} `}in ${uri}`);
  return found;
}

/** The policy at the place, else the first of the document. Throws an error of the protocol when it has none. */
export function policyAt(session: Session, place: CommandPlace): LocatedPolicy {
  const [first] = policies(session, place);
  return policyOf(session, first ?? { uri: place.textDocument.uri, pointer: '' });
}

export function refOf(session: Session, policy: LocatedPolicy): PolicyRef {
  return { uri: session.context.editorUri(policy.uri), pointer: policy.pointer };
}

function policiesOf({ knowledge }: Session, document: TextDocumentIdentifier | undefined): LocatedPolicy[] {
  const { readings } = knowledge.workspace();
  const read = document === undefined ? [...readings.values()] : [readings.get(canonicalUri(document.uri))];
  return read.flatMap((reading) => reading?.policies ?? []).filter(({ policy }) => policy.kind === 'key' || policy.kind === 'identity');
}

function itemOf(session: Session, policy: LocatedPolicy): PolicyItem | undefined {
  const { kind, node } = policy.policy;
  const place = placeOf(policy, node.span);
  const lines = session.knowledge.linesOf(place.uri);
  if (lines === undefined || kind !== 'key' && kind !== 'identity') return undefined;
  return {
    ...refOf(session, policy), kind,
    range: toRange(lines, place.span),
    label: shortName(session, policy),
    description: describe(session.knowledge.workspace().world, policy),
  };
}

/** The path below the workspace folder, with the place inside the file where that is not the whole of it. */
