import { NO_ACTIONS, countActions, type ActionSet } from '../aws/actions';
import { decidePair, type PairVerdicts, type VerdictGroup } from '../access/pair-verdicts';
import type { PolicyGate, Reason, Verdict } from '../access/verdict';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';

/**
 * How far identity and key have come. `both`: it works, by both halves or by what is enough (within one account the half that
 * decides, or a grant). `conditional`: it works while conditions hold. `key-policy`, `identity-policy`: that half alone is there.
 * `none`: a Deny, another partition, or halves that give and ask for different things. `unknown`: it hangs on something that
 * the workspace does not say.
 */
export type HandshakeStatus = 'both' | 'conditional' | 'key-policy' | 'identity-policy' | 'none' | 'unknown';

/** What a handshake is shown as: `partly` is `both`, and `partly-if` is `conditional`, with other actions blocked. */
export type DisplayedHandshakeStatus = HandshakeStatus | 'partly' | 'partly-if';

/** Actions of a handshake that have one verdict and one state. */
export interface HandshakeVerdictGroup {
  readonly state: HandshakeStatus;
  readonly actions: ActionSet;
  readonly verdict: Verdict;
}

/** An identity and a key that meet, with what came of it. */
export interface Handshake {
  readonly identity: Identity;
  readonly key: Key;
  readonly state: HandshakeStatus;
  /** Every action that either half mentions, those that get furthest first; never empty. */
  readonly parts: readonly HandshakeVerdictGroup[];
  /** The halves that give, or ask for, anything at all. */
  readonly halves: ReadonlySet<PolicyGate>;
}

/** Who shakes hands with whom: the material of the tree and of the map. */
export interface Handshakes {
  /** Account id to its declared name, which may be empty; only accounts of the keys and identities below. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Keys that have a policy here, or that some identity asks for. */
  readonly keys: readonly Key[];
  /** Identities that meet a key, or whose policies ask for KMS actions. Records of one id are the same identity. */
  readonly identities: readonly Identity[];
  readonly handshakes: readonly Handshake[];
  /** Identities whose policies ask for keys and that no key policy gives anything. */
  readonly identitiesWithoutKeyPolicy: ReadonlySet<Identity>;
}

/** All handshakes of a workspace. @param pairs the verdicts on all that meet in it */
export function handshakesOf(world: Pick<World, 'keys' | 'identities' | 'organizations' | 'accounts'>,
  pairs: Iterable<PairVerdicts>): Handshakes {
  const handshakes = Array.from(pairs, (pair) => memoizedHandshakeOf(pair, world.organizations) ?? []).flat();
  const ofIdentity = new Map<Identity, Handshake[]>();
  for (const handshake of handshakes) ofIdentity.set(handshake.identity, [...ofIdentity.get(handshake.identity) ?? [], handshake]);
  const met = new Set(handshakes.map(({ key }) => key));
  const keys = world.keys.filter((key) => key.policy !== undefined || met.has(key));
  const listed = new Set(world.identities);
  const identities = [
    ...world.identities.filter((identity) => ofIdentity.has(identity) || allowsKmsActions(identity)),
    ...[...ofIdentity.keys()].filter((identity) => !listed.has(identity)),
  ];
  const accounts = new Set([...keys, ...identities].flatMap(({ account }) => account ?? []));
  return {
    keys, identities, handshakes,
    accounts: new Map(Array.from(accounts, (account) => [account, world.accounts.get(account) ?? ''])),
    identitiesWithoutKeyPolicy: new Set(
      identities.filter((identity) => allowsKmsActions(identity) && (ofIdentity.get(identity) ?? []).every(isWithoutKeyPolicyPermission)),
    ),
  };
}

const handshakeByPair = new WeakMap<PairVerdicts, { readonly handshake: Handshake | undefined }>();

/**
 * `handshakeOf`, worked out once: a handshake stands while its pair does, and an analysis makes new pairs when anything they hang on
 * changes.
 */
export function memoizedHandshakeOf(pair: PairVerdicts, organizations: World['organizations']): Handshake | undefined {
  const known = handshakeByPair.get(pair) ?? { handshake: handshakeOf(pair, organizations) };
  handshakeByPair.set(pair, known);
  return known.handshake;
}

/** Undefined where neither half mentions an action for the other. */
export function handshakeOf({ identity, key, verdicts }: PairVerdicts, organizations: World['organizations']): Handshake | undefined {
  if (verdicts.length === 0) return undefined;
  const misnamed = verdicts.some(({ verdict }) => isKeyArnWrong(verdict));
  const offered = misnamed ? actionsOfferedByKeyPolicy(identity, key, organizations) : NO_ACTIONS;
  const parts = verdicts.flatMap((group) => handshakeGroupsOf(group, offered)).sort((a, b) =>
    HANDSHAKE_STATUS_ORDER.indexOf(a.state) - HANDSHAKE_STATUS_ORDER.indexOf(b.state)
  );
  const halves = new Set(
    parts.flatMap(({ state, verdict }) => (state === 'key-policy' ? ['key-policy' as const] : allowingHalves(verdict))),
  );
  return { identity, key, parts, halves, state: overallStatus(parts, halves) };
}

const HANDSHAKE_STATUS_ORDER: readonly HandshakeStatus[] = ['both', 'conditional', 'unknown', 'identity-policy', 'key-policy', 'none'];

/** Where the identity policy names the key by a wrong ARN, the verdict does not say whether the key policy has done its share. */
function handshakeGroupsOf({ actions, verdict }: VerdictGroup, offered: ActionSet): HandshakeVerdictGroup[] {
  if (!isKeyArnWrong(verdict)) return [{ state: statusOfVerdict(verdict), actions, verdict }];
  const split: HandshakeVerdictGroup[] = [
    { state: 'key-policy', actions: actions & offered, verdict },
    { state: 'none', actions: actions & ~offered, verdict },
  ];
  return split.filter((part) => part.actions !== NO_ACTIONS);
}

function isKeyArnWrong({ outcome, reason }: Verdict): boolean {
  return outcome === 'denied' && (reason === 'account' || reason === 'region');
}

/** What the key policy would give the identity, if an identity policy asked for it: what is missing when it has none. */
function actionsOfferedByKeyPolicy(identity: Identity, key: Key, organizations: World['organizations']): ActionSet {
  return decidePair({ ...identity, policies: [] }, key, organizations)
    .filter(({ verdict }) => statusOfVerdict(verdict) === 'key-policy')
    .reduce((set, { actions }) => set | actions, NO_ACTIONS);
}

function statusOfVerdict(verdict: Verdict): HandshakeStatus {
  const { outcome, reason } = verdict;
  if (outcome === 'allowed') return 'both';
  if (outcome !== 'denied') return outcome;
  if (FINAL_DENIAL_REASONS.has(reason)) return 'none';
  const [policyGate, other] = allowingHalves(verdict);
  return policyGate === undefined || other !== undefined ? 'none' : policyGate;
}

/** Refusals that no second half would change. */
const FINAL_DENIAL_REASONS: ReadonlySet<Reason> = new Set([
  'partition', 'not-cross-account', 'key-policy-denies', 'identity-policy-denies', 'conditions-contradict', 'needs-grant',
]);

/** Refusals whose `because` holds statements of the key policy that allow the action itself, and not only let somebody in. */
const REASONS_WITH_KEY_POLICY_ALLOW: ReadonlySet<Reason> = new Set([
  'both-allow', 'not-cross-account', 'key-policy-denies', 'identity-policy-denies', 'identity-policy-missing', 'identity-policy-condition',
  'conditions-contradict',
]);
/** The same for the identity policy. */
const REASONS_WITH_IDENTITY_POLICY_ALLOW: ReadonlySet<Reason> = new Set([
  'both-allow', 'not-cross-account', 'key-policy-denies', 'identity-policy-denies', 'conditions-contradict',
  'identity-not-named', 'not-delegating', 'key-policy-silent', 'key-policy-action', 'key-policy-condition', 'key-policy-missing',
]);

/** The halves that allow the action, by the statements behind the verdict. */
function allowingHalves({ reason, decidedBy }: Verdict): PolicyGate[] {
  const allows = (policyGate: PolicyGate): boolean =>
    decidedBy.some((statementRef) => statementRef.gate === policyGate && statementRef.statement.effect === 'Allow');
  return [
    ...REASONS_WITH_KEY_POLICY_ALLOW.has(reason) && allows('key-policy') ? ['key-policy' as const] : [],
    ...REASONS_WITH_IDENTITY_POLICY_ALLOW.has(reason) && allows('identity-policy') ? ['identity-policy' as const] : [],
  ];
}

/** The state of the action that gets furthest; where none works, of the one half that is there. */
function overallStatus(parts: readonly HandshakeVerdictGroup[], halves: ReadonlySet<PolicyGate>): HandshakeStatus {
  // That a grant might give RetireGrant says nothing of the handshake.
  const telling = parts.filter(({ verdict }) => verdict.reason !== 'needs-grant');
  const best = (telling.length > 0 ? telling : parts)[0]?.state ?? 'none';
  if (best === 'both' || best === 'conditional' || best === 'unknown') return best;
  const [policyGate, other] = [...halves];
  return policyGate === undefined || other !== undefined ? 'none' : policyGate;
}

function isWithoutKeyPolicyPermission({ state, parts, halves }: Handshake): boolean {
  if (state === 'unknown')
    return parts.every(({ verdict }) =>
      verdict.outcome === 'denied' || verdict.reason === 'key-policy-missing' || verdict.reason === 'needs-grant'
    );
  return state === 'identity-policy' || state === 'none' && !halves.has('key-policy');
}

/** Whether a policy of the identity allows KMS actions by name: `"*"` asks for no key. */
function allowsKmsActions({ policies }: Identity): boolean {
  return policies.some(({ policy }) =>
    policy.statements.some(({ effect, action }) => (
      effect === 'Allow' && action?.negated === false
      && action.patterns.some(({ service, actionSet }) => service === 'kms' && actionSet !== NO_ACTIONS)
    ))
  );
}

/** How many actions are blocked although others work; none where nothing works, which the state says. */
export function countBlockedActions(handshake: Handshake): number {
  if (handshake.state !== 'both' && handshake.state !== 'conditional') return 0;
  const counts = countActionsByStatus(handshake);
  return counts['identity-policy'] + counts.none;
}

/** One that works in part must not look like one that works. */
export function displayedStatus(handshake: Handshake): DisplayedHandshakeStatus {
  const { state } = handshake;
  if (countBlockedActions(handshake) === 0) return state;
  return state === 'both' ? 'partly' : state === 'conditional' ? 'partly-if' : state;
}

/** How many actions are in each state. */
export function countActionsByStatus({ parts }: Handshake): Readonly<Record<HandshakeStatus, number>> {
  const counts = { 'both': 0, 'conditional': 0, 'key-policy': 0, 'identity-policy': 0, 'none': 0, 'unknown': 0 };
  for (const { state, actions } of parts) counts[state] += countActions(actions);
  return counts;
}
