import { actionsIn } from '../aws/actions';
import type { Reason } from '../access/verdict';
import { describeCount } from '../access/text/describe-access';
import { explainVerdict, type LocationFormatter } from '../access/text/explain-verdict';
import type { Identity, Key } from '../linking/entities';
import { countBlockedActions, countActionsByStatus, displayedStatus, type Handshake, type HandshakeVerdictGroup,
  type HandshakeStatus } from './handshakes';

/** What a status is called in labels. */
const HANDSHAKE_STATUS_NAMES: Readonly<Record<HandshakeStatus | 'not-requested', string>> = {
  'both': 'works',
  'conditional': 'works under conditions',
  'key-policy': 'only the key policy\'s half',
  'identity-policy': 'only the IAM policy\'s half',
  'none': 'blocked',
  'unknown': 'unknown',
  'not-requested': 'not asked for',
};

/** The handshake in a few words: `2 actions work, 1 blocked`, `only the key policy's half`, `blocked: the key policy denies it`. */
export function describeHandshake(handshake: Handshake): string {
  const { state } = handshake;
  if (state === 'both' || state === 'conditional') return describeCounts(handshake);
  const isArnWrong = handshake.parts.some(({ verdict: { reason } }) => reason === 'region' || reason === 'account');
  const cause = state === 'identity-policy' || state === 'key-policy' && !isArnWrong ? undefined : commonCause(handshake);
  const name = HANDSHAKE_STATUS_NAMES[displayedStatus(handshake) === 'not-requested' ? 'not-requested' : state];
  return cause === undefined ? name : `${name}: ${cause}`;
}

function describeCounts(handshake: Handshake): string {
  const { both, conditional, unknown } = countActionsByStatus(handshake);
  const blocked = countBlockedActions(handshake);
  const working = (count: number): string => `${describeCount(count, 'action')} ${count === 1 ? 'works' : 'work'}`;
  const isByGrantOnly = handshake.parts.every(({ state, verdict }) => state !== 'both' || verdict.reason === 'grant');
  return [
    ...both > 0 ? [`${working(both)}${isByGrantOnly ? ' by a grant' : ''}`] : [],
    ...conditional > 0 ? [`${both > 0 ? conditional : working(conditional)} under conditions`] : [],
    ...blocked > 0 ? [`${blocked} blocked`] : [],
    ...unknown > 0 ? [`${unknown} unknown`] : [],
  ].join(', ');
}

/** Why, where there is one cause for the whole handshake. */
function commonCause({ state, parts, halves }: Handshake): string | undefined {
  if (state === 'none' && halves.size === 2
    && parts.every(({ verdict }) => verdict.decidingGate !== undefined && CAUSE_TEXTS[verdict.reason] === undefined)) {
    return 'no action is allowed by both policies';
  }
  return parts.flatMap((part) => (part.state === state ? CAUSE_TEXTS[part.verdict.reason] ?? [] : []))[0];
}

const CAUSE_TEXTS: Readonly<Partial<Record<Reason, string>>> = {
  'partition': 'key and identity are in different partitions',
  'account': 'the IAM policy names the key in another account',
  'region': 'the IAM policy names the key in another Region',
  'key-policy-missing': 'the key policy is not in the workspace',
  'key-policy-denies': 'the key policy denies it',
  'identity-policy-denies': 'an IAM policy denies it',
  'conditions-contradict': 'no request meets all conditions',
  'not-cross-account': 'it does not work across accounts',
  'needs-grant': 'it needs a grant',
  'unresolved': 'it depends on a value or an account id that is not known',
};

/** The verdict on actions that have the same as one sentence or two, for the first of them and how many more there are. */
export function describeHandshakeGroup({ actions, verdict }: HandshakeVerdictGroup, identity: Identity, key: Key,
  locationFormatter: LocationFormatter): string {
  const [first, ...others] = actionsIn(actions);
  if (!first) throw new RangeError('a group has at least one action');
  const name: typeof first.name = others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
  return explainVerdict(verdict, { identity, key, action: { ...first, name } }, locationFormatter);
}
