import { STAR_ONLY_ACTIONS, type ActionInfo, type ActionName } from '../aws/actions';
import type { Condition } from '../policy/policy';
import { aliasDenial, allowPathsWithAlias } from './alias-access';
import { crossesPartition, isGrantOnlyRole, isServiceLinkedRole } from './caller';
import { keyPolicyStatementsForAccount, type EvaluationContext, type AccountRelation } from './evaluation-context';
import { findContradiction } from './condition-contradiction';
import { denyRefsOfSessions, deniesOnPath, requirementsOfPaths, uniqueBy, withoutDeniedSessions } from './access-requirements';
import type { StatementRef, ConditionRef, Reason, Verdict } from './verdict';
import { findAllowPath, alternativeAllowPaths, singleStatementPath, type AllowPath } from './allow-path';
import { mayApplyTo, leastRestrictive, statementsWithFailedConditions, appliesUnconditionally, type EvaluatedStatement } from './statement-evaluation';

type VerdictParts = Partial<Omit<Verdict, 'outcome' | 'reason'>>;

const NO_ITEMS: readonly never[] = [];

function createVerdict(outcome: Verdict['outcome'], reason: Reason, parts: VerdictParts = {}): Verdict {
  return {
    outcome, reason, decidingGate: parts.decidingGate, conditions: parts.conditions ?? NO_ITEMS, alternatives: parts.alternatives ?? NO_ITEMS,
    failedConditions: parts.failedConditions ?? NO_ITEMS, sessions: parts.sessions ?? NO_ITEMS, grants: parts.grants ?? NO_ITEMS,
    // One statement can have a part several times, by several of its principals.
    decidedBy: uniqueBy(parts.decidedBy ?? NO_ITEMS, ({ statement }) => statement),
  };
}

/** The verdict on one action of a case, with the accounts standing to each other as told (docs/aws-rules.md 5.1). */
export function evaluateAccess(one: EvaluationContext, relation: AccountRelation, action: ActionInfo): Verdict {
  if (crossesPartition(one.caller, one.key)) return createVerdict('denied', 'partition', { decidedBy: ineffectiveAllows(one, action) });
  if ((action.bit & STAR_ONLY_ACTIONS) !== 0n) return evaluateActionWithoutKey(one, relation, action);
  const denies = applicableDenies(one, action);
  const open = withoutDeniedSessions(one, denies);
  const way = isAllowedAcrossAccounts(one, relation, action) ? findAllowPath(open, relation, action) : undefined;
  if (way && !denies.some(appliesUnconditionally)) return allowUnlessContradictory(open, relation, action, way, denies) ?? denyWithoutAlias(one, action, way);
  return (way ? undefined : denyInAllowedSessions(one, relation, action, denies)) ?? denyWithReason(one, relation, action, way, denies);
}

/** The only sessions of the role that are let in are denied again. */
function denyInAllowedSessions(one: EvaluationContext, relation: AccountRelation, action: ActionInfo, denies: readonly EvaluatedStatement[]): Verdict | undefined {
  const way = denies.some(appliesUnconditionally) || !isAllowedAcrossAccounts(one, relation, action) ? undefined : findAllowPath(one, relation, action);
  if (!way) return undefined;
  const because = [...denyRefsOfSessions(way.statements, denies), ...way.statements.map((part) => part.statementRef)];
  return createVerdict('denied', 'key-policy-denies', { decidingGate: 'key-policy', decidedBy: because });
}

/** The Deny statements that apply to the action, for certain or perhaps. */
export function applicableDenies(one: EvaluationContext, action: ActionInfo): readonly EvaluatedStatement[] {
  if (one.keyDenies.length === 0 && one.identityDenies.length === 0) return NO_ITEMS;
  return [...one.keyDenies, ...one.identityDenies].filter((deny) => mayApplyTo(deny, action.bit));
}

/** AWS managed keys never leave their account: nobody can change their policies (docs/aws-rules.md 7.1). */
function isAllowedAcrossAccounts(one: EvaluationContext, relation: AccountRelation, action: ActionInfo): boolean {
  return relation === 'same' || one.caller.kind === 'service' || action.crossAccount && !one.key.awsManaged;
}

/** Undefined where an operation on aliases is allowed on no alias. */
function allowUnlessContradictory(one: EvaluationContext, relation: AccountRelation, action: ActionInfo, way: AllowPath, denies: readonly EvaluatedStatement[]): Verdict | undefined {
  // Nothing is asked of a request, so that nothing can exclude anything.
  if (way.restrictiveness === 0 && denies.length === 0 && !action.resourceTypes.includes('alias')) return verdictOfAllowPath(way, NO_ITEMS, denies);
  const isPlain = way.restrictiveness === 0 && !action.resourceTypes.includes('alias') && !findContradiction(way.statements, denies, one);
  const others = isPlain ? { allowPaths: NO_ITEMS, areComplete: true } : alternativeAllowPaths(one, relation, action, way);
  const ways = allowPathsWithAlias(one, action, [way, ...others.allowPaths]);
  return ways.length > 0 ? verdictOfFirstSatisfiablePath(one, ways, denies, others.areComplete) : undefined;
}

/**
 * By the first way of which no two conditions, nor its conditions and a Deny, exclude each other (docs/aws-rules.md 4.4).
 *
 * @param complete false where there are more ways, of which one may be open
 */
function verdictOfFirstSatisfiablePath(one: EvaluationContext, ways: readonly AllowPath[], denies: readonly EvaluatedStatement[], complete: boolean): Verdict {
  const judged = ways.map((way) => ({ way, contradiction: findContradiction(way.statements, deniesOnPath(way, denies), one) }));
  const [best, ...others] = judged.filter(({ contradiction }) => !contradiction).map(({ way }) => way);
  if (best) return verdictOfAllowPath(best, best.restrictiveness === 0 ? NO_ITEMS : others.filter(({ isMatchCertain: sure }) => sure), denies);
  if (!complete) return createVerdict('unknown', 'unresolved');
  const [first] = judged;
  return denyForContradiction(first?.way.statements ?? NO_ITEMS, first?.contradiction ?? NO_ITEMS);
}

function denyForContradiction(parts: readonly EvaluatedStatement[], conditions: readonly ConditionRef[]): Verdict {
  const statements = conditions.map(({ statementRef: because }) => because);
  const [first] = statements;
  const half = statements.every((statement) => statement.gate === first?.gate) ? first?.gate : undefined;
  return createVerdict('denied', 'conditions-contradict', { decidingGate: half, decidedBy: [...parts.map((part) => part.statementRef), ...statements], failedConditions: conditions });
}

/** The key half is there, and the alias half is not, which only an identity policy gives (docs/aws-rules.md 3.4). */
function denyWithoutAlias(one: EvaluationContext, action: ActionInfo, way: AllowPath): Verdict {
  const { denied, failing } = aliasDenial(one, action);
  const half = 'identity-policy';
  const ofKeyPolicy = way.statements.map((part) => part.statementRef).filter((because) => because.gate === 'key-policy');
  if (one.hasPoliciesWithoutDocument || denied.length === 0 && failing.length === 0) return createVerdict(one.hasPoliciesWithoutDocument ? 'unknown' : 'denied', 'identity-policy-missing', { decidingGate: half, decidedBy: ofKeyPolicy });
  if (denied.length > 0) return createVerdict('denied', 'identity-policy-denies', { decidingGate: half, decidedBy: [...denied, ...ofKeyPolicy] });
  return createVerdict('denied', 'identity-policy-condition', { decidingGate: half, decidedBy: [...ofKeyPolicy, ...failing.map((each) => each.statementRef)], failedConditions: failing.flatMap(failedConditionRefs) });
}

/** @param others all other ways, each with limits of its own */
function verdictOfAllowPath(way: AllowPath, others: readonly AllowPath[], denies: readonly EvaluatedStatement[]): Verdict {
  const applying = deniesOnPath(way, denies);
  const because = [...way.statements, ...applying].map((part) => part.statementRef);
  const grants = way.grant ? [way.grant] : NO_ITEMS;
  if (way.restrictiveness === 0 && applying.length === 0) return createVerdict('allowed', way.grant ? 'grant' : 'both-allow', { decidedBy: because, grants });
  if (!way.isMatchCertain || applying.some((deny) => !deny.isMatchCertain)) return createVerdict('unknown', 'unresolved', { decidedBy: because, grants });
  const [limits, ...alternatives] = requirementsOfPaths([way, ...others], denies);
  const inSessions = limits?.sessions.filter(({ negated }) => !negated).map((limit) => limit.statementRef) ?? NO_ITEMS;
  return createVerdict('conditional', way.grant ? 'grant' : 'both-allow', { decidedBy: [...inSessions, ...because], grants, ...limits, alternatives });
}

/** Says why not, by the first cause (docs/aws-rules.md 8.1). */
function denyWithReason(one: EvaluationContext, relation: AccountRelation, action: ActionInfo, way: AllowPath | undefined, denies: readonly EvaluatedStatement[]): Verdict {
  const own = leastRestrictive(one.identityAllows, action.bit);
  const ownBecause = own ? [own.statementRef] : [];
  if (!own && !way) {
    const missed = denyForNearMiss(one, action);
    if (missed) return missed;
  }
  if (!one.key.policy) {
    if (!way) return verdictWithoutKeyPolicy(one, relation, action, denies);
  } else if (!way && !isIdentityPolicyAction(action)) {
    const outside = denyIfPrincipalNotNamed(one, relation, ownBecause);
    if (outside) return outside;
  }
  if (!isAllowedAcrossAccounts(one, relation, action)) return denyCrossAccount(one, action);
  const keyAllow = leastRestrictive(one.keyAllows, action.bit);
  const denied = denyByDenyStatement(denies, [...(keyAllow ? [keyAllow.statementRef] : []), ...ownBecause]);
  if (denied) return denied;
  if (isIdentityPolicyAction(action)) return own || one.caller.kind === 'service' ? createVerdict('unknown', 'needs-grant', { decidedBy: ownBecause }) : denyWithoutIdentityPolicy(one, relation, action, []);
  if (!keyAllow) return denyByKeyPolicy(one, relation, action, ownBecause);
  return denyWithoutIdentityPolicy(one, relation, action, [keyAllow.statementRef]);
}

/** RetireGrant: without effect in key policies, and an identity policy alone is never enough (docs/aws-rules.md 3.1). */
function isIdentityPolicyAction(action: ActionInfo): boolean {
  return action.policyType === 'iam-policy';
}

/** The identity policy allows it on a key of this id, but in another account or Region. */
function denyForNearMiss(one: EvaluationContext, action: ActionInfo): Verdict | undefined {
  const missed = one.nearMisses().filter(({ actions: set }) => (set & action.bit) !== 0n);
  const first = missed.find(({ field }) => field === 'account') ?? missed[0];
  if (!first) return undefined;
  const because = missed.filter(({ field }) => field === first.field).map((miss) => miss.statementRef);
  return createVerdict('denied', first.field, { decidingGate: 'identity-policy', decidedBy: because });
}

/** Without the key policy only what it cannot change is certain. */
function verdictWithoutKeyPolicy(one: EvaluationContext, relation: AccountRelation, action: ActionInfo, denies: readonly EvaluatedStatement[]): Verdict {
  const own = leastRestrictive(one.identityAllows, action.bit);
  const ownBecause = own ? [own.statementRef] : [];
  if (!isAllowedAcrossAccounts(one, relation, action)) return denyCrossAccount(one, action);
  const denied = denyByDenyStatement(denies, ownBecause);
  if (denied) return denied;
  if (!own && one.caller.kind !== 'service' && (relation === 'cross' || isIdentityPolicyAction(action))) return denyWithoutIdentityPolicy(one, relation, action, []);
  return createVerdict('unknown', isIdentityPolicyAction(action) ? 'needs-grant' : 'key-policy-missing', { decidingGate: 'key-policy', decidedBy: ownBecause });
}

/** The key policy lets the caller in for nothing at all. */
function denyIfPrincipalNotNamed(one: EvaluationContext, relation: AccountRelation, ownBecause: readonly StatementRef[]): Verdict | undefined {
  const { key, caller } = one;
  if (one.keyPolicyMatches().length > 0) return undefined;
  if (caller.kind === 'service') return createVerdict('denied', 'key-policy-silent', { decidingGate: 'key-policy' });
  const others = keyPolicyStatementsForAccount(key, caller);
  const because = [...others, ...ownBecause];
  if (relation === 'same') return createVerdict('denied', 'not-delegating', { decidingGate: 'key-policy', decidedBy: because });
  return createVerdict('denied', others.length > 0 ? 'identity-not-named' : 'key-policy-silent', { decidingGate: 'key-policy', decidedBy: because });
}

function denyCrossAccount(one: EvaluationContext, action: ActionInfo): Verdict {
  return createVerdict('denied', 'not-cross-account', { decidedBy: ineffectiveAllows(one, action) });
}

/** The statements that allow the action in vain. */
function ineffectiveAllows(one: EvaluationContext, action: ActionInfo): StatementRef[] {
  return [leastRestrictive(one.keyAllows, action.bit), leastRestrictive(one.identityAllows, action.bit)].flatMap((each) => (each ? [each.statementRef] : []));
}

function denyByDenyStatement(denies: readonly EvaluatedStatement[], allowing: readonly StatementRef[]): Verdict | undefined {
  const certain = denies.filter(appliesUnconditionally);
  const [first] = certain;
  if (!first) return undefined;
  const half = first.statementRef.gate;
  const because = [...certain.map((deny) => deny.statementRef), ...allowing];
  return createVerdict('denied', half === 'key-policy' ? 'key-policy-denies' : 'identity-policy-denies', { decidingGate: half, decidedBy: because });
}

/** The key policy lets the caller in, but not for this action, or only under conditions that are false. */
function denyByKeyPolicy(one: EvaluationContext, relation: AccountRelation, action: ActionInfo, ownBecause: readonly StatementRef[]): Verdict {
  const failing = statementsWithFailedConditions(one.keyAllows, action.bit);
  if (failing.length > 0) {
    const because = [...failing.map((each) => each.statementRef), ...ownBecause];
    if (relation === 'same' && failing.every(isForOtherPrincipalTypes)) return createVerdict('denied', 'not-delegating', { decidingGate: 'key-policy', decidedBy: ownBecause, failedConditions: failing.flatMap(failedConditionRefs) });
    return createVerdict('denied', 'key-policy-condition', { decidingGate: 'key-policy', decidedBy: because, failedConditions: failing.flatMap(failedConditionRefs) });
  }
  const admissions = one.keyPolicyMatches();
  const because = [...admissions.map((each) => each.statementRef), ...ownBecause];
  const named = one.caller.kind === 'service' || admissions.some(({ principalMatches: matches }) => matches.some(({ principalLevel: level }) => level !== 'account'));
  const reason = relation === 'same' && !named ? 'not-delegating' : 'key-policy-action';
  return createVerdict('denied', reason, { decidingGate: 'key-policy', decidedBy: because });
}

/** The statement means the account, and by `aws:PrincipalType` other kinds of its identities: to this one it delegates nothing (docs/aws-rules.md 4.2). */
function isForOtherPrincipalTypes({ principalLevel: level, failedConditions: failed }: EvaluatedStatement): boolean {
  return level === 'account' && failed.some(({ keyLower }) => keyLower === 'aws:principaltype');
}

function denyWithoutIdentityPolicy(one: EvaluationContext, relation: AccountRelation, action: ActionInfo, keyBecause: readonly StatementRef[]): Verdict {
  const failing = statementsWithFailedConditions(one.identityAllows, action.bit);
  if (failing.length > 0 && !one.hasPoliciesWithoutDocument) {
    const because = [...keyBecause, ...failing.map((each) => each.statementRef)];
    return createVerdict('denied', 'identity-policy-condition', { decidingGate: 'identity-policy', decidedBy: because, failedConditions: failing.flatMap(failedConditionRefs) });
  }
  if (relation !== 'cross' || !isServiceLinkedRole(one.caller)) return createVerdict(one.hasPoliciesWithoutDocument ? 'unknown' : 'denied', 'identity-policy-missing', { decidingGate: 'identity-policy', decidedBy: keyBecause });
  const certain = one.policies.length > 0 && !one.hasPoliciesWithoutDocument || isGrantOnlyRole(one.caller.name);
  return createVerdict(certain ? 'denied' : 'unknown', 'needs-grant', { decidingGate: 'identity-policy', decidedBy: keyBecause });
}

function failedConditionRefs({ statementRef: because, failedConditions: failed }: EvaluatedStatement): ConditionRef[] {
  return failed.map((condition: Condition) => ({ statementRef: because, condition, negated: false }));
}

/** Uses nothing that an account owns (AWS KMS API Reference, GenerateRandom, Cross-account use), so that whose the key is does not matter. */
const ACTION_OF_NO_ACCOUNT: ActionName = 'kms:GenerateRandom';

/** Actions without a key: the identity's own account decides, by identity policies with the resource `*` (docs/aws-rules.md 3.1). */
function evaluateActionWithoutKey(one: EvaluationContext, relation: AccountRelation, action: ActionInfo): Verdict {
  if (one.caller.kind === 'service') return denyWithoutIdentityPolicy(one, relation, action, []);
  if (relation === 'cross' && action.name !== ACTION_OF_NO_ACCOUNT) return denyCrossAccount(one, action);
  const onStar = (weighed: EvaluatedStatement): boolean => weighed.statementRef.statement.resource?.patterns.some(({ form }) => form === 'any') === true;
  const denies = one.identityDenies.filter((deny) => mayApplyTo(deny, action.bit) && onStar(deny));
  const allow = leastRestrictive(one.identityAllows, action.bit, onStar);
  const denied = denyByDenyStatement(denies, allow ? [allow.statementRef] : []);
  if (denied) return denied;
  if (!allow) return denyWithoutIdentityPolicy(one, relation, action, []);
  const others = one.identityAllows.filter((weighed) => weighed !== allow && mayApplyTo(weighed, action.bit) && onStar(weighed)).map(singleStatementPath);
  return verdictOfFirstSatisfiablePath(one, [singleStatementPath(allow), ...others.sort((a, b) => a.restrictiveness - b.restrictiveness)], denies, true);
}

