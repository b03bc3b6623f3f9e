import { aliasDenial, allowPathsWithAlias } from '../access/alias-access';
import { findAllowPath } from '../access/allow-path';
import { uniqueBy, withoutDeniedSessions } from '../access/access-requirements';
import { crossesPartition, isGrantOnlyRole } from '../access/caller';
import { findContradiction } from '../access/condition-contradiction';
import { applicableDenies } from '../access/gates/deny-statements';
import { keyPolicyStatementsForAccount, type EvaluationContext } from '../access/evaluation-context';
import { ENCRYPTION_CONTEXT_ACTIONS, matchGrant } from '../access/grant-evaluation';
import { appliesUnconditionally, grantsWithoutIdentityPolicy, leastRestrictive, mayApplyTo, statementsWithFailedConditions,
  type EvaluatedStatement } from '../access/statement-evaluation';
import { decidingLocation, type AccessQuestion } from '../access/text/deciding-location';
import { describeConditionRef, describeGrantConstraints, describeIdentity, describePolicyHolder, describePrincipal, describeSessions,
  describeStatementActions } from '../access/text/describe-access';
import type { ConditionRef, Outcome, PolicyGate, StatementRef, Verdict } from '../access/verdict';
import { NO_ACTIONS, type ActionInfo } from '../aws/actions';
import type { Identity } from '../linking/entities';
import { joinNames } from '../text/join-names';
import type { Location } from '../text/span';

/** What is looked at, in the order of AWS's evaluation (docs/aws-rules.md 5.1). */
export type ExplanationStepName = 'accounts' | 'key-policy' | 'identity-policy' | 'grants' | 'denies';

/** `not-needed`: the answer does not depend on it. */
export type ExplanationStepOutcome = Outcome | 'not-needed';

/** One half of the handshake, or what else the evaluation looks at: its outcome for the question, and the statements behind it. */
export interface ExplanationStep {
  readonly half: ExplanationStepName;
  readonly outcome: ExplanationStepOutcome;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly decidedBy: readonly ExplanationStepLocation[];
}

/** A statement or grant that a step is based on. */
export interface ExplanationStepLocation {
  /** Undefined for a grant. */
  readonly statementRef: StatementRef | undefined;
  readonly at: Location;
}

/** May this identity do this with this key? */
export interface ExplanationQuestion extends AccessQuestion {
  readonly action: ActionInfo;
}

/** What the steps are about: the evaluation context in which the verdict was found. */
export interface ExplanationStepContext extends ExplanationQuestion {
  readonly evaluationContext: EvaluationContext;
  readonly verdict: Verdict;
  /** The workspace has, or may be missing, the identity's own policies. */
  readonly areIdentityPoliciesKnown: boolean;
}

/** Each half in the order of evaluation, by itself. */
export function explanationSteps(context: ExplanationStepContext): ExplanationStep[] {
  return [accountsStep(context), keyPolicyStep(context), identityStep(context), grantsStep(context), deniesStep(context)];
}

function accountsStep(context: ExplanationStepContext): ExplanationStep {
  const { evaluationContext: { caller, accountRelations: [accountRelation, otherRelation] }, key, identity, action } = context;
  const step = stepFactory(context, 'accounts');
  const identityText = describeIdentity(identity);
  if (crossesPartition(caller, key)) return step('denied', `The key is in the partition ${key.partition ?? '?'}, `
    + `${identityText} in ${identity.partition ?? '?'}: no access crosses partitions`);
  if (caller.kind === 'service') return step('not-needed', `${identityText} calls KMS as itself, and belongs to no account`);
  if (action.resourceTypes.length === 0)
    return step('allowed', `${action.name} is not about a key: IAM policies of the account alone decide`);
  if (otherRelation || key.account === undefined || caller.account === undefined)
    return step('unknown', 'The workspace does not show for certain to which accounts the key and the identity belong');
  if (accountRelation === 'same')
    return step('allowed', `Key and identity are in account ${key.account}: `
      + 'the key policy can give the permission itself, or leave it to IAM policies');
  const accounts = `The key is in account ${key.account}, the identity in account ${caller.account}`;
  if (key.awsManaged) return step('denied', `${accounts}, and an AWS managed key cannot be shared`);
  return action.crossAccount
    ? step('allowed', `${accounts}: ${action.name} works across accounts, and both policies have to allow it`)
    : step('denied', `${accounts}, and ${action.name} does not work across accounts`);
}

function keyPolicyStep(context: ExplanationStepContext): ExplanationStep {
  const { evaluationContext, key, action, identity, verdict } = context;
  const { caller } = evaluationContext;
  const step = stepFactory(context, 'key-policy');
  if (action.policyType === 'iam-policy') return step('not-needed', `A key policy neither allows nor denies ${action.name}`);
  if (!key.policy)
    return step(verdict.grants.length > 0 ? 'not-needed' : 'unknown', 'The workspace does not contain the policy of this key');
  const allow = decidingKeyPolicyAllow(context);
  if (allow) {
    const delegates = evaluationContext.accountRelations[0] === 'same' && !grantsWithoutIdentityPolicy(allow) && caller.kind !== 'service';
    const effect = delegates
      ? `Leaves ${action.name} to the IAM policies of the account`
      : `Allows ${action.name} for ${describeMatchedPrincipal(allow, identity)}`;
    const sessions = allow.session === undefined ? [] : verdict.sessions.filter(({ negated }) => !negated);
    return step(outcomeOfStatement(allow, evaluationContext), `${effect}${requirementsText(allow, context, sessions)}`,
      uniqueStatementRefs([allow, ...sessions]));
  }
  const failing = statementsWithFailedConditions(evaluationContext.keyAllows, action.bit);
  if (failing.length > 0) return failedConditionsStep(context, 'key-policy', failing);
  const matches = evaluationContext.keyPolicyMatches().map(({ statementRef }) => statementRef);
  const outcome = isAllowingVerdict(verdict) ? 'not-needed' : 'denied';
  if (matches.length > 0) {
    const actions = describeStatementActions(matches.map(({ statement }) => statement));
    return step(outcome, `Allows only ${actions} for ${describeIdentity(identity)}`, matches);
  }
  if (caller.kind === 'service') return step(outcome, `Names neither ${describeIdentity(identity)} nor everybody`);
  const ofAccount = keyPolicyStatementsForAccount(evaluationContext);
  if (ofAccount.length === 0) return step(outcome, `Allows nobody in account ${caller.account ?? '?'}`);
  return step(outcome, `Allows others of account ${caller.account ?? '?'}, not ${describeIdentity(identity)}`, ofAccount,
    'identity-not-named');
}

/** The Allow of the key policy that the verdict is based on; where it does not allow, the least restrictive one. */
function decidingKeyPolicyAllow({ evaluationContext, action, verdict }: ExplanationStepContext): EvaluatedStatement | undefined {
  const [accountRelation] = evaluationContext.accountRelations;
  const allowPath = isAllowingVerdict(verdict) && accountRelation
    ? findAllowPath({ accountRelation, action,
      context: withoutDeniedSessions(evaluationContext, applicableDenies(evaluationContext, action)) })
    : undefined;
  const statement = allowPath?.statements.find(({ statementRef }) => statementRef.gate === 'key-policy');
  return statement && isDecidingStatement(statement, verdict)
    ? statement
    : decidingOrLeastRestrictiveAllow(evaluationContext.keyAllows, action, verdict);
}

function identityStep(context: ExplanationStepContext): ExplanationStep {
  const { evaluationContext, action, identity, verdict, areIdentityPoliciesKnown } = context;
  const step = stepFactory(context, 'identity-policy');
  if (evaluationContext.caller.kind === 'service') return step('not-needed', 'An AWS service has no IAM policies');
  const ofAlias = action.resourceTypes.includes('alias') ? aliasStep(context) : undefined;
  if (ofAlias) return ofAlias;
  const isNeeded = verdict.decidedBy.some(({ gate, statement }) => gate === 'identity-policy' && statement.effect === 'Allow')
    || !isAllowingVerdict(verdict);
  const allow = decidingOrLeastRestrictiveAllow(evaluationContext.identityAllows, action, verdict);
  if (allow)
    return step(isNeeded ? outcomeOfStatement(allow, evaluationContext) : 'not-needed',
      `Allows ${action.name} on the key${requirementsText(allow, context)}`, [allow.statementRef]);
  if (!isNeeded) return step('not-needed', 'The permission needs no IAM policy');
  const failing = statementsWithFailedConditions(evaluationContext.identityAllows, action.bit);
  if (failing.length > 0) return failedConditionsStep(context, 'identity-policy', failing);
  const nearMisses = evaluationContext.nearMisses().filter(({ actions }) => (actions & action.bit) !== NO_ACTIONS);
  const [nearMiss] = nearMisses;
  if (nearMiss)
    return step('denied', `Names the key in another ${nearMiss.field === 'account' ? 'account' : 'Region'}`,
      nearMisses.map(({ statementRef }) => statementRef), nearMiss.field);
  const holder = describePolicyHolder(identity);
  if (evaluationContext.hasPoliciesWithoutDocument) return step('unknown', `The workspace does not contain all IAM policies of ${holder}`);
  if (evaluationContext.policies.length > 0)
    return step('denied', `No IAM policy of ${holder} in the workspace allows ${action.name} on this key`);
  if (isGrantOnlyRole(evaluationContext.caller.name))
    return step('denied', `The policy that AWS wrote for ${holder} allows nothing on keys`);
  // None in the workspace is not none in AWS: it is a denial only where the verdict takes it for one.
  return step(areIdentityPoliciesKnown && verdict.outcome === 'denied' && verdict.decidingGate === 'identity-policy' ? 'denied' : 'unknown',
    `The workspace contains no IAM policy of ${holder}`);
}

/**
 * Operations on aliases need an IAM policy for the alias, whoever allows the key (docs/aws-rules.md 3.4); undefined where no IAM policy
 * is about an alias.
 */
function aliasStep(context: ExplanationStepContext): ExplanationStep | undefined {
  const { evaluationContext, action, verdict } = context;
  const step = stepFactory(context, 'identity-policy');
  const onKey = leastRestrictive(evaluationContext.identityAllows, action.bit);
  const [allowPath] = allowPathsWithAlias(evaluationContext, action, [{ statements: [], grant: undefined, isMatchCertain: true,
    restrictiveness: 0 }]);
  const [onAlias] = allowPath?.statements ?? [];
  if (allowPath && onAlias) {
    const statements = onKey ? [onKey, onAlias] : [onAlias];
    const where = onKey ? 'on the key and on an alias' : isAllowingVerdict(verdict) ? 'on an alias' : 'on an alias, not on the key';
    const outcome = allowPath.restrictiveness === 0 && statements.every(appliesUnconditionally) ? 'allowed' : 'conditional';
    const isCertain = allowPath.isMatchCertain && statements.every(({ isMatchCertain }) => isMatchCertain);
    return step(!onKey && !isAllowingVerdict(verdict) ? 'denied' : isCertain ? outcome : 'unknown',
      `Allows ${action.name} ${where}${requirementsText(onAlias, context)}`, uniqueStatementRefs(statements));
  }
  const { denied, failing } = aliasDenial(evaluationContext, action);
  if (denied.length > 0) return step('denied', `Allows ${action.name} on no alias that a Deny does not cover too`, denied);
  if (failing.length > 0) return failedConditionsStep(context, 'identity-policy', failing);
  return onKey && !evaluationContext.hasPoliciesWithoutDocument
    ? step('denied', `Allows ${action.name} on the key, not on an alias`, [onKey.statementRef])
    : undefined;
}

function grantsStep(context: ExplanationStepContext): ExplanationStep {
  const { evaluationContext: { caller }, key, action, verdict } = context;
  const step = stepFactory(context, 'grants');
  const grants = key.grants.filter((grant) => matchGrant(grant, action, caller) !== 'no');
  if (grants.length > 0) {
    const matches = grants.map((grant) => matchGrant(grant, action, caller));
    const limits = describeGrantConstraints(grants, action);
    const isCertain = matches.includes('yes');
    const grantee = isCertain
      ? ''
      : matches.includes('account')
      ? ' to the account, whose IAM policies pass it on'
      : ', but perhaps to another identity';
    const outcome = verdict.grants.length === 0 ? 'not-needed' : !isCertain ? 'unknown' : limits.length > 0 ? 'conditional' : 'allowed';
    const message = `${grants.length === 1 ? 'A grant on the key gives' : `${grants.length} grants on the key give`} `
      + `${action.name}${grantee}${limits.length > 0 ? `, if the request meets ${joinNames(limits)}` : ''}`;
    return { ...step(outcome, message), decidedBy: grants.map(({ location }) => ({ statementRef: undefined, at: location })) };
  }
  if (!action.grantOperation) return step('not-needed', `No grant can give ${action.name}`);
  const none = key.grants.length > 0
    ? 'None of the grants that the workspace knows gives it'
    : 'The workspace contains no grant on this key (output of aws kms list-grants)';
  if (isAllowingVerdict(verdict)) return step('not-needed', none);
  const itself = (action.bit & ENCRYPTION_CONTEXT_ACTIONS) !== NO_ACTIONS ? '' : ' itself';
  const isDenied = REASONS_NO_GRANT_OVERRIDES.has(verdict.reason) || verdict.failedConditions.some(({ negated }) => negated);
  return step('denied', `${none}; ${isDenied ? 'none could' : `a grant${itself} would allow it without any statement`}`);
}

/** What no grant overrides: a Deny, another partition, what never works across accounts. */
const REASONS_NO_GRANT_OVERRIDES: ReadonlySet<Verdict['reason']> = new Set(['partition', 'not-cross-account', 'key-policy-denies',
  'identity-policy-denies']);

function deniesStep(context: ExplanationStepContext): ExplanationStep {
  const { evaluationContext, action, verdict } = context;
  const step = stepFactory(context, 'denies');
  const ofAliases = action.resourceTypes.includes('alias')
    ? evaluationContext.aliasStatements().denies.filter((deny) => mayApplyTo(deny, action.bit) && isDecidingStatement(deny, verdict))
    : [];
  const denies = [...applicableDenies(evaluationContext, action), ...ofAliases];
  if (denies.length === 0) return step('allowed', `No Deny of the policies that the workspace knows covers ${action.name}`);
  const certain = denies.filter(appliesUnconditionally);
  const deciding = certain.length > 0 ? certain : denies;
  const refs = deciding.map(({ statementRef }) => statementRef);
  const policies = joinNames([...new Set(refs.map(({ gate }) => (gate === 'key-policy' ? 'the key policy' : 'an IAM policy')))]);
  if (deciding.every(({ statementRef: { statement } }) => statement.effect !== 'Deny'))
    return step('unknown', `A Deny of ${policies} may cover ${action.name}: a template fills in the statement`, refs);
  const denial = `A Deny of ${policies} covers ${action.name}`;
  if (certain.length > 0) return step('denied', `${denial}, and no Allow overrides it`, refs);
  const conditions = joinNames([...new Set(denies.flatMap(undecidedConditionTexts))]);
  const when = [...conditions === '' ? [] : [`where ${conditions}`], ...describeSessions(denies.flatMap(sessionRequirementsOf))];
  return step(denies.every(({ isMatchCertain }) => isMatchCertain) ? 'conditional' : 'unknown',
    `${denial} ${when.length === 0 ? 'for some' : when.join(', ')}`, refs);
}

function isDecidingStatement({ statementRef }: EvaluatedStatement, { decidedBy }: Verdict): boolean {
  return decidedBy.some(({ statement }) => statement === statementRef.statement);
}

function failedConditionsStep(context: ExplanationStepContext, half: PolicyGate, failing: readonly EvaluatedStatement[]): ExplanationStep {
  const failedConditions = failing.flatMap((statement) =>
    statement.failedConditions.map((condition): ConditionRef => ({ statementRef: statement.statementRef, condition, negated: false })));
  const texts = [...new Set(failedConditions.map(describeConditionRef))].join(' and ');
  return stepFactory(context, half)(isAllowingVerdict(context.verdict) ? 'not-needed' : 'denied',
    `Allows ${context.action.name} only if ${texts}, which is never the case here`, failing.map(({ statementRef }) => statementRef),
    'key-policy-condition', failedConditions);
}

function stepFactory(context: ExplanationStepContext, half: ExplanationStepName) {
  return (outcome: ExplanationStepOutcome, message: string, statementRefs: readonly StatementRef[] = [],
    reason: Verdict['reason'] = 'both-allow', failedConditions: readonly ConditionRef[] = []): ExplanationStep => {
    const decidedBy = statementRefs.map((statementRef) =>
      ({ statementRef, at: decidingLocation(statementRef, { reason, failedConditions }, context) }));
    return { half, outcome, message, decidedBy };
  };
}

function uniqueStatementRefs(refs: readonly { readonly statementRef: StatementRef }[]): readonly StatementRef[] {
  return uniqueBy(refs.map(({ statementRef }) => statementRef), ({ statement }) => statement);
}

/** The statement that the verdict is based on; where there is none, the least restrictive one. */
function decidingOrLeastRestrictiveAllow(statements: readonly EvaluatedStatement[], { bit }: ActionInfo,
  verdict: Verdict): EvaluatedStatement | undefined {
  return leastRestrictive(statements, bit, (statement) => isDecidingStatement(statement, verdict)) ?? leastRestrictive(statements, bit);
}

function outcomeOfStatement(statement: EvaluatedStatement, evaluationContext: EvaluationContext): Outcome {
  if (findContradiction([statement], [], evaluationContext)) return 'denied';
  if (!statement.isMatchCertain) return 'unknown';
  return appliesUnconditionally(statement) ? 'allowed' : 'conditional';
}

/** @param sessions those that the key policy allows under the same conditions; by default that of the statement */
function requirementsText(statement: EvaluatedStatement, { evaluationContext, identity: { arn, kind } }: ExplanationStepContext,
  sessions: Verdict['sessions'] = []): string {
  const conditions = undecidedConditionTexts(statement).join(' and ');
  const parts = [
    ...conditions === '' ? [] : [`if ${conditions}`],
    ...findContradiction([statement], [], evaluationContext) ? ['which no request meets'] : [],
    ...describeSessions(sessions.length > 0 ? sessions : sessionRequirementsOf(statement)),
    ...statement.isMatchCertain
      ? []
      : [kind === 'service'
        ? 'if that means this service too, which AWS does not document'
        : statement.principalLevel === 'direct' && arn === undefined
        ? 'if that is the identity that is meant'
        : 'depending on placeholders and variables'],
  ];
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}

function undecidedConditionTexts({ statementRef, undecidedConditions }: EvaluatedStatement): string[] {
  return undecidedConditions.map((condition) => describeConditionRef({ statementRef, condition, negated: false }));
}

function sessionRequirementsOf({ statementRef, session }: EvaluatedStatement): Verdict['sessions'] {
  return session === undefined ? [] : [{ statementRef, session, negated: false }];
}

function describeMatchedPrincipal({ principalLevel, principal, session }: EvaluatedStatement, identity: Identity): string {
  if (principalLevel === 'anyone') return 'everybody';
  return principal && session === undefined ? describePrincipal(principal) : describeIdentity(identity);
}

function isAllowingVerdict({ outcome }: Verdict): boolean {
  return outcome === 'allowed' || outcome === 'conditional';
}
