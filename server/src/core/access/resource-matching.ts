import { compareIdentifiers, containsSymbol } from '../aws/identifier-comparison';
import type { ResourcePattern, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import { encodeIdentifier, encodePattern, type PolicyVariableValues } from './pattern-encoding';
import { matchGlob, matchPattern, matchResultOf, UNKNOWN_CHARACTERS, type MatchResult } from './pattern-matching';
import { patternsForKey } from './candidates';

/**
 * Whether the resources of an identity policy statement cover the key (docs/aws-rules.md 5.4). A statement without resource element
 * covers nothing.
 *
 * @param variables values of policy variables; undefined where the policy has none
 */
export function matchResources(statement: Statement, key: Key, policyVariableValues: PolicyVariableValues | undefined): MatchResult {
  const element = statement.resource;
  if (!element || element.patterns.length === 0) return 'no';
  let strongestMatch: MatchResult = 'no';
  for (const pattern of patternsForKey(element, key)) {
    const matchResult = matchResource(pattern, key, policyVariableValues);
    if (matchResult === 'yes') return element.negated ? 'no' : 'yes';
    if (matchResult === 'unknown') strongestMatch = 'unknown';
  }
  if (!element.negated) return strongestMatch;
  return strongestMatch === 'no' ? 'yes' : 'unknown';
}

/**
 * Whether one resource pattern covers the key: as a glob over the whole ARN, in which `*` runs past colons. A pattern must
 * say the service `kms` (a wildcard there is not allowed, IAM User Guide, IAM JSON policy elements: Resource); an alias ARN covers the
 * alias only, never its key; a bare key id is no ARN and covers nothing.
 */
export function matchResource(pattern: ResourcePattern, key: Key, policyVariableValues: PolicyVariableValues | undefined): MatchResult {
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
      return matchKeyArn(pattern, key, policyVariableValues);
  }
}

function matchKeyArn(pattern: ResourcePattern, key: Key, policyVariableValues: PolicyVariableValues | undefined): MatchResult {
  const { text: policyString } = pattern;
  if (key.arn !== undefined && policyString.placeholders.length === 0) {
    if (!pattern.isPattern) return matchResultOf(compareIdentifiers(policyString.value, key.arn));
    const hasVariables = policyVariableValues !== undefined && policyString.value.includes('${');
    if (!hasVariables && !containsSymbol(key.arn) && !containsSymbol(policyString.value))
      return matchGlob(policyString.value, key.arn) ? 'yes' : 'no';
  }
  return matchPattern(encodePattern(policyString, { hasWildcards: true, variableValues: policyVariableValues }), keyArnPattern(key));
}

/** The key's ARN with unknown runs for the fields that nobody told. */
export function keyArnPattern(key: Key): string {
  if (key.arn !== undefined) return encodeIdentifier(key.arn);
  const location = `${encodeIdentifier(key.partition)}:kms:${encodeIdentifier(key.region)}:${encodeIdentifier(key.account)}`;
  return `arn:${location}:key/${encodeIdentifier(key.keyId)}`;
}

/**
 * Whether a key policy statement is about its own key: `*` says so. The key's own ARN, or a pattern that covers it, is
 * taken as the same (AWS's own pages print it, and a rule reports it); any other value and a missing element leave the statement
 * without effect (docs/aws-rules.md 1.2). Whether KMS takes a `NotResource` that spares the key no page says.
 */
export function matchKeyPolicyResource(statement: Statement, key: Key): MatchResult {
  const matchResult = matchResources(statement, key, undefined);
  return statement.resource?.negated && matchResult === 'yes' ? 'unknown' : matchResult;
}

/** How the resources of a statement miss a key that they name by its id: in another account, or in another Region. */
export function nearMissField(statement: Statement, key: Key): 'account' | 'region' | undefined {
  const element = statement.resource;
  if (!element || element.negated || key.keyId === undefined) return undefined;
  let field: 'account' | 'region' | undefined;
  for (const pattern of patternsForKey(element, key)) {
    const miss = nearMissFieldOfPattern(pattern, key, key.keyId);
    if (miss === 'account') return miss;
    field ??= miss;
  }
  return field;
}

/** The patterns by which they do. */
export function nearMissPatterns({ resource }: Statement, key: Key): readonly ResourcePattern[] {
  const { keyId } = key;
  if (!resource || resource.negated || keyId === undefined) return [];
  return patternsForKey(resource, key).filter((pattern) => nearMissFieldOfPattern(pattern, key, keyId) !== undefined);
}

function nearMissFieldOfPattern(pattern: ResourcePattern, key: Key, keyId: string): 'account' | 'region' | undefined {
  const { arn, form, text: policyString } = pattern;
  if (form !== 'key' || !arn || policyString.placeholders.length > 0 || arn.resource !== `key/${keyId}`) return undefined;
  if (isDifferentLiteral(arn.account, key.account)) return 'account';
  return isDifferentLiteral(arn.region, key.region) ? 'region' : undefined;
}

/** Two fully written fields that are not the same. */
function isDifferentLiteral(literal: string, actual: string | undefined): boolean {
  return literal !== '' && compareIdentifiers(literal, actual) === 'different' && !/[*?$]/.test(literal);
}

/** Whether a statement's resources cover every alias that the key could have, whichever the caller chooses. */
export function coversEveryAlias({ resource }: Statement, key: Key): boolean {
  if (!resource || resource.patterns.length === 0) return false;
  const matchResults = resource.patterns.map((pattern) => (
    pattern.form === 'any'
      ? 'yes'
      : matchPattern(encodePattern(pattern.text, { hasWildcards: true, variableValues: () => undefined }), aliasArnPattern(key))
  ));
  return resource.negated ? matchResults.every((matchResult) => matchResult === 'no') : matchResults.includes('yes');
}

/** The ARN of an alias in the key's account and Region; of any of them without a name. */
export function aliasArnPattern({ partition, region, account }: Key, name = UNKNOWN_CHARACTERS): string {
  return `arn:${encodeIdentifier(partition)}:kms:${encodeIdentifier(region)}:${encodeIdentifier(account)}:alias/${name}`;
}

/** Whether a resource pattern covers the key, or may cover it once placeholders and variables are filled in. */
export function mayCoverKey(pattern: ResourcePattern, key: Key): boolean {
  return matchResource(pattern, key, () => undefined) !== 'no';
}
