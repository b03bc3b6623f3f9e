import { ALIAS_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import { locationInFile } from '../../discovery/discovery-result';
import type { Statement } from '../../policy/policy';
import type { Identity } from '../../linking/entities';
import { callerOf } from '../caller';
import { otherPrincipalOfAccount, matchedPrincipalOf, type AccessQuestion } from './deciding-location';
import { NO_ORGANIZATIONS } from '../request-context';
import { bestPrincipalMatch } from '../principal-matching';
import { matchKeyPolicyResource, matchResources } from '../resource-matching';
import { describeStatementActions, describeConditionRef, describeCondition, describeGrantConstraints, describeDenies, joinNames,
  describePolicyHolder, describeIdentity, describePrincipal, describeSessions, denyStatementsWithConditions } from './describe-access';
import type { StatementRef, Reason, Verdict } from '../verdict';
import {
  accountInQuestion, actionInQuestion, decidingLocationNames, decidingStatementsOf, identityInQuestion, joinConditions,
  keyPolicyLocationClause, locationClause, locationsOfStatements, singularOrPlural, singularOrPluralForQuestion,
  type LocationFormatter, type SentenceContext,
} from './sentence-context';
import { falseConditions } from '../statement-evaluation';

export type { LocationFormatter } from './sentence-context';

/** The verdict as one sentence or two that a person can act on: what decides, where, and what is there instead. */
export function explainVerdict(verdict: Verdict, accessQuestion: AccessQuestion, locationFormatter: LocationFormatter): string {
  return `${OUTCOME_LABELS[verdict.outcome]}: ${explainReason(verdict, accessQuestion, locationFormatter)}`;
}

/** The same without the outcome: why it is so, beginning in lower case. */
export function explainReason(verdict: Verdict, accessQuestion: AccessQuestion, locationFormatter: LocationFormatter): string {
  const ofServices = accessQuestion.identity.kind === 'service' ? SERVICE_REASON_SENTENCES[verdict.reason] : undefined;
  return (ofServices ?? REASON_SENTENCES[verdict.reason])(verdict, { question: accessQuestion, formatLocation: locationFormatter });
}

const OUTCOME_LABELS: Record<Verdict['outcome'], string> = {
  allowed: 'Allowed', conditional: 'Allowed under conditions', denied: 'Denied', unknown: 'Unknown',
};

type ReasonSentence = (verdict: Verdict, sentenceContext: SentenceContext) => string;

const REASON_SENTENCES: Record<Reason, ReasonSentence> = {
  'both-allow': (verdict, sentenceContext) => `${allowClause(verdict, sentenceContext)}${requirementsClause(verdict)}.`,
  'grant': grantSentence,
  'partition': (_, { question: { identity, key } }) => (
    `the key is in the partition ${key.partition ?? '?'} and ${describeIdentity(identity)} in ${identity.partition ?? '?'}; no access `
      + 'crosses partitions.'
  ),
  'account': (verdict, context) => `the IAM policy${locationClause(verdict, 'identity-policy', context)} names this key in another `
    + `account, but account ${context.question.key.account ?? '?'} owns it.`,
  'region': (verdict, context) => `the IAM policy${locationClause(verdict, 'identity-policy', context)} names this key in another `
    + `Region, but it lives in ${context.question.key.region ?? '?'}.`,
  'identity-not-named': (verdict, context) => (
    `the key policy${locationClause(verdict, 'key-policy', context)} allows ${otherPrincipalNames(verdict, context)}, but neither `
      + `${identityInQuestion(context)} nor the whole account${ineffectiveAllowClause(verdict, context)}.`
  ),
  'not-delegating': (verdict, context) => (
    `the key policy${keyPolicyLocationClause(context)} neither names ${identityInQuestion(context)} nor leaves `
      + `${actionInQuestion(context)} to the IAM policies of account `
      + `${accountInQuestion(context)}${delegationConditionClause(verdict, context)}${ineffectiveAllowClause(verdict, context)}.`
  ),
  'key-policy-missing': (verdict, context) => {
    const location = locationClause(verdict, 'identity-policy', context);
    const actions = singularOrPluralForQuestion(context, 'it', 'them');
    const allowance = location === '' ? '' : `; the IAM policy${location} would allow ${actions}`;
    return `the workspace does not contain the policy of this key, which decides on ${actionInQuestion(context)}${allowance}.`;
  },
  'key-policy-silent': (verdict, context) => (
    `the key policy${keyPolicyLocationClause(context)} allows nobody in account `
      + `${accountInQuestion(context)}${allowedPrincipalsClause(context)}${ineffectiveAllowClause(verdict, context)}.`
  ),
  'key-policy-action': (verdict, context) => {
    const opening = decidingStatementsOf(verdict, 'key-policy');
    return `the key policy${locationClause(verdict, 'key-policy', context)} allows only ${describeStatementActions(opening)} for `
      + `${matchedPrincipalNames(opening, context)}${ineffectiveAllowClause(verdict, context)}.`;
  },
  'key-policy-condition': (verdict, context) => (
    `the key policy${locationClause(verdict, 'key-policy', context)} allows ${actionInQuestion(context)} only if `
      + `${joinConditions(verdict.failedConditions)}, which is never the case for `
      + `${identityInQuestion(context)}${ineffectiveAllowClause(verdict, context)}.`
  ),
  'not-cross-account': (_, { question: { action, key, identity } }) => (key.awsManaged
    ? `this is an AWS managed key of account ${key.account ?? '?'}, and those cannot be shared with another account.`
    : `${action.name} ${singularOrPlural(action, 'does', 'do')} not work across accounts, whatever the policies say: `
      + `account ${key.account ?? '?'} owns the key, ${describeIdentity(identity)} is outside of it.`),
  'key-policy-denies': (verdict, context) =>
    `the key policy denies ${actionInQuestion(context)}${
      locationClause(verdict, 'key-policy', context, 'Deny')
    }, and no Allow overrides a Deny.`,
  'identity-policy-denies': (verdict, context) =>
    `an IAM policy of ${identityInQuestion(context)} denies `
    + `${actionInQuestion(context)}${locationClause(verdict, 'identity-policy', context, 'Deny')}, and no Allow overrides a Deny.`,
  'identity-policy-condition': (verdict, context) => (
    `the IAM policy${locationClause(verdict, 'identity-policy', context)} allows ${actionInQuestion(context)} only if `
      + `${joinConditions(verdict.failedConditions)}, which is never the case on this key.`
  ),
  'identity-policy-missing': (verdict, context) => {
    const key = locationClause(verdict, 'key-policy', context);
    return `${key === '' ? '' : `the key policy${key} would allow ${singularOrPluralForQuestion(context, 'it', 'them')}, but `}${
      missingIdentityPolicyClause(context)
    }.`;
  },
  'conditions-contradict': contradictionSentence,
  'needs-grant': ({ outcome }, { question: { action, identity } }) => {
    if (action.name === 'kms:RetireGrant') return 'only the grant itself says who may retire it, and the workspace contains no grant on '
      + `this key that ${describeIdentity(identity)} may retire.`;
    const role = `${describeIdentity(identity)} is a service-linked role of another account, whose policies nobody can edit`;
    return outcome === 'unknown'
      ? `${role}, and the workspace does not contain the one that AWS wrote for it: `
        + `unless that allows ${action.name} on keys of other accounts, only a grant on the key gives it.`
      : `${role}: only a grant on the key gives it ${action.name}.`;
  },
  'unresolved': (verdict, context) => (
    'it depends on a placeholder, a policy variable, or on which identity or account is '
      + `meant${verdict.decidedBy.length > 0 ? ` (${decidingLocationNames(verdict.decidedBy, verdict, context)})` : ''}.`
  ),
};

/** A service has no account and no IAM policies: only the key policy, or a grant, can let it in. */
const SERVICE_REASON_SENTENCES: Partial<Record<Reason, ReasonSentence>> = {
  'key-policy-silent': (_, sentenceContext) => `the key policy${keyPolicyLocationClause(sentenceContext)} does not allow `
    + `${identityInQuestion(sentenceContext)}${allowedPrincipalsClause(sentenceContext)}.`,
  'key-policy-condition': (verdict, context) => (
    `the key policy${locationClause(verdict, 'key-policy', context)} allows ${actionInQuestion(context)} only if `
      + `${joinConditions(verdict.failedConditions)}, which is never the case where ${identityInQuestion(context)} calls as itself.`
  ),
  'identity-policy-missing': (_, context) => `${actionInQuestion(context)} ${singularOrPluralForQuestion(context, 'needs', 'need')} a `
    + 'permission that only IAM policies give, and an AWS service has none.',
  'unresolved': (verdict, context) => {
    const roleNames = decidingStatementsOf(verdict, 'key-policy').flatMap((statement) =>
      matchedPrincipalOf(statement, context.question.identity) ?? []
    ).map(describePrincipal);
    const names = [...roleNames,
      ...verdict.grants.map(({ granteePrincipal, granteeServicePrincipal }) => granteePrincipal ?? granteeServicePrincipal ?? '')].filter((
        name,
      ) => name !== '' && name !== identityInQuestion(context));
    const where = verdict.decidedBy.length > 0 ? ` (${decidingLocationNames(verdict.decidedBy, verdict, context)})` : '';
    return names.length > 0
      ? `it depends on whether ${joinNames([...new Set(names)])} means ${identityInQuestion(context)} too, which AWS does not `
        + `document${where}.`
      : `it depends on a placeholder${where}.`;
  },
};

/** Statement by statement: what each of them asks for, and that no request satisfies it all. */
function contradictionSentence(verdict: Verdict, sentenceContext: SentenceContext): string {
  const statements = [...new Set(verdict.failedConditions.map(({ statementRef }) => statementRef))];
  const clauses = statements.map((statementRef) => {
    const words = verdict.failedConditions.filter((condition) => condition.statementRef === statementRef).map(({ condition }) =>
      describeCondition(condition)
    );
    const verb = statementRef.statement.effect === 'Deny'
      ? `denies ${singularOrPluralForQuestion(sentenceContext, 'it', 'them')} if`
      : `allows ${actionInQuestion(sentenceContext)} only if`;
    const location = decidingLocationNames([statementRef], verdict, sentenceContext);
    return `the ${statementRef.gate === 'key-policy' ? 'key' : 'IAM'} policy (${location}) `
      + `${verb} ${words.join(' and ')}`;
  });
  const denied = statements.some(({ statement }) => statement.effect === 'Deny');
  return `${joinNames(clauses)}${denied ? ', so every request is denied' : ': no request meets both'}.`;
}

function allowClause(verdict: Verdict, sentenceContext: SentenceContext): string {
  const { identity, key } = sentenceContext.question;
  const opening = verdict.decidedBy.filter(({ gate, statement }) => gate === 'key-policy' && statement.effect === 'Allow').map((
    { statement },
  ) => statement);
  const [first] = opening;
  const identityPolicyClause = locationClause(verdict, 'identity-policy', sentenceContext, 'Allow');
  const place = locationClause(verdict, 'key-policy', sentenceContext, 'Allow');
  if (!first) return `the IAM policy${identityPolicyClause} allows ${actionInQuestion(sentenceContext)}`;
  if (identityPolicyClause === '')
    return `the key policy${place} gives ${actionInQuestion(sentenceContext)} to `
      + `${identityInQuestion(sentenceContext)} by itself`;
  const delegates = compareIdentifiers(identity.account, key.account) === 'same'
    && bestPrincipalMatch(first, callerOf(identity))?.principalLevel === 'account';
  return delegates
    ? `the key policy${place} leaves ${actionInQuestion(sentenceContext)} to the IAM policies of account `
      + `${accountInQuestion(sentenceContext)}, and that of ${identityInQuestion(sentenceContext)}${identityPolicyClause} allows `
      + singularOrPluralForQuestion(sentenceContext, 'it', 'them')
    : `the key policy${place} allows ${actionInQuestion(sentenceContext)} for ${granteeNames(verdict, opening, sentenceContext)}, and `
      + `the IAM policy${identityPolicyClause} allows ${singularOrPluralForQuestion(sentenceContext, 'it', 'them')}`;
}

function grantSentence(verdict: Verdict, sentenceContext: SentenceContext): string {
  const { action } = sentenceContext.question;
  const limits = describeGrantConstraints(verdict.grants, action);
  const where = [...new Set(verdict.grants.map((grant) => sentenceContext.formatLocation(grant.location)))].join(', ');
  const by = locationClause(verdict, 'identity-policy', sentenceContext, 'Allow');
  const gives = by === ''
    ? `gives ${actionInQuestion(sentenceContext)} to ${identityInQuestion(sentenceContext)}`
    : `gives ${actionInQuestion(sentenceContext)} to account ${accountInQuestion(sentenceContext)}, and the IAM policy${by} hands ${
      singularOrPluralForQuestion(sentenceContext, 'it', 'them')
    } on`;
  return `a grant on the key (${where}) `
    + `${gives}${limits.length > 0 ? `, if the request meets ${joinNames(limits)}` : ''}${requirementsClause(verdict)}.`;
}

function requirementsClause(verdict: Verdict): string {
  const required = verdict.conditions.filter(({ negated }) => !negated).map(describeConditionRef);
  const denying = denyStatementsWithConditions(verdict);
  const parts = [
    ...(required.length > 0 ? [`if ${required.join(' and ')}`] : []),
    ...describeSessions(verdict.sessions.filter(({ statementRef }) => !denying.includes(statementRef.statement))),
    ...describeDenies(verdict),
  ];
  return parts.length > 0 ? `, ${[...new Set(parts)].join(', ')}` : '';
}

/** The account's statement is for other kinds of identities. */
function delegationConditionClause({ failedConditions }: Verdict, sentenceContext: SentenceContext): string {
  if (failedConditions.length === 0) return '';
  const where = [
    ...new Set(failedConditions.map(({ statementRef, condition }) =>
      sentenceContext.formatLocation(locationInFile(statementRef.policy, condition.keyMember.span))
    )),
  ].join(', ');
  return `: its statement for that account (${where}) requires ${joinConditions(failedConditions)}, which is never the case for `
    + identityInQuestion(sentenceContext);
}

/** The other half: what it allows comes to nothing, or it would have to allow the action too. */
function ineffectiveAllowClause(verdict: Verdict, sentenceContext: SentenceContext): string {
  const { identity, key } = sentenceContext.question;
  const identityStatements = verdict.decidedBy.filter(({ gate }) => gate === 'identity-policy');
  if (identityStatements.length > 0) {
    const locations = decidingLocationNames(identityStatements, verdict, sentenceContext);
    const verb = singularOrPluralForQuestion(sentenceContext, 'has', 'have');
    return `; ${actionInQuestion(sentenceContext)} in ${locations} ${verb} no effect`;
  }
  const isCrossAccount = compareIdentifiers(identity.account, key.account) === 'different';
  return isCrossAccount ? `; besides, ${missingIdentityPolicyClause(sentenceContext)}` : '';
}

/** Whom the key policy lets in for the action. Which sessions of a role it is, the limits of the verdict say. */
function granteeNames(verdict: Verdict, opening: readonly Statement[], sentenceContext: SentenceContext): string {
  return verdict.sessions.some(({ negated }) => !negated)
    ? identityInQuestion(sentenceContext)
    : matchedPrincipalNames(opening, sentenceContext);
}

/** Whom the key policy lets in for the action, or for others. */
function matchedPrincipalNames(opening: readonly Statement[], { question: { identity } }: SentenceContext): string {
  const names = opening.flatMap((statement) => matchedPrincipalOf(statement, identity) ?? []).map(describePrincipal);
  return names.length > 0 ? joinNames([...new Set(names)]) : describeIdentity(identity);
}

function otherPrincipalNames(verdict: Verdict, { question: { identity } }: SentenceContext): string {
  const names = decidingStatementsOf(verdict, 'key-policy').flatMap((statement) => otherPrincipalOfAccount(statement, identity) ?? []).map(
    describePrincipal,
  );
  return names.length > 0 ? joinNames([...new Set(names)]) : 'others of its account';
}

function allowedPrincipalsClause({ question: { key } }: SentenceContext): string {
  const allowing =
    key.policy?.policy.statements.filter((statement) =>
      statement.effect === 'Allow' && statement.principal?.negated === false && matchKeyPolicyResource(statement, key) !== 'no'
    ) ?? [];
  const names = new Set(
    allowing.flatMap(({ principal }) => principal?.principals ?? []).filter(({ form }) => form !== 'invalid').map(describePrincipal),
  );
  return names.size > 0 ? `, only ${joinNames([...names])}` : '';
}

/** What the identity's own policies have in place of the permission that is missing. */
function missingIdentityPolicyClause(sentenceContext: SentenceContext): string {
  const { identity, key, action } = sentenceContext.question;
  const ofAliases = (action.bit & ALIAS_ACTIONS) !== NO_ACTIONS;
  const identityStatements = identity.policies.flatMap((policy) => policy.policy.statements
    .filter((statement) => policy.policy.kind === 'identity' && statement.effect === 'Allow')
    .map((statement): StatementRef => ({ gate: 'identity-policy', policy, statement })));
  const none = `no IAM policy of ${describePolicyHolder(identity)} in the workspace allows ${actionInQuestion(sentenceContext)} on this `
    + `key${ofAliases ? ' and on an alias' : ''}${missingDocumentsClause(identity)}`;
  const requestContext = { caller: callerOf(identity), key, organizations: NO_ORGANIZATIONS };
  const onKeyForAction = identityStatements.filter(({ statement }) =>
    ((statement.action?.actionSet ?? NO_ACTIONS) & action.bit) !== NO_ACTIONS && matchResources(statement, key, undefined) !== 'no'
  );
  const never = onKeyForAction.flatMap((statementRef) =>
    falseConditions(statementRef, action.bit, requestContext).map((condition) => ({ statementRef, condition, negated: false }))
  );
  if (never.length > 0)
    return `${none} (${locationsOfStatements(never.map(({ statementRef }) => statementRef), sentenceContext)} `
      + `allows ${singularOrPluralForQuestion(sentenceContext, 'it', 'them')} only if ${joinConditions(never)}, which is never the case)`;
  const onKey = ofAliases
    ? []
    : identityStatements.filter(({ statement }) =>
      statement.resource?.negated === false && matchResources(statement, key, undefined) !== 'no' && hasKmsAction(statement)
    );
  if (onKey.length > 0)
    return `${none} (${locationsOfStatements(onKey, sentenceContext)} allows `
      + `${describeStatementActions(onKey.map(({ statement }) => statement))} only)`;
  const elsewhere = identityStatements.filter(({ statement }) =>
    ((statement.action?.actionSet ?? NO_ACTIONS) & action.bit) !== NO_ACTIONS && hasKmsAction(statement)
  );
  return elsewhere.length > 0
    ? `${none} (${locationsOfStatements(elsewhere, sentenceContext)} allows `
      + `${singularOrPluralForQuestion(sentenceContext, 'it', 'them')} on ${ofAliases ? 'one of these' : 'other resources'} only)`
    : none;
}

/** Policies that it is known to have, and of which the workspace has no document. */
function missingDocumentsClause({ policiesWithoutDocument: unseen = [] }: Identity): string {
  if (unseen.length === 0) return '';
  const names = joinNames(unseen.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)));
  return `, and ${names}, which the identity has too, ${unseen.length === 1 ? 'is' : 'are'} not in the workspace`;
}

function hasKmsAction({ action }: Statement): boolean {
  return action?.patterns.some(({ service }) => service === 'kms') === true;
}

