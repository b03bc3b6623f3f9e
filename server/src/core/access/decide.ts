import type { ActionInfo } from '../aws/actions';
import type { Case } from './case';
import { judge } from './judge';
import { casesOf } from './suppositions';
import type { AccessRequest, Outcome, Reason, Verdict } from './verdict';

/**
 * May this identity do this with this key? The decision procedure of docs/aws-rules.md 5.1 to 5.3. Service control, resource control,
 * boundary, session and endpoint policies can only take away and are not looked at.
 */
export function decide(request: AccessRequest): Verdict {
  const { identity, key, action, organizations } = request;
  return judgeCases(casesOf(identity, key, organizations, action), action);
}

/** The most favourable verdict of the cases that may be real. */
export function judgeCases(cases: readonly Case[], action: ActionInfo): Verdict {
  return judged(cases, action).verdict;
}

/** A verdict with the case that it was found in. */
export interface Judged {
  readonly one: Case;
  readonly verdict: Verdict;
}

/** The same, with the case of that verdict. */
export function judged(cases: readonly Case[], action: ActionInfo): Judged {
  let best: Judged | undefined;
  for (const one of cases) {
    const verdict = judgeCase(one, action);
    if (!best || isBetter(verdict, best.verdict)) best = { one, verdict };
  }
  if (!best) throw new RangeError('an identity and a key make at least one case');
  return best;
}

/** More is allowed, or, among refusals, less is missing. */
export function isBetter(verdict: Verdict, other: Verdict): boolean {
  return rank(verdict) > rank(other);
}

/** While it is not known how the accounts stand to each other, only what holds either way is certain. */
function judgeCase(one: Case, action: ActionInfo): Verdict {
  const [relation, other] = one.relations;
  if (!relation) throw new RangeError('a case has at least one relation');
  const verdict = judge(one, relation, action);
  return other ? either(verdict, judge(one, other, action)) : verdict;
}

/** Equal outcomes stay; between two kinds of permission the smaller is certain, between permission and refusal nothing is. */
function either(a: Verdict, b: Verdict): Verdict {
  if (a.outcome === b.outcome) return a;
  const [less, more] = OUTCOMES[a.outcome] < OUTCOMES[b.outcome] ? [a, b] : [b, a];
  if (less.outcome !== 'denied') return less;
  if (more.outcome === 'unknown') return more;
  return { ...more, outcome: 'unknown', reason: 'unresolved', conditions: [], alternatives: [], sessions: [] };
}

const OUTCOMES: Record<Outcome, number> = { denied: 0, unknown: 100, conditional: 200, allowed: 300 };

/** Among refusals the one that comes nearest to being allowed: the last in the order of causes. */
const REFUSALS: readonly Reason[] = [
  'partition', 'account', 'region', 'key-policy-silent', 'identity-not-named', 'not-delegating', 'not-cross-account', 'key-policy-denies',
  'identity-policy-denies', 'key-policy-condition', 'key-policy-action', 'identity-policy-condition', 'identity-policy-missing', 'conditions-contradict', 'needs-grant',
];

function rank(verdict: Verdict): number {
  return OUTCOMES[verdict.outcome] + REFUSALS.indexOf(verdict.reason) - verdict.conditions.length / 100;
}
