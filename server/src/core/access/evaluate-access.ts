import { STAR_ONLY_ACTIONS, type ActionName } from '../aws/actions';
import { identityAllowRefs, isIdentityPolicyAction, keyAllowRefs, type AccessEvaluation } from './access-evaluation';
import { withoutDeniedSessions } from './access-requirements';
import { findAllowPath, singleStatementPath, type AllowPath } from './allow-path';
import { verdictOfAllowPaths, verdictOfFirstSatisfiablePath } from './allow-verdict';
import { crossesPartition } from './caller';
import { applicableDenies, denyByDenyStatement, denyForDeniedSessions } from './gates/deny-statements';
import { denyForNearMiss, denyWithoutAlias, denyWithoutIdentityPolicy } from './gates/identity-policies-gate';
import { denyByKeyPolicy, denyIfPrincipalNotNamed, unknownWithoutKeyPolicy } from './gates/key-policy-gate';
import { appliesUnconditionally, leastRestrictive, mayApplyTo, statementRefsOf, type EvaluatedStatement } from './statement-evaluation';
import { createVerdict } from './create-verdict';
import type { Verdict } from './verdict';

/**
 * The verdict on one action (docs/aws-rules.md 5.1): key policy, identity policies and grants allow it together, or the first gate that
 * does not is the reason.
 */
export function evaluateAccess(evaluation: AccessEvaluation): Verdict {
  const { context, action } = evaluation;
  if (crossesPartition(context.caller, context.key))
    return createVerdict('denied', 'partition', { decidedBy: [...keyAllowRefs(evaluation), ...identityAllowRefs(evaluation)] });
  if ((action.bit & STAR_ONLY_ACTIONS) !== 0n) return evaluateActionWithoutKey(evaluation);
  const denies = applicableDenies(context, action);
  // A Deny for everybody is the nearer reason than one for the session alone, whatever the statements are that name them.
  const isDenied = denies.some(appliesUnconditionally);
  const evaluationWithoutSessions = isDenied ? evaluation : withoutSessions(evaluation, denies);
  const allowPath = allowPathOf(evaluationWithoutSessions);
  if (allowPath && !isDenied)
    return verdictOfAllowPaths(evaluationWithoutSessions, allowPath, denies) ?? denyWithoutAlias(evaluation, allowPath);
  const sessionPath = allowPath || isDenied ? undefined : allowPathOf(evaluation);
  return sessionPath ? denyForDeniedSessions(sessionPath.statements, denies) : denyWithReason(evaluation, allowPath, denies);
}

function withoutSessions(evaluation: AccessEvaluation, denies: readonly EvaluatedStatement[]): AccessEvaluation {
  const context = withoutDeniedSessions(evaluation.context, denies);
  return context === evaluation.context ? evaluation : { ...evaluation, context };
}

function allowPathOf(evaluation: AccessEvaluation): AllowPath | undefined {
  return canCrossAccounts(evaluation) ? findAllowPath(evaluation) : undefined;
}

/** AWS managed keys never leave their account: nobody can change their policies (docs/aws-rules.md 7.1). */
function canCrossAccounts({ context: { caller, key }, accountRelation, action }: AccessEvaluation): boolean {
  return accountRelation === 'same' || caller.kind === 'service' || action.crossAccount && !key.awsManaged;
}

/** Why not, by the first cause (docs/aws-rules.md 8.1). */
function denyWithReason(evaluation: AccessEvaluation, allowPath: AllowPath | undefined, denies: readonly EvaluatedStatement[]): Verdict {
  const { context, accountRelation, action } = evaluation;
  const identityAllows = identityAllowRefs(evaluation);
  const keyAllows = keyAllowRefs(evaluation);
  const isAllowedByIdentityPolicy = identityAllows.length > 0;
  const isService = context.caller.kind === 'service';
  const hasKeyPolicy = context.key.policy !== undefined;
  const nearMiss = isAllowedByIdentityPolicy || allowPath ? undefined : denyForNearMiss(evaluation);
  if (nearMiss) return nearMiss;
  const withoutPrincipal = allowPath || !hasKeyPolicy || isIdentityPolicyAction(action) ? undefined
    : denyIfPrincipalNotNamed(evaluation, identityAllows);
  if (withoutPrincipal) return withoutPrincipal;
  if (!canCrossAccounts(evaluation)) return denyCrossAccount(evaluation);
  const explicitDeny = denyByDenyStatement(denies, [...keyAllows, ...identityAllows]);
  if (explicitDeny) return explicitDeny;
  if (!hasKeyPolicy && !allowPath) {
    const needsIdentityPolicy = accountRelation === 'cross' || isIdentityPolicyAction(action);
    return needsIdentityPolicy && !isAllowedByIdentityPolicy && !isService ? denyWithoutIdentityPolicy(evaluation, [])
      : unknownWithoutKeyPolicy(evaluation, identityAllows);
  }
  if (isIdentityPolicyAction(action))
    return isAllowedByIdentityPolicy || isService ? createVerdict('unknown', 'needs-grant', { decidedBy: identityAllows })
      : denyWithoutIdentityPolicy(evaluation, []);
  return keyAllows.length === 0 ? denyByKeyPolicy(evaluation, identityAllows) : denyWithoutIdentityPolicy(evaluation, keyAllows);
}

function denyCrossAccount(evaluation: AccessEvaluation): Verdict {
  return createVerdict('denied', 'not-cross-account', { decidedBy: [...keyAllowRefs(evaluation), ...identityAllowRefs(evaluation)] });
}

/**
 * Uses nothing that an account owns (AWS KMS API Reference, GenerateRandom, Cross-account use), so that whose the key is does not matter.
 */
const ACTION_OF_NO_ACCOUNT: ActionName = 'kms:GenerateRandom';

/** Actions without a key: the identity's own account decides, by identity policies with the resource `*` (docs/aws-rules.md 3.1). */
function evaluateActionWithoutKey(evaluation: AccessEvaluation): Verdict {
  const { context, accountRelation, action } = evaluation;
  if (context.caller.kind === 'service') return denyWithoutIdentityPolicy(evaluation, []);
  if (accountRelation === 'cross' && action.name !== ACTION_OF_NO_ACCOUNT) return denyCrossAccount(evaluation);
  const denies = context.identityDenies.filter((deny) => mayApplyTo(deny, action.bit) && coversEveryResource(deny));
  const allow = leastRestrictive(context.identityAllows, action.bit, coversEveryResource);
  const explicitDeny = denyByDenyStatement(denies, statementRefsOf(allow));
  if (explicitDeny) return explicitDeny;
  if (!allow) return denyWithoutIdentityPolicy(evaluation, []);
  const alternatives = context.identityAllows
    .filter((statement) => statement !== allow && mayApplyTo(statement, action.bit) && coversEveryResource(statement))
    .map(singleStatementPath).sort((a, b) => a.restrictiveness - b.restrictiveness);
  return verdictOfFirstSatisfiablePath(context, [singleStatementPath(allow), ...alternatives], denies, true);
}

function coversEveryResource({ statementRef }: EvaluatedStatement): boolean {
  return statementRef.statement.resource?.patterns.some(({ form }) => form === 'any') === true;
}
