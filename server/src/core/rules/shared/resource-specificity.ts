import { keyIdForm } from '../../aws/key-arn';
import { compareIdentifiers, isAccountIdentifier, isDeploymentSymbol } from '../../aws/identifier-comparison';
import type { ResourcePattern } from '../../policy/policy';
import type { Key } from '../../linking/entities';
import { ARN_LOCATION_FIELDS, type ArnLocationField } from './arn-fields';

/**
 * What a Resource value of an identity policy covers: a `key` by its id, all keys of an `account` (and Region), or keys of `any` account.
 */
export type ResourceSpecificity = 'key' | 'account' | 'any';

/** For a pattern that covers a key. */
export function resourceSpecificityOf(pattern: ResourcePattern): ResourceSpecificity {
  const { arn } = pattern;
  if (!arn || pattern.form === 'any') return 'any';
  if (literalKeyIdOf(pattern) !== undefined) return 'key';
  return isAccountIdentifier(arn.account) ? 'account' : 'any';
}

/** The key id in a Resource value, a UUID or `mrk-…`; undefined for patterns and other forms. */
export function literalKeyIdOf(pattern: ResourcePattern): string | undefined {
  if (pattern.form !== 'key') return undefined;
  const id = pattern.arn?.resource.slice('key/'.length);
  return id !== undefined && (keyIdForm(id) !== undefined || isDeploymentSymbol(id)) ? id : undefined;
}

/** The first field in which a Resource value with this key's id differs from the key's ARN. For values without a fault. */
export function wrongFieldOfKeyArn(pattern: ResourcePattern, key: Key): ArnLocationField | undefined {
  const { arn } = pattern;
  if (!arn || compareIdentifiers(literalKeyIdOf(pattern), key.keyId) !== 'same') return undefined;
  return ARN_LOCATION_FIELDS.find((field) =>
    isLiteralField(arn[field], field) && compareIdentifiers(arn[field], key[field]) === 'different');
}

/** Whether the field can be compared: it is not empty, not a pattern, and an account has twelve digits. */
function isLiteralField(value: string, field: ArnLocationField): boolean {
  return field === 'account' ? isAccountIdentifier(value) : /^[a-z0-9-]+$/.test(value) || isDeploymentSymbol(value);
}
