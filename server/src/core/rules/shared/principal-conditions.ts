import { callerOf } from '../../access/caller';
import { evaluateCondition } from '../../access/condition-evaluation';
import { NO_ORGANIZATIONS } from '../../access/request-context';
import { parseArn } from '../../aws/arn';
import { UNKNOWN_KEY } from '../../generate/statement-templates';
import type { Policy, Statement } from '../../policy/policy';
import type { Link } from '../../linking/entities';

const HYPOTHETICAL_LINK: Link = { reason: 'declared', certain: true, says: 'the principal of a fix', at: undefined };

/**
 * Whether an Allow statement could give anything to this principal: conditions that were written for another caller (`aws:PrincipalArn`,
 * `aws:SourceAccount`) are certainly false of it, and a fix that names it would promise what it does not give.
 */
export function couldAllowPrincipal({ effect, conditions }: Statement, { hasPolicyVariables }: Policy, principalArn: string): boolean {
  const arn = parseArn(principalArn);
  if (effect !== 'Allow' || !arn) return true;
  const identity = { id: principalArn, arn: principalArn, partition: arn.partition, account: arn.account, kind: 'unknown' as const, policies: [], link: HYPOTHETICAL_LINK };
  const circumstances = { caller: callerOf(identity), key: UNKNOWN_KEY, organizations: NO_ORGANIZATIONS };
  return conditions.every((condition) => evaluateCondition(condition, hasPolicyVariables, circumstances).resultWithKey !== 'false');
}
