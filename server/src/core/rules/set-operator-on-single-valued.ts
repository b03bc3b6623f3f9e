import { locationInFile } from '../discovery/discovery-result';
import type { PolicyKind } from '../policy/policy';
import type { Severity } from './shared/finding';
import { fixCondition } from './shared/condition-edits';
import { type ResolvedCondition, requiresConditionValue } from './shared/kms-conditions';
import type { Rule } from './rule';

/** `ForAllValues` with a key of one value, which makes the condition true for every request without the key. */
export const setOperatorOnSingleValued: Rule = {
  code: 'set-operator-on-single-valued',
  severity: 'warning',
  summary: 'ForAllValues or ForAnyValue is used with a key that has one value',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      const { condition, key, base } = resolved;
      if (key.multiValued || condition.setOperator === undefined || base === 'Null') return;
      const severity = severityOf(resolved, located.policy.kind);
      const operator = condition.operator.slice(condition.operator.indexOf(':') + 1);
      yield {
        at: locationInFile(located, condition.operatorNode.span),
        severity,
        message: messageOf(resolved, severity),
        related: [{ at: locationInFile(located, condition.keyMember.key.span), message: 'This key has one value.' }],
        fixes: () => fixCondition(`Use ${operator}`, located, resolved, { operator }, {
          preferred: true,
          // With one value both mean the same, and without it neither is true.
          safe: condition.setOperator === 'any' && requiresConditionValue(condition),
        }),
      };
    },
  },
};

/** KMS rejects ForAllValues for these in a key policy (KMS Developer Guide, kms:EncryptionContext, "ForAllValues"). */
const REJECTED_KEY = /^(kms:encryptioncontext:|aws:requesttag\/)/;

function severityOf({ condition }: ResolvedCondition, kind: PolicyKind): Severity {
  if (condition.setOperator === 'any') return 'info';
  return kind === 'key' && REJECTED_KEY.test(condition.keyLower) ? 'error' : 'warning';
}

function messageOf({ condition, statement }: ResolvedCondition, severity: Severity): string {
  const { key } = condition;
  if (condition.setOperator === 'any')
    return `ForAnyValue adds nothing: ${key} has one value in a request, and ForAnyValue is for keys with several.`;
  const effect = `ForAllValues is true for every request without ${key}, so the statement `
    + `${statement.effect === 'Deny' ? 'denies' : 'allows'} those too`;
  return severity === 'error'
    ? `${effect}. ${key} has one value, and KMS rejects a key policy with ForAllValues here (OverlyPermissiveCondition).`
    : `${effect}. ${key} has one value: ForAllValues is for keys with several.`;
}
