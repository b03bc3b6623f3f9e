import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { Condition, Statement } from '../../model/policy';
import { isImpossible } from './condition-values';
import { excludedBy } from './excluded-callers';
import { lackOf } from './inapplicable-keys';
import { excludesActions } from './key-type-conditions';
import { askedForSource } from './source-conditions';
import { isPositive } from './statements';

/** Whether a finding at a condition of a key policy says why it is never true in requests for these actions of those whom the statement names. */
export function isNeverTrue(condition: Condition, statement: Statement, actions: ActionSet): boolean {
  if (!isPositive(condition)) return false;
  const lack = lackOf({ condition, statement });
  // As a mere note it is not the cause to tell the consumer.
  if (lack && lack.severity !== 'info' && lack.lacking.some(({ set }) => (set & actions) !== NO_ACTIONS)) return true;
  if (isUnknownKey(condition) || excludesActions(condition, statement, actions)) return true;
  if (condition.values.length > 0 && condition.values.every((text) => isImpossible(text, condition))) return true;
  if (askedForSource(condition, statement).length > 0) return true;
  const { principal } = statement;
  return principal?.negated === false && excludedBy(condition, principal.principals).length > 0;
}

/** A key of KMS that KMS does not have, and that no template fills in. */
export function isUnknownKey({ keyLower, keyMember }: Condition): boolean {
  return keyLower.startsWith('kms:') && keyMember.key.holes.length === 0 && conditionKeyNamed(keyLower) === undefined;
}
