import { NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { actionsWithKey, conditionKeyNamed, type ConditionKeyInfo } from '../../aws/condition-keys';
import { operatorNamed, type OperatorInfo } from '../../aws/operators';
import type { Condition, PolicyKind, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { hasForbiddenCharacter } from './forbidden-characters';

export interface ConditionInStatement {
  readonly statement: Statement;
  readonly condition: Condition;
}

/** A condition whose operator and key exist in AWS. */
export interface ResolvedCondition extends ConditionInStatement {
  readonly key: ConditionKeyInfo;
  /** The operator without its set prefix and `IfExists`. */
  readonly base: string;
}

/** The conditions of a statement of a KMS policy that concern KMS: all where it may be about keys, and those on `kms:` keys anywhere. */
export function kmsConditions(statement: Statement, policyKind: PolicyKind): readonly Condition[] {
  const { conditions, isSkeleton } = statement;
  if (conditions.length === 0 || isSkeleton) return [];
  return policyKind === 'key' || mayBeAboutKeys(statement) ? conditions : conditions.filter(({ keyLower }) => keyLower.startsWith('kms:'));
}

/** Undefined where the operator or the key does not exist, which other rules report. */
export function resolveCondition(conditionInStatement: ConditionInStatement): ResolvedCondition | undefined {
  const { operatorName, keyMember, keyLower } = conditionInStatement.condition;
  // With a placeholder at its start it can be any key.
  if (operatorName === undefined || keyMember.key.placeholders.some((placeholder) => placeholder.start === 0)) return undefined;
  const key = conditionKeyNamed(keyLower);
  return key && { ...conditionInStatement, key, base: operatorName };
}

/** Whether the statement covers actions of KMS, may cover some once its placeholders are filled in, or has no action yet. */
export function mayBeAboutKeys({ action }: Statement): boolean {
  return action?.actionSet !== NO_ACTIONS || action.hasPlaceholder || action.patterns.length === 0;
}

/** Undefined for an operator that does not exist. */
export function operatorOf({ operatorName }: Condition): OperatorInfo | undefined {
  return operatorName === undefined ? undefined : operatorNamed(operatorName);
}

/** Whether the condition is true for a request without the key. Not for `Null`, which tests for it. */
function holdsWithoutKey({ operatorName, ifExists, setOperator }: Condition): boolean {
  if (operatorName === undefined || operatorName === 'Null') return false;
  if (ifExists || setOperator === 'all') return true;
  return setOperator !== 'any' && operatorNamed(operatorName)?.negated === true;
}

/** Whether a request that has the key must have one of the values: a value that never occurs then makes the condition false. */
export function requiresValues({ operatorName, ifExists }: Condition): boolean {
  return operatorName !== undefined && operatorName !== 'Null' && !ifExists && operatorNamed(operatorName)?.negated === false;
}

/**
 * Whether a request must have the key, with one of the values. Negated operators, `…IfExists`, `ForAllValues` and `Null` are true without
 * it.
 */
export function requiresConditionValue(condition: Condition): boolean {
  return requiresValues(condition) && condition.setOperator !== 'all';
}

/** The effect of a key that no request has: the end of a sentence. */
export function effectOfMissingConditionKey({ statement, condition }: ConditionInStatement): string {
  if (condition.operatorName === 'Null') return 'so the condition tests nothing';
  if (holdsWithoutKey(condition)) return 'so the condition is always true and limits nothing';
  return `so the condition is never true and the statement ${statement.effect === 'Deny' ? 'denies' : 'allows'} nothing`;
}

/** The effect of a value that no request has: the end of a sentence. A negated operator is true for every other value. */
export function effectOfImpossibleValue({ statement, condition }: ConditionInStatement): string {
  if (!hasNegatedOperator(condition)) return 'so it never matches';
  if (condition.values.length > 1) return 'so it excludes nothing';
  if (statement.effect !== 'Deny') return 'so the condition is always true and limits nothing';
  return 'so the condition is always true: '
    + `the Deny applies to ${statement.conditions.length > 1 ? 'those that it was meant to exempt, too' : 'every request'}`;
}

/** The same with a comma before it for a negated operator; empty for others. */
export function effectIfNegated(conditionInStatement: ConditionInStatement): string {
  return hasNegatedOperator(conditionInStatement.condition) ? `, ${effectOfImpossibleValue(conditionInStatement)}` : '';
}

export function hasNegatedOperator(condition: Condition): boolean {
  return operatorOf(condition)?.negated === true;
}

/** The values without placeholders and forbidden characters. */
export function literalValues(condition: Condition): readonly PolicyString[] {
  return condition.values.filter(({ value, placeholders }) => placeholders.length === 0 && !hasForbiddenCharacter(value));
}

/** Whether the value contains an IAM policy variable, such as `${aws:username}`. */
export function hasPolicyVariable(value: string): boolean {
  return value.includes('${');
}

/** Whether `*` and `?` in the values are wildcards. */
export function takesWildcards(condition: Condition): boolean {
  return operatorOf(condition)?.wildcards === true;
}

/** The actions to which the statement can apply: requests for all others lack a key that its conditions require. */
export function actionsApplicableUnderConditions(set: ActionSet, { conditions }: Statement): ActionSet {
  return conditions.filter(requiresConditionValue).reduce((actions, { keyLower }) => actions & actionsWithKey(keyLower), set);
}
