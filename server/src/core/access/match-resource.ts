import type { ResourcePattern, Statement } from '../model/policy';
import type { Key } from '../workspace/world';
import { encodeText, type Variables } from './encode';
import { matchGlob, matchPattern, UNKNOWN_FIELD, UNKNOWN_RUN, type Match } from './glob';
import { patternsFor } from './resource-index';

/**
 * Whether the resources of an identity policy statement cover the key (docs/aws-rules.md 5.4). A statement without resource element
 * covers nothing.
 *
 * @param variables values of policy variables; undefined where the policy has none
 */
export function matchResources(statement: Statement, key: Key, variables: Variables | undefined): Match {
  const element = statement.resource;
  if (!element || element.patterns.length === 0) return 'no';
  let best: Match = 'no';
  for (const pattern of patternsFor(element, key)) {
    const match = matchResource(pattern, key, variables);
    if (match === 'yes') return element.negated ? 'no' : 'yes';
    if (match === 'unknown') best = 'unknown';
  }
  if (!element.negated) return best;
  return best === 'no' ? 'yes' : 'unknown';
}

/**
 * Whether one resource pattern covers the key: as a glob over the whole ARN, in which `*` runs past colons. A pattern must
 * say the service `kms` (a wildcard there is not allowed, IAM User Guide, IAM JSON policy elements: Resource); an alias ARN covers the
 * alias only, never its key; a bare key id is no ARN and covers nothing.
 */
export function matchResource(pattern: ResourcePattern, key: Key, variables: Variables | undefined): Match {
  switch (pattern.form) {
    case 'any':
      return 'yes';
    case 'alias':
    case 'other':
    case 'not-arn':
      return 'no';
    case 'key':
    case 'kms':
    case 'unknown':
      return matchArn(pattern, key, variables);
  }
}

function matchArn(pattern: ResourcePattern, key: Key, variables: Variables | undefined): Match {
  const { text } = pattern;
  if (key.arn !== undefined && text.holes.length === 0) {
    if (!pattern.pattern) return text.value === key.arn ? 'yes' : 'no';
    if (!variables || !text.value.includes('${')) return matchGlob(text.value, key.arn) ? 'yes' : 'no';
  }
  return matchPattern(encodeText(text, { wildcards: true, variables }), key.arn ?? arnOfKey(key));
}

/** The key's ARN with unknown runs for the fields that nobody told. */
export function arnOfKey(key: Key): string {
  if (key.arn !== undefined) return key.arn;
  const field = (value: string | undefined): string => value ?? UNKNOWN_FIELD;
  return `arn:${field(key.partition)}:kms:${field(key.region)}:${field(key.account)}:key/${field(key.keyId)}`;
}

/**
 * Whether a key policy statement is about its own key: `*` says so. The key's own ARN, or a pattern that covers it, is
 * taken as the same (AWS's own pages print it, and a rule reports it); any other value and a missing element leave the statement
 * without effect (docs/aws-rules.md 1.2). Whether KMS takes a `NotResource` that spares the key no page says.
 */
export function matchOwnKey(statement: Statement, key: Key): Match {
  const match = matchResources(statement, key, undefined);
  return statement.resource?.negated && match === 'yes' ? 'unknown' : match;
}

/** How the resources of a statement miss a key that they name by its id: in another account, or in another Region. */
export function misses(statement: Statement, key: Key): 'account' | 'region' | undefined {
  const element = statement.resource;
  if (!element || element.negated || key.keyId === undefined) return undefined;
  let missed: 'account' | 'region' | undefined;
  for (const pattern of patternsFor(element, key)) {
    const miss = missOf(pattern, key, key.keyId);
    if (miss === 'account') return miss;
    missed ??= miss;
  }
  return missed;
}

/** The patterns by which they do. */
export function missingPatterns({ resource }: Statement, key: Key): readonly ResourcePattern[] {
  const { keyId } = key;
  if (!resource || resource.negated || keyId === undefined) return [];
  return patternsFor(resource, key).filter((pattern) => missOf(pattern, key, keyId) !== undefined);
}

function missOf(pattern: ResourcePattern, key: Key, keyId: string): 'account' | 'region' | undefined {
  const { arn, form, text } = pattern;
  if (form !== 'key' || !arn || text.holes.length > 0 || arn.resource !== `key/${keyId}`) return undefined;
  if (differs(arn.account, key.account)) return 'account';
  return differs(arn.region, key.region) ? 'region' : undefined;
}

/** Two fully written fields that are not the same. */
function differs(written: string, known: string | undefined): boolean {
  return known !== undefined && written !== '' && written !== known && !/[*?$]/.test(written);
}

/** Whether a statement's resources cover every alias that the key could have, whichever the caller chooses. */
export function coversEveryAlias({ resource }: Statement, key: Key): boolean {
  if (!resource || resource.patterns.length === 0) return false;
  const matches = resource.patterns.map((pattern) => (
    pattern.form === 'any' ? 'yes' : matchPattern(encodeText(pattern.text, { wildcards: true, variables: () => undefined }), aliasArn(key))
  ));
  return resource.negated ? matches.every((match) => match === 'no') : matches.includes('yes');
}

/** The ARN of an alias in the key's account and Region; of any of them without a name. */
export function aliasArn({ partition, region, account }: Key, name = UNKNOWN_RUN): string {
  return `arn:${partition ?? UNKNOWN_FIELD}:kms:${region ?? UNKNOWN_FIELD}:${account ?? UNKNOWN_FIELD}:alias/${name}`;
}

/** Whether a resource pattern covers the key, or may cover it once placeholders and variables are filled in. */
export function reachesKey(pattern: ResourcePattern, key: Key): boolean {
  return matchResource(pattern, key, () => undefined) !== 'no';
}
