import { STAR_ONLY_ACTIONS, type ActionInfo, type ActionName } from '../aws/actions';
import type { Condition } from '../model/policy';
import { aliasRefusal, waysWithAlias } from './alias-half';
import { crossesPartition, isGrantOnly, isServiceLinkedRole } from './caller';
import { admissionsOfOthers, type Case, type Relation } from './case';
import { findContradiction } from './condition-contradiction';
import { deniesOfSessions, deniesOn, limitsOfWays, unique, withoutDeniedSessions } from './limits';
import type { Because, OpenCondition, Reason, Verdict } from './verdict';
import { findWay, otherWays, wayOf, type Way } from './way';
import { applies, cheapest, failingOf, isCertain, type Weighed } from './weigh';

type Parts = Partial<Omit<Verdict, 'outcome' | 'reason'>>;

const NONE: readonly never[] = [];

function verdict(outcome: Verdict['outcome'], reason: Reason, parts: Parts = {}): Verdict {
  return {
    outcome, reason, half: parts.half, conditions: parts.conditions ?? NONE, alternatives: parts.alternatives ?? NONE,
    failing: parts.failing ?? NONE, sessions: parts.sessions ?? NONE, grants: parts.grants ?? NONE,
    // One statement can have a part several times, by several of its principals.
    because: unique(parts.because ?? NONE, ({ statement }) => statement),
  };
}

/** The verdict on one action of a case, with the accounts standing to each other as told (docs/aws-rules.md 5.1). */
export function judge(one: Case, relation: Relation, action: ActionInfo): Verdict {
  if (crossesPartition(one.caller, one.key)) return verdict('denied', 'partition', { because: hopeful(one, action) });
  if ((action.bit & STAR_ONLY_ACTIONS) !== 0n) return judgeWithoutKey(one, relation, action);
  const denies = deniesOf(one, action);
  const open = withoutDeniedSessions(one, denies);
  const way = worksAcross(one, relation, action) ? findWay(open, relation, action) : undefined;
  if (way && !denies.some(isCertain)) return permitted(open, relation, action, way, denies) ?? withoutAlias(one, action, way);
  return (way ? undefined : deniedInSession(one, relation, action, denies)) ?? refused(one, relation, action, way, denies);
}

/** The only sessions of the role that are let in are denied again. */
function deniedInSession(one: Case, relation: Relation, action: ActionInfo, denies: readonly Weighed[]): Verdict | undefined {
  const way = denies.some(isCertain) || !worksAcross(one, relation, action) ? undefined : findWay(one, relation, action);
  if (!way) return undefined;
  const because = [...deniesOfSessions(way.parts, denies), ...way.parts.map((part) => part.because)];
  return verdict('denied', 'key-policy-denies', { half: 'key-policy', because });
}

/** The Deny statements that apply to the action, for certain or perhaps. */
export function deniesOf(one: Case, action: ActionInfo): readonly Weighed[] {
  if (one.keyDenies.length === 0 && one.ownDenies.length === 0) return NONE;
  return [...one.keyDenies, ...one.ownDenies].filter((deny) => applies(deny, action.bit));
}

/** AWS managed keys never leave their account: nobody can change their policies (docs/aws-rules.md 7.1). */
function worksAcross(one: Case, relation: Relation, action: ActionInfo): boolean {
  return relation === 'same' || one.caller.kind === 'service' || action.crossAccount && !one.key.awsManaged;
}

/** Undefined where an operation on aliases is allowed on no alias. */
function permitted(one: Case, relation: Relation, action: ActionInfo, way: Way, denies: readonly Weighed[]): Verdict | undefined {
  // Nothing is asked of a request, so that nothing can exclude anything.
  if (way.cost === 0 && denies.length === 0 && !action.resourceTypes.includes('alias')) return permittedBy(way, NONE, denies);
  const isPlain = way.cost === 0 && !action.resourceTypes.includes('alias') && !findContradiction(way.parts, denies, one);
  const others = isPlain ? { ways: NONE, complete: true } : otherWays(one, relation, action, way);
  const ways = waysWithAlias(one, action, [way, ...others.ways]);
  return ways.length > 0 ? firstPossible(one, ways, denies, others.complete) : undefined;
}

/**
 * By the first way of which no two conditions, nor its conditions and a Deny, exclude each other (docs/aws-rules.md 4.4).
 *
 * @param complete false where there are more ways, of which one may be open
 */
function firstPossible(one: Case, ways: readonly Way[], denies: readonly Weighed[], complete: boolean): Verdict {
  const judged = ways.map((way) => ({ way, contradiction: findContradiction(way.parts, deniesOn(way, denies), one) }));
  const [best, ...others] = judged.filter(({ contradiction }) => !contradiction).map(({ way }) => way);
  if (best) return permittedBy(best, best.cost === 0 ? NONE : others.filter(({ sure }) => sure), denies);
  if (!complete) return verdict('unknown', 'unresolved');
  const [first] = judged;
  return contradicted(first?.way.parts ?? NONE, first?.contradiction ?? NONE);
}

function contradicted(parts: readonly Weighed[], conditions: readonly OpenCondition[]): Verdict {
  const statements = conditions.map(({ because }) => because);
  const [first] = statements;
  const half = statements.every((statement) => statement.half === first?.half) ? first?.half : undefined;
  return verdict('denied', 'conditions-contradict', { half, because: [...parts.map((part) => part.because), ...statements], failing: conditions });
}

/** The key half is there, and the alias half is not, which only an identity policy gives (docs/aws-rules.md 3.4). */
function withoutAlias(one: Case, action: ActionInfo, way: Way): Verdict {
  const { denied, failing } = aliasRefusal(one, action);
  const half = 'identity-policy';
  const ofKeyPolicy = way.parts.map((part) => part.because).filter((because) => because.half === 'key-policy');
  if (one.unseen || denied.length === 0 && failing.length === 0) return verdict(one.unseen ? 'unknown' : 'denied', 'identity-policy-missing', { half, because: ofKeyPolicy });
  if (denied.length > 0) return verdict('denied', 'identity-policy-denies', { half, because: [...denied, ...ofKeyPolicy] });
  return verdict('denied', 'identity-policy-condition', { half, because: [...ofKeyPolicy, ...failing.map((each) => each.because)], failing: failing.flatMap(failedOf) });
}

/** @param others all other ways, each with limits of its own */
function permittedBy(way: Way, others: readonly Way[], denies: readonly Weighed[]): Verdict {
  const applying = deniesOn(way, denies);
  const because = [...way.parts, ...applying].map((part) => part.because);
  const grants = way.grant ? [way.grant] : NONE;
  if (way.cost === 0 && applying.length === 0) return verdict('allowed', way.grant ? 'grant' : 'both-allow', { because, grants });
  if (!way.sure || applying.some((deny) => !deny.sure)) return verdict('unknown', 'unresolved', { because, grants });
  const [limits, ...alternatives] = limitsOfWays([way, ...others], denies);
  const inSessions = limits?.sessions.filter(({ negated }) => !negated).map((limit) => limit.because) ?? NONE;
  return verdict('conditional', way.grant ? 'grant' : 'both-allow', { because: [...inSessions, ...because], grants, ...limits, alternatives });
}

/** Says why not, by the first cause (docs/aws-rules.md 8.1). */
function refused(one: Case, relation: Relation, action: ActionInfo, way: Way | undefined, denies: readonly Weighed[]): Verdict {
  const own = cheapest(one.ownAllows, action.bit);
  const ownBecause = own ? [own.because] : [];
  if (!own && !way) {
    const missed = missedKey(one, action);
    if (missed) return missed;
  }
  if (!one.key.policy) {
    if (!way) return withoutKeyPolicy(one, relation, action, denies);
  } else if (!way && !isOnlyByIdentity(action)) {
    const outside = notLetIn(one, relation, ownBecause);
    if (outside) return outside;
  }
  if (!worksAcross(one, relation, action)) return notAcross(one, action);
  const keyAllow = cheapest(one.keyAllows, action.bit);
  const denied = deniedBy(denies, [...(keyAllow ? [keyAllow.because] : []), ...ownBecause]);
  if (denied) return denied;
  if (isOnlyByIdentity(action)) return own || one.caller.kind === 'service' ? verdict('unknown', 'needs-grant', { because: ownBecause }) : lacksIdentityPolicy(one, relation, action, []);
  if (!keyAllow) return keyPolicyFallsShort(one, relation, action, ownBecause);
  return lacksIdentityPolicy(one, relation, action, [keyAllow.because]);
}

/** RetireGrant: without effect in key policies, and an identity policy alone is never enough (docs/aws-rules.md 3.1). */
function isOnlyByIdentity(action: ActionInfo): boolean {
  return action.policyType === 'iam-policy';
}

/** The identity policy allows it on a key of this id, but in another account or Region. */
function missedKey(one: Case, action: ActionInfo): Verdict | undefined {
  const missed = one.misses().filter(({ set }) => (set & action.bit) !== 0n);
  const first = missed.find(({ field }) => field === 'account') ?? missed[0];
  if (!first) return undefined;
  const because = missed.filter(({ field }) => field === first.field).map((miss) => miss.because);
  return verdict('denied', first.field, { half: 'identity-policy', because });
}

/** Without the key policy only what it cannot change is certain. */
function withoutKeyPolicy(one: Case, relation: Relation, action: ActionInfo, denies: readonly Weighed[]): Verdict {
  const own = cheapest(one.ownAllows, action.bit);
  const ownBecause = own ? [own.because] : [];
  if (!worksAcross(one, relation, action)) return notAcross(one, action);
  const denied = deniedBy(denies, ownBecause);
  if (denied) return denied;
  if (!own && one.caller.kind !== 'service' && (relation === 'cross' || isOnlyByIdentity(action))) return lacksIdentityPolicy(one, relation, action, []);
  return verdict('unknown', isOnlyByIdentity(action) ? 'needs-grant' : 'key-policy-missing', { half: 'key-policy', because: ownBecause });
}

/** The key policy lets the caller in for nothing at all. */
function notLetIn(one: Case, relation: Relation, ownBecause: readonly Because[]): Verdict | undefined {
  const { key, caller } = one;
  if (one.admissions().length > 0) return undefined;
  if (caller.kind === 'service') return verdict('denied', 'key-policy-silent', { half: 'key-policy' });
  const others = admissionsOfOthers(key, caller);
  const because = [...others, ...ownBecause];
  if (relation === 'same') return verdict('denied', 'not-delegating', { half: 'key-policy', because });
  return verdict('denied', others.length > 0 ? 'identity-not-named' : 'key-policy-silent', { half: 'key-policy', because });
}

function notAcross(one: Case, action: ActionInfo): Verdict {
  return verdict('denied', 'not-cross-account', { because: hopeful(one, action) });
}

/** The statements that allow the action in vain. */
function hopeful(one: Case, action: ActionInfo): Because[] {
  return [cheapest(one.keyAllows, action.bit), cheapest(one.ownAllows, action.bit)].flatMap((each) => (each ? [each.because] : []));
}

function deniedBy(denies: readonly Weighed[], allowing: readonly Because[]): Verdict | undefined {
  const certain = denies.filter(isCertain);
  const [first] = certain;
  if (!first) return undefined;
  const half = first.because.half;
  const because = [...certain.map((deny) => deny.because), ...allowing];
  return verdict('denied', half === 'key-policy' ? 'key-policy-denies' : 'identity-policy-denies', { half, because });
}

/** The key policy lets the caller in, but not for this action, or only under conditions that are false. */
function keyPolicyFallsShort(one: Case, relation: Relation, action: ActionInfo, ownBecause: readonly Because[]): Verdict {
  const failing = failingOf(one.keyAllows, action.bit);
  if (failing.length > 0) {
    const because = [...failing.map((each) => each.because), ...ownBecause];
    if (relation === 'same' && failing.every(isForOtherTypes)) return verdict('denied', 'not-delegating', { half: 'key-policy', because: ownBecause, failing: failing.flatMap(failedOf) });
    return verdict('denied', 'key-policy-condition', { half: 'key-policy', because, failing: failing.flatMap(failedOf) });
  }
  const admissions = one.admissions();
  const because = [...admissions.map((each) => each.because), ...ownBecause];
  const named = one.caller.kind === 'service' || admissions.some(({ matches }) => matches.some(({ level }) => level !== 'account'));
  const reason = relation === 'same' && !named ? 'not-delegating' : 'key-policy-action';
  return verdict('denied', reason, { half: 'key-policy', because });
}

/** The statement means the account, and by `aws:PrincipalType` other kinds of its identities: to this one it delegates nothing (docs/aws-rules.md 4.2). */
function isForOtherTypes({ level, failed }: Weighed): boolean {
  return level === 'account' && failed.some(({ keyLower }) => keyLower === 'aws:principaltype');
}

function lacksIdentityPolicy(one: Case, relation: Relation, action: ActionInfo, keyBecause: readonly Because[]): Verdict {
  const failing = failingOf(one.ownAllows, action.bit);
  if (failing.length > 0 && !one.unseen) {
    const because = [...keyBecause, ...failing.map((each) => each.because)];
    return verdict('denied', 'identity-policy-condition', { half: 'identity-policy', because, failing: failing.flatMap(failedOf) });
  }
  if (relation !== 'cross' || !isServiceLinkedRole(one.caller)) return verdict(one.unseen ? 'unknown' : 'denied', 'identity-policy-missing', { half: 'identity-policy', because: keyBecause });
  const certain = one.policies.length > 0 && !one.unseen || isGrantOnly(one.caller.name);
  return verdict(certain ? 'denied' : 'unknown', 'needs-grant', { half: 'identity-policy', because: keyBecause });
}

function failedOf({ because, failed }: Weighed): OpenCondition[] {
  return failed.map((condition: Condition) => ({ because, condition, negated: false }));
}

/** Uses nothing that an account owns (AWS KMS API Reference, GenerateRandom, Cross-account use), so that whose the key is does not matter. */
const OF_NO_ACCOUNT: ActionName = 'kms:GenerateRandom';

/** Actions without a key: the identity's own account decides, by identity policies with the resource `*` (docs/aws-rules.md 3.1). */
function judgeWithoutKey(one: Case, relation: Relation, action: ActionInfo): Verdict {
  if (one.caller.kind === 'service') return lacksIdentityPolicy(one, relation, action, []);
  if (relation === 'cross' && action.name !== OF_NO_ACCOUNT) return notAcross(one, action);
  const onStar = (weighed: Weighed): boolean => weighed.because.statement.resource?.patterns.some(({ form }) => form === 'any') === true;
  const denies = one.ownDenies.filter((deny) => applies(deny, action.bit) && onStar(deny));
  const allow = cheapest(one.ownAllows, action.bit, onStar);
  const denied = deniedBy(denies, allow ? [allow.because] : []);
  if (denied) return denied;
  if (!allow) return lacksIdentityPolicy(one, relation, action, []);
  const others = one.ownAllows.filter((weighed) => weighed !== allow && applies(weighed, action.bit) && onStar(weighed)).map(wayOf);
  return firstPossible(one, [wayOf(allow), ...others.sort((a, b) => a.cost - b.cost)], denies, true);
}

