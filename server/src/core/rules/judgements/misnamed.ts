import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { ResourcePattern, Statement } from '../../model/policy';
import type { Arn } from '../../aws/arn';
import type { Location } from '../../text/span';
import { push } from '../../workspace/known';
import type { Identity, Key } from '../../workspace/world';
import type { Fix, Related } from '../finding';
import { fixPolicy } from '../fix';
import type { IdentitySubject } from '../rule';
import { arnFieldSpan, PLACE_FIELDS, replaceArnField, type PlaceField } from './arn-field';
import { namesActions } from './asks';
import { keyIdOf, misnamedField } from './key-naming';
import { resourceFault } from './values';

/** A Resource value with the id of a key that the workspace has, in an ARN that is not the key's. */
export interface Misnamed {
  readonly identity: Identity;
  readonly policy: LocatedPolicy;
  readonly pattern: ResourcePattern;
  readonly arn: Arn;
  /** The keys of that id that have a key policy here; several only for multi-Region keys. */
  readonly keys: readonly [Key, ...Key[]];
  readonly field: PlaceField;
  readonly said: string;
}

/**
 * The values of the identity's Allow statements whose ARN is wrong in this field, and right in those before it: one wrong
 * field is one finding (docs/aws-rules.md 8.1).
 */
export function misnamedIn(subject: IdentitySubject, field: PlaceField): readonly Misnamed[] {
  let all = misnamedOfSubjects.get(subject);
  if (!all) misnamedOfSubjects.set(subject, all = allMisnamed(subject));
  return all.length === 0 ? all : all.filter((misnamed) => misnamed.field === field);
}

/** Each field has a rule of its own, and one look at the values serves them all. */
const misnamedOfSubjects = new WeakMap<IdentitySubject, readonly Misnamed[]>();

function allMisnamed({ identity, pairs }: IdentitySubject): readonly Misnamed[] {
  const keys = pairs.map((pair) => pair.key).filter((key) => key.policy !== undefined);
  if (keys.length === 0) return [];
  const keysById = new Map<string, Key[]>();
  for (const key of keys) if (key.keyId !== undefined) push(keysById, key.keyId, key);
  const found: Misnamed[] = [];
  for (const policy of identity.policies) {
    for (const { statement, pattern } of allowed(policy)) {
      const misnamed = misnaming(statement, pattern, keysById.get(keyIdOf(pattern) ?? '') ?? []);
      if (misnamed) found.push({ identity, policy, pattern, ...misnamed });
    }
  }
  return found;
}

function* allowed(policy: LocatedPolicy): Iterable<{ readonly statement: Statement; readonly pattern: ResourcePattern }> {
  if (policy.policy.kind !== 'identity') return;
  for (const statement of policy.policy.statements) {
    if (statement.effect !== 'Allow' || statement.resource?.negated !== false || !namesActions(statement)) continue;
    for (const pattern of statement.resource.patterns) yield { statement, pattern };
  }
}

/** @param ofId the keys of the id that the value names */
function misnaming(statement: Statement, pattern: ResourcePattern, ofId: readonly Key[]): Pick<Misnamed, 'arn' | 'keys' | 'field' | 'said'> | undefined {
  // Nearly every value is the ARN of its key.
  if (ofId.some(({ arn }) => arn === pattern.text.value)) return undefined;
  if (!pattern.arn || resourceFault(pattern, statement)) return undefined;
  const fields = ofId.map((key) => misnamedField(pattern, key));
  // One key of the id that the ARN means is enough.
  if (fields.includes(undefined)) return undefined;
  const field = [...PLACE_FIELDS].reverse().find((one) => fields.includes(one));
  const [first, ...others] = ofId.filter((_, i) => fields[i] === field);
  if (field === undefined || !first) return undefined;
  return { arn: pattern.arn, keys: [first, ...others], field, said: pattern.arn[field] };
}

export function placeOfField({ policy, pattern, arn, field }: Misnamed): Location {
  return placeOf(policy, arnFieldSpan(pattern.text, arn, field));
}

/** Where the right ARN comes from. */
export function sourceOfKey(key: Key): Related[] {
  const at = key.link?.at ?? (key.policy && placeOf(key.policy, key.policy.policy.statements[0]?.node.span ?? key.policy.policy.node.span));
  return at ? [{ at, message: `The key is ${key.arn ?? key.keyId ?? ''}: ${key.link?.says ?? 'known by its policy'}.` }] : [];
}

/** The other value of the field, one fix for each key that may be meant. */
export function fixesOfField({ policy, pattern, arn, keys, field, said }: Misnamed): Fix[] {
  return keys.flatMap((key) => {
    const due = key[field];
    const edit = due === undefined ? undefined : replaceArnField(pattern.text, arn, field, due);
    return edit && due !== undefined ? [fixPolicy(`Replace ${said} with ${due}`, policy, [edit], { preferred: keys.length === 1 })] : [];
  });
}
