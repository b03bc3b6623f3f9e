import { isIdentityPolicyAction, type AccessEvaluation } from '../access-evaluation';
import { keyPolicyStatementsForAccount } from '../evaluation-context';
import { failedConditionRefs, statementsWithFailedConditions, type EvaluatedStatement } from '../statement-evaluation';
import { createVerdict } from '../create-verdict';
import type { StatementRef, Verdict } from '../verdict';

const DECIDING_GATE = 'key-policy';

/**
 * The key policy allows the caller nothing at all; undefined where it allows something.
 *
 * @param identityAllows the statements of identity policies that allow the action in vain
 */
export function denyIfPrincipalNotNamed({ context, accountRelation }: AccessEvaluation,
  identityAllows: readonly StatementRef[]): Verdict | undefined {
  if (context.keyPolicyMatches().length > 0) return undefined;
  if (context.caller.kind === 'service') return createVerdict('denied', 'key-policy-silent', { decidingGate: DECIDING_GATE });
  const othersOfAccount = keyPolicyStatementsForAccount(context);
  const reason = accountRelation === 'same' ? 'not-delegating' : othersOfAccount.length > 0 ? 'identity-not-named' : 'key-policy-silent';
  return createVerdict('denied', reason, { decidingGate: DECIDING_GATE,
    decidedBy: [...othersOfAccount, ...identityAllows] });
}

/** The key policy allows the caller something, but not this action, or only under conditions that are false. */
export function denyByKeyPolicy({ context, accountRelation, action }: AccessEvaluation, identityAllows: readonly StatementRef[]): Verdict {
  const failedStatements = statementsWithFailedConditions(context.keyAllows, action.bit);
  const failedConditions = failedStatements.flatMap(failedConditionRefs);
  if (failedStatements.length > 0 && accountRelation === 'same' && failedStatements.every(isForOtherPrincipalTypes))
    return createVerdict('denied', 'not-delegating', { decidingGate: DECIDING_GATE, decidedBy: identityAllows, failedConditions });
  if (failedStatements.length > 0)
    return createVerdict('denied', 'key-policy-condition', { decidingGate: DECIDING_GATE, failedConditions,
      decidedBy: [...failedStatements.map(({ statementRef }) => statementRef), ...identityAllows] });
  const matches = context.keyPolicyMatches();
  const isNamed = context.caller.kind === 'service'
    || matches.some(({ principalMatches }) => principalMatches.some(({ principalLevel }) => principalLevel !== 'account'));
  return createVerdict('denied', accountRelation === 'same' && !isNamed ? 'not-delegating' : 'key-policy-action', {
    decidingGate: DECIDING_GATE, decidedBy: [...matches.map(({ statementRef }) => statementRef), ...identityAllows] });
}

/**
 * The statement means the account, and by `aws:PrincipalType` other kinds of its identities: to this one it delegates nothing
 * (docs/aws-rules.md 4.2).
 */
function isForOtherPrincipalTypes({ principalLevel, failedConditions }: EvaluatedStatement): boolean {
  return principalLevel === 'account' && failedConditions.some(({ keyLower }) => keyLower === 'aws:principaltype');
}

/** The workspace has no policy of the key. */
export function unknownWithoutKeyPolicy({ action }: AccessEvaluation, identityAllows: readonly StatementRef[]): Verdict {
  return createVerdict('unknown', isIdentityPolicyAction(action) ? 'needs-grant' : 'key-policy-missing', {
    decidingGate: DECIDING_GATE, decidedBy: identityAllows });
}
