import { STAR_ONLY_ACTIONS, type ActionInfo, type ActionName } from '../aws/actions';
import type { Condition } from '../policy/policy';
import { aliasDenial, allowPathsWithAlias } from './alias-access';
import { crossesPartition, isGrantOnlyRole, isServiceLinkedRole } from './caller';
import { keyPolicyStatementsForAccount, type EvaluationContext, type AccountRelation } from './evaluation-context';
import { findContradiction } from './condition-contradiction';
import { denyRefsOfSessions, deniesOnPath, requirementsOfPaths, uniqueBy, withoutDeniedSessions } from './access-requirements';
import type { StatementRef, ConditionRef, Reason, Verdict } from './verdict';
import { findAllowPath, alternativeAllowPaths, singleStatementPath, type AllowPath } from './allow-path';
import { mayApplyTo, leastRestrictive, statementsWithFailedConditions, appliesUnconditionally,
  type EvaluatedStatement } from './statement-evaluation';

type VerdictParts = Partial<Omit<Verdict, 'outcome' | 'reason'>>;

const NO_ITEMS: readonly never[] = [];

function createVerdict(outcome: Verdict['outcome'], reason: Reason, parts: VerdictParts = {}): Verdict {
  return {
    outcome, reason, decidingGate: parts.decidingGate, conditions: parts.conditions ?? NO_ITEMS,
    alternatives: parts.alternatives ?? NO_ITEMS,
    failedConditions: parts.failedConditions ?? NO_ITEMS, sessions: parts.sessions ?? NO_ITEMS, grants: parts.grants ?? NO_ITEMS,
    // One statement can have a part several times, by several of its principals.
    decidedBy: uniqueBy(parts.decidedBy ?? NO_ITEMS, ({ statement }) => statement),
  };
}

/** The verdict on one action of a case, with the accounts standing to each other as told (docs/aws-rules.md 5.1). */
export function evaluateAccess(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo): Verdict {
  if (crossesPartition(evaluationContext.caller, evaluationContext.key))
    return createVerdict('denied', 'partition', { decidedBy: ineffectiveAllows(evaluationContext, action) });
  if ((action.bit & STAR_ONLY_ACTIONS) !== 0n) return evaluateActionWithoutKey(evaluationContext, accountRelation, action);
  const denies = applicableDenies(evaluationContext, action);
  // A Deny for everybody is the nearer reason than one for the session alone, whatever the statements are that name them.
  const isDenied = denies.some(appliesUnconditionally);
  const open = isDenied ? evaluationContext : withoutDeniedSessions(evaluationContext, denies);
  const allowPath = isAllowedAcrossAccounts(evaluationContext, accountRelation, action)
    ? findAllowPath(open, accountRelation, action)
    : undefined;
  if (allowPath && !isDenied)
    return allowUnlessContradictory(open, accountRelation, action, allowPath, denies)
      ?? denyWithoutAlias(evaluationContext, action, allowPath);
  return (allowPath || isDenied ? undefined : denyInAllowedSessions(evaluationContext, accountRelation, action, denies))
    ?? denyWithReason(evaluationContext, accountRelation, action, allowPath, denies);
}

/** The only sessions of the role that are let in are denied again. */
function denyInAllowedSessions(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo,
  denies: readonly EvaluatedStatement[]): Verdict | undefined {
  const allowPath = isAllowedAcrossAccounts(evaluationContext, accountRelation, action)
    ? findAllowPath(evaluationContext, accountRelation, action)
    : undefined;
  if (!allowPath) return undefined;
  const because = [...denyRefsOfSessions(allowPath.statements, denies), ...allowPath.statements.map((part) => part.statementRef)];
  return createVerdict('denied', 'key-policy-denies', { decidingGate: 'key-policy', decidedBy: because });
}

/** The Deny statements that apply to the action, for certain or perhaps. */
export function applicableDenies(evaluationContext: EvaluationContext, action: ActionInfo): readonly EvaluatedStatement[] {
  if (evaluationContext.keyDenies.length === 0 && evaluationContext.identityDenies.length === 0) return NO_ITEMS;
  return [...evaluationContext.keyDenies, ...evaluationContext.identityDenies].filter((deny) => mayApplyTo(deny, action.bit));
}

/** AWS managed keys never leave their account: nobody can change their policies (docs/aws-rules.md 7.1). */
function isAllowedAcrossAccounts(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo): boolean {
  return accountRelation === 'same' || evaluationContext.caller.kind === 'service'
    || action.crossAccount && !evaluationContext.key.awsManaged;
}

/** Undefined where an operation on aliases is allowed on no alias. */
function allowUnlessContradictory(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo,
  allowPath: AllowPath, denies: readonly EvaluatedStatement[]): Verdict | undefined {
  // Nothing is asked of a request, so that nothing can exclude anything.
  if (allowPath.restrictiveness === 0 && denies.length === 0 && !action.resourceTypes.includes('alias'))
    return verdictOfAllowPath(allowPath, NO_ITEMS, denies);
  const isPlain = allowPath.restrictiveness === 0 && !action.resourceTypes.includes('alias')
    && !findContradiction(allowPath.statements, denies, evaluationContext);
  const others = isPlain
    ? { allowPaths: NO_ITEMS, areComplete: true }
    : alternativeAllowPaths(evaluationContext, accountRelation, action, allowPath);
  const allowPaths = allowPathsWithAlias(evaluationContext, action, [allowPath, ...others.allowPaths]);
  return allowPaths.length > 0 ? verdictOfFirstSatisfiablePath(evaluationContext, allowPaths, denies, others.areComplete) : undefined;
}

/**
 * By the first way of which no two conditions, nor its conditions and a Deny, exclude each other (docs/aws-rules.md 4.4).
 *
 * @param complete false where there are more ways, of which one may be open
 */
function verdictOfFirstSatisfiablePath(evaluationContext: EvaluationContext, allowPaths: readonly AllowPath[],
  denies: readonly EvaluatedStatement[], complete: boolean): Verdict {
  const judged = allowPaths.map((allowPath) => ({ way: allowPath,
    contradiction: findContradiction(allowPath.statements, deniesOnPath(allowPath, denies), evaluationContext) })
  );
  const [best, ...others] = judged.filter(({ contradiction }) => !contradiction).map(({ way }) => way);
  if (best)
    return verdictOfAllowPath(best, best.restrictiveness === 0 ? NO_ITEMS : others.filter(({ isMatchCertain }) => isMatchCertain), denies);
  if (!complete) return createVerdict('unknown', 'unresolved');
  const [first] = judged;
  return denyForContradiction(first?.way.statements ?? NO_ITEMS, first?.contradiction ?? NO_ITEMS);
}

function denyForContradiction(parts: readonly EvaluatedStatement[], conditions: readonly ConditionRef[]): Verdict {
  const statements = conditions.map(({ statementRef }) => statementRef);
  const [first] = statements;
  const policyGate = statements.every((statement) => statement.gate === first?.gate) ? first?.gate : undefined;
  return createVerdict('denied', 'conditions-contradict', { decidingGate: policyGate,
    decidedBy: [...parts.map((part) => part.statementRef), ...statements], failedConditions: conditions });
}

/** The key half is there, and the alias half is not, which only an identity policy gives (docs/aws-rules.md 3.4). */
function denyWithoutAlias(evaluationContext: EvaluationContext, action: ActionInfo, allowPath: AllowPath): Verdict {
  const { denied, failing } = aliasDenial(evaluationContext, action);
  const half = 'identity-policy';
  const ofKeyPolicy = allowPath.statements.map((part) => part.statementRef).filter((statementRef) => statementRef.gate === 'key-policy');
  if (evaluationContext.hasPoliciesWithoutDocument || denied.length === 0 && failing.length === 0)
    return createVerdict(evaluationContext.hasPoliciesWithoutDocument ? 'unknown' : 'denied', 'identity-policy-missing', {
      decidingGate: half,
      decidedBy: ofKeyPolicy,
    });
  if (denied.length > 0)
    return createVerdict('denied', 'identity-policy-denies', { decidingGate: half, decidedBy: [...denied, ...ofKeyPolicy] });
  return createVerdict('denied', 'identity-policy-condition', { decidingGate: half,
    decidedBy: [...ofKeyPolicy, ...failing.map((each) => each.statementRef)], failedConditions: failing.flatMap(failedConditionRefs) });
}

/** @param others all other ways, each with limits of its own */
function verdictOfAllowPath(allowPath: AllowPath, others: readonly AllowPath[], denies: readonly EvaluatedStatement[]): Verdict {
  const applying = deniesOnPath(allowPath, denies);
  const because = [...allowPath.statements, ...applying].map((part) => part.statementRef);
  const grants = allowPath.grant ? [allowPath.grant] : NO_ITEMS;
  if (allowPath.restrictiveness === 0 && applying.length === 0)
    return createVerdict('allowed', allowPath.grant ? 'grant' : 'both-allow', { decidedBy: because, grants });
  if (!allowPath.isMatchCertain || applying.some((deny) => !deny.isMatchCertain))
    return createVerdict('unknown', 'unresolved', { decidedBy: because, grants });
  const [accessRequirements, ...alternatives] = requirementsOfPaths([allowPath, ...others], denies);
  const inSessions = accessRequirements?.sessions.filter(({ negated }) => !negated).map((limit) => limit.statementRef) ?? NO_ITEMS;
  return createVerdict('conditional', allowPath.grant ? 'grant' : 'both-allow', { decidedBy: [...inSessions, ...because], grants,
    ...accessRequirements, alternatives });
}

/** Says why not, by the first cause (docs/aws-rules.md 8.1). */
function denyWithReason(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo,
  allowPath: AllowPath | undefined, denies: readonly EvaluatedStatement[]): Verdict {
  const own = leastRestrictive(evaluationContext.identityAllows, action.bit);
  const ownBecause = own ? [own.statementRef] : [];
  if (!own && !allowPath) {
    const missed = denyForNearMiss(evaluationContext, action);
    if (missed) return missed;
  }
  if (!evaluationContext.key.policy) {
    if (!allowPath) return verdictWithoutKeyPolicy(evaluationContext, accountRelation, action, denies);
  } else if (!allowPath && !isIdentityPolicyAction(action)) {
    const outside = denyIfPrincipalNotNamed(evaluationContext, accountRelation, ownBecause);
    if (outside) return outside;
  }
  if (!isAllowedAcrossAccounts(evaluationContext, accountRelation, action)) return denyCrossAccount(evaluationContext, action);
  const keyAllow = leastRestrictive(evaluationContext.keyAllows, action.bit);
  const denied = denyByDenyStatement(denies, [...(keyAllow ? [keyAllow.statementRef] : []), ...ownBecause]);
  if (denied) return denied;
  if (isIdentityPolicyAction(action))
    return own || evaluationContext.caller.kind === 'service'
      ? createVerdict('unknown', 'needs-grant', { decidedBy: ownBecause })
      : denyWithoutIdentityPolicy(evaluationContext, accountRelation, action, []);
  if (!keyAllow) return denyByKeyPolicy(evaluationContext, accountRelation, action, ownBecause);
  return denyWithoutIdentityPolicy(evaluationContext, accountRelation, action, [keyAllow.statementRef]);
}

/** RetireGrant: without effect in key policies, and an identity policy alone is never enough (docs/aws-rules.md 3.1). */
function isIdentityPolicyAction(action: ActionInfo): boolean {
  return action.policyType === 'iam-policy';
}

/** The identity policy allows it on a key of this id, but in another account or Region. */
function denyForNearMiss(evaluationContext: EvaluationContext, action: ActionInfo): Verdict | undefined {
  const missed = evaluationContext.nearMisses().filter(({ actions }) => (actions & action.bit) !== 0n);
  const first = missed.find(({ field }) => field === 'account') ?? missed[0];
  if (!first) return undefined;
  const because = missed.filter(({ field }) => field === first.field).map((nearMiss) => nearMiss.statementRef);
  return createVerdict('denied', first.field, { decidingGate: 'identity-policy', decidedBy: because });
}

/** Without the key policy only what it cannot change is certain. */
function verdictWithoutKeyPolicy(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo,
  denies: readonly EvaluatedStatement[]): Verdict {
  const own = leastRestrictive(evaluationContext.identityAllows, action.bit);
  const ownBecause = own ? [own.statementRef] : [];
  if (!isAllowedAcrossAccounts(evaluationContext, accountRelation, action)) return denyCrossAccount(evaluationContext, action);
  const denied = denyByDenyStatement(denies, ownBecause);
  if (denied) return denied;
  if (!own && evaluationContext.caller.kind !== 'service' && (accountRelation === 'cross' || isIdentityPolicyAction(action)))
    return denyWithoutIdentityPolicy(evaluationContext, accountRelation, action, []);
  return createVerdict('unknown', isIdentityPolicyAction(action) ? 'needs-grant' : 'key-policy-missing', { decidingGate: 'key-policy',
    decidedBy: ownBecause });
}

/** The key policy lets the caller in for nothing at all. */
function denyIfPrincipalNotNamed(evaluationContext: EvaluationContext, accountRelation: AccountRelation,
  ownBecause: readonly StatementRef[]): Verdict | undefined {
  const { caller } = evaluationContext;
  if (evaluationContext.keyPolicyMatches().length > 0) return undefined;
  if (caller.kind === 'service') return createVerdict('denied', 'key-policy-silent', { decidingGate: 'key-policy' });
  const others = keyPolicyStatementsForAccount(evaluationContext);
  const because = [...others, ...ownBecause];
  if (accountRelation === 'same') return createVerdict('denied', 'not-delegating', { decidingGate: 'key-policy', decidedBy: because });
  return createVerdict('denied', others.length > 0 ? 'identity-not-named' : 'key-policy-silent', { decidingGate: 'key-policy',
    decidedBy: because });
}

function denyCrossAccount(evaluationContext: EvaluationContext, action: ActionInfo): Verdict {
  return createVerdict('denied', 'not-cross-account', { decidedBy: ineffectiveAllows(evaluationContext, action) });
}

/** The statements that allow the action in vain. */
function ineffectiveAllows(evaluationContext: EvaluationContext, action: ActionInfo): StatementRef[] {
  return [leastRestrictive(evaluationContext.keyAllows, action.bit), leastRestrictive(evaluationContext.identityAllows, action.bit)]
    .flatMap((each) => (each ? [each.statementRef] : []));
}

function denyByDenyStatement(denies: readonly EvaluatedStatement[], allowing: readonly StatementRef[]): Verdict | undefined {
  const certain = denies.filter(appliesUnconditionally);
  const [first] = certain;
  if (!first) return undefined;
  const policyGate = first.statementRef.gate;
  const because = [...certain.map((deny) => deny.statementRef), ...allowing];
  return createVerdict('denied', policyGate === 'key-policy' ? 'key-policy-denies' : 'identity-policy-denies', { decidingGate: policyGate,
    decidedBy: because });
}

/** The key policy lets the caller in, but not for this action, or only under conditions that are false. */
function denyByKeyPolicy(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo,
  ownBecause: readonly StatementRef[]): Verdict {
  const failing = statementsWithFailedConditions(evaluationContext.keyAllows, action.bit);
  if (failing.length > 0) {
    const because = [...failing.map((each) => each.statementRef), ...ownBecause];
    if (accountRelation === 'same' && failing.every(isForOtherPrincipalTypes))
      return createVerdict('denied', 'not-delegating', { decidingGate: 'key-policy', decidedBy: ownBecause,
        failedConditions: failing.flatMap(failedConditionRefs) });
    return createVerdict('denied', 'key-policy-condition', { decidingGate: 'key-policy', decidedBy: because,
      failedConditions: failing.flatMap(failedConditionRefs) });
  }
  const keyPolicyMatches = evaluationContext.keyPolicyMatches();
  const because = [...keyPolicyMatches.map((each) => each.statementRef), ...ownBecause];
  const named = evaluationContext.caller.kind === 'service'
    || keyPolicyMatches.some(({ principalMatches }) => principalMatches.some(({ principalLevel }) => principalLevel !== 'account'));
  const reason = accountRelation === 'same' && !named ? 'not-delegating' : 'key-policy-action';
  return createVerdict('denied', reason, { decidingGate: 'key-policy', decidedBy: because });
}

/**
 * The statement means the account, and by `aws:PrincipalType` other kinds of its identities: to this one it delegates nothing
 * (docs/aws-rules.md 4.2).
 */
function isForOtherPrincipalTypes({ principalLevel, failedConditions }: EvaluatedStatement): boolean {
  return principalLevel === 'account' && failedConditions.some(({ keyLower }) => keyLower === 'aws:principaltype');
}

function denyWithoutIdentityPolicy(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo,
  keyBecause: readonly StatementRef[]): Verdict {
  const failing = statementsWithFailedConditions(evaluationContext.identityAllows, action.bit);
  if (failing.length > 0 && !evaluationContext.hasPoliciesWithoutDocument) {
    const because = [...keyBecause, ...failing.map((each) => each.statementRef)];
    return createVerdict('denied', 'identity-policy-condition', { decidingGate: 'identity-policy', decidedBy: because,
      failedConditions: failing.flatMap(failedConditionRefs) });
  }
  if (accountRelation !== 'cross' || !isServiceLinkedRole(evaluationContext.caller))
    return createVerdict(evaluationContext.hasPoliciesWithoutDocument ? 'unknown' : 'denied', 'identity-policy-missing', {
      decidingGate: 'identity-policy',
      decidedBy: keyBecause,
    });
  const certain = evaluationContext.policies.length > 0 && !evaluationContext.hasPoliciesWithoutDocument
    || isGrantOnlyRole(evaluationContext.caller.name);
  return createVerdict(certain ? 'denied' : 'unknown', 'needs-grant', { decidingGate: 'identity-policy', decidedBy: keyBecause });
}

function failedConditionRefs({ statementRef, failedConditions }: EvaluatedStatement): ConditionRef[] {
  return failedConditions.map((condition: Condition) => ({ statementRef, condition, negated: false }));
}

/**
 * Uses nothing that an account owns (AWS KMS API Reference, GenerateRandom, Cross-account use), so that whose the key is does not matter.
 */
const ACTION_OF_NO_ACCOUNT: ActionName = 'kms:GenerateRandom';

/** Actions without a key: the identity's own account decides, by identity policies with the resource `*` (docs/aws-rules.md 3.1). */
function evaluateActionWithoutKey(evaluationContext: EvaluationContext, accountRelation: AccountRelation, action: ActionInfo): Verdict {
  if (evaluationContext.caller.kind === 'service') return denyWithoutIdentityPolicy(evaluationContext, accountRelation, action, []);
  if (accountRelation === 'cross' && action.name !== ACTION_OF_NO_ACCOUNT) return denyCrossAccount(evaluationContext, action);
  const onStar = (evaluatedStatement: EvaluatedStatement): boolean =>
    evaluatedStatement.statementRef.statement.resource?.patterns.some(({ form }) => form === 'any') === true;
  const denies = evaluationContext.identityDenies.filter((deny) => mayApplyTo(deny, action.bit) && onStar(deny));
  const allow = leastRestrictive(evaluationContext.identityAllows, action.bit, onStar);
  const denied = denyByDenyStatement(denies, allow ? [allow.statementRef] : []);
  if (denied) return denied;
  if (!allow) return denyWithoutIdentityPolicy(evaluationContext, accountRelation, action, []);
  const others = evaluationContext.identityAllows.filter((weighed) =>
    weighed !== allow && mayApplyTo(weighed, action.bit) && onStar(weighed)
  ).map(singleStatementPath);
  return verdictOfFirstSatisfiablePath(evaluationContext, [singleStatementPath(allow),
    ...others.sort((a, b) => a.restrictiveness - b.restrictiveness)], denies, true);
}

