import { OTHER_SERVICE_NAMES, VIA_SERVICE_SUFFIX, VIA_SERVICES } from '../../aws/services';
import type { Condition, Statement } from '../../policy/policy';
import { nearestWord } from '../../text/nearest-word';
import { requiresConditionValue } from './kms-conditions';

export const VIA_SERVICE_KEY = 'kms:viaservice';

/** What keeps a `kms:ViaService` value from ever being the one in a request. */
export type ViaServiceFault = 'capitals' | 'china' | 'no-region' | 'form';

/**
 * The fault of the form of a known value, undefined for sound ones and for patterns. Values with policy variables are not to be asked.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function viaServiceFault(value: string, { operatorName }: Condition, wildcards: boolean): ViaServiceFault | undefined {
  if (isValidViaService(value)) return undefined;
  const lower = operatorName?.endsWith('IgnoreCase') ? value.toLowerCase() : value;
  if (lower !== value.toLowerCase()) return 'capitals';
  if (lower.endsWith(`.${VIA_SERVICE_SUFFIX}.cn`)) return 'china';
  // What a pattern leaves open cannot be wrong; without wildcards `*` and `?` are a finding of their own.
  if (/[*?]/.test(value)) return wildcards && !VIA_SERVICE_PATTERN.test(lower) ? 'form' : undefined;
  if (isValidViaService(lower)) return undefined;
  return /^[a-z0-9-]+$/.test(lower.endsWith(VIA_SERVICE_DOMAIN) ? lower.slice(0, -VIA_SERVICE_DOMAIN.length) : lower) ? 'no-region' : 'form';
}

const VIA_SERVICE_DOMAIN = `.${VIA_SERVICE_SUFFIX}`;
/** A service and a Region. */
const SERVICE_AND_REGION = /^[a-z0-9-]+\.[a-z]+(-[a-z]+)+-\d+$/;
/** A pattern of nothing but what such a value is made of. */
const VIA_SERVICE_PATTERN = /^[a-z0-9*?.-]+$/;

function isValidViaService(value: string): boolean {
  return value.endsWith(VIA_SERVICE_DOMAIN) && SERVICE_AND_REGION.test(value.slice(0, -VIA_SERVICE_DOMAIN.length));
}

/** The service that a name which KMS does not list stands for: another name of it, or the nearest by letters. */
export function suggestService(name: string): string | undefined {
  return OTHER_SERVICE_NAMES.get(name) ?? nearestWord(name, VIA_SERVICES);
}

/** Whether service principals are named. */
export function hasServicePrincipal({ principal }: Statement): boolean {
  return principal?.negated === false && principal.principals.some(({ form }) => form === 'service');
}

/** Whether nothing but service principals is named. */
export function hasOnlyServicePrincipals({ principal }: Statement): boolean {
  return principal?.negated === false && principal.principals.length > 0 && principal.principals.every(({ form }) => form === 'service');
}

/**
 * Whether a statement of a key policy asks `kms:ViaService` of nothing but services that call as themselves: their requests
 * never have it, in whatever form.
 */
export function requiresViaServiceOfServices(statement: Statement, condition: Condition): boolean {
  return condition.keyLower === VIA_SERVICE_KEY && statement.effect === 'Allow' && requiresConditionValue(condition) && hasOnlyServicePrincipals(statement);
}
