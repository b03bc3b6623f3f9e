import type { Identity, Key } from '../workspace/world';
import { limitsOf } from './grants';
import type { Because, Half, OpenCondition, Reason, SessionLimit, Verdict } from './verdict';

/** What a verdict is about. */
export interface Question {
  readonly identity: Identity;
  readonly key: Key;
  readonly action: NamedAction;
}

/** `many`: the name is a list of several actions, on which the verdict is the same. */
export interface NamedAction {
  readonly name: string;
  readonly many?: boolean;
}

/** Says where a statement stands: `producer/key.json:12`. */
export type Place = (because: Because) => string;

/** The verdict as one sentence or two that a person can act on. */
export function explainVerdict(verdict: Verdict, question: Question, place: Place): string {
  return `${OUTCOME_WORDS[verdict.outcome]}: ${reasonText(verdict, question, place)}`;
}

/** The same without the outcome: why it is so, beginning in lower case. */
export function reasonText(verdict: Verdict, question: Question, place: Place): string {
  return SENTENCES[verdict.reason](verdict, { question, place });
}

const OUTCOME_WORDS: Record<Verdict['outcome'], string> = {
  allowed: 'Allowed', conditional: 'Allowed under conditions', denied: 'Denied', unknown: 'Unknown',
};

/** One condition as `kms:ViaService StringEquals s3.us-west-2.amazonaws.com`; that of a Deny, which must not hold, after "unless". */
export function conditionText({ condition, negated }: OpenCondition): string {
  const values = condition.values.map((text) => text.value).join(', ');
  return `${negated ? 'unless ' : ''}${condition.key} ${condition.operator} ${values}`.trimEnd();
}

export function sessionText({ session, negated }: SessionLimit): string {
  return negated ? `unless the session is ${session}` : `in the session ${session}`;
}

/** The identity for a sentence: its ARN, its account, or that nobody knows whose the policy is. */
export function identityText(identity: Identity): string {
  if (identity.arn !== undefined) return identity.arn;
  return identity.account === undefined ? 'an identity that the workspace does not tell' : `an identity of account ${identity.account}`;
}

interface Telling {
  readonly question: Question;
  readonly place: Place;
}

type Sentence = (verdict: Verdict, telling: Telling) => string;

const SENTENCES: Record<Reason, Sentence> = {
  'both-allow': (verdict, telling) => `${allowing(verdict, telling)}${provisos(verdict)}.`,
  'grant': (verdict, { question }) => {
    const limited = verdict.grants.some((grant) => limitsOf(grant, question.action).length > 0) ? ', within the limits of the grant' : '';
    return `a grant on the key gives ${question.action.name} to ${identityText(question.identity)}${limited}${provisos(verdict)}.`;
  },
  'partition': (_, { question: { identity, key } }) => (
    `the key is in partition ${key.partition ?? '?'}, the identity in ${identity.partition ?? '?'}, and nothing is shared between partitions.`
  ),
  'account': (verdict, telling) => (
    `the identity policy${at(verdict, 'identity-policy', telling)} names the key in another account; the key is owned by ${telling.question.key.account ?? '?'}.`
  ),
  'region': (verdict, telling) => (
    `the identity policy${at(verdict, 'identity-policy', telling)} names the key in another Region; it lives in ${telling.question.key.region ?? '?'}.`
  ),
  'identity-not-named': (verdict, telling) => (
    `the key policy${at(verdict, 'key-policy', telling)} lets others of account ${account(telling)} in, but neither ${identityText(telling.question.identity)} nor the whole account${inVain(verdict, telling)}.`
  ),
  'not-delegating': (verdict, telling) => (
    `the key policy neither names ${identityText(telling.question.identity)} nor delegates ${telling.question.action.name} to account ${account(telling)}${inVain(verdict, telling)}.`
  ),
  'key-policy-missing': (verdict, { question }) => (
    `the workspace does not hold the policy of the key, which decides whether ${question.action.name} ${agree(question.action, 'is', 'are')} allowed${verdict.because.length > 0 ? `; the identity policy allows ${agree(question.action, 'it', 'them')}` : ''}.`
  ),
  'key-policy-silent': (verdict, telling) => `the key policy lets nobody of account ${account(telling)} in${inVain(verdict, telling)}.`,
  'key-policy-action': (verdict, telling) => (
    `the key policy${at(verdict, 'key-policy', telling)} lets ${identityText(telling.question.identity)} in, but not for ${telling.question.action.name}${inVain(verdict, telling)}.`
  ),
  'key-policy-condition': (verdict, telling) => (
    `the key policy${at(verdict, 'key-policy', telling)} allows ${telling.question.action.name} only where ${conditions(verdict.failing)}, which is never so here.`
  ),
  'not-cross-account': (_, { question: { action, key } }) => (key.awsManaged
    ? 'the key is an AWS managed key, and those cannot be shared with another account.'
    : `${action.name} ${agree(action, 'does', 'do')} not work on a key of another account, whatever the policies say.`),
  'key-policy-denies': (verdict, telling) => `the key policy denies ${telling.question.action.name}${at(verdict, 'key-policy', telling, 'Deny')}, which no Allow overrides.`,
  'identity-policy-denies': (verdict, telling) => (
    `an identity policy denies ${telling.question.action.name}${at(verdict, 'identity-policy', telling, 'Deny')}, which no Allow overrides.`
  ),
  'identity-policy-condition': (verdict, telling) => (
    `the identity policy${at(verdict, 'identity-policy', telling)} allows ${telling.question.action.name} only where ${conditions(verdict.failing)}, which is never so here.`
  ),
  'identity-policy-missing': (verdict, telling) => {
    const half = verdict.because.length > 0 ? `the key policy${at(verdict, 'key-policy', telling)} would allow ${agree(telling.question.action, 'it', 'them')}, but ` : '';
    return `${half}no identity policy of ${identityText(telling.question.identity)} allows ${telling.question.action.name} on this key.`;
  },
  'needs-grant': (_, { question: { action, identity } }) => (
    `${action.name} by ${identityText(identity)} ${agree(action, 'needs', 'need')} a grant on the key; policies alone do not give ${agree(action, 'it', 'them')}.`
  ),
  'unresolved': (verdict, telling) => (
    `it hangs on a placeholder, a policy variable, or on which identity or account is meant${verdict.because.length > 0 ? ` (${places(verdict.because, telling)})` : ''}.`
  ),
};

function allowing(verdict: Verdict, telling: Telling): string {
  const { action, identity } = telling.question;
  const key = at(verdict, 'key-policy', telling, 'Allow');
  const own = at(verdict, 'identity-policy', telling, 'Allow');
  if (key === '') return `the identity policy${own} allows ${action.name}`;
  if (own === '') return `the key policy${key} gives ${action.name} to ${identityText(identity)} by itself`;
  return `the key policy${key} lets ${identityText(identity)} in for ${action.name}, and the identity policy${own} allows ${agree(action, 'it', 'them')}`;
}

function provisos(verdict: Verdict): string {
  const asked = verdict.conditions.filter(({ negated }) => !negated).map(conditionText);
  const parts = [
    ...(asked.length > 0 ? [`if ${asked.join(' and ')}`] : []),
    ...verdict.sessions.map(sessionText),
    ...verdict.conditions.filter(({ negated }) => negated).map(conditionText),
  ];
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}

function conditions(failing: readonly OpenCondition[]): string {
  return failing.map(conditionText).join(' and ');
}

/** The allowing half that comes to nothing. */
function inVain(verdict: Verdict, telling: Telling): string {
  const own = at(verdict, 'identity-policy', telling);
  return own === '' ? '' : `; ${telling.question.action.name} in the identity policy${own} ${agree(telling.question.action, 'has', 'have')} no effect`;
}

/** ` (producer/key.json:12)`: where the statements of one half stand; empty when there is none. */
function at(verdict: Verdict, half: Half, telling: Telling, effect?: 'Allow' | 'Deny'): string {
  const statements = verdict.because.filter((because) => because.half === half && (effect === undefined || because.statement.effect === effect));
  return statements.length > 0 ? ` (${places(statements, telling)})` : '';
}

/** The word that agrees with one action or with several. */
function agree({ many }: NamedAction, one: string, several: string): string {
  return many ? several : one;
}

function places(statements: readonly Because[], { place }: Telling): string {
  return [...new Set(statements.map(place))].join(', ');
}

function account({ question }: Telling): string {
  return question.identity.account ?? '?';
}
