import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { Arn } from '../../aws/arn';
import type { Location } from '../../text/span';
import { push } from '../../linking/link-index';
import type { Identity, Key } from '../../linking/entities';
import type { Fix, RelatedLocation } from './finding';
import { fixPolicy } from './fix';
import type { IdentitySubject } from '../rule';
import { arnFieldSpan, ARN_LOCATION_FIELDS, replaceArnField, type ArnLocationField } from './arn-fields';
import { hasKmsActionPatterns } from './key-access-requests';
import { literalKeyIdOf, wrongFieldOfKeyArn } from './resource-specificity';
import { resourceFault } from './value-faults';

/** A Resource value with the id of a key that the workspace has, in an ARN that is not the key's. */
export interface WrongKeyArn {
  readonly identity: Identity;
  readonly policy: DiscoveredPolicy;
  readonly pattern: ResourcePattern;
  readonly arn: Arn;
  /** The keys of that id that have a key policy here; several only for multi-Region keys. */
  readonly keys: readonly [Key, ...Key[]];
  readonly field: ArnLocationField;
  readonly writtenValue: string;
}

/**
 * The values of the identity's Allow statements whose ARN is wrong in this field, and right in those before it: one wrong
 * field is one finding (docs/aws-rules.md 8.1).
 */
export function wrongKeyArnsIn(subject: IdentitySubject, field: ArnLocationField): readonly WrongKeyArn[] {
  let all = wrongKeyArnsBySubject.get(subject);
  if (!all) wrongKeyArnsBySubject.set(subject, all = findWrongKeyArns(subject));
  return all.length === 0 ? all : all.filter((wrongKeyArn) => wrongKeyArn.field === field);
}

/** Each field has a rule of its own, and one look at the values serves them all. */
const wrongKeyArnsBySubject = new WeakMap<IdentitySubject, readonly WrongKeyArn[]>();

function findWrongKeyArns({ identity, pairs }: IdentitySubject): readonly WrongKeyArn[] {
  const keys = pairs.map((pair) => pair.key).filter((key) => key.policy !== undefined);
  if (keys.length === 0) return [];
  const keysById = new Map<string, Key[]>();
  for (const key of keys) if (key.keyId !== undefined) push(keysById, key.keyId, key);
  const found: WrongKeyArn[] = [];
  for (const policy of identity.policies) {
    for (const { statement, pattern } of allowedResourcePatterns(policy)) {
      const misnamed = findWrongField(statement, pattern, keysById.get(literalKeyIdOf(pattern) ?? '') ?? []);
      if (misnamed) found.push({ identity, policy, pattern, ...misnamed });
    }
  }
  return found;
}

function* allowedResourcePatterns(policy: DiscoveredPolicy): Iterable<{ readonly statement: Statement; readonly pattern: ResourcePattern }> {
  if (policy.policy.kind !== 'identity') return;
  for (const statement of policy.policy.statements) {
    if (statement.effect !== 'Allow' || statement.resource?.negated !== false || !hasKmsActionPatterns(statement)) continue;
    for (const pattern of statement.resource.patterns) yield { statement, pattern };
  }
}

/** @param ofId the keys of the id that the value names */
function findWrongField(statement: Statement, pattern: ResourcePattern, ofId: readonly Key[]): Pick<WrongKeyArn, 'arn' | 'keys' | 'field' | 'writtenValue'> | undefined {
  // Nearly every value is the ARN of its key.
  if (ofId.some(({ arn }) => arn === pattern.text.value)) return undefined;
  if (!pattern.arn || resourceFault(pattern, statement)) return undefined;
  const fields = ofId.map((key) => wrongFieldOfKeyArn(pattern, key));
  // One key of the id that the ARN means is enough.
  if (fields.includes(undefined)) return undefined;
  const field = [...ARN_LOCATION_FIELDS].reverse().find((one) => fields.includes(one));
  const [first, ...others] = ofId.filter((_, i) => fields[i] === field);
  if (field === undefined || !first) return undefined;
  return { arn: pattern.arn, keys: [first, ...others], field, writtenValue: pattern.arn[field] };
}

export function locationOfWrongField({ policy, pattern, arn, field }: WrongKeyArn): Location {
  return locationInFile(policy, arnFieldSpan(pattern.text, arn, field));
}

/** Where the right ARN comes from. */
export function relatedKeySource(key: Key): RelatedLocation[] {
  const at = key.link?.at ?? (key.policy && locationInFile(key.policy, key.policy.policy.statements[0]?.node.span ?? key.policy.policy.node.span));
  return at ? [{ at, message: `The key is ${key.arn ?? key.keyId ?? ''}: ${key.link?.says ?? 'known by its policy'}.` }] : [];
}

/** The other value of the field, one fix for each key that may be meant. */
export function fixesOfWrongField({ policy, pattern, arn, keys, field, writtenValue }: WrongKeyArn): Fix[] {
  return keys.flatMap((key) => {
    const due = key[field];
    const edit = due === undefined ? undefined : replaceArnField(pattern.text, arn, field, due);
    return edit && due !== undefined ? [fixPolicy(`Replace ${writtenValue} with ${due}`, policy, [edit], { preferred: keys.length === 1 })] : [];
  });
}
