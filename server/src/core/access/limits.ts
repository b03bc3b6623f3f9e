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
  const sets: WayLimits[] = [];
  const bySessions = new Map<string, WayLimits & { readonly sessions: SessionLimit[] }>();
  for (const way of ways) {
    const limits = limitsOfWay(way, denies);
    const texts = new Set(limits.conditions.map(conditionText));
    if (!isOfSessions(limits)) {
      sets.push({ grant: way.grant, limits, texts });
      continue;
    }
    const name = JSON.stringify([...texts].sort());
    const same = bySessions.get(name);
    if (same) {
      same.sessions.push(...limits.sessions);
      continue;
    }
    const sessions = [...limits.sessions];
    const set = { grant: way.grant, limits: { ...limits, sessions }, texts, sessions };
    bySessions.set(name, set);
    sets.push(set);
  }
  for (const { sessions } of bySessions.values()) sessions.splice(0, sessions.length, ...unique(sessions, ({ session }) => session));
  // The constraints of a grant are no conditions.
  return sets.filter((set, i) => !sets.slice(0, i).some((before) => before.grant === set.grant && asksForAll(set, before))).map(({ limits }) => limits);
}

interface WayLimits {
  readonly grant: Way['grant'];
  readonly limits: Limits;
  /** Its conditions in words, by which equal ones of several statements are known. */
  readonly texts: ReadonlySet<string>;
}

function limitsOfWay(way: Way, denies: readonly Weighed[]): Limits {
  const applying = deniesOn(way, denies);
  const conditions = [...unique(openOf(way.parts, false), ({ condition }) => condition), ...unique(openOf(applying, true), ({ condition }) => condition)];
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

/** Whether the limits are met only where the others are met too. */
function asksForAll({ limits, texts }: WayLimits, others: WayLimits): boolean {
  for (const text of others.texts) if (!texts.has(text)) return false;
  if (isOfSessions(limits)) return limits.sessions.every(({ session }) => admits(others.limits, session));
  return !isOfSessions(others.limits) && others.limits.sessions.every(({ session }) => !admits(limits, session));
}

function admits(limits: Limits, session: string): boolean {
  return limits.sessions.some((limit) => limit.session === session) === isOfSessions(limits);
}

/** The first item of each name. */
export function unique<T>(items: readonly T[], nameOf: (item: T) => unknown): readonly T[] {
  if (items.length < 2) return items;
  const names = new Set<unknown>();
  return items.filter((item) => {
    const name = nameOf(item);
    return !names.has(name) && names.add(name);
  });
}
