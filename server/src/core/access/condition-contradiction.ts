import { conditionKeyNamed } from '../aws/condition-keys';
import { operatorNamed, type OperatorInfo } from '../aws/operators';
import type { Condition } from '../model/policy';
import { holdsForValue, isDocumentedIn, type Truth } from './conditions';
import { contextValue, variablesOf, type Circumstances } from './context';
import { encodeText, type Variables } from './encode';
import { ANY_ONE, ANY_RUN, hasUnknown, matchPattern, UNKNOWN_RUN } from './glob';
import type { Because, OpenCondition } from './verdict';

/** A statement with what only a request can decide of it. */
export interface LimitedStatement {
  readonly because: Because;
  /** False while it is open whether the statement is about the request at all. */
  readonly sure: boolean;
  readonly session: string | undefined;
  readonly open: readonly Condition[];
}

/**
 * So many conditions, and so many Deny statements, are held against each other: no policy that AWS accepts comes near. Where the rest is left out a
 * contradiction can be missed, never made up.
 */
const MOST = 100;

/**
 * Whether it is certain that no request satisfies all conditions of the Allow statements and escapes every Deny. A request has one value of a single-valued
 * key, or none (IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values). Conditions on different keys are independent of each
 * other; what is not certain is no contradiction. docs/aws-rules.md 4.4
 *
 * @returns conditions that exclude each other, as few as possible; undefined where a request can satisfy all
 */
export function findContradiction(allows: readonly LimitedStatement[], denies: readonly LimitedStatement[], circumstances: Circumstances): readonly OpenCondition[] | undefined {
  const required = allows.flatMap((statement) => openConditionsOf(statement, false)).slice(0, MOST);
  const session = allows.find((statement) => statement.session !== undefined)?.session;
  // A Deny for one session leaves the others of the role, unless the Allow is for that session alone.
  const applicable = denies.filter((deny) => deny.sure && (deny.session === undefined || deny.session === session));
  const exclusions = applicable.filter((deny) => deny.open.length > 0 && deny.open.length <= MOST).slice(0, MOST).map((deny) => openConditionsOf(deny, true));
  if (!hasRepeatedKey([...required, ...exclusions.flat()])) return undefined;
  const variables = variablesOf(circumstances);
  const contradicts = (some: readonly OpenCondition[], without: readonly (readonly OpenCondition[])[]): boolean => !isSatisfiable(some, without, { circumstances, variables });
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

function openConditionsOf({ because, open }: LimitedStatement, negated: boolean): OpenCondition[] {
  return open.map((condition) => ({ because, condition, negated }));
}

/** Only conditions on one key can contradict each other: nearly always this is the end of it. */
function hasRepeatedKey(conditions: readonly OpenCondition[]): boolean {
  return new Set(conditions.map(({ condition }) => condition.keyLower)).size < conditions.length;
}

interface Request {
  readonly circumstances: Circumstances;
  readonly variables: Variables;
}

/** @param exclusions of each of these rows at least one condition must be false, which is how a Deny does not apply */
function isSatisfiable(required: readonly OpenCondition[], exclusions: readonly (readonly OpenCondition[])[], request: Request): boolean {
  if (!canAllHold(required, request)) return false;
  const [all, pending]: [OpenCondition[], (readonly OpenCondition[])[]] = [[...required], []];
  for (const exclusion of exclusions) {
    const possible = exclusion.filter((condition) => canAllHold([...required, condition], request));
    const [only, ...others] = possible;
    if (!only) return false;
    if (others.length > 0) pending.push(possible);
    else all.push(only);
  }
  // What one Deny leaves decides what the others leave.
  return all.length === required.length || isSatisfiable(all, pending, request);
}

function canAllHold(conditions: readonly OpenCondition[], request: Request): boolean {
  const byKey = new Map<string, OpenCondition[]>();
  for (const condition of conditions) {
    const { keyLower } = condition.condition;
    byKey.set(keyLower, [...byKey.get(keyLower) ?? [], condition]);
  }
  return [...byKey].every(([keyLower, ofKey]) => ofKey.length < 2 || !hasOpposites(ofKey) && canHoldForKey(keyLower, ofKey, request));
}

/** An Allow under exactly what a Deny is under, whatever the condition means. */
function hasOpposites(conditions: readonly OpenCondition[]): boolean {
  return conditions.some((condition) => !condition.negated && conditions.some((other) => other.negated && isSameCondition(condition, other)));
}

function isSameCondition(a: OpenCondition, b: OpenCondition): boolean {
  const [mark, otherMark] = [markOf(a), markOf(b)];
  return mark !== undefined && mark === otherMark;
}

/** Undefined for what a template fills in: in another file it may be filled in otherwise. */
function markOf({ because, condition: { base, set, ifExists, keyMember, keyLower, values } }: OpenCondition): string | undefined {
  if (base === undefined || keyMember.key.holes.length > 0 || values.some(({ holes }) => holes.length > 0)) return undefined;
  const texts = [...new Set(values.map(({ value }) => value))].sort();
  const variables = because.policy.policy.variables && texts.some((text) => text.includes('${'));
  return JSON.stringify([base, set, ifExists, keyLower, texts, variables]);
}

/** Whether some value of the key, or its absence, satisfies all of them. True for keys with several values, and for keys that AWS does not have. */
function canHoldForKey(keyLower: string, conditions: readonly OpenCondition[], request: Request): boolean {
  if (conditionKeyNamed(keyLower)?.multiValued !== false || conditions.some(({ condition }) => condition.keyMember.key.holes.length > 0)) return true;
  const context = contextValue(keyLower, request.circumstances);
  if (context.absent !== 'never' && conditions.every((condition) => canHoldFor(condition, undefined, request))) return true;
  if (context.absent === 'always') return false;
  const limit = conditions.map((condition) => valuesOf(condition, request)).find((values) => values !== undefined);
  if (!limit) return !conditions.some((condition) => forbidsPresence(condition)) && !hasDisjointPatterns(conditions, request);
  return limit.some((value) => context.values.some((possible) => matchPattern(value.text, possible) !== 'no')
    && conditions.every((condition) => canHoldFor(condition, value, request)));
}

interface Value {
  readonly text: string;
  readonly comparison: Comparison;
}

/** ARNs are compared as strings; what a string operator makes of a Boolean no page says. */
type Comparison = 'text' | 'boolean';

function comparisonOf({ family }: OperatorInfo): Comparison | undefined {
  if (family === 'String' || family === 'Arn') return 'text';
  return family === 'Bool' ? 'boolean' : undefined;
}

function operatorOf({ base }: Condition): OperatorInfo | undefined {
  return base === undefined ? undefined : operatorNamed(base);
}

function canHoldFor(openCondition: OpenCondition, value: Value | undefined, request: Request): boolean {
  const truth = truthFor(openCondition, value, request);
  return truth !== (openCondition.negated ? 'true' : 'false');
}

function truthFor({ because, condition }: OpenCondition, value: Value | undefined, request: Request): Truth {
  const operator = operatorOf(condition);
  if (!operator || !isDocumentedIn(because.half, condition)) return 'open';
  if (value && operator.family !== 'Null' && comparisonOf(operator) !== value.comparison) return 'open';
  return holdsForValue(condition, value?.text, variablesIn(because, request));
}

function variablesIn({ policy }: Because, { variables }: Request): Variables | undefined {
  return policy.policy.variables ? variables : undefined;
}

/** The only values that a request with the key can have under the condition; undefined where they cannot be listed. */
function valuesOf(openCondition: OpenCondition, request: Request): readonly Value[] | undefined {
  const operator = operatorOf(openCondition.condition);
  const patterns = operator && patternsOf(openCondition, operator, request);
  const comparison = operator && comparisonOf(operator);
  if (!patterns || !comparison || ignoresCase(operator) || patterns.some((pattern) => hasWildcard(pattern))) return undefined;
  return patterns.map((text) => ({ text, comparison }));
}

/** The encoded values of which one has to match, where all are written out and the operator asks for one of them. */
function patternsOf({ because, condition, negated }: OpenCondition, operator: OperatorInfo, request: Request): readonly string[] | undefined {
  if (condition.set !== undefined || operator.negated !== negated || !comparisonOf(operator) || !isDocumentedIn(because.half, condition)) return undefined;
  const patterns = condition.values.map((text) => encodeText(text, { wildcards: operator.wildcards, variables: variablesIn(because, request) }));
  return patterns.length === 0 || patterns.some((pattern) => hasUnknown(pattern)) ? undefined : patterns;
}

function hasWildcard(pattern: string): boolean {
  return pattern.includes(ANY_RUN) || pattern.includes(ANY_ONE);
}

function ignoresCase({ name }: OperatorInfo): boolean {
  return name.endsWith('IgnoreCase');
}

/** `Null` with `true`, or a Deny under `Null` with `false`. */
function forbidsPresence({ condition, negated }: OpenCondition): boolean {
  return condition.base === 'Null' && holdsForValue(condition, '', undefined) === (negated ? 'true' : 'false');
}

/** Two conditions of which no pattern of the one matches what a pattern of the other does. */
function hasDisjointPatterns(conditions: readonly OpenCondition[], request: Request): boolean {
  const rows = conditions.flatMap((condition) => {
    const operator = operatorOf(condition.condition);
    const patterns = operator && comparisonOf(operator) === 'text' ? patternsOf(condition, operator, request) : undefined;
    // Texts that differ in more than their capitals differ under every operator.
    return patterns ? [patterns.map((pattern) => pattern.toLowerCase())] : [];
  });
  return rows.some((patterns, index) => rows.slice(index + 1).some((others) => (
    patterns.length * others.length <= MOST * MOST && patterns.every((pattern) => others.every((other) => matchPattern(pattern, asSubject(other)) === 'no')))));
}

function asSubject(pattern: string): string {
  return pattern.replaceAll(ANY_RUN, UNKNOWN_RUN).replaceAll(ANY_ONE, UNKNOWN_RUN);
}
