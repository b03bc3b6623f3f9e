import { OTHER_SERVICE_NAMES, VIA_SERVICE_SUFFIX, VIA_SERVICES } from '../../aws/services';
import type { Condition, Statement } from '../../policy/policy';
import { nearestWord } from '../../text/nearest-word';
import { requiresConditionValue } from './kms-conditions';

export const VIA_SERVICE_KEY = 'kms:viaservice';

/** Why no request has this `kms:ViaService` value. */
export type ViaServiceFault = 'capitals' | 'china' | 'no-region' | 'form';

/**
 * The fault in the form of a value, undefined for valid values and patterns. For values without placeholders and policy variables.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function viaServiceFault(value: string, { operatorName }: Condition, wildcards: boolean): ViaServiceFault | undefined {
  if (isValidViaService(value)) return undefined;
  const lower = operatorName?.endsWith('IgnoreCase') ? value.toLowerCase() : value;
  if (lower !== value.toLowerCase()) return 'capitals';
  if (lower.endsWith(`.${VIA_SERVICE_SUFFIX}.cn`)) return 'china';
  // A pattern can match a valid value. Where the operator has no wildcards, `*` and `?` are a finding of their own.
  if (/[*?]/.test(value)) return wildcards && !VIA_SERVICE_PATTERN.test(lower) ? 'form' : undefined;
  if (isValidViaService(lower)) return undefined;
  return /^[a-z0-9-]+$/.test(lower.endsWith(VIA_SERVICE_DOMAIN) ? lower.slice(0, -VIA_SERVICE_DOMAIN.length) : lower)
    ? 'no-region'
    : 'form';
}

const VIA_SERVICE_DOMAIN = `.${VIA_SERVICE_SUFFIX}`;
const SERVICE_AND_REGION = /^[a-z0-9-]+\.[a-z]+(-[a-z]+)+-\d+$/;
/** A pattern that such a value can match. */
const VIA_SERVICE_PATTERN = /^[a-z0-9*?.-]+$/;

function isValidViaService(value: string): boolean {
  return value.endsWith(VIA_SERVICE_DOMAIN) && SERVICE_AND_REGION.test(value.slice(0, -VIA_SERVICE_DOMAIN.length));
}

/** The service that a name which KMS does not list most likely means: one with this other name, or a similar one. */
export function suggestService(name: string): string | undefined {
  return OTHER_SERVICE_NAMES.get(name) ?? nearestWord(name, VIA_SERVICES);
}

/** Whether the statement has service principals. */
export function hasServicePrincipal({ principal }: Statement): boolean {
  return principal?.negated === false && principal.principals.some(({ form }) => form === 'service');
}

/** Whether the statement has service principals only. */
export function hasOnlyServicePrincipals({ principal }: Statement): boolean {
  return principal?.negated === false && principal.principals.length > 0 && principal.principals.every(({ form }) => form === 'service');
}

/** Whether a statement of a key policy requires `kms:ViaService` of service principals only, whose requests never have it. */
export function requiresViaServiceOfServices(statement: Statement, condition: Condition): boolean {
  return condition.keyLower === VIA_SERVICE_KEY && statement.effect === 'Allow' && requiresConditionValue(condition)
    && hasOnlyServicePrincipals(statement);
}
