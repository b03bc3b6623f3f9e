import { compareIdentifiers } from '../../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { Arn } from '../../aws/arn';
import { appendToList } from '../../linking/group-by';
import type { Identity, Key } from '../../linking/entities';
import type { RelatedLocation } from './finding';
import type { Fix } from './fix';
import type { FindingDraft, IdentitySubject } from '../rule';
import { arnFieldSpan, ARN_LOCATION_FIELDS, fixArnField, type ArnLocationField } from './arn-fields';
import { linksOfKey } from './external-grantees';
import { hasKmsActionPatterns } from './key-access-requests';
import type { ResourceInStatement } from './kms-statements';
import { literalKeyIdOf, wrongFieldOfKeyArn } from './resource-specificity';
import { resourceFault } from './value-faults';

/** A Resource value with the id of a key of the workspace, in an ARN that is not the key's. */
export interface WrongKeyArn {
  readonly identity: Identity;
  readonly policy: DiscoveredPolicy;
  readonly pattern: ResourcePattern;
  readonly arn: Arn;
  /** The keys with that id that have a key policy in the workspace; several only for multi-Region keys. */
  readonly keys: readonly [Key, ...Key[]];
  readonly field: ArnLocationField;
  readonly writtenValue: string;
}

/**
 * The values of the identity's Allow statements whose ARN is wrong in this field and right in those before it: one wrong field is one
 * finding (docs/aws-rules.md 8.1).
 */
export function wrongKeyArnsIn(subject: IdentitySubject, field: ArnLocationField): readonly WrongKeyArn[] {
  return subject.memoize(findWrongKeyArns, subject).filter((wrongKeyArn) => wrongKeyArn.field === field);
}

function findWrongKeyArns({ identity, pairs }: IdentitySubject): readonly WrongKeyArn[] {
  const keys = pairs.map((pair) => pair.key).filter((key) => key.policy !== undefined);
  if (keys.length === 0) return [];
  const keysById = new Map<string, Key[]>();
  for (const key of keys) if (key.keyId !== undefined) appendToList(keysById, key.keyId, key);
  const wrongKeyArns: WrongKeyArn[] = [];
  for (const policy of identity.policies) {
    for (const { statement, pattern } of allowedResourcePatterns(policy)) {
      const wrongField = findWrongField(statement, pattern, keysById.get(literalKeyIdOf(pattern) ?? '') ?? []);
      if (wrongField) wrongKeyArns.push({ identity, policy, pattern, ...wrongField });
    }
  }
  return wrongKeyArns;
}

function* allowedResourcePatterns(policy: DiscoveredPolicy): Iterable<ResourceInStatement> {
  if (policy.policy.kind !== 'identity') return;
  for (const statement of policy.policy.statements) {
    if (statement.effect !== 'Allow' || statement.resource?.negated !== false || !hasKmsActionPatterns(statement)) continue;
    for (const pattern of statement.resource.patterns) yield { statement, pattern };
  }
}

function findWrongField(
  statement: Statement, pattern: ResourcePattern, keysWithId: readonly Key[],
): Pick<WrongKeyArn, 'arn' | 'keys' | 'field' | 'writtenValue'> | undefined {
  // Nearly every value is the ARN of its key.
  if (keysWithId.some(({ arn }) => compareIdentifiers(arn, pattern.text.value) === 'same')) return undefined;
  if (!pattern.arn || resourceFault(pattern, statement)) return undefined;
  const fields = keysWithId.map((key) => wrongFieldOfKeyArn(pattern, key));
  // It is enough that the ARN is that of one of the keys.
  if (fields.includes(undefined)) return undefined;
  const field = [...ARN_LOCATION_FIELDS].reverse().find((locationField) => fields.includes(locationField));
  const [first, ...others] = keysWithId.filter((_, i) => fields[i] === field);
  if (field === undefined || !first) return undefined;
  return { arn: pattern.arn, keys: [first, ...others], field, writtenValue: pattern.arn[field] };
}

/** The finding at the wrong field, with fixes that write the value of each of the keys. */
export function draftOfWrongKeyArn(wrongKeyArn: WrongKeyArn, message: string): FindingDraft {
  const { policy, pattern, arn, keys, field } = wrongKeyArn;
  return {
    at: locationInFile(policy, arnFieldSpan(pattern.text, arn, field)),
    message,
    related: keys.flatMap(relatedKeySource),
    dependsOnLinks: keys.flatMap(linksOfKey),
    fixes: () => fixesOfWrongField(wrongKeyArn),
  };
}

/** The place that says what the ARN of the key is. */
export function relatedKeySource(key: Key): RelatedLocation[] {
  const { link, policy: located } = key;
  const at = link?.at ?? (located && locationInFile(located, located.policy.statements[0]?.node.span ?? located.policy.node.span));
  return at ? [{ at, message: `The key is ${key.arn ?? key.keyId ?? ''}: ${link?.description ?? 'known by its policy'}.` }] : [];
}

/** The value of each of the keys in place of the written one. */
export function fixesOfWrongField({ policy, pattern, arn, keys, field, writtenValue }: WrongKeyArn): Fix[] {
  return keys.flatMap((key) => {
    const value = key[field];
    if (value === undefined) return [];
    return fixArnField(`Replace ${writtenValue} with ${value}`, policy, pattern.text, arn, field, value, { preferred: keys.length === 1 });
  });
}
