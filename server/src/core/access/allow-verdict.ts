import type { AccessEvaluation } from './access-evaluation';
import { deniesOnPath, requirementsOfPaths } from './access-requirements';
import { allowPathsWithAlias } from './alias-access';
import { alternativeAllowPaths, type AllowPath } from './allow-path';
import { findContradiction } from './condition-contradiction';
import type { EvaluationContext } from './evaluation-context';
import type { EvaluatedStatement } from './statement-evaluation';
import { createVerdict } from './create-verdict';
import type { ConditionRef, Verdict } from './verdict';

const NO_ITEMS: readonly never[] = [];

/**
 * The verdict where the policies allow the action: by the least restrictive path, or by another one where its conditions exclude each
 * other. Undefined where an operation on aliases is allowed on no alias.
 */
export function verdictOfAllowPaths(evaluation: AccessEvaluation, allowPath: AllowPath,
  denies: readonly EvaluatedStatement[]): Verdict | undefined {
  const { context, action } = evaluation;
  const isUnconditional = allowPath.restrictiveness === 0 && !action.resourceTypes.includes('alias');
  // Nothing is asked of a request, so that nothing can exclude anything.
  if (isUnconditional && denies.length === 0) return verdictOfAllowPath(allowPath, NO_ITEMS, denies);
  const alternatives = isUnconditional && !findContradiction(allowPath.statements, denies, context)
    ? { allowPaths: NO_ITEMS, areComplete: true }
    : alternativeAllowPaths(evaluation, allowPath);
  const allowPaths = allowPathsWithAlias(context, action, [allowPath, ...alternatives.allowPaths]);
  return allowPaths.length > 0 ? verdictOfFirstSatisfiablePath(context, allowPaths, denies, alternatives.areComplete) : undefined;
}

/**
 * By the first path of which no two conditions, nor its conditions and a Deny, exclude each other (docs/aws-rules.md 4.4).
 *
 * @param areComplete false where there are more paths, of which one may be satisfiable
 */
export function verdictOfFirstSatisfiablePath(context: EvaluationContext, allowPaths: readonly AllowPath[],
  denies: readonly EvaluatedStatement[], areComplete: boolean): Verdict {
  const evaluatedPaths = allowPaths.map((allowPath) =>
    ({ allowPath, contradiction: findContradiction(allowPath.statements, deniesOnPath(allowPath, denies), context) }));
  const [leastRestrictivePath, ...others] = evaluatedPaths.filter(({ contradiction }) => !contradiction).map(({ allowPath }) => allowPath);
  if (leastRestrictivePath) {
    const isUnconditional = leastRestrictivePath.restrictiveness === 0;
    const alternatives = isUnconditional ? NO_ITEMS : others.filter(({ isMatchCertain }) => isMatchCertain);
    return verdictOfAllowPath(leastRestrictivePath, alternatives, denies);
  }
  if (!areComplete) return createVerdict('unknown', 'unresolved');
  const [first] = evaluatedPaths;
  return denyForContradiction(first?.allowPath.statements ?? NO_ITEMS, first?.contradiction ?? NO_ITEMS);
}

function denyForContradiction(allows: readonly EvaluatedStatement[], conditions: readonly ConditionRef[]): Verdict {
  const statements = conditions.map(({ statementRef }) => statementRef);
  const [first] = statements;
  return createVerdict('denied', 'conditions-contradict', {
    decidingGate: statements.every(({ gate }) => gate === first?.gate) ? first?.gate : undefined,
    decidedBy: [...allows.map(({ statementRef }) => statementRef), ...statements], failedConditions: conditions });
}

/** @param alternatives all other paths, each with requirements that differ */
function verdictOfAllowPath(allowPath: AllowPath, alternatives: readonly AllowPath[], denies: readonly EvaluatedStatement[]): Verdict {
  const pathDenies = deniesOnPath(allowPath, denies);
  const decidedBy = [...allowPath.statements, ...pathDenies].map(({ statementRef }) => statementRef);
  const grants = allowPath.grant ? [allowPath.grant] : NO_ITEMS;
  const reason = allowPath.grant ? 'grant' : 'both-allow';
  if (allowPath.restrictiveness === 0 && pathDenies.length === 0) return createVerdict('allowed', reason, { decidedBy, grants });
  if (!allowPath.isMatchCertain || pathDenies.some(({ isMatchCertain }) => !isMatchCertain))
    return createVerdict('unknown', 'unresolved', { decidedBy, grants });
  const [requirements, ...otherRequirements] = requirementsOfPaths([allowPath, ...alternatives], denies);
  const sessionStatements = requirements?.sessions.filter(({ negated }) => !negated).map(({ statementRef }) => statementRef) ?? NO_ITEMS;
  return createVerdict('conditional', reason, { ...requirements, decidedBy: [...sessionStatements, ...decidedBy], grants,
    alternatives: otherRequirements });
}
