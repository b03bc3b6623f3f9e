import { isAccountId, parseArn } from './arn';
import { isDeploymentSymbol } from './identifier-comparison';

/** The ARN of a KMS key, taken apart. */
export interface KeyArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** UUID or `mrk-…`. */
  readonly keyId: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MULTI_REGION = /^mrk-[0-9a-f]{32}$/;
const ALIAS = /^alias\/[a-zA-Z0-9:/_-]{1,250}$/;

/** The form of a key id (KMS Developer Guide, concepts and multi-Region keys); undefined when it is none. */
export function keyIdForm(text: string): 'uuid' | 'multi-region' | undefined {
  if (UUID.test(text)) return 'uuid';
  return MULTI_REGION.test(text) ? 'multi-region' : undefined;
}

/** The id names a multi-Region key; its other characters are not looked at, so that a misspelled id still counts. */
export function isMultiRegionId(keyId: string): boolean {
  return keyId.startsWith('mrk-');
}

/**
 * Takes a complete key ARN apart; undefined for aliases, patterns, and whatever lacks a field or has a malformed one. Symbols stand for
 * well-formed fields.
 */
export function parseKeyArn(text: string): KeyArn | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'kms' || !arn.resource.startsWith('key/')) return undefined;
  const keyId = arn.resource.slice('key/'.length);
  const isWellFormed = (keyIdForm(keyId) !== undefined || isDeploymentSymbol(keyId))
    && (isAccountId(arn.account) || isDeploymentSymbol(arn.account))
    && (/^[a-z0-9-]+$/.test(arn.partition) || isDeploymentSymbol(arn.partition))
    && (/^([a-z]+-){2,3}\d+$/.test(arn.region) || isDeploymentSymbol(arn.region));
  if (!isWellFormed) return undefined;
  return { partition: arn.partition, region: arn.region, account: arn.account, keyId };
}

export function formatKeyArn(key: KeyArn): string {
  return `arn:${key.partition}:kms:${key.region}:${key.account}:key/${key.keyId}`;
}

/** `alias/name` (API model, AliasNameType: 256 characters with the prefix). */
export function isAliasName(text: string): boolean {
  return ALIAS.test(text);
}

/** `alias/aws/…` is reserved for AWS managed keys (KMS Developer Guide, kms-alias). */
export function isAwsManagedAlias(text: string): boolean {
  return text.startsWith('alias/aws/');
}

/** `1234abcd…`, `mrk-1234abcd…`: enough of a key id to tell keys apart; other ids stay whole. */
export function shortKeyId(keyId: string): string {
  return keyId.replace(/^((?:mrk-)?[0-9a-f]{8})[0-9a-f-]{20,}$/, '$1…');
}
