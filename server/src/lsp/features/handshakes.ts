import {
  actionsIn, arnResource, blockedBeside, confirmLinkFixes, handshakeOf, handshakesOf, handshakeText, pairOf, partText, placeOf, shortKeyId, shownState,
  type Because, type Fix, type Handshake, type Identity, type Key, type Link, type LocatedPolicy,
} from '../../core/index';
import { canonicalUri } from '../../host/contract';
import { toLocation, toWorkspaceEdit } from '../convert';
import type { EditOffer, Refused } from '../protocol/edits';
import type { HandshakeDetails, HandshakeMap, HandshakePart, HandshakeRef, LinkChoicesParams, MapIdentity, MapKey, MapLink, MapPolicy, StatementPlace } from '../protocol/handshakes';
import type { PolicyRef } from '../protocol/policies';
import type { Session } from '../session';
import type { EditingSession } from './ground';
import { allPairs, labelOf, refOf, shortName } from './policies';

const GONE: Refused = { refused: 'The policies have changed meanwhile.' };

/** See `kmsHandshake/handshakes`. */
export function handshakes(session: Session): HandshakeMap {
  const found = handshakesOf(session.knowledge.workspace().world, allPairs(session));
  const identities = byId(found.identities);
  const keyAt = new Map(found.keys.map((key, position) => [key, position]));
  const identityAt = new Map(Array.from(identities.keys(), (id, position) => [id, position]));
  return {
    accounts: Array.from(found.accounts, ([id, name]) => ({ id, name })),
    keys: found.keys.map((key) => keyItem(session, key)),
    identities: Array.from(identities.values(), (identity) => identityItem(session, identity, found.unanswered.has(identity))),
    handshakes: found.handshakes.flatMap((one) => {
      const identity = identityAt.get(one.identity.id);
      const key = keyAt.get(one.key);
      return identity === undefined || key === undefined ? [] : [{ identity, key, state: one.state, shown: shownState(one), blocked: blockedBeside(one), says: handshakeText(one) }];
    }),
  };
}

/** See `kmsHandshake/handshake`. */
export function handshake(session: Session, ref: HandshakeRef): HandshakeDetails | Refused {
  const pair = pairOf(allPairs(session), ref.identity, ref.key);
  const found = pair && handshakeOf(pair, session.knowledge.workspace().world.organizations);
  if (found === undefined) return GONE;
  return { state: found.state, says: handshakeText(found), parts: partItems(session, found) };
}

/** See `kmsHandshake/linkChoices`. */
export function linkChoices(session: EditingSession, params: LinkChoicesParams): readonly EditOffer[] | Refused {
  const { world } = session.knowledge.workspace();
  if ('key' in params) {
    const link = world.keys.find(({ id }) => id === params.key)?.link;
    return link ? choicesOf(session, confirmLinkFixes(world, [link])) : GONE;
  }
  const identity = world.identities.find(({ id }) => id === params.identity);
  if (identity === undefined) return GONE;
  // The link of an identity is that of all its policies: only the one that is asked about is to be declared.
  const asked = { ...identity, policies: identity.policies.filter((policy) => isSamePolicy(refOf(session, policy), params.policy)) };
  return choicesOf(session, confirmLinkFixes({ ...world, identities: world.identities.map((one) => (one === identity ? asked : one)) }, [identity.link]));
}

function isSamePolicy(a: PolicyRef, b: PolicyRef): boolean {
  return canonicalUri(a.uri) === canonicalUri(b.uri) && a.pointer === b.pointer;
}

function choicesOf({ context }: EditingSession, fixes: readonly Fix[]): EditOffer[] {
  return fixes.flatMap(({ title, files }) => {
    const [file] = files;
    const edit = toWorkspaceEdit(context, files);
    return edit && file ? [{ edit, uri: context.editorUri(file.uri), created: 'create' in file, summary: title }] : [];
  });
}

/** An account that several key policies name in several ways is one. */
function byId(identities: readonly Identity[]): ReadonlyMap<string, Identity> {
  const first = new Map<string, Identity>();
  for (const identity of identities) if (!first.has(identity.id)) first.set(identity.id, identity);
  return first;
}

function keyItem(session: Session, { id, arn, account, region, aliases, keyId, policy, link }: Key): MapKey {
  return {
    id, arn, account, region,
    label: aliases[0] ?? (keyId === undefined ? undefined : shortKeyId(keyId)) ?? (policy ? shortName(session, policy) : 'key'),
    policy: policy && policyItem(session, policy),
    link: link && linkItem(session, link),
  };
}

function identityItem(session: Session, { id, arn, account, kind, policies, link }: Identity, unanswered: boolean): MapIdentity {
  const [policy] = policies;
  return {
    id, arn, account, kind: kind === 'service' ? 'unknown' : kind, unanswered,
    label: (arn && arnResource(arn)) ?? (policy ? shortName(session, policy) : 'any identity'),
    policies: policies.flatMap((one) => policyItem(session, one) ?? []),
    link: linkItem(session, link),
  };
}

function policyItem(session: Session, policy: LocatedPolicy): MapPolicy | undefined {
  const at = toLocation(session.context, placeOf(policy, policy.policy.node.span));
  return at && { ...refOf(session, policy), label: shortName(session, policy), range: at.range };
}

function linkItem(session: Session, { reason, certain, says, at }: Link): MapLink {
  return { reason, certain, says, at: at && toLocation(session.context, at) };
}

function partItems(session: Session, { identity, key, parts }: Handshake): HandshakePart[] {
  return parts.map((part) => ({
    state: part.state,
    actions: actionsIn(part.actions).map(({ name }) => name),
    says: partText(part, identity, key, (at) => labelOf(session, at)),
    statements: part.verdict.because.flatMap((because) => statementOf(session, because) ?? []),
  }));
}

function statementOf(session: Session, { half, policy, statement }: Because): StatementPlace | undefined {
  const at = toLocation(session.context, placeOf(policy, statement.node.span));
  return at && { ...at, half, label: labelOf(session, placeOf(policy, statement.node.span)) };
}
