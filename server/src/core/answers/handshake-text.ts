import { actionsIn } from '../aws/actions';
import type { Reason } from '../access/verdict';
import { counted } from '../access/say';
import { explainVerdict, type Place } from '../access/explain-text';
import type { Identity, Key } from '../workspace/world';
import { blockedBeside, countStates, type Handshake, type HandshakePart, type HandshakeState } from './handshakes';

/** What a state is called, for legends and labels. */
const STATE_NAMES: Readonly<Record<HandshakeState, string>> = {
  'both': 'works',
  'conditional': 'works under conditions',
  'key-policy': 'only the key policy\'s half',
  'identity-policy': 'only the IAM policy\'s half',
  'none': 'blocked',
  'unknown': 'unknown',
};

/** The handshake in a few words: `2 actions work, 1 blocked`, `only the key policy's half`, `blocked: the key policy denies it`. */
export function handshakeText(handshake: Handshake): string {
  const { state } = handshake;
  if (state === 'key-policy' && handshake.parts.some(({ verdict: { reason } }) => reason === 'region' || reason === 'account')) {
    return `${STATE_NAMES[state]}: ${causeOf(handshake) ?? ''}`;
  }
  if (state === 'key-policy' || state === 'identity-policy') return STATE_NAMES[state];
  if (state === 'none' || state === 'unknown') {
    const cause = causeOf(handshake);
    return cause === undefined ? STATE_NAMES[state] : `${STATE_NAMES[state]}: ${cause}`;
  }
  const counts = countStates(handshake);
  const blocked = blockedBeside(handshake);
  return [
    ...counts.both > 0 ? [`${counted(counts.both, 'action')} ${counts.both === 1 ? 'works' : 'work'}${byGrant(handshake) ? ' by a grant' : ''}`] : [],
    ...counts.conditional > 0 ? [`${counts.both > 0 ? counts.conditional : `${counted(counts.conditional, 'action')} ${counts.conditional === 1 ? 'works' : 'work'}`} under conditions`] : [],
    ...blocked > 0 ? [`${blocked} blocked`] : [],
    ...counts.unknown > 0 ? [`${counts.unknown} unknown`] : [],
  ].join(', ');
}

function byGrant({ parts }: Handshake): boolean {
  return parts.every(({ state, verdict }) => state !== 'both' || verdict.reason === 'grant');
}

/** Why, where one cause stands for the whole handshake; the one that is nearest to being mended first. */
function causeOf({ state, parts, halves }: Handshake): string | undefined {
  if (state === 'none' && halves.size === 2 && parts.every(({ verdict }) => verdict.half !== undefined && CAUSES[verdict.reason] === undefined)) {
    return 'the halves are about different actions';
  }
  return parts.filter((part) => part.state === state).map(({ verdict }) => CAUSES[verdict.reason]).find((cause) => cause !== undefined);
}

const CAUSES: Readonly<Partial<Record<Reason, string>>> = {
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
export function partText({ actions: set, verdict }: HandshakePart, identity: Identity, key: Key, place: Place): string {
  const [first, ...others] = actionsIn(set);
  if (!first) throw new RangeError('a part has at least one action');
  const name: typeof first.name = others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
  return explainVerdict(verdict, { identity, key, action: { ...first, name } }, place);
}
