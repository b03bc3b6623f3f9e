import type { EvaluationContext } from './evaluation-context';
import { describeCondition, describeConditionRef } from './text/describe-access';
import type { StatementRef, AccessRequirements, ConditionRef, SessionRequirement } from './verdict';
import type { AllowPath } from './allow-path';
import type { EvaluatedStatement } from './statement-evaluation';

/** The context without the statements that allow a session which a Deny takes out again, whatever the request. */
export function withoutDeniedSessions(evaluationContext: EvaluationContext, denies: readonly EvaluatedStatement[]): EvaluationContext {
  return denies.some(deniesSingleSession)
    ? { ...evaluationContext, keyAllows: evaluationContext.keyAllows.filter((allow) => !denies.some((deny) => deniesSession(deny, allow))) }
    : evaluationContext;
}

/** The Deny statements behind it, for the sessions that the statements allow. */
export function denyRefsOfSessions(allows: readonly EvaluatedStatement[], denies: readonly EvaluatedStatement[]): readonly StatementRef[] {
  return denies.filter((deny) => allows.some((allow) => deniesSession(deny, allow))).map(({ statementRef }) => statementRef);
}

function deniesSession(deny: EvaluatedStatement, { session }: EvaluatedStatement): boolean {
  return deniesSingleSession(deny) && deny.session === session;
}

function deniesSingleSession({ session, isMatchCertain, undecidedConditions, failedConditions }: EvaluatedStatement): boolean {
  return session !== undefined && isMatchCertain && undecidedConditions.length === 0 && failedConditions.length === 0;
}

/** The Deny statements that may apply to somebody who goes this way: in one session of a role, those for other sessions do not. */
export function deniesOnPath(allowPath: AllowPath, denies: readonly EvaluatedStatement[]): readonly EvaluatedStatement[] {
  const session = sessionOfPath(allowPath);
  const all = allowPath.pathDenies ? [...denies, ...allowPath.pathDenies] : denies;
  return session === undefined ? all : all.filter((deny) => deny.session === undefined || deny.session === session);
}

function sessionOfPath({ statements }: AllowPath): string | undefined {
  return statements.find(({ session }) => session !== undefined)?.session;
}

/**
 * What must hold for one of the ways to be open, and for no Deny to apply: for each its own limits, in their order. Sessions that are let
 * in under the same conditions are one; what asks for all that another way asks for, and for more, is left out.
 */
export function requirementsOfPaths(allowPaths: readonly AllowPath[],
  denies: readonly EvaluatedStatement[]): readonly AccessRequirements[] {
  const sets: PathRequirements[] = [];
  const bySessions = new Map<string, PathRequirements & { readonly sessions: SessionRequirement[] }>();
  for (const allowPath of allowPaths) {
    const accessRequirements = requirementsOfPath(allowPath, denies);
    const texts = new Set(accessRequirements.conditions.map(describeConditionRef));
    if (!allowsOnlySessions(accessRequirements)) {
      sets.push({ grant: allowPath.grant, requirements: accessRequirements, conditionTexts: texts });
      continue;
    }
    const name = JSON.stringify([...texts].sort());
    const same = bySessions.get(name);
    if (same) {
      same.sessions.push(...accessRequirements.sessions);
      continue;
    }
    const sessions = [...accessRequirements.sessions];
    const set = { grant: allowPath.grant, requirements: { ...accessRequirements, sessions }, conditionTexts: texts, sessions };
    bySessions.set(name, set);
    sets.push(set);
  }
  for (const { sessions } of bySessions.values()) sessions.splice(0, sessions.length, ...uniqueBy(sessions, ({ session }) => session));
  // The constraints of a grant are no conditions.
  return sets.filter((set, i) => !sets.slice(0, i).some((before) => before.grant === set.grant && isAtLeastAsStrict(set, before))).map((
    { requirements },
  ) => requirements);
}

interface PathRequirements {
  readonly grant: AllowPath['grant'];
  readonly requirements: AccessRequirements;
  /** Its conditions in words, by which equal ones of several statements are known. */
  readonly conditionTexts: ReadonlySet<string>;
}

function requirementsOfPath(allowPath: AllowPath, denies: readonly EvaluatedStatement[]): AccessRequirements {
  const applying = withoutImpliedDenies(deniesOnPath(allowPath, denies));
  const conditions = [...uniqueBy(undecidedConditionRefs(allowPath.statements, false), ({ condition }) => condition),
    ...uniqueBy(undecidedConditionRefs(applying, true), ({ condition }) => condition)];
  // Within the session that the way takes, which sessions a Deny is for is decided.
  return { conditions,
    sessions: sessionRequirementsOf(sessionOfPath(allowPath) === undefined ? applying : allowPath.statements,
      sessionOfPath(allowPath) === undefined) };
}

/** Without the Deny statements for one session that ask for all that a Deny for every session asks for. */
function withoutImpliedDenies(denies: readonly EvaluatedStatement[]): readonly EvaluatedStatement[] {
  if (denies.every(({ session }) => session === undefined)) return denies;
  const whole = denies.filter(({ session }) => session === undefined).map(conditionTextsOf);
  return denies.filter((deny) => {
    if (deny.session === undefined) return true;
    const texts = new Set(conditionTextsOf(deny));
    return !whole.some((others) => others.every((text) => texts.has(text)));
  });
}

function conditionTextsOf({ undecidedConditions }: EvaluatedStatement): readonly string[] {
  return undecidedConditions.map(describeCondition);
}

function undecidedConditionRefs(parts: readonly EvaluatedStatement[], negated: boolean): ConditionRef[] {
  return parts.flatMap(({ statementRef, undecidedConditions }) =>
    undecidedConditions.map((condition) => ({ statementRef, condition, negated }))
  );
}

function sessionRequirementsOf(parts: readonly EvaluatedStatement[], negated: boolean): SessionRequirement[] {
  return parts.flatMap(({ statementRef, session }) => (session === undefined ? [] : [{ statementRef, session, negated }]));
}

/** Whether the limits are sessions that are let in, not such as are denied. */
function allowsOnlySessions({ sessions }: AccessRequirements): boolean {
  return sessions.some(({ negated }) => !negated);
}

/** Whether the limits are met only where the others are met too. */
function isAtLeastAsStrict({ requirements, conditionTexts }: PathRequirements, others: PathRequirements): boolean {
  for (const text of others.conditionTexts) if (!conditionTexts.has(text)) return false;
  if (allowsOnlySessions(requirements)) return requirements.sessions.every(({ session }) => allowsSession(others.requirements, session));
  return !allowsOnlySessions(others.requirements)
    && others.requirements.sessions.every(({ session }) => !allowsSession(requirements, session));
}

function allowsSession(accessRequirements: AccessRequirements, session: string): boolean {
  return accessRequirements.sessions.some((limit) => limit.session === session) === allowsOnlySessions(accessRequirements);
}

/** The first item of each name. */
export function uniqueBy<T>(items: readonly T[], nameOf: (item: T) => unknown): readonly T[] {
  if (items.length < 2) return items;
  const names = new Set<unknown>();
  return items.filter((item) => {
    const name = nameOf(item);
    return !names.has(name) && names.add(name);
  });
}
