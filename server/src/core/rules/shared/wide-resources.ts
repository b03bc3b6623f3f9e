import type { Condition, ResourcePattern, Statement } from '../../policy/policy';
import { requiresConditionValue } from './kms-statements';

/** Whether a `Resource` value covers keys of every account: `*`, or a KMS pattern with an open account. */
export function coversEveryAccount(pattern: ResourcePattern): boolean {
  const { form, text: policyString, arn } = pattern;
  if (policyString.placeholders.length > 0) return false;
  if (form === 'any') return true;
  if (form !== 'key' && form !== 'kms') return false;
  // Fewer than six fields: the star at the end runs past the account.
  if (!arn) return true;
  return /^\?*\*[*?]*$|^\?{12}$/.test(arn.account);
}

/** Whether the value writes out one key id, or takes it from a policy variable: with an open account it still covers no more than one key. */
export function coversSingleKeyId(pattern: ResourcePattern): boolean {
  return pattern.form === 'key' && /^key\/[^*?]+$/.test(pattern.arn?.resource ?? '');
}

/** Condition keys that narrow which keys a wide `Resource` covers in the end (docs/rules/missing-key-arn-resource.md). */
const NARROWING_CONDITION_KEY = /^(aws:resourceaccount|aws:resourceorgid|aws:resourceorgpaths|kms:viaservice|aws:resourcetag\/.*|kms:resourcealiases|kms:requestalias|kms:calleraccount)$/;

export function narrowingCondition(statement: Statement): Condition | undefined {
  return statement.conditions.find((condition) => NARROWING_CONDITION_KEY.test(condition.keyLower) && (requiresConditionValue(condition) || requiresPresence(condition)));
}

/** `"Null": {"aws:ResourceTag/Project": "false"}`: the key must have the tag. */
function requiresPresence(condition: Condition): boolean {
  return condition.operatorName === 'Null' && condition.values.length > 0 && condition.values.every(({ value }) => value.toLowerCase() === 'false');
}
