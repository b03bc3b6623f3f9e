import {
  actionsIn, arnResource, countBlockedActions, confirmLinkFixes, handshakeOf, handshakesOf, describeHandshake, MANIFEST_NAME, pairOfCell,
  describeHandshakeGroup, isAttachmentAssumed, locationInFile, shortKeyId, displayedStatus,
  type DisplayedHandshakeStatus, type StatementRef, type Fix, type Handshake, type Identity, type Key, type Link, type DiscoveredPolicy,
} from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toLocation, toWorkspaceEdit } from '../protocol-conversion';
import type { EditOffer, Refused } from '../protocol/edits';
import type { HandshakeCounts, HandshakeDetails, HandshakeMap, HandshakePart, HandshakeRef,
  LinkChoicesParams, MapIdentity, MapKey, MapLink, MapPolicy,
  StatementPlace } from '../protocol/handshakes';
import type { PolicyRef } from '../protocol/policies';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { allPairVerdicts, locationLabel, policyRefOf, policyLabel } from './policy-lookup';

const POLICIES_CHANGED: Refused = { refused: 'The policies have changed meanwhile.' };

/** See `kmsHandshake/handshakes`. */
export function handshakes(session: Session): HandshakeMap {
  const { accounts, keys, identitiesWithoutKeyPolicy, ...result } = handshakesOf(session.analysisHost.workspace().world,
    allPairVerdicts(session));
  const identities = identitiesById(result.identities);
  const keyPositions = new Map(keys.map((key, position) => [key, position]));
  const identityPositions = new Map(Array.from(identities.keys(), (id, position) => [id, position]));
  return {
    accounts: Array.from(accounts, ([id, name]) => ({ id, name })),
    keys: keys.map((key) => toMapKey(session, key)),
    identities: Array.from(identities.values(), (identity) => toMapIdentity(session, identity, identitiesWithoutKeyPolicy.has(identity))),
    handshakes: result.handshakes.flatMap((handshake) => {
      const identity = identityPositions.get(handshake.identity.id);
      const key = keyPositions.get(handshake.key);
      if (identity === undefined || key === undefined) return [];
      const blocked = countBlockedActions(handshake);
      return { identity, key, state: handshake.state, shown: displayedStatus(handshake), blocked, says: describeHandshake(handshake) };
    }),
  };
}

/** See `kmsHandshake/handshakeCounts`. */
export function handshakeCounts(session: Session): HandshakeCounts {
  const counts: Partial<Record<DisplayedHandshakeStatus, number>> = {};
  for (const result of handshakesOf(session.analysisHost.workspace().world, allPairVerdicts(session)).handshakes) {
    const status = displayedStatus(result);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/** See `kmsHandshake/handshake`. */
export function handshake(session: Session, ref: HandshakeRef): HandshakeDetails | Refused {
  const pair = pairOfCell(allPairVerdicts(session), ref.identity, ref.key);
  const result = pair && handshakeOf(pair, session.analysisHost.workspace().world);
  if (result === undefined) return POLICIES_CHANGED;
  return { state: result.state, says: describeHandshake(result), parts: toHandshakeParts(session, result) };
}

/** See `kmsHandshake/linkChoices`. */
export function linkChoices(session: EditingSession, params: LinkChoicesParams): readonly EditOffer[] | Refused {
  const { world } = session.analysisHost.workspace();
  if ('key' in params) {
    const link = world.keys.find(({ id }) => id === params.key)?.link;
    return link ? toEditOffers(session, confirmLinkFixes(world, [link])) : POLICIES_CHANGED;
  }
  const identity = world.identities.find(({ id }) => id === params.identity);
  if (identity === undefined) return POLICIES_CHANGED;
  // The link of an identity is that of all its policies: only the requested one is to be declared.
  const policies = identity.policies.filter((policy) => isSamePolicy(policyRefOf(session, policy), params.policy));
  // The name may be a guess by the path where the account is certain.
  const link = { ...identity.link, certain: !isAttachmentAssumed(identity) };
  const identities = world.identities.map((record) => (record === identity ? { ...identity, policies, link } : record));
  return toEditOffers(session, confirmLinkFixes({ ...world, identities }, [link]));
}

function isSamePolicy(a: PolicyRef, b: PolicyRef): boolean {
  return canonicalUri(a.uri) === canonicalUri(b.uri) && a.pointer === b.pointer;
}

function toEditOffers({ conversionContext }: EditingSession, fixes: readonly Fix[]): EditOffer[] {
  return fixes.flatMap(({ title, files }) => {
    const [file] = files;
    const edit = toWorkspaceEdit(conversionContext, files);
    if (edit === undefined || file === undefined) return [];
    const outcome = `Declared in ${MANIFEST_NAME}: ${title.replace(/^Confirm link: /, '').replace(/^Attach policy to/, 'policy attached to')}.`;
    return [{ edit, uri: conversionContext.editorUri(file.uri), created: 'create' in file, summary: title, outcome }];
  });
}

/** The first record of each id: an account that several key policies name in several ways is one identity. */
function identitiesById(identities: readonly Identity[]): ReadonlyMap<string, Identity> {
  const firstById = new Map<string, Identity>();
  for (const identity of identities) if (!firstById.has(identity.id)) firstById.set(identity.id, identity);
  return firstById;
}

function toMapKey(session: Session, { id, arn, account, region, aliases, keyId, policy, link }: Key): MapKey {
  return {
    id, arn, account, region,
    label: aliases[0] ?? (keyId === undefined ? undefined : shortKeyId(keyId)) ?? (policy ? policyLabel(session, policy) : 'key'),
    policy: policy && toMapPolicy(session, policy),
    link: link && toMapLink(session, link),
  };
}

function toMapIdentity(session: Session, { id, arn, account, kind, policies, link }: Identity, unanswered: boolean): MapIdentity {
  const [policy] = policies;
  return {
    id, arn, account, kind: kind === 'service' ? 'unknown' : kind, unanswered,
    label: (arn && arnResource(arn)) ?? (policy ? policyLabel(session, policy) : 'any identity'),
    policies: policies.flatMap((attachedPolicy) => toMapPolicy(session, attachedPolicy) ?? []),
    link: toMapLink(session, link),
  };
}

function toMapPolicy(session: Session, policy: DiscoveredPolicy): MapPolicy | undefined {
  const at = toLocation(session.conversionContext, locationInFile(policy, policy.policy.node.span));
  return at && { ...policyRefOf(session, policy), label: policyLabel(session, policy), range: at.range };
}

function toMapLink(session: Session, { reason, certain, description: says, at }: Link): MapLink {
  return { reason, certain, says, at: at && toLocation(session.conversionContext, at) };
}

function toHandshakeParts(session: Session, { identity, key, parts }: Handshake): HandshakePart[] {
  return parts.map((part) => ({
    state: part.state,
    requested: part.isRequested,
    actions: actionsIn(part.actions).map(({ name }) => name),
    says: describeHandshakeGroup(part, identity, key, (at) => locationLabel(session, at)),
    statements: part.verdict.decidedBy.flatMap((statementRef) => toStatementPlace(session, statementRef) ?? []),
  }));
}

function toStatementPlace(session: Session, { gate, policy, statement }: StatementRef): StatementPlace | undefined {
  const location = locationInFile(policy, statement.node.span);
  const place = toLocation(session.conversionContext, location);
  return place && { ...place, half: gate, label: locationLabel(session, location) };
}
