import { NO_ACTIONS, type ActionInfo } from '../aws/actions';
import { aliasDenial, allowPathsWithAlias } from '../access/alias-access';
import { crossesPartition, isGrantOnlyRole } from '../access/caller';
import { keyPolicyStatementsForAccount, type EvaluationContext } from '../access/evaluation-context';
import { findContradiction } from '../access/condition-contradiction';
import { decidingLocation, type AccessQuestion as AskedAbout } from '../access/text/deciding-location';
import { ENCRYPTION_CONTEXT_ACTIONS, matchGrant } from '../access/grant-evaluation';
import { applicableDenies } from '../access/evaluate-access';
import { uniqueBy, withoutDeniedSessions } from '../access/access-requirements';
import { describeStatementActions, describeConditionRef, describeGrantConstraints, joinNames, describePolicyHolder, describeIdentity,
  describePrincipal, describeSessions } from '../access/text/describe-access';
import type { StatementRef, ConditionRef, Outcome, Verdict } from '../access/verdict';
import { findAllowPath } from '../access/allow-path';
import { mayApplyTo, leastRestrictive, statementsWithFailedConditions, appliesUnconditionally, grantsWithoutIdentityPolicy,
  type EvaluatedStatement } from '../access/statement-evaluation';
import type { Location } from '../text/span';
import type { Identity } from '../linking/entities';

/** What is looked at, in the order of AWS's evaluation (docs/aws-rules.md 5.1). */
export type ExplanationStepName = 'accounts' | 'key-policy' | 'identity-policy' | 'grants' | 'denies';

/** `not-needed`: the answer does not hang on it. */
export type ExplanationStepOutcome = Outcome | 'not-needed';

/** One half of the handshake, or what stands around it: what it says to the question, and where. */
export interface ExplanationStep {
  readonly half: ExplanationStepName;
  readonly outcome: ExplanationStepOutcome;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly decidedBy: readonly ExplanationStepLocation[];
}

/** A text that a step rests on. */
export interface ExplanationStepLocation {
  /** Undefined for a grant. */
  readonly statementRef: StatementRef | undefined;
  readonly at: Location;
}

/** What is asked: may this identity do this with this key? */
export interface ExplanationQuestion extends AskedAbout {
  readonly action: ActionInfo;
}

/** What the steps are about: the case that the verdict was found in. */
export interface ExplanationStepContext extends ExplanationQuestion {
  readonly evaluationContext: EvaluationContext;
  readonly verdict: Verdict;
  /** The workspace has, or may be missing, the identity's own policies. */
  readonly areIdentityPoliciesKnown: boolean;
}

/** Each half in its order, judged by itself. */
export function explanationSteps(explanationStepContext: ExplanationStepContext): ExplanationStep[] {
  return [accountsStep(explanationStepContext), keyPolicyStep(explanationStepContext), identityStep(explanationStepContext),
    grantsStep(explanationStepContext), deniesStep(explanationStepContext)];
}

function accountsStep({ evaluationContext, key, identity, action }: ExplanationStepContext): ExplanationStep {
  const step = (outcome: ExplanationStepOutcome, message: string): ExplanationStep => ({ half: 'accounts', outcome, message,
    decidedBy: [] });
  const [accountRelation, other] = evaluationContext.accountRelations;
  const who = describeIdentity(identity);
  if (crossesPartition(evaluationContext.caller, key)) return step('denied', `The key is in the partition ${key.partition ?? '?'}, `
    + `${who} in ${identity.partition ?? '?'}: no access crosses partitions`);
  if (evaluationContext.caller.kind === 'service') return step('not-needed', `${who} calls KMS as itself, and belongs to no account`);
  if (action.resourceTypes.length === 0)
    return step('allowed', `${action.name} is not about a key: IAM policies of the account alone decide`);
  if (other || key.account === undefined || evaluationContext.caller.account === undefined)
    return step('unknown', 'The workspace does not show for certain to which accounts the key and the identity belong');
  if (accountRelation === 'same')
    return step('allowed', `Key and identity are in account ${key.account}: `
      + 'the key policy can give the permission itself, or leave it to IAM policies');
  const accounts = `The key is in account ${key.account}, the identity in account ${evaluationContext.caller.account}`;
  if (key.awsManaged) return step('denied', `${accounts}, and an AWS managed key cannot be shared`);
  return action.crossAccount
    ? step('allowed', `${accounts}: ${action.name} works across accounts, and both policies have to allow it`)
    : step('denied', `${accounts}, and ${action.name} does not work across accounts`);
}

function keyPolicyStep(explanationStepContext: ExplanationStepContext): ExplanationStep {
  const { evaluationContext, key, action, identity, verdict } = explanationStepContext;
  const step = stepFactory(explanationStepContext, 'key-policy');
  const name = action.name;
  if (action.policyType === 'iam-policy') return step('not-needed', `A key policy neither allows nor denies ${name}`);
  if (!key.policy)
    return step(verdict.grants.length > 0 ? 'not-needed' : 'unknown', 'The workspace does not contain the policy of this key');
  const allow = decidingKeyPolicyAllow(explanationStepContext);
  if (allow) {
    const leaves = evaluationContext.accountRelations[0] === 'same' && !grantsWithoutIdentityPolicy(allow)
      && evaluationContext.caller.kind !== 'service';
    const does = leaves
      ? `Leaves ${name} to the IAM policies of the account`
      : `Allows ${name} for ${describeMatchedPrincipal(allow, identity)}`;
    const sessions = allow.session === undefined ? [] : verdict.sessions.filter(({ negated }) => !negated);
    return step(outcomeOfStatement(allow, evaluationContext), `${does}${requirementsText(allow, evaluationContext, identity, sessions)}`,
      uniqueBy([allow, ...sessions].map(({ statementRef }) => statementRef), ({ statement }) => statement));
  }
  const failing = statementsWithFailedConditions(evaluationContext.keyAllows, action.bit);
  if (failing.length > 0) return failedConditionsStep(explanationStepContext, 'key-policy', failing);
  const keyPolicyMatches = evaluationContext.keyPolicyMatches();
  const outcome = verdict.outcome === 'allowed' || verdict.outcome === 'conditional' ? 'not-needed' : 'denied';
  if (keyPolicyMatches.length > 0)
    return step(outcome,
      `Allows only ${describeStatementActions(keyPolicyMatches.map(({ statementRef: because }) => because.statement))} for ${
        describeIdentity(identity)
      }`, keyPolicyMatches.map(({ statementRef: because }) => because));
  if (evaluationContext.caller.kind === 'service') return step(outcome, `Names neither ${describeIdentity(identity)} nor everybody`);
  const others = keyPolicyStatementsForAccount(key, evaluationContext.caller);
  if (others.length === 0) return step(outcome, `Allows nobody in account ${evaluationContext.caller.account ?? '?'}`);
  return step(outcome, `Allows others of account ${evaluationContext.caller.account ?? '?'}, not ${describeIdentity(identity)}`, others,
    'identity-not-named');
}

/** What of the key policy the verdict rests on; where it is no yes, what asks least. */
function decidingKeyPolicyAllow({ evaluationContext, action, verdict }: ExplanationStepContext): EvaluatedStatement | undefined {
  const [accountRelation] = evaluationContext.accountRelations;
  const allowPath = isAllowingVerdict(verdict) && accountRelation
    ? findAllowPath(withoutDeniedSessions(evaluationContext, applicableDenies(evaluationContext, action)), accountRelation, action)
    : undefined;
  const part = allowPath?.statements.find(({ statementRef }) => statementRef.gate === 'key-policy');
  return part && isDecidingStatement(part, { verdict })
    ? part
    : decidingOrLeastRestrictiveAllow(evaluationContext.keyAllows, { action, verdict });
}

function identityStep(explanationStepContext: ExplanationStepContext): ExplanationStep {
  const { evaluationContext, action, identity, verdict, areIdentityPoliciesKnown } = explanationStepContext;
  const step = stepFactory(explanationStepContext, 'identity-policy');
  if (evaluationContext.caller.kind === 'service') return step('not-needed', 'An AWS service has no IAM policies');
  const ofAlias = action.resourceTypes.includes('alias') ? aliasStep(explanationStepContext) : undefined;
  if (ofAlias) return ofAlias;
  const needed = verdict.decidedBy.some(({ gate, statement }) => gate === 'identity-policy' && statement.effect === 'Allow')
    || !isAllowingVerdict(verdict);
  const own = decidingOrLeastRestrictiveAllow(evaluationContext.identityAllows, explanationStepContext);
  if (own)
    return step(needed ? outcomeOfStatement(own, evaluationContext) : 'not-needed',
      `Allows ${action.name} on the key${requirementsText(own, evaluationContext, identity)}`, [own.statementRef]);
  if (!needed) return step('not-needed', 'The permission needs no IAM policy');
  const failing = statementsWithFailedConditions(evaluationContext.identityAllows, action.bit);
  if (failing.length > 0) return failedConditionsStep(explanationStepContext, 'identity-policy', failing);
  const missed = evaluationContext.nearMisses().filter(({ actions }) => (actions & action.bit) !== NO_ACTIONS);
  const [first] = missed;
  if (first)
    return step('denied', `Names the key in another ${first.field === 'account' ? 'account' : 'Region'}`,
      missed.map(({ statementRef }) => statementRef), first.field);
  if (evaluationContext.hasPoliciesWithoutDocument)
    return step('unknown', `The workspace does not contain all IAM policies of ${describePolicyHolder(identity)}`);
  if (evaluationContext.policies.length > 0)
    return step('denied', `No IAM policy of ${describePolicyHolder(identity)} in the workspace `
      + `allows ${action.name} on this key`);
  if (isGrantOnlyRole(evaluationContext.caller.name))
    return step('denied', `The policy that AWS wrote for ${describePolicyHolder(identity)} allows nothing on keys`);
  // None in the workspace is not none in AWS: it is a denial only where the verdict takes it for one.
  return step(areIdentityPoliciesKnown && verdict.outcome === 'denied' && verdict.decidingGate === 'identity-policy' ? 'denied' : 'unknown',
    `The workspace contains no IAM policy of ${describePolicyHolder(identity)}`);
}

/**
 * Operations on aliases need an IAM policy for the alias, whoever allows the key (docs/aws-rules.md 3.4); undefined where no IAM policy
 * speaks of an alias.
 */
function aliasStep(explanationStepContext: ExplanationStepContext): ExplanationStep | undefined {
  const { evaluationContext, action, identity, verdict } = explanationStepContext;
  const step = stepFactory(explanationStepContext, 'identity-policy');
  const own = leastRestrictive(evaluationContext.identityAllows, action.bit);
  const [allowed] = allowPathsWithAlias(evaluationContext, action, [{ statements: [], grant: undefined, isMatchCertain: true,
    restrictiveness: 0 }]);
  const [alias] = allowed?.statements ?? [];
  if (allowed && alias) {
    const parts = own ? [own, alias] : [alias];
    const where = own ? 'on the key and on an alias' : isAllowingVerdict(verdict) ? 'on an alias' : 'on an alias, not on the key';
    const certain = allowed.restrictiveness === 0 && parts.every(appliesUnconditionally) ? 'allowed' : 'conditional';
    const sure = allowed.isMatchCertain && parts.every((part) => part.isMatchCertain);
    return step(own || isAllowingVerdict(verdict) ? sure ? certain : 'unknown' : 'denied',
      `Allows ${action.name} ${where}${requirementsText(alias, evaluationContext, identity)}`, uniqueBy(parts.map(({ statementRef }) =>
        statementRef
      ), ({ statement }) => statement));
  }
  const { denied, failing } = aliasDenial(evaluationContext, action);
  if (denied.length > 0) return step('denied', `Allows ${action.name} on no alias that a Deny does not cover too`, denied);
  if (failing.length > 0) return failedConditionsStep(explanationStepContext, 'identity-policy', failing);
  return own && !evaluationContext.hasPoliciesWithoutDocument
    ? step('denied', `Allows ${action.name} on the key, not on an alias`, [own.statementRef])
    : undefined;
}

function grantsStep({ evaluationContext, key, action, verdict }: ExplanationStepContext): ExplanationStep {
  const step = (outcome: ExplanationStepOutcome, message: string, grants: Verdict['grants'] = []): ExplanationStep => (
    { half: 'grants', outcome, message, decidedBy: grants.map(({ location: at }) => ({ statementRef: undefined, at })) }
  );
  const giving = key.grants.filter((grant) => matchGrant(grant, action, evaluationContext.caller) !== 'no');
  const limits = describeGrantConstraints(giving, action);
  if (giving.length > 0) {
    const sure = giving.some((grant) => matchGrant(grant, action, evaluationContext.caller) === 'yes');
    const how = sure
      ? ''
      : giving.some((grant) => matchGrant(grant, action, evaluationContext.caller) === 'account')
      ? ' to the account, whose IAM policies pass it on'
      : ', but perhaps to another identity';
    const outcome: ExplanationStepOutcome = verdict.grants.length === 0
      ? 'not-needed'
      : !sure
      ? 'unknown'
      : limits.length > 0
      ? 'conditional'
      : 'allowed';
    return step(outcome, `${giving.length === 1 ? 'A grant' : `${giving.length} grants`} on the key `
      + `${giving.length === 1 ? 'gives' : 'give'} `
      + `${action.name}${how}${limits.length > 0 ? `, if the request meets ${joinNames(limits)}` : ''}`, giving);
  }
  if (!action.grantOperation) return step('not-needed', `No grant can give ${action.name}`);
  const seen = key.grants.length > 0
    ? 'None of the grants that the workspace knows gives it'
    : 'The workspace knows of no grant on this key (output of aws kms list-grants)';
  if (isAllowingVerdict(verdict)) return step('not-needed', seen);
  const context = (action.bit & ENCRYPTION_CONTEXT_ACTIONS) !== NO_ACTIONS ? '' : ' itself';
  const isDenied = REASONS_NO_GRANT_OVERRIDES.has(verdict.reason) || verdict.failedConditions.some(({ negated }) => negated);
  return step('denied', `${seen}; ${isDenied ? 'none could' : `a grant${context} would allow it without any statement`}`);
}

/** What no grant gets around: a Deny, another partition, what never works across accounts. */
const REASONS_NO_GRANT_OVERRIDES: ReadonlySet<Verdict['reason']> = new Set(['partition', 'not-cross-account', 'key-policy-denies',
  'identity-policy-denies']);

function deniesStep(explanationStepContext: ExplanationStepContext): ExplanationStep {
  const { evaluationContext, action } = explanationStepContext;
  const ofAliases = action.resourceTypes.includes('alias')
    ? evaluationContext.aliasStatements().denies.filter((deny) =>
      mayApplyTo(deny, action.bit) && isDecidingStatement(deny, explanationStepContext)
    )
    : [];
  const denies = [...applicableDenies(evaluationContext, action), ...ofAliases];
  const certain = denies.filter(appliesUnconditionally);
  const step = stepFactory(explanationStepContext, 'denies');
  const halves = (weighed: readonly EvaluatedStatement[]): string =>
    joinNames([...new Set(weighed.map(({ statementRef }) => (statementRef.gate === 'key-policy' ? 'the key policy' : 'an IAM policy')))]);
  if (certain.length > 0)
    return step('denied', `A Deny of ${halves(certain)} covers ${action.name}, and no Allow overrides it`,
      certain.map(({ statementRef: because }) => because));
  if (denies.length === 0) return step('allowed', `No Deny of the policies that the workspace knows covers ${action.name}`);
  const unless = joinNames([
    ...new Set(denies.flatMap(({ statementRef: because, undecidedConditions }) =>
      undecidedConditions.map((condition) =>
        describeConditionRef({ statementRef: because, condition, negated: false })
      )
    )),
  ]);
  const inSessions = describeSessions(
    denies.flatMap((
      { statementRef: because, session },
    ) => (session === undefined ? [] : [{ statementRef: because, session, negated: false }])),
  );
  const sure = denies.every((deny) => deny.isMatchCertain);
  const when = [...(unless === '' ? [] : [`where ${unless}`]), ...inSessions];
  return step(sure ? 'conditional' : 'unknown', `A Deny of ${halves(denies)} covers ${action.name} `
    + (when.length === 0 ? 'for some' : when.join(', ')), denies.map(({ statementRef: because }) => because));
}

function isDecidingStatement({ statementRef }: EvaluatedStatement, { verdict }: Pick<ExplanationStepContext, 'verdict'>): boolean {
  return verdict.decidedBy.some(({ statement }) => statement === statementRef.statement);
}

function failedConditionsStep(explanationStepContext: ExplanationStepContext, half: 'key-policy' | 'identity-policy',
  failing: readonly EvaluatedStatement[]): ExplanationStep {
  const conditions: ConditionRef[] = failing.flatMap(({ statementRef, failedConditions: all }) =>
    all.map((condition) => ({ statementRef, condition, negated: false }))
  );
  const outcome = isAllowingVerdict(explanationStepContext.verdict) ? 'not-needed' : 'denied';
  const message = `Allows ${explanationStepContext.action.name} only if `
    + `${[...new Set(conditions.map(describeConditionRef))].join(' and ')}, which is never the case here`;
  return { half, outcome, message,
    decidedBy: failing.map(({ statementRef: because }) => ({ statementRef: because,
      at: decidingLocation(because, { reason: 'key-policy-condition', failedConditions: conditions }, explanationStepContext) })
    ) };
}

function stepFactory(explanationStepContext: ExplanationStepContext, half: ExplanationStepName) {
  return (outcome: ExplanationStepOutcome, message: string, because: readonly StatementRef[] = [],
    reason: Verdict['reason'] = 'both-allow'): ExplanationStep => (
      { half, outcome, message,
        decidedBy: because.map((each) => ({ statementRef: each,
          at: decidingLocation(each, { reason, failedConditions: [] }, explanationStepContext) })
        ) }
    );
}

/** The statement that the verdict rests on; where there is none, the one that asks least. */
function decidingOrLeastRestrictiveAllow(weighed: readonly EvaluatedStatement[],
  { action, verdict }: Pick<ExplanationStepContext, 'action' | 'verdict'>): EvaluatedStatement | undefined {
  return leastRestrictive(weighed, action.bit, (part) => isDecidingStatement(part, { verdict })) ?? leastRestrictive(weighed, action.bit);
}

function outcomeOfStatement(evaluatedStatement: EvaluatedStatement, evaluationContext: EvaluationContext): Outcome {
  if (findContradiction([evaluatedStatement], [], evaluationContext)) return 'denied';
  if (!evaluatedStatement.isMatchCertain) return 'unknown';
  return appliesUnconditionally(evaluatedStatement) ? 'allowed' : 'conditional';
}

/** @param sessions those that the key policy lets in under the same conditions; the one of the statement where the verdict has none */
function requirementsText(evaluatedStatement: EvaluatedStatement, evaluationContext: EvaluationContext, { arn, kind }: Identity,
  sessions: Verdict['sessions'] = []): string {
  const { statementRef, undecidedConditions, session, isMatchCertain, principalLevel } = evaluatedStatement;
  const own = session === undefined ? [] : [{ statementRef, session, negated: false }];
  const parts = [
    ...(undecidedConditions.length > 0
      ? [`if ${undecidedConditions.map((condition) => describeConditionRef({ statementRef, condition, negated: false })).join(' and ')}`]
      : []),
    ...(findContradiction([evaluatedStatement], [], evaluationContext) ? ['which no request meets'] : []),
    ...describeSessions(sessions.length > 0 ? sessions : own),
    ...(isMatchCertain
      ? []
      : [kind === 'service'
        ? 'if that means this service too, which AWS does not document'
        : principalLevel === 'direct' && arn === undefined
        ? 'if that is the identity that is meant'
        : 'depending on placeholders and variables']),
  ];
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}

function describeMatchedPrincipal({ principalLevel, principal, session }: EvaluatedStatement, identity: Identity): string {
  if (principalLevel === 'anyone') return 'everybody';
  return principal && session === undefined ? describePrincipal(principal) : describeIdentity(identity);
}

function isAllowingVerdict({ outcome }: Verdict): boolean {
  return outcome === 'allowed' || outcome === 'conditional';
}

