import type { JsonValue } from '../syntax/tree-edit';
import type { Condition } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { placeholderMarker, toPlaceholderName } from './placeholder-marker';

/** One operator with one key and its values, free of any text that it was read from. */
export interface ConditionEntry {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Grants may be made by AWS services on the caller's behalf only (KMS Developer Guide, kms:GrantIsForAWSResource). */
export const GRANTS_FOR_AWS_RESOURCES: ConditionEntry = { operator: 'Bool', key: 'kms:GrantIsForAWSResource', values: ['true'] };

/**
 * The condition keys for how the key is used. Both policies see the same values for them, so both can have the same conditions. Conditions
 * on the caller (`kms:CallerAccount`, `aws:PrincipalOrgID`), the network or properties of the key are checked by the policy that has them,
 * and would only be noise in the other.
 */
const TRANSFERABLE_CONDITION_KEYS = new Set([
  'kms:viaservice', 'kms:encryptioncontextkeys', 'kms:requestalias', 'kms:reencryptonsamekey',
  'kms:grantisforawsresource', 'kms:grantoperations', 'kms:granteeprincipal', 'kms:granteeserviceprincipal',
  'kms:retiringprincipal', 'kms:retiringserviceprincipal', 'kms:grantconstrainttype', 'kms:grantconstraintsourcearn',
  'kms:encryptionalgorithm', 'kms:signingalgorithm', 'kms:macalgorithm', 'kms:messagetype', 'kms:datakeypairspec',
  'kms:keyagreementalgorithm',
]);
const TRANSFERABLE_CONDITION_KEY_PREFIXES = ['kms:encryptioncontext:', 'kms:recipientattestation:'];

/** The conditions of a statement that belong in the other policy as well. */
export function transferableConditions(conditions: readonly Condition[]): ConditionEntry[] {
  return conditions.filter(isTransferableCondition).map(toConditionEntry);
}

export function toConditionEntry({ operator, key, values }: Condition): ConditionEntry {
  return { operator, key, values: values.map(withPlaceholderMarkers) };
}

export function isTransferableCondition(condition: Condition): boolean {
  const key = condition.keyLower;
  return TRANSFERABLE_CONDITION_KEYS.has(key) || TRANSFERABLE_CONDITION_KEY_PREFIXES.some((prefix) => key.startsWith(prefix));
}

/** Equal for lists of conditions that mean the same: order, case of keys and repeated values do not count. */
export function conditionEntriesKey(conditions: readonly ConditionEntry[]): string {
  return conditions.map(conditionEntryKey).sort().join('\n');
}

/** Whether `more` contains all of `fewer`: a statement with `fewer` allows at least as much. */
export function areConditionsIncludedIn(fewer: readonly ConditionEntry[], more: readonly ConditionEntry[]): boolean {
  const ids = new Set(more.map(conditionEntryKey));
  return fewer.every((condition) => ids.has(conditionEntryKey(condition)));
}

export function isAboutGrantsForAwsResources(conditions: readonly ConditionEntry[]): boolean {
  return conditions.some(({ key }) => key.toLowerCase() === 'kms:grantisforawsresource');
}

/** The `Condition` element; undefined without conditions. */
export function conditionElement(conditions: readonly ConditionEntry[]): JsonValue | undefined {
  if (conditions.length === 0) return undefined;
  const element: Record<string, Record<string, JsonValue>> = {};
  for (const { operator, key, values } of conditions) {
    (element[operator] ??= {})[key] = singleValueOrList(values);
  }
  return element;
}

/** "kms:ViaService StringEquals s3.us-west-2.amazonaws.com", for sentences. */
export function describeConditionEntry(condition: ConditionEntry): string {
  return `${condition.key} ${condition.operator} ${condition.values.join(', ')}`;
}

function conditionEntryKey(condition: ConditionEntry): string {
  return JSON.stringify([condition.operator, condition.key.toLowerCase(), [...new Set(condition.values)].sort()]);
}

/** A placeholder of one file's template means nothing in another file: it becomes a word to replace. */
function withPlaceholderMarkers(policyString: PolicyString): string {
  let value = '';
  let end = 0;
  for (const placeholder of policyString.placeholders) {
    value += policyString.value.slice(end, placeholder.start) + placeholderMarker(toPlaceholderName(placeholder.name));
    end = placeholder.end;
  }
  return value + policyString.value.slice(end);
}

/** A value of a policy: a list only where there are several. */
export function singleValueOrList(values: readonly string[]): string | readonly string[] {
  const [first, ...others] = values;
  return first !== undefined && others.length === 0 ? first : values;
}
