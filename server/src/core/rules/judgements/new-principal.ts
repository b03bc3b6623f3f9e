import { callerOf } from '../../access/caller';
import { judgeCondition } from '../../access/conditions';
import { NO_ORGANIZATIONS } from '../../access/context';
import { parseArn } from '../../aws/arn';
import { NO_KEY } from '../../generate/statements';
import type { Policy, Statement } from '../../model/policy';
import type { Link } from '../../workspace/world';

const SUPPOSED: Link = { reason: 'declared', certain: true, says: 'the principal of a fix', at: undefined };

/**
 * Whether an Allow statement could give anything to this principal: conditions that were written for another caller (`aws:PrincipalArn`,
 * `aws:SourceAccount`) are certainly false of it, and a fix that names it would promise what it does not give.
 */
export function couldAllow({ effect, conditions }: Statement, { variables }: Policy, principalArn: string): boolean {
  const arn = parseArn(principalArn);
  if (effect !== 'Allow' || !arn) return true;
  const identity = { id: principalArn, arn: principalArn, partition: arn.partition, account: arn.account, kind: 'unknown' as const, policies: [], link: SUPPOSED };
  const circumstances = { caller: callerOf(identity), key: NO_KEY, organizations: NO_ORGANIZATIONS };
  return conditions.every((condition) => judgeCondition(condition, variables, circumstances).forThose !== 'false');
}
