import { joinNames } from '../access/text/describe-access';
import type { VerdictGroup } from '../access/pair-verdicts';
import type { StatementRef } from '../access/verdict';
import { actionsIn, ALL_ACTIONS, IAM_ONLY_ACTIONS, KEY_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { isMultiRegionId } from '../aws/key-arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile } from '../discovery/discovery-result';
import { joinWithAnd } from '../generate/action-patterns';
import { isRefusal } from '../generate/counterpart';
import { keyPolicyActionAdditions } from '../generate/key-policy-actions';
import { applyAdditions } from '../generate/statement-additions';
import type { Identity, Key } from '../linking/entities';
import type { ActionPattern, Statement } from '../policy/policy';
import type { FindingDraft, PairSubject, Rule } from './rule';
import { removeAction } from './shared/action-fixes';
import { usableOnOtherKeys, type UsableOnOtherKeys } from './shared/actions-usable-on-other-keys';
import { isCrossAccountAwsManagedKey } from './shared/aws-managed-keys';
import { isCrossAccount, linksOfIdentityAndKey, severityOfMissingPermission } from './shared/external-grantees';
import type { RelatedLocation } from './shared/finding';
import { fixFiles, fixPolicy, type Fix } from './shared/fix';
import { actionsOfIneffectiveStatements } from './shared/intended-access';
import {
  accountsAttachingPolicy, isForKeyOnly, isSingleActionName, kmsActionPatterns, mayGrantToAccount, requestsOnly, severityOfRequest,
  verdictGroupsWithReasons, type KeyAccessRequest,
} from './shared/key-access-requests';
import { actionsApplicableUnderConditions } from './shared/kms-conditions';
import { hasRegionFault } from './shared/region-conditions';
import { isReportedAsNeverTrue } from './shared/unsatisfiable-conditions';
import {
  actionsAsWritten, capitalize, hasSingleName, nameOfIdentity, nameOfKey, nameOfKeyPolicy, nameOfStatement, namesOfActions,
  subjectNameOfIdentity,
} from './shared/wording';

/**
 * The key policy is the upper limit: an identity policy can only allow what the key policy allows this identity or its account. Looks at
 * all keys of an identity together, because a pattern in `Resource` may be meant for another one of them.
 */
export const actionNotAllowedByKeyPolicy: Rule = {
  code: 'action-not-allowed-by-key-policy',
  severity: 'error',
  summary: 'The IAM policy allows an action that the key policy does not allow this identity or account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *identity({ pairs }) {
      const usableElsewhere = actionsUsableElsewhere(pairs);
      for (const pair of pairs) yield* draftsOfPair(pair, usableElsewhere);
    },
  },
};

function* draftsOfPair(pair: PairSubject, usableElsewhere: UsableOnOtherKeys): Iterable<FindingDraft> {
  const pairState = pair.memoize(pairStateOf, pair);
  if (pairState.groups.length === 0) return;
  for (const request of pair.requests) {
    const { statement, specificity, appliesForCertain } = request;
    // A multi-Region key is several keys with one id, each with a key policy of its own.
    const isForSingleKey = specificity === 'key' && appliesForCertain && !isMultiRegionId(pair.key.keyId ?? '');
    const usableActions = isForSingleKey ? NO_ACTIONS : usableElsewhere(pair, statement);
    let requestDrafts = pairState.draftsByRequest.get(request);
    if (requestDrafts?.usableActions !== usableActions) {
      requestDrafts = { usableActions, drafts: draftsOfRequest(pair, request, pairState, usableActions) };
      pairState.draftsByRequest.set(request, requestDrafts);
    }
    yield* requestDrafts.drafts;
  }
}

/** What depends on the pair alone. A pattern for many keys is looked at anew for all of them when one of them changes. */
interface PairState {
  readonly groups: readonly VerdictGroup[];
  readonly deniedActions: ActionSet;
  readonly draftsByRequest: Map<KeyAccessRequest, { readonly usableActions: ActionSet; readonly drafts: readonly FindingDraft[] }>;
}

function pairStateOf(pair: PairSubject): PairState {
  const groups = relevantVerdictGroups(pair);
  const deniedActions = groups.length === 0 ? NO_ACTIONS
    : unionOfActions(groups) & KEY_ACTIONS & ~IAM_ONLY_ACTIONS & ~actionsOfIneffectiveStatements(pair.key, pair.identity);
  return { groups, deniedActions, draftsByRequest: new Map() };
}

function draftsOfRequest(
  pair: PairSubject, request: KeyAccessRequest, { groups, deniedActions }: PairState, usableActions: ActionSet,
): readonly FindingDraft[] {
  const uselessActions = deniedActions & request.actions & ~usableActions;
  return kmsActionPatterns(request.statement).flatMap((pattern) => {
    const missingActions = pattern.actionSet & uselessActions;
    const cause = groups.find(({ actions }) => (actions & missingActions) !== NO_ACTIONS);
    if (!cause) return [];
    const coversWholePattern = isWholePatternMissing(pair, request, pattern, missingActions);
    return draftOf(pair, request, { pattern, missingActions, coversWholePattern }, cause, groups);
  });
}

function draftOf(
  pair: PairSubject, request: KeyAccessRequest, missingPermission: MissingPermission, cause: VerdictGroup,
  groups: readonly VerdictGroup[],
): FindingDraft {
  const { identity, key } = pair;
  const { policy, statement } = request;
  const { pattern, missingActions, coversWholePattern } = missingPermission;
  const isCertain = groups.every(({ verdict, actions }) => verdict.outcome === 'denied' || (actions & missingActions) === NO_ACTIONS);
  const severity = severityOfMissingPermission(key.policy, coversWholePattern && isCertain ? severityOfRequest(request) : 'info');
  return {
    at: locationInFile(policy, pattern.text.node.span),
    severity,
    unnecessary: severity === 'error' && cause.verdict.reason === 'key-policy-action' && isForKeyOnly(request)
      && !accountsAttachingPolicy(policy, identity).some((account) => mayGrantToAccount(key, account, missingActions)),
    message: messageOf(pair, missingPermission, cause),
    related: relatedGrantStatements(pair, cause),
    dependsOnLinks: linksOfIdentityAndKey(identity, key),
    // A fix that only removes a useless permission comes before one that allows something.
    fixes: () => [
      ...fixesInIdentityPolicy(pair, request, missingPermission), ...fixesInKeyPolicy(pair, statement, missingActions, cause),
    ],
  };
}

/** Of a key policy whose account is not known, nothing follows for the keys that other policies name. */
function relevantVerdictGroups(pair: PairSubject): readonly VerdictGroup[] {
  if (pair.key.account === undefined || isCrossAccountAwsManagedKey(pair)) return [];
  return verdictGroupsWithReasons(pair.verdicts, ['key-policy-action', 'key-policy-condition'])
    .filter((group) => !isCausedByReportedCondition(group, pair));
}

/** A finding at the condition in the key policy reports the cause. */
function isCausedByReportedCondition({ verdict, actions }: VerdictGroup, { key }: PairSubject): boolean {
  return verdict.failedConditions.some(({ statementRef: { gate, statement }, condition }) =>
    gate === 'key-policy' && (hasRegionFault(statement, key) || isReportedAsNeverTrue(condition, statement, actions)));
}

/**
 * What other keys that the same statement covers allow: the statement has an effect there. For a key policy that could belong to several
 * keys these are the other key policies that could belong to the key: only what is true for all of them counts.
 */
function actionsUsableElsewhere(pairs: readonly PairSubject[]): UsableOnOtherKeys {
  const onAnyKey = usableOnOtherKeys(pairs);
  const onKeysWithPolicy = usableOnOtherKeys(pairs, ({ key }) => key.policy !== undefined);
  return (pair, statement) => (pair.key.arn === undefined ? onKeysWithPolicy : onAnyKey)(pair, statement);
}

/** A value of the IAM policy, with what of it the key policy does not allow. */
interface MissingPermission {
  readonly pattern: ActionPattern;
  readonly missingActions: ActionSet;
  readonly coversWholePattern: boolean;
}

/** Whether the key policy allows nothing that the value covers. Whoever writes `kms:*` does not mean the actions that are missing. */
function isWholePatternMissing(
  { verdicts }: PairSubject, { actions }: KeyAccessRequest, pattern: ActionPattern, missing: ActionSet,
): boolean {
  const ownerOnlyActions = unionOfActions(verdictGroupsWithReasons(verdicts, ['not-cross-account']));
  return pattern.actionSet !== ALL_ACTIONS && requestsOnly(pattern, missing | ownerOnlyActions | ~actions);
}

function messageOf(
  { identity, key }: PairSubject, { pattern, missingActions, coversWholePattern }: MissingPermission, { verdict }: VerdictGroup,
): string {
  const asConsumer = isTreatedAsConsumer(identity, verdict, key);
  const denied = asConsumer ? `${capitalize(OTHER_ACCOUNTS)} are denied` : `${subjectNameOfIdentity(identity)} is denied`;
  const keyPolicy = `the policy of ${nameOfKey(key)}`;
  const names = namesOfActions(missingActions);
  if (verdict.reason === 'key-policy-condition') {
    const conditionKeys = [...new Set(verdict.failedConditions.map(({ condition }) => condition.key))];
    return `${denied} ${names}: ${keyPolicy} allows ${hasSingleName(missingActions) ? 'it' : 'them'} only if its condition on `
      + `${joinNames(conditionKeys)} is met, which is never the case here.`;
  }
  const reason = asConsumer || isCrossAccount(identity, key)
    ? 'across accounts both policies must allow a request'
    : 'the IAM policy alone is not enough';
  const grantNote = actionsIn(missingActions).some((action) => action.grantOperation) ? ' Only a grant could still allow it.' : '';
  const notes = asConsumer
    ? `${grantNote} If this policy belongs to account ${key.account ?? ''} itself, attach it there: then other rules apply.`
    : grantNote;
  if (isSingleActionName(pattern)) return `${denied} ${names}: ${keyPolicy} does not allow it, and ${reason}.${notes}`;
  const { value } = pattern.text;
  return coversWholePattern
    ? `${denied} ${value}: ${keyPolicy} allows nothing that it covers, and ${reason}.${notes}`
    : `${denied} a part of ${value}: ${keyPolicy} does not allow ${names}, and ${reason}.${notes}`;
}

const OTHER_ACCOUNTS = 'other accounts';

/** A policy without a known account is treated as a consumer's: what counts is how the key policy allows other accounts. */
function isTreatedAsConsumer(identity: Identity, { decidedBy }: VerdictGroup['verdict'], { account }: Key): boolean {
  return identity.account === undefined && decidedBy.some(({ gate, statement }) => gate === 'key-policy'
    && statement.principal?.principals.some((principal) => (
      principal.account !== undefined && compareIdentifiers(principal.account, account) !== 'same')) === true);
}

function relatedGrantStatements({ identity, key }: PairSubject, { verdict }: VerdictGroup): RelatedLocation[] {
  const identityText = isTreatedAsConsumer(identity, verdict, key) ? OTHER_ACCOUNTS : nameOfIdentity(identity);
  if (verdict.reason === 'key-policy-condition') {
    return verdict.failedConditions.map(({ statementRef: { policy, statement }, condition }) => ({
      at: locationInFile(policy, condition.keyMember.span),
      message: `${nameOfKeyPolicy(key)}: this condition of ${nameOfStatement(statement)} is never true for ${identityText}.`,
    }));
  }
  return verdict.decidedBy.filter(isKeyPolicyAllow).map(({ policy, statement }) => ({
    at: locationInFile(policy, statement.action?.member.value?.span ?? statement.node.span),
    message: `${nameOfKeyPolicy(key)}: ${nameOfStatement(statement)} allows only ${actionsAsWritten(statement)} for ${identityText}.`,
  }));
}

function isKeyPolicyAllow({ gate, statement }: StatementRef): boolean {
  return gate === 'key-policy' && statement.effect === 'Allow';
}

/**
 * For the principals that a statement without a condition allows already; for the identity alone where that statement names others
 * besides.
 */
function fixesInKeyPolicy(
  { identity, key }: PairSubject, requestingStatement: Statement, missingActions: ActionSet, { verdict }: VerdictGroup,
): Fix[] {
  const target = verdict.decidedBy.find((statementRef) => isKeyPolicyAllow(statementRef)
    && statementRef.statement.action?.negated === false && statementRef.statement.conditions.length === 0
    && statementRef.statement.principal?.principals.some(({ form }) => form === 'anyone') === false);
  const actions = actionsApplicableUnderConditions(missingActions, requestingStatement);
  if (!target || verdict.reason !== 'key-policy-action' || actions === NO_ACTIONS) return [];
  const { policy, statement } = target;
  const principal = namesOtherPrincipals(statement, identity) ? identity.arn : undefined;
  const statementAdditions = keyPolicyActionAdditions({ policy, statement, principal, actions, requestingStatement });
  const titles = statementAdditions.map(({ extendedStatement, statement: { Action: action } }) => {
    const names = typeof action === 'string' ? action : joinWithAnd(action as readonly string[]);
    return extendedStatement
      ? `${names} to the key policy's ${nameOfStatement(extendedStatement).replace(/^the /, '')}`
      : `${names} to the key policy in a statement of its own`;
  });
  const additions = applyAdditions(policy, statementAdditions);
  return isRefusal(additions) ? []
    : [fixFiles(`Add ${titles.join(', and ')}`, [additions.change], { confirm: isCrossAccount(identity, key) })];
}

/** Whether actions that are added to the statement would be allowed to other principals too. */
function namesOtherPrincipals({ principal }: Statement, { arn, account }: Identity): boolean {
  const principals = principal?.principals ?? [];
  return arn !== undefined && principals.length > 1
    && !principals.every((candidate) => compareIdentifiers(candidate.text.value, arn) === 'same'
      || candidate.form === 'account' && compareIdentifiers(candidate.account, account) === 'same');
}

/**
 * Only where the statement is about this key alone, and attached in no other account that is allowed the action, which would lose it.
 */
function fixesInIdentityPolicy(
  { identity, key, usableActions }: PairSubject, { policy, statement, specificity, resources }: KeyAccessRequest,
  { pattern, missingActions, coversWholePattern }: MissingPermission,
): Fix[] {
  if (!statement.action || specificity !== 'key' || resources.length !== statement.resource?.patterns.length) return [];
  const [, ...otherAccounts] = accountsAttachingPolicy(policy, identity);
  if (otherAccounts.some((account) => mayGrantToAccount(key, account, missingActions))) return [];
  if (coversWholePattern) return removeAction(policy, statement, pattern);
  const [action, ...otherActions] = actionsIn(pattern.actionSet & ~missingActions & usableActions);
  if (!action || otherActions.length > 0) return [];
  const { node, value } = pattern.text;
  return [fixPolicy(`Replace ${value} with ${action.name}`, policy, [{ edit: 'replace', node, value: action.name }])];
}
