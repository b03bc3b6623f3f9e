import { actionsWithKey, conditionKeyNamed } from '../aws/condition-keys';
import type { ActionSet } from '../aws/actions';
import { operatorNamed, type OperatorInfo } from '../aws/operators';
import type { Condition } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { compareConditionValue } from './condition-comparison';
import { contextValueOf, policyVariableValuesOf, type RequestContext, type ContextValue } from './request-context';
import { candidatesIn } from '../policy/candidate-index';
import { encodePattern, type PolicyVariableValues } from './pattern-encoding';
import { hasUnknown, type MatchResult } from './pattern-matching';
import type { PolicyGate } from './verdict';

/** Whether a condition holds: for certain, certainly not, or depending on what only the request shows. */
export type ConditionResult = 'true' | 'false' | 'open';

/** A condition in given circumstances. Whether it holds depends on the action: only some requests carry the key. */
export interface EvaluatedCondition {
  readonly condition: Condition;
  /** The actions whose requests can carry the key. */
  readonly actionsWithContextKey: ActionSet;
  readonly resultWithKey: ConditionResult;
  /** For all other actions, in whose requests the key is absent. */
  readonly resultWithoutKey: ConditionResult;
}

/**
 * Judges a condition by what the workspace knows. An operator that AWS does not have leaves it open: no request was ever
 * judged by it.
 *
 * @param variables whether the policy's version has policy variables
 */
export function evaluateCondition(condition: Condition, variables: boolean, requestContext: RequestContext): EvaluatedCondition {
  const operator = condition.operatorName === undefined ? undefined : operatorNamed(condition.operatorName);
  const actions = actionsWithKey(condition.keyLower);
  if (!operator) return { condition, actionsWithContextKey: actions, resultWithKey: 'open', resultWithoutKey: 'open' };
  return {
    condition,
    actionsWithContextKey: actions,
    resultWithKey: resultWhenKeyPossible(condition, operator, variables, requestContext),
    resultWithoutKey: resultWhenKeyAbsent(condition, operator),
  };
}

/** The condition as it stands for one action. */
export function conditionResultFor({ actionsWithContextKey, resultWithKey, resultWithoutKey }: EvaluatedCondition,
  action: ActionSet): ConditionResult {
  return (actionsWithContextKey & action) !== 0n ? resultWithKey : resultWithoutKey;
}

/**
 * A missing key: `IfExists`, `ForAllValues` and negated operators are true of it, all others false; `ForAnyValue` is false even when
 * negated.
 */
function resultWhenKeyAbsent(condition: Condition, operator: OperatorInfo): ConditionResult {
  if (operator.family === 'Null') return evaluateNullOperator(condition, true);
  if (condition.ifExists || condition.setOperator === 'all') return 'true';
  if (condition.setOperator === 'any') return 'false';
  return conditionResultOf(operator.negated);
}

function resultWhenKeyPossible(condition: Condition, operator: OperatorInfo, variables: boolean,
  requestContext: RequestContext): ConditionResult {
  const context = contextValueOf(condition.keyLower, requestContext);
  const cases: ConditionResult[] = [];
  if (context.absence !== 'never') cases.push(resultWhenKeyAbsent(condition, operator));
  if (context.absence !== 'always') cases.push(...resultsWhenKeyPresent(condition, operator, variables, requestContext, context));
  return commonResult(cases);
}

function resultsWhenKeyPresent(
  condition: Condition, operator: OperatorInfo, variables: boolean, requestContext: RequestContext, context: ContextValue,
): readonly ConditionResult[] {
  if (operator.family === 'Null') return [evaluateNullOperator(condition, false)];
  const reading = { hasWildcards: operator.wildcards, variableValues: variables ? policyVariableValuesOf(requestContext) : undefined };
  const conditionResults = context.values.map((value) =>
    compareWithAllValues(operator, candidateConditionValues(condition, value).map((policyString) =>
      encodePattern(policyString, reading)
    ), value)
  );
  if (!conditionKeyNamed(condition.keyLower)?.multiValued) return conditionResults;
  return [applySetOperator(condition.setOperator, conditionResults, context.mayHaveMoreValues)];
}

/**
 * Whether a condition on a single-valued key holds for one value, or, where `value` is undefined, in a request without the key. Open where
 * that takes more than AWS's pages say: under an operator that AWS does not have, and under a set operator.
 */
export function conditionResultForValue(condition: Condition, value: string | undefined,
  policyVariableValues: PolicyVariableValues | undefined): ConditionResult {
  const operator = condition.operatorName === undefined ? undefined : operatorNamed(condition.operatorName);
  if (!operator || condition.setOperator !== undefined) return 'open';
  if (value === undefined) return resultWhenKeyAbsent(condition, operator);
  if (operator.family === 'Null') return evaluateNullOperator(condition, false);
  return compareWithAllValues(operator,
    candidateConditionValues(condition, value).map((policyString) =>
      encodePattern(policyString, { hasWildcards: operator.wildcards, variableValues: policyVariableValues })
    ), value);
}

/** The values of the condition that may match the value of a request: of thousands of literal ones at most one. */
export function candidateConditionValues({ values, valueIndex }: Condition, value: string): readonly PolicyString[] {
  return valueIndex ? candidatesIn(values, valueIndex, hasUnknown(value) ? undefined : [value]) : values;
}

/** What a key does in a kind of policy for which AWS does not document it, as `kms:ResourceAliases` in key policies, no page says. */
export function isContextKeyDocumentedFor(policyGate: PolicyGate, { keyLower }: Condition): boolean {
  return conditionKeyNamed(keyLower)?.policyTypes.includes(policyGate === 'key-policy' ? 'key-policy' : 'iam-policy') ?? true;
}

/** One value against all of the policy's: one must match; under a negated operator none may. */
function compareWithAllValues(operator: OperatorInfo, patterns: readonly string[], value: string): ConditionResult {
  let strongestMatch: MatchResult = 'no';
  for (const pattern of patterns) {
    const matchResult = compareConditionValue(operator, pattern, value);
    if (matchResult === 'yes') return conditionResultOf(!operator.negated);
    if (matchResult === 'unknown') strongestMatch = matchResult;
  }
  return strongestMatch === 'unknown' ? 'open' : conditionResultOf(operator.negated);
}

/** What a set operator makes of the values of a multi-valued key. Without one AWS does not say what happens. */
function applySetOperator(set: Condition['setOperator'], conditionResults: readonly ConditionResult[], more: boolean): ConditionResult {
  const deciding = set === 'any' ? 'true' : 'false';
  if (set === undefined) return 'open';
  if (conditionResults.includes(deciding)) return deciding;
  if (more || conditionResults.includes('open')) return 'open';
  return set === 'any' ? 'false' : 'true';
}

/** `Null` with `true` asks that the key is missing, with `false` that it is there; anything else leaves it open. */
function evaluateNullOperator(condition: Condition, absent: boolean): ConditionResult {
  const expectedValues = condition.values.map((
    policyString,
  ) => (policyString.placeholders.length > 0 ? undefined : policyString.value.toLowerCase()));
  return commonResult(
    expectedValues.map((value) => (value === 'true' ? conditionResultOf(absent) : value === 'false' ? conditionResultOf(!absent) : 'open')),
  );
}

/** What holds whichever of the cases is real. */
function commonResult(cases: readonly ConditionResult[]): ConditionResult {
  const [first = 'open'] = cases;
  return cases.every((conditionResult) => conditionResult === first) ? first : 'open';
}

function conditionResultOf(isSatisfied: boolean): ConditionResult {
  return isSatisfied ? 'true' : 'false';
}
