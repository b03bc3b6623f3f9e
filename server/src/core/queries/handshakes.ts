import type { EvaluationWorld } from '../access/evaluation-context';
import type { Pair } from '../access/graph/access-graph';
import { decidePair, type PairVerdicts } from '../access/pair-verdicts';
import type { PolicyGate, Reason, Verdict } from '../access/verdict';
import { countActions, NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { explicitKmsActions } from '../generate/statement-permissions';
import type { Identity, Key } from '../linking/entities';
import { createMemoize } from '../workspace/memoize';
import type { World } from '../workspace/world';
import { isKeyArnWrong, requestGroupsOf, type RequestGroup } from './requested-actions';

/**
 * `both`: it works, by both halves or by what is enough (within one account the half that decides, or a grant). `conditional`: it works
 * while conditions hold. `key-policy`, `identity-policy`: only that half is there. `none`: a Deny, another partition, or halves for
 * different actions. `unknown`: it depends on something that the workspace does not show.
 */
export type HandshakeStatus = 'both' | 'conditional' | 'key-policy' | 'identity-policy' | 'none' | 'unknown';

/**
 * What a handshake is shown as: `partly` is `both`, and `partly-if` is `conditional`, with other actions blocked; in `not-requested`
 * nothing works, and no IAM policy of the identity requests anything by name.
 */
export type DisplayedHandshakeStatus = HandshakeStatus | 'partly' | 'partly-if' | 'not-requested';

/** Actions of a handshake that have one verdict and one state. */
export interface HandshakeVerdictGroup extends RequestGroup {
  readonly state: HandshakeStatus;
}

/** The access of an identity to a key. */
export interface Handshake {
  readonly identity: Identity;
  readonly key: Key;
  readonly state: HandshakeStatus;
  /** Every action that either half mentions, those that get furthest first; never empty. */
  readonly parts: readonly HandshakeVerdictGroup[];
  /** The halves that allow anything at all. */
  readonly halves: ReadonlySet<PolicyGate>;
}

/** All handshakes of a workspace, for the tree and the map. */
export interface Handshakes {
  /** Account id to its declared name, which may be empty; only accounts of the keys and identities below. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Keys that have a policy in the workspace, or that an identity policy is about. */
  readonly keys: readonly Key[];
  /** Identities that have a handshake, or whose policies allow KMS actions. Records of one id are the same identity. */
  readonly identities: readonly Identity[];
  readonly handshakes: readonly Handshake[];
  /** Identities whose policies allow KMS actions on keys whose policies are not in the workspace, and on no others. */
  readonly identitiesWithoutKeyPolicy: ReadonlySet<Identity>;
}

/** All handshakes of a workspace. @param pairs the verdicts on all related identities and keys */
export function handshakesOf(world: World, pairs: Iterable<PairVerdicts>): Handshakes {
  const handshakes = Array.from(pairs, (pair) => memoizedHandshakeOf(pair, world) ?? []).flat();
  const byIdentity = new Map<Identity, Handshake[]>();
  for (const handshake of handshakes) byIdentity.set(handshake.identity, [...byIdentity.get(handshake.identity) ?? [], handshake]);
  const { keys, identities } = keysAndIdentitiesOf(world, handshakes);
  const accounts = new Set([...keys, ...identities].flatMap(({ account }) => account ?? []));
  return {
    keys, identities, handshakes,
    accounts: new Map(Array.from(accounts, (account) => [account, world.accounts.get(account) ?? ''])),
    identitiesWithoutKeyPolicy: new Set(identities.filter((identity) =>
      allowsKmsActions(identity) && (byIdentity.get(identity) ?? []).every(isWithoutKeyPolicy))),
  };
}

/** The keys and identities that the matrix shows: those of tree and map. */
export function keysAndIdentitiesOfPairs(world: Pick<World, 'keys' | 'identities'>,
  pairs: readonly PairVerdicts[]): Pick<Handshakes, 'keys' | 'identities'> {
  return keysAndIdentitiesOf(world, pairs.filter(({ verdicts }) => verdicts.length > 0));
}

/** @param related those that have a handshake */
function keysAndIdentitiesOf(world: Pick<World, 'keys' | 'identities'>,
  related: readonly Pair[]): Pick<Handshakes, 'keys' | 'identities'> {
  const relatedKeys = new Set(related.map(({ key }) => key));
  const relatedIdentities = new Set(related.map(({ identity }) => identity));
  const identities = world.identities.filter((identity) => relatedIdentities.has(identity) || allowsKmsActions(identity));
  const identitiesOfWorld = new Set(world.identities);
  return {
    keys: world.keys.filter((key) => key.policy !== undefined || relatedKeys.has(key)),
    identities: [...identities, ...[...relatedIdentities].filter((identity) => !identitiesOfWorld.has(identity))],
  };
}

/** `handshakeOf`, computed once for each pair: an analysis makes new pairs when anything that they depend on changes. */
export function memoizedHandshakeOf(pair: PairVerdicts, world: EvaluationWorld): Handshake | undefined {
  return world.memoize(createHandshakeLookup, world.organizations)(pair);
}

function createHandshakeLookup(organizations: World['organizations']): (pair: PairVerdicts) => Handshake | undefined {
  const memoize = createMemoize();
  const compute = (pair: PairVerdicts): Handshake | undefined => handshakeOf(pair, { organizations, memoize });
  return (pair) => memoize(compute, pair);
}

/** Undefined where neither half mentions an action for the other. */
export function handshakeOf(pair: PairVerdicts, world: EvaluationWorld): Handshake | undefined {
  const { identity, key, verdicts } = pair;
  if (verdicts.length === 0) return undefined;
  const offered = verdicts.some(({ verdict }) => isKeyArnWrong(verdict))
    ? actionsOfferedByKeyPolicy(identity, key, world)
    : NO_ACTIONS;
  const parts = requestGroupsOf(pair, world).flatMap((group) => handshakeGroupsOf(group, offered))
    .sort((a, b) => HANDSHAKE_STATUS_ORDER.indexOf(a.state) - HANDSHAKE_STATUS_ORDER.indexOf(b.state));
  const halves = new Set(parts.flatMap(({ state, verdict }): PolicyGate[] =>
    (state === 'key-policy' ? ['key-policy'] : allowingHalves(verdict))));
  return { identity, key, parts, halves, state: overallStatus(parts, halves) };
}

const HANDSHAKE_STATUS_ORDER: readonly HandshakeStatus[] = ['both', 'conditional', 'unknown', 'identity-policy', 'key-policy', 'none'];

/** Where the identity policy names the key by a wrong ARN, the verdict does not show whether the key policy allows the action. */
function handshakeGroupsOf(group: RequestGroup, offered: ActionSet): HandshakeVerdictGroup[] {
  if (!isKeyArnWrong(group.verdict)) return [{ ...group, state: statusOfVerdict(group.verdict) }];
  const groups: HandshakeVerdictGroup[] = [
    { ...group, state: 'key-policy', actions: group.actions & offered },
    { ...group, state: 'none', actions: group.actions & ~offered },
  ];
  return groups.filter(({ actions }) => actions !== NO_ACTIONS);
}

/** What the key policy would allow the identity, if an identity policy allowed it too: what is missing when it has none. */
function actionsOfferedByKeyPolicy(identity: Identity, key: Key, world: EvaluationWorld): ActionSet {
  const groups = decidePair({ ...identity, policies: [] }, key, world);
  return unionOfActions(groups.filter(({ verdict }) => statusOfVerdict(verdict) === 'key-policy'));
}

function statusOfVerdict(verdict: Verdict): HandshakeStatus {
  const { outcome, reason } = verdict;
  if (outcome === 'allowed') return 'both';
  if (outcome !== 'denied') return outcome;
  return FINAL_DENIAL_REASONS.has(reason) ? 'none' : statusOfHalves(allowingHalves(verdict));
}

/** The status where nothing works: the only half that allows anything. */
function statusOfHalves([half, otherHalf]: readonly PolicyGate[]): HandshakeStatus {
  return half === undefined || otherHalf !== undefined ? 'none' : half;
}

/** Reasons of denials that no other half would change. */
const FINAL_DENIAL_REASONS: ReadonlySet<Reason> = new Set([
  'partition', 'not-cross-account', 'key-policy-denies', 'identity-policy-denies', 'conditions-contradict', 'needs-grant',
]);

/** Reasons whose `decidedBy` holds statements of that policy that allow the action itself, and not only the identity. */
const REASONS_WITH_ALLOW: Readonly<Record<PolicyGate, ReadonlySet<Reason>>> = {
  'key-policy': new Set([
    'both-allow', 'not-cross-account', 'key-policy-denies', 'identity-policy-denies', 'conditions-contradict',
    'identity-policy-missing', 'identity-policy-condition',
  ]),
  'identity-policy': new Set([
    'both-allow', 'not-cross-account', 'key-policy-denies', 'identity-policy-denies', 'conditions-contradict',
    'identity-not-named', 'not-delegating', 'key-policy-silent', 'key-policy-action', 'key-policy-condition', 'key-policy-missing',
  ]),
};

/** The halves that allow the action, by the statements behind the verdict. */
function allowingHalves({ reason, decidedBy }: Verdict): PolicyGate[] {
  const allows = (half: PolicyGate): boolean => decidedBy.some(({ gate, statement }) => gate === half && statement.effect === 'Allow');
  return (['key-policy', 'identity-policy'] as const).filter((half) => REASONS_WITH_ALLOW[half].has(reason) && allows(half));
}

/** The status of the action that gets furthest; where none works, of the one half that is there. */
function overallStatus(parts: readonly HandshakeVerdictGroup[], halves: ReadonlySet<PolicyGate>): HandshakeStatus {
  // That a grant might give RetireGrant says nothing about the handshake.
  const { state = 'none' } = parts.find(({ verdict }) => verdict.reason !== 'needs-grant') ?? parts[0] ?? {};
  return state === 'both' || state === 'conditional' || state === 'unknown' ? state : statusOfHalves([...halves]);
}

/** A grant can allow an action all the same. */
function isWithoutKeyPolicy({ key, parts }: Handshake): boolean {
  return key.policy === undefined && parts.every(({ verdict: { outcome, reason } }) =>
    outcome === 'denied' || reason === 'key-policy-missing' || reason === 'needs-grant');
}

/** Whether a policy of the identity allows KMS actions by name: `"*"` is about no key. */
function allowsKmsActions({ policies }: Identity): boolean {
  return policies.some(({ policy }) => policy.statements.some((statement) =>
    statement.effect === 'Allow' && explicitKmsActions(statement) !== NO_ACTIONS));
}

/** How many requested actions are blocked although others work; none where nothing works, which the state says. */
export function countBlockedActions({ state, parts }: Handshake): number {
  if (state !== 'both' && state !== 'conditional') return 0;
  return parts.filter(isBlockedRequest).reduce((count, { actions }) => count + countActions(actions), 0);
}

function isBlockedRequest({ isRequested, verdict }: HandshakeVerdictGroup): boolean {
  return isRequested && verdict.outcome === 'denied';
}

/** A handshake that works in part must not look like one that works, nor one that nobody requests like one that is blocked. */
export function displayedStatus(handshake: Handshake): DisplayedHandshakeStatus {
  const { state, parts } = handshake;
  if ((state === 'none' || state === 'identity-policy') && !parts.some(isBlockedRequest)) return 'not-requested';
  if (countBlockedActions(handshake) === 0) return state;
  return state === 'both' ? 'partly' : 'partly-if';
}

/** How many actions are in each state. */
export function countActionsByStatus({ parts }: Handshake): Readonly<Record<HandshakeStatus, number>> {
  const counts = { 'both': 0, 'conditional': 0, 'key-policy': 0, 'identity-policy': 0, 'none': 0, 'unknown': 0 };
  for (const { state, actions } of parts) counts[state] += countActions(actions);
  return counts;
}
