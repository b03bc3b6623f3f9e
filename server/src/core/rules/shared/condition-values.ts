import { compareConditionValue } from '../../access/condition-comparison';
import { encodeWildcards } from '../../access/pattern-encoding';
import { conditionKeyNamed, type ConditionKeyInfo } from '../../aws/condition-keys';
import { matchesOrganizationId, matchesOrganizationPath, ORGANIZATION_ID_KEYS, ORGANIZATION_PATH_KEYS } from '../../aws/organizations';
import type { Condition } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { hasPolicyVariable, takesWildcards, operatorOf } from './kms-conditions';
import { ALIAS_CONDITION_KEYS } from './aws-managed-keys';
import { VIA_SERVICE_KEY, viaServiceFault } from './via-service';

/** Whether a value without placeholders and variables matches one of these under the condition's operator, negation aside. */
export function matchesAnyValue(value: string, condition: Condition, values: readonly string[]): boolean {
  const operator = operatorOf(condition);
  if (!operator) return true;
  const pattern = takesWildcards(condition) ? encodeWildcards(value) : value;
  return values.some((requestValue) => compareConditionValue(operator, pattern, requestValue) !== 'no');
}

/** All values that the key can have, where AWS lists them. A deprecated key has those of the key that replaces it. */
export function valuesOfConditionKey(key: ConditionKeyInfo): readonly string[] | undefined {
  const replacement = key.replacement === undefined ? undefined : conditionKeyNamed(key.replacement)?.values;
  return replacement ?? key.values;
}

/** The first wildcard that `StringEquals` or a similar operator reads as the character itself, or -1. `${*}` is a literal star. */
export function literalWildcardIndex(value: string, { operatorName }: Condition): number {
  if (operatorName === undefined || !/^String(Not)?Equals/.test(operatorName) || !/[*?]/.test(value)) return -1;
  return value.replace(/\$\{[^{}]*\}/g, (variable) => ' '.repeat(variable.length)).search(/[*?]/);
}

/** Why no alias has this name; undefined for names of aliases and for patterns that they can match. */
export function aliasFault(value: string): string | undefined {
  if (hasPolicyVariable(value) || value.startsWith('alias/')) return undefined;
  const [literal = ''] = value.split(/[*?]/);
  if (literal !== value && 'alias/'.startsWith(literal)) return undefined;
  return value.startsWith('arn:') ? 'is never an ARN' : 'never has this value';
}

/** Whether the condition compares the id or path of an organization with a value that no organization has. For values without variables. */
export function isImpossibleOrganization(value: string, condition: Condition): boolean {
  const isId = ORGANIZATION_ID_KEYS.has(condition.keyLower);
  if (!isId && !ORGANIZATION_PATH_KEYS.has(condition.keyLower) || literalWildcardIndex(value, condition) >= 0) return false;
  const pattern = condition.operatorName?.endsWith('IgnoreCase') ? value.toLowerCase() : value;
  return !(isId ? matchesOrganizationId(pattern) : matchesOrganizationPath(pattern));
}

/** Whether another finding at the value says why no request has it. */
export function isImpossibleConditionValue(policyString: PolicyString, condition: Condition): boolean {
  const { value, placeholders } = policyString;
  if (placeholders.length > 0 || hasPolicyVariable(value) || condition.operatorName?.startsWith('String') !== true) return false;
  if (literalWildcardIndex(value, condition) >= 0) return true;
  if (condition.keyLower === VIA_SERVICE_KEY) return viaServiceFault(value, condition, takesWildcards(condition)) !== undefined;
  if (isImpossibleOrganization(value, condition)) return true;
  if (ALIAS_CONDITION_KEYS.has(condition.keyLower)) return aliasFault(value) !== undefined;
  const key = conditionKeyNamed(condition.keyLower);
  const values = key && valuesOfConditionKey(key);
  return values !== undefined && !matchesAnyValue(value, condition, values);
}
