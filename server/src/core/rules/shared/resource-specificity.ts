import { keyIdForm } from '../../aws/key-arn';
import { isAccountId } from '../../aws/arn';
import type { ResourcePattern } from '../../policy/policy';
import type { Key } from '../../linking/entities';
import { ARN_LOCATION_FIELDS, type ArnLocationField } from './arn-fields';

/**
 * How closely a Resource value of an identity policy means one key. `key`: its id is written out, so that what fails on
 * the key fails for the statement; `account`: all keys of its account (and Region); `any`: keys of every account.
 */
export type ResourceSpecificity = 'key' | 'account' | 'any';

/** How the pattern means the key, given that it covers it. */
export function resourceSpecificityOf(pattern: ResourcePattern): ResourceSpecificity {
  const { arn } = pattern;
  if (!arn || pattern.form === 'any') return 'any';
  if (literalKeyIdOf(pattern) !== undefined) return 'key';
  return isAccountId(arn.account) ? 'account' : 'any';
}

/** The key id that a Resource value writes out, UUID or `mrk-…`; undefined for patterns and other forms. */
export function literalKeyIdOf(pattern: ResourcePattern): string | undefined {
  if (pattern.form !== 'key') return undefined;
  const id = pattern.arn?.resource.slice('key/'.length);
  return id !== undefined && keyIdForm(id) !== undefined ? id : undefined;
}

/** The first field in which a Resource value that writes out this key's id means another place than the key's. For values without a fault. */
export function wrongFieldOfKeyArn(pattern: ResourcePattern, key: Key): ArnLocationField | undefined {
  const { arn } = pattern;
  if (!arn || key.keyId === undefined || literalKeyIdOf(pattern) !== key.keyId) return undefined;
  return ARN_LOCATION_FIELDS.find((field) => key[field] !== undefined && isLiteralField(arn[field], field) && arn[field] !== key[field]);
}

/** Whether a field is a value that can be right or wrong: no pattern, not empty, an account of twelve digits. */
function isLiteralField(value: string, field: ArnLocationField): boolean {
  return field === 'account' ? isAccountId(value) : /^[a-z0-9-]+$/.test(value);
}
