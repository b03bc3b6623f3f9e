import { NO_ACTIONS } from '../../aws/actions';
import { conditionKeyNamed, type ConditionKeyInfo } from '../../aws/condition-keys';
import { operatorNamed } from '../../aws/operators';
import type { Condition, Policy, Statement } from '../../model/policy';
import type { Text } from '../../model/text';
import { hasForbiddenCharacter } from './characters';
import { isSkeleton } from './skeleton';
import { isJudged } from './statements';

/** A condition in its statement. */
export interface Placed {
  readonly statement: Statement;
  readonly condition: Condition;
}

/** A condition whose operator and key AWS has. */
export interface PlacedKnown extends Placed {
  readonly key: ConditionKeyInfo;
  readonly base: string;
}

/** Many rules ask for the same, of policies that stay as they are; most have none. */
const placedOf = new WeakMap<Policy, readonly Placed[]>();
const knownOf = new WeakMap<Policy, readonly PlacedKnown[]>();

/** The conditions of a policy that are a matter of KMS: those of statements that may be about keys, and `kms:` keys anywhere. */
export function kmsConditions(policy: Policy): readonly Placed[] {
  let placed = placedOf.get(policy);
  if (!placed) placedOf.set(policy, placed = readConditions(policy));
  return placed;
}

/** The same, those left out whose operator or key is none: what these mean cannot be told, and other rules say so. */
export function knownConditions(policy: Policy): readonly PlacedKnown[] {
  let known = knownOf.get(policy);
  if (!known) knownOf.set(policy, known = kmsConditions(policy).flatMap(knownPart));
  return known;
}

function readConditions(policy: Policy): readonly Placed[] {
  if (!policy.statements.some(({ conditions }) => conditions.length > 0) || !isJudged(policy)) return NONE;
  const placed: Placed[] = [];
  for (const statement of policy.statements) {
    if (statement.conditions.length === 0 || isSkeleton(statement)) continue;
    const ours = policy.kind === 'key' || mayBeAboutKeys(statement);
    for (const condition of statement.conditions) {
      if (ours || condition.keyLower.startsWith('kms:')) placed.push({ statement, condition });
    }
  }
  return placed;
}

const NONE: readonly Placed[] = [];

function knownPart(placed: Placed): PlacedKnown[] {
  const { base, keyMember, keyLower } = placed.condition;
  // Where a template fills in the start, it may be any key.
  if (base === undefined || keyMember.key.holes.some((hole) => hole.start === 0)) return [];
  const key = conditionKeyNamed(keyLower);
  return key ? [{ ...placed, key, base }] : [];
}

/** Whether the statement covers actions of KMS, may do so once a template is filled in, or has no action yet. */
export function mayBeAboutKeys({ action }: Statement): boolean {
  return action?.set !== NO_ACTIONS || action.unknown || action.patterns.length === 0;
}

/** Whether the condition is true of a request that does not have the key; `Null` is a question of its own and counts as false. */
function holdsWithoutKey({ base, ifExists, set }: Condition): boolean {
  if (base === undefined || base === 'Null') return false;
  if (ifExists || set === 'all') return true;
  return set !== 'any' && operatorNamed(base)?.negated === true;
}

/** Whether a request that has the key must have one of the values: a value that never occurs is then a hole in what the statement is for. */
export function asksForValues({ base, ifExists }: Condition): boolean {
  return base !== undefined && base !== 'Null' && !ifExists && operatorNamed(base)?.negated === false;
}

/** What comes of it that no request has the key: the end of a sentence. */
export function effectWithoutKey({ statement, condition }: Placed): string {
  if (condition.base === 'Null') return 'so the condition tests nothing';
  if (holdsWithoutKey(condition)) return 'so the condition is always true and limits nothing';
  return `so the condition is never true and the statement ${statement.effect === 'Deny' ? 'denies' : 'allows'} nothing`;
}

/** What comes of a value that no request has: the end of a sentence. A negated operator is true of every other value. */
export function effectOfImpossibleValue({ statement, condition }: Placed): string {
  if (!isNegated(condition)) return 'so it never matches';
  if (condition.values.length > 1) return 'so it excludes nothing';
  if (statement.effect !== 'Deny') return 'so the condition is always true and limits nothing';
  return `so the condition is always true: the Deny applies to ${statement.conditions.length > 1 ? 'those that it was meant to exempt, too' : 'every request'}`;
}

/** The same for sentences that are right of every other operator as they stand. */
export function effectUnderNegation(placed: Placed): string {
  return isNegated(placed.condition) ? `, ${effectOfImpossibleValue(placed)}` : '';
}

/** Whether the condition is true of requests that have none of the values. */
export function isNegated({ base }: Condition): boolean {
  return base !== undefined && operatorNamed(base)?.negated === true;
}

/** The values of which nothing is left to a template or a person, with declared placeholders filled in, and that AWS can take at all. */
export function knownValues(condition: Condition): readonly Text[] {
  return condition.values.filter(({ value, holes }) => holes.length === 0 && !hasForbiddenCharacter(value));
}

/** Whether the value holds a policy variable of IAM, `${aws:username}`. */
export function hasVariable(value: string): boolean {
  return value.includes('${');
}

/** Whether `*` and `?` in the values are wildcards. */
export function takesWildcards({ base }: Condition): boolean {
  return base !== undefined && operatorNamed(base)?.wildcards === true;
}
