import { conditionKeyNamed } from '../aws/condition-keys';
import { operatorNamed, type OperatorInfo } from '../aws/operators';
import type { Condition } from '../policy/policy';
import { conditionResultForValue, isContextKeyDocumentedFor, type ConditionResult } from './condition-evaluation';
import { contextValueOf, policyVariableValuesOf, type RequestContext } from './request-context';
import { encodePattern, type PolicyVariableValues } from './pattern-encoding';
import { hasUnknown, hasWildcard, matchPattern, patternAsSubject } from './pattern-matching';
import type { StatementRef, ConditionRef } from './verdict';

/** A statement with what only a request can decide of it. */
export interface ConditionalStatement {
  readonly statementRef: StatementRef;
  /** False while it is open whether the statement is about the request at all. */
  readonly isMatchCertain: boolean;
  readonly session: string | undefined;
  readonly undecidedConditions: readonly Condition[];
}

/**
 * So many conditions, and so many Deny statements, are held against each other: no policy that AWS accepts comes near. Where the rest is
 * left out a contradiction can be missed, never made up.
 */
const MAX_COMPARED_CONDITIONS = 100;

/**
 * Whether it is certain that no request satisfies all conditions of the Allow statements and escapes every Deny. A request has one value of
 * a single-valued key, or none (IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values). Conditions on
 * different keys are independent of each other; what is not certain is no contradiction. docs/aws-rules.md 4.4
 *
 * @returns conditions that exclude each other, as few as possible; undefined where a request can satisfy all
 */
export function findContradiction(allows: readonly ConditionalStatement[], denies: readonly ConditionalStatement[],
  requestContext: RequestContext): readonly ConditionRef[] | undefined {
  const required = allows.flatMap((statement) => undecidedConditionRefsOf(statement, false)).slice(0, MAX_COMPARED_CONDITIONS);
  const session = allows.find((statement) => statement.session !== undefined)?.session;
  // A Deny for one session leaves the others of the role, unless the Allow is for that session alone.
  const applicable = denies.filter((deny) => deny.isMatchCertain && (deny.session === undefined || deny.session === session));
  const exclusions = applicable.filter((deny) =>
    deny.undecidedConditions.length > 0 && deny.undecidedConditions.length <= MAX_COMPARED_CONDITIONS
  ).slice(0, MAX_COMPARED_CONDITIONS).map((deny) => undecidedConditionRefsOf(deny, true));
  if (!hasRepeatedKey([...required, ...exclusions.flat()])) return undefined;
  const policyVariableValues = policyVariableValuesOf(requestContext);
  const contradicts = (includedConditions: readonly ConditionRef[], excludedConditions: readonly (readonly ConditionRef[])[]): boolean =>
    !isSatisfiable(includedConditions, excludedConditions, { requestContext, variableValues: policyVariableValues });
  if (!contradicts(required, exclusions)) return undefined;
  let [core, coreExclusions] = [required, exclusions];
  for (const condition of required) {
    const fewer = core.filter((other) => other !== condition);
    if (contradicts(fewer, coreExclusions)) core = fewer;
  }
  for (const exclusion of exclusions) {
    const fewer = coreExclusions.filter((other) => other !== exclusion);
    if (contradicts(core, fewer)) coreExclusions = fewer;
  }
  return [...core, ...coreExclusions.flat()];
}

function undecidedConditionRefsOf({ statementRef, undecidedConditions }: ConditionalStatement, negated: boolean): ConditionRef[] {
  return undecidedConditions.map((condition) => ({ statementRef, condition, negated }));
}

/** Only conditions on one key can contradict each other: nearly always this is the end of it. */
function hasRepeatedKey(conditions: readonly ConditionRef[]): boolean {
  return new Set(conditions.map(({ condition }) => condition.keyLower)).size < conditions.length;
}

interface ContradictionContext {
  readonly requestContext: RequestContext;
  readonly variableValues: PolicyVariableValues;
}

/** @param exclusions of each of these rows at least one condition must be false, which is how a Deny does not apply */
function isSatisfiable(required: readonly ConditionRef[], exclusions: readonly (readonly ConditionRef[])[],
  contradictionContext: ContradictionContext): boolean {
  if (!canAllHold(required, contradictionContext)) return false;
  const [all, pending]: [ConditionRef[], (readonly ConditionRef[])[]] = [[...required], []];
  for (const exclusion of exclusions) {
    const possible = exclusion.filter((condition) => canAllHold([...required, condition], contradictionContext));
    const [only, ...others] = possible;
    if (!only) return false;
    if (others.length > 0) pending.push(possible);
    else all.push(only);
  }
  // What one Deny leaves decides what the others leave.
  return all.length === required.length || isSatisfiable(all, pending, contradictionContext);
}

function canAllHold(conditions: readonly ConditionRef[], contradictionContext: ContradictionContext): boolean {
  const byKey = new Map<string, ConditionRef[]>();
  for (const condition of conditions) {
    const { keyLower } = condition.condition;
    byKey.set(keyLower, [...byKey.get(keyLower) ?? [], condition]);
  }
  return [...byKey].every(([keyLower, ofKey]) =>
    ofKey.length < 2 || !hasOppositeConditions(ofKey) && canHoldForKey(keyLower, ofKey, contradictionContext)
  );
}

/** An Allow under exactly what a Deny is under, whatever the condition means. */
function hasOppositeConditions(conditions: readonly ConditionRef[]): boolean {
  return conditions.some((condition) =>
    !condition.negated && conditions.some((other) => other.negated && isSameCondition(condition, other))
  );
}

function isSameCondition(a: ConditionRef, b: ConditionRef): boolean {
  const [mark, otherMark] = [conditionFingerprint(a), conditionFingerprint(b)];
  return mark !== undefined && mark === otherMark;
}

/** Undefined for what a template fills in: in another file it may be filled in otherwise. */
function conditionFingerprint(
  { statementRef, condition: { operatorName, setOperator, ifExists, keyMember, keyLower, values } }: ConditionRef,
): string | undefined {
  if (operatorName === undefined || keyMember.key.placeholders.length > 0 || values.some(({ placeholders }) => placeholders.length > 0))
    return undefined;
  const texts = [...new Set(values.map(({ value }) => value))].sort();
  const variables = statementRef.policy.policy.hasPolicyVariables && texts.some((text) => text.includes('${'));
  return JSON.stringify([operatorName, setOperator, ifExists, keyLower, texts, variables]);
}

/**
 * Whether some value of the key, or its absence, satisfies all of them. True for keys with several values, and for keys that AWS does not
 * have.
 */
function canHoldForKey(keyLower: string, conditions: readonly ConditionRef[], contradictionContext: ContradictionContext): boolean {
  if (conditionKeyNamed(keyLower)?.multiValued !== false
    || conditions.some(({ condition }) => condition.keyMember.key.placeholders.length > 0)) return true;
  const context = contextValueOf(keyLower, contradictionContext.requestContext);
  if (context.absence !== 'never' && conditions.every((condition) => canHoldForValue(condition, undefined, contradictionContext)))
    return true;
  if (context.absence === 'always') return false;
  const limit = conditions.map((condition) => requiredValuesOf(condition, contradictionContext)).find((comparableValues) =>
    comparableValues !== undefined
  );
  if (!limit) return !conditions.some((condition) => forbidsPresence(condition)) && !hasDisjointPatterns(conditions, contradictionContext);
  return limit.some((comparableValue) => context.values.some((possible) => matchPattern(comparableValue.text, possible) !== 'no')
    && conditions.every((condition) => canHoldForValue(condition, comparableValue, contradictionContext)));
}

interface ComparableValue {
  readonly text: string;
  readonly comparisonKind: ComparisonKind;
}

/** ARNs are compared as strings; what a string operator makes of a Boolean no page says. */
type ComparisonKind = 'text' | 'boolean';

function comparisonKindOf({ family }: OperatorInfo): ComparisonKind | undefined {
  if (family === 'String' || family === 'Arn') return 'text';
  return family === 'Bool' ? 'boolean' : undefined;
}

function operatorOf({ operatorName }: Condition): OperatorInfo | undefined {
  return operatorName === undefined ? undefined : operatorNamed(operatorName);
}

function canHoldForValue(conditionRef: ConditionRef, comparableValue: ComparableValue | undefined,
  contradictionContext: ContradictionContext): boolean {
  const conditionResult = conditionRefResult(conditionRef, comparableValue, contradictionContext);
  return conditionResult !== (conditionRef.negated ? 'true' : 'false');
}

function conditionRefResult({ statementRef, condition }: ConditionRef, comparableValue: ComparableValue | undefined,
  contradictionContext: ContradictionContext): ConditionResult {
  const operator = operatorOf(condition);
  if (!operator || !isContextKeyDocumentedFor(statementRef.gate, condition)) return 'open';
  if (comparableValue && operator.family !== 'Null' && comparisonKindOf(operator) !== comparableValue.comparisonKind) return 'open';
  return conditionResultForValue(condition, comparableValue?.text, variableValuesOfPolicy(statementRef, contradictionContext));
}

function variableValuesOfPolicy({ policy }: StatementRef, { variableValues }: ContradictionContext): PolicyVariableValues | undefined {
  return policy.policy.hasPolicyVariables ? variableValues : undefined;
}

/** The only values that a request with the key can have under the condition; undefined where they cannot be listed. */
function requiredValuesOf(conditionRef: ConditionRef, contradictionContext: ContradictionContext): readonly ComparableValue[] | undefined {
  const operator = operatorOf(conditionRef.condition);
  const patterns = operator && requiredPatternsOf(conditionRef, operator, contradictionContext);
  const comparisonKind = operator && comparisonKindOf(operator);
  if (!patterns || !comparisonKind || ignoresCase(operator) || patterns.some(hasWildcard)) return undefined;
  return patterns.map((text) => ({ text, comparisonKind }));
}

/** The encoded values of which one has to match, where all are written out and the operator asks for one of them. */
function requiredPatternsOf({ statementRef, condition, negated }: ConditionRef, operator: OperatorInfo,
  contradictionContext: ContradictionContext): readonly string[] | undefined {
  if (condition.setOperator !== undefined || operator.negated !== negated || !comparisonKindOf(operator)
    || !isContextKeyDocumentedFor(statementRef.gate, condition)) return undefined;
  const patterns = condition.values.map((policyString) =>
    encodePattern(policyString, { hasWildcards: operator.wildcards,
      variableValues: variableValuesOfPolicy(statementRef, contradictionContext) })
  );
  return patterns.length === 0 || patterns.some((pattern) => hasUnknown(pattern)) ? undefined : patterns;
}

function ignoresCase({ name }: OperatorInfo): boolean {
  return name.endsWith('IgnoreCase');
}

/** `Null` with `true`, or a Deny under `Null` with `false`. */
function forbidsPresence({ condition, negated }: ConditionRef): boolean {
  return condition.operatorName === 'Null' && conditionResultForValue(condition, '', undefined) === (negated ? 'true' : 'false');
}

/** Two conditions of which no pattern of the one matches what a pattern of the other does. */
function hasDisjointPatterns(conditions: readonly ConditionRef[], contradictionContext: ContradictionContext): boolean {
  const rows = conditions.flatMap((condition) => {
    const operator = operatorOf(condition.condition);
    const patterns = operator && comparisonKindOf(operator) === 'text'
      ? requiredPatternsOf(condition, operator, contradictionContext)
      : undefined;
    // Texts that differ in more than their capitals differ under every operator.
    return patterns ? [patterns.map((pattern) => pattern.toLowerCase())] : [];
  });
  return rows.some((patterns, index) =>
    rows.slice(index + 1).some((others) => (
      patterns.length * others.length <= MAX_COMPARED_CONDITIONS * MAX_COMPARED_CONDITIONS
      && patterns.every((pattern) => others.every((other) => matchPattern(pattern, patternAsSubject(other)) === 'no'))
    ))
  );
}
