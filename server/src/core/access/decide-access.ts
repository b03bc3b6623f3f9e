import type { ActionInfo } from '../aws/actions';
import type { Identity, Key } from '../linking/entities';
import { createVerdict } from './create-verdict';
import { commonCase, contextsByCase } from './deployment-cases';
import type { EvaluationContext, EvaluationWorld } from './evaluation-context';
import { evaluateAccess } from './evaluate-access';
import { evaluationContextsFor } from './candidate-callers';
import type { Outcome, Reason, Verdict } from './verdict';

/** A verdict with the evaluation that it comes from. */
export interface VerdictWithContext {
  readonly context: EvaluationContext;
  readonly verdict: Verdict;
}

/**
 * May this identity do this with this key? The decision procedure of docs/aws-rules.md 5.1 to 5.3. Service control, resource control,
 * boundary, session and endpoint policies can only take away and are not looked at.
 */
export function decideAccess(identity: Identity, key: Key, action: ActionInfo, world: EvaluationWorld): VerdictWithContext {
  const decided = decideInContexts(evaluationContextsFor(identity, key, world, action), action);
  // Under conditions that exclude each other no deployment makes both.
  return commonCase(identity, key) ? decided : { ...decided, verdict: createVerdict('unknown', 'unresolved') };
}

/** The most favourable verdict of the contexts that may be real. */
export function decideInContexts(evaluationContexts: readonly EvaluationContext[], action: ActionInfo): VerdictWithContext {
  let mostFavourable: VerdictWithContext | undefined;
  for (const context of evaluationContexts) {
    const verdict = decideInContext(context, action);
    if (!mostFavourable || isMoreFavourable(verdict, mostFavourable.verdict)) mostFavourable = { context, verdict };
  }
  if (!mostFavourable) throw new RangeError('an identity and a key make at least one evaluation context');
  return mostFavourable;
}

/** More is allowed, or, among refusals, less is missing. */
export function isMoreFavourable(verdict: Verdict, other: Verdict): boolean {
  return verdictRank(verdict) > verdictRank(other);
}

/**
 * While it is not known how the accounts stand to each other, or which conditions of templates are true, only what holds in each case is
 * certain.
 */
function decideInContext(context: EvaluationContext, action: ActionInfo): Verdict {
  const verdicts = contextsByCase(context).flatMap((contextOfCase) =>
    contextOfCase.accountRelations.map((accountRelation) => evaluateAccess({ context: contextOfCase, accountRelation, action })));
  const [first, ...others] = verdicts;
  if (!first) throw new RangeError('a context has at least one account relation');
  return others.reduce(verdictForEitherCase, first);
}

/** Equal outcomes stay; between two kinds of permission the smaller is certain, between permission and refusal nothing is. */
function verdictForEitherCase(a: Verdict, b: Verdict): Verdict {
  if (a.outcome === b.outcome) return a;
  const [less, more] = OUTCOME_RANK[a.outcome] < OUTCOME_RANK[b.outcome] ? [a, b] : [b, a];
  if (less.outcome !== 'denied') return less;
  if (more.outcome === 'unknown') return more;
  return { ...more, outcome: 'unknown', reason: 'unresolved', conditions: [], alternatives: [], sessions: [] };
}

const OUTCOME_RANK: Record<Outcome, number> = { denied: 0, unknown: 100, conditional: 200, allowed: 300 };

/** Among refusals the one that comes nearest to being allowed: the last in the order of causes. */
const DENIAL_REASON_ORDER: readonly Reason[] = [
  'partition', 'account', 'region', 'key-policy-silent', 'identity-not-named', 'not-delegating', 'not-cross-account', 'key-policy-denies',
  'identity-policy-denies', 'key-policy-condition', 'key-policy-action', 'identity-policy-condition', 'identity-policy-missing',
  'conditions-contradict', 'needs-grant',
];

function verdictRank(verdict: Verdict): number {
  return OUTCOME_RANK[verdict.outcome] + DENIAL_REASON_ORDER.indexOf(verdict.reason) - verdict.conditions.length / 100;
}
