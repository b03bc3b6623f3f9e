import {
  actionsIn, arnResource, countBlockedActions, confirmLinkFixes, handshakeOf, handshakesOf, describeHandshake, pairOfCell,
  describeHandshakeGroup, locationInFile, shortKeyId, displayedStatus,
  type StatementRef, type Fix, type Handshake, type Identity, type Key, type Link, type DiscoveredPolicy,
} from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toLocation, toWorkspaceEdit } from '../protocol-conversion';
import type { EditOffer, Refused } from '../protocol/edits';
import type { HandshakeDetails, HandshakeMap, HandshakePart, HandshakeRef, LinkChoicesParams, MapIdentity, MapKey, MapLink, MapPolicy,
  StatementPlace } from '../protocol/handshakes';
import type { PolicyRef } from '../protocol/policies';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { allPairVerdicts, locationLabel, policyRefOf, policyLabel } from './policy-lookup';

const POLICIES_CHANGED: Refused = { refused: 'The policies have changed meanwhile.' };

/** See `kmsHandshake/handshakes`. */
export function handshakes(session: Session): HandshakeMap {
  const found = handshakesOf(session.analysisHost.workspace().world, allPairVerdicts(session));
  const identities = identitiesById(found.identities);
  const keyAt = new Map(found.keys.map((key, position) => [key, position]));
  const identityAt = new Map(Array.from(identities.keys(), (id, position) => [id, position]));
  return {
    accounts: Array.from(found.accounts, ([id, name]) => ({ id, name })),
    keys: found.keys.map((key) => toMapKey(session, key)),
    identities: Array.from(identities.values(),
      (identity) => toMapIdentity(session, identity, found.identitiesWithoutKeyPolicy.has(identity))),
    handshakes: found.handshakes.flatMap((handshake) => {
      const identity = identityAt.get(handshake.identity.id);
      const key = keyAt.get(handshake.key);
      return identity === undefined || key === undefined
        ? []
        : [{ identity, key, state: handshake.state, shown: displayedStatus(handshake), blocked: countBlockedActions(handshake),
          says: describeHandshake(handshake) }];
    }),
  };
}

/** See `kmsHandshake/handshake`. */
export function handshake(session: Session, ref: HandshakeRef): HandshakeDetails | Refused {
  const pair = pairOfCell(allPairVerdicts(session), ref.identity, ref.key);
  const found = pair && handshakeOf(pair, session.analysisHost.workspace().world);
  if (found === undefined) return POLICIES_CHANGED;
  return { state: found.state, says: describeHandshake(found), parts: toHandshakeParts(session, found) };
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
  // The link of an identity is that of all its policies: only the one that is asked about is to be declared.
  const asked = { ...identity, policies: identity.policies.filter((policy) => isSamePolicy(policyRefOf(session, policy), params.policy)) };
  return toEditOffers(session,
    confirmLinkFixes({ ...world, identities: world.identities.map((one) => (one === identity ? asked : one)) }, [identity.link]));
}

function isSamePolicy(a: PolicyRef, b: PolicyRef): boolean {
  return canonicalUri(a.uri) === canonicalUri(b.uri) && a.pointer === b.pointer;
}

function toEditOffers({ conversionContext }: EditingSession, fixes: readonly Fix[]): EditOffer[] {
  return fixes.flatMap(({ title, files }) => {
    const [file] = files;
    const edit = toWorkspaceEdit(conversionContext, files);
    return edit && file ? [{ edit, uri: conversionContext.editorUri(file.uri), created: 'create' in file, summary: title }] : [];
  });
}

/** An account that several key policies name in several ways is one. */
function identitiesById(identities: readonly Identity[]): ReadonlyMap<string, Identity> {
  const first = new Map<string, Identity>();
  for (const identity of identities) if (!first.has(identity.id)) first.set(identity.id, identity);
  return first;
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
    policies: policies.flatMap((one) => toMapPolicy(session, one) ?? []),
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
    actions: actionsIn(part.actions).map(({ name }) => name),
    says: describeHandshakeGroup(part, identity, key, (at) => locationLabel(session, at)),
    statements: part.verdict.decidedBy.flatMap((statementRef) => toStatementPlace(session, statementRef) ?? []),
  }));
}

function toStatementPlace(session: Session, { gate, policy, statement }: StatementRef): StatementPlace | undefined {
  const at = toLocation(session.conversionContext, locationInFile(policy, statement.node.span));
  return at && { ...at, half: gate, label: locationLabel(session, locationInFile(policy, statement.node.span)) };
}
