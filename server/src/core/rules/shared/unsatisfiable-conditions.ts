import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { Condition, Statement } from '../../policy/policy';
import { isImpossibleConditionValue } from './condition-values';
import { principalsExcludedBy } from './caller-conditions';
import { inapplicableConditionOf } from './inapplicable-condition-keys';
import { excludesActions } from './key-type-conditions';
import { principalsRequiringSourceKey } from './source-conditions';
import { requiresConditionValue } from './kms-statements';

/** Whether a finding at a condition of a key policy says why it is never true in requests for these actions of those whom the statement names. */
export function isReportedAsNeverTrue(condition: Condition, statement: Statement, actions: ActionSet): boolean {
  if (!requiresConditionValue(condition)) return false;
  const inapplicableCondition = inapplicableConditionOf({ condition, statement });
  // As a mere note it is not the cause to tell the consumer.
  if (inapplicableCondition && inapplicableCondition.severity !== 'info' && inapplicableCondition.inapplicablePatterns.some(({ actionSet }) => (actionSet & actions) !== NO_ACTIONS)) return true;
  if (isUnknownKmsConditionKey(condition) || excludesActions(condition, statement, actions)) return true;
  if (condition.values.length > 0 && condition.values.every((policyString) => isImpossibleConditionValue(policyString, condition))) return true;
  if (principalsRequiringSourceKey(condition, statement).length > 0) return true;
  const { principal } = statement;
  return principal?.negated === false && principalsExcludedBy(condition, principal.principals).length > 0;
}

/** A key of KMS that KMS does not have, and that no template fills in. */
export function isUnknownKmsConditionKey({ keyLower, keyMember }: Condition): boolean {
  return keyLower.startsWith('kms:') && keyMember.key.placeholders.length === 0 && conditionKeyNamed(keyLower) === undefined;
}
