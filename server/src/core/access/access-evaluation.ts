import type { ActionInfo } from '../aws/actions';
import { leastRestrictive, statementRefsOf } from './statement-evaluation';
import type { AccountRelation, EvaluationContext } from './evaluation-context';
import type { StatementRef } from './verdict';

/** What is decided: whether the caller of the context may take one action, with the accounts related in one way. */
export interface AccessEvaluation {
  readonly context: EvaluationContext;
  readonly accountRelation: AccountRelation;
  readonly action: ActionInfo;
}

/** RetireGrant: without effect in key policies, and an identity policy alone is never enough (docs/aws-rules.md 3.1). */
export function isIdentityPolicyAction({ policyType }: ActionInfo): boolean {
  return policyType === 'iam-policy';
}

/** The statement of a policy of the caller that allows the action and asks least. */
export function identityAllowRefs({ context, action }: AccessEvaluation): readonly StatementRef[] {
  return statementRefsOf(leastRestrictive(context.identityAllows, action.bit));
}

/** The same of the key policy. */
export function keyAllowRefs({ context, action }: AccessEvaluation): readonly StatementRef[] {
  return statementRefsOf(leastRestrictive(context.keyAllows, action.bit));
}
