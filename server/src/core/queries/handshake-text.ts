import { actionsIn } from '../aws/actions';
import type { Reason } from '../access/verdict';
import { describeCount } from '../access/text/describe-access';
import { explainVerdict, type LocationFormatter } from '../access/text/explain-verdict';
import type { Identity, Key } from '../linking/entities';
import { countBlockedActions, countActionsByStatus, type Handshake, type HandshakeVerdictGroup, type HandshakeStatus } from './handshakes';

/** What a state is called, for legends and labels. */
const HANDSHAKE_STATUS_NAMES: Readonly<Record<HandshakeStatus, string>> = {
  'both': 'works',
  'conditional': 'works under conditions',
  'key-policy': 'only the key policy\'s half',
  'identity-policy': 'only the IAM policy\'s half',
  'none': 'blocked',
  'unknown': 'unknown',
};

/** The handshake in a few words: `2 actions work, 1 blocked`, `only the key policy's half`, `blocked: the key policy denies it`. */
export function describeHandshake(handshake: Handshake): string {
  const { state } = handshake;
  if (state === 'key-policy' && handshake.parts.some(({ verdict: { reason } }) => reason === 'region' || reason === 'account')) {
    return `${HANDSHAKE_STATUS_NAMES[state]}: ${commonCause(handshake) ?? ''}`;
  }
  if (state === 'key-policy' || state === 'identity-policy') return HANDSHAKE_STATUS_NAMES[state];
  if (state === 'none' || state === 'unknown') {
    const cause = commonCause(handshake);
    return cause === undefined ? HANDSHAKE_STATUS_NAMES[state] : `${HANDSHAKE_STATUS_NAMES[state]}: ${cause}`;
  }
  const counts = countActionsByStatus(handshake);
  const blocked = countBlockedActions(handshake);
  return [
    ...counts.both > 0 ? [`${describeCount(counts.both, 'action')} `
      + `${counts.both === 1 ? 'works' : 'work'}${worksByGrantOnly(handshake) ? ' by a grant' : ''}`] : [],
    ...counts.conditional > 0 ? [`${counts.both > 0 ? counts.conditional : `${describeCount(counts.conditional, 'action')} `
      + (counts.conditional === 1 ? 'works' : 'work')} under conditions`] : [],
    ...blocked > 0 ? [`${blocked} blocked`] : [],
    ...counts.unknown > 0 ? [`${counts.unknown} unknown`] : [],
  ].join(', ');
}

function worksByGrantOnly({ parts }: Handshake): boolean {
  return parts.every(({ state, verdict }) => state !== 'both' || verdict.reason === 'grant');
}

/** Why, where one cause stands for the whole handshake; the one that is nearest to being mended first. */
function commonCause({ state, parts, halves }: Handshake): string | undefined {
  if (state === 'none' && halves.size === 2
    && parts.every(({ verdict }) => verdict.decidingGate !== undefined && CAUSE_TEXTS[verdict.reason] === undefined)) {
    return 'the halves are about different actions';
  }
  return parts.filter((part) => part.state === state).map(({ verdict }) => CAUSE_TEXTS[verdict.reason]).find((cause) =>
    cause !== undefined
  );
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
  'unresolved': 'it depends on a value or an account that is not known',
};

/** The verdict on a part as one sentence or two, for its first action and how many more there are. */
export function describeHandshakeGroup({ actions, verdict }: HandshakeVerdictGroup, identity: Identity, key: Key,
  locationFormatter: LocationFormatter): string {
  const [first, ...others] = actionsIn(actions);
  if (!first) throw new RangeError('a part has at least one action');
  const name: typeof first.name = others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
  return explainVerdict(verdict, { identity, key, action: { ...first, name } }, locationFormatter);
}
