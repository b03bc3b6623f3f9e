import type { Case } from './case';
import { conditionText } from './say';
import type { Because, Limits, OpenCondition, SessionLimit } from './verdict';
import type { Way } from './way';
import type { Weighed } from './weigh';

/** The case without the statements that let a session in which a Deny, whatever the request, takes out again. */
export function withoutDeniedSessions(accessCase: Case, denies: readonly Weighed[]): Case {
  return denies.some(deniesOneSession) ? { ...accessCase, keyAllows: accessCase.keyAllows.filter((allow) => !denies.some((deny) => deniesSession(deny, allow))) } : accessCase;
}

/** The Deny statements behind it, for those that were let in by the statement. */
export function deniesOfSessions(allows: readonly Weighed[], denies: readonly Weighed[]): readonly Because[] {
  return denies.filter((deny) => allows.some((allow) => deniesSession(deny, allow))).map(({ because }) => because);
}

function deniesSession(deny: Weighed, { session }: Weighed): boolean {
  return deniesOneSession(deny) && deny.session === session;
}

function deniesOneSession({ session, sure, open, failed }: Weighed): boolean {
  return session !== undefined && sure && open.length === 0 && failed.length === 0;
}

/** The Deny statements that may apply to somebody who goes this way: in one session of a role, those for other sessions do not. */
export function deniesOn(way: Way, denies: readonly Weighed[]): readonly Weighed[] {
  const session = sessionOf(way);
  const all = way.denies ? [...denies, ...way.denies] : denies;
  return session === undefined ? all : all.filter((deny) => deny.session === undefined || deny.session === session);
}

function sessionOf({ parts }: Way): string | undefined {
  return parts.find(({ session }) => session !== undefined)?.session;
}

/**
 * What must hold for one of the ways to be open, and for no Deny to apply: for each its own limits, in their order. Sessions that are let in under the same
 * conditions are one; what asks for all that another way asks for, and for more, is left out.
 */
export function limitsOfWays(ways: readonly Way[], denies: readonly Weighed[]): readonly Limits[] {
  const limitsOfEach = ways.map((way) => ({ grant: way.grant, limits: limitsOfWay(way, denies) }));
  const sets: typeof limitsOfEach = [];
  for (const next of limitsOfEach) {
    const at = sets.findIndex(({ limits }) => isOfSessions(limits) && isOfSessions(next.limits) && hasConditionsOf(limits, next.limits) && hasConditionsOf(next.limits, limits));
    const same = sets[at];
    if (same) sets[at] = { ...same, limits: { ...same.limits, sessions: unique([...same.limits.sessions, ...next.limits.sessions], (a, b) => a.session === b.session) } };
    else sets.push(next);
  }
  // The constraints of a grant are no conditions.
  return sets.filter(({ grant, limits }, i) => !sets.slice(0, i).some((before) => before.grant === grant && asksForAll(limits, before.limits))).map(({ limits }) => limits);
}

function limitsOfWay(way: Way, denies: readonly Weighed[]): Limits {
  const applying = deniesOn(way, denies);
  const conditions = unique([...openOf(way.parts, false), ...openOf(applying, true)], (a, b) => a.condition === b.condition && a.negated === b.negated);
  // Within the session that the way takes, which sessions a Deny is for is decided.
  return { conditions, sessions: sessionsOf(sessionOf(way) === undefined ? applying : way.parts, sessionOf(way) === undefined) };
}

function openOf(parts: readonly Weighed[], negated: boolean): OpenCondition[] {
  return parts.flatMap(({ because, open }) => open.map((condition) => ({ because, condition, negated })));
}

function sessionsOf(parts: readonly Weighed[], negated: boolean): SessionLimit[] {
  return parts.flatMap(({ because, session }) => (session === undefined ? [] : [{ because, session, negated }]));
}

/** Whether the limits are sessions that are let in, not such as are denied. */
function isOfSessions({ sessions }: Limits): boolean {
  return sessions.some(({ negated }) => !negated);
}

function hasConditionsOf(limits: Limits, others: Limits): boolean {
  return others.conditions.every((other) => limits.conditions.some((each) => conditionText(each) === conditionText(other)));
}

/** Whether the limits are met only where the others are met too. */
function asksForAll(limits: Limits, others: Limits): boolean {
  if (!hasConditionsOf(limits, others)) return false;
  if (isOfSessions(limits)) return limits.sessions.every(({ session }) => admits(others, session));
  return !isOfSessions(others) && others.sessions.every(({ session }) => !admits(limits, session));
}

function admits(limits: Limits, session: string): boolean {
  return limits.sessions.some((limit) => limit.session === session) === isOfSessions(limits);
}

/** The items without those that are the same as one before. */
export function unique<T>(items: readonly T[], same: (a: T, b: T) => boolean): readonly T[] {
  return items.length < 2 ? items : items.filter((item, i) => !items.slice(0, i).some((before) => same(before, item)));
}
