import type { JsonValue } from '../parse/edit';
import type { Condition } from '../model/policy';
import type { Text } from '../model/text';
import { placeholder, placeholderName } from './placeholder';

/** One operator with one key and its values, free of any text that it was read from. */
export interface CarriedCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Grants may be made by AWS services on the caller's behalf only (KMS Developer Guide, kms:GrantIsForAWSResource). */
export const GRANTS_FOR_AWS_RESOURCES: CarriedCondition = { operator: 'Bool', key: 'kms:GrantIsForAWSResource', values: ['true'] };

/**
 * The condition keys that say how the key is used. Both halves see the same values for them, so both can ask the same.
 * What is said of the caller (`kms:CallerAccount`, `aws:PrincipalOrgID`), the network or the key's own properties is
 * checked by the half that says it, and would only be noise in the other.
 */
const CARRIED_KEYS = new Set([
  'kms:viaservice', 'kms:encryptioncontextkeys', 'kms:requestalias', 'kms:reencryptonsamekey',
  'kms:grantisforawsresource', 'kms:grantoperations', 'kms:granteeprincipal', 'kms:granteeserviceprincipal',
  'kms:retiringprincipal', 'kms:retiringserviceprincipal', 'kms:grantconstrainttype', 'kms:grantconstraintsourcearn',
  'kms:encryptionalgorithm', 'kms:signingalgorithm', 'kms:macalgorithm', 'kms:messagetype', 'kms:datakeypairspec',
  'kms:keyagreementalgorithm',
]);
const CARRIED_PREFIXES = ['kms:encryptioncontext:', 'kms:recipientattestation:'];

/** The conditions of a statement that belong in the other half as well, in their own words. */
export function carriedConditions(conditions: readonly Condition[]): CarriedCondition[] {
  return conditions.filter(isCarried).map(plainCondition);
}

export function plainCondition({ operator, key, values }: Condition): CarriedCondition {
  return { operator, key, values: values.map(withPlaceholders) };
}

export function isCarried(condition: Condition): boolean {
  const key = condition.keyLower;
  return CARRIED_KEYS.has(key) || CARRIED_PREFIXES.some((prefix) => key.startsWith(prefix));
}

/** Two rows of conditions with the same mark ask the same: order, case of keys and repeated values do not count. */
export function conditionMark(conditions: readonly CarriedCondition[]): string {
  return conditions.map(markOf).sort().join('\n');
}

/** Whether all that `fewer` asks is asked by `more` too: a statement with `fewer` allows at least as much. */
export function asksNoMore(fewer: readonly CarriedCondition[], more: readonly CarriedCondition[]): boolean {
  const marks = new Set(more.map(markOf));
  return fewer.every((condition) => marks.has(markOf(condition)));
}

/** The `Condition` element; undefined where there is nothing to ask. */
export function conditionElement(conditions: readonly CarriedCondition[]): JsonValue | undefined {
  if (conditions.length === 0) return undefined;
  const element: Record<string, Record<string, JsonValue>> = {};
  for (const { operator, key, values } of conditions) {
    const [only, ...others] = values;
    (element[operator] ??= {})[key] = others.length === 0 && only !== undefined ? only : values;
  }
  return element;
}

/** "kms:ViaService StringEquals s3.us-west-2.amazonaws.com", for sentences. */
export function sayCondition(condition: CarriedCondition): string {
  return `${condition.key} ${condition.operator} ${condition.values.join(', ')}`;
}

function markOf(condition: CarriedCondition): string {
  return JSON.stringify([condition.operator, condition.key.toLowerCase(), [...new Set(condition.values)].sort()]);
}

/** A hole of one file's template means nothing in another file: it becomes a placeholder of its name. */
function withPlaceholders(text: Text): string {
  let value = '';
  let end = 0;
  for (const hole of text.holes) {
    value += text.value.slice(end, hole.start) + placeholder(placeholderName(hole.name));
    end = hole.end;
  }
  return value + text.value.slice(end);
}
