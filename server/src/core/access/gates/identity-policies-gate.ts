import type { AccessEvaluation } from '../access-evaluation';
import { aliasDenial } from '../alias-access';
import type { AllowPath } from '../allow-path';
import { isGrantOnlyRole, isServiceLinkedRole } from '../caller';
import { failedConditionRefs, statementsWithFailedConditions } from '../statement-evaluation';
import { createVerdict } from '../create-verdict';
import type { StatementRef, Verdict } from '../verdict';

const DECIDING_GATE = 'identity-policy';

/** An identity policy allows it on a key of this id, but in another account or Region; undefined where none does. */
export function denyForNearMiss({ context, action }: AccessEvaluation): Verdict | undefined {
  const nearMisses = context.nearMisses().filter(({ actions }) => (actions & action.bit) !== 0n);
  const first = nearMisses.find(({ field }) => field === 'account') ?? nearMisses[0];
  if (!first) return undefined;
  return createVerdict('denied', first.field, { decidingGate: DECIDING_GATE,
    decidedBy: nearMisses.filter(({ field }) => field === first.field).map(({ statementRef }) => statementRef) });
}

/** @param keyAllows the statements of the key policy that allow it */
export function denyWithoutIdentityPolicy({ context, accountRelation, action }: AccessEvaluation,
  keyAllows: readonly StatementRef[]): Verdict {
  const failedStatements = statementsWithFailedConditions(context.identityAllows, action.bit);
  const hasUnreadPolicies = context.hasPoliciesWithoutDocument;
  if (failedStatements.length > 0 && !hasUnreadPolicies)
    return createVerdict('denied', 'identity-policy-condition', { decidingGate: DECIDING_GATE,
      decidedBy: [...keyAllows, ...failedStatements.map(({ statementRef }) => statementRef)],
      failedConditions: failedStatements.flatMap(failedConditionRefs) });
  const parts = { decidingGate: DECIDING_GATE, decidedBy: keyAllows } as const;
  if (accountRelation !== 'cross' || !isServiceLinkedRole(context.caller))
    return createVerdict(hasUnreadPolicies ? 'unknown' : 'denied', 'identity-policy-missing', parts);
  const isCertain = context.policies.length > 0 && !hasUnreadPolicies || isGrantOnlyRole(context.caller.name);
  return createVerdict(isCertain ? 'denied' : 'unknown', 'needs-grant', parts);
}

/** The action is allowed on the key, but not on the alias, which only an identity policy can allow (docs/aws-rules.md 3.4). */
export function denyWithoutAlias({ context, action }: AccessEvaluation, allowPath: AllowPath): Verdict {
  const { denied, failing } = aliasDenial(context, action);
  const keyAllows = allowPath.statements.map(({ statementRef }) => statementRef).filter(({ gate }) => gate === 'key-policy');
  if (context.hasPoliciesWithoutDocument || denied.length === 0 && failing.length === 0)
    return createVerdict(context.hasPoliciesWithoutDocument ? 'unknown' : 'denied', 'identity-policy-missing', {
      decidingGate: DECIDING_GATE, decidedBy: keyAllows });
  if (denied.length > 0)
    return createVerdict('denied', 'identity-policy-denies', { decidingGate: DECIDING_GATE, decidedBy: [...denied, ...keyAllows] });
  return createVerdict('denied', 'identity-policy-condition', { decidingGate: DECIDING_GATE,
    decidedBy: [...keyAllows, ...failing.map(({ statementRef }) => statementRef)],
    failedConditions: failing.flatMap(failedConditionRefs) });
}
